/* Some records of a register in the order of a frame's rows: under what they hang on, from the top down, then
 * by id. */
#ifndef ZENGSHOU_REGISTER_ORDER_H
#define ZENGSHOU_REGISTER_ORDER_H

#include "register/database.h"

/* Reads the table or temporary table `table`(id, …), whose ids are records of the register; ids without a
 * record are left out, and so is what hangs on nothing. Columns of the statement: id, the id of the record of
 * `above` on which it hangs (its own where above is the register itself), then the columns named, as they
 * stand in the table. */
int order_scan(struct database *database, int reg, int above, const char *table, const char *const *columns,
               size_t count, struct statement **out, struct err *err);

#endif
