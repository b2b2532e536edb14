/* Warden: rooms above this one build on some records (points that were published), and have a say in whether
 * these may still be written. The door asks; it does not know why. */
#ifndef ZENGSHOU_REGISTER_WARDEN_H
#define ZENGSHOU_REGISTER_WARDEN_H

#include "register/database.h"

struct warden {
    /* May a record come to stand so? Called within the writing transaction. before: as it stands, NULL for
     * one that is new or brought back; after: as it would stand, NULL for one that is retired; [field] of the
     * register. 0, or an error that says what to do; *field: whose value is at fault, or -1. */
    int (*may)(struct database *database, int reg, const struct value *before, const struct value *after,
               int *field, struct err *err);
};

/* Is it a register whose records nobody writes unasked? */
bool warden_watches(const struct pack *pack, int reg);

/* Borrowed, as long as the database is open. Without one, what is watched is not written at all. */
void database_set_warden(struct database *database, const struct warden *warden);

/* What the door asks. ERR_METHOD: it is watched, and there is no warden. */
int warden_ask(struct database *database, int reg, const struct value *before, const struct value *after,
               int *field, struct err *err);

#endif
