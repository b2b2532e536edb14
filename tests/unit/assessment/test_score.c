/* Points, ranks, grades and lists as a person reckons them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "assessment/score.h"
#include "base/money.h"

enum { ONE = DECIMAL_ONE };

static struct measured figure(int64_t above, int64_t below)
{
    return (struct measured){.known = true, .above = (__int128)above * ONE, .below = below};
}

static const struct measured unknown;

static void figures_give_points_between_zero_and_full(void **state)
{
    struct pack_criterion up = {.points = 30 * ONE, .full = 100 * ONE, .zero = 80 * ONE};
    struct pack_criterion down = {.points = 10 * ONE, .full = 0, .zero = 3 * ONE};
    const struct {
        const struct pack_criterion *criterion;
        int64_t above, below, points;
    } rows[] = {{&up, 100, 1, 30 * ONE}, {&up, 120, 1, 30 * ONE},
                {&up, 80, 1, 0},         {&up, -5, 1, 0},
                {&up, 90, 1, 15 * ONE},  {&up, 271, 3, 15 * ONE + 5000},
                {&up, 250, 3, 50000},    {&down, 0, 1, 10 * ONE},
                {&down, 3, 1, 0},        {&down, 1, 1, 6 * ONE + 6700},
                {&down, 4, 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct measured measured = figure(rows[i].above, rows[i].below);
        struct value value = score_by_figure(rows[i].criterion, &measured);
        assert_true(value.known);
        assert_int_equal(value.integer, rows[i].points);
    }
    assert_false(score_by_figure(&up, &unknown).known);
}

static void deductions_have_an_end(void **state)
{
    struct pack_criterion each = {.kind = CRITERION_DEDUCTION, .points = 10 * ONE, .each = 3 * ONE};
    struct measured none = figure(0, 1), two = figure(2, 1), nine = figure(9, 1);
    assert_int_equal(score_deduction(&each, &none).integer, 0);
    assert_int_equal(score_deduction(&each, &two).integer, 6 * ONE);
    assert_int_equal(score_deduction(&each, &nine).integer, 10 * ONE);
    assert_false(score_deduction(&each, &unknown).known);
}

static void attainment_is_a_part_of_the_target(void **state)
{
    struct pack_indicator more = {.direction = DIRECTION_AT_LEAST}, none = {.direction = DIRECTION_EXACTLY},
                          less = {.direction = DIRECTION_AT_MOST};
    struct measured half = figure(50, 1), over = figure(130, 1), zero = figure(0, 1), two = figure(2, 1);
    assert_int_equal(score_attainment(&more, 100 * ONE, &half).integer, ONE / 2);
    assert_int_equal(score_attainment(&more, 100 * ONE, &over).integer, ONE);
    assert_int_equal(score_attainment(&none, 0, &zero).integer, ONE);
    assert_int_equal(score_attainment(&none, 0, &two).integer, 0);
    assert_int_equal(score_attainment(&less, ONE, &two).integer, ONE / 2);
    assert_false(score_attainment(&more, ONE, &unknown).known);
    struct pack_criterion led = {.points = 60 * ONE};
    struct value attained[] = {{.known = true, .integer = ONE}, {0}, {.known = true, .integer = ONE / 2}};
    assert_int_equal(score_led(&led, attained, 3).integer, 45 * ONE);
    assert_false(score_led(&led, &attained[1], 1).known);
    assert_int_equal(score_led_one(&led, &attained[0], 2).integer, 30 * ONE);
    assert_int_equal(score_led_one(&led, &attained[2], 2).integer, 15 * ONE);
}

/* Just short of it is nearly all, so the line itself cannot be nothing. */
static void the_line_of_a_target_to_be_passed_is_all_of_it(void **state)
{
    struct pack_indicator above = {.direction = DIRECTION_ABOVE}, below = {.direction = DIRECTION_BELOW};
    struct measured short_of = figure(549, 100), at = figure(55, 10), past = figure(551, 100),
                    nothing = figure(0, 1);
    const int64_t target = 55 * ONE / 10;
    assert_int_equal(score_attainment(&above, target, &short_of).integer, 9982);
    assert_int_equal(score_attainment(&above, target, &at).integer, ONE);
    assert_int_equal(score_attainment(&above, target, &past).integer, ONE);
    assert_int_equal(score_attainment(&below, target, &short_of).integer, ONE);
    assert_int_equal(score_attainment(&below, target, &at).integer, ONE);
    assert_int_equal(score_attainment(&below, target, &past).integer, 9982);
    /* Of more than nothing, nothing is no part. */
    assert_int_equal(score_attainment(&above, 0, &nothing).integer, 0);
}

static void ranks_grades_and_lists(void **state)
{
    static const struct pack_grade grades[] = {{.from = 90 * ONE}, {.from = 60 * ONE}, {.from = 0}};
    static const struct pack_assessment_list lists[] = {{.first = 2, .has_from = true, .from = 80 * ONE},
                                                        {.last = 1, .has_below = true, .below = 75 * ONE}};
    struct pack_scheme scheme = {.grades = grades, .grade_count = 3, .lists = lists, .list_count = 2};
    struct score_total totals[] = {{.points = 95 * ONE},
                                   {.points = 95 * ONE, .grade_most = 1},
                                   {.points = 70 * ONE},
                                   {.points = 79 * ONE},
                                   {.points = 99 * ONE, .open = 1}};
    score_rank(&scheme, totals, 5);
    const int64_t ranks[] = {1, 1, 4, 3, 0}, places[] = {0, 1, 1, 1, 0};
    const uint64_t on[] = {1, 1, 2, 0, 0};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(totals[i].rank, ranks[i]);
        assert_int_equal(totals[i].grade, places[i]);
        assert_int_equal(totals[i].lists, on[i]);
    }
}

static void a_part_never_falls_below_nothing(void **state)
{
    static const struct pack_criterion criteria[] = {{.points = 100 * ONE},
                                                     {.kind = CRITERION_DEDUCTION, .points = 20 * ONE}};
    struct pack_assessment_part part = {.criteria = criteria, .criterion_count = 2};
    struct value points[] = {{.known = true, .integer = 5 * ONE}, {.known = true, .integer = 20 * ONE}};
    struct score_total total = {0};
    score_part(&part, points, NULL, &total);
    assert_int_equal(total.points, 0);
    assert_int_equal(total.open, 0);
    points[0].known = false;
    score_part(&part, points, NULL, &total);
    assert_int_equal(total.open, 1);
}

static void what_does_not_apply_is_shared_out(void **state)
{
    static const struct pack_criterion criteria[] = {{.points = 40 * ONE, .shared = true},
                                                     {.points = 30 * ONE},
                                                     {.points = 30 * ONE},
                                                     {.kind = CRITERION_DEDUCTION, .points = 10 * ONE}};
    struct pack_assessment_part part = {.criteria = criteria, .criterion_count = 4};
    struct value points[] = {{0},
                             {.known = true, .integer = 30 * ONE},
                             {.known = true, .integer = 10 * ONE},
                             {.known = true, .integer = 2 * ONE}};
    const bool spared[] = {true, false, false, false}, all[] = {true, true, true, false};
    struct score_total total = {0};
    score_part(&part, points, spared, &total);
    assert_int_equal(total.points, 6467 * (ONE / 100)); /* 40 of 60 is 66.67 of 100; 2 are taken off */
    assert_int_equal(total.open, 0);
    score_part(&part, points, NULL, &total);
    assert_int_equal(total.open, 1);
    score_part(&part, points, all, &total);
    assert_true(total.open > 0);

    struct measured nothing = {0}, known = {.known = true, .below = 1};
    struct figure nobody = {0}, missing = {.undetermined = 3};
    assert_true(score_spares(&criteria[0], &nobody, &nothing));
    assert_false(score_spares(&criteria[0], &missing, &nothing));
    assert_false(score_spares(&criteria[0], &nobody, &known));
    assert_false(score_spares(&criteria[1], &nobody, &nothing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures_give_points_between_zero_and_full),
                                       cmocka_unit_test(deductions_have_an_end),
                                       cmocka_unit_test(attainment_is_a_part_of_the_target),
                                       cmocka_unit_test(the_line_of_a_target_to_be_passed_is_all_of_it),
                                       cmocka_unit_test(ranks_grades_and_lists),
                                       cmocka_unit_test(a_part_never_falls_below_nothing),
                                       cmocka_unit_test(what_does_not_apply_is_shared_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
