/* The one door. Whatever writes a record goes through here (imports in their own set-based way, by the same
 * rules): the value is acceptable, the reference exists, the key is free, nobody else was faster, and the log
 * says what it was before. */
#include "register/write.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/sql.h"
#include "register/validate.h"
#include "register/value.h"

/* A register's statements, prepared when first needed. */
struct door {
    struct statement *select; /* ?1 id → version, fields */
    struct statement *exists; /* ?1 id */
    struct statement *taken;  /* ?1 own id, ?2… key → id */
    struct statement *insert; /* ?1 id, ?2 entry, ?3… fields */
    struct statement *update; /* the same */
};

struct writer {
    struct database *database;
    const struct pack *pack;
    struct validator *validator;
    struct door *doors; /* one a register */
    struct statement *log;
    struct text actor, action;
    int64_t entry; /* 0 until the first change */
    struct arena arena;
    struct buffer sql, json;
};

static const struct schema_field *field_of(const struct writer *writer, int reg, int field)
{
    return &register_of(writer->pack, reg)->fields[field];
}

/* ---- Statements ---- */

static int prepare_select(struct writer *writer, int reg, struct err *err)
{
    struct buffer *sql = &writer->sql;
    buffer_clear(sql);
    buffer_string(sql, "SELECT t.version, ");
    sql_fields(sql, "t", writer->pack, reg);
    buffer_string(sql, " FROM ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " AS t WHERE t.id = ?1");
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].select, err);
}

static int prepare_exists(struct writer *writer, int reg, struct err *err)
{
    struct buffer *sql = &writer->sql;
    buffer_clear(sql);
    buffer_string(sql, "SELECT 1 FROM ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " WHERE id = ?1");
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].exists, err);
}

static int prepare_taken(struct writer *writer, int reg, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    struct buffer *sql = &writer->sql;
    buffer_clear(sql);
    buffer_string(sql, "SELECT id FROM ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " WHERE id <> ?1");
    for (size_t i = 0; i < meta->key_count; i++) {
        buffer_string(sql, " AND ");
        sql_field(sql, NULL, writer->pack, reg, meta->key[i]);
        buffer_printf(sql, " = ?%zu", i + 2);
    }
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].taken, err);
}

static int prepare_insert(struct writer *writer, int reg, struct err *err)
{
    struct buffer *sql = &writer->sql;
    size_t count = register_of(writer->pack, reg)->field_count;
    buffer_clear(sql);
    buffer_string(sql, "INSERT INTO ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " (id, created, entry, version");
    for (size_t i = 0; i < count; i++) {
        buffer_string(sql, ", ");
        sql_field(sql, NULL, writer->pack, reg, (int)i);
    }
    buffer_string(sql, ") VALUES (?1, ?2, ?2, 1");
    for (size_t i = 0; i < count; i++) buffer_printf(sql, ", ?%zu", i + 3);
    buffer_char(sql, ')');
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].insert, err);
}

static int prepare_update(struct writer *writer, int reg, struct err *err)
{
    struct buffer *sql = &writer->sql;
    buffer_clear(sql);
    buffer_string(sql, "UPDATE ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " SET entry = ?2, version = version + 1");
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++) {
        buffer_string(sql, ", ");
        sql_field(sql, NULL, writer->pack, reg, (int)i);
        buffer_printf(sql, " = ?%zu", i + 3);
    }
    buffer_string(sql, " WHERE id = ?1");
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].update, err);
}

static void bind_record(const struct writer *writer, struct statement *statement, int reg, int64_t id,
                        const struct value *values)
{
    statement_bind_int(statement, 1, id);
    statement_bind_int(statement, 2, writer->entry);
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++)
        database_bind(statement, (int)i + 3, &writer->pack->schema, field_of(writer, reg, (int)i)->type,
                      &values[i]);
}

/* ---- Reading and checking ---- */

static int read_old(struct writer *writer, const struct record_change *change, struct value *old,
                    struct err *err)
{
    struct door *door = &writer->doors[change->reg];
    int code = door->select == NULL ? prepare_select(writer, change->reg, err) : 0;
    if (code != 0) return code;
    statement_bind_int(door->select, 1, change->id);
    bool row;
    code = statement_step(door->select, &row, err);
    if (code != 0) return code;
    struct text table = register_name(writer->pack, change->reg);
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的记录",
                       "Register %.*s has no record with id %lld", TEXT_ARGS(table), (long long)change->id);
    int64_t version = statement_int(door->select, 0);
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, change->reg)->field_count; i++)
        code = database_value(door->select, (int)i + 1, &writer->pack->schema,
                              field_of(writer, change->reg, (int)i)->type, &writer->arena, &old[i], err);
    statement_reset(door->select);
    if (code == 0 && version != change->version)
        code = err_set(
            err, ERR_CONFLICT,
            "登记 %.*s 的记录 %lld 已被别人改过（现在是第 %lld 版，您看到的是第 %lld 版）。请重新打开后再改",
            "Register %.*s: record %lld was changed by somebody else (it is at version %lld, you saw version "
            "%lld). "
            "Open it again, then change it",
            TEXT_ARGS(table), (long long)change->id, (long long)version, (long long)change->version);
    return code;
}

static int check_reference(struct writer *writer, int reg, int field, const struct value *value,
                           struct err *err)
{
    int target = field_of(writer, reg, field)->type.record;
    struct door *door = &writer->doors[target];
    int code = door->exists == NULL ? prepare_exists(writer, target, err) : 0;
    if (code != 0) return code;
    statement_bind_int(door->exists, 1, value->integer);
    bool row;
    code = statement_step(door->exists, &row, err);
    if (code != 0) return code;
    statement_reset(door->exists);
    if (row) return 0;
    struct text table = register_name(writer->pack, reg), name = field_name(writer->pack, reg, field);
    struct text other = register_name(writer->pack, target);
    return err_set(err, ERR_NOT_FOUND, "%.*s.%.*s 引用的 %.*s 记录 %lld 不存在",
                   "%.*s.%.*s refers to a record of %.*s, %lld, that does not exist", TEXT_ARGS(table),
                   TEXT_ARGS(name), TEXT_ARGS(other), (long long)value->integer);
}

static int check_key(struct writer *writer, int reg, int64_t id, const struct value *values, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    struct door *door = &writer->doors[reg];
    int code = door->taken == NULL ? prepare_taken(writer, reg, err) : 0;
    if (code != 0) return code;
    statement_bind_int(door->taken, 1, id);
    for (size_t i = 0; i < meta->key_count; i++)
        database_bind(door->taken, (int)i + 2, &writer->pack->schema,
                      field_of(writer, reg, meta->key[i])->type, &values[meta->key[i]]);
    bool row;
    code = statement_step(door->taken, &row, err);
    int64_t holder = code == 0 && row ? statement_int(door->taken, 0) : 0;
    statement_reset(door->taken);
    if (code != 0 || holder == 0) return code;
    struct buffer zh = {0}, en = {0};
    for (size_t i = 0; i < meta->key_count; i++) {
        const struct schema_field *field = field_of(writer, reg, meta->key[i]);
        struct text label_zh = label_in(&field->label, "zh"), label_en = label_in(&field->label, "en");
        buffer_printf(&zh, "%s%.*s ", i > 0 ? "，" : "", TEXT_ARGS(label_zh));
        buffer_printf(&en, "%s%.*s ", i > 0 ? ", " : "", TEXT_ARGS(label_en));
        value_format(&writer->pack->schema, field->type, &values[meta->key[i]], "zh", &zh);
        value_format(&writer->pack->schema, field->type, &values[meta->key[i]], "en", &en);
    }
    struct text table = register_name(writer->pack, reg);
    code = err_set(
        err, ERR_CONFLICT, "登记 %.*s 里已有 %s%.0s 的记录（编号 %lld）。请改那一条，或换一个键",
        "Register %.*s already has a record with %.0s%s (id %lld). Change that one, or use another key",
        TEXT_ARGS(table), zh.data, en.data, (long long)holder);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* What must have a value besides what the pack requires: a clustered table needs its parent. */
static int check_parent(const struct writer *writer, int reg, const struct value *values, struct err *err)
{
    int cluster = sql_cluster_field(writer->pack, reg);
    if (cluster < 0 || values[cluster].known) return 0;
    return validate_missing(writer->pack, reg, cluster, err);
}

static int check_values(struct writer *writer, const struct record_change *change, const struct value *values,
                        const bool *differs, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[change->reg];
    bool key = change->id == 0;
    int code = check_parent(writer, change->reg, values, err);
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, change->reg)->field_count; i++) {
        if (change->id != 0 && !differs[i]) continue;
        code = validator_check(writer->validator, change->reg, (int)i, &values[i], err);
        if (code == 0 && values[i].known && field_of(writer, change->reg, (int)i)->type.kind == TYPE_RECORD)
            code = check_reference(writer, change->reg, (int)i, &values[i], err);
    }
    for (size_t i = 0; i < meta->key_count; i++) key = key || differs[meta->key[i]];
    return code == 0 && key && meta->key_count > 0 ? check_key(writer, change->reg, change->id, values, err)
                                                   : code;
}

/* ---- Writing ---- */

static int begin_entry(struct writer *writer, struct err *err)
{
    if (writer->entry != 0) return 0;
    return database_entry(writer->database, writer->actor, writer->action, TEXT(""), &writer->entry, err);
}

static int write_log(struct writer *writer, const struct record_change *change, const struct value *old,
                     const bool *differs, struct err *err)
{
    int code = 0;
    if (writer->log == NULL)
        code = store_prepare(writer->database->store,
                             TEXT("INSERT INTO zs_change (entry, register, record, kind, before) "
                                  "VALUES (?1, ?2, ?3, 'changed', ?4)"),
                             &writer->log, err);
    if (code != 0) return code;
    buffer_clear(&writer->json);
    struct json_writer json = json_start(&writer->json);
    json_put_object(&json);
    for (size_t i = 0; i < register_of(writer->pack, change->reg)->field_count; i++) {
        if (!differs[i]) continue;
        const struct schema_field *field = field_of(writer, change->reg, (int)i);
        json_put_key(&json, arena_copy(&writer->arena, field->label.name.at, field->label.name.size));
        value_json(&json, &writer->pack->schema, field->type, &old[i]);
    }
    json_put_object_end(&json);
    statement_bind_int(writer->log, 1, writer->entry);
    statement_bind_text(writer->log, 2, register_name(writer->pack, change->reg));
    statement_bind_int(writer->log, 3, change->id);
    statement_bind_text(writer->log, 4, buffer_get(&writer->json));
    return statement_run(writer->log, err);
}

static int insert_record(struct writer *writer, const struct record_change *change,
                         const struct value *values, int64_t *id, struct err *err)
{
    struct door *door = &writer->doors[change->reg];
    int code = door->insert == NULL ? prepare_insert(writer, change->reg, err) : 0;
    if (code != 0) return code;
    bool found;
    buffer_clear(&writer->sql);
    buffer_string(&writer->sql, "SELECT coalesce(max(id), 0) + 1 FROM ");
    sql_table(&writer->sql, writer->pack, change->reg);
    code = store_query_int(writer->database->store, writer->sql.data, id, &found, err);
    if (code != 0) return code;
    bind_record(writer, door->insert, change->reg, *id, values);
    return statement_run(door->insert, err);
}

static int update_record(struct writer *writer, const struct record_change *change,
                         const struct value *values, struct err *err)
{
    struct door *door = &writer->doors[change->reg];
    int code = door->update == NULL ? prepare_update(writer, change->reg, err) : 0;
    if (code != 0) return code;
    bind_record(writer, door->update, change->reg, change->id, values);
    return statement_run(door->update, err);
}

static int write_one(struct writer *writer, const struct record_change *change, int64_t *id, struct err *err)
{
    size_t count = register_of(writer->pack, change->reg)->field_count;
    struct value *old = arena_array(&writer->arena, count, sizeof *old);
    struct value *values = arena_array(&writer->arena, count, sizeof *values);
    bool *differs = arena_array(&writer->arena, count, sizeof *differs), any = false;
    *id = change->id;
    int code = change->id != 0 ? read_old(writer, change, old, err) : 0;
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        struct type type = field_of(writer, change->reg, (int)i)->type;
        values[i] = change->given[i] ? change->values[i] : old[i];
        if (type.kind == TYPE_TEXT && values[i].text.size == 0) values[i].known = false;
        differs[i] = !value_equal(type, &old[i], &values[i]);
        any = any || differs[i];
    }
    if (change->id != 0 && !any) return 0;
    code = check_values(writer, change, values, differs, err);
    if (code == 0) code = begin_entry(writer, err);
    if (code != 0) return code;
    if (change->id == 0) return insert_record(writer, change, values, id, err);
    code = write_log(writer, change, old, differs, err);
    return code == 0 ? update_record(writer, change, values, err) : code;
}

static void writer_fini(struct writer *writer)
{
    for (size_t i = 0; i < writer->pack->schema.register_count; i++) {
        statement_free(writer->doors[i].select);
        statement_free(writer->doors[i].exists);
        statement_free(writer->doors[i].taken);
        statement_free(writer->doors[i].insert);
        statement_free(writer->doors[i].update);
    }
    free(writer->doors);
    statement_free(writer->log);
    validator_free(writer->validator);
    arena_fini(&writer->arena);
    buffer_fini(&writer->sql);
    buffer_fini(&writer->json);
}

int records_write(struct database *database, struct text actor, struct text action,
                  const struct record_change *changes, size_t count, int64_t *ids, struct err *err)
{
    struct store *store = database->store;
    bool own = !store_in_transaction(store);
    int code = own ? store_begin(store, err) : store_run(store, "SAVEPOINT zs_write", err);
    if (code != 0) return code;
    struct writer writer = {.database = database,
                            .pack = database->pack,
                            .validator = validator_new(database->pack),
                            .doors = mem_new(database->pack->schema.register_count, sizeof *writer.doors),
                            .actor = actor,
                            .action = action};
    for (size_t i = 0; code == 0 && i < count; i++) {
        int64_t id;
        code = write_one(&writer, &changes[i], &id, err);
        if (code == 0 && ids != NULL) ids[i] = id;
        arena_fini(&writer.arena);
    }
    writer_fini(&writer);
    if (own && code == 0) return store_commit(store, err);
    if (own)
        store_rollback(store);
    else if (code == 0)
        return store_run(store, "RELEASE zs_write", err);
    else
        store_run(store, "ROLLBACK TO zs_write; RELEASE zs_write", NULL);
    return code;
}
