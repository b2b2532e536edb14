/* Catalog: what zs_register and zs_column say of the tables as they stand, in contrast to the pack as it
 * wants them. */
#ifndef ZENGSHOU_REGISTER_CATALOG_H
#define ZENGSHOU_REGISTER_CATALOG_H

#include "pack/pack.h"
#include "store/store.h"

int catalog_create(struct store *store, struct err *err); /* the tables zs_… */

struct catalog_column {
    bool known; /* false: the table never had it */
    struct text type, detail;
    bool required, retired;
};

struct catalog_register {
    bool known;
    struct text cluster, parent, key; /* field names; key comma-joined */
    bool retired;
};

/* As the pack has it. Text in the arena. */
struct catalog_column catalog_column_of(const struct pack *pack, int reg, int field, struct arena *arena);
struct catalog_register catalog_register_of(const struct pack *pack, int reg, struct arena *arena);

int catalog_column_get(struct store *store, struct text reg, struct text field, struct arena *arena,
                       struct catalog_column *out, struct err *err);
int catalog_register_get(struct store *store, struct text reg, struct arena *arena,
                         struct catalog_register *out, struct err *err);

int catalog_column_put(struct store *store, struct text reg, struct text field,
                       const struct catalog_column *column, struct err *err);
int catalog_register_put(struct store *store, struct text reg, const struct catalog_register *entry,
                         struct err *err);

/* Every register (field is then empty) or column in use, in order. */
struct catalog_name {
    struct text reg, field;
};
int catalog_names(struct store *store, bool columns, struct arena *arena, struct catalog_name **names,
                  size_t *count, struct err *err);

#endif
