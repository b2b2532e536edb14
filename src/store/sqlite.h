/* What the SQLite side's files share. Private to this room. */
#ifndef ZENGSHOU_STORE_SQLITE_H
#define ZENGSHOU_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/port.h"

enum { SQLITE_KEPT_MAX = 256, SQLITE_KEPT_BYTES = 16 << 10 };

struct sqlite_statement;
struct sqlite_kept { /* statements that nobody uses now, the one used last at the end */
    struct sqlite_statement *statements[SQLITE_KEPT_MAX];
    size_t count;
};

struct sqlite {
    struct store store;
    sqlite3 *handle;
    char *path; /* for messages */
    int busy_ms;
    int bulks;                  /* open bulks … */
    bool bulk_owns_transaction; /* … and whether the transaction around them is theirs */
    struct sqlite_kept kept;
};

/* Turns a result code of the connection into our error: what happened, to which file, what to do. */
int sqlite_fault(const struct sqlite *db, int result, struct err *err);

/* Runs SQL without results. */
int sqlite_run(struct store *store, const char *sql, struct err *err);

int sqlite_prepare(struct store *store, struct text sql, struct statement **out, struct err *err);
void sqlite_statement_free(struct statement *base);
void sqlite_bind_int(struct statement *statement, int number, int64_t value);
void sqlite_bind_double(struct statement *statement, int number, double value);
void sqlite_bind_text(struct statement *statement, int number, struct text value);
void sqlite_bind_blob(struct statement *statement, int number, struct text value);
void sqlite_bind_null(struct statement *statement, int number);
int sqlite_step(struct statement *base, bool *row, struct err *err);
void sqlite_reset(struct statement *statement);
bool sqlite_is_null(const struct statement *statement, int column);
int64_t sqlite_get_int(const struct statement *statement, int column);
double sqlite_get_double(const struct statement *statement, int column);
struct text sqlite_get_text(const struct statement *statement, int column);
void sqlite_cells(const struct statement *statement, struct cell *cells);
const char *sqlite_column_name(const struct statement *statement, int column);
/* Finalises the kept ones; before closing. */
void sqlite_forget_statements(struct sqlite *db);

int sqlite_bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
                      struct bulk **out, struct err *err);
int sqlite_bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
                     struct bulk **out, struct err *err);
void sqlite_bulk_int(struct bulk *bulk, size_t column, int64_t value);
void sqlite_bulk_double(struct bulk *bulk, size_t column, double value);
void sqlite_bulk_text(struct bulk *bulk, size_t column, struct text value);
int sqlite_bulk_row(struct bulk *bulk, struct err *err);
int sqlite_bulk_end(struct bulk *bulk, struct err *err);
void sqlite_bulk_abandon(struct bulk *bulk);
void sqlite_drop_temporary(struct store *store, const char *const *tables, size_t count);

#endif
