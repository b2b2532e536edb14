/* A page of a thousand ledger rows speaks of thirty households and two villages: each is asked for once. */
#include "register/naming.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/key.h"
#include "register/mask.h"
#include "register/scope_sql.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/value.h"

enum { DEPTH_MAX = 8 }; /* keys made of references to records whose keys are made of references … */

enum seen { SEEN_NOT_ASKED, SEEN_YES, SEEN_NO };

struct entry {
    struct named named;
    enum seen visible;
};

struct naming {
    struct database *database;
    const struct pack *pack;
    const struct scope *scope;
    const char *language;
    struct statement **statements; /* a register: by id, the fields of naming_fields */
    bool **fields;
    struct map known; /* register and id → entries */
    struct entry *entries;
    size_t count, capacity;
    struct arena arena;
};

struct naming *naming_new(struct database *database, const struct scope *scope, const char *language)
{
    struct naming *naming = mem_new(1, sizeof *naming);
    size_t registers = database->pack->schema.register_count;
    *naming = (struct naming){.database = database,
                              .pack = database->pack,
                              .scope = scope,
                              .language = language,
                              .statements = mem_new(registers, sizeof *naming->statements),
                              .fields = mem_new(registers, sizeof *naming->fields)};
    return naming;
}

void naming_free(struct naming *naming)
{
    if (naming == NULL) return;
    for (size_t i = 0; i < naming->pack->schema.register_count; i++) {
        statement_free(naming->statements[i]);
        free(naming->fields[i]);
    }
    free(naming->statements);
    free(naming->fields);
    free(naming->entries);
    map_fini(&naming->known);
    arena_fini(&naming->arena);
    free(naming);
}

/* ---- What is read ---- */

/* The field that leads towards the place; -1. */
static int next_hop(const struct pack *pack, int reg)
{
    struct scope_path path = scope_path(pack, reg, pack->division_register);
    return path.found && path.count > 0 ? path.fields[0] : -1;
}

void naming_fields(const struct pack *pack, int reg, bool *fields)
{
    const struct pack_register *meta = &pack->registers[reg];
    for (size_t i = 0; i < meta->key_count; i++) fields[meta->key[i]] = true;
    if (meta->name_field >= 0) fields[meta->name_field] = true;
    int hop = next_hop(pack, reg);
    if (hop >= 0) fields[hop] = true;
    if (reg != pack->division_register) return;
    if (pack->division_name >= 0) fields[pack->division_name] = true;
    if (pack->division_township >= 0) fields[pack->division_township] = true;
}

static int prepare(struct naming *naming, int reg, struct err *err)
{
    const struct schema_register *meta = register_of(naming->pack, reg);
    struct buffer sql = {0};
    naming->fields[reg] = mem_new(meta->field_count, sizeof **naming->fields);
    naming_fields(naming->pack, reg, naming->fields[reg]);
    buffer_string(&sql, "SELECT t.id");
    for (size_t i = 0; i < meta->field_count; i++) {
        if (!naming->fields[reg][i]) continue;
        buffer_string(&sql, ", ");
        sealed_column(&sql, naming->database, "t", reg, (int)i);
        sql_as_field(&sql, naming->pack, reg, (int)i);
    }
    buffer_string(&sql, " FROM ");
    sql_table(&sql, naming->pack, reg);
    buffer_string(&sql, " AS t WHERE t.id = ?1");
    int code = sql_prepare(naming->database->store, &sql, &naming->statements[reg], err);
    buffer_fini(&sql);
    return code;
}

static int read(struct naming *naming, int reg, int64_t id, struct value *values, bool *found,
                struct err *err)
{
    const struct schema_register *meta = register_of(naming->pack, reg);
    int code = naming->statements[reg] == NULL ? prepare(naming, reg, err) : 0;
    if (code != 0) return code;
    struct statement *statement = naming->statements[reg];
    statement_bind_int(statement, 1, id);
    code = statement_step(statement, found, err);
    int column = 1;
    for (size_t i = 0; code == 0 && *found && i < meta->field_count; i++)
        if (naming->fields[reg][i])
            code = column_value(naming->database, statement, column++, reg, (int)i, &naming->arena,
                                &values[i], err);
    statement_reset(statement);
    return code;
}

/* ---- What is said ---- */

static int get(struct naming *naming, int reg, int64_t id, int depth, size_t *at, struct err *err);

static int add_part(struct naming *naming, int reg, int field, const struct value *value, int depth,
                    struct buffer *out, struct err *err)
{
    struct type type = register_of(naming->pack, reg)->fields[field].type;
    if (!value->known) return 0;
    if (mask_kind(naming->pack, reg, field) != SENSITIVE_NO) {
        mask_value(naming->pack, reg, field, value, naming->language, out);
        return 0;
    }
    if (type.kind != TYPE_RECORD) {
        key_write_leaf(out, &naming->pack->schema, type, value);
        return 0;
    }
    size_t at;
    int code = get(naming, type.record, value->integer, depth + 1, &at, err);
    if (code == 0) buffer_text(out, naming->entries[at].named.key);
    return code;
}

static int say_key(struct naming *naming, int reg, int64_t id, const struct value *values, int depth,
                   struct named *named, struct err *err)
{
    const struct pack_register *meta = &naming->pack->registers[reg];
    struct buffer text = {0};
    int code = 0;
    for (size_t i = 0; code == 0 && i < meta->key_count; i++) {
        if (i > 0) buffer_char(&text, '/');
        code = add_part(naming, reg, meta->key[i], &values[meta->key[i]], depth, &text, err);
    }
    if (meta->key_count == 0 || depth > DEPTH_MAX) buffer_printf(&text, "#%lld", (long long)id);
    named->key = arena_text(&naming->arena, buffer_get(&text));
    buffer_clear(&text);
    if (code == 0 && meta->name_field >= 0)
        code = add_part(naming, reg, meta->name_field, &values[meta->name_field], depth, &text, err);
    named->name = arena_text(&naming->arena, buffer_get(&text));
    buffer_fini(&text);
    return code;
}

static int say_place(struct naming *naming, int reg, const struct value *values, int depth,
                     struct named *named, struct err *err)
{
    const struct pack *pack = naming->pack;
    int hop = next_hop(pack, reg);
    if (reg == pack->division_register) {
        if (pack->division_name >= 0)
            named->village = arena_text(&naming->arena, values[pack->division_name].text);
        if (pack->division_township >= 0)
            named->township = arena_text(&naming->arena, values[pack->division_township].text);
        return 0;
    }
    if (hop < 0 || !values[hop].known || depth > DEPTH_MAX) return 0;
    size_t at;
    int code = get(naming, register_of(pack, reg)->fields[hop].type.record, values[hop].integer, depth + 1,
                   &at, err);
    if (code != 0) return code;
    named->village = naming->entries[at].named.village;
    named->township = naming->entries[at].named.township;
    return 0;
}

static int say(struct naming *naming, int reg, int64_t id, const struct value *values, int depth,
               struct named *named, struct err *err)
{
    *named = (struct named){0};
    if (depth > DEPTH_MAX) return 0;
    int code = say_key(naming, reg, id, values, depth, named, err);
    return code == 0 ? say_place(naming, reg, values, depth, named, err) : code;
}

static int get(struct naming *naming, int reg, int64_t id, int depth, size_t *at, struct err *err)
{
    const struct {
        int64_t reg, id;
    } who = {reg, id};
    const struct text key = {(const char *)&who, sizeof who};
    if (map_get(&naming->known, key, at)) return 0;
    struct value *values =
        arena_array(&naming->arena, register_of(naming->pack, reg)->field_count, sizeof *values);
    struct entry entry = {0};
    bool found = false;
    int code = read(naming, reg, id, values, &found, err);
    if (code == 0 && found) code = say(naming, reg, id, values, depth, &entry.named, err);
    if (code != 0) return code;
    naming->entries =
        mem_grow(naming->entries, &naming->capacity, naming->count + 1, sizeof *naming->entries);
    *at = naming->count++;
    naming->entries[*at] = entry;
    map_put(&naming->known, key, *at);
    return 0;
}

int naming_of(struct naming *naming, int reg, int64_t id, const struct value *values, struct named *named,
              struct err *err)
{
    return say(naming, reg, id, values, 0, named, err);
}

int naming_get(struct naming *naming, int reg, int64_t id, struct named *named, struct err *err)
{
    size_t at;
    int code = get(naming, reg, id, 0, &at, err);
    *named = code == 0 ? naming->entries[at].named : (struct named){0};
    return code;
}

/* What a record hangs on, and so its place, is no secret of somebody else's. */
static bool leads_up(const struct pack *pack, int reg, int field)
{
    return register_of(pack, reg)->parent_field == field || next_hop(pack, reg) == field;
}

int naming_reference(struct naming *naming, int reg, int field, int64_t id, struct named *named,
                     struct err *err)
{
    int target = register_of(naming->pack, reg)->fields[field].type.record;
    size_t at;
    *named = (struct named){0};
    int code = get(naming, target, id, 0, &at, err);
    if (code != 0) return code;
    if (!leads_up(naming->pack, reg, field) && naming->entries[at].visible == SEEN_NOT_ASKED) {
        bool has;
        code = scope_has(naming->database, naming->scope, target, id, true, &has, err);
        if (code != 0) return code;
        naming->entries[at].visible = has ? SEEN_YES : SEEN_NO;
    }
    if (leads_up(naming->pack, reg, field) || naming->entries[at].visible == SEEN_YES)
        *named = naming->entries[at].named;
    return 0;
}
