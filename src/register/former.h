/* Former: the database's tables seen through a pack that has been replaced since. init keeps what it replaces
 * (zs_pack), so that a question about the past can be answered by the rules of then.
 *
 * What left the pack keeps its table, its columns and its data, so they can be read through the former pack
 * still. Loading a frame through it is refused with ERR_CONFLICT where a column that is asked for holds
 * something else than it did (its type was converted, it refers elsewhere, its unit is another one), and with
 * ERR_CORRUPT or ERR_CONFLICT where a code is neither in the former dictionary nor in today's of that name.
 */
#ifndef ZENGSHOU_REGISTER_FORMER_H
#define ZENGSHOU_REGISTER_FORMER_H

#include "register/database.h"

struct former;

/* The digest of the pack that was in force when an entry of the log was written. Text in the arena. */
int former_digest(struct database *database, int64_t entry, struct arena *arena, struct text *digest,
                  struct err *err);

/* ERR_NOT_FOUND: that pack was replaced by a program that kept none. ERR_VERSION: this program does not
 * accept it any more. */
int former_open(struct database *database, struct text digest, struct former **out, struct err *err);
/* The same with the pack of today, as one of its own, so that parameters of then can be put in force in it
 * (adopted.h) while others read today's. Registers, fields and rules have the same indexes. */
int former_own(struct database *database, struct former **out, struct err *err);
void former_free(struct former *former); /* before the database */

/* The database with that pack, for reading only; it belongs to former and uses the same store, so that
 * transactions are common. */
struct database *former_database(struct former *former);

/* For init, inside its transaction: makes the table where it is not there yet; keeps the pack that is about
 * to be replaced. */
int former_prepare(struct store *store, struct err *err);
int former_keep(struct store *store, struct text digest, struct err *err);

/* For loading: do these columns of a register (field_count flags) hold what the database's pack says? */
int former_check(struct database *database, int reg, const bool *columns, struct err *err);

#endif
