/* Rotation: the keys under which a database's sealed values stand. */
#ifndef ZENGSHOU_REGISTER_ROTATE_H
#define ZENGSHOU_REGISTER_ROTATE_H

#include "base/arena.h"
#include "crypto/keyring.h"
#include "register/database.h"

struct key_use {
    uint32_t number;
    enum suite suite;
    struct text created; /* in the arena */
    int64_t values;      /* that stand under it */
    bool active;         /* it seals */
    bool missing; /* values stand under it and the key file does not have it; suite and created unknown */
};

/* All keys of the file and of the values, by number. ERR_CONFLICT: the database is not sealed. path: of the
 * file. */
int keys_used(struct database *database, struct arena *arena, struct key_use **keys, size_t *count,
              const char **path, struct err *err);

/* Adds a key to the file; from the next value on it seals. */
int keys_add(struct database *database, enum suite suite, uint32_t *number, struct err *err);

/* Puts all values under the newest key, some thousand at a time, each lot whole or not at all: cut off at any
 * moment it is gone on with by calling it again. Others may go on working meanwhile. *values: so many were
 * sealed anew. */
int keys_rotate(struct database *database, int64_t *values, struct err *err);
/* Is there anything left to do of a rotation that was cut off? */
int keys_rotating(struct database *database, bool *rotating, struct err *err);

/* Takes a key out of the file. ERR_CONFLICT: it seals, or values still stand under it. The file may serve
 * other databases: that is not known here. */
int keys_drop(struct database *database, uint32_t number, struct err *err);

#endif
