/* All lists of routes as the one array that the server and the descriptions want. */
#include "api/routes.h"

#include <string.h>

#include "base/mem.h"

static const struct route_list *const lists[] = {
    &declare_routes,
    &attachment_routes,
    &assessment_routes,
    &session_routes,
    &meta_routes,
    &pack_routes,
    &record_routes,
    &record_write_routes,
    &search_routes,
    &household_routes,
    &bulletin_routes,
    &import_routes,
    &export_routes,
    &audit_routes,
    &template_routes,
    &user_routes,
    &token_routes,
    &rule_routes,
    &finding_routes,
    &explain_routes,
    &formula_routes,
    &dashboard_routes,
    &workbench_routes,
    &indicator_routes,
    &catalogue_routes,
    &workflow_routes,
    &case_routes,
    &case_known_routes,
    &case_page_routes,
    &case_act_routes,
    &case_figure_routes,
    &task_routes,
    &leader_routes,
    &whatif_routes,
    &attribution_routes,
    &attribution_cause_routes,
    &whatif_choice_routes,
    &attribution_family_routes,
    &attribution_row_routes,
    &assessment_year_routes,
    &assessment_sheet_routes,
    &dispatch_routes,
    &parameter_routes,
};
enum { LISTS = sizeof lists / sizeof *lists };

struct route *routes_all(size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < LISTS; i++) *count += lists[i]->count;
    struct route *all = mem_new(*count, sizeof *all);
    size_t at = 0;
    for (size_t i = 0; i < LISTS; i++) {
        memcpy(&all[at], lists[i]->routes, lists[i]->count * sizeof *all);
        at += lists[i]->count;
    }
    return all;
}
