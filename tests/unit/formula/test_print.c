/* Printing: the canonical text in both languages, and that it reads back as the same tree, for chosen
 * formulas and for many that are put together from the cases of the language. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "fixture.h"
#include "formula/formula.h"

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

static int check(int scope, struct text text, struct node **node, struct err *err)
{
    return formula_check(schema, &arena, scope, (struct formula_source){.text = text}, NULL, node, err);
}

static void assert_printed(int scope, const struct node *node, const char *language, const char *wanted)
{
    struct buffer printed = {0};
    struct node *again;
    struct err err;
    formula_print(schema, node, language, &printed);
    if (wanted != NULL) assert_string_equal(printed.data, wanted);
    if (check(scope, buffer_get(&printed), &again, &err) < 0) fail_msg("%s: %s", printed.data, err.en);
    if (!formula_equal(node, again)) fail_msg("%s reads back as something else", printed.data);
    buffer_fini(&printed);
}

static void formulas_are_printed_in_both_languages(void **state)
{
    static const char *const expected[][3] = {
        {"((plots)) + ((1*2))", "plots + 1 * 2", "地块数 + 1 * 2"},
        {"plots-(1-2)-(3*(4+5))", "plots - (1 - 2) - 3 * (4 + 5)", "地块数 - (1 - 2) - 3 * (4 + 5)"},
        {"duplicated ( phone WITHIN village , site ACROSS (category) )",
         "duplicated(phone within village, site across category)",
         "重复(联系电话 同一 所在村, 安置点 不同 户类别)"},
        {"名次(纯收入 同一 村)", "rank(net_income within village)", "名次(纯收入 同一 所在村)"},
        {"latest(income : (amount) BY month where wheel = wage)",
         "latest(income.amount by month where wheel = wage)", "最新(收入.金额 按 年月 其中 轮子 = 工资性)"},
        {"最早(土地流转 经 转出户：流转面积 * 2 按 流转面积)",
         "earliest(transfer via giver: area * 2 by area)",
         "最早(土地流转 经 转出户：流转面积 * 2 按 流转面积)"},
        {"- ( -plots )", "-(-plots)", "-(-地块数)"},
        {"-5 * - 5", "-5 * -5", "-5 * -5"},
        {"poor AND (safe_house Or safe_water)", "poor and (safe_house or safe_water)",
         "低收入 且 (住房安全 或 饮水安全)"},
        {"(poor and safe_house) or safe_water", "poor and safe_house or safe_water",
         "低收入 且 住房安全 或 饮水安全"},
        {"poor and (safe_house and safe_water)", "poor and (safe_house and safe_water)",
         "低收入 且 (住房安全 且 饮水安全)"},
        {"not (plots = 1)", "not plots = 1", "非 地块数 = 1"},
        {"not (poor = strict) = true", "not (poor = strict) = true", "非 (低收入 = 从严) = 是"},
        {"not category in (graduated)", "category not in (graduated)", "户类别 不属于 (脱贫户)"},
        {"not plots between 1 and 2", "plots not between 1 and 2", "地块数 不介于 1 至 2"},
        {"not causes has illness", "not causes has illness", "致贫原因 不含 因病"},
        {"plots is not null", "known(plots)", "已知(地块数)"},
        {"arable > 5 亩", "arable > 5.0 mu", "[承包地面积（亩）] > 5.0亩"},
        {"net_income > 1.5万元", "net_income > 15000 yuan", "纯收入 > 15000元"},
        {"net_income > 0.50元", "net_income > 0.5 yuan", "纯收入 > 0.5元"},
        {"growth < 0.055", "growth < 5.5%", "增速 < 5.5%"},
        {"growth < -1", "growth < -100%", "增速 < -100%"},
        {"growth < 0", "growth < 0%", "增速 < 0%"},
        {"growth < 0.00000123", "growth < 0.000123%", "增速 < 0.000123%"},
        {"joined > 2022年1月2日", "joined > 2022-01-02", "纳入日期 > 2022-01-02"},
        {"[in]", "[in]", "[属于]"},
        {"head_name = “a\"b”", "head_name = \"a\"\"b\"", "户主姓名 = \"a\"\"b\""},
        {"count(person where not insured)", "count(person where not insured)",
         "计数(家庭成员 其中 非 参加医保)"},
        {"sum(income: amount where cost > 0)", "sum(income.amount where cost > 0 yuan)",
         "合计(收入.金额 其中 成本 > 0元)"},
        {"sum(income: amount - cost)", "sum(income: amount - cost)", "合计(收入：金额 - 成本)"},
        {"sum(transfer.area via giver)", "sum(transfer.area via giver)", "合计(土地流转.流转面积 经 转出户)"},
        {"count(visit via household)", "count(visit)", "计数(走访)"},
        {"any(person.household.safe_house)", "any(person.household.safe_house)",
         "任一(家庭成员.所在户.住房安全)"},
        {"year(as_of) - age(joined, as_of)", "this_year - age(joined)", "本年 - 年龄(纳入日期)"},
        {"round(arable, 0)", "round(arable)", "四舍五入([承包地面积（亩）])"},
        {"村.乡村人口", "village.rural_population", "所在村.乡村人口"},
        {"if poor then 1 else if strict then 2", "if poor then 1 else if strict then 2",
         "若 低收入 则 1 否则 若 从严 则 2"},
        {"(if poor then 1) + 1", "(if poor then 1) + 1", "(若 低收入 则 1) + 1"},
        {"if poor then (if strict then 1) else 2", "if poor then (if strict then 1) else 2",
         "若 低收入 则 (若 从严 则 1) 否则 2"},
        {"category = (kind)", "category = (kind)", "户类别 = 类别"},
        {"category = kind", "category = household_category.kind", "户类别 = 类别待定"},
        {"graduated = category", "graduated = category", "脱贫户 = 户类别"},
        {"if poor then household_category.graduated else ordinary",
         "if poor then household_category.graduated else ordinary",
         "若 低收入 则 户类别表.脱贫户 否则 一般农户"},
    };
    int household = schema_register_find(schema, TEXT("household"));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct node *node;
        struct err err;
        if (check(household, text_of(expected[i][0]), &node, &err) < 0)
            fail_msg("%s: %s", expected[i][0], err.en);
        assert_printed(household, node, "en", expected[i][1]);
        assert_printed(household, node, "zh", expected[i][2]);
    }
}

static struct test_cases read_cases(void)
{
    struct test_cases cases = {0};
    struct err err;
    glob_t files;
    assert_int_equal(glob(arena_printf(&arena, "%s/tests/formula/*.test", root), 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        if (cases_read(schema, files.gl_pathv[i], &arena, &cases, &err) < 0) fail_msg("%s", err.en);
    globfree(&files);
    return cases;
}

static uint32_t draw(uint32_t *seed, size_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

/* The formulas of the cases, by register and kind of value, so that those put together often fit. */
struct pool {
    struct text *items;
    size_t count, capacity;
};

enum { REGISTERS_MAX = 16 };

static void fill(struct pool pools[REGISTERS_MAX][TYPE_NULL + 1])
{
    struct test_cases cases = read_cases();
    for (size_t i = 0; i < cases.count; i++) {
        const struct test_case *item = &cases.items[i];
        struct node *node;
        struct err err;
        if (item->expected == NULL || item->reg < 0 || check(item->reg, item->formula, &node, &err) < 0)
            continue;
        struct pool *pool = &pools[item->reg][node->type.kind];
        pool->items = arena_grow(&arena, pool->items, &pool->capacity, pool->count + 1, sizeof *pool->items);
        pool->items[pool->count++] = item->formula;
    }
}

/* The pattern with each % replaced by a formula: a condition for %?, one of the kind at hand for %=. */
static void put_together(const char *pattern, const struct pool *pools, int kind, uint32_t *seed,
                         struct buffer *out)
{
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at != '%') {
            buffer_char(out, *at);
            continue;
        }
        const struct pool *pool = &pools[*++at == '?' ? TYPE_BOOL : kind];
        struct text item = pool->items[draw(seed, pool->count)];
        buffer_printf(out, "%.*s\n", TEXT_ARGS(item)); /* it may end in a comment */
    }
}

/* Formulas under one more operator, with and without parentheses; whatever then checks must print and read
 * back. */
static void formulas_put_together_read_back(void **state)
{
    static const char *const patterns[] = {
        "(%?) and (%?)",
        "(%?) or (%?) and (%?)",
        "%? or %? and not %?",
        "not (%?)",
        "(%=) = (%=)",
        "(%=) <> %=",
        "%= = %=",
        "(%=) + (%=)",
        "%= - (%=) * %=",
        "(%=) / (%=)",
        "-(%=)",
        "if %? then %= else %=",
        "(if (%?) then %= else %=) = (%=)",
        "coalesce(%=, %=)",
        "%= = coalesce((%=), %=)",
        "(%=) is null",
        "known(%=)",
        "(%=) between (%=) and (%=)",
        "(%=) < (%=)",
        "previous(%=)",
        "least(%=, %=) + (%=)",
        "if %? then (if %? then %=) else %=",
        "greatest(%=, 0) * 2",
    };
    enum { ROUNDS = 12000, ENOUGH = 1500 };
    struct pool pools[REGISTERS_MAX][TYPE_NULL + 1] = {0};
    fill(pools);
    uint32_t seed = 1;
    size_t checked = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int reg = (int)draw(&seed, schema->register_count), kind = (int)draw(&seed, TYPE_NULL);
        if (pools[reg][kind].count == 0 || pools[reg][TYPE_BOOL].count == 0) continue;
        struct buffer text = {0};
        put_together(patterns[draw(&seed, sizeof patterns / sizeof *patterns)], pools[reg], kind, &seed,
                     &text);
        struct node *node;
        struct err err;
        if (check(reg, buffer_get(&text), &node, &err) == 0) {
            checked++;
            assert_printed(reg, node, "en", NULL);
            assert_printed(reg, node, "zh", NULL);
        }
        buffer_fini(&text);
    }
    assert_true(checked > ENOUGH);
}

int main(int argc, char **argv)
{
    root = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_printed_in_both_languages),
        cmocka_unit_test(formulas_put_together_read_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
