/* The PostgreSQL side of the port: one connection by libpq, one writer at a time by an advisory lock, so that
 * callers keep what SQLite promises them. */
#include "store/postgres.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BUSY_MS = 5000 };

/* ---- Commands ---- */

void postgres_note_changes(struct postgres *db, PGresult *result)
{
    const char *command = result != NULL ? PQcmdStatus(result) : "";
    if (strncmp(command, "INSERT", 6) == 0 || strncmp(command, "UPDATE", 6) == 0 ||
        strncmp(command, "DELETE", 6) == 0)
        db->changes = strtoll(PQcmdTuples(result), NULL, 10);
}

int postgres_exec(struct postgres *db, const char *sql, PGresult **out, struct err *err)
{
    postgres_make_way(db);
    PGresult *result = PQexec(db->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    postgres_note_changes(db, result);
    int code = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
                   ? 0
                   : postgres_fault(db, result, err);
    if (out != NULL && code == 0)
        *out = result;
    else
        PQclear(result);
    return code;
}

static int postgres_run(struct store *store, const char *sql, struct err *err)
{
    return postgres_exec((struct postgres *)store, sql, NULL, err);
}

static int64_t postgres_changes(const struct store *store)
{
    return ((const struct postgres *)store)->changes;
}

/* ---- Transactions ---- */

/* The lock is taken before the first reading statement, so all that a writer sees is what the writer before
 * it left. A name and the schema make the key: several databases of ours may stand in one of PostgreSQL's. */
static const char begin_write[] =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
    "SELECT pg_advisory_xact_lock(hashtext('zengshou'), hashtext(current_schema()))";

static bool is_standby(const struct postgres *db)
{
    const char *standby = PQparameterStatus(db->connection, "in_hot_standby");
    return standby != NULL && strcmp(standby, "on") == 0;
}

static int postgres_begin(struct store *store, bool write, struct err *err)
{
    struct postgres *db = (struct postgres *)store;
    assert(!db->transaction);
    /* Temporary tables are made in reading transactions too, where the server allows it. */
    const char *read = is_standby(db) ? "BEGIN ISOLATION LEVEL REPEATABLE READ"
                                      : "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE";
    db->collided = false;
    if (write && (db->read_only || is_standby(db))) return postgres_refused(db, "25006", "", err);
    int code = postgres_exec(db, write ? begin_write : read, NULL, err);
    if (code == 0)
        db->transaction = true;
    else
        postgres_exec(db, "ROLLBACK", NULL, NULL);
    return code;
}

static bool postgres_in_transaction(const struct store *store)
{
    return ((const struct postgres *)store)->transaction;
}

static bool postgres_collided(const struct store *store)
{
    return ((const struct postgres *)store)->collided;
}

static void postgres_rollback(struct store *store)
{
    struct postgres *db = (struct postgres *)store;
    if (!db->transaction) return;
    db->transaction = false;
    postgres_exec(db, "ROLLBACK", NULL, NULL);
}

static int unknown_end(const struct postgres *db, struct err *err)
{
    return err_set(
        err, ERR_IO, "提交的那一刻与数据库“%s”的连接断了，不知道是否已经保存。请重做一次：已保存的不会重复",
        "The connection to the database “%s” was lost while committing, so it is not known whether all or "
        "nothing was saved. Do it again: what was saved will not be doubled",
        db->name);
}

static int postgres_commit(struct store *store, struct err *err)
{
    struct postgres *db = (struct postgres *)store;
    postgres_make_way(db);
    if (PQstatus(db->connection) == CONNECTION_BAD) {
        db->transaction = false;
        return postgres_fault(db, NULL, err);
    }
    /* COMMIT of a failed transaction would roll back and call that success. */
    if (!db->transaction || PQtransactionStatus(db->connection) != PQTRANS_INTRANS) {
        postgres_rollback(store);
        return postgres_refused(db, "25P02", "", err);
    }
    int code = postgres_exec(db, "COMMIT", NULL, err);
    db->transaction = false;
    if (code != 0 && PQstatus(db->connection) == CONNECTION_BAD) return unknown_end(db, err);
    return code;
}

/* ---- The catalogue ---- */

static int postgres_table_columns(struct store *store, const char *table, char ***names, size_t *count,
                                  struct err *err)
{
    *names = NULL;
    *count = 0;
    struct statement *statement;
    int code = postgres_prepare(
        store,
        TEXT("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(?1)) "
             "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"),
        &statement, err);
    if (code != 0) return code;
    postgres_bind_text(statement, 1, text_of(table));
    size_t capacity = 0;
    bool row;
    while ((code = postgres_step(statement, &row, err)) == 0 && row) {
        struct text name = postgres_get_text(statement, 0);
        *names = mem_grow(*names, &capacity, *count + 1, sizeof **names);
        (*names)[(*count)++] = mem_copy_text(name.at, name.size);
    }
    postgres_statement_free(statement);
    if (code != 0) {
        store_names_free(*names, *count);
        *names = NULL;
        *count = 0;
    }
    return code;
}

static int postgres_has_index(struct store *store, const char *index, bool *has, struct err *err)
{
    struct statement *statement;
    int code =
        postgres_prepare(store,
                         TEXT("SELECT 1 FROM pg_class WHERE relname = ?1 AND relkind IN ('i', 'I') AND "
                              "relnamespace = current_schema()::regnamespace"),
                         &statement, err);
    if (code != 0) return code;
    postgres_bind_text(statement, 1, text_of(index));
    code = postgres_step(statement, has, err);
    postgres_statement_free(statement);
    return code;
}

/* The server keeps its own files; what can be seen from here is what it has given up keeping. */
static int postgres_check(struct store *store, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    int code = postgres_prepare(
        store,
        TEXT(
            "SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready) "
            "UNION ALL SELECT k.conname FROM pg_constraint AS k "
            "WHERE k.connamespace = current_schema()::regnamespace AND NOT k.convalidated "
            "UNION ALL SELECT t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND t.tgisinternal AND t.tgenabled <> 'O' "
            "LIMIT 100"),
        &statement, err);
    bool row;
    if (code != 0) return code;
    while ((code = postgres_step(statement, &row, err)) == 0 && row) {
        struct text what = postgres_get_text(statement, 0);
        fault_list_corrupt(
            faults, "数据库“%s”的索引或约束 %.*s 已失效。请数据库管理员重建它",
            "In the database “%s” the index or constraint %.*s is not in force. Have the database's "
            "administrator make it anew",
            store_name(store), TEXT_ARGS(what));
    }
    postgres_statement_free(statement);
    return code;
}

static int postgres_is_empty(struct store *store, bool *empty, struct err *err)
{
    int64_t tables = 0;
    bool found;
    int code = store_query_int(
        store,
        /* What belongs to an extension is nobody's: Citus brings views along. */
        "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
        "AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (SELECT 1 FROM pg_depend "
        "AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid AND "
        "d.deptype = 'e')",
        &tables, &found, err);
    *empty = tables == 0;
    return code;
}

/* ---- Opening ---- */

static int postgres_wait(struct store *store, int ms, struct err *err)
{
    struct postgres *db = (struct postgres *)store;
    struct buffer sql = {0};
    db->busy_ms = ms;
    buffer_printf(&sql, "SET lock_timeout = %d", ms);
    int code = postgres_exec(db, sql.data, NULL, err);
    buffer_fini(&sql);
    return code;
}

static void postgres_close(struct store *store)
{
    struct postgres *db = (struct postgres *)store;
    assert(db->streaming == NULL);
    /* The server would roll back by itself, but somewhat later: who waits for the lock would still be
     * refused. */
    postgres_rollback(store);
    PQfinish(db->connection);
    buffer_fini(&db->unused);
    free(db->name);
    free(db);
}

static const char *postgres_name(const struct store *store)
{
    return ((const struct postgres *)store)->name;
}

static const struct store_port postgres_port = {
    .kind = STORE_POSTGRES,
    .dialect = {"BIGINT", "DOUBLE PRECISION", "TEXT COLLATE \"C\"", "BYTEA", "", ""},
    .close = postgres_close,
    .wait = postgres_wait,
    .name = postgres_name,
    .run = postgres_run,
    .prepare = postgres_prepare,
    .changes = postgres_changes,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .in_transaction = postgres_in_transaction,
    .collided = postgres_collided,
    .table_columns = postgres_table_columns,
    .has_index = postgres_has_index,
    .check = postgres_check,
    .is_empty = postgres_is_empty,
    .statement_free = postgres_statement_free,
    .bind_int = postgres_bind_int,
    .bind_double = postgres_bind_double,
    .bind_text = postgres_bind_text,
    .bind_blob = postgres_bind_blob,
    .bind_null = postgres_bind_null,
    .step = postgres_step,
    .reset = postgres_reset,
    .is_null = postgres_is_null,
    .get_int = postgres_get_int,
    .get_double = postgres_get_double,
    .get_text = postgres_get_text,
    .cells = postgres_cells,
    .column_name = postgres_column_name,
    .bulk_begin = postgres_bulk_begin,
    .bulk_into = postgres_bulk_into,
    .bulk_int = postgres_bulk_int,
    .bulk_double = postgres_bulk_double,
    .bulk_text = postgres_bulk_text,
    .bulk_row = postgres_bulk_row,
    .bulk_end = postgres_bulk_end,
    .bulk_abandon = postgres_bulk_abandon,
    .drop_temporary = postgres_drop_temporary,
};

int postgres_open(const char *url, const struct store_options *options, struct store **out, struct err *err)
{
    struct postgres *db = mem_new(1, sizeof *db);
    db->store.port = &postgres_port;
    db->busy_ms = options->busy_ms > 0 ? options->busy_ms : BUSY_MS;
    db->read_only = options->read_only;
    int code = postgres_connect(db, url, err);
    if (code != 0) {
        postgres_close(&db->store);
        return code;
    }
    *out = &db->store;
    return 0;
}
