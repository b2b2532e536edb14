/* Opening and moving cases. Mistakes in what is given come back beside their fields, all at once; who was too
 * late hears what happened in between, with the case as it stands. */
#include "casework/act.h"

#include "api/case_page.h"
#include "api/case_say.h"
#include "api/effects.h"
#include "api/form.h"
#include "api/routes.h"
#include "api/say.h"
#include "access/users.h"
#include "base/mem.h"
#include "casework/propose.h"

#include <stdlib.h>

enum { BATCH_MAX = 200 };

/* ---- Shapes ---- */

static const struct shape_field open_fields[] = {
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = "comment", .kind = SHAPE_TEXT, .max = 2000},
    {.name = "assignee", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE, .max = 48},
    {.name = NULL}};
static const struct shape open_shape = {.name = "CaseOpening", .fields = open_fields};

static const struct shape_field act_fields[] = {
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 48},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "values", .kind = SHAPE_MAP},
    {.name = "comment", .kind = SHAPE_TEXT, .max = 2000},
    {.name = "assignee",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_NULLABLE,
     .max = 48,
     .note = "the name of the user who is to have it next"},
    {.name = "refuse", .kind = SHAPE_BOOL, .note = "of a countersigning: the answer is no"},
    {.name = NULL}};
static const struct shape act_shape = {.name = "CaseAct", .fields = act_fields};

static const struct shape_field done_fields[] = {
    {.name = "case", .kind = SHAPE_OBJECT, .of = &case_page_shape, .flags = SHAPE_REQUIRED},
    {.name = "opened", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "standing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "not opened, being open already"},
    {.name = "beside",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "one was open already: what was said is now this proposal beside it, and `case` is that one"},
    {.name = "effects", .kind = SHAPE_OBJECT, .of = &effects_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape done_shape = {.name = "CaseDone", .fields = done_fields};

static const struct shape_field item_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = NULL}};
static const struct shape item_shape = {.name = "CaseBatchItem", .fields = item_fields};
static const struct shape_field batch_fields[] = {
    {.name = "transition", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 48},
    {.name = "cases", .kind = SHAPE_OBJECT, .of = &item_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "values", .kind = SHAPE_MAP},
    {.name = "comment", .kind = SHAPE_TEXT, .max = 2000},
    {.name = "assignee", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE, .max = 48},
    {.name = NULL}};
static const struct shape batch_shape = {.name = "CaseBatch", .fields = batch_fields};

static const struct shape_field result_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "done", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "state", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "message", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape result_shape = {.name = "CaseBatchResult", .fields = result_fields};
static const struct shape_field results_fields[] = {
    {.name = "results", .kind = SHAPE_OBJECT, .of = &result_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "done", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape results_shape = {.name = "CaseBatchResults", .fields = results_fields};

static const struct shape_field answer_fields[] = {
    {.name = "accept", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "comment", .kind = SHAPE_TEXT, .max = 2000},
    {.name = NULL}};
static const struct shape answer_shape = {.name = "CaseProposalAnswer", .fields = answer_fields};

/* ---- What is sent ---- */

struct asking {
    struct case_call call;
    int workflow;
    const struct pack_workflow *meta;
    struct form form;
    int64_t assignee;
};

static int read_assignee(struct asking *asking, struct err *err)
{
    struct request *request = asking->call.request;
    struct text name = body_get_text(request->body, "assignee");
    struct user_record user;
    if (name.size == 0) return 0;
    int code = user_find(call_worker(request)->access, name, request->arena, &user, err);
    if (code == ERR_NOT_FOUND) {
        request_fault_field(request, "assignee");
        return err_set(err, ERR_INPUT, "没有用户“%.*s”", "There is no user '%.*s'", TEXT_ARGS(name));
    }
    asking->assignee = user.facts.id;
    return code;
}

static int read_asking(struct request *request, int64_t record, struct asking *asking, struct err *err)
{
    *asking = (struct asking){0};
    int code = case_call_workflow(request, &asking->workflow, err);
    if (code == 0) code = case_call(request, &asking->call, err);
    if (code != 0) return code;
    asking->meta = &asking->call.pack->workflows[asking->workflow];
    code = form_hear(request, asking->meta->reg, record, &asking->form, err);
    return code == 0 ? read_assignee(asking, err) : code;
}

static int read_transition(struct asking *asking, int *transition, struct err *err)
{
    struct request *request = asking->call.request;
    struct text name = body_get_text(request->body, "transition");
    *transition = workflow_transition_find(asking->meta, name);
    if (*transition >= 0) return 0;
    request_fault_field(request, "transition");
    return err_set(err, ERR_INPUT, "该流程没有这一步：%.*s", "The workflow has no transition %.*s",
                   TEXT_ARGS(name));
}

/* ---- Why it could not be done, beside the fields where it can be told by fields ---- */

static void miss_fields(struct asking *asking, const int *fields, size_t count, const struct record *record)
{
    for (size_t i = 0; i < count; i++) {
        int field = fields[i];
        struct err why;
        bool given = asking->form.given[field] || asking->form.faulty[field];
        if (given ? asking->form.values[field].known || asking->form.faulty[field]
                  : record != NULL && (record->values[field].known || record->masked[field].size > 0))
            continue;
        err_set(&why, ERR_INPUT, "这一步要填写“%.*s”", "This step needs “%.*s”",
                TEXT_ARGS(asking->form.meta->fields[field].label.zh.size > 0
                              ? label_in(&asking->form.meta->fields[field].label, "zh")
                              : asking->form.meta->fields[field].label.name));
        form_fault(&asking->form, asking->form.meta->fields[field].label.name, &why);
    }
}

static int refuse(struct asking *asking, const int *fields, size_t count, const struct record *record,
                  int code, struct err *err)
{
    struct err unused;
    if (code != ERR_INPUT && code != ERR_LIMIT && code != ERR_NOT_FOUND) return code;
    if (form_check(&asking->form, &unused) != 0) return code;
    miss_fields(asking, fields, count, record);
    return asking->form.faults.count > 0 ? form_refuse(&asking->form, err) : code;
}

static int answer_case(struct asking *asking, int64_t record, int64_t beside, const struct case_done *done,
                       struct effects *effects, int64_t subject, struct err *err)
{
    struct request *request = asking->call.request;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "case");
    int code = case_page_say(&asking->call, json, asking->workflow, record, err);
    json_member_int(json, "opened", (int64_t)done->opened);
    json_member_int(json, "standing", (int64_t)done->standing);
    json_put_key(json, "beside");
    if (beside != 0)
        json_put_int(json, beside);
    else
        json_put_null(json);
    json_put_key(json, "effects");
    effects_say(effects, json, call_scope(request), subject, request->language);
    json_put_object_end(json);
    return code;
}

/* ---- Opening ---- */

static int open_case(struct request *request, struct err *err)
{
    struct asking asking;
    int64_t record = 0;
    int code = read_asking(request, 0, &asking, err);
    if (code == 0 && asking.form.faults.count > 0) {
        const struct case_opening tried = {
            .workflow = asking.workflow, .given = asking.form.given, .values = asking.form.values};
        code =
            case_may_open(asking.call.casework, &asking.call.actor, &tried, asking.form.faulty, err);
        if (code == 0) code = form_refuse(&asking.form, err);
    }
    if (code == 0) {
        const struct case_opening opening = {.workflow = asking.workflow,
                                             .given = asking.form.given,
                                             .values = asking.form.values,
                                             .comment = body_get_text(request->body, "comment"),
                                             .assignee = asking.assignee};
        struct effects *effects = effects_before(
            call_worker(request), asking.meta->reg, 0,
            asking.form.meta->parent_field < 0 ? 0
                                               : asking.form.values[asking.form.meta->parent_field].integer);
        int64_t beside = 0;
        code = case_open(asking.call.casework, &asking.call.actor, asking.call.moment, &opening, &record,
                         &beside, err);
        if (code == 0)
            code = answer_case(&asking, record, beside, &(struct case_done){0}, effects, record, err);
        else {
            effects_free(effects);
            code = refuse(&asking, asking.meta->require, asking.meta->require_count, NULL, code, err);
        }
    }
    form_fini(&asking.form);
    return code;
}

/* ---- Moving ---- */

/* Who was too late sees the case as it stands. */
static void show_current(struct asking *asking, int64_t record)
{
    struct err unused;
    struct json_writer *json = request_fault_member(asking->call.request, "current");
    if (case_page_say(&asking->call, json, asking->workflow, record, &unused) != 0) json_put_null(json);
}

static int move(struct asking *asking, int64_t id, struct err *err)
{
    struct request *request = asking->call.request;
    struct case_act act = {.reg = asking->meta->reg,
                           .record = id,
                           .version = body_get_int(request->body, "version", 0),
                           .given = asking->form.given,
                           .values = asking->form.values,
                           .comment = body_get_text(request->body, "comment"),
                           .assignee = asking->assignee,
                           .refuse = body_get_bool(request->body, "refuse", false)};
    struct case_done done;
    struct record record;
    int code = read_transition(asking, &act.transition, err);
    if (code == 0)
        code = record_get(call_database(request), call_scope(request), act.reg, id, request->language,
                          request->arena, &record, err);
    if (code != 0) return code;
    if (asking->form.faults.count > 0) {
        code = case_may_do(asking->call.casework, &asking->call.actor, asking->call.moment, &act,
                           asking->form.faulty, err);
        return code == 0 ? form_refuse(&asking->form, err) : code;
    }
    struct effects *effects = effects_before(call_worker(request), act.reg, id, 0);
    code = case_do(asking->call.casework, &asking->call.actor, asking->call.moment, &act, &done, err);
    if (code == 0) return answer_case(asking, id, 0, &done, effects, id, err);
    effects_free(effects);
    if (code == ERR_CONFLICT) {
        show_current(asking, id);
        return code;
    }
    const struct workflow_transition *transition = &asking->meta->transitions[act.transition];
    return refuse(asking, transition->require, transition->require_count, &record, code, err);
}

static int do_transition(struct request *request, struct err *err)
{
    struct asking asking;
    int64_t id = request_param_int(request, "id");
    int code = read_asking(request, id, &asking, err);
    if (code == 0) code = move(&asking, id, err);
    form_fini(&asking.form);
    return code;
}

/* ---- Many at once ---- */

static void say_result(const struct asking *asking, struct json_writer *json, int64_t id,
                       const struct case_result *result)
{
    bool english = asking->call.request->language[0] == 'e';
    json_put_object(json);
    json_member_int(json, "id", id);
    json_member_bool(json, "done", result->code == 0);
    json_put_key(json, "state");
    say_text_or_null(json,
                     result->code == 0 ? asking->meta->states[result->done.state].label.name : TEXT(""));
    json_member_string(json, "message", result->code == 0 ? NULL : english ? result->err.en : result->err.zh);
    json_put_object_end(json);
}

static void say_results(const struct asking *asking, const struct case_act *acts, size_t count,
                        const struct case_result *results)
{
    struct json_writer *json = reply_json(asking->call.request);
    int64_t done = 0;
    json_put_object(json);
    json_put_key(json, "results");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        say_result(asking, json, acts[i].record, &results[i]);
        done += results[i].code == 0;
    }
    json_put_array_end(json);
    json_member_int(json, "done", done);
    json_put_object_end(json);
}

static int do_many(struct asking *asking, struct err *err)
{
    struct request *request = asking->call.request;
    const struct body *cases = body_get(request->body, "cases");
    size_t count = body_size(cases);
    int transition;
    if (count == 0 || count > BATCH_MAX) {
        request_fault_field(request, "cases");
        return err_set(err, ERR_INPUT, "一次办 1 到 %d 件", "Between 1 and %d cases at a time", BATCH_MAX);
    }
    int code = read_transition(asking, &transition, err);
    if (code != 0) return code;
    if (asking->form.faults.count > 0) return form_refuse(&asking->form, err);
    struct case_act *acts = arena_array(request->arena, count, sizeof *acts);
    struct case_result *results = mem_new(count, sizeof *results);
    for (size_t i = 0; i < count; i++)
        acts[i] = (struct case_act){.reg = asking->meta->reg,
                                    .record = body_get_int(body_at(cases, i), "id", 0),
                                    .version = body_get_int(body_at(cases, i), "version", 0),
                                    .transition = transition,
                                    .given = asking->form.given,
                                    .values = asking->form.values,
                                    .comment = body_get_text(request->body, "comment"),
                                    .assignee = asking->assignee};
    code = case_batch(asking->call.casework, &asking->call.actor, asking->call.moment, acts, count, results,
                      err);
    if (code == 0) say_results(asking, acts, count, results);
    free(results);
    return code;
}

static int do_batch(struct request *request, struct err *err)
{
    struct asking asking;
    int code = read_asking(request, 0, &asking, err);
    if (code == 0) code = do_many(&asking, err);
    form_fini(&asking.form);
    return code;
}

/* ---- Proposals ---- */

static int answer_proposal(struct request *request, struct err *err)
{
    struct case_call call;
    int workflow;
    int64_t id = request_param_int(request, "id"), proposal = request_param_int(request, "proposal");
    struct case_proposal *proposals;
    size_t count;
    bool there = false;
    int code = case_call_workflow(request, &workflow, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0)
        code = case_proposals(call.casework, &call.actor, call.pack->workflows[workflow].reg, id,
                              request->arena, &proposals, &count, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) there = there || proposals[i].id == proposal;
    if (!there) return err_set(err, ERR_NOT_FOUND, "没有这条建议", "There is no such proposal");
    code = case_proposal_answer(call.casework, &call.actor, call.moment, proposal,
                                body_get_bool(request->body, "accept", false),
                                body_get_text(request->body, "comment"), err);
    if (code == ERR_INPUT) request_fault_field(request, "comment");
    return code == 0 ? case_page_say(&call, reply_json(request), workflow, id, err) : code;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/workflows/{workflow}/cases",
     .who = "session",
     .name = "openCase",
     .zh = "立一个办件",
     .en = "Opens a case",
     .in = &open_shape,
     .out = &done_shape,
     .success = 201,
     .handler = open_case},
    {.method = "POST",
     .path = "/workflows/{workflow}/cases/{id:int}/transitions",
     .who = "session",
     .name = "moveCase",
     .zh = "办一步；别人先办了则拒绝并给出现状",
     .en = "Does a transition; refused with the case as it stands when somebody else was faster",
     .in = &act_shape,
     .out = &done_shape,
     .handler = do_transition},
    {.method = "POST",
     .path = "/workflows/{workflow}/batch",
     .who = "session",
     .name = "moveCases",
     .zh = "同样的一步办许多件，每件各有结果",
     .en = "The same transition for many cases, each with its own result",
     .in = &batch_shape,
     .out = &results_shape,
     .handler = do_batch},
    {.method = "POST",
     .path = "/workflows/{workflow}/cases/{id:int}/proposals/{proposal:int}",
     .who = "session",
     .name = "answerCaseProposal",
     .zh = "答复系统放在办件旁边的建议",
     .en = "Answers what was proposed beside a case",
     .in = &answer_shape,
     .out = &case_page_shape,
     .handler = answer_proposal},
};

const struct route_list case_act_routes = {routes, sizeof routes / sizeof *routes};
