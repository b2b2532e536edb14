/* A small JSON writer into a buffer: commas and nesting are its business, escaping too. */
#ifndef ZENGSHOU_BASE_JSON_H
#define ZENGSHOU_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct json {
    struct buffer *out;
    bool comma; /* a comma is due before the next value */
};

struct json json_start(struct buffer *out);
void json_object(struct json *json);
void json_object_end(struct json *json);
void json_array(struct json *json);
void json_array_end(struct json *json);
void json_key(struct json *json, const char *key);
void json_text(struct json *json, struct text value);   /* invalid UTF-8 becomes U+FFFD */
void json_string(struct json *json, const char *value); /* NULL writes null */
void json_int(struct json *json, int64_t value);
void json_double(struct json *json,
                 double value); /* shortest form that reads back equal; NaN and inf are null */
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_raw(struct json *json, struct text value); /* already JSON */

#endif
