/* Between records and the words people use for them: keys as typed, names as shown. */
#include "register/database_private.h"
#include "register/frame_load.h"
#include "register/key.h"
#include "register/sealed.h"
#include "register/sql.h"

enum { DEPTH_MAX = 8 }; /* keys made of references to records whose keys are made of references … */

/* ---- Keys ---- */

static int find_one(struct database *database, const struct buffer *sql, const struct key *key,
                    const struct value *values, int64_t *id, struct err *err)
{
    struct statement *statement;
    int code = sql_prepare(database->store, sql, &statement, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < key->count; i++)
        code = sealed_bind(database, statement, (int)i + 1, key->leaves[i].reg, key->leaves[i].field,
                           &values[i], err);
    bool row = false;
    if (code == 0) code = statement_step(statement, &row, err);
    *id = code == 0 && row && statement_int(statement, 1) == 1 ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

static int find_by_key(struct database *database, int reg, struct text written, int64_t *id, struct err *err)
{
    struct key key = key_of(database->pack, reg);
    struct value values[KEY_LEAVES_MAX];
    *id = 0;
    if (!key_parse(database->pack, &key, written, values)) return 0;
    struct buffer sql = {0}, conditions = {0};
    buffer_string(&sql, "SELECT min(t0.id), count(*) FROM ");
    key_sql(database->pack, reg, "?", &sql, &conditions);
    buffer_printf(&sql, " WHERE t0.retired IS NULL%s", conditions.data);
    int code = find_one(database, &sql, &key, values, id, err);
    buffer_fini(&sql);
    buffer_fini(&conditions);
    return code;
}

static int find_by_name(struct database *database, int reg, struct text written, int64_t *id, struct err *err)
{
    int field = database->pack->registers[reg].name_field;
    *id = 0;
    if (field < 0 || register_of(database->pack, reg)->fields[field].type.kind != TYPE_TEXT) return 0;
    struct buffer sql = {0};
    struct key key = {.leaves = {{reg, field}}, .count = 1};
    struct value value = {.known = true, .text = written};
    buffer_string(&sql, "SELECT min(id), count(*) FROM ");
    sql_table(&sql, database->pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, database->pack, reg, field);
    buffer_string(&sql, " = ?1 AND retired IS NULL");
    int code = find_one(database, &sql, &key, &value, id, err);
    buffer_fini(&sql);
    return code;
}

int record_find(struct database *database, int reg, struct text key, int64_t *id, struct err *err)
{
    struct buffer narrow = {0};
    struct text written = text_trim(key);
    *id = 0;
    if (written.size == 0) return 0;
    text_narrow(written, &narrow);
    /* Typed with full-width signs, or standing in the register with them. */
    int code = find_by_key(database, reg, buffer_get(&narrow), id, err);
    if (code == 0 && *id == 0) code = find_by_key(database, reg, written, id, err);
    if (code == 0 && *id == 0) code = find_by_name(database, reg, written, id, err);
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
    sealed_columns(&sql, named->database, "t", reg);
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
        code = column_value(named->database, statement, (int)i, reg, (int)i, &named->arena, &values[i], err);
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
    int code = depth > DEPTH_MAX ? 0 : read_fields(named, reg, id, values, &found, err);
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
