/* What a field accepts. One place decides it, whether the value comes from a form, a file or another program.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/date.h"
#include "base/mem.h"
#include "register/sql.h"
#include "register/validate.h"
#include "register/write.h"

enum {
    TEXT_CHARACTERS_MAX = 32767, /* what a cell of a spreadsheet holds, so that everything can be exported */
    PATTERN_EFFORT_MAX = 1000000
};

struct validator {
    const struct pack *pack;
    pcre2_code ***patterns; /* [register][field], compiled when first needed */
    pcre2_match_data *match;
    pcre2_match_context *context;
};

struct validator *validator_new(const struct pack *pack)
{
    struct validator *validator = mem_new(1, sizeof *validator);
    validator->pack = pack;
    validator->patterns = mem_new(pack->schema.register_count, sizeof *validator->patterns);
    return validator;
}

void validator_free(struct validator *validator)
{
    if (validator == NULL) return;
    for (size_t reg = 0; reg < validator->pack->schema.register_count; reg++) {
        if (validator->patterns[reg] == NULL) continue;
        for (size_t i = 0; i < register_of(validator->pack, (int)reg)->field_count; i++)
            pcre2_code_free(validator->patterns[reg][i]);
        free(validator->patterns[reg]);
    }
    free(validator->patterns);
    pcre2_match_data_free(validator->match);
    pcre2_match_context_free(validator->context);
    free(validator);
}

/* What a message is about. The labels are looked up only when there is something to say. */
struct place {
    const struct pack *pack;
    int reg, field;
    struct err *err;
};

static void copy_label(char *out, size_t size, struct text label)
{
    if (label.size >= size) label.size = text_valid_prefix((struct text){label.at, size - 1});
    snprintf(out, size, "%.*s", TEXT_ARGS(label));
}

static int refuse(const struct place *place, enum err_code code, const char *zh, const char *en)
{
    const struct label *label = &register_of(place->pack, place->reg)->fields[place->field].label;
    char label_zh[160], label_en[160];
    copy_label(label_zh, sizeof label_zh, label_in(label, "zh"));
    copy_label(label_en, sizeof label_en, label_in(label, "en"));
    return err_set(place->err, code, "“%s”%.0s%s%.0s", "%.0s“%s”%.0s %s", label_zh, label_en, zh, en);
}

static int compile(struct validator *validator, int reg, int field, pcre2_code **out, struct err *err)
{
    pcre2_code ***of_register = &validator->patterns[reg];
    if (*of_register == NULL)
        *of_register = mem_new(register_of(validator->pack, reg)->field_count, sizeof **of_register);
    *out = (*of_register)[field];
    if (*out != NULL) return 0;
    struct text pattern = validator->pack->registers[reg].fields[field].pattern;
    int fault;
    PCRE2_SIZE at;
    *out = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.size,
                         PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &fault, &at, NULL);
    if (*out == NULL) {
        struct text name = field_name(validator->pack, reg, field);
        return err_set(err, ERR_INPUT, "字段 %.*s 的 pattern 第 %zu 个字节处有误，请改正包",
                       "The pattern of field %.*s is wrong at byte %zu; correct the pack", TEXT_ARGS(name),
                       (size_t)at + 1);
    }
    (*of_register)[field] = *out;
    if (validator->match == NULL) {
        validator->match = pcre2_match_data_create(1, NULL);
        validator->context = pcre2_match_context_create(NULL);
        if (validator->match == NULL || validator->context == NULL) mem_exhausted();
        pcre2_set_match_limit(validator->context, PATTERN_EFFORT_MAX);
    }
    return 0;
}

static int check_pattern(struct validator *validator, int reg, int field, const struct value *value,
                         const struct place *place)
{
    pcre2_code *pattern;
    int code = compile(validator, reg, field, &pattern, place->err);
    if (code != 0) return code;
    int found = pcre2_match(pattern, (PCRE2_SPTR)value->text.at, value->text.size, 0, PCRE2_NO_UTF_CHECK,
                            validator->match, validator->context);
    if (found >= 0) return 0;
    if (found == PCRE2_ERROR_NOMATCH)
        return refuse(place, ERR_INPUT, "的值不合规定的格式", "does not have the required form");
    return refuse(place, ERR_INPUT, "的值无法按规定的格式判断（太复杂）",
                  "cannot be checked against the required form (too complicated)");
}

static int check_text(struct validator *validator, int reg, int field, const struct value *value,
                      const struct place *place)
{
    if (!text_valid(value->text) || memchr(value->text.at, '\0', value->text.size) != NULL)
        return refuse(place, ERR_INPUT, "的值含有无法识别的字符", "holds characters that cannot be read");
    /* A character takes a byte at least. */
    if (value->text.size > TEXT_CHARACTERS_MAX && text_length(value->text) > TEXT_CHARACTERS_MAX)
        return refuse(place, ERR_LIMIT, "的值超过 32,767 个字符", "is longer than 32,767 characters");
    const struct pack_field *meta = &validator->pack->registers[reg].fields[field];
    if (meta->format == FORMAT_UNIT && pack_unit_find(validator->pack, value->text) < 0)
        return refuse(place, ERR_INPUT, "不是计划中责任单位的名称，请从单位名单里选",
                      "is not the name of a unit of the plan; choose one of them");
    if (meta->pattern.size == 0) return 0;
    return check_pattern(validator, reg, field, value, place);
}

static bool kind_holds(const struct schema *schema, struct type type, const struct value *value)
{
    switch (type.kind) {
    case TYPE_BOOL:
        return value->integer == 0 || value->integer == 1;
    case TYPE_RATIO:
        return isfinite(value->ratio);
    case TYPE_DATE:
        return value->integer == (int32_t)value->integer && date_in_range((int32_t)value->integer);
    case TYPE_MONTH:
        return value->integer == (int32_t)value->integer && month_in_range((int32_t)value->integer);
    case TYPE_CODE:
        return value->integer >= 0 &&
               (uint64_t)value->integer < schema->dictionaries[type.dictionary].code_count;
    case TYPE_CODES: {
        size_t count = schema->dictionaries[type.dictionary].code_count;
        return count >= 64 || (uint64_t)value->integer >> count == 0;
    }
    case TYPE_RECORD:
        return value->integer > 0;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_TEXT:
        return true;
    case TYPE_NULL:
        return false;
    }
    return false;
}

static bool below(struct type type, const struct value *a, const struct value *b)
{
    if (!a->known || !b->known) return false;
    return type.kind == TYPE_RATIO ? a->ratio < b->ratio : a->integer < b->integer;
}

static int check_bounds(const struct schema *schema, struct type type, const struct pack_field *meta,
                        const struct value *value, const struct place *place)
{
    bool low = below(type, value, &meta->least);
    if (!low && !below(type, &meta->most, value)) return 0;
    struct buffer zh = {0}, en = {0};
    buffer_string(&zh, "的值 ");
    buffer_string(&en, "is ");
    const struct value *bound = low ? &meta->least : &meta->most;
    value_format(schema, type, value, "zh", &zh);
    value_format(schema, type, value, "en", &en);
    buffer_string(&zh, low ? " 小于允许的最小值 " : " 大于允许的最大值 ");
    buffer_string(&en, low ? ", below the least allowed, " : ", above the most allowed, ");
    value_format(schema, type, bound, "zh", &zh);
    value_format(schema, type, bound, "en", &en);
    int code = refuse(place, ERR_INPUT, zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* ---- Bounds that are other fields, or the day ---- */

static bool bound_value(struct type type, const struct pack_bound *bound, const struct value *values,
                        int32_t today, struct value *out)
{
    int year, month, day;
    date_split(today, &year, &month, &day);
    if (bound->field != BOUND_TODAY)
        *out = values[bound->field];
    else
        *out = (struct value){.known = true,
                              .integer = type.kind == TYPE_MONTH ? date_month(today)
                                         : type.kind == TYPE_INT ? year
                                                                 : today};
    if (out->known && type.kind != TYPE_RATIO) out->integer += bound->plus;
    return out->known;
}

/* “走访日期”的值 2099-01-01，不能晚于 2022-10-19（按“今天”） */
static int refuse_bound(const struct place *place, const struct pack_bound *bound, bool low,
                        const struct value *value, const struct value *limit)
{
    const struct schema *schema = &place->pack->schema;
    const struct schema_field *fields = register_of(place->pack, place->reg)->fields;
    struct type type = fields[place->field].type;
    bool date = type.kind == TYPE_DATE || type.kind == TYPE_MONTH;
    const struct label day = {.zh = TEXT("今天"), .en = TEXT("today")};
    const struct label year = {.zh = TEXT("今年"), .en = TEXT("this year")};
    const struct label *other =
        bound->field == BOUND_TODAY ? date ? &day : &year : &fields[bound->field].label;
    struct text name_zh = label_in(other, "zh"), name_en = label_in(other, "en");
    struct buffer zh = {0}, en = {0};
    buffer_string(&zh, "的值 ");
    buffer_string(&en, "is ");
    value_format(schema, type, value, "zh", &zh);
    value_format(schema, type, value, "en", &en);
    buffer_string(&zh, low ? date ? "，不能早于 " : "，不能小于 " : date ? "，不能晚于 " : "，不能大于 ");
    buffer_string(&en, low    ? date ? "; it may not be before " : "; it may not be below "
                       : date ? "; it may not be after "
                              : "; it may not be above ");
    value_format(schema, type, limit, "zh", &zh);
    value_format(schema, type, limit, "en", &en);
    buffer_printf(&zh, "（按“%.*s”", TEXT_ARGS(name_zh));
    buffer_printf(&en, " (by “%.*s”", TEXT_ARGS(name_en));
    if (bound->plus != 0) buffer_printf(&zh, "%s %lld", bound->plus > 0 ? "加" : "减", llabs(bound->plus));
    if (bound->plus != 0) buffer_printf(&en, " %c %lld", bound->plus > 0 ? '+' : '-', llabs(bound->plus));
    buffer_string(&zh, "）");
    buffer_char(&en, ')');
    int code = refuse(place, ERR_INPUT, zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

int validate_bounds(const struct pack *pack, int reg, int field, const struct value *values,
                    const bool *touched, int32_t today, struct err *err)
{
    const struct pack_field *meta = &pack->registers[reg].fields[field];
    struct type type = register_of(pack, reg)->fields[field].type;
    const struct place place = {pack, reg, field, err};
    const struct value *value = &values[field];
    struct value limit;
    if (!value->known) return 0;
    for (size_t i = 0; i < meta->above_count + meta->below_count; i++) {
        bool low = i < meta->above_count;
        const struct pack_bound *bound = low ? &meta->above[i] : &meta->below[i - meta->above_count];
        bool asked =
            touched == NULL || touched[field] || (bound->field != BOUND_TODAY && touched[bound->field]);
        if (!asked || !bound_value(type, bound, values, today, &limit)) continue;
        if (low ? below(type, value, &limit) : below(type, &limit, value))
            return refuse_bound(&place, bound, low, value, &limit);
    }
    return 0;
}

int validate_missing(const struct pack *pack, int reg, int field, struct err *err)
{
    const struct place place = {pack, reg, field, err};
    return refuse(&place, ERR_INPUT, "是必填项，不能为空", "is required and cannot be empty");
}

int validator_check(struct validator *validator, int reg, int field, const struct value *value,
                    struct err *err)
{
    const struct pack *pack = validator->pack;
    const struct pack_field *meta = &pack->registers[reg].fields[field];
    struct type type = register_of(pack, reg)->fields[field].type;
    bool blank = !value->known || (type.kind == TYPE_TEXT && value->text.size == 0);
    if (blank && !meta->required) return 0;
    if (blank) return validate_missing(pack, reg, field, err);
    const struct place place = {pack, reg, field, err};
    if (type.kind == TYPE_TEXT) return check_text(validator, reg, field, value, &place);
    if (!kind_holds(&pack->schema, type, value))
        return refuse(&place, ERR_INPUT, "的值不在允许的范围内", "holds a value outside its type's range");
    return check_bounds(&pack->schema, type, meta, value, &place);
}

int field_validate(const struct pack *pack, int reg, int field, const struct value *value, struct err *err)
{
    struct validator *validator = validator_new(pack);
    int code = validator_check(validator, reg, field, value, err);
    validator_free(validator);
    return code;
}
