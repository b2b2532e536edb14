/* Holdings: what a unit has in its hands (projects in its charge, their money), read off the records that
 * name it. */
#ifndef ZENGSHOU_PROGRESS_HOLDINGS_H
#define ZENGSHOU_PROGRESS_HOLDINGS_H

#include "pack/pack.h"
#include "register/frame_cache.h"
#include "register/scope.h"

struct holding {
    bool seen; /* false: the register is not for the viewer, and nothing of it is told */
    int64_t counted, undetermined;
    struct value amount; /* MONEY, over those counted; unknown where there is none, or the sum is too great */
    int64_t missing;     /* counted ones whose amount is not known: the amount is without them */
    struct text where;   /* the condition on the register that the counted records meet */
};

/* out[holding of the pack], for a unit of the pack, within a division (-1: anywhere in scope). Texts live in
 * the arena. */
int holdings_make(const struct pack *pack, struct frame_cache *frames, struct database *database,
                  const struct scope *scope, int unit, int division, int32_t as_of, struct arena *arena,
                  struct holding *out, struct err *err);
/* out[task_records of the pack]: what the plan's tasks are carried out with; amounts are not asked for. */
int holdings_of_tasks(const struct pack *pack, struct frame_cache *frames, struct database *database,
                      const struct scope *scope, int division, int32_t as_of, struct arena *arena,
                      struct holding *out, struct err *err);

#endif
