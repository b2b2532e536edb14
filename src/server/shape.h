/* Shapes: what a request may carry and what an answer looks like, as constant tables. One table serves the
 * check of bodies and queries, the interface's description (openapi.json) and the web client's types. */
#ifndef ZENGSHOU_SERVER_SHAPE_H
#define ZENGSHOU_SERVER_SHAPE_H

#include "server/body.h"
#include "server/fault.h"

enum shape_kind {
    SHAPE_BOOL, /* in a query: 1, 0, true, false */
    SHAPE_INT,  /* between min and max; both 0: any */
    SHAPE_NUMBER,
    SHAPE_TEXT,   /* min to max characters; max 0: 10,000 */
    SHAPE_DATE,   /* "2022-09-30" */
    SHAPE_MONTH,  /* "2022-09" */
    SHAPE_WORD,   /* one of `words`, written "hit|fresh|cleared" */
    SHAPE_OBJECT, /* `of` */
    SHAPE_MAP,    /* any names; each value is of the shape `of`, or anything when that is NULL */
    SHAPE_ANY
};

enum shape_flags {
    SHAPE_REQUIRED = 1, /* in answers: always there */
    SHAPE_NULLABLE = 2,
    SHAPE_LIST = 4,  /* a list of the kind; in a query: the name may be repeated */
    SHAPE_FAMILY = 8 /* in a query: every name that begins with `name` ("f.") */
};

struct shape_field {
    const char *name;
    enum shape_kind kind;
    unsigned flags;
    const struct shape *of;
    const char *words;
    int64_t min, max;
    const char *note; /* for the description, in English; may be NULL */
};

/* Either the fields of an object, ended by one without a name, or a list of another shape; with neither, an
 * object of any members. */
struct shape {
    const char *name; /* unique, CamelCase: the name of the TypeScript type */
    const struct shape_field *fields;
    const struct shape *list_of;
};

enum { SHAPE_ITEMS_MAX = 10000, SHAPE_TEXT_MAX = 10000, SHAPE_WORD_SIZE = 64 };

/* Adds a fault for each value that does not fit, and for each member that the shape does not have. */
void shape_check(const struct shape *shape, const struct body *body, struct faults *faults);

/* One value of a query against its field. */
void shape_check_query(const struct shape_field *field, const char *name, struct text value,
                       struct faults *faults);

/* The field that a name of a query belongs to, or NULL. fields may be NULL (none). */
const struct shape_field *shape_find(const struct shape_field *fields, struct text name);

/* Walks `words`: start with *at = words; false at the end. */
bool shape_next_word(const char **at, struct text *word);

bool shape_read_int(struct text text, int64_t *value); /* decimal, no sign but '-', no leading zeros */
bool shape_read_bool(struct text text, bool *value);
bool shape_read_date(struct text text);
bool shape_read_month(struct text text);

#endif
