/* How much a database holds, without reading it through: for choosing how to read it. */
#ifndef ZENGSHOU_REGISTER_SIZE_H
#define ZENGSHOU_REGISTER_SIZE_H

#include "register/database.h"

/* Bytes of the tables (of the whole file on SQLite): a bound from above that costs nothing to ask for. */
int database_bytes(struct database *database, int64_t *bytes, struct err *err);

/* Records of a register: on PostgreSQL as its statistics have them (counted where there are none), on SQLite
 * counted. */
int database_rows(struct database *database, int reg, int64_t *rows, struct err *err);

#endif
