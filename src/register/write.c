/* The one door. Whatever writes a record goes through here (imports in their own set-based way, by the same
 * rules): the user may, the value is acceptable, the reference exists, the key is free, nobody else was
 * faster, and the log says what it was before. */
#include "register/write.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "register/distribute.h"
#include "register/sealed.h"
#include "register/spelling.h"
#include "register/validate.h"
#include "register/warden.h"
#include "register/write_private.h"

/* ---- Statements ---- */

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
    int fixed = distribute_field(writer->database, reg);
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++) {
        if ((int)i == fixed) continue;
        buffer_string(sql, ", ");
        sql_field(sql, NULL, writer->pack, reg, (int)i);
        buffer_printf(sql, " = ?%zu", i + 3);
    }
    buffer_string(sql, " WHERE id = ?1");
    if (fixed >= 0) {
        buffer_string(sql, " AND ");
        sql_field(sql, NULL, writer->pack, reg, fixed);
        buffer_printf(sql, " = ?%d", fixed + 3);
    }
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].update, err);
}

/* old: what stays as it was keeps the handle that it has; NULL for a new record. */
static int bind_sealed(const struct writer *writer, struct statement *statement, int reg, size_t field,
                       const struct value *value, const struct old_record *old, struct err *err)
{
    char handle[VAULT_HANDLE_TEXT];
    int number = (int)field + 3;
    if (old != NULL && value_equal(writer_field(writer, reg, (int)field)->type, &old->values[field], value) &&
        old->handles[field].size > 0) {
        statement_bind_text(statement, number, old->handles[field]);
        return 0;
    }
    int code = sealed_put(writer->database, reg, (int)field, value, handle, err);
    if (handle[0] == '\0')
        statement_bind_null(statement, number);
    else
        statement_bind_text(statement, number, text_of(handle));
    return code;
}

static int bind_record(const struct writer *writer, struct statement *statement, int reg, int64_t id,
                       const struct value *values, const struct old_record *old, struct err *err)
{
    int code = 0;
    statement_bind_int(statement, 1, id);
    statement_bind_int(statement, 2, writer->entry);
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, reg)->field_count; i++) {
        if (sealed_now(writer->database, reg, (int)i))
            code = bind_sealed(writer, statement, reg, i, &values[i], old, err);
        else
            database_bind(statement, (int)i + 3, &writer->pack->schema,
                          writer_field(writer, reg, (int)i)->type, &values[i]);
    }
    return code;
}

/* ---- The log ---- */

int writer_begin_entry(struct writer *writer, struct err *err)
{
    if (writer->entry != 0) return 0;
    return database_entry(writer->database, writer->scope->actor, writer->action, writer->detail,
                          &writer->entry, err);
}

int writer_log(struct writer *writer, int reg, int64_t id, const char *kind, struct text before,
               struct err *err)
{
    int code = 0;
    if (writer->log == NULL)
        code = store_prepare(writer->database->store,
                             TEXT("INSERT INTO zs_change (entry, register, record, kind, before) "
                                  "VALUES (?1, ?2, ?3, ?4, ?5)"),
                             &writer->log, err);
    if (code != 0) return code;
    statement_bind_int(writer->log, 1, writer->entry);
    statement_bind_text(writer->log, 2, register_name(writer->pack, reg));
    statement_bind_int(writer->log, 3, id);
    statement_bind_text(writer->log, 4, text_of(kind));
    statement_bind_text(writer->log, 5, before);
    return statement_run(writer->log, err);
}

static int log_change(struct writer *writer, const struct record_change *change, const struct old_record *old,
                      const bool *differs, struct err *err)
{
    buffer_clear(&writer->json);
    struct json_writer json = json_start(&writer->json);
    json_put_object(&json);
    for (size_t i = 0; i < register_of(writer->pack, change->reg)->field_count; i++)
        if (differs[i]) writer_note(writer, &json, change->reg, (int)i, old);
    json_put_object_end(&json);
    bool again = false;
    int code = writer->casework
                   ? writer_log_again(writer, change->reg, change->id, buffer_get(&writer->json), &again, err)
                   : 0;
    if (code != 0 || again) return code;
    return writer_log(writer, change->reg, change->id, "changed", buffer_get(&writer->json), err);
}

/* ---- Writing ---- */

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
    code = bind_record(writer, door->insert, change->reg, *id, values, NULL, err);
    return code == 0 ? statement_run(door->insert, err) : code;
}

/* To another place of a table that is spread: out, and in again as the same record. */
static int move_record(struct writer *writer, const struct record_change *change,
                       const struct old_record *old, const struct value *values, struct err *err)
{
    struct door *door = &writer->doors[change->reg];
    struct buffer *sql = &writer->sql;
    int code = door->insert == NULL ? prepare_insert(writer, change->reg, err) : 0;
    if (code != 0) return code;
    buffer_clear(sql);
    buffer_string(sql, "DELETE FROM ");
    sql_table(sql, writer->pack, change->reg);
    buffer_printf(sql, " WHERE id = %lld", (long long)change->id);
    code = sql_run(writer->database->store, sql, err);
    if (code != 0) return code;
    code = bind_record(writer, door->insert, change->reg, change->id, values, old, err);
    if (code == 0) code = statement_run(door->insert, err);
    if (code != 0) return code;
    buffer_string(sql, "UPDATE ");
    sql_table(sql, writer->pack, change->reg);
    buffer_printf(sql, " SET created = %lld, version = %lld WHERE id = %lld", (long long)old->created,
                  (long long)old->version + 1, (long long)change->id);
    return sql_run(writer->database->store, sql, err);
}

static int update_record(struct writer *writer, const struct record_change *change,
                         const struct old_record *old, const struct value *values, const bool *differs,
                         struct err *err)
{
    struct door *door = &writer->doors[change->reg];
    int fixed = distribute_field(writer->database, change->reg);
    if (fixed >= 0 && differs[fixed]) return move_record(writer, change, old, values, err);
    int code = door->update == NULL ? prepare_update(writer, change->reg, err) : 0;
    if (code != 0) return code;
    code = bind_record(writer, door->update, change->reg, change->id, values, old, err);
    return code == 0 ? statement_run(door->update, err) : code;
}

static int check_values(struct writer *writer, const struct record_change *change, const struct value *values,
                        const bool *differs, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[change->reg];
    bool key = change->id == 0;
    int code = writer_check_parent(writer, change->reg, values, err);
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, change->reg)->field_count; i++)
        if (change->id == 0 || differs[i])
            code = writer_check_field(writer, change->reg, (int)i, &values[i], err);
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, change->reg)->field_count; i++)
        code = validate_bounds(writer->pack, change->reg, (int)i, values, change->id == 0 ? NULL : differs,
                               writer->today, err);
    for (size_t i = 0; i < meta->key_count; i++) key = key || differs[meta->key[i]];
    return code == 0 && key && meta->key_count > 0
               ? writer_check_key(writer, change->reg, change->id, values, err)
               : code;
}

static int read_old(struct writer *writer, const struct record_change *change, struct old_record *old,
                    struct err *err)
{
    int code = writer_read(writer, change->reg, change->id, old, err);
    if (code == 0) code = writer_check_living(writer, change->reg, change->id, old, err);
    if (code == 0)
        code = writer_check_version(writer, change->reg, change->id, old->version, change->version, err);
    return code;
}

static int note_name(const struct writer *writer, int reg, const struct value *values, const bool *differs,
                     struct err *err)
{
    int name = spelling_field(writer->pack, reg);
    if (name < 0 || !differs[name] || !values[name].known) return 0;
    return spelling_note(writer->database->store, values[name].text, err);
}

static int put(struct writer *writer, const struct record_change *change, const struct old_record *old,
               const struct value *values, const bool *differs, int64_t *id, struct err *err)
{
    int code = writer_begin_entry(writer, err);
    if (code == 0 && change->id == 0)
        code = insert_record(writer, change, values, id, err);
    else if (code == 0) {
        code = log_change(writer, change, old, differs, err);
        if (code == 0) code = update_record(writer, change, old, values, differs, err);
    }
    if (code == 0) code = note_name(writer, change->reg, values, differs, err);
    if (code == 0) code = writer_check_one_open(writer, change->reg, *id, values, err);
    return code == 0 ? writer_check_place(writer, change->reg, *id, err) : code;
}

static int write_one(struct writer *writer, const struct record_change *change, int64_t *id, struct err *err)
{
    size_t count = register_of(writer->pack, change->reg)->field_count;
    struct old_record old = {.values = arena_array(&writer->arena, count, sizeof *old.values)};
    struct value *values = arena_array(&writer->arena, count, sizeof *values);
    bool *differs = arena_array(&writer->arena, count, sizeof *differs), any = false;
    enum scope_action action = change->id == 0 ? SCOPE_CREATE : SCOPE_EDIT;
    *id = change->id;
    int code = scope_check(writer->scope, writer->pack, change->reg, action, err);
    if (code == 0 && change->id != 0) code = read_old(writer, change, &old, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        struct type type = writer_field(writer, change->reg, (int)i)->type;
        values[i] = change->given[i] ? change->values[i] : old.values[i];
        if (type.kind == TYPE_TEXT && values[i].text.size == 0) values[i].known = false;
        writer_begin_field(writer, change, (int)i, &values[i]);
        differs[i] = !value_equal(type, &old.values[i], &values[i]);
        any = any || differs[i];
    }
    if (change->id != 0 && !any && !writer->touch) return 0;
    int fault;
    code = writer_check_keeper(writer, change, old.values, differs, err);
    if (code == 0) code = writer_check_about(writer, change, old.values, differs, err);
    if (code == 0)
        code = writer_check_above(writer, change->reg, change->id == 0 ? NULL : old.values, values, err);
    if (code == 0) code = check_values(writer, change, values, differs, err);
    if (code == 0)
        code = warden_ask(writer->database, change->reg, change->id == 0 ? NULL : old.values, values, &fault,
                          err);
    return code == 0 ? put(writer, change, &old, values, differs, id, err) : code;
}

/* ---- The whole ---- */

struct writer writer_new(struct database *database, const struct scope *scope, struct text action)
{
    return (struct writer){.database = database,
                           .pack = database->pack,
                           .scope = scope,
                           .validator = validator_new(database->pack),
                           .doors = mem_new(database->pack->schema.register_count, sizeof(struct door)),
                           .today = date_today(),
                           .action = action};
}

void writer_fini(struct writer *writer)
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

/* Tried again after a collision it begins anew: what the attempt before knew of the database is forgotten. */
struct attempt {
    struct writer *writer;
    int (*work)(struct writer *writer, void *context, struct err *err);
    void *context;
};

static int attempt(void *context, struct err *err)
{
    const struct attempt *attempt = context;
    attempt->writer->entry = 0;
    return attempt->work(attempt->writer, attempt->context, err);
}

int writer_transact(struct writer *writer, int (*work)(struct writer *writer, void *context, struct err *err),
                    void *context, struct err *err)
{
    struct store *store = writer->database->store;
    struct attempt trying = {writer, work, context};
    if (!store_in_transaction(store)) return store_transact(store, attempt, &trying, err);
    int code = store_run(store, "SAVEPOINT zs_write", err);
    if (code != 0) return code;
    code = work(writer, context, err);
    if (code == 0) return store_run(store, "RELEASE zs_write", err);
    store_run(store, "ROLLBACK TO zs_write; RELEASE zs_write", NULL);
    return code;
}

struct batch {
    const struct record_change *changes;
    size_t count;
    int64_t *ids;
};

static int write_batch(struct writer *writer, void *context, struct err *err)
{
    const struct batch *batch = context;
    int code = 0;
    for (size_t i = 0; code == 0 && i < batch->count; i++) {
        int64_t id;
        code = write_one(writer, &batch->changes[i], &id, err);
        if (code == 0 && batch->ids != NULL) batch->ids[i] = id;
        arena_fini(&writer->arena);
    }
    return code;
}

int records_write(struct database *database, const struct scope *scope, struct text action,
                  const struct record_change *changes, size_t count, int64_t *ids, struct err *err)
{
    struct batch batch = {changes, count, ids};
    struct writer writer = writer_new(database, scope, action);
    int code = writer_transact(&writer, write_batch, &batch, err);
    writer_fini(&writer);
    return code;
}

int records_write_kept(struct database *database, const struct scope *scope, const struct write_terms *terms,
                       const struct record_change *changes, size_t count, int64_t *ids, struct err *err)
{
    struct batch batch = {changes, count, ids};
    struct writer writer = writer_new(database, scope, terms->action);
    writer.detail = terms->detail;
    writer.casework = true;
    writer.touch = terms->touch;
    if (terms->today != 0) writer.today = terms->today;
    if (terms->entry != NULL) writer.entry = *terms->entry;
    int code = writer_transact(&writer, write_batch, &batch, err);
    if (code == 0 && terms->entry != NULL) *terms->entry = writer.entry;
    writer_fini(&writer);
    return code;
}
