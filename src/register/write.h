/* The one door for writing a record: types, requirements, keys, version, log, in one transaction. */
#ifndef ZENGSHOU_REGISTER_WRITE_H
#define ZENGSHOU_REGISTER_WRITE_H

#include "register/database.h"

struct record_change {
    int reg;
    int64_t id;      /* 0: a new record */
    int64_t version; /* the version the writer saw; ignored for a new one. Stale: ERR_CONFLICT */
    const bool *given;          /* field_count flags: which fields are set by this change */
    const struct value *values; /* field_count; an unknown value clears the field */
};

/* Validates a value by its field: type's range, dictionary, min, max, pattern, required. Message names the field. */
int field_validate(const struct pack *pack, int reg, int field, const struct value *value, struct err *err);

/* Writes all changes or none, under one log entry. Begins and commits its own transaction unless one is open. *ids (count
 * of them) get the ids of the records. Unchanged records are not touched and get no version. */
int records_write(struct database *database, struct text actor, struct text action, const struct record_change *changes,
                  size_t count, int64_t *ids, struct err *err);

#endif
