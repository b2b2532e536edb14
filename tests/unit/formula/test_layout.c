/* Layout: what it looks like, and that nothing but the look changes. */
#include <glob.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cases.h"
#include "fixture.h"
#include "formula/formula.h"
#include "formula/layout.h"

static struct arena arena;
static struct schema *schema;
static const char *root;

static int setup(void **state)
{
    schema = fixture_schema(&arena);
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&arena);
    return 0;
}

static struct text lay(struct text formula, size_t width)
{
    struct buffer out = {0};
    struct err err;
    if (formula_layout(schema, formula, width, &out, &err) < 0)
        fail_msg("%.*s: %s", TEXT_ARGS(formula), err.en);
    struct text text = arena_text(&arena, buffer_get(&out));
    buffer_fini(&out);
    return text;
}

static void formulas_look_as_they_are_best_read(void **state)
{
    static const struct {
        size_t width;
        const char *written, *wanted;
    } expected[] = {
        {100, "  plots+1 ", "plots + 1"},
        {100, "（plots，）", NULL},
        {100, "category in（graduated、marginal） AND  plots＜＝3",
         "category in (graduated, marginal) and plots <= 3"},
        {100, "- plots - -1*- 2", "-plots - -1 * -2"},
        {100, "- - plots", "- -plots"},
        {100, "sum ( income : amount-cost  其中 amount>0 元 )",
         "sum(income: amount - cost 其中 amount > 0 元)"},
        {100, "village . rural_population", "village.rural_population"},
        {100, "not(poor)", "not (poor)"},
        {100, "plots -- lots\n+1", "plots  -- lots\n+ 1"},
        {100, "-- first\n-- second\nplots -- last", "-- first\n-- second\nplots  -- last"},
        {100, "plots\n\n-- behind\n", "plots\n-- behind"},
        {30, "plots > 1 and net_income > 3万元 and poor", "plots > 1\nand net_income > 3万元\nand poor"},
        {30, "plots between 1 and 3 and net_income > 3万元", "plots between 1 and 3\nand net_income > 3万元"},
        {30, "plots > 1 and poor or net_income > 3万元 or plots > 1 and poor and strict and plots > 2",
         "plots > 1 and poor\nor net_income > 3万元\nor plots > 1\n    and poor\n    and strict\n    and "
         "plots > 2"},
        {40, "exists(person where able_to_work and willing and not employed) and poor",
         "exists(\n    person\n    where able_to_work\n        and willing\n        and not employed\n)\nand "
         "poor"},
        {30, "category in (graduated, marginal, ordinary, sudden)",
         "category in (\n    graduated, marginal,\n    ordinary, sudden\n)"},
        {20, "if poor and strict then plots else 2", "if poor and strict\nthen plots\nelse 2"},
        {30, "poor and (plots > 1 -- why\n or strict)",
         "poor\nand (\n    plots > 1  -- why\n    or strict\n)"},
        {20, "纯收入 > 1万元 且 低收入 且 地块数 > 1", "纯收入 > 1万元\n且 低收入\n且 地块数 > 1"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct buffer out = {0};
        int code = formula_layout(schema, text_of(expected[i].written), expected[i].width, &out, NULL);
        if (expected[i].wanted == NULL)
            assert_int_equal(code, ERR_INPUT);
        else {
            assert_int_equal(code, 0);
            assert_string_equal(out.data, expected[i].wanted);
        }
        buffer_fini(&out);
    }
}

static void faults_have_their_place_and_nothing_is_written(void **state)
{
    struct buffer out = {0};
    struct err err;
    assert_int_equal(formula_layout(schema, TEXT("plots >\n  > 1"), 80, &out, &err), ERR_INPUT);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 3);
    assert_int_equal(out.size, 0);
    buffer_fini(&out);
}

static size_t comments_in(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.at[i] != '-' || text.at[i + 1] != '-') continue;
        count++;
        while (i < text.size && text.at[i] != '\n') i++;
    }
    return count;
}

/* Every formula of the language's cases, at widths from hopeless to ample. */
static void layout_keeps_meaning_and_is_stable(void **state)
{
    static const size_t widths[] = {1, 20, 60, 100};
    struct test_cases cases = {0};
    struct err err;
    glob_t files;
    size_t seen = 0;
    assert_int_equal(glob(arena_printf(&arena, "%s/tests/formula/*.test", root), 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        if (cases_read(schema, files.gl_pathv[i], &arena, &cases, &err) < 0) fail_msg("%s", err.en);
    globfree(&files);
    if (cases_read(schema, arena_printf(&arena, "%s/docs/formula.md", root), &arena, &cases, &err) < 0)
        fail_msg("%s", err.en);
    for (size_t i = 0; i < cases.count; i++) {
        struct formula_source source = {.text = cases.items[i].formula};
        struct node *before, *after;
        int reg = cases.items[i].reg;
        if (formula_check(schema, &arena, reg, source, NULL, &before, NULL) < 0) continue;
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            struct text once = lay(source.text, widths[w]), twice = lay(once, widths[w]);
            struct formula_source again = {.text = once};
            if (!text_equal(once, twice))
                fail_msg("not stable:\n%.*s\n%.*s", TEXT_ARGS(once), TEXT_ARGS(twice));
            if (formula_check(schema, &arena, reg, again, NULL, &after, &err) < 0)
                fail_msg("%.*s: %s", TEXT_ARGS(once), err.en);
            if (!formula_equal(before, after)) fail_msg("another meaning: %.*s", TEXT_ARGS(once));
            if (text_find(source.text, TEXT("\"")) < 0)
                assert_int_equal(comments_in(once), comments_in(source.text));
        }
        seen++;
    }
    assert_true(seen > 300);
}

static void a_deep_and_a_long_formula_are_laid_out(void **state)
{
    enum { DEEP = 400, LONG = 60000 };
    struct buffer text = {0};
    for (int i = 0; i < DEEP; i++) buffer_string(&text, "(plots + ");
    buffer_string(&text, "1");
    for (int i = 0; i < DEEP; i++) buffer_char(&text, ')');
    lay(buffer_get(&text), 80);
    buffer_clear(&text);
    buffer_string(&text, "plots = 0");
    for (int i = 0; i < LONG; i++) buffer_string(&text, " or plots=1");
    struct text laid = lay(buffer_get(&text), 80);
    assert_true(text_ends(laid, TEXT("\nor plots = 1")));
    buffer_fini(&text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_look_as_they_are_best_read),
        cmocka_unit_test(faults_have_their_place_and_nothing_is_written),
        cmocka_unit_test(layout_keeps_meaning_and_is_stable),
        cmocka_unit_test(a_deep_and_a_long_formula_are_laid_out),
    };
    if (argc != 2) return EXIT_FAILURE;
    root = argv[1];
    return cmocka_run_group_tests(tests, setup, teardown);
}
