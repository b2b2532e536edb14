/* idcard.h: identity and disability numbers. All numbers here are made up. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/idcard.h"

/* A number with the right check character. */
static struct text number_of(const char *first17, char out[24])
{
    memcpy(out, first17, 17);
    out[17] = idcard_check_digit((struct text){first17, 17});
    out[18] = '\0';
    return text_of(out);
}

static void check_characters_of_the_standard(void **state)
{
    /* The two examples printed in GB 11643-1999. */
    assert_int_equal(idcard_check_digit(TEXT("11010519491231002")), 'X');
    assert_int_equal(idcard_check_digit(TEXT("44052418800101001")), '4');
    assert_true(idcard_valid(TEXT("11010519491231002X")));
    assert_true(idcard_valid(TEXT("11010519491231002x")));
    assert_true(idcard_valid(TEXT("440524188001010014")));
    assert_int_equal(idcard_check_digit(TEXT("1101051949123100")), '\0');
    assert_int_equal(idcard_check_digit(TEXT("1101051949123100X")), '\0');
}

static void every_wrong_check_character_is_found(void **state)
{
    char number[24];
    number_of("43042119800229001", number);
    char right = number[17];
    for (const char *c = "0123456789X"; *c != '\0'; c++) {
        number[17] = *c;
        assert_int_equal(idcard_valid(text_of(number)), *c == right);
    }
}

static void every_single_wrong_digit_is_found(void **state)
{
    char number[24];
    number_of("43042119750615123", number);
    for (size_t at = 0; at < 17; at++) {
        char right = number[at];
        for (char c = '0'; c <= '9'; c++) {
            number[at] = c;
            assert_int_equal(idcard_valid(text_of(number)), c == right);
        }
        number[at] = right;
    }
}

static void refused(void **state)
{
    static const char *const bad17[] = {
        "43042120210229001", /* no such day */
        "43042120211301001", /* no such month */
        "43042100000000001", "10042119800101001", "00000019800101001", "26042119800101001",
        "47042119800101001", "55042119800101001", "72042119800101001", "84042119800101001",
    };
    char number[24];
    for (size_t i = 0; i < sizeof bad17 / sizeof bad17[0]; i++)
        if (idcard_valid(number_of(bad17[i], number))) fail_msg("accepted: %s", number);
    assert_false(idcard_valid(TEXT("")));
    assert_false(idcard_valid((struct text){NULL, 0}));
    assert_false(idcard_valid(TEXT("430421800101001"))); /* the old 15 digits */
    assert_false(idcard_valid(TEXT("11010519491231002Y")));
    assert_false(idcard_valid(TEXT("1101051949123100 X")));
    assert_false(idcard_valid(TEXT("11010519491231002X ")));
    assert_false(idcard_valid(TEXT("1101051949123100\xE5\xBC"
                                   "X")));
}

static void every_region_has_its_provinces(void **state)
{
    static const char *const first[] = {"11", "15", "21", "23", "31", "37", "41", "46",
                                        "50", "54", "61", "65", "71", "81", "83", "91"};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        char seventeen[18], number[24];
        snprintf(seventeen, sizeof seventeen, "%s010119800101001", first[i]);
        if (!idcard_valid(number_of(seventeen, number))) fail_msg("refused: %s", number);
    }
}

static void birth_and_sex(void **state)
{
    int32_t date, expected;
    bool male = false;
    assert_true(date_make(1949, 12, 31, &expected));
    assert_true(idcard_birth(TEXT("11010519491231002X"), &date));
    assert_int_equal(date, expected);
    assert_true(idcard_birth(TEXT("110105194912310029"),
                             &date)); /* a wrong check character does not hide the birth */
    assert_true(idcard_birth(TEXT("11010519491231002X44"), &date));
    assert_true(idcard_birth(TEXT("11010519491231002X44B1"), &date));
    assert_int_equal(date, expected);
    assert_false(idcard_birth(TEXT("110105194902300021"), &date));
    assert_false(idcard_birth(TEXT("110105194X12310029"), &date));
    assert_false(idcard_birth(TEXT("11010519491231002X4"), &date));
    assert_false(idcard_birth(TEXT(""), &date));
    assert_true(idcard_male(TEXT("11010519491231002X"), &male));
    assert_false(male);
    assert_true(idcard_male(TEXT("110105194912310037"), &male));
    assert_true(male);
    assert_true(idcard_male(TEXT("11010519491231003744"), &male));
    assert_false(idcard_male(TEXT("1101051949123100A7"), &male));
    assert_false(idcard_male(TEXT("1101"), &male));
}

static void disability_certificates(void **state)
{
    int kind = 0, grade = 0;
    assert_true(idcard_disability(TEXT("11010519491231002X43"), &kind, &grade));
    assert_int_equal(kind, 4);
    assert_int_equal(grade, 3);
    assert_true(idcard_disability(TEXT("11010519491231002X71B2"), &kind, &grade));
    assert_int_equal(kind, 7);
    assert_int_equal(grade, 1);
    static const char *const none[] = {"11010519491231002X",      "11010519491231002X4",
                                       "11010519491231002X03",    "11010519491231002X83",
                                       "11010519491231002X40",    "11010519491231002X45",
                                       "11010519491231002XA1",    "11010519491231002X431",
                                       "11010519491231002X43B12", ""};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (idcard_disability(text_of(none[i]), &kind, &grade)) fail_msg("accepted: %s", none[i]);
}

/* 18 characters, two of them full-width, are 22 bytes; nothing may be read at shifted places. */
static void full_width_digits_are_not_read_shifted(void **state)
{
    static const char *const texts[] = {"430421１９8002290012", "430421１９800229001X",
                                        "430421１980022900143"};
    bool male;
    int32_t date;
    int kind, grade;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(idcard_birth(text_of(texts[i]), &date));
        assert_false(idcard_male(text_of(texts[i]), &male));
        assert_false(idcard_disability(text_of(texts[i]), &kind, &grade));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_characters_of_the_standard),
        cmocka_unit_test(every_wrong_check_character_is_found),
        cmocka_unit_test(every_single_wrong_digit_is_found),
        cmocka_unit_test(refused),
        cmocka_unit_test(every_region_has_its_provinces),
        cmocka_unit_test(birth_and_sex),
        cmocka_unit_test(disability_certificates),
        cmocka_unit_test(full_width_digits_are_not_read_shifted),
    };
    return cmocka_run_group_tests_name("idcard", tests, NULL, NULL);
}
