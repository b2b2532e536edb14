/* One family on one page: whoever visits it needs all of it at once. Which registers play which part stands
 * in the pack. */
#include "api/household.h"

#include <stdio.h>

#include "api/memo.h"
#include "api/record_history.h"
#include "api/progress.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "monitor/local.h"
#include "register/offspring.h"
#include "register/query.h"

enum { MEMBERS_MAX = 200, CHILDREN_SHOWN = 50, HISTORY_SHOWN = 20 };

static const struct shape_field children_fields[] = {
    {.name = "records", .kind = SHAPE_OBJECT, .of = &record_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape children_shape = {.name = "Children", .fields = children_fields};

static const struct shape_field household_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &record_shape, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_OBJECT, .of = &place_shape, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "members", .kind = SHAPE_OBJECT, .of = &record_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "ledger", .kind = SHAPE_OBJECT, .of = &household_ledger_shape, .flags = SHAPE_REQUIRED},
    {.name = "children", .kind = SHAPE_MAP, .of = &children_shape, .flags = SHAPE_REQUIRED},
    {.name = "warnings",
     .kind = SHAPE_OBJECT,
     .of = &household_warning_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "definitions",
     .kind = SHAPE_OBJECT,
     .of = &household_figure_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "history",
     .kind = SHAPE_OBJECT,
     .of = &history_entry_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape household_shape = {.name = "Household", .fields = household_fields};

static const struct shape_field household_query[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .note = "of warnings and figures; today by default"},
    {.name = NULL}};

/* A family's members, whose own records (jobs) stand on the page too. */
struct family {
    struct request *request;
    struct json_writer *json;
    int64_t id;
    int32_t as_of;
    int64_t members[MEMBERS_MAX];
    size_t member_count;
    bool *holds; /* a register: is anything of the family in it? */
};

static struct query children_query(const struct family *family, int reg, int64_t parent, size_t limit)
{
    struct query query = query_of(reg);
    query.parent = parent;
    query.limit = limit;
    query.language = family->request->language;
    return query;
}

static int say_members(struct family *family, struct err *err)
{
    const struct pack *pack = call_pack(family->request);
    struct query_page page = {0};
    int code = 0;
    json_put_key(family->json, "members");
    json_put_array(family->json);
    if (pack->people >= 0 && scope_may(call_scope(family->request), pack->people, SCOPE_READ)) {
        struct query query = children_query(family, pack->people, family->id, MEMBERS_MAX);
        code = query_list(call_database(family->request), call_scope(family->request), &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++) {
            say_record(family->json, pack, pack->people, &page.records[i], NULL, false);
            family->members[family->member_count++] = page.records[i].id;
        }
    }
    json_put_array_end(family->json);
    query_page_fini(&page);
    return code;
}

/* The newest ones of one parent; *shown and *total go on. */
static int say_some(struct family *family, int reg, int64_t parent, size_t *shown, int64_t *total,
                    struct err *err)
{
    const struct request *request = family->request;
    struct query query = children_query(family, reg, parent, CHILDREN_SHOWN);
    struct query_page page = {0};
    int64_t count;
    query.descending = true;
    int code = query_list(call_database(request), call_scope(request), &query, &page, err);
    count = (int64_t)page.count;
    if (code == 0 && page.next.size > 0)
        code = query_count(call_database(request), call_scope(request), &query, 0, &count, err);
    for (size_t i = 0; code == 0 && i < page.count && *shown < CHILDREN_SHOWN; i++, (*shown)++)
        say_record(family->json, call_pack(request), reg, &page.records[i], NULL, false);
    *total += count;
    query_page_fini(&page);
    return code;
}

static int say_register(struct family *family, int reg, struct err *err)
{
    const struct pack *pack = call_pack(family->request);
    const struct schema_register *meta = &pack->schema.registers[reg];
    struct json_writer *json = family->json;
    size_t shown = 0;
    int64_t total = 0;
    char name[64];
    int code = 0;
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(meta->label.name));
    json_put_key(json, name);
    json_put_object(json);
    json_put_key(json, "records");
    json_put_array(json);
    if (family->holds[reg] && meta->parent == pack->subject)
        code = say_some(family, reg, family->id, &shown, &total, err);
    for (size_t i = 0;
         code == 0 && family->holds[reg] && meta->parent != pack->subject && i < family->member_count; i++)
        code = say_some(family, reg, family->members[i], &shown, &total, err);
    json_put_array_end(json);
    json_member_int(json, "total", total);
    json_put_object_end(json);
    return code;
}

static int say_children(struct family *family, struct err *err)
{
    const struct pack *pack = call_pack(family->request);
    family->holds = arena_array(family->request->arena, pack->schema.register_count, sizeof *family->holds);
    int code =
        record_offspring(call_database(family->request), pack->subject, family->id, family->holds, err);
    json_put_key(family->json, "children");
    json_put_object(family->json);
    for (size_t i = 0; code == 0 && i < pack->schema.register_count; i++) {
        int parent = pack->schema.registers[i].parent;
        if ((int)i == pack->people || parent < 0 || (parent != pack->subject && parent != pack->people))
            continue;
        if (scope_may(call_scope(family->request), (int)i, SCOPE_READ))
            code = say_register(family, (int)i, err);
    }
    json_put_object_end(family->json);
    return code;
}

static int say_family(struct family *family, struct err *err)
{
    struct request *request = family->request;
    struct json_writer *json = family->json;
    int64_t older;
    char day[DATE_TEXT];
    json_member_string(json, "as_of", date_format(family->as_of, day));
    int code = say_members(family, err);
    json_put_key(json, "ledger");
    if (code == 0) code = household_say_ledger(request, json, family->id, err);
    if (code == 0) code = say_children(family, err);
    if (code == 0) code = household_say_rules(request, json, family->id, family->as_of, err);
    if (code != 0) return code;
    json_put_key(json, "history");
    return say_history(json, call_worker(request), call_scope(request), call_pack(request)->subject,
                       family->id, 0, HISTORY_SHOWN, request->language, &older, err);
}

static int write_household(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct json_writer own = json_start(out), *json = &own;
    struct family family = {.request = request,
                            .json = json,
                            .id = request_param_int(request, "id"),
                            .as_of = *(const int32_t *)context};
    struct record record;
    int code = record_get(call_database(request), call_scope(request), pack->subject, family.id,
                          request->language, request->arena, &record, err);
    if (code != 0) return code;
    json_put_object(json);
    json_put_key(json, "record");
    say_record(json, pack, pack->subject, &record, NULL, false);
    json_put_key(json, "place");
    say_place(json, &record.named);
    code = say_family(&family, err);
    json_put_object_end(json);
    return code;
}

/* Who goes through a village's families comes back to the same ones; nobody has to wait for the rules twice.
 */
static int get_household(struct request *request, struct err *err)
{
    char day[DATE_TEXT];
    int32_t as_of;
    int code = progress_as_of(request, &as_of, err);
    if (code != 0) return code;
    return memo_reply(request, text_of(date_format(as_of, day)), write_household, &as_of, err);
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/households/{id:int}",
     .who = "session",
     .name = "getHousehold",
     .zh = "一户一档",
     .en = "Everything about one household",
     .query = household_query,
     .out = &household_shape,
     .handler = get_household},
};

const struct route_list household_routes = {routes, sizeof routes / sizeof *routes};
