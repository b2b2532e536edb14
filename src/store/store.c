/* The port's front: picks the kind of database by its url and hands every call on. Nothing here knows SQL. */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>

#include "store/port.h"

static bool is_postgres(struct text url)
{
    return text_starts(url, TEXT("postgresql://")) || text_starts(url, TEXT("postgres://"));
}

int store_open(const char *url, const struct store_options *options, struct store **out, struct err *err)
{
    *out = NULL;
    struct text text = text_of(url);
    if (text.size == 0)
        return err_set(err, ERR_INPUT, "没有给出数据库。请用 --db 写明，如 --db county.db",
                       "No database was named. Say which, as in --db county.db");
    return is_postgres(text) ? postgres_open(url, options, out, err) : sqlite_open(url, options, out, err);
}

void store_shown_url(const char *url, struct buffer *out)
{
    if (is_postgres(text_of(url)))
        postgres_shown_url(url, out);
    else
        buffer_string(out, url);
}

const char *store_name(const struct store *store)
{
    return store->port->name(store);
}

void store_close(struct store *store)
{
    if (store != NULL) store->port->close(store);
}

enum store_kind store_kind(const struct store *store)
{
    return store->port->kind;
}

const struct store_dialect *store_dialect(const struct store *store)
{
    return &store->port->dialect;
}

int store_run(struct store *store, const char *sql, struct err *err)
{
    return store->port->run(store, sql, err);
}

int store_prepare(struct store *store, struct text sql, struct statement **out, struct err *err)
{
    return store->port->prepare(store, sql, out, err);
}

int64_t store_changes(const struct store *store)
{
    return store->port->changes(store);
}

int store_query_int(struct store *store, const char *sql, int64_t *value, bool *found, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(store, text_of(sql), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, found, err);
    if (code == 0 && *found) *value = statement_int(statement, 0);
    statement_free(statement);
    return code;
}

int store_begin(struct store *store, struct err *err)
{
    store->before_commit = NULL;
    return store->port->begin(store, true, err);
}

int store_begin_read(struct store *store, struct err *err)
{
    store->before_commit = NULL;
    return store->port->begin(store, false, err);
}

void store_before_commit(struct store *store, int (*work)(struct store *store, int64_t mark, struct err *err),
                         int64_t mark)
{
    assert(store_in_transaction(store));
    if (store->before_commit != NULL) return;
    store->before_commit = work;
    store->mark = mark;
}

/* A transaction that the database ended by itself is for its own commit to explain. */
int store_commit(struct store *store, struct err *err)
{
    int code = 0;
    if (store->before_commit != NULL && store_in_transaction(store))
        code = store->before_commit(store, store->mark, err);
    store->before_commit = NULL;
    if (code == 0) return store->port->commit(store, err);
    store_rollback(store);
    return code;
}

void store_rollback(struct store *store)
{
    store->before_commit = NULL;
    store->port->rollback(store);
}

int store_transact(struct store *store, int (*work)(void *context, struct err *err), void *context,
                   struct err *err)
{
    enum { ATTEMPTS = 5 };
    int code = 0;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        code = store_begin(store, err);
        if (code == 0) code = work(context, err);
        if (code == 0) code = store_commit(store, err);
        if (code == 0) return 0;
        store_rollback(store);
        if (!store->port->collided(store)) return code;
    }
    return code;
}

int store_wait(struct store *store, int ms, struct err *err)
{
    assert(ms > 0);
    return store->port->wait(store, ms, err);
}

bool store_in_transaction(const struct store *store)
{
    return store->port->in_transaction(store);
}

int store_table_columns(struct store *store, const char *table, char ***names, size_t *count, struct err *err)
{
    return store->port->table_columns(store, table, names, count, err);
}

void store_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

int store_has_index(struct store *store, const char *index, bool *has, struct err *err)
{
    return store->port->has_index(store, index, has, err);
}

int store_check(struct store *store, struct fault_list *faults, struct err *err)
{
    return store->port->check(store, faults, err);
}

int store_is_empty(struct store *store, bool *empty, struct err *err)
{
    return store->port->is_empty(store, empty, err);
}

void statement_free(struct statement *statement)
{
    if (statement != NULL) statement->port->statement_free(statement);
}

void statement_bind_int(struct statement *statement, int number, int64_t value)
{
    statement->port->bind_int(statement, number, value);
}

void statement_bind_double(struct statement *statement, int number, double value)
{
    statement->port->bind_double(statement, number, value);
}

void statement_bind_text(struct statement *statement, int number, struct text value)
{
    statement->port->bind_text(statement, number, value);
}

void statement_bind_blob(struct statement *statement, int number, struct text value)
{
    statement->port->bind_blob(statement, number, value);
}

void statement_bind_null(struct statement *statement, int number)
{
    statement->port->bind_null(statement, number);
}

int statement_step(struct statement *statement, bool *row, struct err *err)
{
    return statement->port->step(statement, row, err);
}

int statement_run(struct statement *statement, struct err *err)
{
    for (bool row = true; row;) {
        int code = statement_step(statement, &row, err);
        if (code != 0) return code;
    }
    return 0;
}

void statement_reset(struct statement *statement)
{
    statement->port->reset(statement);
}

bool statement_is_null(const struct statement *statement, int column)
{
    return statement->port->is_null(statement, column);
}

int64_t statement_int(const struct statement *statement, int column)
{
    return statement->port->get_int(statement, column);
}

double statement_double(const struct statement *statement, int column)
{
    return statement->port->get_double(statement, column);
}

struct text statement_text(const struct statement *statement, int column)
{
    return statement->port->get_text(statement, column);
}

void statement_cells(const struct statement *statement, struct cell *cells)
{
    statement->port->cells(statement, cells);
}

const char *statement_column_name(const struct statement *statement, int column)
{
    return statement->port->column_name(statement, column);
}

int bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
               struct bulk **out, struct err *err)
{
    return store->port->bulk_begin(store, table, columns, count, out, err);
}

int bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
              struct bulk **out, struct err *err)
{
    assert(store_in_transaction(store));
    return store->port->bulk_into(store, table, columns, count, out, err);
}

void bulk_int(struct bulk *bulk, size_t column, int64_t value)
{
    bulk->port->bulk_int(bulk, column, value);
}

void bulk_double(struct bulk *bulk, size_t column, double value)
{
    bulk->port->bulk_double(bulk, column, value);
}

void bulk_text(struct bulk *bulk, size_t column, struct text value)
{
    bulk->port->bulk_text(bulk, column, value);
}

int bulk_row(struct bulk *bulk, struct err *err)
{
    return bulk->port->bulk_row(bulk, err);
}

int bulk_end(struct bulk *bulk, struct err *err)
{
    return bulk->port->bulk_end(bulk, err);
}

void bulk_abandon(struct bulk *bulk)
{
    if (bulk != NULL) bulk->port->bulk_abandon(bulk);
}

void store_drop_temporary(struct store *store, const char *const *tables, size_t count)
{
    if (count > 0) store->port->drop_temporary(store, tables, count);
}
