/* Follow-up: what comes of a closed run: cases for those on its lists (an interview, a remedy), and
 * objections, while they may still be raised. Both are cases of the pack's workflows. */
#ifndef ZENGSHOU_ASSESSMENT_FOLLOW_UP_H
#define ZENGSHOU_ASSESSMENT_FOLLOW_UP_H

#include "assessment/annual.h"
#include "assessment/runs.h"
#include "casework/act.h"

/* Opens the cases of the run's lists that are not there yet; doing it again opens nothing. ERR_CONFLICT: the
 * run is not closed. ERR_FORBIDDEN: the actor may not add to the workflow's register. */
int follow_up_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                   const struct run_table *table, size_t *opened, struct err *err);

/* The same for the lists of a year. A case stands under the run that stands for the year (annual.run): whom
 * that run's own list has one of the kind already is not asked twice. ERR_CONFLICT: a part has no closed run.
 */
int follow_up_open_year(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                        const struct annual *annual, size_t *opened, struct err *err);

struct objecting {
    struct text scored, criterion, claim;
};

/* One objection for each point, by whoever may open the points of that one. ERR_CONFLICT: the run is not
 * published, the time for objections is over, or there was one already. ERR_NOT_FOUND: no such point.
 * ERR_INPUT: no claim. */
int objection_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                   const struct run_table *table, const struct objecting *objecting, int64_t *record,
                   struct err *err);

#endif
