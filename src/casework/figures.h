/* Figures of a workflow's process: how long steps take, how many are late, how many come back; each with the
 * cases behind it. */
#ifndef ZENGSHOU_CASEWORK_FIGURES_H
#define ZENGSHOU_CASEWORK_FIGURES_H

#include "casework/casework.h"

struct figures_query {
    int workflow;
    int32_t from, to; /* steps that ended within; both included */
    int division;     /* -1: all of the scope */
};

struct figures_line {
    int division;            /* a township of the pack; -1: nowhere, or all of the query */
    int state;               /* that was left; -1: of the whole case, by the workflow's clock */
    int64_t passed;          /* steps that left it; cases whose clock was met */
    int64_t median, longest; /* days in it, by calendar */
    int64_t late;            /* left after its deadline; the clock met after it ran out */
    int64_t with_deadline;   /* that had one: the late rate is late / with_deadline */
    int64_t returned;        /* left by a `return` */
};

struct figures_table {
    struct figures_line *states; /* all of the query, first of the clock, then a line a state */
    size_t state_count;
    struct figures_line *townships; /* a line a township, or a township and state */
    size_t township_count;
};

/* In the pack's order; lines without steps are left out. In the arena. */
int figures_table(struct casework *casework, const struct case_actor *actor,
                  const struct figures_query *query, struct arena *arena, struct figures_table *out,
                  struct err *err);

enum figures_which { FIGURES_PASSED, FIGURES_LATE, FIGURES_RETURNED };

/* The cases behind a line (state -1: of the clock): records, each once, ascending; at most `limit` behind
 * `after`. */
int figures_cases(struct casework *casework, const struct case_actor *actor,
                  const struct figures_query *query, int state, enum figures_which which, int64_t after,
                  size_t limit, struct arena *arena, int64_t **records, size_t *count, struct err *err);

#endif
