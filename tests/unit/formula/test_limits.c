/* Formulas of absurd size and depth: long chains are read, checked, compared and printed without deep
 * recursion; whatever nests too deep is refused with a position. */
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

static int check(struct text text, struct node **node, struct err *err)
{
    return formula_check(schema, &arena, household, (struct formula_source){.text = text}, NULL, node, err);
}

static void repeat(struct buffer *out, const char *part, size_t times)
{
    for (size_t i = 0; i < times; i++) buffer_string(out, part);
}

static void assert_chain(const char *first, const char *more, size_t size)
{
    struct buffer text = {0}, printed = {0};
    struct node *node, *again;
    struct err err;
    buffer_string(&text, first);
    repeat(&text, more, (size - text.size) / strlen(more));
    assert_int_equal(check(buffer_get(&text), &node, &err), 0);
    formula_print(schema, node, "en", &printed);
    assert_string_equal(printed.data, text.data);
    assert_int_equal(check(buffer_get(&printed), &again, &err), 0);
    assert_true(formula_equal(node, again));
    buffer_fini(&text);
    buffer_fini(&printed);
}

static void chains_may_be_as_long_as_a_formula(void **state)
{
    enum { LONG = FORMULA_SIZE_MAX / 8 }; /* with recursion, long enough to overflow any stack */
    assert_chain("poor", " and poor", FORMULA_SIZE_MAX);
    assert_chain("poor", " or poor and safe_house", LONG);
    assert_chain("plots", " + plots", LONG);
    assert_chain("plots", " - 1", LONG);
    assert_chain("plots + 0.5", " + plots * 2", LONG);
    assert_chain("0.5", " * plots", LONG);
}

static void long_lists_are_quick(void **state)
{
    enum { CODES = 40000 };
    struct schema_code *codes = arena_array(&arena, CODES, sizeof *codes);
    struct buffer text = {0}, printed = {0};
    for (size_t i = 0; i < CODES; i++) codes[i].label.name = text_of(arena_printf(&arena, "code%zu", i));
    struct schema_dictionary dictionary = {.label = {TEXT("many"), TEXT("许多"), {NULL, 0}}, codes, CODES};
    struct schema_parameter parameter = {.label = {TEXT("chosen"), TEXT("所选"), {NULL, 0}},
                                         .type = {TYPE_CODE, 0, -1, -1}};
    struct schema large = {
        .dictionaries = &dictionary, .dictionary_count = 1, .parameters = &parameter, .parameter_count = 1};
    buffer_string(&text, "chosen in (code0");
    for (size_t i = 1; i < CODES; i++) buffer_printf(&text, ", code%zu", i);
    buffer_string(&text, ")");
    struct node *node;
    struct err err;
    assert_int_equal(formula_check(&large, &arena, -1, (struct formula_source){.text = buffer_get(&text)},
                                   NULL, &node, &err),
                     0);
    assert_int_equal(node->child_count, CODES + 1);
    formula_print(&large, node, "zh", &printed);
    assert_non_null(strstr(printed.data, "所选 属于 (code0, code1, "));
    buffer_fini(&text);
    buffer_fini(&printed);
}

static void assert_too_deep(const char *open, const char *middle, const char *close)
{
    struct buffer text = {0};
    struct node *node;
    struct err err;
    repeat(&text, open, 10000);
    buffer_string(&text, middle);
    repeat(&text, close, 10000);
    assert_int_equal(check(buffer_get(&text), &node, &err), ERR_LIMIT);
    assert_int_equal(err.line, 1);
    assert_in_range(err.column, FORMULA_DEPTH_MAX, 1 + 100 * FORMULA_DEPTH_MAX);
    buffer_fini(&text);
}

static void deep_nesting_is_refused_where_it_becomes_too_deep(void **state)
{
    assert_too_deep("(", "1", ")");
    assert_too_deep("- ", "plots", "");
    assert_too_deep("not ", "poor", "");
    assert_too_deep("abs(", "plots", ")");
    assert_too_deep("coalesce(1, ", "plots", ")");
    assert_too_deep("if poor then ", "1", " else 2");
    assert_too_deep("if poor then 1 else ", "2", "");
    assert_too_deep("1 + (2 - ", "plots", ")");
    assert_too_deep("poor = (", "poor", ")");
}

static void nesting_up_to_the_limit_is_fine(void **state)
{
    struct buffer text = {0};
    struct node *node;
    struct err err;
    repeat(&text, "1 - (", FORMULA_DEPTH_MAX - 2);
    buffer_string(&text, "plots - 1");
    repeat(&text, ")", FORMULA_DEPTH_MAX - 2);
    assert_int_equal(check(buffer_get(&text), &node, &err), 0);
    struct buffer printed = {0};
    formula_print(schema, node, "en", &printed);
    assert_string_equal(printed.data, text.data);
    buffer_fini(&text);
    buffer_fini(&printed);
}

static void size_and_paths_are_limited(void **state)
{
    struct buffer text = {0};
    struct node *node;
    struct err err;
    repeat(&text, " ", FORMULA_SIZE_MAX);
    buffer_string(&text, "1");
    assert_int_equal(check(buffer_get(&text), &node, &err), ERR_LIMIT);
    buffer_clear(&text);
    buffer_string(&text, "village");
    repeat(&text, ".village", 1000);
    assert_int_equal(check(buffer_get(&text), &node, &err), ERR_LIMIT);
    assert_int_equal(err.line, 1);
    buffer_fini(&text);
}

static void garbage_of_any_length_is_an_error(void **state)
{
    static const char *const parts[] = {"((((", "a",      "一", "9",    "[",   "\"x",  "2022-",
                                        "not ", "count(", "。", "\xe4", "if ", "1 + ", ","};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        struct node *node;
        struct err err;
        repeat(&text, parts[i], FORMULA_SIZE_MAX / 4 / strlen(parts[i]));
        assert_true(check(buffer_get(&text), &node, &err) < 0);
        assert_true(err.line > 0 && err.zh[0] != '\0' && err.en[0] != '\0');
        buffer_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_may_be_as_long_as_a_formula),
        cmocka_unit_test(long_lists_are_quick),
        cmocka_unit_test(deep_nesting_is_refused_where_it_becomes_too_deep),
        cmocka_unit_test(nesting_up_to_the_limit_is_fine),
        cmocka_unit_test(size_and_paths_are_limited),
        cmocka_unit_test(garbage_of_any_length_is_an_error),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
