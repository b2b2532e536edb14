/* Reading what json.h writes: the members of an object, one after the other. */
#ifndef ZENGSHOU_BASE_JSON_READ_H
#define ZENGSHOU_BASE_JSON_READ_H

#include "base/arena.h"

enum json_kind {
    JSON_NULL,
    JSON_BOOL,   /* integer 0 or 1 */
    JSON_INT,    /* integer */
    JSON_DOUBLE, /* real; whole numbers beyond int64 too */
    JSON_TEXT,   /* text */
    JSON_NESTED  /* text: the object or array as it is written; brackets are matched, no more is checked */
};

struct json_value {
    enum json_kind kind;
    int64_t integer;
    double real;
    struct text text;
};

struct json_members {
    struct text left;
    bool begun;
};

/* Borrows the text of one object. */
struct json_members json_members_of(struct text object);

/* 1: key and value of the next member, their texts borrowed from the object or, where they had escapes, in
 * the arena; 0: there is none left; -1: this is not an object in JSON. */
int json_members_next(struct json_members *members, struct arena *arena, struct text *key,
                      struct json_value *value);

#endif
