/* The workflows of the pack as pages draw and fill them: states, transitions with what each asks, the
 * picture. */
#include "api/case_call.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "casework/graph.h"

/* ---- Shapes ---- */

static const struct shape_field state_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "end",
     .kind = SHAPE_WORD,
     .words = "done|refused|withdrawn",
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "holders", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "clock_stops", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "layer", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape state_shape = {.name = "WorkflowState", .fields = state_fields};

static const struct shape_field attach_fields[] = {
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "least", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "since",
     .kind = SHAPE_WORD,
     .words = "state",
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "added since the case came back into its state"},
    {.name = NULL}};
static const struct shape attach_shape = {.name = "WorkflowAttachment", .fields = attach_fields};

static const struct shape_field transition_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "forward|return|hand_over|countersign|withdraw|reopen|automatic",
     .flags = SHAPE_REQUIRED},
    {.name = "from", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "to", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "roles", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "require", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "optional",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "may be filled with it"},
    {.name = "attach", .kind = SHAPE_OBJECT, .of = &attach_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "comment", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape transition_shape = {.name = "WorkflowTransition", .fields = transition_fields};

static const struct shape_field workflow_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "start", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "may_open", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "one_open",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "one open case at most on a record"},
    {.name = "beside",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "where one is open, a further opening becomes a proposal beside it"},
    {.name = "require", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "offer",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "asked for too when a case is opened; may stay blank"},
    {.name = "layers", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "widest", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "states", .kind = SHAPE_OBJECT, .of = &state_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "transitions",
     .kind = SHAPE_OBJECT,
     .of = &transition_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape workflow_shape = {.name = "Workflow", .fields = workflow_fields};
static const struct shape workflows_shape = {.name = "Workflows", .list_of = &workflow_shape};

/* ---- Answers ---- */

static void say_roles(struct json_writer *json, const struct pack *pack, const char *key, const int *roles,
                      size_t count)
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) json_put_text(json, pack->roles[roles[i]].label.name);
    json_put_array_end(json);
}

static void say_fields(struct json_writer *json, const struct pack *pack, const char *key, int reg,
                       const int *fields, size_t count)
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < count; i++)
        json_put_text(json, pack->schema.registers[reg].fields[fields[i]].label.name);
    json_put_array_end(json);
}

static void say_state(struct json_writer *json, const struct pack *pack, const struct workflow_state *state,
                      const struct graph_node *node)
{
    json_put_object(json);
    json_member_text(json, "name", state->label.name);
    json_put_key(json, "label");
    say_label(json, &state->label);
    json_member_string(json, "end", state->end == END_NOT ? NULL : workflow_end_name(state->end));
    say_roles(json, pack, "holders", state->holders, state->holder_count);
    json_member_bool(json, "clock_stops", state->clock_stops);
    json_member_int(json, "layer", node->layer);
    json_member_int(json, "place", node->place);
    json_put_key(json, "note");
    say_text_or_null(json, state->note);
    json_put_object_end(json);
}

static void say_attachments(struct json_writer *json, const struct pack *pack,
                            const struct workflow_transition *transition)
{
    json_put_key(json, "attach");
    json_put_array(json);
    for (size_t i = 0; i < transition->attachment_count; i++) {
        json_put_object(json);
        json_put_key(json, "kind");
        int kind = transition->attachments[i].kind;
        say_text_or_null(json, kind < 0 ? TEXT("") : pack->attachments[kind].label.name);
        json_member_int(json, "least", workflow_least(pack, &transition->attachments[i], date_today()));
        json_member_string(json, "since", transition->attachments[i].since_state ? "state" : NULL);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_transition(struct json_writer *json, const struct pack *pack,
                           const struct pack_workflow *workflow, const struct workflow_transition *transition)
{
    json_put_object(json);
    json_member_text(json, "name", transition->label.name);
    json_put_key(json, "label");
    say_label(json, &transition->label);
    json_member_string(json, "kind", workflow_kind_name(transition->kind));
    json_put_key(json, "from");
    json_put_array(json);
    for (size_t i = 0; i < transition->from_count; i++)
        json_put_text(json, workflow->states[transition->from[i]].label.name);
    json_put_array_end(json);
    json_put_key(json, "to");
    say_text_or_null(json, transition->to < 0 ? TEXT("") : workflow->states[transition->to].label.name);
    say_roles(json, pack, "roles", transition->roles, transition->role_count);
    say_fields(json, pack, "require", workflow->reg, transition->require, transition->require_count);
    say_fields(json, pack, "optional", workflow->reg, transition->optional, transition->optional_count);
    say_attachments(json, pack, transition);
    json_member_bool(json, "comment", transition->comment);
    json_put_key(json, "note");
    say_text_or_null(json, transition->note);
    json_put_object_end(json);
}

static bool may_open(const struct request *request, const struct pack_workflow *workflow)
{
    return (workflow->openers & OPENER_PERSON) != 0 &&
           scope_may(call_scope(request), workflow->reg, SCOPE_CREATE) &&
           workflow_has_role(workflow->roles, workflow->role_count, call_principal(request)->role);
}

static void say_workflow(struct request *request, struct json_writer *json,
                         const struct pack_workflow *workflow)
{
    const struct pack *pack = call_pack(request);
    struct graph graph;
    graph_of(workflow, request->arena, &graph);
    json_put_object(json);
    json_member_text(json, "name", workflow->label.name);
    json_put_key(json, "label");
    say_label(json, &workflow->label);
    json_member_text(json, "register", pack->schema.registers[workflow->reg].label.name);
    json_put_key(json, "clause");
    say_clauses(json, pack, &workflow->clause);
    json_put_key(json, "note");
    say_text_or_null(json, workflow->note);
    json_member_text(json, "start", workflow->states[workflow->start].label.name);
    json_member_bool(json, "may_open", may_open(request, workflow));
    json_member_bool(json, "one_open", workflow->one_open);
    json_member_bool(json, "beside", workflow->beside >= 0);
    say_fields(json, pack, "require", workflow->reg, workflow->require, workflow->require_count);
    say_fields(json, pack, "offer", workflow->reg, workflow->offer, workflow->offer_count);
    json_member_int(json, "layers", graph.layers);
    json_member_int(json, "widest", graph.widest);
    json_put_key(json, "states");
    json_put_array(json);
    for (size_t i = 0; i < workflow->state_count; i++)
        say_state(json, pack, &workflow->states[i], &graph.nodes[i]);
    json_put_array_end(json);
    json_put_key(json, "transitions");
    json_put_array(json);
    for (size_t i = 0; i < workflow->transition_count; i++)
        say_transition(json, pack, workflow, &workflow->transitions[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static int get_workflows(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_array(json);
    for (size_t i = 0; i < pack->workflow_count; i++)
        if (scope_may(call_scope(request), pack->workflows[i].reg, SCOPE_READ))
            say_workflow(request, json, &pack->workflows[i]);
    json_put_array_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/workflows",
     .who = "session",
     .name = "getWorkflows",
     .zh = "各类办件的流程：状态、流转和流程图的位置",
     .en = "How cases move: states, transitions, and where they stand in the picture",
     .out = &workflows_shape,
     .handler = get_workflows},
};

const struct route_list workflow_routes = {routes, sizeof routes / sizeof *routes};
