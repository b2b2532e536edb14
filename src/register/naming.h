/* Naming: how records are called and where they are, for lists whose rows speak of the same few records again
 * and again. Everything is read once and kept until the end. */
#ifndef ZENGSHOU_REGISTER_NAMING_H
#define ZENGSHOU_REGISTER_NAMING_H

#include "base/map.h"
#include "register/database.h"
#include "register/scope.h"

struct naming;

struct named {
    struct text key; /* as people write it: parts joined by '/'; sensitive parts masked; "#7" without a key */
    struct text name;              /* empty: it has none */
    struct text township, village; /* empty: unknown */
};

/* Both are borrowed. Results live in the naming's memory. */
struct naming *naming_new(struct database *database, const struct scope *scope, const char *language);
void naming_free(struct naming *naming);

/* Marks the fields by which a record of the register is named and placed. */
void naming_fields(const struct pack *pack, int reg, bool *fields);

/* The record of these values; those of naming_fields must be among them. */
int naming_of(struct naming *naming, int reg, int64_t id, const struct value *values, struct named *named,
              struct err *err);
/* The record with that id. All empty when there is none. */
int naming_get(struct naming *naming, int reg, int64_t id, struct named *named, struct err *err);

/* The record to which field `field` of a visible record of `reg` refers. What the record hangs on is named in
 * any case; another record only when it is in scope, else everything is empty. */
int naming_reference(struct naming *naming, int reg, int field, int64_t id, struct named *named,
                     struct err *err);

#endif
