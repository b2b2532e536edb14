/* The one door for writing a record: types, requirements, keys, version, log, in one transaction. */
#ifndef ZENGSHOU_REGISTER_WRITE_H
#define ZENGSHOU_REGISTER_WRITE_H

#include "register/database.h"
#include "register/scope.h"

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
 * without any change there is no log entry.
 * The scope must allow it for the register, hold the record as it stands and as it will stand, and hold what
 * it newly refers to: what is out of scope is as if it were not there. ERR_FORBIDDEN: not allowed with that
 * register, or the record would lie outside the scope. ERR_INPUT: a value is not acceptable. ERR_NOT_FOUND:
 * no record with that id, or a reference to none. ERR_CONFLICT: stale version, retired, or the key is taken.
 */
int records_write(struct database *database, const struct scope *scope, struct text action,
                  const struct record_change *changes, size_t count, int64_t *ids, struct err *err);

/* The same for casework, which alone may do more: write the fields it keeps (pack_field.keeper), make records
 * of registers that have a workflow, and change those that are closed. Everybody else gets ERR_FORBIDDEN for
 * the first two and ERR_CONFLICT for the last. */
struct write_terms {
    struct text action, detail; /* of the log entry; detail: JSON or empty */
    bool touch;                 /* every record gets a new version, whether its values change or not */
    int32_t today;              /* the day by which its bounds are judged; 0: the clock's */
    int64_t *entry;             /* NULL, or in: an entry of the open transaction to write under, 0: a new one;
                                   out: the entry that was written under */
};
int records_write_kept(struct database *database, const struct scope *scope, const struct write_terms *terms,
                       const struct record_change *changes, size_t count, int64_t *ids, struct err *err);

/* All that is wrong with a change, for a form, in the words of records_write; nothing is written and the
 * version is not looked at. Of a change of a record only the fields that are given are checked. No faults: it
 * can be saved as things stand, but for its place. Errors as there when the user may not, or the record is
 * not there. */
struct record_fault {
    int field;
    struct err err;
};
struct record_faults {
    struct record_fault *items; /* in the order of the fields; one a field */
    size_t count, capacity;
    struct arena arena;
};
void record_faults_fini(struct record_faults *faults);
/* unread: flags of fields that are given too, but of which nobody knows what; NULL: none. Rights come before
 * values: ERR_FORBIDDEN for a field that cases write, whatever is wrong with the others. */
int record_check(struct database *database, const struct scope *scope, const struct record_change *change,
                 const bool *unread, struct record_faults *faults, struct err *err);

/* Retires a record, with all that hangs on it: they leave lists, counts, frames, exports; their rows, keys
 * and history stay. Only a record of the subject, or of what hangs on it, takes others with it; what is above
 * (a village) can be retired when nothing living hangs on it. One log entry, action "retire", its detail
 * {"register", "record", "reason"}. The scope must allow SCOPE_RETIRE.
 * ERR_INPUT: no reason, or one of more than 1,000 characters. ERR_CONFLICT: stale version, retired already,
 * or something hangs on it. ERR_NOT_FOUND, ERR_FORBIDDEN as above. */
int record_retire(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t version,
                  struct text reason, struct err *err);

/* Brings back a retired record with all that was retired together with it; action "restore". Needs the same
 * rights. ERR_CONFLICT: stale version, not retired, or what it hangs on is retired. */
int record_restore(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t version,
                   struct text reason, struct err *err);

#endif
