/* Assessment: schemes, what their points would come to, runs with every point and what it rests on. */
#include <stdio.h>
#include <stdlib.h>

#include "api/assessment_say.h"
#include "api/case_call.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "assessment/adoption.h"
#include "assessment/follow_up.h"
#include "assessment/frozen.h"
#include "assessment/view.h"
#include "base/date.h"
#include "base/mem.h"
#include "progress/lists.h"
#include "progress/year.h"
#include "register/naming.h"

enum { OBJECTION_DAYS = 7, RECORDS_MAX = 500 };

/* ---- What is asked for ---- */

static bool assesses(const struct request *request)
{
    return principal_can(call_principal(request), ABILITY_ASSESS);
}

static int path_scheme(const struct request *request, int *scheme, struct err *err)
{
    struct text name = request_param(request, "scheme");
    *scheme = pack_scheme_find(call_pack(request), name);
    if (*scheme >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有考核方案 %.*s", "There is no scheme %.*s", TEXT_ARGS(name));
}

static int body_part(struct request *request, int scheme, size_t *part, struct err *err)
{
    struct text name = body_get_text(request->body, "part");
    int found = scheme_part_find(&call_pack(request)->schemes[scheme], name);
    *part = found < 0 ? 0 : (size_t)found;
    if (found >= 0) return 0;
    request_fault_field(request, "part");
    return err_set(err, ERR_INPUT, "这个方案没有“%.*s”这一部分", "The scheme has no part %.*s",
                   TEXT_ARGS(name));
}

/* The path's run as far as who asks may see it. */
static int path_run(struct request *request, struct run_table **table, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int64_t id = request_param_int(request, "id");
    int code = run_read(call_database(request), id, table, err);
    if (code != 0 || view_may(pack, call_scope(request), assesses(request), &(*table)->run)) return code;
    run_table_free(*table);
    *table = NULL;
    return err_set(err, ERR_NOT_FOUND, "没有第 %lld 次考核", "There is no run %lld", (long long)id);
}

/* ---- Schemes ---- */

/* Each once. */
static void say_follow_ups(struct request *request, struct json_writer *json,
                           const struct pack_scheme *scheme)
{
    const struct pack *pack = call_pack(request);
    json_put_key(json, "follow_ups");
    json_put_array(json);
    for (size_t i = 0; i < scheme->list_count; i++) {
        int workflow = scheme->lists[i].workflow;
        bool said =
            workflow < 0 || !scope_may(call_scope(request), pack->workflows[workflow].reg, SCOPE_READ);
        for (size_t k = 0; k < i; k++) said = said || scheme->lists[k].workflow == workflow;
        if (!said) json_put_text(json, pack->workflows[workflow].label.name);
    }
    json_put_array_end(json);
}

static int say_scheme(struct request *request, struct json_writer *json, int index, struct err *err)
{
    static const char *const states[] = {"none", "same", "other"};
    const struct pack *pack = call_pack(request);
    const struct pack_scheme *scheme = &pack->schemes[index];
    struct assessment_run *runs;
    size_t count;
    int code = run_list(call_database(request), index, 0, request->arena, &runs, &count, err);
    json_put_object(json);
    json_member_text(json, "name", scheme->label.name);
    json_put_key(json, "label");
    say_label(json, &scheme->label);
    if (scheme->note.size > 0)
        json_member_text(json, "note", scheme->note);
    else
        json_member_null(json, "note");
    json_member_string(json, "of", assessed_name(scheme->assessed));
    json_put_key(json, "parts");
    json_put_array(json);
    for (size_t i = 0; i < scheme->part_count; i++) assessment_say_part(json, pack, &scheme->parts[i]);
    json_put_array_end(json);
    json_put_key(json, "adopted");
    json_put_array(json);
    for (int year = pack->year_first; code == 0 && year <= pack->year_last; year++) {
        enum adoption adoption = ADOPTION_NONE;
        code = adoption_get(call_database(request), scheme, year, &adoption, err);
        json_put_object(json);
        json_member_int(json, "year", year);
        json_member_string(json, "state", states[adoption]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "runs");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (view_may(pack, call_scope(request), assesses(request), &runs[i]))
            assessment_say_run(json, &runs[i]);
    json_put_array_end(json);
    say_follow_ups(request, json, scheme);
    json_put_object_end(json);
    return code;
}

static int list(struct request *request, struct err *err)
{
    struct json_writer *json = reply_json(request);
    int code = 0;
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < call_pack(request)->scheme_count; i++)
        code = say_scheme(request, json, (int)i, err);
    json_put_array_end(json);
    return code;
}

static int adopt(struct request *request, struct err *err)
{
    int scheme, code = path_scheme(request, &scheme, err);
    if (code == 0)
        code = adoption_make(call_database(request), &call_pack(request)->schemes[scheme],
                             (int)body_get_int(request->body, "year", 0), call_principal(request)->name, err);
    return code == 0 ? say_scheme(request, reply_json(request), scheme, err) : code;
}

/* ---- What if ---- */

/* The scheme's points with those of the body in their place; they must add up as the scheme's do. */
static int tried_points(struct request *request, const struct pack_assessment_part *part, int64_t *points,
                        struct err *err)
{
    const struct body *given = body_get(request->body, "points");
    size_t count = given == NULL ? 0 : body_size(given);
    int64_t sum = 0, wanted = 0;
    for (size_t i = 0; i < part->criterion_count; i++) points[i] = part->criteria[i].points;
    for (size_t i = 0; i < count; i++) {
        const struct body *item = body_at(given, i);
        int at = scheme_criterion_find(part, body_get_text(item, "criterion"));
        if (at < 0 || !fixed_parse(body_get_text(item, "points"), 4, &points[at]) || points[at] < 0) {
            request_fault_field(request, "points");
            return err_set(err, ERR_INPUT, "第 %zu 项：没有这个计分项，或分值不是 0 以上的数",
                           "Item %zu: no such criterion, or its points are no number from 0", i + 1);
        }
    }
    for (size_t i = 0; i < part->criterion_count; i++) {
        if (part->criteria[i].kind == CRITERION_DEDUCTION) continue;
        sum += points[i];
        wanted += part->criteria[i].points;
    }
    if (sum == wanted) return 0;
    char text[MONEY_TEXT];
    request_fault_field(request, "points");
    return err_set(err, ERR_INPUT, "各项满分相加应为 100 分，现为 %s 分",
                   "The points add up to 100, here to %s", decimal_format(sum, text));
}

/* Ranked by what figures give; the points that only a reviewer can give are shared out over the others. */
static void rank_lines(const struct lines *lines, const int64_t *points, struct score_total *totals)
{
    struct pack_assessment_part part = *lines->part;
    struct pack_criterion *criteria = mem_new(part.criterion_count + 1, sizeof *criteria);
    struct value *given = mem_new(part.criterion_count + 1, sizeof *given);
    bool *spared = mem_new(part.criterion_count + 1, sizeof *spared);
    for (size_t k = 0; k < part.criterion_count; k++) {
        criteria[k] = part.criteria[k];
        criteria[k].points = points[k];
    }
    part.criteria = criteria;
    for (size_t i = 0; i < lines->scored_count; i++) {
        for (size_t k = 0; k < part.criterion_count; k++) {
            given[k] = lines_at(lines, i, k)->points;
            spared[k] = criteria[k].kind == CRITERION_REVIEWED || lines_at(lines, i, k)->spared;
        }
        score_part(&part, given, spared, &totals[i]);
    }
    score_rank(lines->scheme, totals, lines->scored_count);
    free(criteria);
    free(given);
    free(spared);
}

static int try_lines(struct request *request, int scheme, size_t part, const int64_t *points,
                     struct lines **lines, struct err *err)
{
    struct app *app = call_app(request);
    int year = (int)body_get_int(request->body, "year", 0),
        month = (int)body_get_int(request->body, "month", 0);
    int32_t day = progress_day(year, month, date_today());
    struct figures *figures;
    int code = progress_month_check(app->pack, year, month, date_today(), err);
    if (code != 0) return code;
    code = progress_shelf_get(app->shelf, app->frames, call_database(request), &day, 1, &figures, err);
    if (code != 0) return code;
    code = lines_compute(call_database(request), app->book, figures, 0, &app->pack->schemes[scheme], part,
                         year, month, points, lines, err);
    figures_free(figures);
    return code;
}

static void say_tried(struct request *request, const struct lines *lines, const struct score_total *now,
                      const struct score_total *before)
{
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; i < lines->scored_count; i++) {
        json_put_object(json);
        json_member_text(json, "id", lines->scored[i].id);
        json_put_key(json, "label");
        say_two(json, lines->scored[i].zh, lines->scored[i].en);
        put_decimal(json, "points", now[i].open == 0, now[i].points);
        assessment_put_record(json, "rank", now[i].rank);
        assessment_put_record(json, "before", before[i].rank);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static int try_points(struct request *request, struct err *err)
{
    int scheme, code = path_scheme(request, &scheme, err);
    size_t part = 0;
    enum adoption adoption = ADOPTION_NONE;
    struct lines *lines = NULL, *own = NULL;
    if (code == 0) code = body_part(request, scheme, &part, err);
    if (code != 0) return code;
    const struct pack_scheme *tried = &call_pack(request)->schemes[scheme];
    int year = (int)body_get_int(request->body, "year", 0);
    int64_t *points = mem_new(tried->parts[part].criterion_count + 1, sizeof *points);
    int64_t *standing = mem_new(tried->parts[part].criterion_count + 1, sizeof *standing);
    for (size_t i = 0; i < tried->parts[part].criterion_count; i++)
        standing[i] = tried->parts[part].criteria[i].points;
    code = adoption_get(call_database(request), tried, year, &adoption, err);
    if (code == 0 && adoption != ADOPTION_NONE)
        code = err_set(err, ERR_CONFLICT, "%d 年的方案已经采用，分值不能再试改",
                       "The scheme of %d has been adopted; its points cannot be tried any more", year);
    if (code == 0) code = tried_points(request, &tried->parts[part], points, err);
    if (code == 0) code = try_lines(request, scheme, part, points, &lines, err);
    if (code == 0) code = try_lines(request, scheme, part, NULL, &own, err);
    if (code == 0) {
        struct score_total *now = mem_new(lines->scored_count + 1, sizeof *now),
                           *before = mem_new(lines->scored_count + 1, sizeof *before);
        rank_lines(lines, points, now);
        rank_lines(own, standing, before);
        say_tried(request, lines, now, before);
        free(now);
        free(before);
    }
    lines_free(lines);
    lines_free(own);
    free(points);
    free(standing);
    return code;
}

/* ---- Runs ---- */

static int make(struct request *request, struct err *err)
{
    int scheme, code = path_scheme(request, &scheme, err);
    size_t part = 0;
    int64_t id;
    struct run_table *table;
    if (code == 0) code = body_part(request, scheme, &part, err);
    if (code == 0)
        code = run_make(call_database(request), call_app(request)->book, scheme, part,
                        (int)body_get_int(request->body, "year", 0),
                        (int)body_get_int(request->body, "month", 0), date_today(),
                        call_principal(request)->name, &id, err);
    if (code == 0) code = run_read(call_database(request), id, &table, err);
    if (code != 0) return code;
    assessment_say_table(request, table);
    run_table_free(table);
    return 0;
}

static int get(struct request *request, struct err *err)
{
    struct run_table *table;
    int code = path_run(request, &table, err);
    if (code != 0) return code;
    assessment_say_table(request, table);
    run_table_free(table);
    return 0;
}

static int after(struct request *request, int code, struct err *err)
{
    return code == 0 ? get(request, err) : code;
}

static int publish(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int32_t today = date_today();
    int64_t days = OBJECTION_DAYS;
    if (pack->assessment->objection_days >= 0) {
        struct value set =
            schema_parameter_at(&pack->schema.parameters[pack->assessment->objection_days], today);
        if (set.known && set.integer >= 0 && set.integer < 1000) days = set.integer;
    }
    return after(request,
                 run_publish(call_database(request), request_param_int(request, "id"), today,
                             today + (int32_t)days, call_principal(request)->name, err),
                 err);
}

/* Whoever is on a list that is followed up gets a case. The run is closed whatever becomes of that: opening
 * them can be asked for again. */
static int close_run(struct request *request, struct err *err)
{
    struct case_call call;
    struct run_table *table;
    int64_t id = request_param_int(request, "id");
    size_t opened;
    int code = run_close(call_database(request), id, date_today(), call_principal(request)->name, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0) code = run_read(call_database(request), id, &table, err);
    if (code != 0) return code;
    code = follow_up_open(call.casework, &call.actor, call.moment, table, &opened, err);
    run_table_free(table);
    return after(request, code, err);
}

static int drop(struct request *request, struct err *err)
{
    return after(request,
                 run_drop(call_database(request), request_param_int(request, "id"),
                          call_principal(request)->name, err),
                 err);
}

/* ---- What a point rests on ---- */

static const struct run_scored *find_scored(const struct run_table *table, struct text id)
{
    for (size_t i = 0; i < table->scored_count; i++)
        if (text_equal(table->scored[i].id, id)) return &table->scored[i];
    return NULL;
}

/* The indicator whose records are asked for: the criterion's own, or one of those that the unit leads. */
static int find_indicator(const struct run_table *table, const struct run_scored *scored,
                          struct text criterion, struct text led)
{
    for (size_t i = 0; scored != NULL && i < table->criterion_count; i++) {
        if (!text_equal(table->criteria[i].name, criterion)) continue;
        const struct run_score *score = &scored->scores[i];
        for (size_t k = 0; k < score->led_count; k++)
            if (text_equal(score->led[k].name, led)) return score->led[k].indicator;
        return table->criteria[i].indicator;
    }
    return -1;
}

static int say_records(struct request *request, int indicator, const int64_t *ids, size_t count,
                       struct err *err)
{
    const struct pack *pack = call_pack(request);
    int reg = pack->indicators[indicator].over, code = 0;
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_text(json, "register", pack->schema.registers[reg].label.name);
    json_put_key(json, "records");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count && i < RECORDS_MAX; i++) {
        struct named named;
        code = naming_get(naming, reg, ids[i], &named, err);
        if (code == 0) say_named(json, ids[i], &named);
    }
    json_put_array_end(json);
    json_member_int(json, "total", (int64_t)count);
    json_put_object_end(json);
    naming_free(naming);
    return code;
}

/* The records as they were when the run was made. */
static int records(struct request *request, struct err *err)
{
    static const char *const names[LIST_COUNT] = {"counted", "missing", "undetermined"};
    struct progress_book *book = call_app(request)->book;
    struct run_table *table;
    int code = path_run(request, &table, err);
    if (code != 0) return code;
    const struct run_scored *scored = find_scored(table, request_param(request, "scored"));
    int indicator = find_indicator(table, scored, request_param(request, "criterion"),
                                   request_query(request, "indicator"));
    enum progress_list which = LIST_COUNTED;
    for (int i = 0; i < LIST_COUNT; i++)
        if (text_is(request_query(request, "list"), names[i])) which = (enum progress_list)i;
    int64_t *ids = NULL;
    size_t count = 0;
    if (scored == NULL || indicator < 0 || !view_opens(call_pack(request), call_scope(request), scored) ||
        book->indicators[indicator].lists[which] == NULL)
        code = err_set(err, ERR_NOT_FOUND, "这一项没有可以打开的记录", "There are no records to open here");
    else
        code = progress_list_check(book, call_scope(request), indicator, which, err);
    if (code == 0)
        code = frozen_list(call_database(request), call_scope(request), &table->run, scored, indicator, which,
                           &ids, &count, err);
    if (code == 0) code = say_records(request, indicator, ids, count, err);
    free(ids);
    run_table_free(table);
    return code;
}

static const struct shape_field record_query[] = {
    {.name = "list", .kind = SHAPE_WORD, .words = "counted|missing|undetermined"},
    {.name = "indicator", .kind = SHAPE_TEXT, .note = "of a point that comes from several: which of them"},
    {.name = NULL}};

static const struct route routes[] = {
    {.method = "GET",
     .path = "/assessments",
     .who = "dashboard",
     .name = "listAssessments",
     .zh = "考核方案和历次考核",
     .en = "Schemes of assessment and their runs",
     .out = &assessment_schemes_shape,
     .handler = list},
    {.method = "POST",
     .path = "/assessments/{scheme}/adopt",
     .who = "assess",
     .name = "adoptAssessment",
     .zh = "采用一年的考核方案",
     .en = "Adopt a scheme for a year",
     .in = &assessment_year_shape,
     .out = &assessment_scheme_shape,
     .handler = adopt},
    {.method = "POST",
     .path = "/assessments/{scheme}/try",
     .who = "assess",
     .name = "tryAssessment",
     .zh = "采用前试算分值",
     .en = "Try other points before a scheme is adopted",
     .in = &assessment_try_shape,
     .out = &assessment_tried_shape,
     .handler = try_points},
    {.method = "POST",
     .path = "/assessments/{scheme}/runs",
     .who = "assess",
     .name = "makeAssessment",
     .zh = "考核一次",
     .en = "Make a run",
     .in = &assessment_make_shape,
     .out = &assessment_table_shape,
     .success = 201,
     .handler = make},
    {.method = "GET",
     .path = "/assessments/runs/{id:int}",
     .who = "dashboard",
     .name = "getAssessment",
     .zh = "一次考核的全部得分",
     .en = "All points of a run",
     .out = &assessment_table_shape,
     .handler = get},
    {.method = "GET",
     .path = "/assessments/runs/{id:int}/scores/{scored}/{criterion}/records",
     .who = "dashboard",
     .name = "listAssessmentRecords",
     .zh = "一项得分所依据的记录（考核时的状况）",
     .en = "The records that a point rests on, as they were",
     .query = record_query,
     .out = &assessment_records_shape,
     .handler = records},
    {.method = "POST",
     .path = "/assessments/runs/{id:int}/publish",
     .who = "assess",
     .name = "publishAssessment",
     .zh = "公布",
     .en = "Publish a run",
     .out = &assessment_table_shape,
     .handler = publish},
    {.method = "POST",
     .path = "/assessments/runs/{id:int}/close",
     .who = "assess",
     .name = "closeAssessment",
     .zh = "办结",
     .en = "Close a run",
     .out = &assessment_table_shape,
     .handler = close_run},
    {.method = "POST",
     .path = "/assessments/runs/{id:int}/drop",
     .who = "assess",
     .name = "dropAssessment",
     .zh = "作废",
     .en = "Drop a run",
     .out = &assessment_table_shape,
     .handler = drop},
};

const struct route_list assessment_routes = {routes, sizeof routes / sizeof *routes};
