/* Types that formulas get, the type that is wanted of them, and where errors stand in their file. What
 * formulas mean is tested by tests/formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "formula/formula.h"

static struct arena arena;
static struct schema *schema;
static int household;

static int setup(void **state)
{
    schema = fixture_schema(&arena);
    household = schema_register_find(schema, TEXT("household"));
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&arena);
    return 0;
}

static const struct node *check(const char *formula, const struct type *wanted)
{
    struct node *node;
    struct err err;
    int code = formula_check(schema, &arena, household, (struct formula_source){.text = text_of(formula)},
                             wanted, &node, &err);
    if (code < 0) fail_msg("%s: %s", formula, err.en);
    return node;
}

static void formulas_get_these_types(void **state)
{
    static const char *const expected[][2] = {
        {"plots + 1", "integer"},
        {"plots + 0.5", "decimal"},
        {"plots / 2", "ratio"},
        {"arable / 2", "decimal in mu"},
        {"arable / orchard", "ratio"},
        {"arable / member_count", "decimal"},
        {"arable * plots", "decimal in mu"},
        {"plots + 3 mu", "integer in mu"},
        {"net_income / plots", "money"},
        {"net_income / net_income_before", "ratio"},
        {"growth * net_income", "money"},
        {"growth * plots", "decimal"},
        {"growth + 1", "ratio"},
        {"1 / growth", "ratio"},
        {"joined - joined", "integer"},
        {"joined + 1", "date"},
        {"cleared - 12", "month"},
        {"category", "code of household_category"},
        {"causes", "set of codes of cause"},
        {"village", "record of village"},
        {"count(person)", "integer"},
        {"avg(person.days)", "ratio"},
        {"avg(person.wage)", "money"},
        {"max(person.birth_date)", "date"},
        {"share(person.insured)", "ratio"},
        {"0.00001", "ratio"},
        {"1.5万", "integer"},
        {"if poor then 0 else net_income", "money"},
        {"if poor then 1 else arable", "decimal in mu"},
        {"coalesce(null, growth)", "ratio"},
        {"least(1, arable)", "decimal in mu"},
        {"previous(category)", "code of household_category"},
        {"round(arable)", "decimal in mu"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct buffer words = {0};
        type_print(schema, check(expected[i][0], NULL)->type, "en", &words);
        if (strcmp(words.data, expected[i][1]) != 0) fail_msg("%s: %s", expected[i][0], words.data);
        buffer_fini(&words);
    }
}

static void literals_become_the_type_that_is_wanted(void **state)
{
    struct type money = type_of(TYPE_MONEY), growth = type_of(TYPE_RATIO), decimal = type_of(TYPE_DECIMAL);
    struct type category = {TYPE_CODE, 0, -1, -1}, truth = type_of(TYPE_BOOL);
    assert_int_equal(check("0", &money)->type.kind, TYPE_MONEY);
    assert_true(check("0.055", &growth)->value.ratio == 0.055);
    assert_int_equal(check("3", &decimal)->value.integer, 30000);
    assert_int_equal(check("plots", &decimal)->op, NODE_CONVERT);
    assert_int_equal(check("脱贫户", &category)->value.integer, 0);
    assert_false(check("null", &truth)->value.known);
    check("5 mu", &(struct type){TYPE_INT, -1, 0, -1});
}

static void another_type_than_wanted_is_refused(void **state)
{
    struct node *node;
    struct err err;
    struct type money = type_of(TYPE_MONEY), km = {TYPE_DECIMAL, -1, 1, -1}, wheel = {TYPE_CODE, 1, -1, -1};
    struct formula_source source = {.text = TEXT("plots")};
    assert_int_equal(formula_check(schema, &arena, household, source, &money, &node, &err), ERR_INPUT);
    assert_string_equal(err.en, "money is wanted here, but the formula gives integer");
    assert_string_equal(err.zh, "此处要金额，公式的结果却是整数");
    assert_null(node);
    source.text = TEXT("arable");
    assert_int_equal(formula_check(schema, &arena, household, source, &km, &node, &err), ERR_INPUT);
    source.text = TEXT("category");
    assert_int_equal(formula_check(schema, &arena, household, source, &wheel, &node, &err), ERR_INPUT);
    assert_int_equal(formula_check(schema, &arena, household, source, &wheel, &node, NULL), ERR_INPUT);
}

static void errors_stand_where_the_text_stands_in_its_file(void **state)
{
    struct node *node;
    struct err err;
    struct formula_source source = {TEXT("plots > 1 and groth < 0"), "rules/key.yaml", 12, 14};
    assert_int_equal(formula_check(schema, &arena, household, source, NULL, &node, &err), ERR_INPUT);
    assert_string_equal(err.file, "rules/key.yaml");
    assert_int_equal(err.line, 12);
    assert_int_equal(err.column, 28);
    source.text = TEXT("plots > 1\n  and groth < 0");
    assert_int_equal(formula_check(schema, &arena, household, source, NULL, &node, &err), ERR_INPUT);
    assert_int_equal(err.line, 13);
    assert_int_equal(err.column, 7);
}

static void nodes_know_their_scope_and_place(void **state)
{
    const struct node *node = check("income_line > 0 and\n poor", NULL);
    assert_int_equal(node->scope, household);
    assert_int_equal(node->children[0]->scope, -1);
    assert_int_equal(node->children[1]->line, 2);
    assert_int_equal(node->children[1]->column, 2);
    node = check("sum(person.wage where able_to_work)", NULL);
    assert_int_equal(node->scope, household);
    assert_int_equal(node->other, node->children[0]->scope);
    assert_int_equal(node->other, node->children[1]->scope);
}

static void arguments_left_out_are_filled_in(void **state)
{
    assert_int_equal(check("age(joined)", NULL)->children[1]->op, NODE_AS_OF);
    const struct node *round = check("round(arable)", NULL);
    assert_int_equal(round->child_count, 2);
    assert_int_equal(round->children[1]->value.integer, 0);
}

static void equality_sees_every_difference(void **state)
{
    static const char *const different[] = {
        "plots",
        "arable",
        "plots + 1",
        "plots + 2",
        "plots - 1",
        "1 + plots",
        "plots + 1 + 1",
        "plots + (1 + 1)",
        "count(person)",
        "count(person where insured)",
        "count(income)",
        "count(visit)",
        "count(visit via referred)",
        "sum(person.days)",
        "max(person.days)",
        "year(joined)",
        "month_number(joined)",
        "\"a\"",
        "\"b\"",
        "5%",
        "6%",
        "income_line",
        "growth_line",
        "poor",
        "growth",
        "village.name",
        "site.name",
        "if poor then 1",
        "if poor then 1 else 2",
        "causes has illness",
        "causes only illness",
    };
    size_t count = sizeof different / sizeof *different;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (formula_equal(check(different[i], NULL), check(different[k], NULL)) != (i == k))
                fail_msg("%s and %s", different[i], different[k]);
    assert_true(formula_equal(NULL, NULL));
}

static void formulas_tell_days_apart_by_what_they_ask_for(void **state)
{
    static const struct {
        const char *formula;
        enum formula_dated dated;
    } expected[] = {{"plots + 1", FORMULA_UNDATED},
                    {"year(joined) = 2022", FORMULA_UNDATED},
                    {"year(joined) = this_year", FORMULA_DATED_BY_YEAR},
                    {"joined <= as_of", FORMULA_DATED},
                    {"cleared <= this_month and year(joined) = this_year", FORMULA_DATED},
                    {"previous(plots)", FORMULA_UNDATED}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(formula_dated(check(expected[i].formula, NULL)), expected[i].dated);
    assert_int_equal(formula_dated(NULL), FORMULA_UNDATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_get_these_types),
        cmocka_unit_test(formulas_tell_days_apart_by_what_they_ask_for),
        cmocka_unit_test(literals_become_the_type_that_is_wanted),
        cmocka_unit_test(another_type_than_wanted_is_refused),
        cmocka_unit_test(errors_stand_where_the_text_stands_in_its_file),
        cmocka_unit_test(nodes_know_their_scope_and_place),
        cmocka_unit_test(arguments_left_out_are_filled_in),
        cmocka_unit_test(equality_sees_every_difference),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
