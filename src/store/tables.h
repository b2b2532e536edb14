/* Tables of a room: its own, made once, in one transaction. */
#ifndef ZENGSHOU_STORE_TABLES_H
#define ZENGSHOU_STORE_TABLES_H

#include "store/store.h"

struct store_tables {
    const char *sql;  /* that makes them; BLOB in it stands for the database's own type of bytes */
    const char *last; /* the table it makes last, which stands for all */
    int (*fill)(struct store *store, struct err *err); /* what they begin with; NULL: nothing */
};

int store_has_table(struct store *store, const char *table, bool *has, struct err *err);

/* Makes them where they are missing. Where they are there nothing is written, so that a role without the
 * right to make tables passes, which IF NOT EXISTS alone would refuse. */
int store_tables_make(struct store *store, const struct store_tables *tables, struct err *err);
/* The same in a transaction of its own, by a connection of its own. */
int store_tables_init(const char *url, const struct store_tables *tables, struct err *err);

/* ERR_VERSION, with the command that makes them, where they are missing. */
int store_tables_need(struct store *store, const struct store_tables *tables, struct err *err);

#endif
