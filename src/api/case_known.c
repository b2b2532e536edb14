/* What was known when a step of a case was done: the household's figures and warnings by the registers as
 * they stood before it. The record's own values then are in its history. */
#include "api/case_call.h"
#include "api/figures.h"
#include "api/household.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "register/part.h"
#include "register/scope_sql.h"

static const struct shape_field known_fields[] = {
    {.name = "entry",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "of the log, up to which the facts were known"},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "warnings",
     .kind = SHAPE_OBJECT,
     .of = &household_warning_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "definitions",
     .kind = SHAPE_OBJECT,
     .of = &figure_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape known_shape = {.name = "CaseKnown", .fields = known_fields};

static int find_step(const struct case_call *call, int reg, int64_t record, int64_t number,
                     struct case_step *out, struct err *err)
{
    struct case_step *steps;
    size_t count;
    int code =
        case_steps(call->casework, &call->actor, reg, record, 0, call->request->arena, &steps, &count, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++)
        if (steps[i].number == number) {
            *out = steps[i];
            return 0;
        }
    return err_set(err, ERR_NOT_FOUND, "这一件没有第 %lld 步", "The case has no step %lld",
                   (long long)number);
}

static void say_nothing(struct json_writer *json)
{
    static const char *const keys[] = {"warnings", "definitions"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_put_key(json, keys[i]);
        json_put_array(json);
        json_put_array_end(json);
    }
}

/* Only the family is read, whatever has been written since. */
static int say_facts(const struct case_call *call, struct json_writer *json, int reg, int64_t record,
                     const struct case_step *step, struct err *err)
{
    struct request *request = call->request;
    struct frame_part part;
    struct frame *frame;
    int64_t subject;
    bool seen = false;
    int code = case_family(call->casework, &call->actor, reg, record, &part, &subject, err);
    if (code == 0 && subject != 0)
        code = scope_has(call_database(request), call_scope(request), call->pack->subject, subject, false,
                         &seen, err);
    if (code != 0) return code;
    if (!seen) {
        say_nothing(json);
        return 0;
    }
    code =
        rulebook_part(call_app(request)->rulebook, call_database(request), &part, step->basis, &frame, err);
    if (code != 0) return code;
    code = household_say_known(request, json, frame, subject, step->on, err);
    frame_free(frame);
    return code;
}

static int get_known(struct request *request, struct err *err)
{
    struct case_call call;
    struct case_step step = {0};
    int workflow;
    int64_t record = request_param_int(request, "id");
    char day[DATE_TEXT];
    int code = case_call_workflow(request, &workflow, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code != 0) return code;
    int reg = call.pack->workflows[workflow].reg;
    code = find_step(&call, reg, record, request_param_int(request, "number"), &step, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_int(json, "entry", step.basis);
    json_member_string(json, "as_of", date_format(step.on, day));
    code = say_facts(&call, json, reg, record, &step, err);
    json_put_object_end(json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/workflows/{workflow}/cases/{id:int}/steps/{number:int}/known",
     .who = "session",
     .name = "getCaseKnown",
     .zh = "办这一步时户的各项数和预警，按当时的登记簿",
     .en = "The household's figures and warnings when a step was done, by the registers of then",
     .out = &known_shape,
     .handler = get_known},
};

const struct route_list case_known_routes = {routes, sizeof routes / sizeof *routes};
