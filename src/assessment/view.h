/* View: who may see what of a run. The places and points of a published run are for everybody who sees the
 * county's figures, as a notice on the wall would be; what the points rest on is for those whose scope holds
 * the scored one. */
#ifndef ZENGSHOU_ASSESSMENT_VIEW_H
#define ZENGSHOU_ASSESSMENT_VIEW_H

#include "assessment/runs.h"
#include "register/scope.h"

/* May the run be seen at all? One that is not published yet only by those who make or review it. */
bool view_may(const struct pack *pack, const struct scope *scope, bool assesses,
              const struct assessment_run *run);

/* May the points of that one be opened? */
bool view_opens(const struct pack *pack, const struct scope *scope, const struct run_scored *scored);

#endif
