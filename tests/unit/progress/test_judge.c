/* Values, what is due, forecasts and lights, by hand. Numbers are ten-thousandths of the unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/money.h"
#include "formula/node.h"
#include "progress/judge.h"

#define WHOLE(number) ((int64_t)(number)*DECIMAL_ONE)

static struct pack_target targets[3];
static const struct pack pack = {
    .year_first = 2022, .year_last = 2024, .progress = {.small = 20, .near = 0.05, .unknown = 0.2}};

static struct pack_indicator indicator(enum indicator_measure measure, const char *unit,
                                       enum indicator_direction direction, enum indicator_pace pace)
{
    return (struct pack_indicator){.unit = text_of(unit),
                                   .scale_by = 1,
                                   .direction = direction,
                                   .pace = pace,
                                   .measure = measure,
                                   .targets = targets,
                                   .target_years = 3};
}

static void aim(int year, int64_t value)
{
    for (int i = 0; i < 3; i++) targets[i] = (struct pack_target){0};
    targets[year - 2022] = (struct pack_target){true, value};
}

static struct judged judged_of(const struct pack_indicator *indicator, const struct standing *standing)
{
    struct judged judged;
    judge(&pack, indicator, standing, &judged);
    return judged;
}

static int64_t valued(struct measured measured)
{
    struct value value = judge_value(&measured);
    assert_true(value.known);
    return value.integer;
}

static void shares_are_exact(void **state)
{
    struct pack_indicator share = indicator(MEASURE_SHARE, "%", DIRECTION_AT_LEAST, PACE_HOLDS);
    struct figure figure = {.counted = 2, .missing = 1};
    assert_int_equal(valued(judge_measure(&share, &figure, NULL)), 666667);
    figure = (struct figure){0};
    assert_false(judge_measure(&share, &figure, NULL).known);
    /* It is shown as 100 and is not 100. */
    figure = (struct figure){.counted = 99999999, .missing = 1};
    aim(2022, WHOLE(100));
    struct standing standing = {
        .year = 2022, .month = 12, .now = judge_measure(&share, &figure, NULL), .population = 100000000};
    assert_int_equal(valued(standing.now), WHOLE(100));
    struct judged judged = judged_of(&share, &standing);
    assert_false(judged.met);
    assert_int_equal(judged.light, LIGHT_YELLOW);
}

static void sums_take_their_unit(void **state)
{
    struct node money = {.type = {TYPE_MONEY, -1, -1, -1}}, whole = {.type = {TYPE_INT, -1, -1, -1}};
    struct pack_indicator sum = indicator(MEASURE_SUM, "万元", DIRECTION_AT_LEAST, PACE_BUILDS);
    sum.value = &money;
    sum.scale_by = 10000;
    struct figure figure = {.counted = 3, .sum = 1234567890}; /* fen */
    assert_int_equal(valued(judge_measure(&sum, &figure, NULL)), 12345679);
    figure = (struct figure){.undetermined = 3};
    assert_false(judge_measure(&sum, &figure, NULL).known);
    figure = (struct figure){0};
    assert_int_equal(valued(judge_measure(&sum, &figure, NULL)), 0);
    figure = (struct figure){.counted = 1, .lost = true};
    assert_false(judge_measure(&sum, &figure, NULL).known);
    struct pack_indicator head = indicator(MEASURE_QUOTIENT, "元", DIRECTION_AT_LEAST, PACE_HOLDS);
    head.value = &money;
    head.of = &whole;
    figure = (struct figure){.counted = 2, .sum = 100000, .of = 3};
    assert_int_equal(valued(judge_measure(&head, &figure, NULL)), 3333333);
    figure.of = 0;
    assert_false(judge_measure(&head, &figure, NULL).known);
}

static void growth_is_that_of_printed_amounts(void **state)
{
    struct node money = {.type = {TYPE_MONEY, -1, -1, -1}}, whole = {.type = {TYPE_INT, -1, -1, -1}};
    struct pack_indicator growth = indicator(MEASURE_GROWTH, "百分点", DIRECTION_ABOVE, PACE_HOLDS);
    growth.value = &money;
    growth.of = &whole;
    growth.minus = &money;
    struct figure figure = {.counted = 2, .sum = 2200000, .of = 2, .sum_before = 2000000, .of_before = 2};
    struct value minus = {.known = true, .ratio = 0.065};
    assert_int_equal(valued(judge_measure(&growth, &figure, &minus)), 35000);
    minus.known = false;
    assert_false(judge_measure(&growth, &figure, &minus).known);
    growth.minus = NULL;
    assert_int_equal(valued(judge_measure(&growth, &figure, &minus)), 100000);
    figure.sum_before = 0;
    assert_false(judge_measure(&growth, &figure, &minus).known);
    figure.sum_before = -2000000;
    assert_int_equal(valued(judge_measure(&growth, &figure, &minus)), 2100000); /* against its amount */
}

static void what_builds_is_due_by_the_months(void **state)
{
    struct pack_indicator parks = indicator(MEASURE_COUNT, "个", DIRECTION_AT_LEAST, PACE_BUILDS);
    aim(2024, WHOLE(90));
    struct standing standing = {.year = 2024,
                                .month = 6,
                                .now = judge_number(WHOLE(60)),
                                .base = judge_number(WHOLE(30)),
                                .population = 60};
    struct judged judged = judged_of(&parks, &standing);
    assert_int_equal(judged.due, WHOLE(60));
    assert_int_equal(judged.forecast, WHOLE(90));
    assert_int_equal(judged.light, LIGHT_GREEN);
    standing.now = judge_number(WHOLE(57)); /* within 5 % of 90 */
    assert_int_equal(judged_of(&parks, &standing).light, LIGHT_YELLOW);
    standing.now = judge_number(WHOLE(50));
    judged = judged_of(&parks, &standing);
    assert_int_equal(judged.forecast, WHOLE(70));
    assert_int_equal(judged.light, LIGHT_RED);
    standing.now = judge_number(WHOLE(90));
    assert_int_equal(judged_of(&parks, &standing).light, LIGHT_GREEN);
    standing.year = 2023;
    judged = judged_of(&parks, &standing);
    assert_int_equal(judged.light, LIGHT_NONE);
    assert_false(judged.target_given || judged.due_known);
    assert_int_equal(judged.next_year, 2024);
    assert_int_equal(judged.next_target, WHOLE(90));
}

static void what_began_nobody_knows_where_is_not_foretold(void **state)
{
    struct pack_indicator parks = indicator(MEASURE_COUNT, "个", DIRECTION_AT_LEAST, PACE_BUILDS);
    aim(2023, WHOLE(10));
    struct standing standing = {.year = 2023, .month = 1, .now = judge_number(WHOLE(2)), .population = 2};
    struct judged judged = judged_of(&parks, &standing);
    assert_false(judged.due_known || judged.forecast_known || judged.begin_known);
    assert_int_equal(judged.light, LIGHT_UNKNOWN);
    standing.now = judge_number(WHOLE(10));
    assert_int_equal(judged_of(&parks, &standing).light, LIGHT_GREEN);
    standing.month = 12;
    standing.now = judge_number(WHOLE(2));
    judged = judged_of(&parks, &standing);
    assert_int_equal(judged.due, WHOLE(10));
    assert_int_equal(judged.light, LIGHT_RED);
}

static void nothing_is_due_beyond_the_target_nor_foretold_below_nothing(void **state)
{
    struct pack_indicator villages = indicator(MEASURE_COUNT, "个", DIRECTION_AT_LEAST, PACE_BUILDS);
    aim(2023, WHOLE(10));
    struct standing standing = {.year = 2023,
                                .month = 1,
                                .now = judge_number(WHOLE(18)),
                                .base = judge_number(WHOLE(20)),
                                .population = 18};
    struct judged judged = judged_of(&villages, &standing);
    assert_int_equal(judged.due, WHOLE(10));
    assert_true(judged.forecast_known);
    assert_int_equal(judged.forecast, 0); /* not -4 */
    struct pack_indicator share = indicator(MEASURE_SHARE, "%", DIRECTION_AT_LEAST, PACE_BUILDS);
    aim(2023, WHOLE(90));
    standing.now = judge_number(WHOLE(60));
    assert_int_equal(judged_of(&share, &standing).forecast, WHOLE(100));
    standing.undetermined = 4; /* of 18: more than a fifth */
    assert_false(judged_of(&share, &standing).forecast_known);
    struct figure figure = {.undetermined = 3};
    assert_false(judge_measure(&villages, &figure, NULL).known);
}

static void what_accumulates_follows_last_year(void **state)
{
    struct pack_indicator work = indicator(MEASURE_COUNT, "人", DIRECTION_AT_LEAST, PACE_ACCUMULATES);
    aim(2023, WHOLE(19000));
    struct standing standing = {.year = 2023,
                                .month = 3,
                                .now = judge_number(WHOLE(9500)),
                                .same = judge_number(WHOLE(8000)),
                                .whole = judge_number(WHOLE(16000)),
                                .population = 9500};
    struct judged judged = judged_of(&work, &standing);
    assert_true(judged.by_last_year);
    assert_int_equal(judged.due, WHOLE(9500)); /* half of it was done by March */
    assert_int_equal(judged.forecast, WHOLE(19000));
    assert_int_equal(judged.light, LIGHT_GREEN);
    standing.same = standing.whole = (struct measured){0};
    judged = judged_of(&work, &standing);
    assert_false(judged.by_last_year);
    assert_int_equal(judged.due, WHOLE(4750));
    assert_int_equal(judged.forecast, WHOLE(38000));
}

static void unknown_is_a_light_of_its_own(void **state)
{
    struct pack_indicator share = indicator(MEASURE_SHARE, "%", DIRECTION_AT_LEAST, PACE_HOLDS);
    aim(2022, WHOLE(100));
    struct standing standing = {
        .year = 2022, .month = 9, .now = judge_number(WHOLE(100)), .population = 100, .undetermined = 21};
    assert_int_equal(judged_of(&share, &standing).light, LIGHT_UNKNOWN);
    standing.undetermined = 20;
    assert_int_equal(judged_of(&share, &standing).light, LIGHT_GREEN);
    standing.now.known = false;
    assert_int_equal(judged_of(&share, &standing).light, LIGHT_UNKNOWN);
}

static void nothing_may_be_left(void **state)
{
    struct pack_indicator none = indicator(MEASURE_COUNT, "户", DIRECTION_EXACTLY, PACE_HOLDS);
    aim(2022, 0);
    struct standing standing = {.year = 2022, .month = 1, .now = judge_number(0), .population = 100};
    assert_int_equal(judged_of(&none, &standing).light, LIGHT_GREEN);
    standing.now = judge_number(WHOLE(1));
    assert_int_equal(judged_of(&none, &standing).light, LIGHT_RED);
    none.direction = DIRECTION_AT_MOST;
    assert_int_equal(judged_of(&none, &standing).light, LIGHT_RED);
    none.direction = DIRECTION_ABOVE;
    standing.now = judge_number(0);
    assert_int_equal(judged_of(&none, &standing).light, LIGHT_YELLOW); /* as near as can be */
}

/* Of a month or a year that still runs there is only a part. */
static void what_is_settled_later_is_judged_later(void **state)
{
    struct pack_indicator checks = indicator(MEASURE_SHARE, "%", DIRECTION_AT_LEAST, PACE_HOLDS);
    checks.settled = SETTLED_MONTHLY;
    aim(2022, WHOLE(100));
    struct standing standing = {
        .year = 2022, .month = 10, .running = true, .now = judge_number(0), .population = 491};
    struct judged judged = judged_of(&checks, &standing);
    assert_int_equal(judged.light, LIGHT_UNKNOWN);
    assert_true(judged.unsettled && judged.target_given);
    assert_false(judged.due_known || judged.forecast_known);
    standing.now = judge_number(WHOLE(100));
    assert_int_equal(judged_of(&checks, &standing).light, LIGHT_GREEN);
    standing.now = judge_number(WHOLE(80));
    standing.running = false;
    judged = judged_of(&checks, &standing);
    assert_int_equal(judged.light, LIGHT_RED);
    assert_false(judged.unsettled);
    checks.settled = SETTLED_YEARLY;
    assert_int_equal(judged_of(&checks, &standing).light, LIGHT_UNKNOWN);
    standing.month = 12;
    assert_int_equal(judged_of(&checks, &standing).light, LIGHT_RED);
    standing.running = true;
    assert_int_equal(judged_of(&checks, &standing).light, LIGHT_UNKNOWN);
    struct pack_indicator weak = indicator(MEASURE_COUNT, "个", DIRECTION_EXACTLY, PACE_HOLDS);
    weak.settled = SETTLED_YEARLY;
    aim(2022, 0);
    standing = (struct standing){.year = 2022, .month = 9, .now = judge_number(WHOLE(13)), .population = 491};
    assert_int_equal(judged_of(&weak, &standing).light, LIGHT_UNKNOWN);
    standing.now = judge_number(0);
    assert_int_equal(judged_of(&weak, &standing).light, LIGHT_GREEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_exact),
        cmocka_unit_test(sums_take_their_unit),
        cmocka_unit_test(growth_is_that_of_printed_amounts),
        cmocka_unit_test(what_builds_is_due_by_the_months),
        cmocka_unit_test(what_began_nobody_knows_where_is_not_foretold),
        cmocka_unit_test(nothing_is_due_beyond_the_target_nor_foretold_below_nothing),
        cmocka_unit_test(what_accumulates_follows_last_year),
        cmocka_unit_test(unknown_is_a_light_of_its_own),
        cmocka_unit_test(nothing_may_be_left),
        cmocka_unit_test(what_is_settled_later_is_judged_later),
    };
    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
