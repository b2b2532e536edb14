/* Which month is looked at when nobody says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"
#include "progress/year.h"

static const struct pack pack = {.year_first = 2022, .year_last = 2024};

static void expect_month(const char *today, int year, int month, int whole_year, int whole_month)
{
    int32_t day;
    assert_true(date_parse(text_of(today), &day));
    progress_whole_month(&pack, day, &year, &month);
    assert_int_equal(year, whole_year);
    assert_int_equal(month, whole_month);
}

static void a_running_month_gives_way_to_the_one_before(void **state)
{
    expect_month("2022-10-19", 2022, 10, 2022, 9);
    expect_month("2022-10-01", 2022, 10, 2022, 9);
    expect_month("2022-10-30", 2022, 10, 2022, 9);
    expect_month("2023-01-05", 2023, 1, 2022, 12);
}

static void a_whole_month_stays(void **state)
{
    expect_month("2022-10-31", 2022, 10, 2022, 10); /* its last day */
    expect_month("2022-10-19", 2022, 9, 2022, 9);
    expect_month("2026-11-30", 2022, 9, 2022, 9);
}

static void nothing_goes_before_the_plan(void **state)
{
    expect_month("2022-01-10", 2022, 1, 2022, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_month_gives_way_to_the_one_before),
        cmocka_unit_test(a_whole_month_stays),
        cmocka_unit_test(nothing_goes_before_the_plan),
    };
    return cmocka_run_group_tests_name("year", tests, NULL, NULL);
}
