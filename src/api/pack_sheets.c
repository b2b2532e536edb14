/* The pages of a plan and of a notice are drawn from these; only registers that the user may read are named.
 */
#include "api/pack_sheets.h"

#include <stdio.h>

#include "api/say.h"
#include "base/date.h"
#include "pack/workflow.h"

static const struct shape_field hanging_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "planned",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the date until which"},
    {.name = "done",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the date on which"},
    {.name = NULL}};
static const struct shape hanging_shape = {.name = "PlanPart", .fields = hanging_fields};

static const struct shape_field plan_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "signed", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "targets",
     .kind = SHAPE_MAP,
     .flags = SHAPE_REQUIRED,
     .note = "a field for each kind of income that has a target"},
    {.name = "measures",
     .kind = SHAPE_OBJECT,
     .of = &hanging_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "visits", .kind = SHAPE_OBJECT, .of = &hanging_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
const struct shape subject_plan_shape = {.name = "SubjectPlan", .fields = plan_fields};

static const struct shape_field notice_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "text",
     .kind = SHAPE_OBJECT,
     .of = &label_shape,
     .flags = SHAPE_REQUIRED,
     .note = "{from} and {to} in it stand for the dates"},
    {.name = "from", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "to", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "least",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "days that it hangs at least, the first and the last counted"},
    {.name = "states",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "of the cases that may hang there; none: all"},
    {.name = "fields", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape notice_shape = {.name = "Notice", .fields = notice_fields};

/* A field's name, or null for -1. */
static const struct shape_field disputes_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "indicator", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "a field's name, as below"},
    {.name = "month", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "division", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "claim", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape disputes_shape = {.name = "PackDisputes", .fields = disputes_fields};

static void put_field(struct json_writer *json, const struct schema *schema, const char *key, int reg,
                      int field)
{
    json_put_key(json, key);
    say_text_or_null(json, field < 0 ? TEXT("") : schema->registers[reg].fields[field].label.name);
}

static void say_part(struct json_writer *json, const struct schema *schema, const struct scope *scope,
                     const char *key, int reg, int planned, int done)
{
    json_put_key(json, key);
    if (reg < 0 || !scope_may(scope, reg, SCOPE_READ)) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "register", schema->registers[reg].label.name);
    put_field(json, schema, "planned", reg, planned);
    put_field(json, schema, "done", reg, done);
    json_put_object_end(json);
}

static void say_targets(struct json_writer *json, const struct pack *pack)
{
    const struct schema *schema = &pack->schema;
    const struct pack_subject_plan *plan = &pack->subject_plan;
    json_put_key(json, "targets");
    json_put_object(json);
    if (plan->targets != NULL) {
        int ledger = pack->page.ledger;
        int dictionary = schema->registers[ledger].fields[pack->page.ledger_kind].type.dictionary;
        const struct schema_dictionary *codes = &schema->dictionaries[dictionary];
        for (size_t i = 0; i < codes->code_count; i++) {
            char name[64];
            if (plan->targets[i] < 0) continue;
            snprintf(name, sizeof name, "%.*s", TEXT_ARGS(codes->codes[i].label.name));
            put_field(json, schema, name, plan->reg, plan->targets[i]);
        }
    }
    json_put_object_end(json);
}

static void say_subject_plan(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    const struct schema *schema = &pack->schema;
    const struct pack_subject_plan *plan = &pack->subject_plan;
    json_put_key(json, "subject_plan");
    if (plan->reg < 0 || !scope_may(scope, plan->reg, SCOPE_READ)) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "register", schema->registers[plan->reg].label.name);
    put_field(json, schema, "year", plan->reg, plan->year);
    put_field(json, schema, "signed", plan->reg, plan->signed_on);
    say_targets(json, pack);
    say_part(json, schema, scope, "measures", plan->measures, plan->measure_due, plan->measure_done);
    say_part(json, schema, scope, "visits", plan->visits, plan->visit_planned, plan->visit_made);
    json_put_object_end(json);
}

static void say_notice(struct json_writer *json, const struct pack *pack, const struct pack_notice *notice)
{
    const struct schema *schema = &pack->schema;
    json_put_object(json);
    json_member_text(json, "register", schema->registers[notice->reg].label.name);
    json_put_key(json, "title");
    say_two(json, notice->title_zh, notice->title_en);
    json_put_key(json, "text");
    say_two(json, notice->text_zh, notice->text_en);
    put_field(json, schema, "from", notice->reg, notice->from);
    put_field(json, schema, "to", notice->reg, notice->to);
    json_put_key(json, "least");
    struct value least = notice->least < 0
                             ? (struct value){0}
                             : schema_parameter_at(&schema->parameters[notice->least], date_today());
    if (least.known)
        json_put_int(json, least.integer);
    else
        json_put_null(json);
    json_put_key(json, "states");
    json_put_array(json);
    for (size_t i = 0; i < notice->state_count; i++)
        json_put_text(json, pack->registers[notice->reg].workflow->states[notice->states[i]].label.name);
    json_put_array_end(json);
    json_put_key(json, "fields");
    json_put_array(json);
    for (size_t i = 0; i < notice->field_count; i++)
        json_put_text(json, schema->registers[notice->reg].fields[notice->fields[i]].label.name);
    json_put_array_end(json);
    json_put_object_end(json);
}

/* Where computed figures are disputed: the register and its fields, for lists. */
static void say_disputes(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    const struct schema *schema = &pack->schema;
    const struct pack_dispute *dispute = &pack->progress.dispute;
    json_put_key(json, "disputes");
    if (dispute->reg < 0 || !scope_may(scope, dispute->reg, SCOPE_READ)) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "register", schema->registers[dispute->reg].label.name);
    json_member_text(json, "workflow", pack->registers[dispute->reg].workflow->label.name);
    put_field(json, schema, "indicator", dispute->reg, dispute->indicator);
    put_field(json, schema, "month", dispute->reg, dispute->month);
    put_field(json, schema, "division", dispute->reg, dispute->division);
    put_field(json, schema, "unit", dispute->reg, dispute->unit);
    put_field(json, schema, "claim", dispute->reg, dispute->claim);
    json_put_object_end(json);
}

void say_sheets(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    say_subject_plan(json, pack, scope);
    say_disputes(json, pack, scope);
    json_put_key(json, "notices");
    json_put_array(json);
    for (size_t i = 0; i < pack->notice_count; i++)
        if (scope_may(scope, pack->notices[i].reg, SCOPE_READ)) say_notice(json, pack, &pack->notices[i]);
    json_put_array_end(json);
}
