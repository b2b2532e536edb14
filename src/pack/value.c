/* One set of spellings for every place where a person writes a value, so that 1万元 in a pack, in a cell and
 * in a filter mean the same. Nothing is guessed: what does not fit is refused with examples. */
#include "pack/value.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/suggest.h"
#include "pack/yaml.h"

/* What a type is called and how it is written, for messages. */
struct wording {
    const char *zh, *en;
};

static int refuse(struct text text, struct wording wording, struct err *err)
{
    struct text shown = yaml_shown(text);
    int code = err_set(err, ERR_INPUT, "“%.*s”不是", "`%.*s` is not ", TEXT_ARGS(shown));
    if (err == NULL) return code;
    size_t zh = strlen(err->zh), en = strlen(err->en);
    snprintf(err->zh + zh, sizeof err->zh - zh, "%s", wording.zh);
    snprintf(err->en + en, sizeof err->en - en, "%s", wording.en);
    return code;
}

static int give(struct value *value, int64_t integer)
{
    *value = (struct value){.known = true, .integer = integer};
    return 0;
}

/* ---- Yes and no ---- */

static int parse_bool(struct text text, struct value *value, struct err *err)
{
    static const char *const yes[] = {"是", "有", "true", "yes", "y", "1", "√"};
    static const char *const no[] = {"否", "无", "false", "no", "n", "0", "×"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (text_fold_equal(text, text_of(yes[i]))) return give(value, 1);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (text_fold_equal(text, text_of(no[i]))) return give(value, 0);
    return refuse(text, (struct wording){"是或否", "yes or no"}, err);
}

/* ---- Numbers ---- */

/* The text without the type's unit behind it. */
static struct text without_unit(const struct schema *schema, struct type type, struct text text)
{
    if (type.unit < 0) return text;
    const struct label *unit = &schema->units[type.unit].label;
    const struct text spellings[] = {unit->zh, unit->en, unit->name};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].size > 0 && text.size > spellings[i].size && text_ends(text, spellings[i]))
            return text_trim((struct text){text.at, text.size - spellings[i].size});
    return text;
}

static int parse_int(const struct schema *schema, struct type type, struct text text, struct value *value,
                     struct err *err)
{
    struct text number = without_unit(schema, type, text);
    int64_t integer, exact;
    /* A fraction shows at four digits; beyond them it is a spreadsheet's rounding noise. */
    if (!fixed_parse(number, 0, &integer) || (fixed_parse(number, 4, &exact) && exact % DECIMAL_ONE != 0))
        return refuse(text, (struct wording){"整数（例如 12）", "a whole number (such as 12)"}, err);
    return give(value, integer);
}

static int parse_decimal(const struct schema *schema, struct type type, struct text text, struct value *value,
                         struct err *err)
{
    int64_t decimal;
    if (!fixed_parse(without_unit(schema, type, text), 4, &decimal))
        return refuse(text, (struct wording){"数（例如 12.5）", "a number (such as 12.5)"}, err);
    return give(value, decimal);
}

static int parse_money(struct text text, struct value *value, struct err *err)
{
    int64_t fen;
    if (!money_parse(text, &fen))
        return refuse(text,
                      (struct wording){"金额（例如 10000元、1万元、1,234.50）",
                                       "money (such as 10000元, 1万元, 1,234.50)"},
                      err);
    return give(value, fen);
}

/* Twelve decimals in an integer, then one division: correctly rounded, as the formula language's literals
 * are. */
static int parse_ratio(struct text text, struct value *value, struct err *err)
{
    static const struct {
        const char *sign;
        double one;
    } signs[] = {{"%", 1e14}, {"％", 1e14}, {"‰", 1e15}};
    struct text number = text;
    double one = 1e12;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        struct text sign = text_of(signs[i].sign);
        if (!text_ends(text, sign)) continue;
        number = (struct text){text.at, text.size - sign.size};
        one = signs[i].one;
    }
    int64_t fixed;
    if (!fixed_parse(number, 12, &fixed))
        return refuse(text, (struct wording){"比率（例如 5.5% 或 0.055）", "a ratio (such as 5.5% or 0.055)"},
                      err);
    *value = (struct value){.known = true, .ratio = (double)fixed / one};
    return 0;
}

/* ---- Codes ---- */

static int unknown_code(const struct schema *schema, struct type type, struct text text, struct err *err)
{
    const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
    struct suggest suggest = suggest_start(text);
    for (size_t i = 0; i < dictionary->code_count; i++) {
        const struct schema_code *code = &dictionary->codes[i];
        suggest_offer(&suggest, code->label.name);
        suggest_offer(&suggest, code->label.zh);
        suggest_offer(&suggest, code->label.en);
        for (size_t k = 0; k < code->alias_count; k++) suggest_offer(&suggest, code->aliases[k]);
    }
    struct text shown = yaml_shown(text), best = yaml_shown(suggest.best);
    struct text zh = yaml_shown(label_in(&dictionary->label, "zh"));
    if (best.size > 0)
        return err_set(err, ERR_INPUT, "“%.*s”不在代码表“%.*s”中；是否应为“%.*s”？",
                       "`%.*s` is not in the dictionary `%.*s`; did you mean `%.*s`?", TEXT_ARGS(shown),
                       TEXT_ARGS(zh), TEXT_ARGS(best));
    struct text first =
        dictionary->code_count > 0 ? yaml_shown(label_in(&dictionary->codes[0].label, "zh")) : TEXT("");
    return err_set(err, ERR_INPUT, "“%.*s”不在代码表“%.*s”中（其中有“%.*s”等 %zu 个代码）",
                   "`%.*s` is not in the dictionary `%.*s` (which has `%.*s` and others, %zu in all)",
                   TEXT_ARGS(shown), TEXT_ARGS(zh), TEXT_ARGS(first), dictionary->code_count);
}

static int parse_code(const struct schema *schema, struct type type, struct text text, struct value *value,
                      struct err *err)
{
    int code = schema_code_find(&schema->dictionaries[type.dictionary], text);
    return code < 0 ? unknown_code(schema, type, text, err) : give(value, code);
}

static bool is_separator(uint32_t c, struct text further)
{
    static const struct text built_in = {",，、;；|", sizeof(",，、;；|") - 1};
    for (size_t offset = 0; offset < built_in.size;)
        if (text_next(built_in, &offset) == c) return true;
    for (size_t offset = 0; offset < further.size;)
        if (text_next(further, &offset) == c) return true;
    return false;
}

int pack_codes_parse(const struct schema *schema, struct type type, struct text text, struct text separators,
                     struct value *value, struct err *err)
{
    const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
    int whole = schema_code_find(dictionary, text); /* a label may hold a separator itself */
    if (whole >= 0) return give(value, (int64_t)(UINT64_C(1) << whole));
    uint64_t bits = 0;
    for (size_t offset = 0, start = 0; start <= text.size;) {
        size_t end = text.size, next = text.size + 1;
        while (offset < text.size) {
            size_t before = offset;
            if (!is_separator(text_next(text, &offset), separators)) continue;
            end = before;
            next = offset;
            break;
        }
        struct text part = text_trim((struct text){text.at + start, end - start});
        start = next;
        if (part.size == 0) continue;
        int code = schema_code_find(dictionary, part);
        if (code < 0) return unknown_code(schema, type, part, err);
        bits |= UINT64_C(1) << code;
    }
    if (bits == 0) return refuse(text, (struct wording){"代码", "a list of codes"}, err);
    return give(value, (int64_t)bits);
}

/* ---- All types ---- */

int pack_value_parse(const struct schema *schema, struct type type, struct text text, struct value *value,
                     struct err *err)
{
    static const struct wording date = {"日期（例如 2022-09-30）", "a date (such as 2022-09-30)"};
    static const struct wording month = {"月份（例如 2022-09）", "a month (such as 2022-09)"};
    text = text_trim(text);
    if (text.size == 0) return err_set(err, ERR_INPUT, "没有值", "there is no value");
    int32_t day;
    switch (type.kind) {
    case TYPE_BOOL:
        return parse_bool(text, value, err);
    case TYPE_INT:
        return parse_int(schema, type, text, value, err);
    case TYPE_DECIMAL:
        return parse_decimal(schema, type, text, value, err);
    case TYPE_MONEY:
        return parse_money(text, value, err);
    case TYPE_RATIO:
        return parse_ratio(text, value, err);
    case TYPE_DATE:
        return date_parse(text, &day) ? give(value, day) : refuse(text, date, err);
    case TYPE_MONTH:
        return month_parse(text, &day) ? give(value, day) : refuse(text, month, err);
    case TYPE_CODE:
        return parse_code(schema, type, text, value, err);
    case TYPE_CODES:
        return pack_codes_parse(schema, type, text, TEXT(""), value, err);
    case TYPE_TEXT:
        *value = (struct value){.known = true, .text = text};
        return 0;
    case TYPE_RECORD:
    case TYPE_NULL:
        break;
    }
    return err_set(err, ERR_INPUT, "引用另一登记册的值不能这样写",
                   "a reference to another record cannot be written here");
}
