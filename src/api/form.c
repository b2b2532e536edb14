/* A form as it is sent: each value read by its field's type, every mistake kept for the answer, so that all
 * of them come back at once, beside their fields. */
#include "api/form.h"

#include <stdio.h>
#include <string.h>

#include "api/identify.h"
#include "api/say.h"

void form_fault(struct form *form, struct text field, const struct err *err)
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
        form_fault(form, name, &why);
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
    form_fault(form, name, &why);
    return 0;
}

int form_hear(struct request *request, int reg, int64_t id, struct form *form, struct err *err)
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
int form_check(struct form *form, struct err *err)
{
    struct record_faults found = {0};
    int code =
        record_check(call_database(form->request), call_scope(form->request), &form->change, form->faulty, &found,
                     err);
    for (size_t i = 0; code == 0 && i < found.count; i++)
        if (found.items[i].field < 0 || !form->faulty[found.items[i].field])
            form_fault(form,
                       found.items[i].field < 0 ? TEXT("")
                                                : form->meta->fields[found.items[i].field].label.name,
                       &found.items[i].err);
    record_faults_fini(&found);
    return code;
}

int form_refuse(struct form *form, struct err *err)
{
    *err = form->faults.items[0].err;
    for (size_t i = 0; i < form->faults.count; i++)
        request_fault(form->request, form->faults.items[i].field, &form->faults.items[i].err);
    return err->code = ERR_INPUT;
}

void form_fini(struct form *form)
{
    faults_fini(&form->faults);
}
