/* Filter: what a user asks of a register's records, in the words of the interface (docs/api.md, Records), as
 * they stand in a list's address and in an export's order. */
#ifndef ZENGSHOU_API_FILTER_H
#define ZENGSHOU_API_FILTER_H

#include "api/app.h"
#include "register/query.h"
#include "server/shape.h"

struct filter_item {
    const char *name; /* "f.category", "division", "where" … */
    struct text value;
};

/* What may be asked, and how long it may be: of a list's address, and of an order to export. */
extern const struct shape_field filter_query[];
/* Fields asked of, and values of all of them. */
enum { FILTER_CONDITIONS_MAX = 100, FILTER_VALUES_MAX = QUERY_VALUES_MAX };

struct filter {
    struct query query;
    char fault[160]; /* after an error: the item it belongs to; empty: none */
    /* Private. */
    struct query_condition *conditions;
    bool *fields;
};

/* Items whose names are of filter_query. Everything lives in the arena. ERR_INPUT, also with line and column
 * of a formula; ERR_LIMIT: too many conditions; ERR_NOT_FOUND: a division that is not there for this user;
 * ERR_FORBIDDEN: what may not be asked. */
int filter_read(struct worker *worker, const struct scope *scope, int reg, const struct filter_item *items,
                size_t count, struct arena *arena, struct filter *filter, struct err *err);

/* query_list and query_count, with the formula answered by the server's frame. */
int filter_list(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                struct query_page *page, struct err *err);
int filter_count(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                 int64_t *count, struct err *err);

/* The items of an order's filter, in the arena: the members of an object, texts or lists of texts (may be
 * NULL: none). Adds a fault for each that filter_query does not allow. */
const struct filter_item *filter_items(const struct body *members, struct arena *arena, size_t *count,
                                       struct faults *faults);
/* As one JSON object for the log, where nothing is ever taken out again: "***" stands for the value of a
 * sensitive field, and for words and formulas in which a long number stands, whoever's it may be. */
void filter_log(const struct pack *pack, int reg, const struct filter_item *items, size_t count,
                struct json_writer *json);

#endif
