/* Closed by default: a family's helper is shown no assessment, and a unit opens its own points only. */
#include "assessment/view.h"

bool view_may(const struct pack *pack, const struct scope *scope, bool assesses,
              const struct assessment_run *run)
{
    int reviews = pack->assessment->reviews;
    bool works_on_it =
        assesses || (reviews >= 0 && scope_may(scope, reviews, SCOPE_EDIT) && scope_all_rows(scope, pack));
    if (run->state == RUN_PUBLISHED || run->state == RUN_CLOSED)
        return works_on_it || scope_all_rows(scope, pack) || scope->division_count > 0;
    return works_on_it;
}

bool view_opens(const struct pack *pack, const struct scope *scope, const struct run_scored *scored)
{
    if (scope_all_rows(scope, pack)) return scope->unit.size == 0 || text_equal(scope->unit, scored->id);
    return scored->division >= 0 && scope_holds(scope, pack, scored->division);
}
