/* A small JSON writer into a buffer: commas and nesting are its business, escaping too. */
#ifndef ZENGSHOU_BASE_JSON_H
#define ZENGSHOU_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct json_writer {
    struct buffer *out;
    bool comma; /* a comma is due before the next value */
};

struct json_writer json_start(struct buffer *out);
void json_put_object(struct json_writer *json);
void json_put_object_end(struct json_writer *json);
void json_put_array(struct json_writer *json);
void json_put_array_end(struct json_writer *json);
void json_put_key(struct json_writer *json, const char *key);
void json_put_key_text(struct json_writer *json, struct text key);
void json_put_text(struct json_writer *json, struct text value);   /* invalid UTF-8 becomes U+FFFD */
void json_put_string(struct json_writer *json, const char *value); /* NULL writes null */
void json_put_int(struct json_writer *json, int64_t value);
void json_put_double(struct json_writer *json,
                     double value); /* shortest form that reads back equal; NaN and inf are null */
void json_put_bool(struct json_writer *json, bool value);
void json_put_null(struct json_writer *json);
void json_put_raw(struct json_writer *json, struct text value); /* already JSON */

/* A member of an object: its key and its value. */
void json_member_text(struct json_writer *json, const char *key, struct text value);
void json_member_string(struct json_writer *json, const char *key, const char *value); /* NULL writes null */
void json_member_int(struct json_writer *json, const char *key, int64_t value);
void json_member_double(struct json_writer *json, const char *key, double value);
void json_member_bool(struct json_writer *json, const char *key, bool value);
void json_member_null(struct json_writer *json, const char *key);
void json_member_raw(struct json_writer *json, const char *key, struct text value); /* already JSON */

#endif
