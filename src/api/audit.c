/* The audit page: who did what to whom and when, and whether the log is still what was written. What it shows
 * of records is masked as everywhere else. */
#include "access/audit.h"

#include <time.h>

#include "api/audit_words.h"
#include "api/call.h"
#include "api/record_history.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "crypto/chain.h"
#include "server/jobs.h"

enum { PAGE = 50 };

/* ---- Shapes ---- */

static const struct shape_field audit_query_fields[] = {
    {.name = "actor", .kind = SHAPE_TEXT, .max = 100, .note = "a user's name, as the log has it"},
    {.name = "action", .kind = SHAPE_TEXT, .max = 100},
    {.name = "register", .kind = SHAPE_TEXT, .max = 100, .note = "together with record"},
    {.name = "record", .kind = SHAPE_INT, .min = 1, .max = INT64_MAX},
    {.name = "from", .kind = SHAPE_DATE, .note = "in the server's time zone"},
    {.name = "to", .kind = SHAPE_DATE, .note = "included"},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = AUDIT_PAGE_MAX},
    {.name = "after", .kind = SHAPE_TEXT, .max = 100},
    {.name = NULL}};

static const struct shape_field change_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "field",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .note = "empty: the record as a whole, as the action says"},
    {.name = "before", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "after", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape change_shape = {.name = "AuditChange", .fields = change_fields};

static const struct shape_field event_fields[] = {
    {.name = "entry", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "0: a login or logout"},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: nobody has the name"},
    {.name = "action", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "detail", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "changes", .kind = SHAPE_OBJECT, .of = &change_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "more",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "it changed more records than are told here"},
    {.name = NULL}};
static const struct shape event_shape = {.name = "AuditEntry", .fields = event_fields};

static const struct shape_field verified_fields[] = {
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "entries", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of the log"},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "head", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "the last entry it came to"},
    {.name = "hash", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "of that entry, to be noted down"},
    {.name = "faults", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "0: nothing was altered"},
    {.name = "unproved",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "assessments of which the log has no digest: an older version made them"},
    {.name = NULL}};
static const struct shape verified_shape = {.name = "Verified", .fields = verified_fields};

static const struct shape_field order_fields[] = {
    {.name = "head",
     .kind = SHAPE_TEXT,
     .max = CHAIN_HEX,
     .note = "a hash noted down before, to which the log must go back"},
    {.name = NULL}};
static const struct shape order_shape = {.name = "VerifyOrder", .fields = order_fields};

static const struct shape_field page_fields[] = {
    {.name = "verified",
     .kind = SHAPE_OBJECT,
     .of = &verified_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the last check of the log and the registers"},
    {.name = "entries", .kind = SHAPE_OBJECT, .of = &event_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape page_shape = {.name = "AuditPage", .fields = page_fields};

/* ---- Changes of records ---- */

struct changed {
    struct text reg;
    int64_t id; /* 0: no record */
    struct named named;
};

static void say_change(struct json_writer *json, const struct changed *changed, struct text field,
                       const struct body *before, const struct body *after)
{
    const struct body *const sides[] = {before, after};
    static const char *const names[] = {"before", "after"};
    json_put_object(json);
    json_put_key(json, "register");
    say_text_or_null(json, changed->reg);
    json_put_key(json, "id");
    if (changed->id != 0)
        json_put_int(json, changed->id);
    else
        json_put_null(json);
    json_member_text(json, "key", changed->named.key);
    json_member_text(json, "name", changed->named.name);
    json_member_text(json, "field", field);
    for (int i = 0; i < 2; i++) {
        struct buffer value = {0};
        json_put_key(json, names[i]);
        if (sides[i] != NULL) body_write(sides[i], &value);
        json_put_raw(json, value.size > 0 ? buffer_get(&value) : TEXT("null"));
        buffer_fini(&value);
    }
    json_put_object_end(json);
}

/* The record's own history has the event; below: the entry behind it. */
static int say_record_changes(struct request *request, struct json_writer *out, const struct changed *changed,
                              int reg, int64_t entry, struct err *err)
{
    struct buffer history = {0};
    struct json_writer json = json_start(&history);
    struct body *list = NULL;
    int64_t next;
    int code = say_history(&json, call_worker(request), call_scope(request), reg, changed->id, entry + 1, 1,
                           request->language, &next, err);
    if (code == 0) code = body_parse(buffer_get(&history), &list, err);
    buffer_fini(&history);
    if (code != 0) return code;
    const struct body *event = body_size(list) > 0 ? body_at(list, 0) : NULL;
    bool this = event != NULL && body_get_int(event, "entry", 0) == entry;
    const struct body *fields = this ? body_get(event, "fields") : NULL;
    size_t count = fields == NULL ? 0 : body_size(fields);
    for (size_t i = 0; i < count; i++) {
        const struct body *field = body_at(fields, i);
        say_change(out, changed, body_get_text(field, "field"), body_get(field, "before"),
                   body_get(field, "after"));
    }
    if (count == 0) say_change(out, changed, TEXT(""), NULL, NULL);
    body_free(list);
    return 0;
}

/* What is not this user's to see is not told. */
static int say_records(struct request *request, struct json_writer *out, const struct audit_event *event,
                       struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    int code = 0;
    for (size_t i = 0; code == 0 && i < event->record_count; i++) {
        int reg = event->records[i].reg;
        struct record record;
        if (!scope_may(call_scope(request), reg, SCOPE_READ)) continue;
        code = record_get(call_database(request), call_scope(request), reg, event->records[i].id,
                          request->language, request->arena, &record, err);
        if (code == ERR_NOT_FOUND) {
            code = 0;
            continue;
        }
        struct changed changed = {schema->registers[reg].label.name, event->records[i].id, record.named};
        if (code == 0) code = say_record_changes(request, out, &changed, reg, event->entry.id, err);
    }
    return code;
}

/* ---- Changes of users ---- */

static bool same(const struct body *a, const struct body *b)
{
    struct buffer one = {0}, other = {0};
    if (a != NULL) body_write(a, &one);
    if (b != NULL) body_write(b, &other);
    bool equal = text_equal(buffer_get(&one), buffer_get(&other));
    buffer_fini(&one);
    buffer_fini(&other);
    return equal;
}

static void say_rights(struct request *request, struct json_writer *out, const struct audit_event *event)
{
    struct body *detail = NULL;
    const struct changed nothing = {0};
    void *cursor = NULL;
    struct text key;
    const struct body *value;
    if (!text_starts(event->entry.action, TEXT("user."))) return;
    if (body_parse(event->entry.detail, &detail, NULL) != 0) return;
    const struct body *before = body_kind(detail) == BODY_OBJECT ? body_get(detail, "before") : NULL,
                      *after = body_kind(detail) == BODY_OBJECT ? body_get(detail, "after") : NULL;
    while (after != NULL && body_next(after, &cursor, &key, &value)) {
        const struct body *old =
            before == NULL ? NULL : body_get(before, arena_copy(request->arena, key.at, key.size));
        if (!same(old, value)) say_change(out, &nothing, key, old, value);
    }
    body_free(detail);
}

/* ---- Handler ---- */

static int say_event(struct request *request, struct json_writer *json, const struct audit_event *event,
                     struct err *err)
{
    json_put_object(json);
    json_member_int(json, "entry", event->entry.id);
    json_member_text(json, "at", event->entry.at);
    json_member_text(json, "actor", event->entry.actor);
    json_member_text(json, "action", event->entry.action);
    json_member_text(json, "detail",
                     audit_words(call_pack(request), &event->entry, request->language, request->arena));
    json_put_key(json, "changes");
    json_put_array(json);
    int code = say_records(request, json, event, err);
    say_rights(request, json, event);
    json_put_array_end(json);
    json_member_bool(json, "more", event->more);
    json_put_object_end(json);
    return code;
}

static int find_record(struct request *request, struct audit_query *query, struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    struct text name = request_query(request, "register");
    query->reg = -1;
    query->record = request_query_int(request, "record", 0);
    if (name.size == 0 && query->record == 0) return 0;
    for (size_t i = 0; i < schema->register_count; i++)
        if (text_equal(schema->registers[i].label.name, name) &&
            scope_may(call_scope(request), (int)i, SCOPE_READ))
            query->reg = (int)i;
    struct record record;
    if (query->reg >= 0 && query->record > 0)
        return record_get(call_database(request), call_scope(request), query->reg, query->record,
                          request->language, request->arena, &record, err);
    request_fault_field(request, query->reg < 0 ? "register" : "record");
    return err_set(err, ERR_INPUT, "登记簿和记录号要一起给出，登记簿须是您能看的",
                   "Give a register that you may read, together with a record's number");
}

/* ---- Checks of the chain ---- */

static int say_verified(struct request *request, struct json_writer *json, struct err *err)
{
    static const char *const numbers[] = {"entries", "records", "head", "faults", "unproved"};
    const struct audit_query query = {.action = TEXT("verify"), .reg = -1, .limit = 1};
    struct audit_page page;
    struct body *detail = NULL;
    json_put_key(json, "verified");
    int code = audit_list(call_worker(request)->access, &query, request->arena, &page, err);
    if (code == 0 && page.count > 0) code = body_parse(page.events[0].entry.detail, &detail, err);
    if (detail == NULL) {
        json_put_null(json);
        return code;
    }
    json_put_object(json);
    json_member_text(json, "at", page.events[0].entry.at);
    json_member_text(json, "actor", page.events[0].entry.actor);
    json_member_text(json, "hash", body_get_text(detail, "hash"));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_member_int(json, numbers[i], body_get_int(detail, numbers[i], 0));
    }
    json_put_object_end(json);
    body_free(detail);
    return 0;
}

static int order_verify(struct request *request, struct err *err)
{
    struct buffer parameters = {0};
    struct json_writer json = json_start(&parameters);
    json_put_object(&json);
    json_member_string(&json, "language", request->language);
    json_member_text(&json, "head", body_get_text(request->body, "head"));
    json_put_object_end(&json);
    int code = jobs_reply(request, "verify", buffer_get(&parameters), err);
    buffer_fini(&parameters);
    return code;
}

/* A day of the server's clock as the log's moments. */
static struct text moment_of(struct request *request, const char *name, const char *clock)
{
    struct text day = request_query(request, name);
    struct tm local = {.tm_isdst = -1};
    char text[DATE_MOMENT_TEXT];
    if (day.size == 0) return day;
    strptime(arena_printf(request->arena, "%.*s %s", TEXT_ARGS(day), clock), "%Y-%m-%d %H:%M:%S", &local);
    return text_of(arena_string(request->arena, date_moment(mktime(&local), text)));
}

static int list(struct request *request, struct err *err)
{
    struct audit_query query = {.actor = request_query(request, "actor"),
                                .action = request_query(request, "action"),
                                .from = moment_of(request, "from", "00:00:00"),
                                .to = moment_of(request, "to", "23:59:59"),
                                .limit = (size_t)request_query_int(request, "limit", PAGE),
                                .after = request_query(request, "after")};
    struct audit_page page;
    int code = find_record(request, &query, err);
    if (code != 0) return code;
    code = audit_list(call_worker(request)->access, &query, request->arena, &page, err);
    if (code == ERR_INPUT) request_fault_field(request, "after");
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    code = say_verified(request, json, err);
    json_put_key(json, "entries");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = say_event(request, json, &page.events[i], err);
    json_put_array_end(json);
    json_put_key(json, "next");
    say_text_or_null(json, page.next);
    json_put_object_end(json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/audit",
     .who = "audit",
     .name = "listAudit",
     .zh = "谁在何时做了什么，最新的在前",
     .en = "Who did what and when, newest first",
     .query = audit_query_fields,
     .out = &page_shape,
     .handler = list},
    {.method = "POST",
     .path = "/audit/verify",
     .who = "audit",
     .name = "verify",
     .zh = "核对日志的校验链和登记簿：有没有损坏，有没有被人改过",
     .en = "Check the log's chain and the registers: is anything damaged or altered",
     .in = &order_shape,
     .out = &jobs_shape,
     .success = 202,
     .handler = order_verify},
};

const struct route_list audit_routes = {routes, sizeof routes / sizeof *routes};
