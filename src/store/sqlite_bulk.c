/* Filling a temporary table: one prepared insert, text bound in place, one transaction around it all. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/sqlite.h"

struct sqlite_bulk {
    struct bulk bulk;
    struct sqlite *db;
    sqlite3_stmt *insert;
    int fault; /* the first failed binding of this row */
};

/* Without a transaction every row would be one of its own. */
static int enter(struct sqlite *db, struct err *err)
{
    if (db->bulks == 0 && sqlite3_get_autocommit(db->handle)) {
        int code = sqlite_run(&db->store, "BEGIN", err);
        if (code != 0) return code;
        db->bulk_owns_transaction = true;
    }
    db->bulks++;
    return 0;
}

static int leave(struct sqlite *db, bool keep, struct err *err)
{
    assert(db->bulks > 0);
    if (--db->bulks > 0 || !db->bulk_owns_transaction) return 0;
    db->bulk_owns_transaction = false;
    if (sqlite3_get_autocommit(db->handle)) return 0; /* a failure ended it already and was reported then */
    return sqlite_run(&db->store, keep ? "COMMIT" : "ROLLBACK", err);
}

static int create(struct sqlite_bulk *bulk, const char *table, const char *const *columns, size_t count,
                  struct err *err)
{
    struct buffer sql = {0};
    buffer_printf(&sql, "CREATE TEMP TABLE \"%s\" (", table);
    for (size_t i = 0; i < count; i++) buffer_printf(&sql, "%s%s", i > 0 ? ", " : "", columns[i]);
    buffer_string(&sql, ") STRICT");
    int code = sqlite_run(&bulk->db->store, sql.data, err);
    buffer_fini(&sql);
    return code;
}

static int prepare(struct sqlite_bulk *bulk, const char *schema, const char *table,
                   const char *const *columns, size_t count, struct err *err)
{
    struct buffer sql = {0};
    buffer_printf(&sql, "INSERT INTO %s.\"%s\" (", schema, table);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&sql, "%s%.*s", i > 0 ? ", " : "", (int)strcspn(columns[i], " "), columns[i]);
    buffer_string(&sql, ") VALUES (");
    for (size_t i = 0; i < count; i++) buffer_printf(&sql, "%s?%zu", i > 0 ? ", " : "", i + 1);
    buffer_char(&sql, ')');
    int result = sqlite3_prepare_v3(bulk->db->handle, sql.data, (int)sql.size, SQLITE_PREPARE_PERSISTENT,
                                    &bulk->insert, NULL);
    buffer_fini(&sql);
    return result == SQLITE_OK ? 0 : sqlite_fault(bulk->db, result, err);
}

static int begin(struct store *store, bool fresh, const char *table, const char *const *columns, size_t count,
                 struct bulk **out, struct err *err)
{
    *out = NULL;
    struct sqlite_bulk *bulk = mem_new(1, sizeof *bulk);
    bulk->bulk.port = store->port;
    bulk->db = (struct sqlite *)store;
    int code = enter(bulk->db, err);
    if (code != 0) {
        free(bulk);
        return code;
    }
    if (fresh) code = create(bulk, table, columns, count, err);
    if (code == 0) code = prepare(bulk, fresh ? "temp" : "main", table, columns, count, err);
    if (code != 0) {
        sqlite_bulk_abandon(&bulk->bulk);
        return code;
    }
    *out = &bulk->bulk;
    return 0;
}

int sqlite_bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
                      struct bulk **out, struct err *err)
{
    return begin(store, true, table, columns, count, out, err);
}

int sqlite_bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
                     struct bulk **out, struct err *err)
{
    return begin(store, false, table, columns, count, out, err);
}

static void note(struct sqlite_bulk *bulk, int result)
{
    assert(result != SQLITE_RANGE && result != SQLITE_MISUSE);
    if (result != SQLITE_OK && bulk->fault == 0) bulk->fault = result;
}

void sqlite_bulk_int(struct bulk *base, size_t column, int64_t value)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    note(bulk, sqlite3_bind_int64(bulk->insert, (int)column + 1, value));
}

void sqlite_bulk_double(struct bulk *base, size_t column, double value)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    note(bulk, sqlite3_bind_double(bulk->insert, (int)column + 1, value));
}

void sqlite_bulk_text(struct bulk *base, size_t column, struct text value)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    note(bulk, sqlite3_bind_text64(bulk->insert, (int)column + 1, value.size > 0 ? value.at : "", value.size,
                                   SQLITE_STATIC, SQLITE_UTF8));
}

int sqlite_bulk_row(struct bulk *base, struct err *err)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    int result = bulk->fault;
    bulk->fault = 0;
    if (result == 0) result = sqlite3_step(bulk->insert);
    int code = result == SQLITE_DONE ? 0 : sqlite_fault(bulk->db, result, err);
    sqlite3_reset(bulk->insert);
    sqlite3_clear_bindings(bulk->insert);
    return code;
}

int sqlite_bulk_end(struct bulk *base, struct err *err)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    sqlite3_finalize(bulk->insert);
    int code = leave(bulk->db, true, err);
    free(bulk);
    return code;
}

void sqlite_bulk_abandon(struct bulk *base)
{
    struct sqlite_bulk *bulk = (struct sqlite_bulk *)base;
    sqlite3_finalize(bulk->insert);
    leave(bulk->db, false, NULL);
    free(bulk);
}

void sqlite_drop_temporary(struct store *store, const char *const *tables, size_t count)
{
    struct buffer sql = {0};
    for (size_t i = 0; i < count; i++) buffer_printf(&sql, "DROP TABLE IF EXISTS temp.\"%s\";", tables[i]);
    sqlite_run(store, sql.data, NULL);
    buffer_fini(&sql);
}
