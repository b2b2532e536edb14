/* Adopted: brings what the register of changes says is in force into the pack (pack/adopted.h). */
#ifndef ZENGSHOU_REGISTER_ADOPTED_H
#define ZENGSHOU_REGISTER_ADOPTED_H

#include "register/database.h"

/* Reads again when somebody has written since the last time; otherwise it costs one look at the log. Outside
 * writing transactions. A change that does not fit the pack any more (no such parameter, a value not of its
 * type or beyond its limits) is not in force. */
int adopted_refresh(struct database *database, struct err *err);

/* Puts in force what was in force when an entry of the log had been written, for the rest of this process: of
 * the database's own pack, which must be nobody else's. For questions about what was known then. */
int adopted_as_of(struct database *database, int64_t entry, struct err *err);

#endif
