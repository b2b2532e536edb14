/* Where a case stands is said in the same words in lists, on its page, and after a step. */
#include "api/case_say.h"

#include "api/say.h"
#include "base/date.h"

#define STAND_FIELDS                                                                                         \
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                       \
        {.name = "number", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                     \
        {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                     \
        {.name = "state", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                      \
        {.name = "opened", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                    \
        {.name = "since", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                     \
        {.name = "due", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                       \
        {.name = "closed", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                    \
        {.name = "state_due", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                 \
        {.name = "clock_due", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},                 \
        {.name = "due_lacks",                                                                                \
         .kind = SHAPE_OBJECT,                                                                               \
         .of = &label_shape,                                                                                 \
         .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,                                                           \
         .note = "the date or parameter without which the state's deadline is not known"},                   \
        {.name = "days_left",                                                                                \
         .kind = SHAPE_INT,                                                                                  \
         .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,                                                           \
         .note = "calendar days to the due date, negative when overdue"},                                    \
        {.name = "due_known", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},                                  \
        {.name = "overdue", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},                                    \
        {.name = "level", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                       \
    {                                                                                                        \
        .name = "assignee", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE                     \
    }

static const struct shape_field stand_fields[] = {STAND_FIELDS, {.name = NULL}};
const struct shape case_stand_shape = {.name = "CaseStand", .fields = stand_fields};

static const struct shape_field subject_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape subject_shape = {.name = "CaseSubject", .fields = subject_fields};

static const struct shape_field row_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_OBJECT, .of = &place_shape, .flags = SHAPE_REQUIRED},
    {.name = "subject", .kind = SHAPE_OBJECT, .of = &subject_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    STAND_FIELDS,
    {.name = NULL}};
const struct shape case_row_shape = {.name = "CaseRow", .fields = row_fields};

void case_say_date(struct json_writer *json, const char *key, const struct value *date)
{
    char day[DATE_TEXT];
    json_member_string(json, key, date->known ? date_format((int32_t)date->integer, day) : NULL);
}

static void say_days_left(struct json_writer *json, const struct case_call *call,
                          const struct case_view *view)
{
    json_put_key(json, "days_left");
    if (view->due.known && !view->closed.known)
        json_put_int(json, view->due.integer - call->moment.today);
    else
        json_put_null(json);
}

void case_say_stand(struct json_writer *json, const struct case_call *call, const struct case_view *view)
{
    const struct pack_workflow *workflow = &call->pack->workflows[view->workflow];
    json_member_text(json, "workflow", workflow->label.name);
    json_member_text(json, "number", view->number);
    json_member_int(json, "version", view->version);
    json_member_text(json, "state", workflow->states[view->state].label.name);
    case_say_date(json, "opened", &view->opened);
    case_say_date(json, "since", &view->since);
    case_say_date(json, "due", &view->due);
    case_say_date(json, "closed", &view->closed);
    case_say_date(json, "state_due", &view->state_due);
    case_say_date(json, "clock_due", &view->clock_due);
    json_put_key(json, "due_lacks");
    if (view->due_lacks == NULL)
        json_put_null(json);
    else
        say_label(json, view->due_lacks);
    say_days_left(json, call, view);
    json_member_bool(json, "due_known", view->due_known);
    json_member_bool(json, "overdue", view->overdue);
    json_member_int(json, "level", view->level);
    json_put_key(json, "assignee");
    say_text_or_null(json, view->assignee_name);
}

static void say_subject(struct json_writer *json, const struct case_call *call, const struct case_row *row)
{
    json_put_key(json, "subject");
    if (row->subject_reg < 0) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "register", call->pack->schema.registers[row->subject_reg].label.name);
    json_member_int(json, "id", row->subject_id);
    json_member_text(json, "key", row->subject.key);
    json_member_text(json, "name", row->subject.name);
    json_put_object_end(json);
}

void case_say_row(struct json_writer *json, const struct case_call *call, const struct case_row *row)
{
    json_put_object(json);
    json_member_int(json, "id", row->view.record);
    json_member_text(json, "register", call->pack->schema.registers[row->view.reg].label.name);
    json_member_text(json, "key", row->named.key);
    json_member_text(json, "name", row->named.name);
    json_put_key(json, "place");
    say_place(json, &row->named);
    say_subject(json, call, row);
    case_say_stand(json, call, &row->view);
    json_put_object_end(json);
}
