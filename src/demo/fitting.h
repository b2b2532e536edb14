/* Fitting: of the records that fit what one hangs on (`fits` of a register's field), one by chance. */
#ifndef ZENGSHOU_DEMO_FITTING_H
#define ZENGSHOU_DEMO_FITTING_H

#include "demo/random.h"
#include "register/database.h"

/* For the field, a reference with `fits`, of a record of `reg` that is to hang on `parent`. ERR_NOT_FOUND:
 * none fits. */
int fitting_record(struct database *database, int64_t parent, int reg, int field, struct random *random,
                   int64_t *id, struct err *err);

#endif
