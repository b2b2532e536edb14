/* Writing only: reading JSON is jansson's work. */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct json_writer json_start(struct buffer *out)
{
    return (struct json_writer){.out = out};
}

static void before_value(struct json_writer *json)
{
    if (json->comma) buffer_char(json->out, ',');
    json->comma = true;
}

static void open(struct json_writer *json, char bracket)
{
    before_value(json);
    buffer_char(json->out, bracket);
    json->comma = false;
}

static void close(struct json_writer *json, char bracket)
{
    buffer_char(json->out, bracket);
    json->comma = true;
}

void json_put_object(struct json_writer *json)
{
    open(json, '{');
}
void json_put_object_end(struct json_writer *json)
{
    close(json, '}');
}
void json_put_array(struct json_writer *json)
{
    open(json, '[');
}
void json_put_array_end(struct json_writer *json)
{
    close(json, ']');
}

static void escaped(struct buffer *out, uint32_t c)
{
    char bytes[4];
    if (c == '"' || c == '\\') {
        buffer_char(out, '\\');
        buffer_char(out, (char)c);
    } else if (c == '\n') {
        buffer_string(out, "\\n");
    } else if (c < 0x80) {
        buffer_printf(out, "\\u%04x", c);
    } else {
        buffer_add(out, bytes, text_put(c, bytes));
    }
}

/* Lists are thousands of short texts with nothing to escape: what may stand as it is goes over in one piece.
 */
static void quoted(struct buffer *out, struct text value)
{
    size_t kept = 0, offset = 0; /* from kept to offset: not yet written */
    buffer_char(out, '"');
    while (offset < value.size) {
        unsigned char byte = (unsigned char)value.at[offset];
        size_t before = offset;
        if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') {
            offset++;
            continue;
        }
        uint32_t c = text_next(value, &offset);
        bool broken = c == 0xFFFD && offset - before == 1;
        if (c > 0x7F && !broken) continue;
        buffer_add(out, value.at + kept, before - kept);
        escaped(out, c);
        kept = offset;
    }
    if (offset > kept) buffer_add(out, value.at + kept, offset - kept);
    buffer_char(out, '"');
}

void json_put_key_text(struct json_writer *json, struct text key)
{
    before_value(json);
    quoted(json->out, key);
    buffer_char(json->out, ':');
    json->comma = false;
}

void json_put_key(struct json_writer *json, const char *key)
{
    json_put_key_text(json, text_of(key));
}

void json_put_text(struct json_writer *json, struct text value)
{
    before_value(json);
    quoted(json->out, value);
}

void json_put_string(struct json_writer *json, const char *value)
{
    if (value == NULL)
        json_put_null(json);
    else
        json_put_text(json, text_of(value));
}

void json_put_int(struct json_writer *json, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0) digits[--at] = '-';
    before_value(json);
    buffer_add(json->out, digits + at, sizeof digits - at);
}

void json_put_double(struct json_writer *json, double value)
{
    if (!isfinite(value)) {
        json_put_null(json);
        return;
    }
    before_value(json);
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    buffer_string(json->out, text);
}

void json_put_bool(struct json_writer *json, bool value)
{
    before_value(json);
    buffer_string(json->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *json)
{
    before_value(json);
    buffer_string(json->out, "null");
}

void json_put_raw(struct json_writer *json, struct text value)
{
    before_value(json);
    buffer_text(json->out, value);
}

/* ---- Members ---- */

void json_member_text(struct json_writer *json, const char *key, struct text value)
{
    json_put_key(json, key);
    json_put_text(json, value);
}

void json_member_string(struct json_writer *json, const char *key, const char *value)
{
    json_put_key(json, key);
    json_put_string(json, value);
}

void json_member_int(struct json_writer *json, const char *key, int64_t value)
{
    json_put_key(json, key);
    json_put_int(json, value);
}

void json_member_double(struct json_writer *json, const char *key, double value)
{
    json_put_key(json, key);
    json_put_double(json, value);
}

void json_member_bool(struct json_writer *json, const char *key, bool value)
{
    json_put_key(json, key);
    json_put_bool(json, value);
}

void json_member_null(struct json_writer *json, const char *key)
{
    json_put_key(json, key);
    json_put_null(json);
}

void json_member_raw(struct json_writer *json, const char *key, struct text value)
{
    json_put_key(json, key);
    json_put_raw(json, value);
}
