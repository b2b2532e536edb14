/* Trails: of many cases at once, by which step each came where it is, and who first let it go. */
#ifndef ZENGSHOU_CASEWORK_TRAILS_H
#define ZENGSHOU_CASEWORK_TRAILS_H

#include "pack/workflow.h"
#include "register/database.h"

struct case_trail {
    int last; /* transition of the workflow by which it last moved; -1: it has not, or it is no longer
                 in the pack */
    struct text
        by; /* who last moved it out of the workflow's first state, as people call them; empty: nobody */
    struct value on; /* DATE: when that was */
};

/* Of cases that the caller found in scope, ids ascending, in one statement. trails: [count]; texts in the
 * arena. */
int case_trails(struct database *database, int reg, const int64_t *records, size_t count, struct arena *arena,
                struct case_trail *trails, struct err *err);

/* Where a case stands after its last step, in few words: those that the pack has for what was done, otherwise
 * its state's. state -1: no words. */
const struct label *case_standing(const struct pack_workflow *workflow, const struct case_trail *trail,
                                  int state);
/* Whether it lies where it was sent back to. */
bool case_came_back(const struct pack_workflow *workflow, const struct case_trail *trail, int state);

#endif
