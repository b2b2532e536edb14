/* How far sliders go, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "progress/levers.h"

static struct schema_dated_value now;
static const struct pack_parameter no_limits;

static struct schema_parameter parameter(enum type_kind kind, struct value value)
{
    now = (struct schema_dated_value){.from = 0, .value = value};
    return (struct schema_parameter){.type = type_of(kind), .values = &now, .value_count = 1};
}

static struct lever_range range_of(struct schema_parameter of)
{
    struct lever_range range;
    assert_true(lever_range_of(&of, &no_limits, 100, &range));
    assert_int_equal(range.least % range.step, 0);
    assert_int_equal(range.most % range.step, 0);
    return range;
}

static void numbers_go_to_twice_what_they_are(void **state)
{
    (void)state;
    struct lever_range money =
        range_of(parameter(TYPE_MONEY, (struct value){.known = true, .integer = 1000000}));
    assert_int_equal(money.least, 0);
    assert_int_equal(money.most, 2000000);
    assert_int_equal(money.step, 20000);
    struct lever_range share = range_of(parameter(TYPE_RATIO, (struct value){.known = true, .ratio = 0.055}));
    assert_int_equal(share.most, 110000);
    assert_int_equal(share.step, 1000);
    struct lever_range people = range_of(parameter(TYPE_INT, (struct value){.known = true, .integer = 500}));
    assert_int_equal(people.most, 1000);
    assert_int_equal(people.step, 10);
}

static void small_numbers_still_move(void **state)
{
    (void)state;
    struct lever_range month = range_of(parameter(TYPE_INT, (struct value){.known = true, .integer = 1}));
    assert_int_equal(month.step, 1);
    assert_true(month.most >= 2);
    assert_true(range_of(parameter(TYPE_MONEY, (struct value){.known = true})).most > 0);
}

static void negative_ones_go_both_ways(void **state)
{
    (void)state;
    struct lever_range range = range_of(parameter(TYPE_RATIO, (struct value){.known = true, .ratio = -0.02}));
    assert_int_equal(range.least, -40000);
    assert_int_equal(range.most, 40000);
}

static void what_is_no_number_has_no_slider(void **state)
{
    struct lever_range range;
    (void)state;
    struct schema_parameter day = parameter(TYPE_DATE, (struct value){.known = true, .integer = 19000});
    assert_false(lever_range_of(&day, &no_limits, 100, &range));
    struct schema_parameter later = parameter(TYPE_INT, (struct value){.known = true, .integer = 5});
    now.from = 200;
    assert_false(lever_range_of(&later, &no_limits, 100, &range)); /* not known before its first value */
    struct schema_parameter huge = parameter(TYPE_INT, (struct value){.known = true, .integer = INT64_MAX});
    assert_false(lever_range_of(&huge, &no_limits, 100, &range));
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct schema_parameter share = parameter(TYPE_RATIO, (struct value){.known = true, .ratio = 0.6});
    struct pack_parameter limits = {.least = {.known = true, .ratio = 0.05},
                                    .most = {.known = true, .ratio = 1}};
    struct lever_range range;
    assert_true(lever_range_of(&share, &limits, 100, &range));
    assert_int_equal(range.least, 50000);
    assert_int_equal(range.most, 1000000);
    struct schema_parameter age = parameter(TYPE_INT, (struct value){.known = true, .integer = 60});
    struct pack_parameter ages = {.least = {.known = true, .integer = 55},
                                  .most = {.known = true, .integer = 65}};
    assert_true(lever_range_of(&age, &ages, 100, &range));
    assert_int_equal(range.least, 55);
    assert_int_equal(range.most, 65);
    assert_int_equal(range.step, 1);
    struct schema_parameter line = parameter(TYPE_MONEY, (struct value){.known = true, .integer = 600000});
    struct pack_parameter floor = {.least = {.known = true, .integer = 100000}};
    assert_true(lever_range_of(&line, &floor, 100, &range));
    assert_int_equal(range.least, 100000);
    assert_int_equal(range.most, 1200000);
    /* A value that the files give beyond the limits, which hold for what is adopted: the limits win. */
    struct pack_parameter above = {.least = {.known = true, .integer = 2000000}};
    assert_true(lever_range_of(&line, &above, 100, &range));
    assert_true(range.least == 2000000 && range.most == 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_to_twice_what_they_are), cmocka_unit_test(small_numbers_still_move),
        cmocka_unit_test(negative_ones_go_both_ways), cmocka_unit_test(what_is_no_number_has_no_slider),
        cmocka_unit_test(limits_are_kept)};
    return cmocka_run_group_tests_name("levers", tests, NULL, NULL);
}
