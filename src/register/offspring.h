/* Offspring: which registers hold anything that hangs on a record, asked in one statement, so that nobody
 * asks for dozens of lists that are empty. */
#ifndef ZENGSHOU_REGISTER_OFFSPRING_H
#define ZENGSHOU_REGISTER_OFFSPRING_H

#include "register/database.h"

/* holds: a flag for every register of the pack; true where a record that is not retired hangs on record `id`
 * of `reg`, or on such a record that hangs on it (a family's jobs hang on its members). Nobody's scope is
 * looked at: only for whoever was found to see the record, and never to be shown. */
int record_offspring(struct database *database, int reg, int64_t id, bool *holds, struct err *err);

#endif
