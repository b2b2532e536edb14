/* Bound: SQL under composition whose values are gathered as the text grows, so that none is ever printed into
 * it. */
#ifndef ZENGSHOU_REGISTER_BOUND_H
#define ZENGSHOU_REGISTER_BOUND_H

#include "base/arena.h"
#include "register/database.h"

/* PostgreSQL takes 65,535 parameters, SQLite 32,766. */
enum { BOUND_MAX = 32000 };

enum bound_kind { BOUND_INT, BOUND_TEXT, BOUND_VALUE };

struct bound_value {
    enum bound_kind kind;
    struct type type;   /* of VALUE */
    struct value value; /* text is borrowed, or lies in the arena */
};

struct bound { /* zero-initialised is empty */
    struct buffer sql;
    struct bound_value *values;
    size_t count, capacity;
    struct arena arena; /* for texts that are made for it */
};

void bound_fini(struct bound *bound);

/* Each appends "?N" to the SQL and remembers the value for it. */
void bound_int(struct bound *bound, int64_t value);
void bound_text(struct bound *bound, struct text value);
void bound_value(struct bound *bound, struct type type, const struct value *value);

/* Prepares what was composed and binds all values. ERR_LIMIT: more than BOUND_MAX of them. */
int bound_prepare(const struct bound *bound, struct database *database, struct statement **out,
                  struct err *err);
/* The integer of the first row's first column; 0 without a row. */
int bound_ask(const struct bound *bound, struct database *database, int64_t *value, struct err *err);

#endif
