/* Inbox: lists and counts of cases for one who works with them. Everything is within the actor's scope. */
#ifndef ZENGSHOU_CASEWORK_INBOX_H
#define ZENGSHOU_CASEWORK_INBOX_H

#include "casework/case.h"
#include "register/naming.h"

enum case_list_kind {
    CASES_MINE, /* wait for the actor: a holder by role, given to them or to nobody, or gone up to them */
    CASES_OVERDUE_BELOW, /* overdue, in the actor's scope, whoever has them */
    CASES_OPEN,
    CASES_CLOSED,
    CASES_STARTED /* opened by the actor, open or closed */
};

enum { CASE_PAGE_MAX = 200 };

struct case_query {
    enum case_list_kind kind;
    int workflow;             /* -1: any */
    int state;                /* of the workflow; -1: any */
    int division;             /* of the pack: only its subtree; -1: all */
    int32_t due_from, due_to; /* both included; open ones only. INT32_MIN, INT32_MAX: any */
    int64_t assignee;         /* 0: any */
    size_t limit;             /* 1 … CASE_PAGE_MAX */
    struct text after;        /* `next` of the page before; empty: from the first */
};
/* All of a kind: start from this. */
struct case_query case_query_of(enum case_list_kind kind);

struct case_row {
    struct case_view view;
    struct named named;   /* the case record */
    struct named subject; /* whom it is about (case_subject); all empty: it hangs on nothing */
    int subject_reg;      /* -1 */
    int64_t subject_id;
};

/* Open ones by due date (those without one last), closed ones newest first. ERR_INPUT: cursor, limit. */
int case_list(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct case_query *query, const char *language, struct arena *arena,
              struct case_row **rows, size_t *count, struct text *next, struct err *err);

struct case_counts {
    int64_t mine, mine_due; /* mine_due: of these, due within `days` from today, today included */
    int64_t mine_overdue;
    int64_t overdue_below;
    int64_t open;
};
/* counts: one a workflow of the pack, each counted up to 10,000. */
int case_counts(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                int days, struct case_counts *counts, struct err *err);

struct case_state_count {
    int workflow, state;
    int64_t open, overdue;
};
/* Open cases of the actor's scope by the state they are in, workflow after workflow; division: as in a query.
 * What holds none is left out. */
int case_states(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                int division, struct arena *arena, struct case_state_count **counts, size_t *count,
                struct err *err);

/* The actor's cases by the day they are due: days[i] is from + i. */
int case_calendar(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  int32_t from, size_t days, int64_t *counts, struct err *err);

#endif
