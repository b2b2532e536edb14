/* One tick under way. Internal to tick.c and automatic.c. */
#ifndef ZENGSHOU_CASEWORK_TICK_PRIVATE_H
#define ZENGSHOU_CASEWORK_TICK_PRIVATE_H

#include "casework/casework_private.h"
#include "casework/tick.h"

#define TICK_DOER TEXT("casework")

struct ticking {
    struct casework *casework;
    struct case_moment moment;
    const struct tick_options *options;
    struct tick_report *report;
    int64_t last;     /* the entry up to which the last tick looked */
    int64_t entry;    /* that up to which this one does: the last when it began */
    size_t uncounted; /* deadlines that could not be counted anew */
};

struct case_id {
    int reg;
    int64_t record;
};

struct case_ids {
    struct case_id *items;
    size_t count, capacity;
};

/* One case in its own transaction. What does not work is counted, and stops no other. */
struct one_case {
    struct ticking *ticking;
    struct case_id id;
    int transition;
    bool done;
};

int tick_one(struct one_case *one, int (*work)(void *context, struct err *err), struct err *err);

struct case_doer tick_doer(void);

/* Rows of register and record; the statement is freed. */
int tick_take_ids(struct casework *casework, struct statement *statement, struct case_ids *ids,
                  struct err *err);

/* All that may happen by itself, in rounds: one may make others possible. */
int tick_automatic(struct ticking *ticking, struct err *err);

#endif
