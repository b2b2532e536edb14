/* All living records in scope of a register, one after the other, for exports: streamed, in memory that does
 * not grow with their number. */
#ifndef ZENGSHOU_REGISTER_SCAN_H
#define ZENGSHOU_REGISTER_SCAN_H

#include "register/scope.h"
#include "register/database.h"

struct record_scan;

struct record_row {
    int64_t id;
    const struct value *values; /* field_count; text is borrowed until the next row */
    const struct text *masked;  /* field_count; not empty: what is shown of a sensitive value that the scope
                                   may not  see; the value is then unknown */
    const struct text *keys; /* field_count; of known RECORD fields: the other record's key as people write it
                                (its parts joined by '/'); borrowed until the next row */
};

/* The scope is borrowed until the end. ERR_FORBIDDEN: it may not read the register. In the order of the
 * tables: what hangs on one record together, and by id. */
int record_scan_new(struct database *database, const struct scope *scope, int reg, struct record_scan **out,
                    struct err *err);
void record_scan_free(struct record_scan *scan);

int record_scan_next(struct record_scan *scan, struct record_row *row, bool *more, struct err *err);

/* How many there are. */
int record_scan_count(struct database *database, const struct scope *scope, int reg, int64_t *count,
                      struct err *err);

#endif
