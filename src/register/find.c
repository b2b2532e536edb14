/* Between records and the words people use for them: keys as typed, names as shown. */
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "register/database_private.h"
#include "register/frame_load.h"
#include "register/sql.h"
#include "register/value.h"

enum { KEY_DEPTH_MAX = 8 }; /* keys made of references to records whose keys are made of references … */

/* ---- Keys ---- */

/* How many parts a key has when written out with '/'; 0 when it cannot be (no key, or references without
 * end). */
static size_t part_count(const struct pack *pack, int reg, int depth)
{
    const struct pack_register *meta = &pack->registers[reg];
    size_t count = 0;
    if (depth > KEY_DEPTH_MAX) return 0;
    for (size_t i = 0; i < meta->key_count; i++) {
        struct type type = register_of(pack, reg)->fields[meta->key[i]].type;
        size_t parts = type.kind == TYPE_RECORD ? part_count(pack, type.record, depth + 1) : 1;
        if (parts == 0) return 0;
        count += parts;
    }
    return count;
}

static bool parse_bool(struct text part, int64_t *value)
{
    bool yes = text_is(part, "是") || text_is(part, "true") || text_is(part, "1");
    *value = yes;
    return yes || text_is(part, "否") || text_is(part, "false") || text_is(part, "0");
}

/* A key's part as people write it. */
static bool parse_part(const struct schema *schema, struct type type, struct text part, struct value *value)
{
    int32_t day;
    *value = (struct value){.known = true};
    switch (type.kind) {
    case TYPE_TEXT:
        value->text = part;
        return part.size > 0;
    case TYPE_INT:
        return fixed_parse(part, 0, &value->integer);
    case TYPE_DECIMAL:
        return fixed_parse(part, 4, &value->integer);
    case TYPE_MONEY:
        return money_parse(part, &value->integer);
    case TYPE_BOOL:
        return parse_bool(part, &value->integer);
    case TYPE_DATE:
        if (!date_parse(part, &day)) return false;
        value->integer = day;
        return true;
    case TYPE_MONTH:
        if (!month_parse(part, &day)) return false;
        value->integer = day;
        return true;
    case TYPE_CODE:
        value->integer = schema_code_find(&schema->dictionaries[type.dictionary], part);
        return value->integer >= 0;
    case TYPE_CODES:
    case TYPE_RATIO:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    return false;
}

/* Takes the next part off the front; the last one takes all the rest, whatever it holds. */
static struct text take(struct text *key, size_t left)
{
    struct text part = *key;
    ptrdiff_t slash = left > 1 ? text_find(*key, TEXT("/")) : -1;
    if (slash >= 0) part.size = (size_t)slash;
    size_t used = slash >= 0 ? part.size + 1 : part.size;
    *key = (struct text){key->at + used, key->size - used};
    return text_trim(part);
}

static int find_by(struct database *database, int reg, const int *fields, const struct value *values,
                   size_t count, int64_t *id, struct err *err)
{
    const struct pack *pack = database->pack;
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT min(id), count(*) FROM ");
    sql_table(&sql, pack, reg);
    for (size_t i = 0; i < count; i++) {
        buffer_string(&sql, i == 0 ? " WHERE " : " AND ");
        sql_field(&sql, NULL, pack, reg, fields[i]);
        buffer_printf(&sql, " = ?%zu", i + 1);
    }
    struct statement *statement;
    int code = sql_prepare(database->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++)
        database_bind(statement, (int)i + 1, &pack->schema, register_of(pack, reg)->fields[fields[i]].type,
                      &values[i]);
    bool row;
    code = statement_step(statement, &row, err);
    *id = code == 0 && row && statement_int(statement, 1) == 1 ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

/* *left: parts still to come, of this key and what stands behind it. */
static int find_by_key(struct database *database, int reg, struct text *key, size_t *left, int64_t *id,
                       struct err *err)
{
    const struct pack_register *meta = &database->pack->registers[reg];
    struct arena arena = {0};
    struct value *values = arena_array(&arena, meta->key_count, sizeof *values);
    int code = 0;
    bool good = true;
    for (size_t i = 0; code == 0 && i < meta->key_count; i++) {
        struct type type = register_of(database->pack, reg)->fields[meta->key[i]].type;
        if (type.kind == TYPE_RECORD) {
            code = find_by_key(database, type.record, key, left, &values[i].integer, err);
            values[i].known = true;
            good = good && values[i].integer != 0;
            continue;
        }
        good = parse_part(&database->pack->schema, type, take(key, *left), &values[i]) && good;
        (*left)--;
    }
    *id = 0;
    if (code == 0 && good) code = find_by(database, reg, meta->key, values, meta->key_count, id, err);
    arena_fini(&arena);
    return code;
}

int record_find(struct database *database, int reg, struct text key, int64_t *id, struct err *err)
{
    *id = 0;
    struct buffer narrow = {0};
    text_narrow(text_trim(key), &narrow);
    struct text typed = buffer_get(&narrow), rest = typed;
    size_t left = part_count(database->pack, reg, 0);
    int code = 0;
    if (left > 0 && typed.size > 0) code = find_by_key(database, reg, &rest, &left, id, err);
    /* The key may stand in the register as it was typed, full-width signs and all. */
    if (code == 0 && *id == 0 && !text_equal(typed, text_trim(key))) {
        rest = text_trim(key);
        left = part_count(database->pack, reg, 0);
        if (left > 0) code = find_by_key(database, reg, &rest, &left, id, err);
    }
    /* A name will do where only one record bears it. */
    int name = database->pack->registers[reg].name_field;
    if (code == 0 && *id == 0 && typed.size > 0 && name >= 0 &&
        register_of(database->pack, reg)->fields[name].type.kind == TYPE_TEXT) {
        struct value value = {.known = true, .text = typed};
        code = find_by(database, reg, &name, &value, 1, id, err);
    }
    buffer_fini(&narrow);
    return code;
}

/* ---- Names ---- */

struct named {
    struct database *database;
    struct arena arena;
    struct buffer *out;
};

static int append_key(struct named *named, int reg, int64_t id, bool with_name, int depth, struct err *err);

static int append_part(struct named *named, int reg, int field, const struct value *value, int depth,
                       struct err *err)
{
    const struct pack *pack = named->database->pack;
    struct type type = register_of(pack, reg)->fields[field].type;
    if (type.kind == TYPE_RECORD && value->known)
        return append_key(named, type.record, value->integer, false, depth + 1, err);
    if (type.kind == TYPE_TEXT && value->known)
        buffer_text(named->out, value->text);
    else
        value_format(&pack->schema, type, value, pack->language, named->out);
    return 0;
}

static int read_fields(struct named *named, int reg, int64_t id, struct value *values, bool *found,
                       struct err *err)
{
    const struct pack *pack = named->database->pack;
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT ");
    sql_fields(&sql, "t", pack, reg);
    buffer_string(&sql, " FROM ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " AS t WHERE t.id = ?1");
    struct statement *statement;
    int code = sql_prepare(named->database->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    statement_bind_int(statement, 1, id);
    code = statement_step(statement, found, err);
    for (size_t i = 0; code == 0 && *found && i < register_of(pack, reg)->field_count; i++)
        code = database_value(statement, (int)i, &pack->schema, register_of(pack, reg)->fields[i].type,
                              &named->arena, &values[i], err);
    statement_free(statement);
    return code;
}

static bool in_key(const struct pack_register *meta, int field)
{
    for (size_t i = 0; i < meta->key_count; i++)
        if (meta->key[i] == field) return true;
    return false;
}

static int append_key(struct named *named, int reg, int64_t id, bool with_name, int depth, struct err *err)
{
    const struct pack_register *meta = &named->database->pack->registers[reg];
    struct value *values =
        arena_array(&named->arena, register_of(named->database->pack, reg)->field_count, sizeof *values);
    bool found = false;
    int code = depth > KEY_DEPTH_MAX ? 0 : read_fields(named, reg, id, values, &found, err);
    if (code != 0) return code;
    if (!found || meta->key_count == 0) buffer_printf(named->out, "#%lld", (long long)id);
    for (size_t i = 0; code == 0 && found && i < meta->key_count; i++) {
        if (i > 0) buffer_char(named->out, '/');
        code = append_part(named, reg, meta->key[i], &values[meta->key[i]], depth, err);
    }
    int name = meta->name_field;
    if (code != 0 || !found || !with_name || name < 0 || !values[name].known || in_key(meta, name))
        return code;
    buffer_string(named->out, "（");
    code = append_part(named, reg, name, &values[name], depth, err);
    buffer_string(named->out, "）");
    return code;
}

int record_name(struct database *database, int reg, int64_t id, struct buffer *out, struct err *err)
{
    struct named named = {.database = database, .out = out};
    int code = append_key(&named, reg, id, true, 0, err);
    arena_fini(&named.arena);
    return code;
}
