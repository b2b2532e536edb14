/* date.h: the calendar, spans, and the spellings of dates that spreadsheets hold. */
#include "cmocka_all.h"

#include "base/date.h"

static int32_t day(int year, int month, int of_month)
{
    int32_t date;
    if (!date_make(year, month, of_month, &date)) fail_msg("no such day: %d-%d-%d", year, month, of_month);
    return date;
}

static int32_t month_of(int year, int month)
{
    int32_t made;
    assert_true(month_make(year, month, &made));
    return made;
}

static void known_days(void **state)
{
    assert_int_equal(day(1970, 1, 1), 0);
    assert_int_equal(day(1969, 12, 31), -1);
    assert_int_equal(day(2000, 2, 29), 11016);
    assert_int_equal(day(2022, 9, 30), 19265);
    assert_int_equal(day(1800, 1, 1), -62091);
}

static void days_that_do_not_exist(void **state)
{
    static const int none[][3] = {{2021, 2, 29}, {1900, 2, 29}, {2100, 2, 29}, {2022, 4, 31},  {2022, 0, 1},
                                  {2022, 13, 1}, {2022, 1, 0},  {2022, 1, 32}, {1799, 12, 31}, {2201, 1, 1},
                                  {2022, -1, 1}, {2022, 1, -1}, {-1, 1, 1},    {0, 1, 1}};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        int32_t date = 77;
        if (date_make(none[i][0], none[i][1], none[i][2], &date)) fail_msg("accepted case %zu", i);
        assert_int_equal(date, 77);
    }
    day(2000, 2, 29);
    day(2024, 2, 29);
}

static void every_day_goes_round_in_order(void **state)
{
    int32_t expected = day(DATE_YEAR_MIN, 1, 1);
    for (int year = DATE_YEAR_MIN; year <= DATE_YEAR_MAX; year++) {
        for (int month = 1; month <= 12; month++) {
            int32_t date;
            for (int d = 1; date_make(year, month, d, &date); d++, expected++) {
                int y, m, back;
                date_split(date, &y, &m, &back);
                if (date != expected || y != year || m != month || back != d || !date_in_range(date))
                    fail_msg("%d-%d-%d does not go round", year, month, d);
            }
            assert_int_equal(month_last(month_of(year, month)), expected - 1);
        }
    }
    assert_int_equal(expected - 1, day(DATE_YEAR_MAX, 12, 31));
    assert_false(date_in_range(expected));
    assert_false(date_in_range(day(DATE_YEAR_MIN, 1, 1) - 1));
}

static void splitting_any_number_is_defined(void **state)
{
    int y, m, d;
    char text[DATE_TEXT];
    date_split(INT32_MIN, &y, &m, &d);
    assert_true(m >= 1 && m <= 12 && d >= 1 && d <= 31);
    date_split(INT32_MAX, &y, &m, &d);
    assert_true(m >= 1 && m <= 12 && d >= 1 && d <= 31);
    date_format(INT32_MIN, text);
    date_format(INT32_MAX, text);
}

static void months(void **state)
{
    int32_t made = 5;
    assert_false(month_make(2022, 0, &made));
    assert_false(month_make(2022, 13, &made));
    assert_false(month_make(1799, 12, &made));
    assert_false(month_make(2201, 1, &made));
    assert_int_equal(made, 5);
    int32_t september = month_of(2022, 9);
    assert_int_equal(month_year(september), 2022);
    assert_int_equal(month_number(september), 9);
    assert_int_equal(month_first(september), day(2022, 9, 1));
    assert_int_equal(month_last(september), day(2022, 9, 30));
    assert_int_equal(month_last(month_of(2024, 2)), day(2024, 2, 29));
    assert_int_equal(month_last(month_of(1900, 2)), day(1900, 2, 28));
    assert_int_equal(date_month(day(2022, 9, 1)), september);
    assert_int_equal(date_month(day(2022, 9, 30)), september);
    assert_true(month_in_range(month_of(1800, 1)));
    assert_true(month_in_range(month_of(2200, 12)));
    assert_false(month_in_range(month_of(1800, 1) - 1));
    assert_false(month_in_range(month_of(2200, 12) + 1));
}

static void completed_years_and_months(void **state)
{
    int32_t birth = day(2004, 2, 29);
    assert_int_equal(date_years_between(birth, day(2022, 2, 28)), 17);
    assert_int_equal(date_years_between(birth, day(2022, 3, 1)), 18);
    assert_int_equal(date_years_between(birth, day(2024, 2, 28)), 19);
    assert_int_equal(date_years_between(birth, day(2024, 2, 29)), 20);
    assert_int_equal(date_years_between(day(2010, 9, 30), day(2022, 9, 29)), 11);
    assert_int_equal(date_years_between(day(2010, 9, 30), day(2022, 9, 30)), 12);
    assert_int_equal(date_years_between(birth, birth), 0);
    assert_int_equal(date_years_between(day(2022, 9, 30), day(2010, 9, 30)), -12);
    assert_int_equal(date_months_between(day(2022, 1, 31), day(2022, 2, 28)), 0);
    assert_int_equal(date_months_between(day(2022, 1, 31), day(2022, 3, 1)), 1);
    assert_int_equal(date_months_between(day(2022, 1, 31), day(2022, 3, 31)), 2);
    assert_int_equal(date_months_between(day(2021, 12, 15), day(2022, 1, 15)), 1);
    assert_int_equal(date_months_between(day(2022, 3, 31), day(2022, 1, 31)), -2);
    assert_int_equal(date_months_between(day(1800, 1, 1), day(2200, 12, 31)), 4811);
}

static void a_year_before_ends_its_month_too(void **state)
{
    assert_int_equal(date_year_before(day(2022, 10, 19)), day(2021, 10, 19));
    assert_int_equal(date_year_before(day(2024, 2, 29)), day(2023, 2, 28));
    assert_int_equal(date_year_before(day(2025, 2, 28)), day(2024, 2, 29));
    assert_int_equal(date_year_before(day(2025, 2, 27)), day(2024, 2, 27));
    assert_false(date_in_range(date_year_before(day(1800, 5, 31))));
}

static void adding_months_stays_in_the_month(void **state)
{
    assert_int_equal(date_add_months(day(2022, 1, 31), 1), day(2022, 2, 28));
    assert_int_equal(date_add_months(day(2024, 1, 31), 1), day(2024, 2, 29));
    assert_int_equal(date_add_months(day(2024, 2, 29), 12), day(2025, 2, 28));
    assert_int_equal(date_add_months(day(2024, 2, 29), -12), day(2023, 2, 28));
    assert_int_equal(date_add_months(day(2022, 3, 31), -1), day(2022, 2, 28));
    assert_int_equal(date_add_months(day(2022, 5, 15), 0), day(2022, 5, 15));
    assert_int_equal(date_add_months(day(2022, 5, 15), -5), day(2021, 12, 15));
    assert_int_equal(date_add_months(day(1800, 1, 1), 400 * 12 + 11), day(2200, 12, 1));
}

static void adding_absurd_months_leaves_the_range(void **state)
{
    static const int32_t absurd[] = {INT32_MAX, INT32_MIN, 100000, -100000, 12 * 500, -12 * 500};
    for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++)
        assert_false(date_in_range(date_add_months(day(2022, 9, 30), absurd[i])));
    assert_false(date_in_range(date_add_months(day(2200, 12, 1), 1)));
    assert_false(date_in_range(date_add_months(day(1800, 1, 1), -1)));
    assert_true(date_in_range(date_add_months(day(2200, 11, 30), 1)));
}

static void spellings_of_a_date(void **state)
{
    static const char *const spellings[] = {
        "2022-09-30",
        "2022/9/30",
        "2022.9.30",
        "2022.09.30",
        "20220930",
        "20220930.0",
        "20220930.00",
        "2022年9月30日",
        "2022年09月30日",
        "2022年9月30号",
        "  2022-09-30\t",
        "２０２２－０９－３０",
        "２０２２年９月３０日",
        "　20220930　",
        "2022-09-30 00:00:00",
        "2022/9/30 0:00",
        "2022-9-30 0:00:00",
        "2022-09-30T00:00:00",
        "2022-09-30 00:00:00.000",
        "2022年9月30日 0:00",
        "2022年 9月 30日",
        "2022 - 9 - 30",
        "2022年9月30",
    };
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        int32_t date;
        if (!date_parse(text_of(spellings[i]), &date)) fail_msg("refused: %s", spellings[i]);
        if (date != day(2022, 9, 30)) fail_msg("misread: %s", spellings[i]);
    }
}

static void refused_as_a_date(void **state)
{
    static const char *const refused[] = {
        "",
        " ",
        "无",
        "2022",
        "202209",
        "2022-09",
        "2022-13-01",
        "2022-02-30",
        "20220230",
        "30/9/2022",
        "9/30/2022",
        "22-09-30",
        "2022--09-30",
        "-2022-09-30",
        "2022-09-30-",
        "2022-09-30 10:00",
        "2022-09-30 00:00:01",
        "2022-09-30x",
        "x2022-09-30",
        "2022 09 30",
        "2022-09 30",
        "202209301",
        "20220930.5",
        "2022-09-30-01",
        "1799-12-31",
        "2201-01-01",
        "2022y9y30d",
        "ｙ2022",
        "2022-9-301",
        "00000000",
        "2022-09-30 2022-09-30",
        "0:00",
        "2022年9月30日1",
        "日",
        "99999999999999999999",
        "2022.9.30.1",
        "2022-09-30                                                                        ",
    };
    for (size_t i = 0; i + 1 < sizeof refused / sizeof refused[0]; i++) {
        int32_t date = 77;
        if (date_parse(text_of(refused[i]), &date)) fail_msg("accepted: '%s'", refused[i]);
        assert_int_equal(date, 77);
    }
    int32_t date;
    assert_false(date_parse((struct text){"2022-09-30\0", 11}, &date));
    assert_false(date_parse(TEXT("2022-09-3\xFF"), &date));
    assert_false(date_parse((struct text){NULL, 0}, &date));
    /* Blanks at the ends are no reason to refuse, however many. */
    assert_true(date_parse(text_of(refused[sizeof refused / sizeof refused[0] - 1]), &date));
}

static void spellings_of_a_month(void **state)
{
    static const char *const spellings[] = {"2022-09",          "2022/9",        "202209",   "202209.0",
                                            "2022年9月",        "2022年09月",    "2022.09",  "2022.9",
                                            " ２０２２年９月 ", "2022-09-30",    "20220901", "20220901.0",
                                            "2022年9月1日",     "2022/9/1 0:00", "2022年9"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        int32_t read;
        if (!month_parse(text_of(spellings[i]), &read)) fail_msg("refused: %s", spellings[i]);
        if (read != month_of(2022, 9)) fail_msg("misread: %s", spellings[i]);
    }
    static const char *const refused[] = {"",         "2022",     "2022-13", "202213", "2022-0",
                                          "202200",   "9月",      "2022-9-", "22-09",  "2022.",
                                          "202209.5", "202209 0", "2022-009"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int32_t read;
        if (month_parse(text_of(refused[i]), &read)) fail_msg("accepted: '%s'", refused[i]);
    }
}

static void prints(void **state)
{
    char text[DATE_TEXT];
    assert_string_equal(date_format(day(2022, 9, 3), text), "2022-09-03");
    assert_string_equal(date_format(day(1800, 1, 1), text), "1800-01-01");
    assert_string_equal(month_format(month_of(2022, 9), text), "2022-09");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days),
        cmocka_unit_test(days_that_do_not_exist),
        cmocka_unit_test(every_day_goes_round_in_order),
        cmocka_unit_test(splitting_any_number_is_defined),
        cmocka_unit_test(months),
        cmocka_unit_test(completed_years_and_months),
        cmocka_unit_test(adding_months_stays_in_the_month),
        cmocka_unit_test(a_year_before_ends_its_month_too),
        cmocka_unit_test(adding_absurd_months_leaves_the_range),
        cmocka_unit_test(spellings_of_a_date),
        cmocka_unit_test(refused_as_a_date),
        cmocka_unit_test(spellings_of_a_month),
        cmocka_unit_test(prints),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
