/* The calendar, by days that everybody remembers, and against another way of counting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"
#include "casework/calendar.h"

static struct pack *hengyang;

static int32_t day(int year, int month, int number)
{
    int32_t date = 0;
    assert_true(date_make(year, month, number, &date));
    return date;
}

static bool works(int year, int month, int number)
{
    bool known = true, working = calendar_is_working(hengyang->calendar, day(year, month, number), &known);
    assert_true(known);
    return working;
}

static void published_days(void **state)
{
    static const int off[][3] = {{2021, 1, 1},   {2021, 2, 17}, {2021, 9, 21}, {2021, 10, 7}, {2022, 1, 3},
                                 {2022, 1, 31},  {2022, 2, 6},  {2022, 4, 5},  {2022, 9, 12}, {2022, 10, 7},
                                 {2022, 12, 31}, {2023, 1, 2},  {2023, 4, 5},  {2023, 6, 22}, {2023, 10, 6},
                                 {2024, 1, 1},   {2024, 2, 17}, {2024, 4, 4},  {2024, 6, 10}, {2024, 9, 17},
                                 {2025, 1, 28},  {2025, 2, 4},  {2025, 6, 2},  {2025, 10, 8}};
    static const int on[][3] = {{2021, 2, 7},  {2021, 2, 20}, {2021, 9, 26},  {2022, 1, 29}, {2022, 1, 30},
                                {2022, 4, 2},  {2022, 10, 8}, {2022, 10, 9},  {2023, 1, 28}, {2023, 1, 29},
                                {2023, 6, 25}, {2023, 10, 7}, {2023, 10, 8},  {2024, 2, 4},  {2024, 2, 9},
                                {2024, 2, 18}, {2024, 2, 29}, {2024, 10, 12}, {2025, 1, 26}, {2025, 10, 11}};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        assert_false(works(off[i][0], off[i][1], off[i][2]));
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) assert_true(works(on[i][0], on[i][1], on[i][2]));
    for (int number = 21; number <= 27; number++) assert_false(works(2023, 1, number));
    assert_true(text_is(calendar_holiday(hengyang->calendar, day(2022, 10, 3))->name_zh, "国庆节"));
    assert_null(calendar_holiday(hengyang->calendar, day(2022, 10, 8)));
}

/* Days off of a year, weekends and holidays without the weekends that are worked: as the notices come out. */
static void whole_years(void **state)
{
    static const int working[][2] = {{2021, 250}, {2022, 249}, {2023, 249}, {2024, 251}, {2025, 248}};
    for (size_t i = 0; i < sizeof working / sizeof *working; i++) {
        int year = working[i][0], count = 0;
        for (int32_t date = day(year, 1, 1); date <= day(year, 12, 31); date++)
            count += calendar_is_working(hengyang->calendar, date, NULL);
        assert_int_equal(count, working[i][1]);
    }
}

static void counted_days(void **state)
{
    const struct pack_calendar *calendar = hengyang->calendar;
    bool known = true;
    /* Over National Day: Friday the 30th, then the 8th and the 9th are worked. */
    assert_int_equal(calendar_add(calendar, day(2022, 9, 30), 1, DAYS_WORKING, &known), day(2022, 10, 8));
    assert_int_equal(calendar_add(calendar, day(2022, 9, 30), 3, DAYS_WORKING, &known), day(2022, 10, 10));
    /* Over the end of a year whose last day belongs to the next one's notice. */
    assert_int_equal(calendar_add(calendar, day(2022, 12, 29), 2, DAYS_WORKING, &known), day(2023, 1, 3));
    /* Over a leap day. */
    assert_int_equal(calendar_add(calendar, day(2024, 2, 28), 1, DAYS_WORKING, &known), day(2024, 2, 29));
    assert_int_equal(calendar_add(calendar, day(2024, 2, 28), 2, DAYS_CALENDAR, &known), day(2024, 3, 1));
    assert_int_equal(calendar_add(calendar, day(2023, 2, 28), 2, DAYS_CALENDAR, &known), day(2023, 3, 2));
    assert_int_equal(calendar_add(calendar, day(2022, 10, 1), 0, DAYS_WORKING, &known), day(2022, 10, 1));
    assert_true(known);
    /* 2026 was not published when the pack was written: weekends only, and it says so. */
    assert_int_equal(calendar_add(calendar, day(2025, 12, 31), 1, DAYS_WORKING, &known), day(2026, 1, 1));
    assert_false(known);
}

/* A slip of the keys neither counts for minutes nor leads out of the years that dates have. */
static void countless_days(void **state)
{
    const struct pack_calendar *calendar = hengyang->calendar;
    const int64_t slips[] = {WORKFLOW_DAYS_MAX + 1, 100000, INT64_C(4000000000), INT64_MAX};
    int32_t from = day(2022, 9, 30);
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        for (int count = DAYS_WORKING; count <= DAYS_CALENDAR; count++)
            assert_int_equal(calendar_add(calendar, from, slips[i], (enum days_count)count, NULL),
                             calendar_add(calendar, from, WORKFLOW_DAYS_MAX, (enum days_count)count, NULL));
    assert_int_equal(calendar_add(calendar, from, INT64_MIN, DAYS_CALENDAR, NULL), from);
    assert_int_equal(calendar_add(calendar, day(2200, 12, 30), 1, DAYS_CALENDAR, NULL), day(2200, 12, 31));
    assert_int_equal(calendar_add(calendar, day(2200, 12, 31), 1, DAYS_CALENDAR, NULL), NO_DATE);
    assert_int_equal(calendar_add(calendar, day(2200, 12, 31), 1, DAYS_WORKING, NULL), NO_DATE);
    assert_int_equal(calendar_add(calendar, NO_DATE, 1, DAYS_WORKING, NULL), NO_DATE);
}

static void between_is_the_reverse(void **state)
{
    const struct pack_calendar *calendar = hengyang->calendar;
    for (int32_t from = day(2021, 12, 20); from < day(2024, 3, 10); from += 11)
        for (int64_t days = 0; days < 40; days += 3) {
            int32_t to = calendar_add(calendar, from, days, DAYS_WORKING, NULL);
            assert_int_equal(calendar_between(calendar, from, to, DAYS_WORKING, NULL), days);
            assert_int_equal(calendar_between(calendar, to, from, DAYS_WORKING, NULL), -days);
        }
}

static int load(void **state)
{
    struct fault_list faults = {0};
    struct err err;
    int code = pack_load(ZENGSHOU_SOURCE "/packs/hengyang-2022", &hengyang, &faults, &err);
    fault_list_fini(&faults);
    return code;
}

static int done(void **state)
{
    pack_free(hengyang);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_days),         cmocka_unit_test(whole_years),
        cmocka_unit_test(counted_days),           cmocka_unit_test(countless_days),
        cmocka_unit_test(between_is_the_reverse),
    };
    return cmocka_run_group_tests_name("calendar", tests, load, done);
}
