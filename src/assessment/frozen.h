/* Frozen: the records behind a point of a run, as they were when it was made: by the facts, the parameters
 * and the pack of then, whatever was edited, adopted or replaced since. */
#ifndef ZENGSHOU_ASSESSMENT_FROZEN_H
#define ZENGSHOU_ASSESSMENT_FROZEN_H

#include "assessment/runs.h"
#include "progress/lists.h"

/* ids ascending, to be freed. indicator: of today's pack; the caller has found that the scope may open the
 * scored one's points and reads what the indicator rests on. ERR_NOT_FOUND: the pack of then was not kept, or
 * has no such indicator. ERR_VERSION, ERR_CONFLICT: it can no longer be read. */
int frozen_list(struct database *database, const struct scope *scope, const struct assessment_run *run,
                const struct run_scored *scored, int indicator, enum progress_list list, int64_t **ids,
                size_t *count, struct err *err);

#endif
