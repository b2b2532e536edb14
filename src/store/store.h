/* The database port. Everything above speaks SQL that SQLite (≥ 3.40) and PostgreSQL (≥ 15) both understand,
 * through these calls; what differs is behind them. One store is one connection, for one thread at a time.
 *
 * Parameters in SQL text are written ?1 ?2 … and bound by number. All integers are 64-bit; booleans are 0/1
 * integers. */
#ifndef ZENGSHOU_STORE_STORE_H
#define ZENGSHOU_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct store;
struct statement;

enum store_kind { STORE_SQLITE, STORE_POSTGRES };

/* What CREATE TABLE spells differently: 64-bit types, and what stands behind the closing bracket. */
struct store_dialect {
    const char *integer, *real, *text, *blob;
    const char *table_end;     /* of any table */
    const char *clustered_end; /* of a table whose rows shall lie in the order of its primary key */
};

struct store_options {
    bool create; /* make it if it does not exist; otherwise a missing one is ERR_NOT_FOUND */
    bool read_only;
    int busy_ms;      /* how long to wait for another process's lock; 0 means 5,000 */
    bool one_of_many; /* this process opens the same database several times: it shall keep less in memory */
};

/* url: a file path, ":memory:", or postgresql://… Errors: ERR_NOT_FOUND, ERR_IO, ERR_CORRUPT (not a
 * database), ERR_BUSY, ERR_INPUT (a kind of database that this program cannot speak to). A commit that was
 * acknowledged survives kill -9 and loss of power. */
int store_open(const char *url, const struct store_options *options, struct store **out, struct err *err);
void store_close(struct store *store); /* rolls back what is open */
enum store_kind store_kind(const struct store *store);
/* How long to wait for another process's lock from now on, at least 1 ms; see busy_ms. */
int store_wait(struct store *store, int ms, struct err *err);
const char *store_name(const struct store *store); /* the path, or the url without password: for messages */
/* The same for a url that is not open, appended. Urls may hold passwords: show nothing else of them. */
void store_shown_url(const char *url, struct buffer *out);
const struct store_dialect *store_dialect(const struct store *store);

/* Runs one or several statements without parameters or results. */
int store_run(struct store *store, const char *sql, struct err *err);

int store_prepare(struct store *store, struct text sql, struct statement **out, struct err *err);
void statement_free(struct statement *statement);

void statement_bind_int(struct statement *statement, int number, int64_t value);
void statement_bind_double(struct statement *statement, int number, double value);
void statement_bind_text(struct statement *statement, int number, struct text value); /* copied */
void statement_bind_blob(struct statement *statement, int number, struct text value); /* copied */
void statement_bind_null(struct statement *statement, int number);

/* *row: true when a row stands ready. After false or an error the statement is reset (bindings stay). */
int statement_step(struct statement *statement, bool *row, struct err *err);
/* For statements without rows: step to the end. */
int statement_run(struct statement *statement, struct err *err);
void statement_reset(struct statement *statement);

/* Columns of the current row, from 0. Text is borrowed until the next step. */
bool statement_is_null(const struct statement *statement, int column);
int64_t statement_int(const struct statement *statement, int column);
double statement_double(const struct statement *statement, int column);
struct text statement_text(const struct statement *statement, int column); /* blobs too */
const char *statement_column_name(const struct statement *statement,
                                  int column); /* as in the SELECT, for messages */

/* All columns of the current row at once, as the database holds them: for reading very many rows. cells: as
 * many as the SELECT has columns. Text is borrowed until the next step. */
enum cell_kind { CELL_NULL, CELL_INT, CELL_REAL, CELL_TEXT };
struct cell {
    enum cell_kind kind;
    int64_t integer;
    double real;
    struct text text; /* blobs too */
};
void statement_cells(const struct statement *statement, struct cell *cells);

/* One value out of a query of one row; *found false without a row. */
int store_query_int(struct store *store, const char *sql, int64_t *value, bool *found, struct err *err);

/* Rows changed by the last finished INSERT, UPDATE or DELETE. */
int64_t store_changes(const struct store *store);

/* Transactions. begin takes the write lock at once (ERR_BUSY if it cannot). Not nested. */
int store_begin(struct store *store, struct err *err);
/* For reading several things from one state of the database; takes no write lock. Temporary tables may be
 * written. */
int store_begin_read(struct store *store, struct err *err);
int store_commit(struct store *store, struct err *err); /* an error leaves nothing applied */
void store_rollback(struct store *store);               /* harmless when none is open */
/* begin, work, commit; rolls back what failed. When another transaction came in between (a serialisation
 * failure, a deadlock), all of it is tried again, a few times: work must not mind. */
int store_transact(struct store *store, int (*work)(void *context, struct err *err), void *context,
                   struct err *err);
bool store_in_transaction(const struct store *store);
/* Has work done as the last thing of the open writing transaction, before it commits; what it writes is part
 * of it, and its failure rolls everything back. mark: a number that work is given. The first call in a
 * transaction stands, later ones change nothing; a rollback forgets it. */
void store_before_commit(struct store *store, int (*work)(struct store *store, int64_t mark, struct err *err),
                         int64_t mark);

/* A temporary table of this connection (dropped with it), filled fast: prepared inserts here, COPY on
 * PostgreSQL. columns: "name TYPE" with TYPE one of INTEGER, REAL, TEXT; the first may be "name INTEGER
 * PRIMARY KEY". The first bulk_* column is index 0. Several may be open; no transaction may begin or end
 * between bulk_begin and bulk_end. */
struct bulk;
int bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
               struct bulk **out, struct err *err);
/* The same into a table that exists, inside an open transaction; columns: those that are filled, in the same
 * form. */
int bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
              struct bulk **out, struct err *err);
void bulk_int(struct bulk *bulk, size_t column, int64_t value);
void bulk_double(struct bulk *bulk, size_t column, double value);
void bulk_text(struct bulk *bulk, size_t column, struct text value); /* borrowed until bulk_row */
/* Columns not set since the last row are NULL. A row that the table refuses is reported here or, where rows
 * are sent many at a time, by a later bulk_row or bulk_end; none of those is then in the table. */
int bulk_row(struct bulk *bulk, struct err *err);
int bulk_end(struct bulk *bulk, struct err *err); /* frees it, also on errors; also without rows so far */
void bulk_abandon(struct bulk *bulk); /* frees it; the table may or may not be left. NULL is harmless */

/* Drops temporary tables that are there, never others; also where only reading is allowed. Outside
 * transactions. Fails only together with the connection, which drops them anyway. */
void store_drop_temporary(struct store *store, const char *const *tables, size_t count);

/* Does a table exist; its columns' names in order into *names (malloc'ed array of malloc'ed strings). *count
 * 0: no such table. */
int store_table_columns(struct store *store, const char *table, char ***names, size_t *count,
                        struct err *err);
void store_names_free(char **names, size_t count);
/* To be asked before an index is made: IF NOT EXISTS wants the rights of the table's owner even where it is
 * there. */
int store_has_index(struct store *store, const char *index, bool *has, struct err *err);

/* Asks the database whether its own file or catalogue is sound, which may read all of it; adds each fault to
 * the list (at most 100). */
int store_check(struct store *store, struct fault_list *faults, struct err *err);

/* Has it no tables at all (of anybody)? */
int store_is_empty(struct store *store, bool *empty, struct err *err);

#endif
