/* Programs as their users see them: shared work, replaced parameters, cancelling, what is not loaded,
 * formulas of any length. That answers are right is test_program_random's business. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/cmocka_all.h"
#include "base/date.h"
#include "fixture.h"
#include "formula/formula.h"
#include "formula/program.h"

struct county {
    struct arena arena;
    struct schema *schema;
    struct frame *frame;
};

static struct county county;
static const char *families;

static int set_up(void **state)
{
    (void)state;
    struct err err;
    county.schema = fixture_schema(&county.arena);
    return fixture_load(county.schema, families, &county.arena, &county.frame, &err);
}

static int tear_down(void **state)
{
    (void)state;
    frame_free(county.frame);
    arena_fini(&county.arena);
    return 0;
}

static int32_t day(int year, int month, int number)
{
    int32_t date = 0;
    assert_true(date_make(year, month, number, &date));
    return date;
}

static const struct node *formula(const char *reg, const char *text)
{
    struct node *node = NULL;
    struct err err;
    int scope = schema_register_find(county.schema, text_of(reg));
    int status = formula_check(county.schema, &county.arena, scope,
                               (struct formula_source){.text = text_of(text)}, NULL, &node, &err);
    if (status != 0) fprintf(stderr, "%s: %s\n", text, err.en);
    assert_int_equal(status, 0);
    return node;
}

static struct program_root root(const char *reg, const char *text)
{
    return (struct program_root){formula(reg, text), schema_register_find(county.schema, text_of(reg))};
}

static struct program *compile(const struct program_root *roots, size_t count)
{
    struct program *program = NULL;
    struct err err;
    assert_int_equal(program_new(county.schema, roots, count,
                                 &(struct program_options){.as_of = day(2022, 9, 30)}, &program, &err),
                     0);
    return program;
}

static struct value value_of(const struct program *program, int64_t id)
{
    struct program_result result;
    struct program_run_options options = {.reg = -1};
    struct err err;
    int household = schema_register_find(county.schema, TEXT("household"));
    assert_int_equal(program_run(program, county.frame, &options, &result, &err), 0);
    struct value value = program_result_get(&result, frame_row(county.frame, household, id));
    program_results_fini(&result, 1);
    return value;
}

static void shared_work_is_done_once(void **state)
{
    (void)state;
    const struct program_root alone = root("household", "net_income / member_count < 10000元");
    const struct program_root both[] = {
        alone,
        root("household", "net_income / member_count >= 10000元"), /* not the same < */
        root("household", "income_per_head < 10000元 and safe_house"),
    };
    struct program *one = compile(&alone, 1), *three = compile(both, 3);
    assert_int_equal(program_stages(one), 1);
    assert_int_equal(program_stages(three), 1);
    assert_int_equal(program_steps(three), program_steps(one) + 3); /* a not, a load, an and */
    program_free(one);
    program_free(three);
}

static void stages_follow_nesting(void **state)
{
    (void)state;
    const struct {
        const char *reg, *text;
        size_t stages;
    } cases[] = {
        {"household", "exists(person where able_to_work) and count(income) > 2", 1},
        {"household", "village.rural_population > 3", 1},
        {"person", "household.village.rural_population > 3", 1},
        {"village", "sum(household: count(person))", 2},
        {"household", "village.poor_share > 0.5", 2}, /* shares of the poor first */
        {"household", "rank(net_income)", 3},
        {"household", "count(transfer via giver) > 0", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program_root one = root(cases[i].reg, cases[i].text);
        struct program *program = compile(&one, 1);
        if (program_stages(program) != cases[i].stages) fprintf(stderr, "%s\n", cases[i].text);
        assert_int_equal(program_stages(program), cases[i].stages);
        program_free(program);
    }
}

static void constants_fold(void **state)
{
    (void)state;
    struct program_root one =
        root("household", "net_income < (1 + 2) * 1000元 * 2 / 3 and as_of > 2022-01-01");
    struct program *program = compile(&one, 1);
    assert_int_equal(program_steps(program), 3); /* load, constant, less */
    program_free(program);
}

static void a_tree_without_records(void **state)
{
    (void)state;
    struct program_root one = {formula("household", "income_line * 2"), -1};
    struct program *program = compile(&one, 1);
    struct program_result result;
    struct err err;
    assert_int_equal(
        program_run(program, county.frame, &(struct program_run_options){.reg = -1}, &result, &err), 0);
    assert_int_equal(result.rows, 1);
    assert_int_equal(program_result_get(&result, 0).integer, 2000000);
    program_results_fini(&result, 1);
    program_free(program);
}

static void parameters_are_valued_at_the_date(void **state)
{
    (void)state;
    struct program_root one = root("household", "income_line"),
                        before = root("household", "previous(income_line)");
    int line = schema_parameter_find(county.schema, TEXT("income_line"));
    const struct {
        int32_t as_of;
        bool replaced;
        int64_t now, earlier;
    } cases[] = {
        {day(2022, 1, 1), false, 1000000, 600000}, {day(2021, 12, 31), false, 600000, 600000},
        {day(2020, 6, 1), false, 600000, -1},      {day(2019, 6, 1), false, -1, -1},
        {day(2022, 1, 1), true, 77, 77},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program_overlay overlay = {line, {.known = true, .integer = 77}};
        struct program_options options = {
            .as_of = cases[i].as_of, .overlays = &overlay, .overlay_count = cases[i].replaced};
        for (int which = 0; which < 2; which++) {
            struct program *program;
            struct err err;
            int64_t want = which == 0 ? cases[i].now : cases[i].earlier;
            assert_int_equal(
                program_new(county.schema, which == 0 ? &one : &before, 1, &options, &program, &err), 0);
            struct value value = value_of(program, 1);
            assert_int_equal(value.known, want >= 0);
            if (want >= 0) assert_int_equal(value.integer, want);
            program_free(program);
        }
    }
}

static bool at_once(void *context)
{
    ++*(int *)context;
    return true;
}

static void cancelling_leaves_nothing(void **state)
{
    (void)state;
    struct program_root one = root("household", "count(person)");
    struct program *program = compile(&one, 1);
    struct program_result result;
    struct err err;
    int asked = 0;
    struct program_run_options options = {.threads = 1, .reg = -1, .cancelled = at_once, .context = &asked};
    assert_int_equal(program_run(program, county.frame, &options, &result, &err), ERR_CANCELLED);
    assert_int_equal(asked, 1);
    assert_null(result.integers);
    program_results_fini(&result, 1);
    program_free(program);
}

static void a_column_that_is_not_loaded(void **state)
{
    (void)state;
    struct frame_builder *builder = frame_builder_new(county.schema);
    int household = schema_register_find(county.schema, TEXT("household")),
        village = schema_register_find(county.schema, TEXT("village"));
    bool fields[64] = {true};
    struct frame *frame;
    struct err err;
    frame_builder_fields(builder, village, (const bool[64]){false});
    frame_builder_row(builder, village, 1, NULL);
    frame_builder_fields(builder, household, fields);
    frame_builder_row(builder, household, 1, &(struct value){.known = true, .integer = 1});
    assert_int_equal(frame_builder_finish(builder, &frame, &err), 0);
    struct program_root one = root("household", "net_income > 5元");
    struct program *program = compile(&one, 1);
    struct program_result result;
    assert_int_equal(program_run(program, frame, &(struct program_run_options){.reg = -1}, &result, &err),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(err.en, "household.net_income"));
    program_free(program);
    frame_free(frame);
}

/* A chain of two hundred thousand conditions neither ends the stack nor takes quadratic time. */
static void chains_of_any_length(void **state)
{
    (void)state;
    const char *const links[] = {" or plots = 3", " + 1", " and plots <> 9"};
    const char *const firsts[] = {"plots = 5", "plots", "plots = 3"};
    for (size_t i = 0; i < 3; i++) {
        struct buffer text = {0};
        buffer_string(&text, firsts[i]);
        while (text.size < 400000) buffer_string(&text, links[i]);
        buffer_char(&text, '\0');
        struct program_root one = root("household", text.data);
        struct program *program = compile(&one, 1);
        struct value value = value_of(program, 1);
        assert_true(value.known);
        if (i == 1)
            assert_int_equal(value.integer, 3 + (int64_t)((text.size - 6) / 4));
        else
            assert_int_equal(value.integer, 1);
        program_free(program);
        buffer_fini(&text);
    }
}

static void single_rows_cost_single_rows(void **state)
{
    (void)state;
    struct program_root two[] = {root("village", "sum(household: count(person))"),
                                 root("household", "village.poor_share")};
    struct program *program = compile(two, 2);
    struct program_result results[2];
    struct err err;
    int village = two[0].scope;
    struct program_run_options options = {.reg = village, .row = frame_row(county.frame, village, 1)};
    assert_int_equal(program_run(program, county.frame, &options, results, &err), 0);
    assert_int_equal(results[0].rows, 1);
    assert_int_equal(results[1].rows, 0);
    assert_int_equal(program_result_get(&results[0], 0).integer, 7);
    program_results_fini(results, 2);
    program_free(program);
}

int main(int argc, char **argv)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/formula/data/families.txt", argc > 1 ? argv[1] : ".");
    families = path;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_work_is_done_once),
        cmocka_unit_test(stages_follow_nesting),
        cmocka_unit_test(constants_fold),
        cmocka_unit_test(a_tree_without_records),
        cmocka_unit_test(parameters_are_valued_at_the_date),
        cmocka_unit_test(cancelling_leaves_nothing),
        cmocka_unit_test(a_column_that_is_not_loaded),
        cmocka_unit_test(chains_of_any_length),
        cmocka_unit_test(single_rows_cost_single_rows),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
