/* Filter: what a user asks of a register's records, in the words of the interface (docs/api.md, Records), as
 * they stand in a list's address and in an export's order. */
#ifndef ZENGSHOU_API_FILTER_H
#define ZENGSHOU_API_FILTER_H

#include "api/app.h"
#include "register/query.h"

struct filter_item {
    const char *name; /* "f.category", "division", "where" … */
    struct text value;
};

struct filter {
    struct query query;
    char fault[160]; /* after an error: the item it belongs to; empty: none */
    /* Private. */
    struct query_condition *conditions;
    bool *fields;
};

/* The filters among the items: f.…, division, q, where, as_of, parent, sort, fields, retired, limit, after;
 * others are not looked at. Everything lives in the arena. ERR_INPUT, also with line and column of a formula;
 * ERR_NOT_FOUND: a division that is not there for this user; ERR_FORBIDDEN: what may not be asked. */
int filter_read(struct worker *worker, const struct scope *scope, int reg, const struct filter_item *items,
                size_t count, struct arena *arena, struct filter *filter, struct err *err);

/* query_list and query_count, with the formula answered by the server's frame. */
int filter_list(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                struct query_page *page, struct err *err);
int filter_count(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                 int64_t *count, struct err *err);

#endif
