/* Dispatch (调度): the month's round of reports, one case for each unit and what it has to report: an
 * indicator that no register holds, or how a task of the plan goes, in words. And disputes: what is computed
 * is never typed over, only disputed, with a reason. Both are cases of the pack's own workflows
 * (docs/indicators.md). */
#ifndef ZENGSHOU_PROGRESS_DISPATCH_H
#define ZENGSHOU_PROGRESS_DISPATCH_H

#include "casework/act.h"
#include "pack/pack.h"

struct dispatch_item {     /* what a unit has to report */
    int unit;              /* of the pack's; -1: a township */
    int division;          /* the township; -1: a unit */
    int lead;              /* unit that confirms; the unit itself where it leads, or nobody does */
    int indicator, clause; /* one of them is -1 */
};

/* All that is due for a month, in the order of the plan; in the arena. */
struct dispatch_item *dispatch_items(const struct pack *pack, int32_t month, struct arena *arena,
                                     size_t *count);

struct dispatch_done {
    size_t due, opened; /* reports that the month asks for; those that were not there yet */
};

/* Opens the month's reports that are not there yet; doing it again opens nothing. only: of one unit, as
 * records name it (a unit's name, a township's code); empty: all. ERR_INPUT: the pack has no rounds, the
 * month is not one of the plan's or has not begun, the unit is none or has nothing to report then.
 * ERR_FORBIDDEN: whoever does not answer for the whole county opens no round. */
int dispatch_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  int32_t month, struct text only, struct dispatch_done *done, struct err *err);

/* A dispute of a computed figure: indicator, month, place (-1: all of the county) and what stands there. In
 * the name of the actor's unit or (first) division. *record: the case. ERR_INPUT: the figure is reported, not
 * computed, or no claim was made; ERR_CONFLICT: the unit disputes it already; ERR_FORBIDDEN. */
struct dispute {
    int indicator, division;
    int32_t month;
    struct text shown, claim;
    struct text evidence; /* the name of a file that will be added to the case; empty: none. It is named in
                             the claim, so that the same words with a new file are something new */
};
int dispute_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                 const struct dispute *dispute, int64_t *record, struct err *err);

#endif
