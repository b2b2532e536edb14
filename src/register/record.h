/* Records as a user may see them: one at a time, or as rows of lists. Sensitive values are masked, always;
 * record_unmask alone shows one, and says so in the log. */
#ifndef ZENGSHOU_REGISTER_RECORD_H
#define ZENGSHOU_REGISTER_RECORD_H

#include "register/naming.h"

struct record {
    int64_t id, version;
    int64_t retired; /* the entry by which it was retired; 0: it is living */
    struct named named;
    const struct value *values;     /* field_count; those not asked for and masked ones are not known */
    const struct text *masked;      /* field_count; empty: the value is as it stands, or unknown */
    const struct named *references; /* field_count; of known RECORD fields */
};

/* ERR_NOT_FOUND: there is no such record, or it is not in scope; one does not learn which. ERR_FORBIDDEN: the
 * register is not for this user. A retired record is given too, and says so. Texts live in the arena.
 * language: of the word that says "hidden". */
int record_get(struct database *database, const struct scope *scope, int reg, int64_t id,
               const char *language, struct arena *arena, struct record *record, struct err *err);

/* Is the record a case of its register's workflow? Not where it has none, and not what a sheet brought and
 * casework has not taken up yet. For whoever has it in scope already. */
int record_is_case(struct database *database, int reg, int64_t id, bool *is, struct err *err);

/* One sensitive value in the clear. The sight is an entry of the log before it is given: action "unmask",
 * detail {"register", "record", "field"}, never the value. ERR_FORBIDDEN: that kind is not for this user.
 * ERR_INPUT: the field is not sensitive. Text lives in the arena. */
int record_unmask(struct database *database, const struct scope *scope, int reg, int64_t id, int field,
                  struct arena *arena, struct value *value, struct err *err);

/* Records to choose from for a reference: key, name and place of those in scope whose key or name begins with
 * the words (also its pinyin); the first ones by key without words. At most `limit` (1 … 500). */
struct record_option {
    int64_t id;
    struct named named;
};
int record_options(struct database *database, const struct scope *scope, int reg, struct text words,
                   size_t limit, struct arena *arena, struct record_option **options, size_t *count,
                   struct err *err);

#endif
