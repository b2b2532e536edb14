/* The one conversion between typed values and SQL columns. Codes, dates and months are stored as people write
 * them, so that any SQL tool shows them and a dictionary may grow in the middle. */
#include "register/value.h"

#include <jansson.h>
#include <math.h>

#include "base/date.h"

enum value_storage value_storage(struct type type)
{
    switch (type.kind) {
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RECORD:
    case TYPE_NULL:
        return STORED_INTEGER;
    case TYPE_RATIO:
        return STORED_REAL;
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_TEXT:
        return STORED_TEXT;
    }
    return STORED_TEXT;
}

const char *database_column_type(struct type type)
{
    switch (value_storage(type)) {
    case STORED_INTEGER:
        return "INTEGER";
    case STORED_REAL:
        return "REAL";
    case STORED_TEXT:
        return "TEXT";
    }
    return "TEXT";
}

/* ---- To SQL ---- */

void value_text(struct buffer *out, const struct schema *schema, struct type type, const struct value *value)
{
    char date[DATE_TEXT];
    switch (type.kind) {
    case TYPE_DATE:
        buffer_string(out, date_format((int32_t)value->integer, date));
        return;
    case TYPE_MONTH:
        buffer_string(out, month_format((int32_t)value->integer, date));
        return;
    case TYPE_CODE:
        buffer_text(out, schema->dictionaries[type.dictionary].codes[value->integer].label.name);
        return;
    case TYPE_CODES: {
        const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
        bool first = true;
        for (size_t i = 0; i < dictionary->code_count && i < 64; i++) {
            if (((uint64_t)value->integer >> i & 1) == 0) continue;
            if (!first) buffer_char(out, ',');
            buffer_text(out, dictionary->codes[i].label.name);
            first = false;
        }
        return;
    }
    case TYPE_TEXT:
        buffer_text(out, value->text);
        return;
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_RECORD:
    case TYPE_NULL:
        return;
    }
}

void database_bind(struct statement *statement, int number, const struct schema *schema, struct type type,
                   const struct value *value)
{
    if (!value->known) {
        statement_bind_null(statement, number);
        return;
    }
    switch (type.kind) {
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RECORD:
        statement_bind_int(statement, number, value->integer);
        return;
    case TYPE_RATIO:
        statement_bind_double(statement, number, value->ratio);
        return;
    case TYPE_TEXT:
        /* The empty text says nothing, as everywhere. */
        if (value->text.size == 0)
            statement_bind_null(statement, number);
        else
            statement_bind_text(statement, number, value->text);
        return;
    case TYPE_CODE:
        statement_bind_text(statement, number,
                            schema->dictionaries[type.dictionary].codes[value->integer].label.name);
        return;
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODES: {
        struct buffer text = {0};
        value_text(&text, schema, type, value);
        statement_bind_text(statement, number, buffer_get(&text));
        buffer_fini(&text);
        return;
    }
    case TYPE_NULL:
        statement_bind_null(statement, number);
        return;
    }
}

void value_json(struct json_writer *json, const struct schema *schema, struct type type,
                const struct value *value)
{
    if (!value->known) {
        json_put_null(json);
        return;
    }
    switch (value_storage(type)) {
    case STORED_INTEGER:
        json_put_int(json, value->integer);
        return;
    case STORED_REAL:
        json_put_double(json, value->ratio);
        return;
    case STORED_TEXT: {
        struct buffer text = {0};
        value_text(&text, schema, type, value);
        json_put_text(json, buffer_get(&text));
        buffer_fini(&text);
        return;
    }
    }
}

/* ---- From SQL ---- */

void value_codes(const struct schema_dictionary *dictionary, struct map *codes)
{
    for (size_t i = 0; i < dictionary->code_count; i++)
        map_add(codes, dictionary->codes[i].label.name, i, NULL);
}

static bool code_of(struct text name, const struct schema_dictionary *dictionary, const struct map *codes,
                    size_t *code)
{
    if (codes != NULL) return map_get(codes, name, code);
    for (*code = 0; *code < dictionary->code_count; (*code)++)
        if (text_equal(dictionary->codes[*code].label.name, name)) return true;
    return false;
}

bool value_codes_parse(struct text stored, const struct schema_dictionary *dictionary,
                       const struct map *codes, int64_t *bits)
{
    uint64_t set = 0;
    for (size_t at = 0; at < stored.size;) {
        size_t end = at;
        while (end < stored.size && stored.at[end] != ',') end++;
        size_t code;
        if (!code_of((struct text){stored.at + at, end - at}, dictionary, codes, &code) || code >= 64)
            return false;
        set |= (uint64_t)1 << code;
        at = end + 1;
    }
    *bits = (int64_t)set;
    return true;
}

/* `count` digits at `at`; -1 when there is something else. */
static int digits(const char *at, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return -1;
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

static bool read_date(struct text stored, struct value *value)
{
    if (stored.size != 10 || stored.at[4] != '-' || stored.at[7] != '-') return false;
    int32_t date;
    if (!date_make(digits(stored.at, 4), digits(stored.at + 5, 2), digits(stored.at + 8, 2), &date))
        return false;
    value->integer = date;
    return true;
}

static bool read_month(struct text stored, struct value *value)
{
    if (stored.size != 7 || stored.at[4] != '-') return false;
    int32_t month;
    if (!month_make(digits(stored.at, 4), digits(stored.at + 5, 2), &month)) return false;
    value->integer = month;
    return true;
}

bool value_parse(struct text stored, const struct schema *schema, struct type type, const struct map *codes,
                 struct value *value)
{
    const struct schema_dictionary *dictionary =
        type.dictionary >= 0 ? &schema->dictionaries[type.dictionary] : NULL;
    size_t code;
    switch (type.kind) {
    case TYPE_TEXT:
        value->text = stored;
        return true;
    case TYPE_DATE:
        return read_date(stored, value);
    case TYPE_MONTH:
        return read_month(stored, value);
    case TYPE_CODE:
        if (!code_of(stored, dictionary, codes, &code)) return false;
        value->integer = (int64_t)code;
        return true;
    case TYPE_CODES:
        return value_codes_parse(stored, dictionary, codes, &value->integer);
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    return false;
}

bool value_read(const struct statement *statement, int column, const struct schema *schema, struct type type,
                const struct map *codes, struct value *value)
{
    *value = (struct value){0};
    if (statement_is_null(statement, column)) return true;
    value->known = true;
    switch (value_storage(type)) {
    case STORED_INTEGER:
        value->integer = statement_int(statement, column);
        return type.kind == TYPE_BOOL ? value->integer == 0 || value->integer == 1 : type.kind != TYPE_NULL;
    case STORED_REAL:
        value->ratio = statement_double(statement, column);
        return isfinite(value->ratio);
    case STORED_TEXT:
        return value_parse(statement_text(statement, column), schema, type, codes, value);
    }
    return false;
}

bool value_from_cell(const struct cell *cell, const struct schema *schema, struct type type,
                     const struct map *codes, struct value *value)
{
    *value = (struct value){.known = cell->kind != CELL_NULL};
    if (!value->known) return true;
    switch (value_storage(type)) {
    case STORED_INTEGER:
        value->integer = cell->integer;
        if (cell->kind != CELL_INT || type.kind == TYPE_NULL) return false;
        return type.kind != TYPE_BOOL || value->integer == 0 || value->integer == 1;
    case STORED_REAL:
        value->ratio = cell->kind == CELL_INT ? (double)cell->integer : cell->real;
        return cell->kind != CELL_TEXT && isfinite(value->ratio);
    case STORED_TEXT:
        return cell->kind == CELL_TEXT && value_parse(cell->text, schema, type, codes, value);
    }
    return false;
}

bool value_from_json(const struct json_t *json, const struct schema *schema, struct type type,
                     const struct map *codes, struct value *value)
{
    *value = (struct value){0};
    if (json_is_null(json)) return true;
    value->known = true;
    switch (value_storage(type)) {
    case STORED_INTEGER:
        value->integer = json_integer_value(json);
        if (!json_is_integer(json) || type.kind == TYPE_NULL) return false;
        return type.kind != TYPE_BOOL || value->integer == 0 || value->integer == 1;
    case STORED_REAL:
        value->ratio = json_number_value(json);
        return json_is_number(json) && isfinite(value->ratio);
    case STORED_TEXT: {
        struct text text = {json_string_value(json), json_string_length(json)};
        return json_is_string(json) && value_parse(text, schema, type, codes, value);
    }
    }
    return false;
}

int value_corrupt(const struct statement *statement, int column, struct err *err)
{
    const char *name = statement_column_name(statement, column);
    struct text stored = statement_text(statement, column);
    if (stored.size > 100) stored.size = text_valid_prefix((struct text){stored.at, 100});
    return err_set(err, ERR_CORRUPT,
                   "数据库里 %s 一栏有值“%.*s”不合该栏的类型，不是本程序写入的。请改正该值或用备份恢复",
                   "Column %s of the database holds “%.*s”, which does not fit the field's type; this "
                   "program did not write it. "
                   "Correct it or restore a backup",
                   name, TEXT_ARGS(stored));
}

int database_value(const struct statement *statement, int column, const struct schema *schema,
                   struct type type, struct arena *arena, struct value *value, struct err *err)
{
    if (!value_read(statement, column, schema, type, NULL, value))
        return value_corrupt(statement, column, err);
    if (type.kind == TYPE_TEXT && value->known) value->text = arena_text(arena, value->text);
    return 0;
}

bool value_equal(struct type type, const struct value *a, const struct value *b)
{
    if (!a->known || !b->known) return a->known == b->known;
    switch (type.kind) {
    case TYPE_TEXT:
        return text_equal(a->text, b->text);
    case TYPE_RATIO:
        return !(a->ratio < b->ratio) && !(a->ratio > b->ratio);
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_RECORD:
    case TYPE_NULL:
        return a->integer == b->integer;
    }
    return false;
}
