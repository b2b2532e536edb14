/* Port: what a kind of database has to give. Private to this room; store.c dispatches through it. */
#ifndef ZENGSHOU_STORE_PORT_H
#define ZENGSHOU_STORE_PORT_H

#include "store/store.h"

/* Each kind's own structs begin with these. */
struct store {
    const struct store_port *port;
    int (*before_commit)(struct store *store, int64_t mark, struct err *err); /* NULL: nothing */
    int64_t mark;
};
struct statement {
    const struct store_port *port;
};
struct bulk {
    const struct store_port *port;
};

/* Same contracts as the functions of store.h whose names end alike. */
struct store_port {
    enum store_kind kind;
    struct store_dialect dialect;

    void (*close)(struct store *store);
    int (*wait)(struct store *store, int ms, struct err *err);
    const char *(*name)(const struct store *store);
    int (*run)(struct store *store, const char *sql, struct err *err);
    int (*prepare)(struct store *store, struct text sql, struct statement **out, struct err *err);
    int64_t (*changes)(const struct store *store);

    int (*begin)(struct store *store, bool write, struct err *err);
    int (*commit)(struct store *store, struct err *err);
    void (*rollback)(struct store *store);
    bool (*in_transaction)(const struct store *store);
    bool (*collided)(const struct store *store); /* did the last error come from another transaction's? */

    int (*table_columns)(struct store *store, const char *table, char ***names, size_t *count,
                         struct err *err);
    int (*has_index)(struct store *store, const char *index, bool *has, struct err *err);
    int (*check)(struct store *store, struct fault_list *faults, struct err *err);
    int (*is_empty)(struct store *store, bool *empty, struct err *err);

    void (*statement_free)(struct statement *statement);
    void (*bind_int)(struct statement *statement, int number, int64_t value);
    void (*bind_double)(struct statement *statement, int number, double value);
    void (*bind_text)(struct statement *statement, int number, struct text value);
    void (*bind_blob)(struct statement *statement, int number, struct text value);
    void (*bind_null)(struct statement *statement, int number);
    int (*step)(struct statement *statement, bool *row, struct err *err);
    void (*reset)(struct statement *statement);
    bool (*is_null)(const struct statement *statement, int column);
    int64_t (*get_int)(const struct statement *statement, int column);
    double (*get_double)(const struct statement *statement, int column);
    struct text (*get_text)(const struct statement *statement, int column);
    void (*cells)(const struct statement *statement, struct cell *cells);
    const char *(*column_name)(const struct statement *statement, int column);

    int (*bulk_begin)(struct store *store, const char *table, const char *const *columns, size_t count,
                      struct bulk **out, struct err *err);
    int (*bulk_into)(struct store *store, const char *table, const char *const *columns, size_t count,
                     struct bulk **out, struct err *err);
    void (*bulk_int)(struct bulk *bulk, size_t column, int64_t value);
    void (*bulk_double)(struct bulk *bulk, size_t column, double value);
    void (*bulk_text)(struct bulk *bulk, size_t column, struct text value);
    int (*bulk_row)(struct bulk *bulk, struct err *err);
    int (*bulk_end)(struct bulk *bulk, struct err *err);
    void (*bulk_abandon)(struct bulk *bulk);
    void (*drop_temporary)(struct store *store, const char *const *tables, size_t count);
};

int sqlite_open(const char *path, const struct store_options *options, struct store **out, struct err *err);
int postgres_open(const char *url, const struct store_options *options, struct store **out, struct err *err);
void postgres_shown_url(const char *url, struct buffer *out); /* without its password */

#endif
