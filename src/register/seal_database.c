/* All or nothing: a database whose fields are half sealed would be wrong in a way that nobody sees. */
#include "register/seal_database.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "register/database_private.h"
#include "register/log_chain.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/vault_batch.h"

struct settling {
    struct database *database;
    struct seal_report *report;
    struct vault_batch *batch;
    struct bulk *vault; /* rows for zs_sealed, for the time of one register's log or one column */
    struct buffer sql, text;
    bool renewed; /* old values of the log were put under seal */
};

/* ---- A column ---- */

static const struct schema_field *field_of(const struct settling *settling, int reg, int field)
{
    return &register_of(settling->database->pack, reg)->fields[field];
}

static int open_values(struct settling *settling, int reg, int field, bool seal, struct statement **rows,
                       struct err *err)
{
    struct buffer *sql = &settling->sql;
    buffer_string(sql, "SELECT t.id, ");
    if (seal)
        sql_field(sql, "t", settling->database->pack, reg, field);
    else
        sealed_column(sql, settling->database, "t", reg, field);
    buffer_string(sql, " FROM ");
    sql_table(sql, settling->database->pack, reg);
    buffer_string(sql, " AS t WHERE ");
    sql_field(sql, "t", settling->database->pack, reg, field);
    buffer_string(sql, " IS NOT NULL ORDER BY t.id");
    int code = sql_prepare(settling->database->store, sql, rows, err);
    buffer_clear(sql);
    return code;
}

static int turn_value(struct settling *settling, const struct statement *row, int reg, int field, bool seal,
                      struct bulk *turned, struct err *err)
{
    const struct sealed_field *sealed = sealed_field(settling->database, reg, field);
    struct text stored = statement_text(row, 1);
    char handle[VAULT_HANDLE_TEXT];
    int code = seal ? vault_batch_put(settling->batch, settling->vault, sealed->place, stored, sealed->shared,
                                      handle, err)
                    : vault_unseal(settling->database->vault, sealed->place, stored, &settling->text, err);
    if (code != 0) return code;
    bulk_int(turned, 0, statement_int(row, 0));
    bulk_text(turned, 1, seal ? text_of(handle) : buffer_get(&settling->text));
    settling->report->values++;
    return bulk_row(turned, err);
}

static int take_values(struct settling *settling, int reg, int field, struct err *err)
{
    struct buffer *sql = &settling->sql;
    buffer_string(sql, "UPDATE ");
    sql_table(sql, settling->database->pack, reg);
    buffer_string(sql, " SET ");
    sql_field(sql, NULL, settling->database->pack, reg, field);
    buffer_string(sql, " = (SELECT n.value FROM zs_turned AS n WHERE n.id = ");
    sql_table(sql, settling->database->pack, reg);
    buffer_string(sql, ".id) WHERE ");
    sql_field(sql, NULL, settling->database->pack, reg, field);
    buffer_string(sql, " IS NOT NULL");
    int code = sql_run(settling->database->store, sql, err);
    return code == 0 ? store_run(settling->database->store, "DROP TABLE zs_turned", err) : code;
}

/* seal: plain values become handles; else the other way. */
static int turn_column(struct settling *settling, int reg, int field, bool seal, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY", "value TEXT"};
    struct store *store = settling->database->store;
    struct statement *rows = NULL;
    struct bulk *turned = NULL;
    bool row;
    int code = bulk_begin(store, "zs_turned", columns, 2, &turned, err);
    if (code == 0 && seal)
        code = bulk_into(store, "zs_sealed", vault_columns, VAULT_COLUMNS, &settling->vault, err);
    if (code == 0) code = open_values(settling, reg, field, seal, &rows, err);
    while (code == 0 && (code = statement_step(rows, &row, err)) == 0 && row)
        code = turn_value(settling, rows, reg, field, seal, turned, err);
    statement_free(rows);
    if (code != 0) {
        bulk_abandon(turned);
        bulk_abandon(settling->vault);
        settling->vault = NULL;
        return code;
    }
    code = bulk_end(turned, err);
    int second = settling->vault != NULL ? bulk_end(settling->vault, code == 0 ? err : NULL) : 0;
    settling->vault = NULL;
    if (code == 0) code = second;
    return code == 0 ? take_values(settling, reg, field, err) : code;
}

/* ---- Old values in the log ---- */

/* *any: something in it was plain. */
static int seal_members(struct settling *settling, int reg, const bool *fresh, json_t *before, bool *any,
                        struct err *err)
{
    const struct database *database = settling->database;
    int code = 0;
    for (size_t i = 0; code == 0 && i < register_of(database->pack, reg)->field_count; i++) {
        const struct sealed_field *sealed = sealed_field(database, reg, (int)i);
        struct text name = field_of(settling, reg, (int)i)->label.name;
        char handle[VAULT_HANDLE_TEXT];
        json_t *old = fresh[i] ? json_object_getn(before, name.at, name.size) : NULL;
        struct text text = {json_string_value(old), json_string_length(old)};
        if (!json_is_string(old) || vault_handle_number(text) != 0) continue;
        code = vault_batch_put(settling->batch, settling->vault, sealed->place, text, sealed->shared, handle,
                               err);
        if (code == 0) json_object_setn_new(before, name.at, name.size, json_string(handle));
        settling->report->log_values++;
        *any = true;
    }
    return code;
}

static int seal_change(struct settling *settling, const struct statement *row, int reg, const bool *fresh,
                       struct bulk *turned, struct err *err)
{
    struct text text = statement_text(row, 2);
    json_t *before = json_loadb(text.at, text.size, JSON_ALLOW_NUL, NULL);
    bool any = false;
    int code = json_is_object(before) ? seal_members(settling, reg, fresh, before, &any, err) : 0;
    if (code == 0 && any) {
        char *written = json_dumps(before, JSON_COMPACT);
        bulk_int(turned, 0, statement_int(row, 0));
        bulk_int(turned, 1, statement_int(row, 1));
        bulk_text(turned, 2, text_of(written));
        code = bulk_row(turned, err);
        free(written);
        settling->renewed = true;
    }
    json_decref(before);
    return code;
}

static int take_changes(struct settling *settling, int reg, struct err *err)
{
    static const char update[] = "UPDATE zs_change SET before = (SELECT n.before FROM zs_turned AS n WHERE "
                                 "n.entry = zs_change.entry AND n.record "
                                 "= zs_change.record) WHERE register = ?1 AND EXISTS (SELECT 1 FROM "
                                 "zs_turned AS n WHERE n.entry = zs_change.entry "
                                 "AND n.record = zs_change.record)";
    struct statement *statement;
    struct store *store = settling->database->store;
    int code = store_run(store, "CREATE INDEX zs_turned_change ON zs_turned (entry, record)", err);
    if (code == 0) code = store_prepare(store, text_of(update), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_name(settling->database->pack, reg));
    code = statement_run(statement, err);
    statement_free(statement);
    return code == 0 ? store_run(store, "DROP TABLE zs_turned", err) : code;
}

static int fill_changes(struct settling *settling, int reg, const bool *fresh, struct bulk *turned,
                        struct err *err)
{
    struct statement *rows;
    bool row;
    int code =
        store_prepare(settling->database->store,
                      TEXT("SELECT entry, record, before FROM zs_change WHERE register = ?1"), &rows, err);
    if (code != 0) return code;
    statement_bind_text(rows, 1, register_name(settling->database->pack, reg));
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        code = seal_change(settling, rows, reg, fresh, turned, err);
        if (code != 0) break;
    }
    statement_free(rows);
    return code;
}

static int seal_log(struct settling *settling, int reg, const bool *fresh, struct err *err)
{
    static const char *const columns[] = {"entry INTEGER", "record INTEGER", "before TEXT"};
    struct store *store = settling->database->store;
    struct bulk *turned;
    int code = bulk_begin(store, "zs_turned", columns, 3, &turned, err);
    if (code != 0) return code;
    code = bulk_into(store, "zs_sealed", vault_columns, VAULT_COLUMNS, &settling->vault, err);
    if (code == 0) code = fill_changes(settling, reg, fresh, turned, err);
    if (code != 0) {
        bulk_abandon(turned);
        bulk_abandon(settling->vault);
        settling->vault = NULL;
        return code;
    }
    code = bulk_end(turned, err);
    int second = bulk_end(settling->vault, code == 0 ? err : NULL);
    settling->vault = NULL;
    if (code == 0) code = second;
    return code == 0 ? take_changes(settling, reg, err) : code;
}

/* ---- Fields ---- */

static int note_field(struct settling *settling, int reg, int field, bool now, struct err *err)
{
    struct database *database = settling->database;
    struct statement *put;
    bool shared =
        now ? sealed_sharable(database->pack, reg, field) : sealed_field(database, reg, field)->shared;
    int code = store_prepare(
        database->store,
        TEXT("INSERT INTO zs_sealed_field (register, field, now, shared) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT (register, field) DO UPDATE SET now = excluded.now, shared = "
             "excluded.shared"),
        &put, err);
    if (code != 0) return code;
    statement_bind_text(put, 1, register_name(database->pack, reg));
    statement_bind_text(put, 2, field_name(database->pack, reg, field));
    statement_bind_int(put, 3, now);
    statement_bind_int(put, 4, shared);
    code = statement_run(put, err);
    statement_free(put);
    settling->report->fields += now;
    return code;
}

static int ready(struct settling *settling, struct err *err)
{
    if (settling->batch != NULL) return 0;
    int code = vault_agree(settling->database->vault, err);
    return code == 0 ? vault_batch_new(settling->database->vault, &settling->batch, err) : code;
}

/* What has changed its mind: *fresh are flagged. */
static int settle_register(struct settling *settling, int reg, struct err *err)
{
    struct database *database = settling->database;
    size_t count = register_of(database->pack, reg)->field_count;
    struct arena arena = {0};
    bool *fresh = arena_array(&arena, count, sizeof *fresh), any = false;
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        bool wanted = sealed_wanted(database->pack, reg, (int)i), now = sealed_now(database, reg, (int)i);
        if (wanted == now) continue;
        code = ready(settling, err);
        if (code == 0 && now) code = turn_column(settling, reg, (int)i, false, err);
        if (code == 0) code = note_field(settling, reg, (int)i, wanted, err);
        if (code == 0) code = sealed_load(database, err);
        if (code == 0 && wanted) code = turn_column(settling, reg, (int)i, true, err);
        fresh[i] = wanted;
        any = any || wanted;
    }
    if (code == 0 && any) code = seal_log(settling, reg, fresh, err);
    arena_fini(&arena);
    return code;
}

static int read_head(struct store *store, struct buffer *head, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(
        store, TEXT("SELECT hash FROM zs_entry WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1"), &statement,
        err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) buffer_text(head, statement_text(statement, 0));
    statement_free(statement);
    return code;
}

/* The log tells what was done to it, and which hash it had come to before. */
static int log_settling(struct settling *settling, struct err *err)
{
    struct database *database = settling->database;
    struct buffer head = {0}, detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t last, entry;
    int code = settling->renewed ? read_head(database->store, &head, err) : 0;
    if (code == 0 && settling->renewed) code = log_chain_renew(database->store, &last, err);
    json_put_object(&json);
    json_member_int(&json, "fields", (int64_t)settling->report->fields);
    if (settling->renewed) {
        json_member_text(&json, "former", buffer_get(&head));
    }
    json_put_object_end(&json);
    if (code == 0)
        code = database_entry(database, TEXT("zengshou"), TEXT("seal"), buffer_get(&detail), &entry, err);
    buffer_fini(&head);
    buffer_fini(&detail);
    return code;
}

int seal_settle(struct database *database, struct seal_report *report, struct err *err)
{
    struct settling settling = {.database = database, .report = report};
    if (database->vault == NULL) return 0;
    int code = sealed_load(database, err);
    for (size_t reg = 0; code == 0 && reg < database->pack->schema.register_count; reg++)
        code = settle_register(&settling, (int)reg, err);
    /* Where there was nothing to seal there is nothing to tell: a new database begins with its first record.
     */
    if (code == 0 && report->values + report->log_values > 0) code = log_settling(&settling, err);
    vault_batch_free(settling.batch);
    buffer_fini(&settling.sql);
    buffer_fini(&settling.text);
    return code;
}

/* ---- The key file ---- */

static int refuse_placeless(struct err *err)
{
    return err_set(
        err, ERR_INPUT,
        "不知道密钥文件应放在哪里。请用 --keys FILE 指明：放在数据库之外，只有运行本程序的用户可读",
        "It is not known where the key file is to be. Say so with --keys FILE: outside of the database, "
        "readable "
        "by nobody but the user that runs this program");
}

/* Beside a file there stands the key file, or a link to it. */
static int link_keys(const char *url, const char *path, struct err *err)
{
    char beside[1100];
    snprintf(beside, sizeof beside, "%s.keys", url);
    char *whole = realpath(path, NULL);
    int code = whole == NULL ? err_errno(err, path, "找不到密钥文件", "Cannot find the key file") : 0;
    char *there = realpath(beside, NULL);
    if (code == 0 && there == NULL && symlink(whole, beside) != 0 && errno != EEXIST)
        code = err_errno(err, beside, "记不下密钥文件的位置", "Cannot note where the key file is");
    free(there);
    free(whole);
    return code;
}

int seal_place(const char *url, struct err *err)
{
    struct buffer path = {0};
    vault_key_path(url, &path);
    bool known = path.size > 0;
    buffer_fini(&path);
    return known ? 0 : refuse_placeless(err);
}

static int make_keys(const char *url, enum suite suite, struct seal_report *report, struct err *err)
{
    struct buffer path = {0};
    vault_key_path(url, &path);
    if (path.size == 0 || path.size >= sizeof report->path) {
        buffer_fini(&path);
        return refuse_placeless(err);
    }
    memcpy(report->path, path.data, path.size + 1);
    buffer_fini(&path);
    report->key_made = access(report->path, F_OK) != 0;
    int code = report->key_made ? keyring_create(report->path, suite, err) : 0;
    bool file = strncmp(url, "postgresql:", 11) != 0 && strncmp(url, "postgres:", 9) != 0;
    return code == 0 && file && strcmp(url, ":memory:") != 0 ? link_keys(url, report->path, err) : code;
}

/* ---- Turning it on ---- */

static int refuse_sealed(struct store *store, struct err *err)
{
    return err_set(err, ERR_CONFLICT, "“%s”已经加密，没有任何改动。换密钥用 zengshou keys rotate",
                   "“%s” is sealed already; nothing was changed. To change keys, use zengshou keys rotate",
                   store_name(store));
}

static int turn_on(struct store *store, const char *path, enum database_distribution form, struct err *err)
{
    struct keyring *ring = NULL;
    struct sealer *sealer = NULL;
    char format[16];
    snprintf(format, sizeof format, "%d", DATABASE_FORMAT_SEALED);
    int code = keyring_load(path, &ring, err);
    if (code == 0) code = sealer_new(ring, &sealer, err);
    /* As when the registers' tables are made (distribute_settle): what is copied everywhere comes before
     * others. */
    if (code == 0 && form == DATABASE_CITUS)
        code = store_run(store, "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'", err);
    if (code == 0) code = vault_create_tables(store, err);
    if (code == 0) code = vault_remember(store, sealer, ring, err);
    if (code == 0) code = database_put_meta(store, "format", text_of(format), err);
    if (code == 0 && form == DATABASE_CITUS)
        code = store_run(store, "SELECT create_reference_table('zs_sealed')", err);
    sealer_free(sealer);
    keyring_free(ring);
    return code;
}

struct turning {
    struct database *database;
    const char *url;
    struct seal_report *report;
};

static int turn(void *context, struct err *err)
{
    struct turning *turning = context;
    struct database *database = turning->database;
    struct buffer key = {0};
    vault_free(database->vault); /* of an attempt before */
    database->vault = NULL;
    turning->report->fields = 0;
    turning->report->values = turning->report->log_values = 0;
    int code = database_meta(database->store, "key", &key, err);
    if (code == 0 && key.size > 0) code = refuse_sealed(database->store, err);
    buffer_fini(&key);
    if (code == 0) code = turn_on(database->store, turning->report->path, database->distribution, err);
    if (code == 0) code = vault_new(database->store, turning->url, &database->vault, err);
    if (code == 0) code = vault_need(database->vault, err);
    return code == 0 ? seal_settle(database, turning->report, err) : code;
}

/* What was overwritten stays in free pages, and in the write-ahead log, until they are written anew. */
static bool scrub(struct database *database)
{
    struct store *store = database->store;
    if (store_kind(store) == STORE_SQLITE)
        return store_run(store, "VACUUM", NULL) == 0 &&
               store_run(store, "PRAGMA wal_checkpoint(TRUNCATE)", NULL) == 0;
    bool done = store_run(store, "VACUUM FULL zs_change", NULL) == 0;
    for (size_t reg = 0; reg < database->pack->schema.register_count; reg++) {
        struct buffer sql = {0};
        bool any = false;
        for (size_t i = 0; i < register_of(database->pack, (int)reg)->field_count; i++)
            any = any || sealed_now(database, (int)reg, (int)i);
        buffer_string(&sql, "VACUUM FULL ");
        sql_table(&sql, database->pack, (int)reg);
        if (any) done = sql_run(store, &sql, NULL) == 0 && done;
        buffer_fini(&sql);
    }
    return done;
}

int database_seal_open(struct database *database, const char *url, enum suite suite,
                       struct seal_report *report, struct err *err)
{
    *report = (struct seal_report){0};
    int code = database->vault != NULL ? refuse_sealed(database->store, err) : 0;
    if (code == 0) code = make_keys(url, suite, report, err);
    struct turning turning = {database, url, report};
    if (code == 0) code = store_transact(database->store, turn, &turning, err);
    if (code == 0 && report->values + report->log_values > 0) report->left = !scrub(database);
    return code;
}

int database_seal(const char *url, enum suite suite, struct seal_report *report, struct err *err)
{
    struct database *database;
    *report = (struct seal_report){0};
    int code = database_open(url, false, &database, err);
    if (code == 0) code = database_seal_open(database, url, suite, report, err);
    database_close(database);
    return code;
}

int database_is_sealed(const char *url, bool *sealed, struct err *err)
{
    struct store *store;
    struct buffer key = {0};
    *sealed = false;
    int code = store_open(url, &(struct store_options){.read_only = true}, &store, err);
    if (code != 0) return code;
    code = database_check_format(store, NULL, err);
    if (code == 0) code = database_meta(store, "key", &key, err);
    *sealed = key.size > 0;
    buffer_fini(&key);
    store_close(store);
    return code;
}
