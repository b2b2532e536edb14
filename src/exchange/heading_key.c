/* The same column is spelled differently by every year and module of every system; most of the differences
 * are these. */
#include "exchange/heading_key.h"

#include <string.h>

static bool is_bracket(uint32_t c, const char *brackets)
{
    struct text all = text_of(brackets);
    for (size_t offset = 0; offset < all.size;)
        if (text_next(all, &offset) == c) return true;
    return false;
}

void heading_fold(struct text heading, struct buffer *out)
{
    struct buffer folded = {0};
    char bytes[4];
    text_fold(heading, &folded);
    struct text text = buffer_get(&folded);
    while (text.size > 0 && text.at[0] == '*') text = (struct text){text.at + 1, text.size - 1};
    while (text.size > 0 && (text.at[text.size - 1] == ':' || text.at[text.size - 1] == '*')) text.size--;
    buffer_add(out, "", 0);
    for (size_t offset = 0; offset < text.size;) {
        uint32_t c = text_next(text, &offset);
        if (is_bracket(c, "【〔〖[{")) c = '(';
        if (is_bracket(c, "】〕〗]}")) c = ')';
        buffer_add(out, bytes, text_put(c, bytes));
    }
    buffer_fini(&folded);
}

bool heading_split(struct text folded, struct text *stem, struct text *unit)
{
    if (folded.at == NULL || folded.size < 3 || folded.at[folded.size - 1] != ')') return false;
    const char *open = memrchr(folded.at, '(', folded.size);
    if (open == NULL || open == folded.at) return false;
    *stem = (struct text){folded.at, (size_t)(open - folded.at)};
    *unit = (struct text){open + 1, folded.size - stem->size - 2};
    return unit->size > 0;
}

static bool listed(struct text word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (text_is(word, *words)) return true;
    return false;
}

static bool money_unit(struct text unit, int64_t *scale_by)
{
    static const struct {
        const char *words[4];
        int64_t scale;
    } units[] = {{{"元", "人民币元", "yuan"}, 1},
                 {{"百元"}, 100},
                 {{"千元"}, 1000},
                 {{"万元"}, 10000},
                 {{"亿元"}, 100000000}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!listed(unit, units[i].words)) continue;
        *scale_by = units[i].scale;
        return true;
    }
    return false;
}

/* Measures that have several names, a row each. */
static bool same_measure(struct text a, struct text b)
{
    static const char *const groups[][6] = {{"㎡", "平方米", "平米", "m2", "m²"},
                                            {"公里", "千米", "km"},
                                            {"月", "个月", "月数"},
                                            {"亩", "mu"},
                                            {"公斤", "千克", "kg"},
                                            {"岁", "周岁"}};
    if (text_fold_equal(a, b)) return true;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (listed(a, groups[i]) && listed(b, groups[i])) return true;
    return false;
}

/* Words by which things are counted: behind a number without a unit they say nothing new. */
static bool is_counter(struct text unit)
{
    static const char *const counters[] = {"个", "户", "人", "座",   "处",   "家",   "所", "条", "次",
                                           "名", "岁", "月", "个月", "天",   "年",   "台", "辆", "头",
                                           "只", "间", "套", "项",   "人次", "个数", NULL};
    return listed(unit, counters);
}

bool heading_unit(const struct schema *schema, struct type type, struct text unit, int64_t *scale_by)
{
    *scale_by = 1;
    if (type.kind == TYPE_MONEY) return money_unit(unit, scale_by);
    if (type.kind != TYPE_INT && type.kind != TYPE_DECIMAL) return false;
    if (type.unit < 0 && is_counter(unit)) return true;
    struct text bare = unit;
    if (text_starts(unit, TEXT("万")) && unit.size > 3) {
        bare = (struct text){unit.at + 3, unit.size - 3};
        *scale_by = 10000;
    }
    if (type.unit < 0) return *scale_by != 1 && is_counter(bare);
    const struct label *own = &schema->units[type.unit].label;
    return same_measure(bare, own->zh) || same_measure(bare, own->en) || same_measure(bare, own->name);
}
