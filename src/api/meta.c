/* What concerns no record: the divisions, the server's health, the interface's own description. */
#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"
#include "server/describe.h"

/* ---- Shapes ---- */

static const struct shape_field health_fields[] = {
    {.name = "status", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED}, {.name = NULL}};
static const struct shape health_shape = {.name = "Health", .fields = health_fields};

static const struct shape_field division_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "level", .kind = SHAPE_WORD, .words = "county|township|village", .flags = SHAPE_REQUIRED},
    {.name = "parent", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape division_shape = {.name = "Division", .fields = division_fields};
static const struct shape divisions_shape = {.name = "Divisions", .list_of = &division_shape};

static const struct shape_field map_fields[] = {
    {.name = "type", .kind = SHAPE_WORD, .words = "FeatureCollection", .flags = SHAPE_REQUIRED},
    {.name = "features",
     .kind = SHAPE_ANY,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "polygons of the townships, each with its `code` among its properties"},
    {.name = NULL}};
static const struct shape map_shape = {.name = "Map", .fields = map_fields};

static const struct shape openapi_shape = {.name = "OpenApi"};

/* ---- Handlers ---- */

static int get_divisions(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_array(json);
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (!call_sees_division(request, (int)i)) continue;
        json_put_object(json);
        json_member_text(json, "code", division->code);
        json_member_text(json, "name", division->name);
        json_member_string(json, "level", say_level_name(division->level));
        json_put_key(json, "parent");
        say_text_or_null(json, division->parent < 0 ? TEXT("") : pack->divisions[division->parent].code);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

/* Borders are no secret: all of the county's are given to everybody. */
static int get_map(struct request *request, struct err *err)
{
    struct text map = call_pack(request)->map;
    if (map.size == 0) return err_set(err, ERR_NOT_FOUND, "方案包里没有地图", "The pack has no map");
    json_put_raw(reply_json(request), map);
    return 0;
}

static int get_health(struct request *request, struct err *err)
{
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_object(json);
    json_member_string(json, "status", "ok");
    json_put_object_end(json);
    return 0;
}

static int get_openapi(struct request *request, struct err *err)
{
    const struct app *app = call_app(request);
    struct buffer out = {0};
    (void)err;
    openapi_write(app->routes, app->route_count, "/api/v1", ZENGSHOU_VERSION, &out);
    json_put_raw(reply_json(request), buffer_get(&out));
    buffer_fini(&out);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/divisions",
     .who = "session",
     .name = "getDivisions",
     .zh = "您范围内的行政区划",
     .en = "The divisions of one's scope",
     .out = &divisions_shape,
     .handler = get_divisions},
    {.method = "GET",
     .path = "/map",
     .who = "session",
     .name = "getMap",
     .zh = "各乡镇的边界（GeoJSON）",
     .en = "The borders of the townships (GeoJSON)",
     .out = &map_shape,
     .handler = get_map},
    {.method = "GET",
     .path = "/health",
     .who = "public",
     .name = "getHealth",
     .zh = "服务是否正常",
     .en = "Is the server well?",
     .out = &health_shape,
     .handler = get_health},
    {.method = "GET",
     .path = "/openapi.json",
     .who = "public",
     .name = "getOpenApi",
     .zh = "接口说明",
     .en = "This description",
     .out = &openapi_shape,
     .handler = get_openapi},
};

const struct route_list meta_routes = {routes, sizeof routes / sizeof *routes};
