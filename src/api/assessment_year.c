/* What comes after a run: the year over its parts, follow-ups of its lists, objections while they may be
 * raised. */
#include <stdlib.h>

#include "api/assessment_say.h"
#include "api/case_call.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "assessment/annual.h"
#include "assessment/follow_up.h"
#include "assessment/view.h"
#include "progress/year.h"

/* ---- Shapes ---- */

static const struct shape_field part_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "share", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "1 is the whole year"},
    {.name = "runs", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "closed ones"},
    {.name = NULL}};
static const struct shape part_shape = {.name = "AssessmentYearPart", .fields = part_fields};

static const struct shape_field scored_fields[] = {
    {.name = "id", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "parts",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST | SHAPE_NULLABLE,
     .note = "the average of each part's closed runs; empty: none is closed yet"},
    {.name = "points", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "rank", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "grade", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "lists", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape scored_shape = {.name = "AssessmentYearScored", .fields = scored_fields};

static const struct shape_field year_fields[] = {
    {.name = "scheme", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "parts", .kind = SHAPE_OBJECT, .of = &part_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "scored", .kind = SHAPE_OBJECT, .of = &scored_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "whole", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "every part has a closed run"},
    {.name = "run",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "under which the cases of the lists stand: the first closed one of the last part"},
    {.name = "lists",
     .kind = SHAPE_OBJECT,
     .of = &assessment_list_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "nobody is on them until the year is whole"},
    {.name = NULL}};
static const struct shape year_shape = {.name = "AssessmentYearResult", .fields = year_fields};

static const struct shape_field opened_fields[] = {
    {.name = "opened", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "cases that were not there yet"},
    {.name = NULL}};
static const struct shape opened_shape = {.name = "AssessmentFollowUps", .fields = opened_fields};

static const struct shape_field objection_fields[] = {
    {.name = "scored", .kind = SHAPE_TEXT, .max = 48, .flags = SHAPE_REQUIRED},
    {.name = "criterion", .kind = SHAPE_TEXT, .max = 48, .flags = SHAPE_REQUIRED},
    {.name = "claim", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "what is wrong, on what grounds"},
    {.name = NULL}};
static const struct shape objection_shape = {.name = "AssessmentObjection", .fields = objection_fields};
static const struct shape_field objected_fields[] = {
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape objected_shape = {.name = "AssessmentObjected", .fields = objected_fields};

/* ---- The year ---- */

static void say_part(struct json_writer *json, const struct pack_assessment_part *part,
                     const struct annual_part *annual)
{
    json_put_object(json);
    json_member_text(json, "name", part->label.name);
    json_put_key(json, "label");
    say_label(json, &part->label);
    put_decimal(json, "share", true, annual->share);
    json_member_int(json, "runs", (int64_t)annual->runs);
    json_put_object_end(json);
}

static void say_scored(struct json_writer *json, const struct pack_scheme *scheme,
                       const struct annual_scored *scored)
{
    const struct score_total *total = &scored->total;
    char text[MONEY_TEXT];
    bool ranked = total->open == 0;
    json_put_object(json);
    json_member_text(json, "id", scored->id);
    json_put_key(json, "label");
    say_two(json, scored->zh, scored->en);
    json_put_key(json, "parts");
    json_put_array(json);
    for (size_t i = 0; i < scheme->part_count; i++)
        json_put_string(json, scored->parts[i].known ? decimal_format(scored->parts[i].integer, text) : "");
    json_put_array_end(json);
    put_decimal(json, "points", ranked, total->points);
    assessment_put_record(json, "rank", ranked ? total->rank : 0);
    json_put_key(json, "grade");
    if (ranked && (size_t)total->grade < scheme->grade_count)
        say_label(json, &scheme->grades[total->grade].label);
    else
        json_put_null(json);
    json_put_key(json, "lists");
    json_put_array(json);
    for (size_t i = 0; ranked && i < scheme->list_count; i++)
        if ((total->lists >> i & 1) != 0) say_label(json, &scheme->lists[i].label);
    json_put_array_end(json);
    json_put_object_end(json);
}

static void say_lists(struct request *request, struct json_writer *json, const struct annual *annual)
{
    const struct pack *pack = call_pack(request);
    struct assessment_listed *listed = arena_array(request->arena, annual->scored_count + 1, sizeof *listed);
    for (size_t i = 0; i < annual->scored_count; i++) {
        const struct annual_scored *scored = &annual->scored[i];
        listed[i] = (struct assessment_listed){scored->id, scored->total.open == 0 ? scored->total.lists : 0};
    }
    assessment_say_lists(json, pack, &pack->schemes[annual->scheme], listed, annual->scored_count);
}

static int read_year(struct request *request, struct annual **annual, struct err *err)
{
    struct text name = request_param(request, "scheme");
    int index = pack_scheme_find(call_pack(request), name);
    if (index < 0)
        return err_set(err, ERR_NOT_FOUND, "没有考核方案 %.*s", "There is no scheme %.*s", TEXT_ARGS(name));
    int year = (int)request_param_int(request, "year");
    int code = pack_year_check(call_pack(request), year, err);
    return code == 0 ? annual_read(call_database(request), index, year, YEAR_MONTHS, annual, err) : code;
}

static int get_year(struct request *request, struct err *err)
{
    struct annual *annual;
    int code = read_year(request, &annual, err);
    if (code != 0) return code;
    const struct pack_scheme *scheme = &call_pack(request)->schemes[annual->scheme];
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_text(json, "scheme", scheme->label.name);
    json_member_int(json, "year", annual->year);
    json_put_key(json, "parts");
    json_put_array(json);
    for (size_t i = 0; i < scheme->part_count; i++) say_part(json, &scheme->parts[i], &annual->parts[i]);
    json_put_array_end(json);
    json_put_key(json, "scored");
    json_put_array(json);
    for (size_t i = 0; i < annual->scored_count; i++) say_scored(json, scheme, &annual->scored[i]);
    json_put_array_end(json);
    json_member_bool(json, "whole", annual->whole);
    assessment_put_record(json, "run", annual->run);
    say_lists(request, json, annual);
    json_put_object_end(json);
    annual_free(annual);
    return 0;
}

/* ---- Cases ---- */

static bool assesses(const struct request *request)
{
    return principal_can(call_principal(request), ABILITY_ASSESS);
}

/* The path's run as far as who asks may see it. */
static int path_run(struct request *request, struct run_table **table, struct err *err)
{
    int64_t id = request_param_int(request, "id");
    int code = run_read(call_database(request), id, table, err);
    if (code != 0 || view_may(call_pack(request), call_scope(request), assesses(request), &(*table)->run))
        return code;
    run_table_free(*table);
    return err_set(err, ERR_NOT_FOUND, "没有第 %lld 次考核", "There is no run %lld", (long long)id);
}

static int say_opened(struct request *request, size_t opened)
{
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_int(json, "opened", (int64_t)opened);
    json_put_object_end(json);
    return 0;
}

static int open_follow_ups(struct request *request, struct err *err)
{
    struct case_call call;
    struct run_table *table;
    size_t opened = 0;
    int code = path_run(request, &table, err);
    if (code != 0) return code;
    code = case_call(request, &call, err);
    if (code == 0) code = follow_up_open(call.casework, &call.actor, call.moment, table, &opened, err);
    run_table_free(table);
    return code == 0 ? say_opened(request, opened) : code;
}

static int open_year_follow_ups(struct request *request, struct err *err)
{
    struct case_call call;
    struct annual *annual;
    size_t opened = 0;
    int code = read_year(request, &annual, err);
    if (code != 0) return code;
    code = case_call(request, &call, err);
    if (code == 0) code = follow_up_open_year(call.casework, &call.actor, call.moment, annual, &opened, err);
    annual_free(annual);
    return code == 0 ? say_opened(request, opened) : code;
}

static int open_objection(struct request *request, struct err *err)
{
    struct case_call call;
    struct run_table *table;
    const struct objecting objecting = {body_get_text(request->body, "scored"),
                                        body_get_text(request->body, "criterion"),
                                        body_get_text(request->body, "claim")};
    int64_t record = 0;
    int code = path_run(request, &table, err);
    if (code != 0) return code;
    code = case_call(request, &call, err);
    if (code == 0)
        code = objection_open(call.casework, &call.actor, call.moment, table, &objecting, &record, err);
    run_table_free(table);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_text(json, "workflow",
                     call.pack->registers[call.pack->assessment->objections].workflow->label.name);
    json_member_int(json, "id", record);
    json_put_object_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/assessments/{scheme}/years/{year:int}",
     .who = "dashboard",
     .name = "getAssessmentYear",
     .zh = "全年考核结果：过程与年终各部分合计、名次、等次、名单",
     .en = "What a year came to over its parts: points, ranks, grades, lists",
     .out = &year_shape,
     .handler = get_year},
    {.method = "POST",
     .path = "/assessments/{scheme}/years/{year:int}/follow_ups",
     .who = "assess",
     .name = "followUpAssessmentYear",
     .zh = "对全年结果名单上的单位立后续办件；已有的不重复",
     .en = "Opens the cases of those on the year's lists; those that are there stay",
     .out = &opened_shape,
     .handler = open_year_follow_ups},
    {.method = "POST",
     .path = "/assessments/runs/{id:int}/follow_ups",
     .who = "assess",
     .name = "followUpAssessment",
     .zh = "对名单上的单位立后续办件（约谈）；已有的不重复",
     .en = "Opens the cases of those on the run's lists; those that are there stay",
     .out = &opened_shape,
     .handler = open_follow_ups},
    {.method = "POST",
     .path = "/assessments/runs/{id:int}/objections",
     .who = "dashboard",
     .name = "objectAssessment",
     .zh = "对本单位的一项得分提出异议",
     .en = "Objects to a point of one's own",
     .in = &objection_shape,
     .out = &objected_shape,
     .success = 201,
     .handler = open_objection},
};

const struct route_list assessment_year_routes = {routes, sizeof routes / sizeof *routes};
