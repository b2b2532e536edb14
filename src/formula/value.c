/* Values and types in the words of people, for reports, explanations and messages. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "formula/formula.h"

static bool is_english(const char *language)
{
    return strcmp(language, "en") == 0;
}

/* A percentage with at most two decimals; a zero never carries a sign. */
static void format_ratio(double ratio, struct buffer *out)
{
    char digits[400];
    double percent = ratio * 100;
    if (fabs(percent) < 0.005) percent = 0;
    int size = snprintf(digits, sizeof digits, "%.2f", percent);
    while (digits[size - 1] == '0') size--;
    if (digits[size - 1] == '.') size--;
    buffer_add(out, digits, (size_t)size);
    buffer_char(out, '%');
}

static void format_unit(const struct schema *schema, struct type type, const char *language,
                        struct buffer *out)
{
    if (type.unit < 0) return;
    if (is_english(language)) buffer_char(out, ' ');
    buffer_text(out, label_in(&schema->units[type.unit].label, language));
}

static void format_code(const struct schema *schema, int dictionary, int64_t code, const char *language,
                        struct buffer *out)
{
    const struct schema_dictionary *codes = &schema->dictionaries[dictionary];
    if (code >= 0 && (uint64_t)code < codes->code_count)
        buffer_text(out, label_in(&codes->codes[code].label, language));
    else
        buffer_printf(out, "#%" PRId64, code);
}

static void format_codes(const struct schema *schema, int dictionary, uint64_t set, const char *language,
                         struct buffer *out)
{
    if (set == 0) buffer_string(out, is_english(language) ? "none" : "无");
    for (bool first = true; set != 0; first = false, set &= set - 1) {
        if (!first) buffer_string(out, is_english(language) ? ", " : "、");
        format_code(schema, dictionary, __builtin_ctzll(set), language, out);
    }
}

void value_format(const struct schema *schema, struct type type, const struct value *value,
                  const char *language, struct buffer *out)
{
    bool english = is_english(language);
    char digits[MONEY_TEXT];
    if (!value->known) {
        buffer_string(out, english ? "unknown" : "未知");
        return;
    }
    switch (type.kind) {
    case TYPE_BOOL:
        buffer_string(out, value->integer ? (english ? "yes" : "是") : (english ? "no" : "否"));
        break;
    case TYPE_INT:
        buffer_printf(out, "%" PRId64, value->integer);
        format_unit(schema, type, language, out);
        break;
    case TYPE_DECIMAL:
        buffer_string(out, decimal_format(value->integer, digits));
        format_unit(schema, type, language, out);
        break;
    case TYPE_MONEY:
        buffer_string(out, money_format(value->integer, digits));
        buffer_string(out, english ? " yuan" : "元");
        break;
    case TYPE_RATIO:
        format_ratio(value->ratio, out);
        break;
    case TYPE_DATE:
        buffer_string(out, date_format((int32_t)value->integer, digits));
        break;
    case TYPE_MONTH:
        buffer_string(out, month_format((int32_t)value->integer, digits));
        break;
    case TYPE_CODE:
        format_code(schema, type.dictionary, value->integer, language, out);
        break;
    case TYPE_CODES:
        format_codes(schema, type.dictionary, (uint64_t)value->integer, language, out);
        break;
    case TYPE_TEXT:
        buffer_text(out, value->text);
        break;
    case TYPE_RECORD:
        buffer_printf(out, "#%" PRId64, value->integer);
        break;
    case TYPE_NULL:
        buffer_string(out, english ? "unknown" : "未知");
        break;
    }
}

static const char *kind_name(enum type_kind kind, bool english)
{
    switch (kind) {
    case TYPE_BOOL:
        return english ? "yes/no" : "是否";
    case TYPE_INT:
        return english ? "integer" : "整数";
    case TYPE_DECIMAL:
        return english ? "decimal" : "小数";
    case TYPE_MONEY:
        return english ? "money" : "金额";
    case TYPE_RATIO:
        return english ? "ratio" : "比率";
    case TYPE_DATE:
        return english ? "date" : "日期";
    case TYPE_MONTH:
        return english ? "month" : "年月";
    case TYPE_CODE:
        return english ? "code" : "代码";
    case TYPE_CODES:
        return english ? "set of codes" : "多选代码";
    case TYPE_TEXT:
        return english ? "text" : "文字";
    case TYPE_RECORD:
        return english ? "record" : "记录";
    case TYPE_NULL:
        return english ? "null" : "空值";
    }
    return "";
}

/* "代码（户类别）", "decimal in mu", "code of household_category", "record of village" */
void type_print(const struct schema *schema, struct type type, const char *language, struct buffer *out)
{
    bool english = is_english(language);
    const struct label *of = NULL;
    bool unit = (type.kind == TYPE_INT || type.kind == TYPE_DECIMAL) && type.unit >= 0;
    if (unit)
        of = &schema->units[type.unit].label;
    else if ((type.kind == TYPE_CODE || type.kind == TYPE_CODES) && type.dictionary >= 0)
        of = &schema->dictionaries[type.dictionary].label;
    else if (type.kind == TYPE_RECORD && type.record >= 0)
        of = &schema->registers[type.record].label;
    buffer_string(out, kind_name(type.kind, english));
    if (of == NULL) return;
    buffer_string(out, english ? (unit ? " in " : " of ") : "（");
    buffer_text(out, english ? of->name : label_in(of, language));
    if (!english) buffer_string(out, "）");
}
