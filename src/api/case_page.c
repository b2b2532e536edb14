/* One case on one page: the record, where it stands and until when, what may be done now and what stands in
 * the way, what happened and on which facts, what was proposed beside it. */
#include "api/case_page.h"

#include "api/case_say.h"
#include "api/records.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "register/naming.h"
#include "register/scope_sql.h"

/* ---- Shapes ---- */

static const struct shape_field obstacle_fields[] = {
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "role|person|assigned|field|attachment|clue|wait|guard",
     .flags = SHAPE_REQUIRED},
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "date", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "message", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape obstacle_shape = {.name = "CaseObstacle", .fields = obstacle_fields};

static const struct shape_field action_fields[] = {
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "listed", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "files_since",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "wanted files with `since: state` serve when added after this entry; 0: all do"},
    {.name = "obstacles", .kind = SHAPE_OBJECT, .of = &obstacle_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape action_shape = {.name = "CaseAction", .fields = action_fields};

static const struct shape_field step_fields[] = {
    {.name = "number", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "opened|moved|answered|escalated|assigned|edited",
     .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "by the machine's clock"},
    {.name = "on",
     .kind = SHAPE_DATE,
     .flags = SHAPE_REQUIRED,
     .note = "the county's day: another one than `at` has in a demonstration"},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor_name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "as people call them"},
    {.name = "role", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "from", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "to", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "refused", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "comment", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "fields", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "names joined by commas"},
    {.name = "to_user", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "entry", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "basis", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "due", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "late", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape step_shape = {.name = "CaseStep", .fields = step_fields};

static const struct shape_field origin_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "workflow",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "it is a case of it"},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape origin_shape = {.name = "CaseProposalOrigin", .fields = origin_fields};

static const struct shape_field proposal_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "state", .kind = SHAPE_WORD, .words = "open|accepted|refused", .flags = SHAPE_REQUIRED},
    {.name = "source", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "origin",
     .kind = SHAPE_OBJECT,
     .of = &origin_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "what it came with, as far as one may see it"},
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "sentence", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "answered_by", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "comment", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape proposal_shape = {.name = "CaseProposal", .fields = proposal_fields};

static const struct shape_field subject_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape subject_shape = {.name = "CasePageSubject", .fields = subject_fields};

static const struct shape_field page_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &record_detail_shape, .flags = SHAPE_REQUIRED},
    {.name = "subject", .kind = SHAPE_OBJECT, .of = &subject_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "case", .kind = SHAPE_OBJECT, .of = &case_stand_shape, .flags = SHAPE_REQUIRED},
    {.name = "actions", .kind = SHAPE_OBJECT, .of = &action_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "steps", .kind = SHAPE_OBJECT, .of = &step_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "proposals", .kind = SHAPE_OBJECT, .of = &proposal_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "may_answer",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "this user answers the proposals that are open"},
    {.name = NULL}};
const struct shape case_page_shape = {.name = "CaseDetail", .fields = page_fields};

/* ---- Whom it is about ---- */

static int say_subject(const struct case_call *call, struct json_writer *json, int reg, int64_t id,
                       struct err *err)
{
    const struct request *request = call->request;
    const struct schema_register *meta = &call->pack->schema.registers[reg];
    struct record record;
    struct named named;
    int above;
    int64_t subject;
    int code = record_get(call_database(request), call_scope(request), reg, id, request->language,
                          request->arena, &record, err);
    json_put_key(json, "subject");
    if (code != 0 || meta->parent < 0 || !record.values[meta->parent_field].known) {
        json_put_null(json);
        return code;
    }
    code = case_subject(call->casework, meta->parent, record.values[meta->parent_field].integer, &above,
                        &subject, err);
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    if (code == 0) code = naming_get(naming, above, subject, &named, err);
    if (code == 0) {
        json_put_object(json);
        json_member_text(json, "register", call->pack->schema.registers[above].label.name);
        json_member_int(json, "id", subject);
        json_member_text(json, "key", named.key);
        json_member_text(json, "name", named.name);
        json_put_object_end(json);
    }
    naming_free(naming);
    return code;
}

/* ---- What may be done ---- */

static const char *obstacle_name(enum case_obstacle_kind kind)
{
    switch (kind) {
    case OBSTACLE_ROLE:
        return "role";
    case OBSTACLE_PERSON:
        return "person";
    case OBSTACLE_ASSIGNED:
        return "assigned";
    case OBSTACLE_FIELD:
        return "field";
    case OBSTACLE_ATTACHMENT:
        return "attachment";
    case OBSTACLE_CLUE:
        return "clue";
    case OBSTACLE_WAIT:
        return "wait";
    case OBSTACLE_GUARD:
        return "guard";
    }
    return "";
}

static void say_obstacle(const struct case_call *call, struct json_writer *json, int reg,
                         const struct case_obstacle *obstacle)
{
    char day[DATE_TEXT];
    bool wait = obstacle->kind == OBSTACLE_WAIT;
    json_put_object(json);
    json_member_string(json, "kind", obstacle_name(obstacle->kind));
    json_put_key(json, "field");
    say_text_or_null(json, obstacle->field < 0
                               ? TEXT("")
                               : call->pack->schema.registers[reg].fields[obstacle->field].label.name);
    json_member_string(json, "date", wait ? date_format(obstacle->date, day) : NULL);
    json_member_text(json, "message", call->request->language[0] == 'e' ? obstacle->en : obstacle->zh);
    json_put_object_end(json);
}

static int say_actions(const struct case_call *call, struct json_writer *json,
                       const struct pack_workflow *workflow, int64_t record, struct err *err)
{
    struct case_action *actions;
    size_t count = 0;
    int code = case_actions(call->casework, &call->actor, call->moment, workflow->reg, record,
                            call->request->arena, &actions, &count, err);
    json_put_key(json, "actions");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) {
        json_put_object(json);
        json_member_text(json, "transition", workflow->transitions[actions[i].transition].label.name);
        json_member_bool(json, "listed", actions[i].listed);
        json_member_int(json, "files_since", actions[i].files_since);
        json_put_key(json, "obstacles");
        json_put_array(json);
        for (size_t k = 0; k < actions[i].obstacle_count; k++)
            say_obstacle(call, json, workflow->reg, &actions[i].obstacles[k]);
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return code;
}

/* ---- What happened ---- */

static const char *step_name(enum case_step_kind kind)
{
    switch (kind) {
    case STEP_OPENED:
        return "opened";
    case STEP_MOVED:
        return "moved";
    case STEP_ANSWERED:
        return "answered";
    case STEP_ESCALATED:
        return "escalated";
    case STEP_ASSIGNED:
        return "assigned";
    case STEP_EDITED:
        return "edited";
    }
    return "";
}

static void say_label_or_null(struct json_writer *json, const char *key, const struct label *label)
{
    json_put_key(json, key);
    if (label == NULL)
        json_put_null(json);
    else
        say_label(json, label);
}

static void say_state(struct json_writer *json, const char *key, const struct pack_workflow *workflow,
                      int state)
{
    json_put_key(json, key);
    say_text_or_null(json, state < 0 ? TEXT("") : workflow->states[state].label.name);
}

static void say_step(const struct case_call *call, struct json_writer *json,
                     const struct pack_workflow *workflow, const struct case_step *step)
{
    const struct pack *pack = call->pack;
    char day[DATE_TEXT];
    json_put_object(json);
    json_member_int(json, "number", step->number);
    json_member_string(json, "kind", step_name(step->kind));
    json_put_key(json, "at");
    say_moment(json, step->at);
    json_member_string(json, "on", date_format(step->on, day));
    json_member_text(json, "actor", step->actor);
    json_member_text(json, "actor_name", step->actor_name.size > 0 ? step->actor_name : step->actor);
    say_label_or_null(json, "role", step->role < 0 ? NULL : &pack->roles[step->role].label);
    say_label_or_null(json, "unit", step->unit < 0 ? NULL : &pack->units[step->unit].label);
    json_put_key(json, "transition");
    say_text_or_null(json,
                     step->transition < 0 ? TEXT("") : workflow->transitions[step->transition].label.name);
    say_state(json, "from", workflow, step->from);
    say_state(json, "to", workflow, step->to);
    json_member_bool(json, "refused", step->refused);
    json_member_text(json, "comment", step->comment);
    json_member_text(json, "fields", step->fields);
    json_put_key(json, "to_user");
    say_text_or_null(json, step->to_user);
    json_member_int(json, "entry", step->entry);
    json_member_int(json, "basis", step->basis);
    case_say_date(json, "due", &step->due);
    json_member_bool(json, "late",
                     step->kind == STEP_MOVED && step->due.known && step->on > step->due.integer);
    json_put_object_end(json);
}

static int say_steps(const struct case_call *call, struct json_writer *json,
                     const struct pack_workflow *workflow, int64_t record, struct err *err)
{
    struct case_step *steps;
    size_t count = 0;
    int code = case_steps(call->casework, &call->actor, workflow->reg, record, 0, call->request->arena,
                          &steps, &count, err);
    json_put_key(json, "steps");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) say_step(call, json, workflow, &steps[i]);
    json_put_array_end(json);
    return code;
}

/* ---- What was proposed beside it ---- */

static const char *answer_name(enum case_proposal_state state)
{
    switch (state) {
    case PROPOSAL_OPEN:
        return "open";
    case PROPOSAL_ACCEPTED:
        return "accepted";
    case PROPOSAL_REFUSED:
        return "refused";
    }
    return "";
}

static int say_origin(const struct case_call *call, struct json_writer *json,
                      const struct case_proposal *proposal, int own, struct naming *naming, struct err *err)
{
    bool has = false;
    struct named named = {0};
    int reg = proposal->origin_reg, code = 0;
    if (reg >= 0)
        code = scope_has(call_database(call->request), call_scope(call->request), reg, proposal->origin,
                         false, &has, err);
    if (code == 0 && has) code = naming_get(naming, reg, proposal->origin, &named, err);
    json_put_key(json, "origin");
    if (code != 0 || !has) {
        json_put_null(json);
        return code;
    }
    const struct pack_workflow *workflow = call->pack->registers[reg].workflow;
    json_put_object(json);
    json_member_text(json, "register", call->pack->schema.registers[reg].label.name);
    json_put_key(json, "workflow");
    /* A record that was put beside a case of its own register is none itself. */
    if (workflow != NULL && !text_equal(proposal->source, call->pack->schema.registers[own].label.name))
        json_put_text(json, workflow->label.name);
    else
        json_put_null(json);
    json_member_int(json, "id", proposal->origin);
    json_member_text(json, "key", named.key);
    json_put_object_end(json);
    return 0;
}

static int say_proposals(const struct case_call *call, struct json_writer *json,
                         const struct pack_workflow *workflow, int64_t record,
                         const struct case_rights *rights, struct err *err)
{
    bool english = call->request->language[0] == 'e';
    struct case_proposal *proposals;
    size_t count = 0;
    bool open = false;
    int code = case_proposals(call->casework, &call->actor, workflow->reg, record, call->request->arena,
                              &proposals, &count, err);
    struct naming *naming =
        naming_new(call_database(call->request), call_scope(call->request), call->request->language);
    json_put_key(json, "proposals");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct case_proposal *proposal = &proposals[i];
        open = open || proposal->state == PROPOSAL_OPEN;
        json_put_object(json);
        json_member_int(json, "id", proposal->id);
        json_member_string(json, "state", answer_name(proposal->state));
        json_member_text(json, "source", proposal->source);
        code = say_origin(call, json, proposal, workflow->reg, naming, err);
        json_put_key(json, "transition");
        say_text_or_null(json, proposal->transition < 0
                                   ? TEXT("")
                                   : workflow->transitions[proposal->transition].label.name);
        json_member_text(json, "sentence", english ? proposal->en : proposal->zh);
        json_put_key(json, "at");
        say_moment(json, proposal->at);
        json_put_key(json, "answered_by");
        say_text_or_null(json, proposal->answered_by);
        json_member_text(json, "comment", proposal->comment);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    naming_free(naming);
    json_member_bool(json, "may_answer", open && rights != NULL && rights->answers);
    return code;
}

/* ---- The page ---- */

int case_page_say(const struct case_call *call, struct json_writer *json, int workflow, int64_t record,
                  struct err *err)
{
    const struct pack_workflow *meta = &call->pack->workflows[workflow];
    const struct case_rights *rights = NULL;
    struct case_view view;
    int code = case_get(call->casework, &call->actor, call->moment, meta->reg, record, call->request->arena,
                        &view, err);
    if (code != 0) return code;
    json_put_object(json);
    json_put_key(json, "record");
    code = records_say(call->request, json, meta->reg, record, &rights, err);
    if (code == 0) code = say_subject(call, json, meta->reg, record, err);
    json_put_key(json, "case");
    json_put_object(json);
    case_say_stand(json, call, &view);
    json_put_object_end(json);
    if (code == 0) code = say_actions(call, json, meta, record, err);
    if (code == 0) code = say_steps(call, json, meta, record, err);
    if (code == 0) code = say_proposals(call, json, meta, record, rights, err);
    json_put_object_end(json);
    return code;
}

static int get_case(struct request *request, struct err *err)
{
    struct case_call call;
    int workflow;
    int code = case_call_workflow(request, &workflow, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code != 0) return code;
    return case_page_say(&call, reply_json(request), workflow, request_param_int(request, "id"), err);
}

/* ---- Who it can be given to ---- */

static const struct shape_field candidate_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "display_name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "role", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "open",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "open cases that they have been given"},
    {.name = NULL}};
static const struct shape candidate_shape = {.name = "CaseCandidate", .fields = candidate_fields};
static const struct shape candidates_shape = {.name = "CaseCandidates", .list_of = &candidate_shape};
static const struct shape_field candidates_query[] = {
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 48}, {.name = NULL}};

static int get_candidates(struct request *request, struct err *err)
{
    struct case_call call;
    int workflow;
    struct case_candidate *candidates;
    size_t count;
    int code = case_call_workflow(request, &workflow, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code != 0) return code;
    const struct pack_workflow *meta = &call.pack->workflows[workflow];
    struct text name = request_query(request, "transition");
    int transition = workflow_transition_find(meta, name);
    if (transition < 0) {
        request_fault_field(request, "transition");
        return err_set(err, ERR_INPUT, "该流程没有这一步：%.*s", "The workflow has no transition %.*s",
                       TEXT_ARGS(name));
    }
    code = case_candidates(call.casework, &call.actor, meta->reg, request_param_int(request, "id"),
                           transition, request->arena, &candidates, &count, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        json_put_object(json);
        json_member_text(json, "name", candidates[i].name);
        json_member_text(json, "display_name", candidates[i].display_name);
        json_put_key(json, "role");
        say_label(json, &call.pack->roles[candidates[i].role].label);
        json_member_int(json, "open", candidates[i].open);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/workflows/{workflow}/cases/{id:int}/candidates",
     .who = "session",
     .name = "getCaseCandidates",
     .zh = "这一步以后可以由谁承办",
     .en = "Who may be given the case with a transition",
     .query = candidates_query,
     .out = &candidates_shape,
     .handler = get_candidates},
    {.method = "GET",
     .path = "/workflows/{workflow}/cases/{id:int}",
     .who = "session",
     .name = "getCase",
     .zh = "一个办件：登记内容、办到哪一步、期限、可做的流转、经过、旁边的建议",
     .en = "One case: the record, where it stands, deadlines, what may be done, what happened, what was "
           "proposed",
     .out = &case_page_shape,
     .handler = get_case},
};

const struct route_list case_page_routes = {routes, sizeof routes / sizeof *routes};
