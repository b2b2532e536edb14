/* What this room's files know of an open casework. */
#ifndef ZENGSHOU_CASEWORK_CASEWORK_PRIVATE_H
#define ZENGSHOU_CASEWORK_CASEWORK_PRIVATE_H

#include "casework/casework.h"

struct casework {
    struct database *database;
    struct store *store;
    const struct pack *pack;
    struct access *access; /* may be NULL */
};

#endif
