/* One way to say a figure, so that every page shows the same thing under the same name. */
#include "api/progress.h"

#include "api/put.h"
#include "api/say.h"
#include "base/date.h"
#include "progress/eyes.h"

/* ---- Shapes ---- */

static const struct shape_field light_fields[] = {
    {.name = "green", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "yellow", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "red", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "none", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "no target this year"},
    {.name = "unknown", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "not yet known"},
    {.name = NULL}};
const struct shape lights_shape = {.name = "Lights", .fields = light_fields};

static const struct shape_field unit_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape unit_name_shape = {.name = "UnitName", .fields = unit_fields};

static const struct shape_field ledger_fields[] = {
    {.name = "complete",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "false: too few are in; incomes and what rests on them are undetermined for most"},
    {.name = "kept",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "families of the county that keep one"},
    {.name = "with", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of those, no month is missing"},
    {.name = NULL}};
const struct shape ledger_shape = {.name = "LedgerState", .fields = ledger_fields};

static const struct shape_field next_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape next_shape = {.name = "NextTarget", .fields = next_fields};

static const struct shape_field trend_fields[] = {
    {.name = "month", .kind = SHAPE_MONTH, .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape trend_shape = {.name = "TrendPoint", .fields = trend_fields};

static const struct shape_field report_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "month", .kind = SHAPE_MONTH, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape report_shape = {.name = "IndicatorReport", .fields = report_fields};

static const struct shape_field line_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "of all values: %, 户, 万亩"},
    {.name = "direction", .kind = SHAPE_WORD, .words = ">=|>|<=|<|=", .flags = SHAPE_REQUIRED},
    {.name = "measure",
     .kind = SHAPE_WORD,
     .words = "share|count|sum|quotient|growth|reported",
     .flags = SHAPE_REQUIRED},
    {.name = "pace", .kind = SHAPE_WORD, .words = "holds|builds|accumulates", .flags = SHAPE_REQUIRED},
    {.name = "cumulative", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "history",
     .kind = SHAPE_WORD,
     .words = "none|year|month",
     .flags = SHAPE_REQUIRED,
     .note = "which earlier figures the records can tell: none, those of whole years, those of any month"},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "lead", .kind = SHAPE_OBJECT, .of = &unit_name_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "seen",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "false: its register, or the place, is not for who asks; then nothing of it is said"},
    {.name = "light", .kind = SHAPE_WORD, .words = "green|yellow|red|none|unknown", .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "target", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "next_target",
     .kind = SHAPE_OBJECT,
     .of = &next_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "met", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "due", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "begin",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "where the year's way to the target begins; null: the target holds every day, or there is none"},
    {.name = "forecast",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "for the year's end"},
    {.name = "basis",
     .kind = SHAPE_WORD,
     .words = "holds|months|last_year|month_end|year_end",
     .flags = SHAPE_REQUIRED,
     .note = "of due and forecast: the target holds every day; by the months gone; by last year's course; "
             "none yet, it is judged when the month or the year is over"},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "of_now",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "of an earlier month, while the records tell only how things stand now"},
    {.name = "small", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "a small denominator"},
    {.name = "report",
     .kind = SHAPE_OBJECT,
     .of = &report_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of a reported indicator: the accepted report that the value comes from"},
    {.name = "disputes",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "open cases of the workflow of disputes about this figure, at most 20"},
    {.name = "trend", .kind = SHAPE_OBJECT, .of = &trend_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape indicator_line_shape = {.name = "IndicatorLine", .fields = line_fields};

/* ---- What is asked ---- */

int progress_place(const struct request *request, int *division, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct text code = request_query(request, "division");
    *division = code.size == 0 ? eyes_own(pack, call_scope(request)) : pack_division_find(pack, code);
    if (code.size == 0 || (*division >= 0 && eyes_within(pack, call_scope(request), *division))) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的范围内",
                   "There is no division %.*s, or it is not yours to see", TEXT_ARGS(code));
}

int progress_month(const struct request *request, int *year, int *month, struct err *err)
{
    struct app *app = call_app(request);
    return progress_default_month(app->shelf, app->frames, call_database(request), date_today(), year, month,
                                  err);
}

int progress_as_of(const struct request *request, int32_t *as_of, struct err *err)
{
    struct app *app = call_app(request);
    if (date_parse(request_query(request, "as_of"), as_of)) return 0;
    return progress_default_day(app->shelf, app->frames, call_database(request), date_today(), as_of, err);
}

int progress_plan_day(struct request *request, int32_t day, struct err *err)
{
    int year, month, date;
    date_split(day, &year, &month, &date);
    int code = pack_year_check(call_pack(request), year, err);
    if (code != 0) request_fault_field(request, "as_of");
    return code;
}

int progress_ask(struct request *request, struct progress_asked *asked, struct err *err)
{
    int year = 0, month = 0;
    asked->today = date_today();
    int code = progress_place(request, &asked->division, err);
    if (code == 0 && (request_query(request, "year").size == 0 || request_query(request, "month").size == 0))
        code = progress_month(request, &year, &month, err);
    if (code != 0) return code;
    asked->year = (int)request_query_int(request, "year", year);
    asked->month = (int)request_query_int(request, "month", asked->year == year ? month : YEAR_MONTHS);
    asked->detail =
        text_of(arena_printf(request->arena, "%d-%d@%d", asked->year, asked->month, asked->today));
    return 0;
}

int progress_open(struct request *request, const struct progress_asked *asked, struct progress_year *out,
                  struct err *err)
{
    struct app *app = call_app(request);
    return progress_year_open(app->shelf, app->book, app->frames, call_database(request), asked->year,
                              asked->month, asked->today, out, err);
}

int progress_indicator(const struct request *request, int *indicator, struct err *err)
{
    struct text name = request_param(request, "indicator");
    const struct pack *pack = call_pack(request);
    for (size_t i = 0; i < pack->indicator_count; i++) {
        *indicator = (int)i;
        if (text_equal(pack->indicators[i].label.name, name)) return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有指标 %.*s", "There is no indicator %.*s", TEXT_ARGS(name));
}

/* ---- Saying ---- */

void progress_say_month(struct json_writer *json, const struct progress_year *year)
{
    char day[DATE_TEXT];
    json_member_int(json, "year", year->year);
    json_member_int(json, "month", year->month);
    json_member_string(json, "as_of", date_format(year->as_of, day));
    json_put_key(json, "ledger");
    if (!year->keeps_ledger) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_bool(json, "complete", year->ledger.whole);
    json_member_int(json, "kept", year->ledger.kept);
    json_member_int(json, "with", year->ledger.complete);
    json_put_object_end(json);
}

int progress_moment(const struct request *request, const struct progress_asked *asked,
                    struct progress_year *out, struct err *err)
{
    struct app *app = call_app(request);
    return progress_year_moment(app->shelf, app->book, app->frames, call_database(request), asked->year,
                                asked->month, asked->today, out, err);
}

void progress_say_units(struct json_writer *json, const char *key, const struct pack *pack, const int *units,
                        size_t count)
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        json_put_object(json);
        json_member_text(json, "name", pack->units[units[i]].label.name);
        json_put_key(json, "label");
        say_label(json, &pack->units[units[i]].label);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

void progress_say_lights(struct json_writer *json, const int64_t counts[LIGHTS])
{
    json_put_object(json);
    for (int i = 0; i < LIGHTS; i++) json_member_int(json, light_name((enum light)i), counts[i]);
    json_put_object_end(json);
}

static void say_what(struct json_writer *json, const struct pack *pack,
                     const struct pack_indicator *indicator)
{
    static const char *const directions[] = {">=", ">", "<=", "<", "="};
    static const char *const measures[] = {"share", "count", "sum", "quotient", "growth", "reported"};
    static const char *const histories[] = {"none", "year", "month"};
    static const char *const paces[] = {"holds", "builds", "accumulates"};
    json_member_text(json, "name", indicator->label.name);
    json_put_key(json, "label");
    say_label(json, &indicator->label);
    json_put_key(json, "clause");
    say_clauses(json, pack, &indicator->clause);
    json_member_text(json, "unit", indicator->unit);
    json_member_string(json, "direction", directions[indicator->direction]);
    json_member_string(json, "measure", measures[indicator->measure]);
    json_member_string(json, "pace", paces[indicator->pace]);
    json_member_bool(json, "cumulative", indicator->cumulative);
    json_member_string(json, "history", histories[indicator->history]);
    json_put_key(json, "register");
    say_text_or_null(json,
                     indicator->over < 0 ? TEXT("") : pack->schema.registers[indicator->over].label.name);
    progress_say_units(json, "lead", pack, indicator->lead, indicator->lead_count);
}

static void say_judged(struct json_writer *json, const struct pack_indicator *indicator,
                       const struct judged *judged)
{
    char text[MONEY_TEXT];
    json_member_string(json, "light", light_name(judged->light));
    put_decimal(json, "target", judged->target_given, judged->target);
    json_put_key(json, "next_target");
    if (judged->next_year == 0) {
        json_put_null(json);
    } else {
        json_put_object(json);
        json_member_int(json, "year", judged->next_year);
        json_member_string(json, "value", decimal_format(judged->next_target, text));
        json_put_object_end(json);
    }
    json_member_bool(json, "met", judged->met);
    put_decimal(json, "due", judged->due_known, judged->due);
    put_decimal(json, "begin", judged->begin_known, judged->begin);
    put_decimal(json, "forecast", judged->forecast_known, judged->forecast);
    json_member_string(json, "basis",
                       judged->unsettled && indicator->settled == SETTLED_MONTHLY ? "month_end"
                       : judged->unsettled                                        ? "year_end"
                       : indicator->pace == PACE_HOLDS                            ? "holds"
                       : judged->by_last_year                                     ? "last_year"
                                                                                  : "months");
}

static void say_trend(struct json_writer *json, const struct progress_year *year,
                      const struct progress_line *line)
{
    char text[DATE_TEXT];
    int32_t month = 0;
    json_put_key(json, "trend");
    json_put_array(json);
    for (int i = 0; line->seen && i < year->month && month_make(year->year, i + 1, &month); i++) {
        struct value value = judge_value(&line->trend[i]);
        json_put_object(json);
        json_member_string(json, "month", month_format(month, text));
        put_decimal(json, "value", value.known, value.integer);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_report(struct json_writer *json, const struct pack *pack, const struct progress_line *line)
{
    char month[DATE_TEXT];
    json_put_key(json, "report");
    if (!line->seen || !line->reported.known) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "register", pack->schema.registers[pack->progress.report.reg].label.name);
    json_member_int(json, "id", line->reported.record);
    json_member_string(json, "month", month_format(line->reported.month, month));
    json_put_object_end(json);
}

void progress_say_line(struct json_writer *json, const struct progress_year *year, int indicator,
                       const struct progress_line *line)
{
    const struct pack *pack = year->book->pack;
    const struct pack_indicator *asked = &pack->indicators[indicator];
    struct value value = judge_value(&line->value);
    say_what(json, pack, asked);
    json_member_bool(json, "seen", line->seen);
    put_decimal(json, "value", value.known, value.integer);
    say_judged(json, asked, &line->judged);
    json_member_int(json, "counted", line->figure.counted);
    json_member_int(json, "missing", line->figure.missing);
    json_member_int(json, "undetermined", line->figure.undetermined);
    json_member_bool(json, "of_now", line->of_now);
    json_member_bool(json, "small", line->small);
    say_report(json, pack, line);
    json_put_key(json, "disputes");
    json_put_array(json);
    for (size_t i = 0; i < line->dispute_count; i++) json_put_int(json, line->disputes[i]);
    json_put_array_end(json);
    say_trend(json, year, line);
}
