/* Values and records as JSON: exact numbers as text, labels in both languages, what is masked as such. */
#include "api/say.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "pack/value.h"

static const struct shape_field label_fields[] = {{.name = "zh", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
                                                  {.name = "en", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
                                                  {.name = NULL}};
const struct shape label_shape = {.name = "Label", .fields = label_fields};

static const struct shape_field name_label_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape name_label_shape = {.name = "Named", .fields = name_label_fields};

static const struct shape_field code_name_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape code_name_shape = {.name = "CodeName", .fields = code_name_fields};

static const struct shape_field place_fields[] = {
    {.name = "township", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "village", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
const struct shape place_shape = {.name = "Place", .fields = place_fields};

static const struct shape_field reference_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape reference_shape = {.name = "Reference", .fields = reference_fields};

static const struct shape_field named_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_OBJECT, .of = &place_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
const struct shape named_shape = {.name = "Option", .fields = named_fields};

static const struct shape_field record_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape record_shape = {.name = "RecordRow", .fields = record_fields};

/* ---- Labels and places ---- */

const char *say_level_name(enum division_level level)
{
    switch (level) {
    case DIVISION_COUNTY:
        return "county";
    case DIVISION_TOWNSHIP:
        return "township";
    case DIVISION_VILLAGE:
        return "village";
    }
    return "";
}

const char *say_rule_level(enum rule_level level)
{
    switch (level) {
    case LEVEL_HIGH:
        return "high";
    case LEVEL_MEDIUM:
        return "medium";
    case LEVEL_LOW:
        return "low";
    }
    return "";
}

void say_two(struct json_writer *json, struct text zh, struct text en)
{
    json_put_object(json);
    json_member_text(json, "zh", zh);
    json_member_text(json, "en", en);
    json_put_object_end(json);
}

void say_label(struct json_writer *json, const struct label *label)
{
    say_two(json, label_in(label, "zh"), label_in(label, "en"));
}

void say_text_or_null(struct json_writer *json, struct text value)
{
    if (value.size == 0)
        json_put_null(json);
    else
        json_put_text(json, value);
}

void say_moment(struct json_writer *json, int64_t seconds)
{
    char text[DATE_MOMENT_TEXT];
    say_text_or_null(json, text_of(seconds == 0 ? "" : date_moment(seconds, text)));
}

void say_clauses(struct json_writer *json, const struct pack *pack, const struct pack_clause *clause)
{
    json_put_array(json);
    for (size_t i = 0; i < clause->count; i++) json_put_text(json, pack->clauses[clause->items[i]].id);
    json_put_array_end(json);
}

void say_place(struct json_writer *json, const struct named *named)
{
    json_put_object(json);
    json_put_key(json, "township");
    say_text_or_null(json, named->township);
    json_put_key(json, "village");
    say_text_or_null(json, named->village);
    json_put_object_end(json);
}

static void say_identity(struct json_writer *json, int64_t id, const struct named *named)
{
    json_member_int(json, "id", id);
    json_member_text(json, "key", named->key);
    json_member_text(json, "name", named->name);
}

void say_named(struct json_writer *json, int64_t id, const struct named *named)
{
    json_put_object(json);
    say_identity(json, id, named);
    json_put_key(json, "place");
    if (named->township.size == 0 && named->village.size == 0)
        json_put_null(json);
    else
        say_place(json, named);
    json_put_object_end(json);
}

/* ---- Values ---- */

static void say_codes(struct json_writer *json, const struct schema_dictionary *dictionary, int64_t bits)
{
    json_put_array(json);
    for (size_t i = 0; i < dictionary->code_count; i++)
        if (((uint64_t)bits >> i & 1) != 0) json_put_text(json, dictionary->codes[i].label.name);
    json_put_array_end(json);
}

void say_value(struct json_writer *json, const struct schema *schema, struct type type,
               const struct value *value)
{
    char number[MONEY_TEXT], day[DATE_TEXT];
    if (!value->known) {
        json_put_null(json);
        return;
    }
    switch (type.kind) {
    case TYPE_BOOL:
        json_put_bool(json, value->integer != 0);
        return;
    case TYPE_INT:
    case TYPE_RECORD:
        json_put_int(json, value->integer);
        return;
    case TYPE_DECIMAL:
        json_put_string(json, decimal_format(value->integer, number));
        return;
    case TYPE_MONEY:
        json_put_string(json, money_plain(value->integer, number));
        return;
    case TYPE_RATIO:
        json_put_double(json, value->ratio);
        return;
    case TYPE_DATE:
        json_put_string(json, date_format((int32_t)value->integer, day));
        return;
    case TYPE_MONTH:
        json_put_string(json, month_format((int32_t)value->integer, day));
        return;
    case TYPE_CODE:
        json_put_text(json, schema->dictionaries[type.dictionary].codes[value->integer].label.name);
        return;
    case TYPE_CODES:
        say_codes(json, &schema->dictionaries[type.dictionary], value->integer);
        return;
    case TYPE_TEXT:
        json_put_text(json, value->text);
        return;
    case TYPE_NULL:
        json_put_null(json);
        return;
    }
}

static void say_field(struct json_writer *json, const struct pack *pack, int reg, size_t field,
                      const struct record *record)
{
    struct type type = pack->schema.registers[reg].fields[field].type;
    if (record->masked[field].size > 0) {
        json_put_object(json);
        json_member_text(json, "masked", record->masked[field]);
        json_put_object_end(json);
    } else if (type.kind == TYPE_RECORD && record->values[field].known) {
        json_put_object(json);
        say_identity(json, record->values[field].integer, &record->references[field]);
        json_put_object_end(json);
    } else
        say_value(json, &pack->schema, type, &record->values[field]);
}

void say_record(struct json_writer *json, const struct pack *pack, int reg, const struct record *record,
                const bool *fields, bool open)
{
    const struct schema_register *meta = &pack->schema.registers[reg];
    json_put_object(json);
    say_identity(json, record->id, &record->named);
    json_member_int(json, "version", record->version);
    json_put_key(json, "values");
    json_put_object(json);
    for (size_t i = 0; i < meta->field_count; i++) {
        if (fields != NULL && !fields[i]) continue;
        json_put_key_text(json, meta->fields[i].label.name);
        say_field(json, pack, reg, i, record);
    }
    json_put_object_end(json);
    if (!open) json_put_object_end(json);
}

/* ---- What is sent ---- */

static int hear_codes(const struct schema *schema, struct type type, const struct body *list,
                      struct value *value, struct err *err)
{
    const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
    int64_t bits = 0;
    for (size_t i = 0; i < body_size(list); i++) {
        const struct body *item = body_at(list, i);
        int code = body_kind(item) == BODY_TEXT ? schema_code_find(dictionary, body_text(item)) : -1;
        if (code < 0 || code > 63)
            return err_set(err, ERR_INPUT, "第%zu项不是这里可选的代码",
                           "Item %zu is no code that may be chosen here", i + 1);
        bits |= (int64_t)(UINT64_C(1) << code);
    }
    *value = (struct value){.known = bits != 0, .integer = bits};
    return 0;
}

static int hear_number(struct type type, const struct body *body, struct value *value, struct err *err)
{
    if (type.kind == TYPE_RATIO) {
        *value = (struct value){.known = true, .ratio = body_number(body)};
        return 0;
    }
    if (body_kind(body) == BODY_INT && (type.kind == TYPE_INT || type.kind == TYPE_RECORD)) {
        *value = (struct value){.known = true, .integer = body_int(body)};
        return 0;
    }
    return err_set(err, ERR_INPUT, "这里要写成带引号的文字，例如 \"12.50\"，以免丢失精度",
                   "Write it as text, such as \"12.50\", so that nothing of it is lost");
}

int hear_value(const struct schema *schema, struct type type, const struct body *body, struct value *value,
               struct text *key, struct err *err)
{
    *key = TEXT("");
    *value = (struct value){0};
    switch (body_kind(body)) {
    case BODY_NULL:
        return 0;
    case BODY_BOOL:
        if (type.kind != TYPE_BOOL) break;
        *value = (struct value){.known = true, .integer = body_bool(body)};
        return 0;
    case BODY_INT:
    case BODY_NUMBER:
        if (type.kind == TYPE_BOOL || type.kind == TYPE_TEXT) break;
        return hear_number(type, body, value, err);
    case BODY_LIST:
        if (type.kind == TYPE_CODES) return hear_codes(schema, type, body, value, err);
        break;
    case BODY_TEXT:
        if (text_trim(body_text(body)).size == 0) return 0;
        if (type.kind != TYPE_RECORD) return pack_value_parse(schema, type, body_text(body), value, err);
        *key = body_text(body);
        return 0;
    case BODY_OBJECT:
        break;
    }
    return err_set(err, ERR_INPUT, "值的形式不对", "The value has not the form of this field");
}
