/* The one table from error codes to what HTTP says: name in the JSON, and status. */
#ifndef ZENGSHOU_SERVER_STATUS_H
#define ZENGSHOU_SERVER_STATUS_H

#include <stddef.h>

#include "base/err.h"

struct status {
    enum err_code code;
    const char *name; /* "code" in the error's JSON */
    unsigned http;
    unsigned retry_after; /* seconds; 0: no such header */
};

/* Codes that are not in the table (and 0, which is no error) are "internal", 500. */
const struct status *status_of(int code);

/* All rows, for the interface's description. */
const struct status *status_table(size_t *count);

#endif
