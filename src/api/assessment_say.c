/* Shapes of assessments, and their words. */
#include "api/assessment_say.h"

#include "api/call.h"
#include "api/put.h"
#include "api/say.h"
#include "assessment/view.h"
#include "base/date.h"
#include "pack/workflow.h"

/* ---- Shapes ---- */

static const struct shape_field criterion_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "indicator|led|reviewed|deduction",
     .flags = SHAPE_REQUIRED},
    {.name = "points", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "indicator", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "full", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "zero", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "each", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape criterion_shape = {.name = "AssessmentCriterion", .fields = criterion_fields};

static const struct shape_field part_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "share", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "1 is the whole year"},
    {.name = "criteria", .kind = SHAPE_OBJECT, .of = &criterion_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape part_shape = {.name = "AssessmentPart", .fields = part_fields};

static const struct shape_field adoption_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "state",
     .kind = SHAPE_WORD,
     .words = "none|same|other",
     .flags = SHAPE_REQUIRED,
     .note = "other: the pack says something else by now"},
    {.name = NULL}};
static const struct shape adoption_shape = {.name = "AssessmentAdoption", .fields = adoption_fields};

static const struct shape_field run_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "scheme", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "part", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "facts",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "the last entry of the log it knows"},
    {.name = "state", .kind = SHAPE_WORD, .words = "made|published|closed|dropped", .flags = SHAPE_REQUIRED},
    {.name = "published", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "objections_until", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "closed", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape run_shape = {.name = "AssessmentRun", .fields = run_fields};

static const struct shape_field scheme_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "of", .kind = SHAPE_WORD, .words = "townships|villages|units|register", .flags = SHAPE_REQUIRED},
    {.name = "parts", .kind = SHAPE_OBJECT, .of = &part_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "adopted", .kind = SHAPE_OBJECT, .of = &adoption_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "runs", .kind = SHAPE_OBJECT, .of = &run_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "follow_ups",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "workflows of which those on its lists get cases, as far as you may read them"},
    {.name = NULL}};
const struct shape assessment_scheme_shape = {.name = "AssessmentScheme", .fields = scheme_fields};
const struct shape assessment_schemes_shape = {.name = "AssessmentSchemes",
                                               .list_of = &assessment_scheme_shape};

static const struct shape_field led_fields[] = {
    {.name = "indicator", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "target", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "figure",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: not known, and not counted"},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "attained", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .note = "0 to 1"},
    {.name = "points",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "its part of the criterion's points"},
    {.name = NULL}};
static const struct shape led_shape = {.name = "AssessmentLed", .fields = led_fields};

static const struct shape_field score_fields[] = {
    {.name = "criterion", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "figure", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "computed", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "reviewed", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "awarded", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "given", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .note = "null: open"},
    {.name = "review", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .note = "a record"},
    {.name = "objection", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .note = "a record"},
    {.name = "spared",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "it does not apply: its points are shared out over the others"},
    {.name = "led",
     .kind = SHAPE_OBJECT,
     .of = &led_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the indicators that the points come from"},
    {.name = NULL}};
static const struct shape score_shape = {.name = "AssessmentScore", .fields = score_fields};

static const struct shape_field scored_fields[] = {
    {.name = "id", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "place",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the code of the division whose figures they are; null: the county"},
    {.name = "points", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "open", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "rank", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "grade", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "lists", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "vetoes", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "scores",
     .kind = SHAPE_OBJECT,
     .of = &score_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "empty where they are not yours to open"},
    {.name = NULL}};
static const struct shape scored_shape = {.name = "AssessmentScored", .fields = scored_fields};

static const struct shape_field list_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "scored", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST, .note = "who is on it: ids"},
    {.name = "follow_up",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the workflow of which each gets a case"},
    {.name = "register",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of those cases"},
    {.name = NULL}};
const struct shape assessment_list_shape = {.name = "AssessmentList", .fields = list_fields};

static const struct shape_field table_fields[] = {
    {.name = "run", .kind = SHAPE_OBJECT, .of = &run_shape, .flags = SHAPE_REQUIRED},
    {.name = "criteria", .kind = SHAPE_OBJECT, .of = &criterion_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "scored", .kind = SHAPE_OBJECT, .of = &scored_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "undecided", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "objections"},
    {.name = "lists",
     .kind = SHAPE_OBJECT,
     .of = &assessment_list_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "reviews",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the register of reviewers' points, for whoever may read it"},
    {.name = "objections",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the workflow of objections, for whoever may read them"},
    {.name = NULL}};
const struct shape assessment_table_shape = {.name = "AssessmentTable", .fields = table_fields};

static const struct shape_field year_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1900, .max = 2200}, {.name = NULL}};
const struct shape assessment_year_shape = {.name = "AssessmentYear", .fields = year_fields};

static const struct shape_field make_fields[] = {
    {.name = "part", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 48},
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1900, .max = 2200},
    {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = 12},
    {.name = NULL}};
const struct shape assessment_make_shape = {.name = "AssessmentMake", .fields = make_fields};

static const struct shape_field try_point_fields[] = {
    {.name = "criterion", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 48},
    {.name = "points", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 12},
    {.name = NULL}};
static const struct shape try_point_shape = {.name = "AssessmentTryPoints", .fields = try_point_fields};
static const struct shape_field try_fields[] = {
    {.name = "part", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 48},
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1900, .max = 2200},
    {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = 12},
    {.name = "points", .kind = SHAPE_OBJECT, .of = &try_point_shape, .flags = SHAPE_LIST, .max = 64},
    {.name = NULL}};
const struct shape assessment_try_shape = {.name = "AssessmentTry", .fields = try_fields};

static const struct shape_field tried_fields[] = {
    {.name = "id", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "points", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "rank", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "before",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "rank by the scheme's own points"},
    {.name = NULL}};
static const struct shape tried_shape = {.name = "AssessmentTried", .fields = tried_fields};
const struct shape assessment_tried_shape = {.name = "AssessmentTriedList", .list_of = &tried_shape};

static const struct shape_field record_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape assessment_records_shape = {.name = "AssessmentRecords", .fields = record_fields};

/* ---- Words ---- */

static void say_criterion(struct json_writer *json, const struct pack *pack, struct text name, struct text zh,
                          struct text en, enum criterion_kind kind, int64_t points, int indicator,
                          const struct value *full, const struct value *zero, const struct value *each)
{
    json_put_object(json);
    json_member_text(json, "name", name);
    json_put_key(json, "label");
    say_two(json, zh, en);
    json_member_string(json, "kind", criterion_kind_name(kind));
    put_decimal(json, "points", true, points);
    if (indicator >= 0)
        json_member_text(json, "indicator", pack->indicators[indicator].label.name);
    else
        json_member_null(json, "indicator");
    put_decimal(json, "full", full->known, full->integer);
    put_decimal(json, "zero", zero->known, zero->integer);
    put_decimal(json, "each", each->known, each->integer);
    json_put_object_end(json);
}

void assessment_say_part(struct json_writer *json, const struct pack *pack,
                         const struct pack_assessment_part *part)
{
    json_put_object(json);
    json_member_text(json, "name", part->label.name);
    json_put_key(json, "label");
    say_label(json, &part->label);
    put_decimal(json, "share", true, part->share);
    json_put_key(json, "criteria");
    json_put_array(json);
    for (size_t i = 0; i < part->criterion_count; i++) {
        const struct pack_criterion *item = &part->criteria[i];
        bool figure = item->kind == CRITERION_INDICATOR;
        struct value full = {.known = figure, .integer = item->full},
                     zero = {.known = figure, .integer = item->zero},
                     each = {.known = item->kind == CRITERION_DEDUCTION, .integer = item->each};
        say_criterion(json, pack, item->label.name, label_in(&item->label, "zh"),
                      label_in(&item->label, "en"), item->kind, item->points, item->indicator, &full, &zero,
                      &each);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

void assessment_say_run(struct json_writer *json, const struct assessment_run *run)
{
    struct value as_of = {.known = true, .integer = run->as_of};
    json_put_object(json);
    json_member_int(json, "id", run->id);
    json_member_text(json, "scheme", run->scheme_name);
    json_member_text(json, "part", run->part_name);
    json_member_int(json, "year", run->year);
    json_member_int(json, "month", run->month);
    put_date(json, "as_of", &as_of);
    json_member_int(json, "facts", run->facts);
    json_member_string(json, "state", run_state_name(run->state));
    put_date(json, "published", &run->published);
    put_date(json, "objections_until", &run->until);
    put_date(json, "closed", &run->closed);
    json_put_object_end(json);
}

void assessment_put_record(struct json_writer *json, const char *key, int64_t record)
{
    if (record > 0)
        json_member_int(json, key, record);
    else
        json_member_null(json, key);
}

static void say_led(struct json_writer *json, const struct pack *pack, const struct run_led *led)
{
    const struct pack_indicator *indicator = led->indicator < 0 ? NULL : &pack->indicators[led->indicator];
    json_put_object(json);
    json_member_text(json, "indicator", led->name);
    json_put_key(json, "label");
    if (indicator != NULL)
        say_label(json, &indicator->label);
    else
        say_two(json, led->name, led->name);
    json_member_text(json, "unit", indicator != NULL ? indicator->unit : TEXT(""));
    put_decimal(json, "target", true, led->target);
    put_decimal(json, "figure", led->figure.known, led->figure.integer);
    json_member_int(json, "counted", led->counted);
    json_member_int(json, "missing", led->missing);
    json_member_int(json, "undetermined", led->undetermined);
    put_decimal(json, "attained", led->attained.known, led->attained.integer);
    put_decimal(json, "points", led->points.known, led->points.integer);
    json_put_object_end(json);
}

static void say_score(struct json_writer *json, const struct pack *pack, struct text criterion,
                      const struct run_score *score)
{
    json_put_object(json);
    json_member_text(json, "criterion", criterion);
    put_decimal(json, "figure", score->figure.known, score->figure.integer);
    json_member_int(json, "counted", score->counted);
    json_member_int(json, "missing", score->missing);
    json_member_int(json, "undetermined", score->undetermined);
    put_decimal(json, "computed", score->computed.known, score->computed.integer);
    put_decimal(json, "reviewed", score->reviewed.known, score->reviewed.integer);
    put_decimal(json, "awarded", score->awarded.known, score->awarded.integer);
    put_decimal(json, "given", score->given.known, score->given.integer);
    assessment_put_record(json, "review", score->review);
    assessment_put_record(json, "objection", score->objection);
    json_member_bool(json, "spared", score->spared && !score->given.known);
    json_put_key(json, "led");
    json_put_array(json);
    for (size_t i = 0; i < score->led_count; i++) say_led(json, pack, &score->led[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static void say_consequences(struct json_writer *json, const struct pack_scheme *scheme,
                             const struct run_scored *scored)
{
    const struct score_total *total = &scored->total;
    if (total->rank > 0)
        json_member_int(json, "rank", total->rank);
    else
        json_member_null(json, "rank");
    json_put_key(json, "grade");
    if (scheme != NULL && total->rank > 0 && (size_t)total->grade < scheme->grade_count)
        say_label(json, &scheme->grades[total->grade].label);
    else
        json_put_null(json);
    json_put_key(json, "lists");
    json_put_array(json);
    for (size_t i = 0; scheme != NULL && i < scheme->list_count; i++)
        if ((total->lists >> i & 1) != 0) say_label(json, &scheme->lists[i].label);
    json_put_array_end(json);
    json_member_raw(json, "vetoes", scored->vetoes);
}

void assessment_say_lists(struct json_writer *json, const struct pack *pack, const struct pack_scheme *scheme,
                          const struct assessment_listed *listed, size_t count)
{
    json_put_key(json, "lists");
    json_put_array(json);
    for (size_t i = 0; scheme != NULL && i < scheme->list_count; i++) {
        const struct pack_assessment_list *list = &scheme->lists[i];
        const struct pack_workflow *workflow = list->workflow < 0 ? NULL : &pack->workflows[list->workflow];
        json_put_object(json);
        json_member_text(json, "name", list->label.name);
        json_put_key(json, "label");
        say_label(json, &list->label);
        json_put_key(json, "scored");
        json_put_array(json);
        for (size_t k = 0; k < count; k++)
            if ((listed[k].lists >> i & 1) != 0) json_put_text(json, listed[k].id);
        json_put_array_end(json);
        json_put_key(json, "follow_up");
        say_text_or_null(json, workflow == NULL ? TEXT("") : workflow->label.name);
        json_put_key(json, "register");
        say_text_or_null(json,
                         workflow == NULL ? TEXT("") : pack->schema.registers[workflow->reg].label.name);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_run_lists(struct request *request, struct json_writer *json, const struct pack *pack,
                          const struct pack_scheme *scheme, const struct run_table *table)
{
    struct assessment_listed *listed = arena_array(request->arena, table->scored_count + 1, sizeof *listed);
    for (size_t i = 0; i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        listed[i] = (struct assessment_listed){scored->id, scored->total.rank > 0 ? scored->total.lists : 0};
    }
    assessment_say_lists(json, pack, scheme, listed, table->scored_count);
}

/* Where people add to a run, for pages. */
static void say_registers(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    int reviews = pack->assessment->reviews, objections = pack->assessment->objections;
    bool reviewing = reviews >= 0 && scope_may(scope, reviews, SCOPE_READ);
    bool objecting = objections >= 0 && scope_may(scope, objections, SCOPE_READ) &&
                     pack->registers[objections].workflow != NULL;
    json_put_key(json, "reviews");
    say_text_or_null(json, reviewing ? pack->schema.registers[reviews].label.name : TEXT(""));
    json_put_key(json, "objections");
    say_text_or_null(json, objecting ? pack->registers[objections].workflow->label.name : TEXT(""));
}

void assessment_say_table(struct request *request, const struct run_table *table)
{
    const struct pack *pack = call_pack(request);
    const struct pack_scheme *scheme = table->run.scheme < 0 ? NULL : &pack->schemes[table->run.scheme];
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "run");
    assessment_say_run(json, &table->run);
    json_put_key(json, "criteria");
    json_put_array(json);
    for (size_t i = 0; i < table->criterion_count; i++) {
        const struct run_criterion *item = &table->criteria[i];
        say_criterion(json, pack, item->name, item->label_zh, item->label_en, item->kind, item->points,
                      item->indicator, &item->full, &item->zero, &item->each);
    }
    json_put_array_end(json);
    json_put_key(json, "scored");
    json_put_array(json);
    for (size_t i = 0; i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        json_put_object(json);
        json_member_text(json, "id", scored->id);
        json_put_key(json, "label");
        say_two(json, scored->zh, scored->en);
        json_put_key(json, "place");
        say_text_or_null(json, scored->division < 0 ? TEXT("") : pack->divisions[scored->division].code);
        put_decimal(json, "points", true, scored->total.points);
        json_member_int(json, "open", (int64_t)scored->total.open);
        say_consequences(json, scheme, scored);
        json_put_key(json, "scores");
        json_put_array(json);
        for (size_t k = 0; view_opens(pack, call_scope(request), scored) && k < table->criterion_count; k++)
            say_score(json, pack, table->criteria[k].name, &scored->scores[k]);
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_member_int(json, "undecided", (int64_t)table->undecided);
    say_run_lists(request, json, pack, scheme, table);
    say_registers(json, pack, call_scope(request));
    json_put_object_end(json);
}
