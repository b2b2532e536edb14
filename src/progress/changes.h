/* Changes of parameters: proposed with a reason, approved by somebody else, in force from a date
 * (pack/adopted.h). */
#ifndef ZENGSHOU_PROGRESS_CHANGES_H
#define ZENGSHOU_PROGRESS_CHANGES_H

#include "casework/act.h"
#include "pack/pack.h"

struct parameter_change {
    int parameter;
    struct text value; /* as people write it */
    int32_t from;
    struct text reason;
};

/* Opens the case of a proposal. ERR_INPUT: the pack has no such workflow, a value that is not of the
 * parameter's type or beyond its limits, one that holds already on that date, a date that has passed
 * (pack_changes.backdating) or of before the plan, or no reason. ERR_FORBIDDEN:
 * only whoever answers for the whole county and may add to the register proposes. ERR_CONFLICT: the same is
 * proposed already and not decided. */
int parameter_change_open(struct casework *casework, const struct case_actor *actor,
                          struct case_moment moment, const struct parameter_change *change, int64_t *record,
                          struct err *err);

#endif
