/* The document is made at each start from the table that the router uses, so it cannot say anything else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "server/describe.h"
#include "server/status.h"

struct shape_list {
    const struct shape **items;
    size_t count, capacity;
};

static void collect(struct shape_list *list, const struct shape *shape)
{
    if (shape == NULL) return;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == shape) return;
    list->items = mem_grow(list->items, &list->capacity, list->count + 2, sizeof *list->items);
    list->items[list->count++] = shape;
    list->items[list->count] = NULL;
    collect(list, shape->list_of);
    for (const struct shape_field *field = shape->fields; field != NULL && field->name != NULL; field++)
        collect(list, field->of);
}

const struct shape **describe_shapes(const struct route *routes, size_t count)
{
    struct shape_list list = {.items = mem_new(1, sizeof *list.items), .capacity = 1};
    for (size_t i = 0; i < count; i++) {
        collect(&list, routes[i].in);
        collect(&list, routes[i].out);
    }
    return list.items;
}

static void put_ref(struct json_writer *json, const struct shape *shape)
{
    char ref[160];
    snprintf(ref, sizeof ref, "#/components/schemas/%s", shape->name);
    json_member_string(json, "$ref", ref);
}

static void put_words(struct json_writer *json, const char *words, bool nullable)
{
    struct text word;
    json_put_key(json, "enum");
    json_put_array(json);
    for (const char *at = words; shape_next_word(&at, &word);) json_put_text(json, word);
    if (nullable) json_put_null(json);
    json_put_array_end(json);
}

static void put_type(struct json_writer *json, const char *type, bool nullable)
{
    json_put_key(json, "type");
    if (!nullable) {
        json_put_string(json, type);
        return;
    }
    json_put_array(json);
    json_put_string(json, type);
    json_put_string(json, "null");
    json_put_array_end(json);
}

static void put_bounds(struct json_writer *json, const struct shape_field *field, const char *low,
                       const char *high)
{
    if (field->min == 0 && field->max == 0) return;
    json_member_int(json, low, field->min);
    if (field->max == 0) return;
    json_member_int(json, high, field->max);
}

/* The members of a schema of one value of the field, without the braces. */
static void put_one(struct json_writer *json, const struct shape_field *field, bool nullable)
{
    switch (field->kind) {
    case SHAPE_BOOL:
        put_type(json, "boolean", nullable);
        break;
    case SHAPE_INT:
        put_type(json, "integer", nullable);
        put_bounds(json, field, "minimum", "maximum");
        break;
    case SHAPE_NUMBER:
        put_type(json, "number", nullable);
        break;
    case SHAPE_TEXT:
        put_type(json, "string", nullable);
        put_bounds(json, field, "minLength", "maxLength");
        break;
    case SHAPE_DATE:
        put_type(json, "string", nullable);
        json_member_string(json, "format", "date");
        break;
    case SHAPE_MONTH:
        put_type(json, "string", nullable);
        json_member_string(json, "pattern", "^[0-9]{4}-[0-9]{2}$");
        break;
    case SHAPE_WORD:
        put_type(json, "string", nullable);
        put_words(json, field->words, nullable);
        break;
    case SHAPE_MAP:
        put_type(json, "object", nullable);
        if (field->of == NULL) break;
        json_put_key(json, "additionalProperties");
        json_put_object(json);
        put_ref(json, field->of);
        json_put_object_end(json);
        break;
    case SHAPE_OBJECT:
        if (!nullable) {
            put_ref(json, field->of);
            break;
        }
        json_put_key(json, "anyOf");
        json_put_array(json);
        json_put_object(json);
        put_ref(json, field->of);
        json_put_object_end(json);
        json_put_object(json);
        put_type(json, "null", false);
        json_put_object_end(json);
        json_put_array_end(json);
        break;
    case SHAPE_ANY:
        break;
    }
}

static void put_field(struct json_writer *json, const struct shape_field *field)
{
    bool nullable = (field->flags & SHAPE_NULLABLE) != 0;
    json_put_object(json);
    if (field->note != NULL) json_member_string(json, "description", field->note);
    if ((field->flags & SHAPE_LIST) != 0) {
        put_type(json, "array", nullable);
        json_put_key(json, "items");
        json_put_object(json);
        put_one(json, field, false);
        json_put_object_end(json);
    } else {
        put_one(json, field, nullable);
    }
    json_put_object_end(json);
}

static void put_shape(struct json_writer *json, const struct shape *shape)
{
    json_put_key(json, shape->name);
    json_put_object(json);
    put_type(json, shape->list_of != NULL ? "array" : "object", false);
    if (shape->list_of != NULL) {
        json_put_key(json, "items");
        json_put_object(json);
        put_ref(json, shape->list_of);
        json_put_object_end(json);
        json_put_object_end(json);
        return;
    }
    if (shape->fields == NULL) { /* of any members */
        json_put_object_end(json);
        return;
    }
    json_put_key(json, "properties");
    json_put_object(json);
    for (const struct shape_field *field = shape->fields; field->name != NULL; field++) {
        json_put_key(json, field->name);
        put_field(json, field);
    }
    json_put_object_end(json);
    json_put_key(json, "required");
    json_put_array(json);
    for (const struct shape_field *field = shape->fields; field->name != NULL; field++)
        if ((field->flags & SHAPE_REQUIRED) != 0) json_put_string(json, field->name);
    json_put_array_end(json);
    json_member_bool(json, "additionalProperties", false);
    json_put_object_end(json);
}

/* ---- Routes ---- */

static void put_parameter(struct json_writer *json, const char *name, const char *in, bool required,
                          const struct shape_field *field)
{
    json_put_object(json);
    json_member_string(json, "name", name);
    json_member_string(json, "in", in);
    json_member_bool(json, "required", required);
    if (field->note != NULL) json_member_string(json, "description", field->note);
    json_put_key(json, "schema");
    put_field(json, field);
    json_put_object_end(json);
}

static void put_parameters(struct json_writer *json, const struct route *route)
{
    struct text name;
    bool is_int;
    json_put_key(json, "parameters");
    json_put_array(json);
    for (const char *at = route->path; route_next_param(&at, &name, &is_int);) {
        char own[64];
        struct shape_field field = {.kind = is_int ? SHAPE_INT : SHAPE_TEXT};
        snprintf(own, sizeof own, "%.*s", TEXT_ARGS(name));
        put_parameter(json, own, "path", true, &field);
    }
    for (const struct shape_field *field = route->query; field != NULL && field->name != NULL; field++) {
        char own[96];
        snprintf(own, sizeof own, "%s%s", field->name, (field->flags & SHAPE_FAMILY) != 0 ? "*" : "");
        put_parameter(json, own, "query", (field->flags & SHAPE_REQUIRED) != 0, field);
    }
    json_put_array_end(json);
}

static void put_content(struct json_writer *json, const char *type, const struct shape *shape)
{
    json_put_key(json, "content");
    json_put_object(json);
    json_put_key(json, type);
    json_put_object(json);
    json_put_key(json, "schema");
    json_put_object(json);
    if (shape != NULL) put_ref(json, shape);
    json_put_object_end(json);
    json_put_object_end(json);
    json_put_object_end(json);
}

static void put_responses(struct json_writer *json, const struct route *route)
{
    char status[16];
    bool empty = route->out == NULL && route->out_type == NULL;
    snprintf(status, sizeof status, "%u", route->success != 0 ? route->success : empty ? 204 : 200);
    json_put_key(json, "responses");
    json_put_object(json);
    json_put_key(json, status);
    json_put_object(json);
    json_member_string(json, "description", "Done");
    if (!empty) put_content(json, route->out_type != NULL ? route->out_type : "application/json", route->out);
    json_put_object_end(json);
    json_put_key(json, "4XX");
    json_put_object(json);
    json_member_string(json, "$ref", "#/components/responses/Failure");
    json_put_object_end(json);
    json_put_key(json, "5XX");
    json_put_object(json);
    json_member_string(json, "$ref", "#/components/responses/Failure");
    json_put_object_end(json);
    json_put_object_end(json);
}

static void put_security(struct json_writer *json, const struct route *route)
{
    json_put_key(json, "security");
    json_put_array(json);
    if (strcmp(route->who, "public") != 0) {
        static const char *const schemes[] = {"session", "token"};
        for (size_t i = 0; i < 2; i++) {
            json_put_object(json);
            json_put_key(json, schemes[i]);
            json_put_array(json);
            json_put_array_end(json);
            json_put_object_end(json);
        }
    }
    json_put_array_end(json);
    json_member_string(json, "x-who", route->who);
}

static void put_route(struct json_writer *json, const struct route *route)
{
    char method[16];
    size_t size = strlen(route->method);
    for (size_t i = 0; i <= size; i++)
        method[i] = (char)(route->method[i] == '\0' ? '\0' : route->method[i] | 0x20);
    json_put_key(json, method);
    json_put_object(json);
    json_member_string(json, "operationId", route->name);
    json_member_string(json, "summary", route->en);
    json_member_string(json, "x-summary-zh", route->zh);
    put_security(json, route);
    put_parameters(json, route);
    if (route->in != NULL || route->streams) {
        json_put_key(json, "requestBody");
        json_put_object(json);
        json_member_bool(json, "required", true);
        put_content(json, route->streams ? "application/octet-stream" : "application/json", route->in);
        json_put_object_end(json);
    }
    put_responses(json, route);
    json_put_object_end(json);
}

/* "{id:int}" → "{id}" */
static void put_path(struct json_writer *json, const char *prefix, const char *path)
{
    struct buffer out = {0};
    buffer_string(&out, prefix);
    for (const char *at = path; *at != '\0';) {
        if (*at == ':') at += strcspn(at, "}");
        buffer_char(&out, *at++);
    }
    json_put_key(json, out.data);
    buffer_fini(&out);
}

static void put_paths(struct json_writer *json, const struct route *routes, size_t count, const char *prefix)
{
    json_put_key(json, "paths");
    json_put_object(json);
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++) seen = seen || strcmp(routes[k].path, routes[i].path) == 0;
        if (seen) continue;
        put_path(json, prefix, routes[i].path);
        json_put_object(json);
        for (size_t k = i; k < count; k++)
            if (strcmp(routes[k].path, routes[i].path) == 0) put_route(json, &routes[k]);
        json_put_object_end(json);
    }
    json_put_object_end(json);
}

static const struct shape_field fault_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "message", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL},
};
static const struct shape fault_shape = {.name = "Fault", .fields = fault_fields};

static void put_failure(struct json_writer *json)
{
    struct buffer words = {0};
    size_t count;
    const struct status *table = status_table(&count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(table[i].name, table[i - 1].name) != 0)
            buffer_printf(&words, "%s%s", words.size > 0 ? "|" : "", table[i].name);
    const struct shape_field fields[] = {
        {.name = "code", .kind = SHAPE_WORD, .flags = SHAPE_REQUIRED, .words = words.data},
        {.name = "message", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
        {.name = "field", .kind = SHAPE_TEXT},
        {.name = "faults", .kind = SHAPE_OBJECT, .flags = SHAPE_LIST, .of = &fault_shape},
        {.name = "line", .kind = SHAPE_INT},
        {.name = "column", .kind = SHAPE_INT},
        {.name = "request", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
        {.name = NULL},
    };
    const struct shape shape = {.name = "Failure", .fields = fields};
    put_shape(json, &fault_shape);
    put_shape(json, &shape);
    buffer_fini(&words);
}

static void put_components(struct json_writer *json, const struct route *routes, size_t count)
{
    const struct shape **shapes = describe_shapes(routes, count);
    json_put_key(json, "components");
    json_put_object(json);
    json_put_key(json, "schemas");
    json_put_object(json);
    for (const struct shape **shape = shapes; *shape != NULL; shape++) put_shape(json, *shape);
    put_failure(json);
    json_put_object_end(json);
    json_member_raw(
        json, "responses",
        TEXT("{\"Failure\":{\"description\":\"What is wrong, where, and what to "
             "do\",\"content\":{\"application/json\":"
             "{\"schema\":{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{\"error\":"
             "{\"$ref\":\"#/components/schemas/Failure\"}}}}}}}"));
    json_member_raw(json, "securitySchemes",
                    TEXT("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"zengshou_session\"},"
                         "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
    json_put_object_end(json);
    free(shapes);
}

void openapi_write(const struct route *routes, size_t count, const char *prefix, const char *version,
                   struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_string(&json, "openapi", "3.1.0");
    json_put_key(&json, "info");
    json_put_object(&json);
    json_member_string(&json, "title", "zengshou 增收");
    json_member_string(&json, "version", version);
    json_member_raw(&json, "license", TEXT("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    json_put_object_end(&json);
    json_member_raw(&json, "servers", TEXT("[{\"url\":\"/\"}]"));
    put_paths(&json, routes, count, prefix);
    put_components(&json, routes, count);
    json_put_object_end(&json);
}
