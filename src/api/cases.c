/* Cases of all workflows as somebody works through them: what waits, what is late, what is due on which day.
 */
#include "api/case_say.h"
#include "api/memo.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"

#include <stdlib.h>

enum { CASES_LIMIT = 50, CALENDAR_DAYS = 35, DUE_DAYS = 7 };

/* ---- Shapes ---- */

static const struct shape_field page_fields[] = {
    {.name = "cases", .kind = SHAPE_OBJECT, .of = &case_row_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape page_shape = {.name = "CasePage", .fields = page_fields};

static const struct shape_field count_fields[] = {
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "mine", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "mine_due", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "mine_overdue", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "overdue_below", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "open", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape count_shape = {.name = "CaseCount", .fields = count_fields};
static const struct shape counts_shape = {.name = "CaseCounts", .list_of = &count_shape};

static const struct shape_field state_fields[] = {
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "state", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "open", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "overdue", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape state_shape = {.name = "CaseStateCount", .fields = state_fields};
static const struct shape states_shape = {.name = "CaseStateCounts", .list_of = &state_shape};

static const struct shape_field day_fields[] = {{.name = "date", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
                                                {.name = "count", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
                                                {.name = NULL}};
static const struct shape day_shape = {.name = "CaseDay", .fields = day_fields};
static const struct shape days_shape = {.name = "CaseCalendar", .list_of = &day_shape};

static const struct shape_field list_query[] = {
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "mine|overdue|open|closed|started",
     .note = "mine by default"},
    {.name = "workflow", .kind = SHAPE_TEXT, .max = 48},
    {.name = "state", .kind = SHAPE_TEXT, .max = 48, .note = "with workflow"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 12},
    {.name = "due_from", .kind = SHAPE_DATE},
    {.name = "due_to", .kind = SHAPE_DATE},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = CASE_PAGE_MAX},
    {.name = "after", .kind = SHAPE_TEXT, .max = 2000, .note = "the cursor of the page before"},
    {.name = NULL}};
static const struct shape_field counts_query[] = {{.name = "days",
                                                   .kind = SHAPE_INT,
                                                   .min = 0,
                                                   .max = 366,
                                                   .note = "how far `mine_due` looks; 7 by default"},
                                                  {.name = NULL}};
static const struct shape_field states_query[] = {{.name = "division", .kind = SHAPE_TEXT, .max = 32},
                                                  {.name = NULL}};
static const struct shape_field calendar_query[] = {
    {.name = "from", .kind = SHAPE_DATE, .note = "today by default"},
    {.name = "days", .kind = SHAPE_INT, .min = 1, .max = 366},
    {.name = NULL}};

/* ---- Kept until somebody writes ---- */

/* Whoever comes to work asks all of these at once, and again with every page. `write` is given the call, so
 * that the day of the key is the day of the answer. */
static int reply_kept(struct request *request, memo_write *write, struct err *err)
{
    struct case_call call;
    struct buffer whose = {0};
    char day[DATE_TEXT];
    int code = case_call(request, &call, err);
    if (code != 0) return code;
    buffer_printf(&whose, "%lld %s", (long long)call.actor.user, date_format(call.moment.today, day));
    code = memo_reply(request, buffer_get(&whose), write, &call, err);
    buffer_fini(&whose);
    return code;
}

/* ---- The list ---- */

static enum case_list_kind kind_of(struct text word)
{
    if (text_is(word, "overdue")) return CASES_OVERDUE_BELOW;
    if (text_is(word, "open")) return CASES_OPEN;
    if (text_is(word, "closed")) return CASES_CLOSED;
    if (text_is(word, "started")) return CASES_STARTED;
    return CASES_MINE;
}

static int read_workflow(const struct case_call *call, struct case_query *query, struct err *err)
{
    struct text name = request_query(call->request, "workflow"),
                state = request_query(call->request, "state");
    if (name.size == 0 && state.size == 0) return 0;
    for (size_t i = 0; i < call->pack->workflow_count; i++)
        if (text_equal(call->pack->workflows[i].label.name, name)) query->workflow = (int)i;
    if (query->workflow < 0)
        return err_set(err, ERR_INPUT, "没有流程“%.*s”", "There is no workflow '%.*s'", TEXT_ARGS(name));
    if (state.size == 0) return 0;
    query->state = workflow_state_find(&call->pack->workflows[query->workflow], state);
    return query->state >= 0 ? 0
                             : err_set(err, ERR_INPUT, "该流程没有状态“%.*s”",
                                       "The workflow has no state '%.*s'", TEXT_ARGS(state));
}

static int read_query(const struct case_call *call, struct case_query *query, struct err *err)
{
    const struct request *request = call->request;
    *query = case_query_of(kind_of(request_query(request, "kind")));
    query->limit = (size_t)request_query_int(request, "limit", CASES_LIMIT);
    query->after = request_query(request, "after");
    date_parse(request_query(request, "due_from"), &query->due_from);
    date_parse(request_query(request, "due_to"), &query->due_to);
    int code = read_workflow(call, query, err);
    return code == 0 ? call_division(request, &query->division, err) : code;
}

static int write_cases(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct json_writer own = json_start(out), *json = &own;
    const struct case_call *call = context;
    struct case_query query;
    struct case_row *rows;
    struct text next;
    size_t count;
    int code = read_query(call, &query, err);
    if (code == 0)
        code = case_list(call->casework, &call->actor, call->moment, &query, request->language,
                         request->arena, &rows, &count, &next, err);
    if (code != 0) return code;
    json_put_object(json);
    json_put_key(json, "cases");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) case_say_row(json, call, &rows[i]);
    json_put_array_end(json);
    json_put_key(json, "next");
    say_text_or_null(json, next);
    json_put_object_end(json);
    return 0;
}

static int get_cases(struct request *request, struct err *err)
{
    return reply_kept(request, write_cases, err);
}

/* ---- Counts ---- */

static void say_count(struct json_writer *json, const struct pack_workflow *workflow,
                      const struct case_counts *counts)
{
    json_put_object(json);
    json_member_text(json, "workflow", workflow->label.name);
    json_put_key(json, "label");
    say_label(json, &workflow->label);
    json_member_int(json, "mine", counts->mine);
    json_member_int(json, "mine_due", counts->mine_due);
    json_member_int(json, "mine_overdue", counts->mine_overdue);
    json_member_int(json, "overdue_below", counts->overdue_below);
    json_member_int(json, "open", counts->open);
    json_put_object_end(json);
}

static int write_counts(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct json_writer own = json_start(out), *json = &own;
    const struct case_call *call = context;
    struct case_counts *counts = mem_new(call->pack->workflow_count, sizeof *counts);
    int code = case_counts(call->casework, &call->actor, call->moment,
                           (int)request_query_int(request, "days", DUE_DAYS), counts, err);
    if (code == 0) {
        json_put_array(json);
        for (size_t i = 0; i < call->pack->workflow_count; i++)
            if (scope_may(call_scope(request), call->pack->workflows[i].reg, SCOPE_READ))
                say_count(json, &call->pack->workflows[i], &counts[i]);
        json_put_array_end(json);
    }
    free(counts);
    return code;
}

static int get_counts(struct request *request, struct err *err)
{
    return reply_kept(request, write_counts, err);
}

/* ---- By state ---- */

static int write_states(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct json_writer own = json_start(out), *json = &own;
    const struct case_call *call = context;
    struct case_state_count *counts;
    size_t count;
    int division, code = call_division(request, &division, err);
    if (code == 0)
        code = case_states(call->casework, &call->actor, call->moment, division, request->arena, &counts,
                           &count, err);
    if (code != 0) return code;
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct pack_workflow *workflow = &call->pack->workflows[counts[i].workflow];
        json_put_object(json);
        json_member_text(json, "workflow", workflow->label.name);
        json_member_text(json, "state", workflow->states[counts[i].state].label.name);
        json_member_int(json, "open", counts[i].open);
        json_member_int(json, "overdue", counts[i].overdue);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

static int get_states(struct request *request, struct err *err)
{
    return reply_kept(request, write_states, err);
}

/* ---- The calendar ---- */

static int write_calendar(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct json_writer own = json_start(out), *json = &own;
    const struct case_call *call = context;
    int32_t from = call->moment.today;
    size_t days = (size_t)request_query_int(request, "days", CALENDAR_DAYS);
    date_parse(request_query(request, "from"), &from);
    int64_t *counts = mem_new(days, sizeof *counts);
    int code = case_calendar(call->casework, &call->actor, call->moment, from, days, counts, err);
    if (code == 0) {
        json_put_array(json);
        for (size_t i = 0; i < days; i++) {
            char day[DATE_TEXT];
            json_put_object(json);
            json_member_string(json, "date", date_format(from + (int32_t)i, day));
            json_member_int(json, "count", counts[i]);
            json_put_object_end(json);
        }
        json_put_array_end(json);
    }
    free(counts);
    return code;
}

static int get_calendar(struct request *request, struct err *err)
{
    return reply_kept(request, write_calendar, err);
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/cases",
     .who = "session",
     .name = "getCases",
     .zh = "等您办理的、逾期的、在办的、办结的、您立的办件",
     .en = "Cases that wait for you, that are overdue, open, closed, or that you opened",
     .query = list_query,
     .out = &page_shape,
     .handler = get_cases},
    {.method = "GET",
     .path = "/cases/counts",
     .who = "session",
     .name = "getCaseCounts",
     .zh = "各类办件的件数",
     .en = "How many cases of each workflow",
     .query = counts_query,
     .out = &counts_shape,
     .handler = get_counts},
    {.method = "GET",
     .path = "/cases/states",
     .who = "session",
     .name = "getCaseStates",
     .zh = "在办的件各在哪一环节，逾期多少",
     .en = "Open cases by the state they are in, and how many are overdue",
     .query = states_query,
     .out = &states_shape,
     .handler = get_states},
    {.method = "GET",
     .path = "/cases/calendar",
     .who = "session",
     .name = "getCaseCalendar",
     .zh = "您的办件哪天到期",
     .en = "Your cases by the day they are due",
     .query = calendar_query,
     .out = &days_shape,
     .handler = get_calendar},
};

const struct route_list case_routes = {routes, sizeof routes / sizeof *routes};
