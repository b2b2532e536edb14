/* Definitions that use one another: any order, circles, faults once each, and chains too deep to run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "formula/formula.h"

static struct arena arena;
static struct schema *fixture;

static int setup(void **state)
{
    fixture = fixture_schema(&arena);
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&arena);
    return 0;
}

struct given {
    const char *name, *zh, *scope, *formula;
};

/* The fixture's registers with other definitions, the n-th standing in line n + 1, column 5 of d.yaml. */
static struct schema define(const struct given *given, size_t count)
{
    struct schema schema = *fixture;
    schema.definitions = arena_array(&arena, count, sizeof *schema.definitions);
    schema.definition_count = count;
    for (size_t i = 0; i < count; i++)
        schema.definitions[i] = (struct schema_definition){
            .label = {text_of(given[i].name), text_of(given[i].zh), {NULL, 0}},
            .scope = schema_register_find(fixture, text_of(given[i].scope)),
            .source = {text_of(given[i].formula), "d.yaml", (int)i + 1, 5},
        };
    return schema;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void any_order_will_do(void **state)
{
    static const struct given given[] = {
        {"c", "丙", "household", "b + 1"},
        {"b", "乙", "household", "a + village.v"},
        {"v", "丁", "village", "sum(household.a)"},
        {"a", "甲", "household", "plots"},
    };
    struct schema schema = define(given, COUNT(given));
    struct fault_list faults = {0};
    assert_int_equal(formula_check_definitions(&schema, &arena, &faults), 0);
    assert_int_equal(faults.count, 0);
    for (size_t i = 0; i < COUNT(given); i++) assert_non_null(schema.definitions[i].node);
    /* and again, as a pack that is reloaded does */
    assert_int_equal(formula_check_definitions(&schema, &arena, &faults), 0);
}

static void a_circle_is_named_whole_and_once(void **state)
{
    static const struct given given[] = {
        {"user", "用户", "household", "b > 1"},
        {"a", "甲", "household", "b + 1"},
        {"b", "乙", "household", "village.v + 1"},
        {"v", "丙", "village", "sum(household.a)"},
        {"self", "自身", "household", "if poor2 then self else 0"},
        {"poor2", "低", "household", "net_income < 5元"},
    };
    struct schema schema = define(given, COUNT(given));
    struct fault_list faults = {0};
    assert_int_equal(formula_check_definitions(&schema, &arena, &faults), ERR_INPUT);
    assert_int_equal(faults.count, 2);
    fault_list_sort(&faults);
    const struct err *circle = &faults.items[0];
    assert_non_null(strstr(circle->zh, "甲"));
    assert_non_null(strstr(circle->zh, "乙"));
    assert_non_null(strstr(circle->zh, "丙"));
    assert_null(strstr(circle->zh, "用户"));
    assert_string_equal(circle->file, "d.yaml");
    assert_non_null(strstr(faults.items[1].en, "self → self"));
    assert_int_equal(faults.items[1].line, 5);
    assert_null(schema.definitions[0].node);
    assert_non_null(schema.definitions[5].node);
    fault_list_fini(&faults);
}

static void a_code_of_the_same_name_is_no_circle(void **state)
{
    static const struct given given[] = {
        {"graduated", "脱贫户", "household", "category = graduated"},
        {"marginal", "边缘易致贫户", "household", "category in (边缘易致贫户, unstable)"},
        {"unstable", "不稳定", "household", "marginal and category = unstable"},
    };
    struct schema schema = define(given, COUNT(given));
    struct fault_list faults = {0};
    int code = formula_check_definitions(&schema, &arena, &faults);
    if (code != 0) fail_msg("%s", faults.items[0].en);
}

static void each_fault_is_reported_once_where_it_is(void **state)
{
    static const struct given given[] = {
        {"user", "用户", "household", "broken + 1"}, {"broken", "坏", "household", "plots + nosuch"},
        {"unread", "未解", "household", "plots +"},  {"other", "另", "household", "unread + broken"},
        {"fine", "好", "household", "plots + 1"},
    };
    struct schema schema = define(given, COUNT(given));
    struct fault_list faults = {0};
    assert_int_equal(formula_check_definitions(&schema, &arena, &faults), ERR_INPUT);
    fault_list_sort(&faults);
    assert_int_equal(faults.count, 2);
    assert_int_equal(faults.items[0].line, 2);
    assert_int_equal(faults.items[0].column, 13);
    assert_int_equal(faults.items[1].line, 3);
    assert_non_null(schema.definitions[4].node);
    fault_list_fini(&faults);

    struct node *node;
    struct err err;
    assert_int_equal(formula_check(&schema, &arena, schema.definitions[0].scope,
                                   (struct formula_source){.text = TEXT("user > 1")}, NULL, &node, &err),
                     ERR_INPUT);
    assert_non_null(strstr(err.en, "itself faulty"));
    assert_int_equal(formula_check_definitions(&schema, &arena, NULL), ERR_INPUT);
}

/* d0 = plots, d1 = d0 + d0, d2 = d1 + d1 …, or, the other way round, listed from the deepest. */
static struct schema chain(size_t count, bool backwards)
{
    struct given *given = arena_array(&arena, count, sizeof *given);
    for (size_t i = 0; i < count; i++) {
        size_t number = backwards ? count - 1 - i : i;
        given[i].name = arena_printf(&arena, "d%zu", number);
        given[i].zh = arena_printf(&arena, "第%zu层", number);
        given[i].scope = "household";
        given[i].formula =
            number == 0 ? "plots" : arena_printf(&arena, "d%zu + d%zu", number - 1, number - 1);
    }
    return define(given, count);
}

static void long_chains_share_and_do_not_explode(void **state)
{
    for (int backwards = 0; backwards <= 1; backwards++) {
        struct schema schema = chain(200, backwards);
        struct fault_list faults = {0};
        assert_int_equal(formula_check_definitions(&schema, &arena, &faults), 0);
        bool **used = arena_array(&arena, schema.register_count, sizeof *used);
        for (size_t reg = 0; reg < schema.register_count; reg++)
            used[reg] = arena_array(&arena, schema.registers[reg].field_count, sizeof **used);
        size_t last = backwards ? 0 : 199;
        formula_fields_used(&schema, schema.definitions[last].node, used);
        int scope = schema.definitions[last].scope;
        assert_true(used[scope][schema_field_find(&schema.registers[scope], TEXT("plots"))]);
    }
}

static void chains_too_deep_are_refused_where_they_become_so(void **state)
{
    struct schema schema = chain(2000, true);
    struct fault_list faults = {0};
    assert_int_equal(formula_check_definitions(&schema, &arena, &faults), ERR_INPUT);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.items[0].code, ERR_LIMIT);
    assert_non_null(schema.definitions[2000 - 200].node);
    assert_null(schema.definitions[0].node);
    fault_list_fini(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_will_do),
        cmocka_unit_test(a_circle_is_named_whole_and_once),
        cmocka_unit_test(a_code_of_the_same_name_is_no_circle),
        cmocka_unit_test(each_fault_is_reported_once_where_it_is),
        cmocka_unit_test(long_chains_share_and_do_not_explode),
        cmocka_unit_test(chains_too_deep_are_refused_where_they_become_so),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
