/* Faults of what a client sent, each with the field it belongs to. */
#ifndef ZENGSHOU_SERVER_FAULT_H
#define ZENGSHOU_SERVER_FAULT_H

#include "base/err.h"

enum { FAULT_FIELD_SIZE = 160, FAULTS_MAX = 50 };

struct fault {
    char field[FAULT_FIELD_SIZE]; /* "values.birth_date", "members[3].name"; cut at a character when long */
    struct err err;
};

struct faults { /* zero-initialised is empty */
    struct fault *items;
    size_t count, capacity;
};

/* An error whose two sentences are ready, perhaps with signs that printf would take for its own. Returns
 * code. */
int fault_say(struct err *err, enum err_code code, const char *zh, const char *en);

/* Keeps the first FAULTS_MAX. */
void faults_add(struct faults *faults, const char *field, const struct err *err);
void faults_fini(struct faults *faults);

#endif
