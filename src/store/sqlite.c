/* The SQLite side of the port: one file, write-ahead log, one writer at a time. */
#include "store/sqlite.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "store/sqlite_functions.h"

enum { BUSY_MS = 5000 };

/* ---- The connection ---- */

int sqlite_run(struct store *store, const char *sql, struct err *err)
{
    struct sqlite *db = (struct sqlite *)store;
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? 0 : sqlite_fault(db, result, err);
}

static int sqlite_wait(struct store *store, int ms, struct err *err)
{
    struct sqlite *db = (struct sqlite *)store;
    db->busy_ms = ms;
    int result = sqlite3_busy_timeout(db->handle, ms);
    return result == SQLITE_OK ? 0 : sqlite_fault(db, result, err);
}

static int64_t sqlite_changes(const struct store *store)
{
    return sqlite3_changes64(((const struct sqlite *)store)->handle);
}

static int sqlite_begin(struct store *store, bool write, struct err *err)
{
    assert(((struct sqlite *)store)->bulks == 0);
    return sqlite_run(store, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static bool sqlite_in_transaction(const struct store *store)
{
    const struct sqlite *db = (const struct sqlite *)store;
    return !sqlite3_get_autocommit(db->handle) && !db->bulk_owns_transaction;
}

/* One writer at a time, from the beginning: nobody comes in between. */
static bool sqlite_collided(const struct store *store)
{
    (void)store;
    return false;
}

/* After some failures (a full disk) SQLite has rolled back by itself. */
static void sqlite_rollback(struct store *store)
{
    if (sqlite_in_transaction(store)) sqlite_run(store, "ROLLBACK", NULL);
}

static int sqlite_commit(struct store *store, struct err *err)
{
    struct sqlite *db = (struct sqlite *)store;
    assert(db->bulks == 0);
    if (!sqlite_in_transaction(store))
        return err_set(err, ERR_IO, "数据库“%s”此前的一次写入已失败，整次操作已撤销，没有任何改动。请重做",
                       "An earlier write to the database “%s” failed and everything was rolled back; nothing "
                       "was changed. "
                       "Do it again",
                       db->path);
    int code = sqlite_run(store, "COMMIT", err);
    if (code != 0) sqlite_rollback(store);
    return code;
}

static int sqlite_table_columns(struct store *store, const char *table, char ***names, size_t *count,
                                struct err *err)
{
    *names = NULL;
    *count = 0;
    struct statement *statement;
    int code =
        sqlite_prepare(store, TEXT("SELECT name FROM pragma_table_info(?1) ORDER BY cid"), &statement, err);
    if (code != 0) return code;
    sqlite_bind_text(statement, 1, text_of(table));
    size_t capacity = 0;
    bool row;
    while ((code = sqlite_step(statement, &row, err)) == 0 && row) {
        struct text name = sqlite_get_text(statement, 0);
        *names = mem_grow(*names, &capacity, *count + 1, sizeof **names);
        (*names)[(*count)++] = mem_copy_text(name.at, name.size);
    }
    sqlite_statement_free(statement);
    if (code != 0) {
        store_names_free(*names, *count);
        *names = NULL;
        *count = 0;
    }
    return code;
}

static int sqlite_has_index(struct store *store, const char *index, bool *has, struct err *err)
{
    struct statement *statement;
    int code = sqlite_prepare(store, TEXT("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?1"),
                              &statement, err);
    if (code != 0) return code;
    sqlite_bind_text(statement, 1, text_of(index));
    code = sqlite_step(statement, has, err);
    sqlite_statement_free(statement);
    return code;
}

static int sqlite_check(struct store *store, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    int code = sqlite_prepare(
        store, TEXT("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
        &statement, err);
    bool row;
    if (code != 0) return code;
    while ((code = sqlite_step(statement, &row, err)) == 0 && row) {
        struct text what = sqlite_get_text(statement, 0);
        fault_list_corrupt(faults, "数据库文件“%s”已损坏：%.*s。请用备份恢复",
                           "The database file “%s” is damaged: %.*s. Restore a backup", store_name(store),
                           TEXT_ARGS(what));
    }
    sqlite_statement_free(statement);
    return code;
}

static int sqlite_is_empty(struct store *store, bool *empty, struct err *err)
{
    int64_t tables = 0;
    bool found;
    int code = store_query_int(store, "SELECT count(*) FROM sqlite_schema", &tables, &found, err);
    *empty = tables == 0;
    return code;
}

static void sqlite_close(struct store *store)
{
    struct sqlite *db = (struct sqlite *)store;
    /* A statement or bulk still alive is our bug; closing nevertheless rolls back and frees once they are
     * gone. */
    sqlite_forget_statements(db);
    int result = sqlite3_close(db->handle);
    assert(result == SQLITE_OK);
    free(db->path);
    free(db);
}

static const char *sqlite_name(const struct store *store)
{
    return ((const struct sqlite *)store)->path;
}

static const struct store_port sqlite_port = {
    .kind = STORE_SQLITE,
    .dialect = {"INTEGER", "REAL", "TEXT", "BLOB", " STRICT", " STRICT, WITHOUT ROWID"},
    .close = sqlite_close,
    .wait = sqlite_wait,
    .name = sqlite_name,
    .run = sqlite_run,
    .prepare = sqlite_prepare,
    .changes = sqlite_changes,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .collided = sqlite_collided,
    .table_columns = sqlite_table_columns,
    .has_index = sqlite_has_index,
    .check = sqlite_check,
    .is_empty = sqlite_is_empty,
    .statement_free = sqlite_statement_free,
    .bind_int = sqlite_bind_int,
    .bind_double = sqlite_bind_double,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .bind_null = sqlite_bind_null,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .is_null = sqlite_is_null,
    .get_int = sqlite_get_int,
    .get_double = sqlite_get_double,
    .get_text = sqlite_get_text,
    .cells = sqlite_cells,
    .column_name = sqlite_column_name,
    .bulk_begin = sqlite_bulk_begin,
    .bulk_into = sqlite_bulk_into,
    .bulk_int = sqlite_bulk_int,
    .bulk_double = sqlite_bulk_double,
    .bulk_text = sqlite_bulk_text,
    .bulk_row = sqlite_bulk_row,
    .bulk_end = sqlite_bulk_end,
    .bulk_abandon = sqlite_bulk_abandon,
    .drop_temporary = sqlite_drop_temporary,
};

/* ---- Opening ---- */

static int check_path(const char *path, bool create, struct err *err)
{
    struct stat status;
    if (strcmp(path, ":memory:") == 0) return 0;
    if (stat(path, &status) != 0) {
        if (create) return 0;
        return err_set(err, ERR_NOT_FOUND, "没有数据库“%s”。请检查路径，或先用 zengshou init 建立",
                       "There is no database “%s”. Check the path, or make it with zengshou init", path);
    }
    if (S_ISDIR(status.st_mode))
        return err_set(err, ERR_INPUT, "“%s”是文件夹，不是数据库文件",
                       "“%s” is a folder, not a database file", path);
    return 0;
}

/* FULL: a commit is on the disk when it is acknowledged. Sorting and staging spill into files beyond the
 * caches, so memory stays bounded however large an import is. */
static const char settings[] = "PRAGMA foreign_keys = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = FILE;"
                               "PRAGMA temp.cache_size = -32768;"
                               "PRAGMA main.cache_size = -65536;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA journal_size_limit = 67108864;";

static int configure(struct sqlite *db, const struct store_options *options, struct err *err)
{
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    int code = sqlite_run(&db->store, settings, err);
    if (code == 0 && options->one_of_many)
        code = sqlite_run(&db->store, "PRAGMA main.cache_size = -24576", err);
    if (code == 0 && !options->read_only) code = sqlite_run(&db->store, "PRAGMA journal_mode = WAL", err);
    /* The first read of the file: what is no database shows itself here. */
    if (code == 0) code = sqlite_run(&db->store, "SELECT count(*) FROM sqlite_schema", err);
    return code;
}

/* Before the library's first use. Its count of all memory is behind a lock that every thread of a server
 * meets thousands of times a request, and nobody asks for it. Where somebody else in this process has started
 * the library already, it stays as it is. */
static void prepare_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

int sqlite_open(const char *path, const struct store_options *options, struct store **out, struct err *err)
{
    static pthread_once_t prepared = PTHREAD_ONCE_INIT;
    pthread_once(&prepared, prepare_library);
    int code = check_path(path, options->create, err);
    if (code != 0) return code;
    struct sqlite *db = mem_new(1, sizeof *db);
    db->store.port = &sqlite_port;
    db->path = mem_copy_text(path, strlen(path));
    db->busy_ms = options->busy_ms > 0 ? options->busy_ms : BUSY_MS;
    int flags = options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options->create && !options->read_only) flags |= SQLITE_OPEN_CREATE;
    struct buffer name = {0};
    /* A file whose name looks like a URI is still a file. */
    if (strncmp(path, "file:", 5) == 0) buffer_string(&name, "./");
    buffer_string(&name, path);
    int result =
        sqlite3_open_v2(name.data, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    buffer_fini(&name);
    if (db->handle == NULL) mem_exhausted();
    if (result == SQLITE_OK) result = sqlite3_busy_timeout(db->handle, db->busy_ms);
    if (result == SQLITE_OK) result = sqlite_functions_add(db->handle);
    code = result == SQLITE_OK ? configure(db, options, err) : sqlite_fault(db, result, err);
    if (code != 0) {
        sqlite_close(&db->store);
        return code;
    }
    *out = &db->store;
    return 0;
}
