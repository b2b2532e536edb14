/* Reckoning: formulas of stories on all rows of a register, in one program. */
#ifndef ZENGSHOU_DEMO_RECKONING_H
#define ZENGSHOU_DEMO_RECKONING_H

#include "formula/program.h"
#include "register/database.h"

struct reckoning {
    struct program_root *roots; /* the caller fills them */
    size_t count;
    struct program_result *results; /* one a root; NULL: there are none, or it failed */
    struct frame *frame;
};

/* Loads what the roots read and runs them; without roots nothing is loaded. */
int reckoning_run(struct reckoning *reckoning, struct database *database, int32_t today, struct err *err);
void reckoning_fini(struct reckoning *reckoning);

#endif
