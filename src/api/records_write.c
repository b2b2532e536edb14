/* Writing the registers: a form's values are read by their fields' types, all its mistakes come back at once,
 * a stale edit with the record as it stands now, and a write with what it did to the family's warnings. */
#include <stdio.h>
#include <string.h>

#include "api/case_call.h"
#include "api/effects.h"
#include "api/form.h"
#include "api/identify.h"
#include "api/records.h"
#include "api/routes.h"
#include "api/say.h"
#include "casework/act.h"
#include "register/write.h"

/* ---- Shapes ---- */

static const struct shape_field create_fields[] = {
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED}, {.name = NULL}};
static const struct shape create_shape = {.name = "RecordCreate", .fields = create_fields};

static const struct shape_field edit_fields[] = {
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape edit_shape = {.name = "RecordEdit", .fields = edit_fields};

static const struct shape_field check_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_NULLABLE, .min = 1, .max = INT64_MAX},
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape check_shape = {.name = "RecordCheck", .fields = check_fields};

static const struct shape_field fault_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "message", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape fault_shape = {.name = "FieldFault", .fields = fault_fields};
static const struct shape_field faults_fields[] = {
    {.name = "faults", .kind = SHAPE_OBJECT, .of = &fault_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape faults_shape = {.name = "FieldFaults", .fields = faults_fields};

static const struct shape_field written_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &record_detail_shape, .flags = SHAPE_REQUIRED},
    {.name = "effects", .kind = SHAPE_OBJECT, .of = &effects_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape written_shape = {.name = "Written", .fields = written_fields};

static const struct shape_field retire_fields[] = {
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 1000},
    {.name = NULL}};
static const struct shape retire_shape = {.name = "Retirement", .fields = retire_fields};

static const struct shape_field retired_out_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &record_detail_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape retired_out_shape = {.name = "RetiredRecord", .fields = retired_out_fields};

/* ---- Create and edit ---- */

/* A conflict is answered with the record as it stands, when it is a newer one than the writer saw. */
static bool is_stale(struct form *form, struct json_writer **json)
{
    struct request *request = form->request;
    struct record record;
    struct err err;
    if (form->change.id == 0 ||
        record_get(call_database(request), call_scope(request), form->change.reg, form->change.id,
                   request->language, request->arena, &record, &err) != 0)
        return false;
    if (record.version == form->change.version && record.retired == 0) return false;
    *json = request_fault_member(request, "current");
    say_record(*json, call_pack(request), form->change.reg, &record, NULL, false);
    return true;
}

/* Why it could not be written: by fields where it can be told by fields. */
static int explain_refusal(struct form *form, int code, struct err *err)
{
    struct json_writer *json;
    struct err unused;
    if (code == ERR_CONFLICT && is_stale(form, &json)) return code;
    if (code != ERR_INPUT && code != ERR_LIMIT && code != ERR_CONFLICT && code != ERR_NOT_FOUND) return code;
    if (form_check(form, &unused) == 0 && form->faults.count > 0) return form_refuse(form, err);
    return code;
}

static int write_form(struct form *form, int64_t *id, struct err *err)
{
    struct request *request = form->request;
    bool of_case = form->change.id != 0 && call_pack(request)->registers[form->change.reg].workflow != NULL;
    struct case_call call;
    int code = of_case ? case_call(request, &call, err) : 0;
    if (code == 0 && form->faults.count > 0) {
        if (of_case)
            code = case_may_edit(call.casework, &call.actor, call.moment, &form->change, form->faulty, err);
        if (code == 0) code = form_check(form, err);
        return code == 0 ? form_refuse(form, err) : code;
    }
    if (of_case) {
        if (code == 0) code = case_edit(call.casework, &call.actor, call.moment, &form->change, err);
    } else
        code = records_write(call_database(request), call_scope(request), TEXT("edit"), &form->change, 1, id,
                             err);
    return code == 0 ? 0 : explain_refusal(form, code, err);
}

/* The id of what it is to hang on, as far as the form says. */
static int64_t above(const struct form *form)
{
    int field = form->meta->parent_field;
    return field >= 0 && form->values[field].known ? form->values[field].integer : 0;
}

static int write_and_answer(struct form *form, struct err *err)
{
    struct request *request = form->request;
    int reg = form->change.reg;
    int64_t id = form->change.id;
    struct effects *effects = NULL;
    if (form->faults.count == 0) effects = effects_before(call_worker(request), reg, id, above(form));
    int code = write_form(form, &id, err);
    if (code != 0) {
        effects_free(effects);
        return code;
    }
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "record");
    code = records_say(request, json, reg, id, NULL, err);
    json_put_key(json, "effects");
    effects_say(effects, json, call_scope(request), id, request->language);
    json_put_object_end(json);
    return code;
}

static int create_record(struct request *request, struct err *err)
{
    struct form form = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = form_hear(request, reg, 0, &form, err);
    if (code == 0) code = write_and_answer(&form, err);
    form_fini(&form);
    return code;
}

static int edit_record(struct request *request, struct err *err)
{
    struct form form = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = form_hear(request, reg, request_param_int(request, "id"), &form, err);
    if (code == 0) code = write_and_answer(&form, err);
    form_fini(&form);
    return code;
}

static int check_record(struct request *request, struct err *err)
{
    struct form form = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = form_hear(request, reg, body_get_int(request->body, "id", 0), &form, err);
    if (code == 0) code = form_check(&form, err);
    struct json_writer *json = code == 0 ? reply_json(request) : NULL;
    if (code == 0) {
        json_put_object(json);
        json_put_key(json, "faults");
        json_put_array(json);
        for (size_t i = 0; i < form.faults.count; i++) {
            const struct fault *fault = &form.faults.items[i];
            json_put_object(json);
            json_member_string(json, "field", fault->field);
            json_member_string(json, "message", request->language[0] == 'e' ? fault->err.en : fault->err.zh);
            json_put_object_end(json);
        }
        json_put_array_end(json);
        json_put_object_end(json);
    }
    form_fini(&form);
    return code;
}

/* ---- Retire and restore ---- */

typedef int retirement(struct database *database, const struct scope *scope, int reg, int64_t id,
                       int64_t version, struct text reason, struct err *err);

static int retire_or_restore(struct request *request, retirement *door, struct err *err)
{
    int reg;
    struct json_writer *json;
    int code = call_register(request, &reg, err);
    if (code != 0) return code;
    struct form form = {.request = request,
                        .change = {.reg = reg,
                                   .id = request_param_int(request, "id"),
                                   .version = body_get_int(request->body, "version", 0)}};
    code = door(call_database(request), call_scope(request), reg, form.change.id, form.change.version,
                body_get_text(request->body, "reason"), err);
    if (code == ERR_INPUT) request_fault_field(request, "reason");
    if (code == ERR_CONFLICT) is_stale(&form, &json);
    if (code != 0) return code;
    json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "record");
    code = records_say(request, json, reg, form.change.id, NULL, err);
    json_put_object_end(json);
    return code;
}

static int retire_record(struct request *request, struct err *err)
{
    return retire_or_restore(request, record_retire, err);
}

static int restore_record(struct request *request, struct err *err)
{
    return retire_or_restore(request, record_restore, err);
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/registers/{register}/records",
     .who = "session",
     .name = "createRecord",
     .zh = "新增一条记录",
     .en = "A new record",
     .in = &create_shape,
     .out = &written_shape,
     .success = 201,
     .handler = create_record},
    {.method = "PATCH",
     .path = "/registers/{register}/records/{id:int}",
     .who = "session",
     .name = "editRecord",
     .zh = "修改一条记录；别人改过则拒绝并给出现状",
     .en = "Changes a record; refused with its present state when somebody else was faster",
     .in = &edit_shape,
     .out = &written_shape,
     .handler = edit_record},
    {.method = "POST",
     .path = "/registers/{register}/records/{id:int}/retire",
     .who = "session",
     .name = "retireRecord",
     .zh = "停用一条记录及其下属记录",
     .en = "Retires a record with what hangs on it",
     .in = &retire_shape,
     .out = &retired_out_shape,
     .handler = retire_record},
    {.method = "POST",
     .path = "/registers/{register}/records/{id:int}/restore",
     .who = "session",
     .name = "restoreRecord",
     .zh = "恢复停用的记录",
     .en = "Brings back a retired record",
     .in = &retire_shape,
     .out = &retired_out_shape,
     .handler = restore_record},
    {.method = "POST",
     .path = "/registers/{register}/check",
     .who = "session",
     .name = "checkRecord",
     .zh = "检查一张表单，什么都不写",
     .en = "Checks a form; nothing is written",
     .in = &check_shape,
     .out = &faults_shape,
     .handler = check_record},
};

const struct route_list record_write_routes = {routes, sizeof routes / sizeof *routes};
