/* Writing the registers: a form's values are read by their fields' types, all its mistakes come back at once,
 * a stale edit with the record as it stands now, and a write with what it did to the family's warnings. */
#include <stdio.h>
#include <string.h>

#include "api/effects.h"
#include "api/identify.h"
#include "api/records.h"
#include "api/routes.h"
#include "api/say.h"
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

/* ---- The form ---- */

struct form {
    struct request *request;
    const struct schema_register *meta;
    struct record_change change;
    bool *given;
    struct value *values;
    bool *faulty; /* fields whose value could not even be read */
    struct faults faults;
};

static void add_fault(struct form *form, struct text field, const struct err *err)
{
    char name[FAULT_FIELD_SIZE];
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(field));
    faults_add(&form->faults, name, err);
}

static int field_named(const struct form *form, struct text name)
{
    for (size_t i = 0; i < form->meta->field_count; i++)
        if (text_equal(form->meta->fields[i].label.name, name)) return (int)i;
    return -1;
}

static int hear_field(struct form *form, int field, const struct body *body, struct err *err)
{
    struct type type = form->meta->fields[field].type;
    struct value *value = &form->values[field];
    struct text key;
    int code = hear_value(&call_pack(form->request)->schema, type, body, value, &key, err);
    if (code != 0 || type.kind != TYPE_RECORD || key.size == 0) return code;
    value->known = true;
    return identify_key(call_worker(form->request), call_scope(form->request), type.record, key,
                        &value->integer, err);
}

/* Only what is wrong with the database is an error; what is wrong with the form is among its faults. */
static int hear_member(struct form *form, struct text name, const struct body *body, struct err *err)
{
    int field = field_named(form, name);
    struct err why;
    if (field < 0) {
        err_set(&why, ERR_INPUT, "登记簿 %.*s 没有这个字段", "Register %.*s has no such field",
                TEXT_ARGS(form->meta->label.name));
        add_fault(form, name, &why);
        return 0;
    }
    int code = hear_field(form, field, body, &why);
    if (code == 0) {
        form->given[field] = true;
        return 0;
    }
    if (code != ERR_INPUT && code != ERR_NOT_FOUND && code != ERR_LIMIT) {
        *err = why;
        return code;
    }
    form->values[field] = (struct value){0};
    form->faulty[field] = true;
    add_fault(form, name, &why);
    return 0;
}

static int hear_form(struct request *request, int reg, int64_t id, struct form *form, struct err *err)
{
    const struct schema_register *meta = &call_pack(request)->schema.registers[reg];
    size_t count = meta->field_count;
    const struct body *values = body_get(request->body, "values"), *value;
    void *cursor = NULL;
    struct text name;
    int code = 0;
    *form = (struct form){.request = request,
                          .meta = meta,
                          .given = arena_array(request->arena, count, sizeof *form->given),
                          .values = arena_array(request->arena, count, sizeof *form->values),
                          .faulty = arena_array(request->arena, count, sizeof *form->faulty)};
    memset(form->given, 0, count * sizeof *form->given);
    memset(form->values, 0, count * sizeof *form->values);
    memset(form->faulty, 0, count * sizeof *form->faulty);
    while (code == 0 && body_next(values, &cursor, &name, &value)) code = hear_member(form, name, value, err);
    form->change = (struct record_change){.reg = reg,
                                          .id = id,
                                          .version = body_get_int(request->body, "version", 0),
                                          .given = form->given,
                                          .values = form->values};
    return code;
}

/* Adds what the door finds wrong; a field that could not be read is not blamed twice. */
static int check_form(struct form *form, struct err *err)
{
    struct record_faults found = {0};
    int code =
        record_check(call_database(form->request), call_scope(form->request), &form->change, &found, err);
    for (size_t i = 0; code == 0 && i < found.count; i++)
        if (found.items[i].field < 0 || !form->faulty[found.items[i].field])
            add_fault(form,
                      found.items[i].field < 0 ? TEXT("")
                                               : form->meta->fields[found.items[i].field].label.name,
                      &found.items[i].err);
    record_faults_fini(&found);
    return code;
}

static int refuse_form(struct form *form, struct err *err)
{
    *err = form->faults.items[0].err;
    for (size_t i = 0; i < form->faults.count; i++)
        request_fault(form->request, form->faults.items[i].field, &form->faults.items[i].err);
    return err->code = ERR_INPUT;
}

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
    if (check_form(form, &unused) == 0 && form->faults.count > 0) return refuse_form(form, err);
    return code;
}

static int write_form(struct form *form, int64_t *id, struct err *err)
{
    struct request *request = form->request;
    int code = 0;
    if (form->faults.count > 0) {
        code = check_form(form, err);
        return code == 0 ? refuse_form(form, err) : code;
    }
    code =
        records_write(call_database(request), call_scope(request), TEXT("edit"), &form->change, 1, id, err);
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
    code = records_say(request, json, reg, id, err);
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
    if (code == 0) code = hear_form(request, reg, 0, &form, err);
    if (code == 0) code = write_and_answer(&form, err);
    faults_fini(&form.faults);
    return code;
}

static int edit_record(struct request *request, struct err *err)
{
    struct form form = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = hear_form(request, reg, request_param_int(request, "id"), &form, err);
    if (code == 0) code = write_and_answer(&form, err);
    faults_fini(&form.faults);
    return code;
}

static int check_record(struct request *request, struct err *err)
{
    struct form form = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = hear_form(request, reg, body_get_int(request->body, "id", 0), &form, err);
    if (code == 0) code = check_form(&form, err);
    struct json_writer *json = code == 0 ? reply_json(request) : NULL;
    if (code == 0) {
        json_put_object(json);
        json_put_key(json, "faults");
        json_put_array(json);
        for (size_t i = 0; i < form.faults.count; i++) {
            const struct fault *fault = &form.faults.items[i];
            json_put_object(json);
            json_put_key(json, "field");
            json_put_string(json, fault->field);
            json_put_key(json, "message");
            json_put_string(json, request->language[0] == 'e' ? fault->err.en : fault->err.zh);
            json_put_object_end(json);
        }
        json_put_array_end(json);
        json_put_object_end(json);
    }
    faults_fini(&form.faults);
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
    code = records_say(request, json, reg, form.change.id, err);
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
