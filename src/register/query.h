/* Query: lists of records, page by page, as a user may see them.
 *
 * Order: by a field, what is unknown last in either direction, the id behind it; without a field by id. Texts
 * sort by their bytes, codes by their names, references by the id they hold. A page goes on where the last
 * one ended, by the value and the id of its last row, so each row is met once, also where rows come in
 * between.
 *
 * Sensitive fields are masked in the answer. They can be searched for by their whole value (illness only by
 * those who may see it) and for being empty; by ranges, parts and order they cannot: ERR_FORBIDDEN. */
#ifndef ZENGSHOU_REGISTER_QUERY_H
#define ZENGSHOU_REGISTER_QUERY_H

#include "register/record.h"

enum { QUERY_LIMIT_MAX = 500, QUERY_VALUES_MAX = 1000, QUERY_TEXT_MAX = 200 };

enum query_test {
    QUERY_IN,      /* equals one of the values; a set of codes: has one of them */
    QUERY_FROM,    /* at least the value: numbers, dates, months, texts */
    QUERY_TO,      /* at most */
    QUERY_EMPTY,   /* unknown; no values */
    QUERY_FILLED,  /* known */
    QUERY_CONTAINS /* texts: the value stands somewhere in it */
};

struct query_condition {
    int field;
    enum query_test test;
    const struct value *values; /* of the field's type; all known */
    size_t count;
};

struct query {
    int reg;
    const struct query_condition *conditions; /* all must hold */
    size_t condition_count;
    struct text words;        /* key, name or its pinyin begins with this; empty: any */
    int division;             /* index into pack.divisions: in its subtree; -1: any */
    int64_t parent;           /* id of what it hangs on; 0: any */
    const struct node *where; /* a BOOL formula on the register that must be true; NULL: none. It is answered
                                 by the database (sqlgen.h): ERR_LIMIT where it cannot say it; the caller then
                                 runs it on a frame and gives `ids` */
    int32_t as_of;            /* its date */
    const int64_t *ids;       /* only these; NULL: any */
    size_t id_count;
    int sort; /* field; -1: by id */
    bool descending;
    size_t limit;         /* 1 … QUERY_LIMIT_MAX */
    struct text after;    /* the cursor of the page before; empty: from the start */
    const bool *fields;   /* field_count flags of the fields wanted; NULL: all */
    bool retired;         /* retired ones too */
    const char *language; /* of the word that says "hidden": "zh" (also NULL) or "en" */
};

/* All of a register: start from this. */
struct query query_of(int reg);

struct query_page {
    struct record *records;
    size_t count;
    struct text next; /* the cursor for what follows; empty: this is the end */
    struct arena arena;
};
void query_page_fini(struct query_page *page);

/* ERR_INPUT: a condition that the field's type does not know, a cursor that is not of this query, a bad
 * limit. ERR_FORBIDDEN: the register is not for this user, or what is asked of a sensitive field. */
int query_list(struct database *database, const struct scope *scope, const struct query *query,
               struct query_page *page, struct err *err);

/* How many there are in all (after, limit and sort do not matter), counted up to `most` (0: all). */
int query_count(struct database *database, const struct scope *scope, const struct query *query, int64_t most,
                int64_t *count, struct err *err);

#endif
