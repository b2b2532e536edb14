/* The month's round of reports as a table for all who see a part of it, how a round is opened, and disputes
 * of computed figures. What becomes of each report is told and done by the routes of cases. */
#include "progress/dispatch.h"

#include <stdlib.h>

#include "api/case_call.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "register/query.h"

/* ---- Shapes ---- */

static const struct shape_field query[] = {
    {.name = "month", .kind = SHAPE_MONTH, .note = "by default the one that pages of the plan show"},
    {.name = "unit", .kind = SHAPE_TEXT, .max = 48, .note = "only what this unit reports or confirms"},
    {.name = NULL}};

static const struct shape_field report_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &unit_name_shape, .flags = SHAPE_REQUIRED},
    {.name = "lead", .kind = SHAPE_OBJECT, .of = &unit_name_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_WORD, .words = "figure|words", .flags = SHAPE_REQUIRED},
    {.name = "item",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .note = "an indicator's name, or a task's clause"},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "measure", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "the value's unit"},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "state", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED},
    {.name = "since", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "due", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "closed", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "overdue", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape report_shape = {.name = "DispatchReport", .fields = report_fields};

static const struct shape_field unit_fields[] = {
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &unit_name_shape, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "filled", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "handed in"},
    {.name = "accepted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "overdue", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape unit_shape = {.name = "DispatchUnit", .fields = unit_fields};

static const struct shape_field state_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "count", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape state_shape = {.name = "DispatchState", .fields = state_fields};

static const struct shape_field round_fields[] = {
    {.name = "month", .kind = SHAPE_MONTH, .flags = SHAPE_REQUIRED},
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "whose cases the reports are"},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "may_open", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "who asks may open the round"},
    {.name = "fill",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "fields that a unit fills in, in order"},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "overdue", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "states", .kind = SHAPE_OBJECT, .of = &state_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "units", .kind = SHAPE_OBJECT, .of = &unit_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "reports", .kind = SHAPE_OBJECT, .of = &report_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape round_shape = {.name = "DispatchRound", .fields = round_fields};

static const struct shape_field open_fields[] = {
    {.name = "month", .kind = SHAPE_MONTH, .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_TEXT, .max = 48, .note = "only of this unit"},
    {.name = NULL}};
static const struct shape open_shape = {.name = "DispatchOpening", .fields = open_fields};
static const struct shape_field opened_fields[] = {
    {.name = "due", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "reports that the month asks for"},
    {.name = "opened", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "those that were not there yet"},
    {.name = NULL}};
static const struct shape opened_shape = {.name = "DispatchOpened", .fields = opened_fields};

static const struct shape_field dispute_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .min = 1900, .max = 2200, .flags = SHAPE_REQUIRED},
    {.name = "month", .kind = SHAPE_INT, .min = 1, .max = 12, .flags = SHAPE_REQUIRED},
    {.name = "division", .kind = SHAPE_TEXT, .max = 32, .note = "the place; all of the county by default"},
    {.name = "claim", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "what is wrong, on what grounds"},
    {.name = NULL}};
static const struct shape dispute_shape = {.name = "IndicatorDispute", .fields = dispute_fields};
static const struct shape_field disputed_fields[] = {
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape disputed_shape = {.name = "IndicatorDisputed", .fields = disputed_fields};

/* ---- The round of a month ---- */

struct unit_sum {
    struct text unit;
    int64_t total, filled, accepted, overdue;
};

struct telling {
    struct request *request;
    const struct pack *pack;
    const struct pack_workflow *workflow;
    int32_t month, today;
    struct text unit; /* empty: all */
    struct record *reports;
    size_t count, capacity;
    struct unit_sum *units;
    size_t unit_count, unit_capacity;
    int64_t *states; /* [state of the workflow] */
    int64_t overdue;
};

static const struct value *value_of(const struct record *report, int field)
{
    return &report->values[field];
}

static const struct pack_case_fields *case_fields(const struct telling *telling)
{
    return &telling->pack->registers[telling->workflow->reg].case_fields;
}

static bool is_overdue(const struct telling *telling, const struct record *report)
{
    const struct pack_case_fields *own = case_fields(telling);
    const struct value *due = value_of(report, own->due);
    return !value_of(report, own->closed)->known && due->known && due->integer < telling->today;
}

static struct unit_sum *sum_of(struct telling *telling, struct text unit)
{
    for (size_t i = 0; i < telling->unit_count; i++)
        if (text_equal(telling->units[i].unit, unit)) return &telling->units[i];
    telling->units = arena_grow(telling->request->arena, telling->units, &telling->unit_capacity,
                                telling->unit_count + 1, sizeof *telling->units);
    telling->units[telling->unit_count] = (struct unit_sum){.unit = unit};
    return &telling->units[telling->unit_count++];
}

static void count_report(struct telling *telling, const struct record *report)
{
    const struct value *state = value_of(report, case_fields(telling)->state);
    struct unit_sum *sum = sum_of(telling, value_of(report, telling->pack->progress.dispatch.unit)->text);
    bool late = is_overdue(telling, report);
    sum->total++;
    sum->overdue += late;
    telling->overdue += late;
    if (!state->known) return;
    telling->states[state->integer]++;
    sum->filled += state->integer != telling->workflow->start;
    sum->accepted += telling->workflow->states[state->integer].end == END_DONE;
}

static bool is_wanted(const struct telling *telling, const struct record *report)
{
    const struct pack_dispatch *dispatch = &telling->pack->progress.dispatch;
    return telling->unit.size == 0 || text_equal(value_of(report, dispatch->unit)->text, telling->unit) ||
           text_equal(value_of(report, dispatch->lead)->text, telling->unit);
}

/* A page's records live in the page; what is told of them is kept with the request. */
static void keep_page(struct telling *telling, const struct query_page *page)
{
    size_t fields = telling->pack->schema.registers[telling->workflow->reg].field_count;
    struct arena *arena = telling->request->arena;
    for (size_t i = 0; i < page->count; i++) {
        if (!is_wanted(telling, &page->records[i])) continue;
        struct record report = page->records[i];
        struct value *values = arena_array(arena, fields, sizeof *values);
        for (size_t k = 0; k < fields; k++) {
            values[k] = report.values[k];
            if (values[k].known) values[k].text = arena_text(arena, values[k].text);
        }
        report.values = values;
        telling->reports = arena_grow(arena, telling->reports, &telling->capacity, telling->count + 1,
                                      sizeof *telling->reports);
        telling->reports[telling->count++] = report;
        count_report(telling, &report);
    }
}

static int read_reports(struct telling *telling, struct err *err)
{
    const struct value month = {.known = true, .integer = telling->month};
    const struct query_condition of_month = {telling->pack->progress.report.month, QUERY_IN, &month, 1};
    struct query asked = query_of(telling->workflow->reg);
    asked.conditions = &of_month;
    asked.condition_count = 1;
    asked.limit = QUERY_LIMIT_MAX;
    asked.language = telling->request->language;
    int code;
    do {
        struct query_page page = {0};
        code = query_list(call_database(telling->request), call_scope(telling->request), &asked, &page, err);
        if (code == 0) keep_page(telling, &page);
        asked.after = code == 0 ? arena_text(telling->request->arena, page.next) : TEXT("");
        query_page_fini(&page);
    } while (asked.after.size > 0);
    return code;
}

static void say_owner(struct json_writer *json, const char *key, const struct pack *pack, struct text owner)
{
    int division = pack_division_find(pack, owner);
    struct label label = {.name = owner, .zh = division < 0 ? owner : pack->divisions[division].name};
    for (size_t i = 0; i < pack->unit_count; i++)
        if (text_equal(pack->units[i].label.name, owner)) label = pack->units[i].label;
    json_put_key(json, key);
    json_put_object(json);
    put_text(json, "name", owner);
    json_put_key(json, "label");
    say_label(json, &label);
    json_put_object_end(json);
}

/* What is reported on, as the pack calls it now; else as the report has it. */
static void say_item(struct json_writer *json, const struct telling *telling, const struct record *report)
{
    const struct pack *pack = telling->pack;
    struct text item = value_of(report, pack->progress.report.indicator)->text;
    int indicator = pack_indicator_find(pack, item);
    struct label label = {.name = item, .zh = value_of(report, pack->progress.dispatch.title)->text};
    if (indicator >= 0) label = pack->indicators[indicator].label;
    for (size_t i = 0; i < pack->clause_count; i++)
        if (text_equal(pack->clauses[i].id, item))
            label = (struct label){item, pack->clauses[i].title_zh, pack->clauses[i].title_en};
    put_text(json, "item", item);
    json_put_key(json, "label");
    say_label(json, &label);
}

static void say_report(struct json_writer *json, const struct telling *telling, const struct record *report)
{
    const struct pack *pack = telling->pack;
    const struct pack_dispatch *dispatch = &pack->progress.dispatch;
    const struct pack_case_fields *own = case_fields(telling);
    const struct value *value = value_of(report, pack->progress.report.value);
    const struct value *state = value_of(report, own->state);
    const struct label nowhere = {0};
    json_put_object(json);
    put_int(json, "id", report->id);
    put_int(json, "version", report->version);
    say_owner(json, "unit", pack, value_of(report, dispatch->unit)->text);
    say_owner(json, "lead", pack, value_of(report, dispatch->lead)->text);
    put_string(json, "kind",
               value_of(report, dispatch->kind)->integer == dispatch->figure ? "figure" : "words");
    say_item(json, telling, report);
    put_text(json, "measure", value_of(report, dispatch->measure)->text);
    put_decimal(json, "value", value->known, value->integer);
    json_put_key(json, "state");
    json_put_object(json);
    const struct label *label = state->known ? &telling->workflow->states[state->integer].label : &nowhere;
    put_text(json, "name", label->name);
    json_put_key(json, "label");
    say_label(json, label);
    json_put_object_end(json);
    put_date(json, "since", value_of(report, own->since));
    put_date(json, "due", value_of(report, own->due));
    put_date(json, "closed", value_of(report, own->closed));
    put_bool(json, "overdue", is_overdue(telling, report));
    json_put_object_end(json);
}

static void say_states(struct json_writer *json, const struct telling *telling)
{
    json_put_key(json, "states");
    json_put_array(json);
    for (size_t i = 0; i < telling->workflow->state_count; i++) {
        json_put_object(json);
        put_text(json, "name", telling->workflow->states[i].label.name);
        json_put_key(json, "label");
        say_label(json, &telling->workflow->states[i].label);
        put_int(json, "count", telling->states[i]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_units(struct json_writer *json, const struct telling *telling)
{
    json_put_key(json, "units");
    json_put_array(json);
    for (size_t i = 0; i < telling->unit_count; i++) {
        const struct unit_sum *sum = &telling->units[i];
        json_put_object(json);
        say_owner(json, "unit", telling->pack, sum->unit);
        put_int(json, "total", sum->total);
        put_int(json, "filled", sum->filled);
        put_int(json, "accepted", sum->accepted);
        put_int(json, "overdue", sum->overdue);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_fill(struct json_writer *json, const struct pack *pack, int reg)
{
    const struct pack_dispatch *dispatch = &pack->progress.dispatch;
    json_put_key(json, "fill");
    json_put_array(json);
    for (size_t i = 0; i < dispatch->fill_count; i++)
        json_put_text(json, pack->schema.registers[reg].fields[dispatch->fill[i]].label.name);
    json_put_array_end(json);
}

static void say_round(const struct telling *telling)
{
    struct json_writer *json = reply_json(telling->request);
    const struct scope *scope = call_scope(telling->request);
    int reg = telling->workflow->reg;
    char text[DATE_TEXT];
    json_put_object(json);
    put_string(json, "month", month_format(telling->month, text));
    put_text(json, "workflow", telling->workflow->label.name);
    put_text(json, "register", telling->pack->schema.registers[reg].label.name);
    put_bool(json, "may_open",
             scope_may(scope, reg, SCOPE_CREATE) && scope_all_of(scope, telling->pack, reg));
    say_fill(json, telling->pack, reg);
    put_int(json, "total", (int64_t)telling->count);
    put_int(json, "overdue", telling->overdue);
    say_states(json, telling);
    say_units(json, telling);
    json_put_key(json, "reports");
    json_put_array(json);
    for (size_t i = 0; i < telling->count; i++) say_report(json, telling, &telling->reports[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static int read_month(struct request *request, struct text written, int32_t *month, struct err *err)
{
    int year, number;
    if (written.size > 0 && month_parse(written, month)) return 0;
    int code = progress_default_month(call_database(request), date_today(), &year, &number, err);
    if (code == 0) month_make(year, number, month);
    return code;
}

static int check_pack(const struct pack *pack, struct err *err)
{
    if (pack->progress.dispatch.unit >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "包里没有月度调度", "The pack has no rounds of reports");
}

static int get_round(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct telling telling = {
        .request = request, .pack = pack, .today = date_today(), .unit = request_query(request, "unit")};
    int code = check_pack(pack, err);
    if (code == 0) code = read_month(request, request_query(request, "month"), &telling.month, err);
    if (code != 0) return code;
    telling.workflow = pack->registers[pack->progress.report.reg].workflow;
    telling.states = arena_array(request->arena, telling.workflow->state_count, sizeof *telling.states);
    code = read_reports(&telling, err);
    if (code == 0) say_round(&telling);
    return code;
}

static int open_round(struct request *request, struct err *err)
{
    struct case_call call;
    struct dispatch_done done;
    int32_t month = 0;
    int code = check_pack(call_pack(request), err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0) code = read_month(request, body_get_text(request->body, "month"), &month, err);
    if (code == 0)
        code = dispatch_open(call.casework, &call.actor, call.moment, month,
                             body_get_text(request->body, "unit"), &done, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    put_int(json, "due", (int64_t)done.due);
    put_int(json, "opened", (int64_t)done.opened);
    json_put_object_end(json);
    return 0;
}

/* ---- Disputes ---- */

static int find_place(const struct request *request, int *division, struct err *err)
{
    struct text code = body_get_text(request->body, "division");
    *division = -1;
    if (code.size == 0) return 0;
    *division = pack_division_find(call_pack(request), code);
    if (*division >= 0 && call_sees_division(request, *division)) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的管辖范围内",
                   "There is no division %.*s, or it is not in your area", TEXT_ARGS(code));
}

/* The figure as it is shown to whoever disputes it. */
static int read_shown(struct request *request, const struct progress_asked *asked, struct dispute *dispute,
                      struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct progress_year year;
    struct progress_line line;
    char text[MONEY_TEXT];
    int code = progress_open(request, asked, &year, err);
    if (code != 0) return code;
    progress_line(&year, call_scope(request), dispute->indicator, dispute->division, &line);
    struct value value = judge_value(&line.value);
    struct text unit = pack->indicators[dispute->indicator].unit;
    if (!line.seen)
        code = err_set(err, ERR_NOT_FOUND, "这个数您看不到", "This figure is not shown to you");
    else
        dispute->shown =
            text_of(arena_printf(request->arena, "%s %.*s",
                                 value.known ? decimal_format(value.integer, text) : "—", TEXT_ARGS(unit)));
    progress_year_close(&year);
    return code;
}

static int open_dispute(struct request *request, struct err *err)
{
    struct case_call call;
    struct progress_asked asked = {.year = (int)body_get_int(request->body, "year", 0),
                                   .month = (int)body_get_int(request->body, "month", 0),
                                   .today = date_today()};
    struct dispute dispute = {.claim = body_get_text(request->body, "claim")};
    int64_t record = 0;
    int code = progress_indicator(request, &dispute.indicator, err);
    if (code == 0) code = find_place(request, &dispute.division, err);
    asked.division = dispute.division;
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0) code = read_shown(request, &asked, &dispute, err);
    if (code == 0) month_make(asked.year, asked.month, &dispute.month);
    if (code == 0) code = dispute_open(call.casework, &call.actor, call.moment, &dispute, &record, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    put_text(json, "workflow", call.pack->registers[call.pack->progress.dispute.reg].workflow->label.name);
    put_int(json, "id", record);
    json_put_object_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/dispatch",
     .who = "session",
     .name = "getDispatch",
     .zh = "一个月的调度：各单位应报、已报、逾期，每份到了哪一步",
     .en = "A month's round of reports: who owes what, what is late, where each report stands",
     .query = query,
     .out = &round_shape,
     .handler = get_round},
    {.method = "POST",
     .path = "/dispatch",
     .who = "session",
     .name = "openDispatch",
     .zh = "发起一个月的调度；已有的不重复",
     .en = "Opens a month's round of reports; those that are there stay as they are",
     .in = &open_shape,
     .out = &opened_shape,
     .handler = open_round},
    {.method = "POST",
     .path = "/progress/indicators/{indicator}/disputes",
     .who = "dashboard",
     .name = "disputeIndicator",
     .zh = "对一个算出来的数提出异议",
     .en = "Disputes a computed figure",
     .in = &dispute_shape,
     .out = &disputed_shape,
     .success = 201,
     .handler = open_dispute},
};

const struct route_list dispatch_routes = {routes, sizeof routes / sizeof *routes};
