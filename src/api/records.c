/* Reading the registers: lists, single records, their history, what may be chosen for a reference, one value
 * in the clear. */
#include "api/records.h"

#include <stdio.h>

#include "api/case_call.h"
#include "api/filter.h"
#include "api/memo.h"
#include "api/record_history.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "register/case_record.h"

enum { HISTORY_LIMIT = 50, OPTIONS_LIMIT = 20 };

/* ---- Shapes ---- */

static const struct shape_field detail_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_OBJECT, .of = &place_shape, .flags = SHAPE_REQUIRED},
    {.name = "rights", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "writable",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE | SHAPE_LIST,
     .note = "of a case: the fields that this user may write where it stands; null: it is no case"},
    {.name = "why",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "nothing of a case may be written"},
    {.name = "retired", .kind = SHAPE_OBJECT, .of = &retired_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
const struct shape record_detail_shape = {.name = "RecordDetail", .fields = detail_fields};

static const struct shape_field page_fields[] = {
    {.name = "records", .kind = SHAPE_OBJECT, .of = &record_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "total", .kind = SHAPE_INT, .note = "with count=1"},
    {.name = NULL}};
static const struct shape page_shape = {.name = "RecordPage", .fields = page_fields};

static const struct shape_field history_fields[] = {
    {.name = "entries",
     .kind = SHAPE_OBJECT,
     .of = &history_entry_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape history_shape = {.name = "HistoryPage", .fields = history_fields};

static const struct shape_field unmask_in_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 64}, {.name = NULL}};
static const struct shape unmask_in_shape = {.name = "Unmask", .fields = unmask_in_fields};
static const struct shape_field unmask_out_fields[] = {
    {.name = "value", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE}, {.name = NULL}};
static const struct shape unmask_out_shape = {.name = "Unmasked", .fields = unmask_out_fields};

static const struct shape options_shape = {.name = "Options", .list_of = &named_shape};

static const struct shape_field history_query[] = {
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = 200},
    {.name = "after", .kind = SHAPE_TEXT, .min = 1, .max = 19, .note = "the cursor of the page before"},
    {.name = NULL}};

static const struct shape_field options_query[] = {{.name = "q", .kind = SHAPE_TEXT, .max = QUERY_TEXT_MAX},
                                                   {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = 100},
                                                   {.name = NULL}};

/* ---- One record ---- */

/* Of a case its workflow says more: nobody puts it away, and it is written by whose turn it is. What belongs
 * to a case that is closed stays as it is. */
static void say_rights(struct json_writer *json, const struct scope *scope, int reg, bool retired,
                       bool settled, const struct case_rights *of_case)
{
    static const struct {
        enum scope_action action;
        const char *name;
        bool always; /* also of a retired record */
    } actions[] = {{SCOPE_READ, "read", true},
                   {SCOPE_CREATE, "create", false},
                   {SCOPE_EDIT, "edit", false},
                   {SCOPE_RETIRE, "retire", false},
                   {SCOPE_EXPORT, "export", false}};
    json_put_array(json);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if ((!retired || actions[i].always) && scope_may(scope, reg, actions[i].action) &&
            (!settled || (actions[i].action != SCOPE_RETIRE && actions[i].action != SCOPE_EDIT)) &&
            (of_case == NULL ||
             (actions[i].action != SCOPE_RETIRE && (actions[i].action != SCOPE_EDIT || of_case->any))))
            json_put_string(json, actions[i].name);
    if (retired && !settled && scope_may(scope, reg, SCOPE_RETIRE)) json_put_string(json, "restore");
    json_put_array_end(json);
}

/* *rights: NULL where the record is no case. */
static int ask_case(struct request *request, int reg, const struct record *record,
                    const struct case_rights **rights, struct err *err)
{
    const struct pack_register *meta = &call_pack(request)->registers[reg];
    struct case_call call;
    *rights = NULL;
    if (meta->workflow == NULL || record->retired != 0 || !record->values[meta->case_fields.state].known)
        return 0;
    struct case_rights *out = arena_array(request->arena, 1, sizeof *out);
    int code = case_call(request, &call, err);
    if (code == 0)
        code =
            case_rights(call.casework, &call.actor, call.moment, reg, record->id, request->arena, out, err);
    *rights = out;
    return code;
}

static void say_writable(const struct request *request, struct json_writer *json, int reg,
                         const struct case_rights *rights)
{
    const struct schema_register *meta = &call_pack(request)->schema.registers[reg];
    json_put_key(json, "writable");
    if (rights == NULL) {
        json_put_null(json);
    } else {
        json_put_array(json);
        for (size_t i = 0; i < meta->field_count; i++)
            if (rights->fields[i]) json_put_text(json, meta->fields[i].label.name);
        json_put_array_end(json);
    }
    json_put_key(json, "why");
    say_text_or_null(json, rights == NULL ? TEXT("") : request->language[0] == 'e' ? rights->en : rights->zh);
}

int records_say(struct request *request, struct json_writer *json, int reg, int64_t id,
                const struct case_rights **of_case, struct err *err)
{
    struct record record;
    const struct case_rights *rights = NULL;
    bool settled;
    int code = record_get(call_database(request), call_scope(request), reg, id, request->language,
                          request->arena, &record, err);
    if (code == 0) code = ask_case(request, reg, &record, &rights, err);
    if (of_case != NULL) *of_case = rights;
    if (code == 0) code = record_is_settled(call_database(request), reg, id, &settled, err);
    if (code != 0) return code;
    say_record(json, call_pack(request), reg, &record, NULL, true);
    json_put_key(json, "place");
    say_place(json, &record.named);
    json_put_key(json, "rights");
    say_rights(json, call_scope(request), reg, record.retired != 0, settled, rights);
    say_writable(request, json, reg, rights);
    json_put_key(json, "retired");
    code = say_retired(json, call_database(request), record.retired, err);
    json_put_object_end(json);
    return code;
}

static int get_record(struct request *request, struct err *err)
{
    int reg;
    int code = call_register(request, &reg, err);
    if (code != 0) return code;
    return records_say(request, reply_json(request), reg, request_param_int(request, "id"), NULL, err);
}

/* ---- Lists ---- */

static int read_filter(struct request *request, int reg, struct filter *filter, struct err *err)
{
    size_t cursor = 0, count = 0, capacity = 0;
    struct filter_item *items = NULL;
    const char *name;
    struct text value;
    while (request_query_next(request, &cursor, &name, &value)) {
        items = arena_grow(request->arena, items, &capacity, count + 1, sizeof *items);
        items[count++] = (struct filter_item){name, value};
    }
    int code = filter_read(call_worker(request), call_scope(request), reg, items, count, request->arena,
                           filter, err);
    if (code != 0 && filter->fault[0] != '\0') request_fault_field(request, filter->fault);
    return code;
}

/* Whoever pages on asks for the same count again. */
static int write_total(struct request *request, void *filter, struct buffer *out, struct err *err)
{
    int64_t total = 0;
    int code = filter_count(call_worker(request), call_scope(request), filter, request->arena, &total, err);
    struct json_writer json = json_start(out);
    if (code == 0) json_put_int(&json, total);
    return code;
}

static int count_records(struct request *request, struct filter *filter, struct buffer *total,
                         struct err *err)
{
    char day[DATE_TEXT]; /* of a formula that does not say its own */
    return memo_get(request,
                    text_of(arena_printf(request->arena, "total %s", date_format(date_today(), day))),
                    write_total, filter, total, err);
}

/* total: JSON, or empty. */
static void say_page(struct request *request, int reg, const struct filter *filter,
                     const struct query_page *page, struct text total)
{
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "records");
    json_put_array(json);
    for (size_t i = 0; i < page->count; i++)
        say_record(json, call_pack(request), reg, &page->records[i], filter->query.fields, false);
    json_put_array_end(json);
    json_put_key(json, "next");
    say_text_or_null(json, page->next);
    if (total.size > 0) {
        json_member_raw(json, "total", total);
    }
    json_put_object_end(json);
}

static int list_records(struct request *request, struct err *err)
{
    int reg;
    struct filter filter;
    struct query_page page = {0};
    struct buffer total = {0};
    int code = call_register(request, &reg, err);
    if (code == 0) code = read_filter(request, reg, &filter, err);
    if (code != 0) return code;
    filter.query.language = request->language;
    code = filter_list(call_worker(request), call_scope(request), &filter, request->arena, &page, err);
    if (code == 0 && request_query_bool(request, "count"))
        code = count_records(request, &filter, &total, err);
    if (code == 0) say_page(request, reg, &filter, &page, buffer_get(&total));
    buffer_fini(&total);
    query_page_fini(&page);
    return code;
}

static int list_options(struct request *request, struct err *err)
{
    int reg;
    struct record_option *options;
    size_t count, limit = (size_t)request_query_int(request, "limit", OPTIONS_LIMIT);
    int code = call_register(request, &reg, err);
    if (code == 0)
        code = record_options(call_database(request), call_scope(request), reg, request_query(request, "q"),
                              limit, request->arena, &options, &count, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_named(json, options[i].id, &options[i].named);
    json_put_array_end(json);
    return 0;
}

/* ---- History and plain sight ---- */

static int get_history(struct request *request, struct err *err)
{
    int reg;
    int64_t id = request_param_int(request, "id"), below = 0, next = 0;
    struct text after = request_query(request, "after");
    struct record record;
    if (after.size > 0 && (!shape_read_int(after, &below) || below < 1)) {
        request_fault_field(request, "after");
        return err_set(err, ERR_INPUT, "翻页的位置不对，请从第一页重新开始",
                       "This is no cursor of this list; start from its first page");
    }
    int code = call_register(request, &reg, err);
    if (code == 0)
        code = record_get(call_database(request), call_scope(request), reg, id, request->language,
                          request->arena, &record, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "entries");
    code = say_history(json, call_worker(request), call_scope(request), reg, id, below,
                       (size_t)request_query_int(request, "limit", HISTORY_LIMIT), request->language, &next,
                       err);
    json_put_key(json, "next");
    char cursor[24];
    snprintf(cursor, sizeof cursor, "%lld", (long long)next);
    json_put_string(json, next == 0 ? NULL : cursor);
    json_put_object_end(json);
    return code;
}

static int field_of_body(const struct request *request, int reg, int *field, struct err *err)
{
    struct text name = body_get_text(request->body, "field");
    const struct schema_register *meta = &call_pack(request)->schema.registers[reg];
    for (size_t i = 0; i < meta->field_count; i++) {
        *field = (int)i;
        if (text_equal(meta->fields[i].label.name, name)) return 0;
    }
    return err_set(err, ERR_INPUT, "登记簿 %.*s 没有字段 %.*s", "Register %.*s has no field %.*s",
                   TEXT_ARGS(meta->label.name), TEXT_ARGS(name));
}

static int unmask(struct request *request, struct err *err)
{
    int reg, field = -1;
    struct value value;
    int code = call_register(request, &reg, err);
    if (code != 0) return code;
    code = field_of_body(request, reg, &field, err);
    if (code == 0)
        code = record_unmask(call_database(request), call_scope(request), reg,
                             request_param_int(request, "id"), field, request->arena, &value, err);
    if (code == ERR_INPUT) request_fault_field(request, "field");
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    const struct schema *schema = &call_pack(request)->schema;
    json_put_object(json);
    json_put_key(json, "value");
    say_value(json, schema, schema->registers[reg].fields[field].type, &value);
    json_put_object_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/registers/{register}/records",
     .who = "session",
     .name = "listRecords",
     .zh = "一个登记簿的记录，按条件逐页",
     .en = "Records of a register, filtered, page by page",
     .query = filter_query,
     .out = &page_shape,
     .handler = list_records},
    {.method = "GET",
     .path = "/registers/{register}/records/{id:int}",
     .who = "session",
     .name = "getRecord",
     .zh = "一条记录",
     .en = "One record",
     .out = &record_detail_shape,
     .handler = get_record},
    {.method = "GET",
     .path = "/registers/{register}/records/{id:int}/history",
     .who = "session",
     .name = "getRecordHistory",
     .zh = "一条记录的来历：谁在何时改了什么",
     .en = "What happened to a record: who changed what, and when",
     .query = history_query,
     .out = &history_shape,
     .handler = get_history},
    {.method = "POST",
     .path = "/registers/{register}/records/{id:int}/unmask",
     .who = "session",
     .name = "unmaskValue",
     .zh = "查看一个敏感值的原文，记入日志",
     .en = "One sensitive value in the clear; the sight is logged",
     .in = &unmask_in_shape,
     .out = &unmask_out_shape,
     .body_max = 4096,
     .handler = unmask},
    {.method = "GET",
     .path = "/registers/{register}/options",
     .who = "session",
     .name = "listOptions",
     .zh = "可选的记录，用于填写引用",
     .en = "Records to choose from for a reference",
     .query = options_query,
     .out = &options_shape,
     .handler = list_options},
};

const struct route_list record_routes = {routes, sizeof routes / sizeof *routes};
