/* The one search box: whoever types a name, a number or the beginning of one finds the record. */
#include "register/search.h"

#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"

static const struct shape_field search_query[] = {
    {.name = "q", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = SEARCH_TEXT_MAX},
    {.name = NULL}};

static const struct shape_field hit_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_OBJECT, .of = &place_shape, .flags = SHAPE_REQUIRED},
    {.name = "by",
     .kind = SHAPE_WORD,
     .words = "name|number|pinyin|identity|phone|case",
     .flags = SHAPE_REQUIRED},
    {.name = "subject",
     .kind = SHAPE_OBJECT,
     .of = &reference_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape hit_shape = {.name = "SearchHit", .fields = hit_fields};
static const struct shape hits_shape = {.name = "SearchHits", .list_of = &hit_shape};

static const char *by_name(enum search_by by)
{
    switch (by) {
    case SEARCH_NUMBER:
        return "number";
    case SEARCH_NAME:
        return "name";
    case SEARCH_PINYIN:
        return "pinyin";
    case SEARCH_IDENTITY:
        return "identity";
    case SEARCH_PHONE:
        return "phone";
    case SEARCH_CASE:
        return "case";
    }
    return "";
}

static int say_subject(struct json_writer *json, struct naming *naming, int subject, int64_t id,
                       struct err *err)
{
    struct named named;
    if (id == 0) {
        json_put_null(json);
        return 0;
    }
    int code = naming_get(naming, subject, id, &named, err);
    if (code != 0) return code;
    json_put_object(json);
    json_member_int(json, "id", id);
    json_member_text(json, "key", named.key);
    json_member_text(json, "name", named.name);
    json_put_object_end(json);
    return 0;
}

static int say_hit(struct json_writer *json, const struct pack *pack, struct naming *naming,
                   const struct search_hit *hit, struct err *err)
{
    json_put_object(json);
    json_member_text(json, "register", pack->schema.registers[hit->reg].label.name);
    json_member_int(json, "id", hit->id);
    json_member_text(json, "key", hit->named.key);
    json_member_text(json, "name", hit->named.name);
    json_put_key(json, "place");
    say_place(json, &hit->named);
    json_member_string(json, "by", by_name(hit->by));
    json_put_key(json, "subject");
    int code = say_subject(json, naming, pack->subject, hit->subject, err);
    json_put_object_end(json);
    return code;
}

static int search(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct search_hit *hits;
    size_t count;
    int code = record_search(call_database(request), call_scope(request), request_query(request, "q"),
                             request->arena, &hits, &count, err);
    if (code == ERR_INPUT) request_fault_field(request, "q");
    if (code != 0) return code;
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) code = say_hit(json, pack, naming, &hits[i], err);
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/search",
     .who = "session",
     .name = "search",
     .zh = "按姓名、编号、证件号码或电话查找",
     .en = "Finds records by name, number, identity number or phone",
     .query = search_query,
     .out = &hits_shape,
     .handler = search},
};

const struct route_list search_routes = {routes, sizeof routes / sizeof *routes};
