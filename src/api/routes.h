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

extern const struct route_list attachment_routes, declare_routes, assessment_routes;
extern const struct route_list record_routes, record_write_routes, household_routes, search_routes;
extern const struct route_list session_routes, meta_routes, pack_routes, import_routes, export_routes,
    template_routes, audit_routes, user_routes, token_routes, rule_routes, finding_routes, explain_routes,
    formula_routes, dashboard_routes, workbench_routes, indicator_routes, catalogue_routes, workflow_routes,
    case_routes, case_page_routes, case_act_routes;

#endif
