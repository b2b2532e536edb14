/* What the PostgreSQL side's files share. Private to this room. */
#ifndef ZENGSHOU_STORE_POSTGRES_H
#define ZENGSHOU_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/port.h"

struct postgres_statement;

struct postgres {
    struct store store;
    PGconn *connection;
    char *name; /* where it is, without password, for messages */
    int busy_ms;
    bool read_only;
    bool transaction; /* begun by us and not yet ended, alive or failed */
    struct postgres_statement
        *streaming;       /* whose rows are on their way; nothing else may be asked meanwhile */
    struct buffer unused; /* DEALLOCATE of what was freed, sent together */
    size_t unused_count;
    uint64_t prepared; /* numbers the prepared statements */
    int64_t changes;
    bool collided; /* the last error was a serialisation failure or a deadlock */
};

/* ---- Connecting (postgres_connect.c) ---- */

/* Fills connection and name; a session with our settings. Nothing is left to undo on errors but
 * PQfinish(db->connection) and free(db->name). */
int postgres_connect(struct postgres *db, const char *url, struct err *err);

/* ---- Errors (postgres_fault.c) ---- */

/* Turns the failed result (NULL: the connection's own state) into our error. */
int postgres_fault(struct postgres *db, const PGresult *result, struct err *err);
/* The same by a SQLSTATE and its message, for the connecting. */
int postgres_refused(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err);

/* Runs SQL without parameters; the result is kept for the caller, who clears it, or freed here when out is
 * NULL. Makes way first. */
int postgres_exec(struct postgres *db, const char *sql, PGresult **out, struct err *err);

/* Remembers how many rows an INSERT, UPDATE or DELETE changed. */
void postgres_note_changes(struct postgres *db, PGresult *result);

/* ---- Statements (postgres_statement.c) ---- */

int postgres_prepare(struct store *store, struct text sql, struct statement **out, struct err *err);
void postgres_statement_free(struct statement *statement);
void postgres_bind_int(struct statement *statement, int number, int64_t value);
void postgres_bind_double(struct statement *statement, int number, double value);
void postgres_bind_text(struct statement *statement, int number, struct text value);
void postgres_bind_blob(struct statement *statement, int number, struct text value);
void postgres_bind_null(struct statement *statement, int number);
int postgres_step(struct statement *statement, bool *row, struct err *err);
void postgres_reset(struct statement *statement);
bool postgres_is_null(const struct statement *statement, int column);
int64_t postgres_get_int(const struct statement *statement, int column);
double postgres_get_double(const struct statement *statement, int column);
void postgres_cells(const struct statement *statement, struct cell *cells);
struct text postgres_get_text(const struct statement *statement, int column);
const char *postgres_column_name(const struct statement *statement, int column);

/* Takes the rows that are on their way aside, so that the connection can be asked something else. */
void postgres_make_way(struct postgres *db);

/* ---- Filling temporary tables (postgres_bulk.c) ---- */

int postgres_bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
                        struct bulk **out, struct err *err);
int postgres_bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
                       struct bulk **out, struct err *err);
void postgres_bulk_int(struct bulk *bulk, size_t column, int64_t value);
void postgres_bulk_double(struct bulk *bulk, size_t column, double value);
void postgres_bulk_text(struct bulk *bulk, size_t column, struct text value);
int postgres_bulk_row(struct bulk *bulk, struct err *err);
int postgres_bulk_end(struct bulk *bulk, struct err *err);
void postgres_bulk_abandon(struct bulk *bulk);
void postgres_drop_temporary(struct store *store, const char *const *tables, size_t count);

#endif
