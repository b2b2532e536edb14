/* The one door for writing a record: types, requirements, keys, version, log, in one transaction. */
#ifndef ZENGSHOU_REGISTER_WRITE_H
#define ZENGSHOU_REGISTER_WRITE_H

#include "register/database.h"

struct record_change {
    int reg;
    int64_t id;                 /* 0: a new record */
    int64_t version;            /* the version the writer saw; ignored for a new one. Stale: ERR_CONFLICT */
    const bool *given;          /* field_count flags: which fields are set by this change */
    const struct value *values; /* field_count; an unknown value clears the field */
};

/* Checks values by their fields: type's range, dictionary, min, max, pattern, required, text of at most
 * 32,767 characters (as in a spreadsheet's cell). Patterns are compiled once; one validator is for one
 * thread. The pack is borrowed. */
struct validator;
struct validator *validator_new(const struct pack *pack);
void validator_free(struct validator *validator);

/* ERR_INPUT, or ERR_LIMIT for text that is too long; the message names the field. */
int validator_check(struct validator *validator, int reg, int field, const struct value *value,
                    struct err *err);

/* The same for one value. */
int field_validate(const struct pack *pack, int reg, int field, const struct value *value, struct err *err);

/* Writes all changes or none, under one log entry. Begins and commits its own transaction unless one is open
 * (then a failure undoes only this call's writes, and the caller rolls back or goes on). ids (count of them;
 * NULL if nobody asks) get the ids of the records. Unchanged records are not touched and get no version;
 * without any change there is no log entry. ERR_INPUT: a value is not acceptable. ERR_NOT_FOUND: no record
 * with that id, or a reference to none. ERR_CONFLICT: stale version, or the key is taken. */
int records_write(struct database *database, struct text actor, struct text action,
                  const struct record_change *changes, size_t count, int64_t *ids, struct err *err);

#endif
