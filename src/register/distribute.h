/* Distribution: the form of the tables in which Citus can spread them over several servers. The subject by
 * its id and what hangs on it by its parent, so that a household's rows lie on one server; every other
 * register is copied to all of them. What that costs: keys that do not contain the column by which a table is
 * spread are no longer kept unique by the database but by the door (write_check.c, stage_find.c; there is one
 * writer at a time), and references across servers are checked by it alone. */
#ifndef ZENGSHOU_REGISTER_DISTRIBUTE_H
#define ZENGSHOU_REGISTER_DISTRIBUTE_H

#include "register/database.h"
#include "register/sql.h"

/* Is the register's table spread, by which column? NULL: no. */
const char *distribute_column(const struct pack *pack, int reg, struct buffer *scratch);
/* The field by which the register's table is spread in this database, -1: none, or its id. Databases that
 * spread tables do not let a row's value change there: it is taken out and put in again. */
int distribute_field(const struct database *database, int reg);
/* May the database check this reference? */
bool distribute_may_refer(const struct pack *pack, int reg, int field);
/* May the database keep this key unique? */
bool distribute_may_be_unique(const struct pack *pack, int reg, const int *fields, size_t count);

/* The form that init shall give the tables: what was wanted, and what zs_meta remembers. ERR_INPUT,
 * ERR_CONFLICT, ERR_NOT_FOUND (no Citus): says the way out. *again: tables that stand already have to be
 * spread now. */
int distribute_settle(struct store *store, bool created, enum database_distribution wanted,
                      enum database_distribution *form, bool *again, struct err *err);
/* What zs_meta remembers. */
int distribute_remembered(struct store *store, enum database_distribution *form, struct err *err);
const char *distribute_word(enum database_distribution form);

/* Citus' call that spreads or copies the register's table, appended. */
void distribute_call(struct buffer *sql, const struct pack *pack, int reg);

#endif
