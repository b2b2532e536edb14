/* JSON as clients send it: parsed by jansson, which stays behind this header.
 *
 * A value is borrowed from the document it was parsed into. Reading a kind that the value does not have is
 * our own bug: bodies of routes are checked against the route's shape before a handler sees them. */
#ifndef ZENGSHOU_SERVER_BODY_H
#define ZENGSHOU_SERVER_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct body; /* a JSON value */

enum body_kind { BODY_NULL, BODY_BOOL, BODY_INT, BODY_NUMBER, BODY_TEXT, BODY_LIST, BODY_OBJECT };

enum { BODY_DEPTH_MAX = 32 };

/* One JSON value and nothing behind it. Refused with line and column: repeated keys, invalid UTF-8, a NUL
 * inside a text, nesting beyond BODY_DEPTH_MAX, whole numbers beyond int64. body_free() releases the
 * document. */
int body_parse(struct text bytes, struct body **out, struct err *err);
void body_free(struct body *document);

enum body_kind body_kind(const struct body *value);
bool body_bool(const struct body *value);
int64_t body_int(const struct body *value);
double body_number(const struct body *value);    /* of an int too */
struct text body_text(const struct body *value); /* valid UTF-8, NUL-ended */

size_t body_size(const struct body *value); /* items of a list, members of an object */
const struct body *body_at(const struct body *list, size_t index);
const struct body *body_get(const struct body *object, const char *key); /* NULL: there is none */

/* Walks the members: start with *cursor = NULL; false at the end. */
bool body_next(const struct body *object, void **cursor, struct text *key, const struct body **value);

/* Members of an object that may be absent or null. */
struct text body_get_text(const struct body *object, const char *key); /* else the empty text */
int64_t body_get_int(const struct body *object, const char *key, int64_t otherwise);
bool body_get_bool(const struct body *object, const char *key, bool otherwise);

/* The value as compact JSON. */
void body_write(const struct body *value, struct buffer *out);

#endif
