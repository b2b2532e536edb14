/* How a workflow goes: days in each state, what was late, what came back, by township; each figure opens its
 * cases. */
#include "casework/figures.h"

#include "api/case_call.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "register/naming.h"

enum { FIGURES_LIMIT = 50, FIGURES_LIMIT_MAX = 200, PERIOD_DAYS = 365 };

static const struct shape_field line_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "state",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: of the whole case, by the workflow's clock"},
    {.name = "passed", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "median", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "longest", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "late", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "with_deadline", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "returned", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape line_shape = {.name = "ProcessLine", .fields = line_fields};
static const struct shape_field figures_fields[] = {
    {.name = "from", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "to", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "states",
     .kind = SHAPE_OBJECT,
     .of = &line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "a line a state, before them one of the clock: all of the scope, or of the division"},
    {.name = "townships",
     .kind = SHAPE_OBJECT,
     .of = &line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "a line a township and state"},
    {.name = NULL}};
static const struct shape figures_shape = {.name = "ProcessFigures", .fields = figures_fields};

static const struct shape_field cases_fields[] = {
    {.name = "cases", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape cases_shape = {.name = "ProcessCases", .fields = cases_fields};

static const struct shape_field figures_query_fields[] = {
    {.name = "from", .kind = SHAPE_DATE, .note = "a year before `to` by default"},
    {.name = "to", .kind = SHAPE_DATE, .note = "today by default"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 12},
    {.name = NULL}};
static const struct shape_field cases_query_fields[] = {
    {.name = "from", .kind = SHAPE_DATE},
    {.name = "to", .kind = SHAPE_DATE},
    {.name = "division", .kind = SHAPE_TEXT, .max = 12},
    {.name = "state", .kind = SHAPE_TEXT, .max = 48, .note = "without it: of the workflow's clock"},
    {.name = "which", .kind = SHAPE_WORD, .words = "passed|late|returned", .note = "passed by default"},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = FIGURES_LIMIT_MAX},
    {.name = "after", .kind = SHAPE_INT, .min = 1, .max = INT64_MAX},
    {.name = NULL}};

static int read_query(struct request *request, struct case_call *call, struct figures_query *query,
                      struct err *err)
{
    int code = case_call_workflow(request, &query->workflow, err);
    if (code == 0) code = case_call(request, call, err);
    if (code == 0) code = call_division(request, &query->division, err);
    if (code != 0) return code;
    query->to = call->moment.today;
    date_parse(request_query(request, "to"), &query->to);
    query->from = query->to - PERIOD_DAYS;
    date_parse(request_query(request, "from"), &query->from);
    return 0;
}

static void say_line(struct json_writer *json, const struct case_call *call,
                     const struct pack_workflow *workflow, const struct figures_line *line)
{
    const struct pack_division *division = line->division < 0 ? NULL : &call->pack->divisions[line->division];
    json_put_object(json);
    json_put_key(json, "code");
    say_text_or_null(json, division == NULL ? TEXT("") : division->code);
    json_put_key(json, "name");
    say_text_or_null(json, division == NULL ? TEXT("") : division->name);
    json_put_key(json, "state");
    say_text_or_null(json, line->state < 0 ? TEXT("") : workflow->states[line->state].label.name);
    json_member_int(json, "passed", line->passed);
    json_member_int(json, "median", line->median);
    json_member_int(json, "longest", line->longest);
    json_member_int(json, "late", line->late);
    json_member_int(json, "with_deadline", line->with_deadline);
    json_member_int(json, "returned", line->returned);
    json_put_object_end(json);
}

static void say_lines(struct json_writer *json, const char *key, const struct case_call *call,
                      const struct pack_workflow *workflow, const struct figures_line *lines, size_t count)
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_line(json, call, workflow, &lines[i]);
    json_put_array_end(json);
}

static int get_figures(struct request *request, struct err *err)
{
    struct case_call call;
    struct figures_query query;
    struct figures_table table;
    char day[DATE_TEXT];
    int code = read_query(request, &call, &query, err);
    if (code == 0) code = figures_table(call.casework, &call.actor, &query, request->arena, &table, err);
    if (code != 0) return code;
    const struct pack_workflow *workflow = &call.pack->workflows[query.workflow];
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_string(json, "from", date_format(query.from, day));
    json_member_string(json, "to", date_format(query.to, day));
    say_lines(json, "states", &call, workflow, table.states, table.state_count);
    say_lines(json, "townships", &call, workflow, table.townships, table.township_count);
    json_put_object_end(json);
    return 0;
}

static enum figures_which which_of(struct text word)
{
    if (text_is(word, "late")) return FIGURES_LATE;
    if (text_is(word, "returned")) return FIGURES_RETURNED;
    return FIGURES_PASSED;
}

static int say_cases(const struct case_call *call, int reg, const int64_t *records, size_t count,
                     size_t limit, struct err *err)
{
    struct request *request = call->request;
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    struct json_writer *json = reply_json(request);
    int code = 0;
    json_put_object(json);
    json_put_key(json, "cases");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct named named;
        code = naming_get(naming, reg, records[i], &named, err);
        if (code == 0) say_named(json, records[i], &named);
    }
    json_put_array_end(json);
    json_put_key(json, "next");
    if (count == limit)
        json_put_int(json, records[count - 1]);
    else
        json_put_null(json);
    json_put_object_end(json);
    naming_free(naming);
    return code;
}

static int get_cases(struct request *request, struct err *err)
{
    struct case_call call;
    struct figures_query query;
    int64_t *records;
    size_t count, limit = (size_t)request_query_int(request, "limit", FIGURES_LIMIT);
    int code = read_query(request, &call, &query, err);
    if (code != 0) return code;
    const struct pack_workflow *workflow = &call.pack->workflows[query.workflow];
    struct text name = request_query(request, "state");
    int state = name.size == 0 ? -1 : workflow_state_find(workflow, name);
    if (state < 0 && name.size > 0)
        return err_set(err, ERR_INPUT, "该流程没有这个状态", "The workflow has no such state");
    code =
        figures_cases(call.casework, &call.actor, &query, state, which_of(request_query(request, "which")),
                      request_query_int(request, "after", 0), limit, request->arena, &records, &count, err);
    return code == 0 ? say_cases(&call, workflow->reg, records, count, limit, err) : code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/workflows/{workflow}/figures",
     .who = "session",
     .name = "getProcessFigures",
     .zh = "各乡镇每一步的中位天数、逾期和退回",
     .en = "Median days, late and returned steps by township and state",
     .query = figures_query_fields,
     .out = &figures_shape,
     .handler = get_figures},
    {.method = "GET",
     .path = "/workflows/{workflow}/figures/cases",
     .who = "session",
     .name = "getProcessCases",
     .zh = "过程数字背后的办件",
     .en = "The cases behind a figure of the process",
     .query = cases_query_fields,
     .out = &cases_shape,
     .handler = get_cases},
};

const struct route_list case_figure_routes = {routes, sizeof routes / sizeof *routes};
