/* What waits for who asks: by role and scope, each line with the list behind it. */
#include "api/case_call.h"
#include "api/routes.h"
#include "api/say.h"
#include "api/import_shelf.h"
#include "base/date.h"
#include "base/mem.h"
#include "casework/inbox.h"
#include "monitor/found.h"
#include "monitor/recent.h"

#include <stdlib.h>

enum { RECENT = 10 };

/* ---- Shapes ---- */

static const struct shape_field link_fields[] = {
    {.name = "page", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "query", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape link_shape = {.name = "PageLink", .fields = link_fields};

static const struct shape_field item_fields[] = {
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "fresh|undetermined|import|screening|case|overdue",
     .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "count", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "level", .kind = SHAPE_WORD, .words = "high|medium|low", .flags = SHAPE_REQUIRED},
    {.name = "link", .kind = SHAPE_OBJECT, .of = &link_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape item_shape = {.name = "WorkItem", .fields = item_fields};

static const struct shape_field recent_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape recent_shape = {.name = "RecentRecord", .fields = recent_fields};

static const struct shape_field workbench_fields[] = {
    {.name = "items", .kind = SHAPE_OBJECT, .of = &item_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "recent", .kind = SHAPE_OBJECT, .of = &recent_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape workbench_shape = {.name = "Workbench", .fields = workbench_fields};

/* ---- Items ---- */

struct item {
    const char *kind;
    struct text title;
    int64_t count;
    enum rule_level level;
    struct text page;
    const char *state;    /* the link's; NULL: none */
    struct text workflow; /* the link's, with its kind; empty: none */
    const char *cases;
};

static void say_item(struct json_writer *json, const struct item *item)
{
    json_put_object(json);
    json_member_string(json, "kind", item->kind);
    json_member_text(json, "title", item->title);
    json_member_int(json, "count", item->count);
    json_member_string(json, "level", say_rule_level(item->level));
    json_put_key(json, "link");
    json_put_object(json);
    json_member_text(json, "page", item->page);
    json_put_key(json, "query");
    json_put_object(json);
    if (item->state != NULL) {
        json_member_string(json, "state", item->state);
    }
    if (item->workflow.size > 0) {
        json_member_text(json, "workflow", item->workflow);
        json_member_string(json, "kind", item->cases);
    }
    json_put_object_end(json);
    json_put_object_end(json);
    json_put_object_end(json);
}

static void say_finding(struct request *request, struct json_writer *json, const struct pack_rule *rule,
                        bool fresh, int64_t count)
{
    bool english = request->language[0] == 'e';
    const char *lead = fresh ? (english ? "New: " : "新增：") : english ? "Facts missing: " : "待核缺项：";
    if (count == 0) return;
    const struct item item = {
        .kind = fresh ? "fresh" : "undetermined",
        .title = text_of(arena_printf(request->arena, "%s%.*s", lead,
                                      TEXT_ARGS(label_in(&rule->label, request->language)))),
        .count = count,
        .level = fresh ? rule->level : LEVEL_LOW,
        .page = text_of(arena_printf(request->arena, "rules/%.*s", TEXT_ARGS(rule->label.name))),
        .state = fresh ? "fresh" : "undetermined"};
    say_item(json, &item);
}

/* Lists and warnings, grave ones first; what is undetermined is for those who can fill it in. */
static void say_findings(struct request *request, struct json_writer *json,
                         const struct found_figures *figures)
{
    const struct pack *pack = call_pack(request);
    for (int level = LEVEL_HIGH; level <= LEVEL_LOW; level++)
        for (size_t i = 0; i < pack->rule_count; i++)
            if (pack->rules[i].kind != RULE_QUALITY && (int)pack->rules[i].level == level)
                say_finding(request, json, &pack->rules[i], true, figures[i].fresh);
    for (size_t i = 0; i < pack->rule_count; i++)
        if (pack->rules[i].kind != RULE_QUALITY &&
            scope_may(call_scope(request), pack->rules[i].scope, SCOPE_EDIT))
            say_finding(request, json, &pack->rules[i], false, figures[i].undetermined);
}

/* Months are screened when they have ended. count: ended months since the last screening. */
static void say_screening(struct request *request, struct json_writer *json, const struct found_run *runs)
{
    const struct pack *pack = call_pack(request);
    int year, month, day, then_year = 0, then_month = 0;
    int32_t last = 0;
    bool any = false;
    for (size_t i = 0; i < pack->rule_count; i++)
        if (runs[i].run != 0 && (!any || runs[i].as_of > last)) {
            last = runs[i].as_of;
            any = true;
        }
    date_split(date_today(), &year, &month, &day);
    if (any) date_split(last, &then_year, &then_month, &day);
    int64_t ended = any ? (int64_t)(year - then_year) * 12 + month - then_month - 1 : 1;
    if (ended <= 0 || !principal_can(call_principal(request), ABILITY_SCREEN)) return;
    const struct item item = {.kind = "screening",
                              .title = request->language[0] == 'e' ? TEXT("Months without a screening")
                                                                   : TEXT("尚未筛查的月份"),
                              .count = ended,
                              .level = LEVEL_MEDIUM,
                              .page = TEXT("monitoring")};
    say_item(json, &item);
}

static void say_imports(struct request *request, struct json_writer *json)
{
    size_t open = import_shelf_open(call_app(request)->imports, call_principal(request)->user);
    if (open == 0) return;
    const struct item item = {.kind = "import",
                              .title = request->language[0] == 'e' ? TEXT("Imports that are not finished")
                                                                   : TEXT("未完成的导入"),
                              .count = (int64_t)open,
                              .level = LEVEL_MEDIUM,
                              .page = TEXT("imports")};
    say_item(json, &item);
}

static void say_waiting(struct request *request, struct json_writer *json,
                        const struct pack_workflow *workflow, bool overdue, int64_t count, bool grave)
{
    bool english = request->language[0] == 'e';
    const char *lead = overdue ? (english ? "Overdue: " : "逾期：") : english ? "For you: " : "等您办理：";
    if (count == 0) return;
    const struct item item = {
        .kind = overdue ? "overdue" : "case",
        .title = text_of(arena_printf(request->arena, "%s%.*s", lead,
                                      TEXT_ARGS(label_in(&workflow->label, request->language)))),
        .count = count,
        .level = grave ? LEVEL_HIGH : LEVEL_MEDIUM,
        .page = TEXT("cases"),
        .workflow = workflow->label.name,
        .cases = overdue ? "overdue" : "mine"};
    say_item(json, &item);
}

/* What waits for the user, and what is overdue below. */
static int say_cases(struct request *request, struct json_writer *json, struct err *err)
{
    enum { DAYS = 7 };
    const struct pack *pack = call_pack(request);
    struct case_call call;
    if (pack->workflow_count == 0) return 0;
    int code = case_call(request, &call, err);
    if (code != 0) return code;
    struct case_counts *counts = mem_new(pack->workflow_count, sizeof *counts);
    code = case_counts(call.casework, &call.actor, call.moment, DAYS, counts, err);
    for (size_t i = 0; code == 0 && i < pack->workflow_count; i++) {
        const struct pack_workflow *workflow = &pack->workflows[i];
        if (!scope_may(call_scope(request), workflow->reg, SCOPE_READ)) continue;
        say_waiting(request, json, workflow, false, counts[i].mine, counts[i].mine_overdue > 0);
        say_waiting(request, json, workflow, true, counts[i].overdue_below, true);
    }
    free(counts);
    return code;
}

/* The part of the items that rests on the log alone, as an array. */
static int write_findings(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct found_view view = {call_scope(request), -1};
    const struct found_run *runs = context;
    struct found_run *shown = mem_new(pack->rule_count, sizeof *shown);
    struct found_figures *figures = mem_new(pack->rule_count, sizeof *figures);
    struct json_writer json = json_start(out);
    /* Faults in the data are not among the items, and their ledgers are long. */
    for (size_t i = 0; i < pack->rule_count; i++)
        if (pack->rules[i].kind != RULE_QUALITY) shown[i] = runs[i];
    int code = found_figures(call_database(request), &view, shown, figures, err);
    json_put_array(&json);
    if (code == 0) say_findings(request, &json, figures);
    json_put_array_end(&json);
    free(figures);
    free(shown);
    return code;
}

static int say_items(struct request *request, struct json_writer *json, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct found_run *runs = mem_new(pack->rule_count, sizeof *runs);
    struct buffer findings = {0};
    int code = found_runs(call_database(request), INT32_MAX, runs, err);
    json_put_key(json, "items");
    json_put_array(json);
    if (code == 0) code = say_cases(request, json, err);
    if (code == 0) {
        say_screening(request, json, runs);
        say_imports(request, json);
    }
    if (code == 0 && principal_can(call_principal(request), ABILITY_MONITORING))
        code = memo_get(request, TEXT(""), write_findings, runs, &findings, err);
    if (findings.size > 2) /* its members without the brackets */
        json_put_raw(json, (struct text){findings.data + 1, findings.size - 2});
    json_put_array_end(json);
    buffer_fini(&findings);
    free(runs);
    return code;
}

/* ---- What was written last ---- */

static int say_recent(struct request *request, struct json_writer *json, struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    struct recent_record items[RECENT];
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    size_t count;
    int code = recent_records(call_database(request), call_scope(request), RECENT, request->arena, items,
                              &count, err);
    json_put_key(json, "recent");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct named named;
        code = naming_get(naming, items[i].reg, items[i].id, &named, err);
        json_put_object(json);
        json_member_text(json, "register", schema->registers[items[i].reg].label.name);
        json_member_int(json, "id", items[i].id);
        json_member_text(json, "key", code == 0 ? named.key : TEXT(""));
        json_member_text(json, "name", code == 0 ? named.name : TEXT(""));
        json_member_text(json, "at", items[i].at);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static int get_workbench(struct request *request, struct err *err)
{
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    int code = say_items(request, json, err);
    if (code == 0) code = say_recent(request, json, err);
    json_put_object_end(json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/workbench",
     .who = "session",
     .name = "getWorkbench",
     .zh = "等您处理的事，和您最近录入的记录",
     .en = "What waits for you, and what you wrote last",
     .out = &workbench_shape,
     .handler = get_workbench},
};

const struct route_list workbench_routes = {routes, sizeof routes / sizeof *routes};
