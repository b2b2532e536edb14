/* What the SQLite side's files share. Private to this room. */
#ifndef ZENGSHOU_STORE_SQLITE_H
#define ZENGSHOU_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/port.h"

struct sqlite {
    struct store store;
    sqlite3 *handle;
    char *path; /* for messages */
    int busy_ms;
    int bulks;                  /* open bulks … */
    bool bulk_owns_transaction; /* … and whether the transaction around them is theirs */
};

/* Turns a result code of the connection into our error: what happened, to which file, what to do. */
int sqlite_fault(const struct sqlite *db, int result, struct err *err);

/* Runs SQL without results. */
int sqlite_run(struct store *store, const char *sql, struct err *err);

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
