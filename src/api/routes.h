/* The routes, a list a resource. */
#ifndef ZENGSHOU_API_ROUTES_H
#define ZENGSHOU_API_ROUTES_H

#include "server/jobs.h"
#include "server/route.h"

struct route_list {
    const struct route *routes;
    size_t count;
};

/* All of them as one array, malloc'ed. */
struct route *routes_all(size_t *count);

extern const struct route_list assessment_routes, attachment_routes, attribution_cause_routes,
    attribution_family_routes, attribution_routes, attribution_row_routes, audit_routes, bulletin_routes,
    case_act_routes, case_figure_routes, case_known_routes, case_page_routes, case_routes, catalogue_routes,
    dashboard_routes, declare_routes, explain_routes, export_routes, finding_routes, formula_routes,
    household_routes, import_routes, indicator_routes, leader_routes, meta_routes, pack_routes, record_routes,
    record_write_routes, rule_routes, search_routes, session_routes, task_routes, template_routes,
    token_routes, user_routes, whatif_choice_routes, whatif_routes, workbench_routes, workflow_routes;
extern const struct route_list assessment_sheet_routes, assessment_year_routes, dispatch_routes,
    parameter_routes;

#endif
