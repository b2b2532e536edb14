/* The plan as a tree of tasks with the lights of their indicators, and each unit's own page: what it leads,
 * what it answers for, what it has in its hands, the warnings that are its own. */
#include "api/dashboard.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "progress/holdings.h"
#include "progress/round.h"

#include <stdlib.h>

/* ---- Shapes ---- */

static const struct shape_field query[] = {PROGRESS_QUERY, {.name = NULL}};

static const struct shape_field reports_fields[] = {
    {.name = "asked", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "handed", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "no longer with who fills it in"},
    {.name = "accepted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "overdue", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape reports_shape = {.name = "TaskReports", .fields = reports_fields};

static const struct shape_field records_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "where", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "what the counted records meet"},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape records_shape = {.name = "TaskRecords", .fields = records_fields};

static const struct shape_field task_fields[] = {
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "parent", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "lead", .kind = SHAPE_OBJECT, .of = &unit_name_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "responsible",
     .kind = SHAPE_OBJECT,
     .of = &unit_name_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "indicators",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "names; its own"},
    {.name = "lights",
     .kind = SHAPE_OBJECT,
     .of = &lights_shape,
     .flags = SHAPE_REQUIRED,
     .note = "of all indicators of it and of what lies within"},
    {.name = "reports",
     .kind = SHAPE_OBJECT,
     .of = &reports_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note =
         "the month's, on the task and on its own indicators, as far as who asks may see them; null: nothing "
         "was asked, or nothing of it is theirs"},
    {.name = "records",
     .kind = SHAPE_OBJECT,
     .of = &records_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the pack's `task_records`: projects and the like, of registers that who asks may read"},
    {.name = NULL}};
static const struct shape task_shape = {.name = "Task", .fields = task_fields};

static const struct shape_field tasks_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "lights", .kind = SHAPE_OBJECT, .of = &lights_shape, .flags = SHAPE_REQUIRED},
    {.name = "tasks", .kind = SHAPE_OBJECT, .of = &task_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape tasks_shape = {.name = "Tasks", .fields = tasks_fields};

static const struct shape_field unit_line_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "leads", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "tasks"},
    {.name = "answers", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "tasks it is responsible for"},
    {.name = "lights",
     .kind = SHAPE_OBJECT,
     .of = &lights_shape,
     .flags = SHAPE_REQUIRED,
     .note = "of what it leads"},
    {.name = NULL}};
static const struct shape unit_line_shape = {.name = "UnitLine", .fields = unit_line_fields};

static const struct shape_field units_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "units", .kind = SHAPE_OBJECT, .of = &unit_line_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape units_shape = {.name = "Units", .fields = units_fields};

static const struct shape_field holding_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "where", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "what the counted records meet"},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "amount",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "yuan; null: no amount belongs to it"},
    {.name = "missing",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "counted records whose amount is not known and not in the sum"},
    {.name = NULL}};
static const struct shape holding_shape = {.name = "UnitHolding", .fields = holding_fields};

static const struct shape_field unit_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &unit_line_shape, .flags = SHAPE_REQUIRED},
    {.name = "leads", .kind = SHAPE_OBJECT, .of = &task_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "answers", .kind = SHAPE_OBJECT, .of = &task_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "indicators",
     .kind = SHAPE_OBJECT,
     .of = &indicator_line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "those that it leads"},
    {.name = "holdings",
     .kind = SHAPE_OBJECT,
     .of = &holding_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the pack's `holdings`, as far as their registers are for who asks"},
    {.name = "rules",
     .kind = SHAPE_OBJECT,
     .of = &rule_figure_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "of the last screening: those whose unit it is, the fullest first; none without `monitoring`"},
    {.name = NULL}};
static const struct shape unit_shape = {.name = "UnitPage", .fields = unit_fields};

/* ---- Lights of tasks ---- */

struct tasks {
    const struct pack *pack;
    struct progress_year year;
    struct progress_line *lines; /* [indicator] */
    int64_t (*lights)[LIGHTS];   /* [clause], with what lies within */
    struct round_sum *reports;   /* [clause], its own */
    struct holding *records;     /* [task_records of the pack] */
};

/* An indicator counts once in every clause that it or one of its clauses lies in. */
static void count_light(struct tasks *tasks, const struct pack_indicator *indicator, enum light light)
{
    bool *counted = mem_new(tasks->pack->clause_count + 1, sizeof *counted);
    for (size_t i = 0; i < indicator->clause.count; i++)
        for (int at = indicator->clause.items[i]; at >= 0 && !counted[at];
             at = tasks->pack->clauses[at].parent) {
            counted[at] = true;
            tasks->lights[at][light]++;
        }
    free(counted);
}

static int find_clause(const struct pack *pack, struct text id)
{
    for (size_t i = 0; i < pack->clause_count; i++)
        if (text_equal(pack->clauses[i].id, id)) return (int)i;
    return -1;
}

/* A task's reports are those in words on it, and the figures of its own indicators. */
static void count_report(struct tasks *tasks, const struct round_report *report)
{
    const struct pack *pack = tasks->pack;
    if (report->indicator < 0) {
        int clause = find_clause(pack, report->item);
        if (clause >= 0) round_add(&tasks->reports[clause], report);
        return;
    }
    const struct pack_clause *clauses = &pack->indicators[report->indicator].clause;
    for (size_t i = 0; i < clauses->count; i++) round_add(&tasks->reports[clauses->items[i]], report);
}

/* What is not for who asks is not told, and no reason to refuse the rest. */
static int read_reports(struct request *request, struct tasks *tasks, struct err *err)
{
    const struct pack *pack = tasks->pack;
    struct round round;
    int32_t month = 0;
    int reg = pack->progress.report.reg;
    if (pack->progress.dispatch.unit < 0 || !scope_may(call_scope(request), reg, SCOPE_READ)) return 0;
    month_make(tasks->year.year, tasks->year.month, &month);
    int code = round_read(call_database(request), call_scope(request), month, TEXT(""), request->language,
                          date_today(), request->arena, &round, err);
    for (size_t i = 0; code == 0 && i < round.count; i++) count_report(tasks, &round.reports[i]);
    return code;
}

static int tasks_open(struct request *request, const struct progress_asked *asked, struct tasks *tasks,
                      struct err *err)
{
    const struct pack *pack = call_pack(request);
    *tasks = (struct tasks){.pack = pack};
    int code = progress_open(request, asked, &tasks->year, err);
    if (code != 0) return code;
    tasks->lines = mem_new(pack->indicator_count + 1, sizeof *tasks->lines);
    tasks->lights = mem_new(pack->clause_count + 1, sizeof *tasks->lights);
    for (size_t i = 0; i < pack->indicator_count; i++) {
        progress_line(&tasks->year, call_scope(request), (int)i, asked->division, &tasks->lines[i]);
        if (tasks->lines[i].seen) count_light(tasks, &pack->indicators[i], tasks->lines[i].judged.light);
    }
    tasks->reports = arena_array(request->arena, pack->clause_count + 1, sizeof *tasks->reports);
    tasks->records =
        arena_array(request->arena, pack->progress.task_record_count + 1, sizeof *tasks->records);
    code = holdings_of_tasks(pack, call_app(request)->frames, call_database(request), call_scope(request),
                             asked->division, tasks->year.as_of, request->arena, tasks->records, err);
    return code == 0 ? read_reports(request, tasks, err) : code;
}

static void tasks_close(struct tasks *tasks)
{
    progress_year_close(&tasks->year);
    free(tasks->lines);
    free(tasks->lights);
}

static bool has(const int *items, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == wanted) return true;
    return false;
}

static void say_reports(struct json_writer *json, const struct round_sum *sum)
{
    json_put_key(json, "reports");
    if (sum->asked == 0) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_int(json, "asked", sum->asked);
    json_member_int(json, "handed", sum->handed);
    json_member_int(json, "accepted", sum->accepted);
    json_member_int(json, "overdue", sum->overdue);
    json_put_object_end(json);
}

static void say_records_of(struct json_writer *json, const struct tasks *tasks, size_t clause)
{
    const struct pack_progress *progress = &tasks->pack->progress;
    json_put_key(json, "records");
    json_put_array(json);
    for (size_t i = 0; i < progress->task_record_count; i++) {
        const struct pack_task_records *records = &progress->task_records[i];
        if (!tasks->records[i].seen || !has(records->clause.items, records->clause.count, (int)clause))
            continue;
        json_put_object(json);
        json_member_text(json, "name", records->label.name);
        json_put_key(json, "label");
        say_label(json, &records->label);
        json_member_text(json, "register", tasks->pack->schema.registers[records->over].label.name);
        json_member_text(json, "where", tasks->records[i].where);
        json_member_int(json, "counted", tasks->records[i].counted);
        json_member_int(json, "undetermined", tasks->records[i].undetermined);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_task(struct json_writer *json, const struct tasks *tasks, size_t index)
{
    const struct pack *pack = tasks->pack;
    const struct pack_plan_clause *clause = &pack->clauses[index];
    json_put_object(json);
    json_member_text(json, "clause", clause->id);
    json_put_key(json, "title");
    say_two(json, clause->title_zh, clause->title_en);
    json_put_key(json, "parent");
    say_text_or_null(json, clause->parent < 0 ? TEXT("") : pack->clauses[clause->parent].id);
    progress_say_units(json, "lead", pack, clause->lead, clause->lead_count);
    progress_say_units(json, "responsible", pack, clause->responsible, clause->responsible_count);
    json_put_key(json, "indicators");
    json_put_array(json);
    for (size_t i = 0; i < pack->indicator_count; i++)
        if (has(pack->indicators[i].clause.items, pack->indicators[i].clause.count, (int)index))
            json_put_text(json, pack->indicators[i].label.name);
    json_put_array_end(json);
    json_put_key(json, "lights");
    progress_say_lights(json, tasks->lights[index]);
    say_reports(json, &tasks->reports[index]);
    say_records_of(json, tasks, index);
    json_put_object_end(json);
}

static void sum_lights(const struct tasks *tasks, int unit, int64_t lights[LIGHTS])
{
    for (size_t i = 0; i < tasks->pack->indicator_count; i++) {
        const struct pack_indicator *indicator = &tasks->pack->indicators[i];
        if (tasks->lines[i].seen && (unit < 0 || has(indicator->lead, indicator->lead_count, unit)))
            lights[tasks->lines[i].judged.light]++;
    }
}

static int write_tasks(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct tasks tasks;
    struct json_writer json = json_start(out);
    int64_t lights[LIGHTS] = {0};
    int code = tasks_open(request, context, &tasks, err);
    if (code == 0) {
        sum_lights(&tasks, -1, lights);
        json_put_object(&json);
        progress_say_month(&json, &tasks.year);
        json_put_key(&json, "lights");
        progress_say_lights(&json, lights);
        json_put_key(&json, "tasks");
        json_put_array(&json);
        for (size_t i = 0; i < tasks.pack->clause_count; i++) say_task(&json, &tasks, i);
        json_put_array_end(&json);
        json_put_object_end(&json);
    }
    tasks_close(&tasks);
    return code;
}

static int get_tasks(struct request *request, struct err *err)
{
    struct progress_asked asked;
    int code = progress_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.detail, write_tasks, &asked, err) : code;
}

/* ---- Units ---- */

static bool leads(const struct pack_plan_clause *clause, int unit)
{
    return has(clause->lead, clause->lead_count, unit);
}

static bool answers(const struct pack_plan_clause *clause, int unit)
{
    return has(clause->responsible, clause->responsible_count, unit);
}

static void say_unit_line(struct json_writer *json, const struct tasks *tasks, int unit)
{
    const struct pack *pack = tasks->pack;
    int64_t lights[LIGHTS] = {0}, leading = 0, answering = 0;
    for (size_t i = 0; i < pack->clause_count; i++) {
        leading += leads(&pack->clauses[i], unit);
        answering += answers(&pack->clauses[i], unit);
    }
    sum_lights(tasks, unit, lights);
    json_put_object(json);
    json_member_text(json, "name", pack->units[unit].label.name);
    json_put_key(json, "label");
    say_label(json, &pack->units[unit].label);
    json_member_text(json, "kind", pack->units[unit].kind);
    json_member_int(json, "leads", leading);
    json_member_int(json, "answers", answering);
    json_put_key(json, "lights");
    progress_say_lights(json, lights);
    json_put_object_end(json);
}

static int write_units(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct tasks tasks;
    struct json_writer json = json_start(out);
    int code = tasks_open(request, context, &tasks, err);
    if (code == 0) {
        json_put_object(&json);
        progress_say_month(&json, &tasks.year);
        json_put_key(&json, "units");
        json_put_array(&json);
        for (size_t i = 0; i < tasks.pack->unit_count; i++) say_unit_line(&json, &tasks, (int)i);
        json_put_array_end(&json);
        json_put_object_end(&json);
    }
    tasks_close(&tasks);
    return code;
}

static int get_units(struct request *request, struct err *err)
{
    struct progress_asked asked;
    int code = progress_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.detail, write_units, &asked, err) : code;
}

static void say_tasks_of(struct json_writer *json, const struct tasks *tasks, const char *key, int unit,
                         bool (*is_its)(const struct pack_plan_clause *clause, int unit))
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < tasks->pack->clause_count; i++)
        if (is_its(&tasks->pack->clauses[i], unit)) say_task(json, tasks, i);
    json_put_array_end(json);
}

static void say_its_indicators(struct json_writer *json, const struct tasks *tasks, int unit)
{
    const struct pack *pack = tasks->pack;
    json_put_key(json, "indicators");
    json_put_array(json);
    for (size_t i = 0; i < pack->indicator_count; i++) {
        if (!has(pack->indicators[i].lead, pack->indicators[i].lead_count, unit)) continue;
        json_put_object(json);
        progress_say_line(json, &tasks->year, (int)i, &tasks->lines[i]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_holding(struct json_writer *json, const struct pack *pack, const struct pack_holding *holding,
                        const struct holding *figures)
{
    json_put_object(json);
    json_member_text(json, "name", holding->label.name);
    json_put_key(json, "label");
    say_label(json, &holding->label);
    json_member_text(json, "register", pack->schema.registers[holding->over].label.name);
    json_member_text(json, "where", figures->where);
    json_member_int(json, "counted", figures->counted);
    json_member_int(json, "undetermined", figures->undetermined);
    put_money(json, "amount", figures->amount.known, figures->amount.integer);
    json_member_int(json, "missing", figures->missing);
    json_put_object_end(json);
}

static int say_holdings(struct request *request, struct json_writer *json, const struct tasks *tasks,
                        int unit, int division, struct err *err)
{
    const struct pack *pack = tasks->pack;
    struct app *app = call_app(request);
    size_t count = pack->progress.holding_count;
    struct holding *holdings = arena_array(request->arena, count + 1, sizeof *holdings);
    int code = holdings_make(pack, app->frames, call_database(request), call_scope(request), unit, division,
                             tasks->year.as_of, request->arena, holdings, err);
    json_put_key(json, "holdings");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (holdings[i].seen) say_holding(json, pack, &pack->progress.holdings[i], &holdings[i]);
    json_put_array_end(json);
    return code;
}

static int find_unit(const struct request *request, int *unit, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct text name = request_param(request, "unit");
    *unit = pack_unit_named(pack, name);
    if (*unit >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有单位 %.*s", "There is no unit %.*s", TEXT_ARGS(name));
}

static int write_unit(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct progress_asked *asked = context;
    struct tasks tasks;
    struct json_writer json = json_start(out);
    int unit = -1, code = find_unit(request, &unit, err);
    if (code != 0) return code;
    code = tasks_open(request, asked, &tasks, err);
    if (code == 0) {
        json_put_object(&json);
        progress_say_month(&json, &tasks.year);
        json_put_key(&json, "unit");
        say_unit_line(&json, &tasks, unit);
        say_tasks_of(&json, &tasks, "leads", unit, leads);
        say_tasks_of(&json, &tasks, "answers", unit, answers);
        say_its_indicators(&json, &tasks, unit);
        code = say_holdings(request, &json, &tasks, unit, asked->division, err);
        if (code == 0)
            code = dashboard_say_rules_of(request, &json, tasks.year.as_of, asked->division, unit, err);
        json_put_object_end(&json);
    }
    tasks_close(&tasks);
    return code;
}

static int get_unit(struct request *request, struct err *err)
{
    struct progress_asked asked;
    int code = progress_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.detail, write_unit, &asked, err) : code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/tasks",
     .who = "dashboard",
     .name = "getTasks",
     .zh = "方案的任务树：牵头、责任单位，指标，灯",
     .en = "The plan as a tree of tasks: units, indicators, lights",
     .query = query,
     .out = &tasks_shape,
     .handler = get_tasks},
    {.method = "GET",
     .path = "/progress/units",
     .who = "dashboard",
     .name = "getUnits",
     .zh = "各单位牵头和负责的任务及其灯",
     .en = "The units: tasks they lead and answer for, with lights",
     .query = query,
     .out = &units_shape,
     .handler = get_units},
    {.method = "GET",
     .path = "/progress/units/{unit}",
     .who = "dashboard",
     .name = "getUnit",
     .zh = "一个单位：牵头和负责的任务、指标、项目和资金、归它的预警",
     .en = "One unit: tasks it leads and answers for, indicators, projects and money, its warnings",
     .query = query,
     .out = &unit_shape,
     .handler = get_unit},
};

const struct route_list task_routes = {routes, sizeof routes / sizeof *routes};
