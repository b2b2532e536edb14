/* What this room's files know of a database. */
#ifndef ZENGSHOU_REGISTER_DATABASE_PRIVATE_H
#define ZENGSHOU_REGISTER_DATABASE_PRIVATE_H

#include "register/database.h"

struct sealed_field;
struct vault;
struct warden;

struct database {
    struct store *store;
    const struct pack *pack;
    struct pack *owned; /* the pack, when it was loaded here */
    int stages;         /* numbers the temporary tables of stages */
    enum database_distribution distribution;
    struct vault *vault;          /* NULL: nothing is sealed. A former pack's is borrowed */
    struct sealed_field **sealed; /* [register][field], in the arena; NULL likewise */
    const struct warden *warden;  /* NULL: what it watches is not written */
    struct arena arena;
    bool former; /* the pack has been replaced since: columns may hold something else than it says */
};

/* The value of a key of zs_meta, appended to out; nothing when there is none. */
int database_meta(struct store *store, const char *key, struct buffer *out, struct err *err);

int database_put_meta(struct store *store, const char *key, struct text value, struct err *err);

/* Has it this program's tables, of a format that this program knows? ERR_INPUT, ERR_VERSION. *format (may be
 * NULL): its format, which may be an older one. */
int database_check_format(struct store *store, int *format, struct err *err);

#endif
