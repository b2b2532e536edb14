/* Scored: who a scheme scores, and whose figures count for each. */
#ifndef ZENGSHOU_ASSESSMENT_SCORED_H
#define ZENGSHOU_ASSESSMENT_SCORED_H

#include "base/arena.h"
#include "pack/assessment.h"
#include "register/database.h"

enum { SCORED_MOST = 20000 };

struct scored {
    struct text id; /* a division's code, a unit's name, a record's id */
    struct text zh, en;
    int division; /* index into pack.divisions; -1: the whole county's figures */
    int unit;     /* ASSESSED_UNITS; otherwise -1 */
};

/* In the pack's order; lives in the arena. ERR_LIMIT: more than SCORED_MOST records. ERR_INPUT: nobody. */
int scored_list(struct database *database, const struct pack_scheme *scheme, struct arena *arena,
                struct scored **out, size_t *count, struct err *err);

#endif
