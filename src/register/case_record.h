/* Case record: what hangs on a case belongs to it (docs/casework.md). Once the case is closed nothing is
 * added there, changed or put away, by whatever door; a case that hangs on another one goes its own way to
 * its end, but none begins there. Which registers belong where: pack_case_above. */
#ifndef ZENGSHOU_REGISTER_CASE_RECORD_H
#define ZENGSHOU_REGISTER_CASE_RECORD_H

#include "register/database.h"

/* Appends a condition: the case that a record of the register belongs to is closed. parent: an expression for
 * the id of what the record hangs on. For registers of which pack_case_above knows a case. */
void sql_case_closed(struct buffer *sql, const struct pack *pack, int reg, const char *parent);

/* Why nothing is written there, and what to do; appended. For the same registers. */
void case_closed_words(const struct pack *pack, int reg, struct buffer *zh, struct buffer *en);

/* Does a record, no case itself, belong to a case that is closed? */
int record_is_settled(struct database *database, int reg, int64_t id, bool *settled, struct err *err);

#endif
