/* A field that the server renames must be an error where the web client is compiled, not where it runs. */
#include <stdlib.h>
#include <string.h>

#include "server/describe.h"

static void put_one(struct buffer *out, const struct shape_field *field)
{
    struct text word;
    const char *between = "";
    switch (field->kind) {
    case SHAPE_BOOL:
        buffer_string(out, "boolean");
        break;
    case SHAPE_INT:
    case SHAPE_NUMBER:
        buffer_string(out, "number");
        break;
    case SHAPE_TEXT:
    case SHAPE_DATE:
    case SHAPE_MONTH:
        buffer_string(out, "string");
        break;
    case SHAPE_WORD:
        for (const char *at = field->words; shape_next_word(&at, &word); between = " | ")
            buffer_printf(out, "%s'%.*s'", between, TEXT_ARGS(word));
        break;
    case SHAPE_OBJECT:
        buffer_string(out, field->of->name);
        break;
    case SHAPE_MAP:
        buffer_printf(out, "Record<string, %s>", field->of == NULL ? "unknown" : field->of->name);
        break;
    case SHAPE_ANY:
        buffer_string(out, "unknown");
        break;
    }
}

static void put_type(struct buffer *out, const struct shape_field *field)
{
    bool list = (field->flags & SHAPE_LIST) != 0;
    if (list) buffer_char(out, '(');
    put_one(out, field);
    if (list) buffer_string(out, ")[]");
    if ((field->flags & SHAPE_NULLABLE) != 0) buffer_string(out, " | null");
}

static void put_fields(struct buffer *out, const struct shape_field *fields, const char *indent)
{
    for (const struct shape_field *field = fields; field->name != NULL; field++) {
        bool required = (field->flags & SHAPE_REQUIRED) != 0;
        if (field->note != NULL) buffer_printf(out, "%s/** %s */\n", indent, field->note);
        if ((field->flags & SHAPE_FAMILY) != 0)
            buffer_printf(out, "%s[name: `%s${string}`]: ", indent, field->name);
        else
            buffer_printf(out, "%s%s%s: ", indent, field->name, required ? "" : "?");
        put_type(out, field);
        if ((field->flags & SHAPE_FAMILY) != 0) buffer_string(out, " | string[] | undefined");
        buffer_char(out, '\n');
    }
}

static void put_shape(struct buffer *out, const struct shape *shape)
{
    if (shape->list_of != NULL) {
        buffer_printf(out, "export type %s = %s[]\n\n", shape->name, shape->list_of->name);
        return;
    }
    if (shape->fields == NULL) {
        buffer_printf(out, "export type %s = Record<string, unknown>\n\n", shape->name);
        return;
    }
    buffer_printf(out, "export interface %s {\n", shape->name);
    put_fields(out, shape->fields, "  ");
    buffer_string(out, "}\n\n");
}

static void put_path(struct buffer *out, const struct route *route)
{
    for (const char *at = route->path; *at != '\0';) {
        if (*at == ':') at += strcspn(at, "}");
        buffer_char(out, *at++);
    }
}

static void put_route(struct buffer *out, const struct route *route)
{
    struct text name;
    bool is_int;
    buffer_printf(out, "  /** %s / %s */\n  '%s ", route->zh, route->en, route->method);
    put_path(out, route);
    buffer_string(out, "': {\n    path: {");
    for (const char *at = route->path; route_next_param(&at, &name, &is_int);)
        buffer_printf(out, " %.*s: %s;", TEXT_ARGS(name), is_int ? "number" : "string");
    buffer_string(out, " }\n    query: {");
    if (route->query != NULL && route->query[0].name != NULL) {
        buffer_char(out, '\n');
        put_fields(out, route->query, "      ");
        buffer_string(out, "    }\n");
    } else {
        buffer_string(out, "}\n");
    }
    buffer_printf(out, "    in: %s\n",
                  route->streams      ? "Blob"
                  : route->in != NULL ? route->in->name
                                      : "undefined");
    buffer_printf(out, "    out: %s\n  }\n",
                  route->out != NULL        ? route->out->name
                  : route->out_type != NULL ? "Blob"
                                            : "undefined");
}

void typescript_write(const struct route *routes, size_t count, const char *prefix, struct buffer *out)
{
    const struct shape **shapes = describe_shapes(routes, count);
    buffer_string(out, "// Made from the server's table of routes. Do not edit.\n\n");
    buffer_printf(out, "export const prefix = '%s'\n\n", prefix);
    for (const struct shape **shape = shapes; *shape != NULL; shape++) put_shape(out, *shape);
    buffer_string(out, "export interface Routes {\n");
    for (size_t i = 0; i < count; i++) put_route(out, &routes[i]);
    buffer_string(out, "}\n");
    free(shapes);
}
