/* Statements of the SQLite side. A server asks the same few hundred questions all day, and reading one costs
 * SQLite more than answering it: a connection keeps those that it used last. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/sqlite.h"

struct sqlite_statement {
    struct statement statement;
    struct sqlite *db;
    sqlite3_stmt *handle;
    size_t size; /* of its SQL */
    int fault;   /* the first failed binding since the last step */
};

/* ---- Kept between uses ---- */

/* Takes it out: one that runs is nobody else's. */
static struct sqlite_statement *take_kept(struct sqlite *db, struct text sql)
{
    struct sqlite_kept *kept = &db->kept;
    for (size_t i = kept->count; i-- > 0;) {
        struct sqlite_statement *found = kept->statements[i];
        if (found->size != sql.size || memcmp(sqlite3_sql(found->handle), sql.at, sql.size) != 0) continue;
        kept->count--;
        memmove(&kept->statements[i], &kept->statements[i + 1], (kept->count - i) * sizeof *kept->statements);
        return found;
    }
    return NULL;
}

static void drop(struct sqlite_statement *statement)
{
    sqlite3_finalize(statement->handle);
    free(statement);
}

/* The one used last stands last, so the first is the one to go. */
static void keep(struct sqlite *db, struct sqlite_statement *statement)
{
    struct sqlite_kept *kept = &db->kept;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    statement->fault = 0;
    if (kept->count == SQLITE_KEPT_MAX) {
        drop(kept->statements[0]);
        memmove(&kept->statements[0], &kept->statements[1], --kept->count * sizeof *kept->statements);
    }
    kept->statements[kept->count++] = statement;
}

void sqlite_forget_statements(struct sqlite *db)
{
    while (db->kept.count > 0) drop(db->kept.statements[--db->kept.count]);
}

/* ---- Preparing ---- */

int sqlite_prepare(struct store *store, struct text sql, struct statement **out, struct err *err)
{
    struct sqlite *db = (struct sqlite *)store;
    struct sqlite_statement *statement = take_kept(db, sql);
    *out = NULL;
    if (statement != NULL) {
        *out = &statement->statement;
        return 0;
    }
    sqlite3_stmt *handle = NULL;
    const char *tail = NULL;
    int result =
        sqlite3_prepare_v3(db->handle, sql.at, (int)sql.size, SQLITE_PREPARE_PERSISTENT, &handle, &tail);
    if (result != SQLITE_OK) return sqlite_fault(db, result, err);
    assert(handle != NULL && tail == sql.at + sql.size);
    statement = mem_new(1, sizeof *statement);
    *statement = (struct sqlite_statement){{store->port}, db, handle, sql.size, 0};
    *out = &statement->statement;
    return 0;
}

void sqlite_statement_free(struct statement *base)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;
    if (statement->size > SQLITE_KEPT_BYTES)
        drop(statement);
    else
        keep(statement->db, statement);
}

static void note(struct statement *base, int result)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;
    assert(result != SQLITE_RANGE && result != SQLITE_MISUSE);
    if (result != SQLITE_OK && statement->fault == 0) statement->fault = result;
}

static sqlite3_stmt *handle_of(const struct statement *base)
{
    return ((const struct sqlite_statement *)base)->handle;
}

void sqlite_bind_int(struct statement *statement, int number, int64_t value)
{
    note(statement, sqlite3_bind_int64(handle_of(statement), number, value));
}

void sqlite_bind_double(struct statement *statement, int number, double value)
{
    note(statement, sqlite3_bind_double(handle_of(statement), number, value));
}

void sqlite_bind_text(struct statement *statement, int number, struct text value)
{
    /* SQLite takes a NULL pointer for null, not for the empty text. */
    note(statement, sqlite3_bind_text64(handle_of(statement), number, value.size > 0 ? value.at : "",
                                        value.size, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void sqlite_bind_blob(struct statement *statement, int number, struct text value)
{
    note(statement, sqlite3_bind_blob64(handle_of(statement), number, value.size > 0 ? value.at : "",
                                        value.size, SQLITE_TRANSIENT));
}

void sqlite_bind_null(struct statement *statement, int number)
{
    note(statement, sqlite3_bind_null(handle_of(statement), number));
}

int sqlite_step(struct statement *base, bool *row, struct err *err)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;
    int result = statement->fault;
    statement->fault = 0;
    if (result == SQLITE_OK) result = sqlite3_step(statement->handle);
    *row = result == SQLITE_ROW;
    if (*row) return 0;
    int code = result == SQLITE_DONE ? 0 : sqlite_fault(statement->db, result, err);
    sqlite3_reset(statement->handle);
    return code;
}

void sqlite_reset(struct statement *statement)
{
    sqlite3_reset(handle_of(statement));
}

bool sqlite_is_null(const struct statement *statement, int column)
{
    return sqlite3_column_type(handle_of(statement), column) == SQLITE_NULL;
}

int64_t sqlite_get_int(const struct statement *statement, int column)
{
    return sqlite3_column_int64(handle_of(statement), column);
}

double sqlite_get_double(const struct statement *statement, int column)
{
    return sqlite3_column_double(handle_of(statement), column);
}

struct text sqlite_get_text(const struct statement *statement, int column)
{
    sqlite3_stmt *handle = handle_of(statement);
    const char *at = sqlite3_column_type(handle, column) == SQLITE_BLOB
                         ? sqlite3_column_blob(handle, column)
                         : (const char *)sqlite3_column_text(handle, column);
    return (struct text){at, at == NULL ? 0 : (size_t)sqlite3_column_bytes(handle, column)};
}

/* Asking the value itself spares SQLite from looking after the statement three times a column. Values may be
 * asked so because a connection here is one thread's. */
void sqlite_cells(const struct statement *statement, struct cell *cells)
{
    sqlite3_stmt *handle = handle_of(statement);
    int count = sqlite3_data_count(handle);
    for (int i = 0; i < count; i++) {
        sqlite3_value *value = sqlite3_column_value(handle, i);
        cells[i] = (struct cell){CELL_NULL, 0, 0, {0}};
        switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
            cells[i].kind = CELL_INT;
            cells[i].integer = sqlite3_value_int64(value);
            break;
        case SQLITE_FLOAT:
            cells[i].kind = CELL_REAL;
            cells[i].real = sqlite3_value_double(value);
            break;
        case SQLITE_TEXT:
            cells[i].kind = CELL_TEXT;
            cells[i].text.at = (const char *)sqlite3_value_text(value);
            cells[i].text.size = cells[i].text.at == NULL ? 0 : (size_t)sqlite3_value_bytes(value);
            break;
        case SQLITE_BLOB:
            cells[i].kind = CELL_TEXT;
            cells[i].text.at = sqlite3_value_blob(value);
            cells[i].text.size = (size_t)sqlite3_value_bytes(value);
            break;
        default: /* SQLITE_NULL */
            break;
        }
    }
}

const char *sqlite_column_name(const struct statement *statement, int column)
{
    return sqlite3_column_name(handle_of(statement), column);
}
