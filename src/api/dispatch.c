/* The month's round of reports as a table for all who see a part of it, how a round is opened, and disputes
 * of computed figures. What becomes of each report is told and done by the routes of cases. */
#include "progress/dispatch.h"

#include "api/case_call.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "progress/eyes.h"
#include "progress/round.h"

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
    {.name = "values",
     .kind = SHAPE_MAP,
     .flags = SHAPE_REQUIRED,
     .note = "of the fields in `fill`, as far as they are known"},
    {.name = "state", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED},
    {.name = "stands",
     .kind = SHAPE_OBJECT,
     .of = &label_shape,
     .flags = SHAPE_REQUIRED,
     .note = "where it stands in few words, such as handed in, confirmed by the lead unit, sent back"},
    {.name = "returned",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "it was sent back to who fills it in"},
    {.name = "reported_by",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "who handed it in last"},
    {.name = "reported_on", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
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
    {.name = "evidence",
     .kind = SHAPE_TEXT,
     .max = 200,
     .note = "the name of a file that will be added: the same words with a new file are something new"},
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
    struct round_sum sum;
};

struct telling {
    struct request *request;
    const struct pack *pack;
    struct round round;
    struct unit_sum *units;
    size_t unit_count, unit_capacity;
    int64_t *states; /* [state of the workflow] */
    int64_t overdue;
};

static struct round_sum *sum_of(struct telling *telling, struct text unit)
{
    for (size_t i = 0; i < telling->unit_count; i++)
        if (text_equal(telling->units[i].unit, unit)) return &telling->units[i].sum;
    telling->units = arena_grow(telling->request->arena, telling->units, &telling->unit_capacity,
                                telling->unit_count + 1, sizeof *telling->units);
    telling->units[telling->unit_count] = (struct unit_sum){.unit = unit};
    return &telling->units[telling->unit_count++].sum;
}

static void count_reports(struct telling *telling)
{
    for (size_t i = 0; i < telling->round.count; i++) {
        const struct round_report *report = &telling->round.reports[i];
        round_add(sum_of(telling, report->unit), report);
        if (round_late_for_others(report, report->late)) sum_of(telling, report->late)->overdue++;
        telling->overdue += report->overdue;
        if (report->state >= 0) telling->states[report->state]++;
    }
}

static void say_owner(struct json_writer *json, const char *key, const struct pack *pack, struct text owner)
{
    const struct label label = pack_owner_label(pack, owner);
    json_put_key(json, key);
    json_put_object(json);
    json_member_text(json, "name", owner);
    json_put_key(json, "label");
    say_label(json, &label);
    json_put_object_end(json);
}

/* What is reported on, as the pack calls it now; else as the report has it. */
static void say_item(struct json_writer *json, const struct pack *pack, const struct round_report *report)
{
    struct label label = {.name = report->item, .zh = report->title};
    if (report->indicator >= 0) label = pack->indicators[report->indicator].label;
    for (size_t i = 0; i < pack->clause_count; i++)
        if (text_equal(pack->clauses[i].id, report->item))
            label = (struct label){report->item, pack->clauses[i].title_zh, pack->clauses[i].title_en};
    json_member_text(json, "item", report->item);
    json_put_key(json, "label");
    say_label(json, &label);
}

/* What the unit fills in, so that its sheet is read with the round. */
static void say_filled(struct json_writer *json, const struct telling *telling,
                       const struct round_report *report)
{
    const struct schema *schema = &telling->pack->schema;
    const struct pack_dispatch *dispatch = &telling->pack->progress.dispatch;
    const struct schema_register *reg = &schema->registers[telling->round.workflow->reg];
    json_put_key(json, "values");
    json_put_object(json);
    for (size_t i = 0; i < dispatch->fill_count; i++) {
        int field = dispatch->fill[i];
        if (!report->values[field].known) continue;
        json_put_key_text(json, reg->fields[field].label.name);
        say_value(json, schema, reg->fields[field].type, &report->values[field]);
    }
    json_put_object_end(json);
}

static void say_report(struct json_writer *json, const struct telling *telling,
                       const struct round_report *report)
{
    const struct pack *pack = telling->pack;
    const struct label nowhere = {0};
    json_put_object(json);
    json_member_int(json, "id", report->id);
    json_member_int(json, "version", report->version);
    say_owner(json, "unit", pack, report->unit);
    say_owner(json, "lead", pack, report->lead);
    json_member_string(json, "kind", report->figure ? "figure" : "words");
    say_item(json, pack, report);
    json_member_text(json, "measure", report->measure);
    put_decimal(json, "value", report->value.known, report->value.integer);
    say_filled(json, telling, report);
    json_put_key(json, "state");
    json_put_object(json);
    const struct label *label =
        report->state >= 0 ? &telling->round.workflow->states[report->state].label : &nowhere;
    json_member_text(json, "name", label->name);
    json_put_key(json, "label");
    say_label(json, label);
    json_put_object_end(json);
    json_put_key(json, "stands");
    say_label(json, report->stands);
    json_member_bool(json, "returned", report->returned);
    json_put_key(json, "reported_by");
    say_text_or_null(json, report->by);
    put_date(json, "reported_on", &report->on);
    put_date(json, "since", &report->since);
    put_date(json, "due", &report->due);
    put_date(json, "closed", &report->closed);
    json_member_bool(json, "overdue", report->overdue);
    json_put_object_end(json);
}

static void say_states(struct json_writer *json, const struct telling *telling)
{
    json_put_key(json, "states");
    json_put_array(json);
    for (size_t i = 0; i < telling->round.workflow->state_count; i++) {
        json_put_object(json);
        json_member_text(json, "name", telling->round.workflow->states[i].label.name);
        json_put_key(json, "label");
        say_label(json, &telling->round.workflow->states[i].label);
        json_member_int(json, "count", telling->states[i]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_units(struct json_writer *json, const struct telling *telling)
{
    json_put_key(json, "units");
    json_put_array(json);
    for (size_t i = 0; i < telling->unit_count; i++) {
        const struct round_sum *sum = &telling->units[i].sum;
        json_put_object(json);
        say_owner(json, "unit", telling->pack, telling->units[i].unit);
        json_member_int(json, "total", sum->asked);
        json_member_int(json, "filled", sum->handed);
        json_member_int(json, "accepted", sum->accepted);
        json_member_int(json, "overdue", sum->overdue);
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
    int reg = telling->round.workflow->reg;
    char text[DATE_TEXT];
    json_put_object(json);
    json_member_string(json, "month", month_format(telling->round.month, text));
    json_member_text(json, "workflow", telling->round.workflow->label.name);
    json_member_text(json, "register", telling->pack->schema.registers[reg].label.name);
    json_member_bool(json, "may_open",
                     scope_may(scope, reg, SCOPE_CREATE) && scope_all_of(scope, telling->pack, reg));
    say_fill(json, telling->pack, reg);
    json_member_int(json, "total", (int64_t)telling->round.count);
    json_member_int(json, "overdue", telling->overdue);
    say_states(json, telling);
    say_units(json, telling);
    json_put_key(json, "reports");
    json_put_array(json);
    for (size_t i = 0; i < telling->round.count; i++) say_report(json, telling, &telling->round.reports[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static int read_month(struct request *request, struct text written, int32_t *month, struct err *err)
{
    int year, number;
    if (written.size > 0 && month_parse(written, month)) return 0;
    int code = progress_running_month(call_database(request), date_today(), &year, &number, err);
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
    struct telling telling = {.request = request, .pack = pack};
    int32_t month = 0;
    int code = check_pack(pack, err);
    if (code == 0) code = read_month(request, request_query(request, "month"), &month, err);
    if (code == 0)
        code = round_read(call_database(request), call_scope(request), month, request_query(request, "unit"),
                          request->language, date_today(), request->arena, &telling.round, err);
    if (code != 0) return code;
    telling.states = arena_array(request->arena, telling.round.workflow->state_count, sizeof *telling.states);
    count_reports(&telling);
    say_round(&telling);
    return 0;
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
    json_member_int(json, "due", (int64_t)done.due);
    json_member_int(json, "opened", (int64_t)done.opened);
    json_put_object_end(json);
    return 0;
}

/* ---- Disputes ---- */

static int find_place(const struct request *request, int *division, struct err *err)
{
    struct text code = body_get_text(request->body, "division");
    *division = -1;
    if (code.size == 0) {
        *division = eyes_own(call_pack(request), call_scope(request));
        return 0;
    }
    *division = pack_division_find(call_pack(request), code);
    if (*division >= 0 && eyes_within(call_pack(request), call_scope(request), *division)) return 0;
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
    struct dispute dispute = {.claim = body_get_text(request->body, "claim"),
                              .evidence = body_get_text(request->body, "evidence")};
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
    json_member_text(json, "workflow",
                     call.pack->registers[call.pack->progress.dispute.reg].workflow->label.name);
    json_member_int(json, "id", record);
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
