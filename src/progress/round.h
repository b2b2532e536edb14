/* Round: a month's reports as somebody may see them, in the order in which they were asked for: what is
 * reported on, where each report stands, who handed it in, what is late. */
#ifndef ZENGSHOU_PROGRESS_ROUND_H
#define ZENGSHOU_PROGRESS_ROUND_H

#include "pack/workflow.h"
#include "register/database.h"
#include "register/scope.h"

struct round_report {
    int64_t id, version;
    struct text unit, lead;  /* a unit's name or a township's code: who reports, who confirms */
    struct text item, title; /* an indicator's name or a task's clause; as it was called then */
    int indicator;           /* of the pack; -1: a task, or no longer in it */
    bool figure;             /* otherwise words */
    struct text measure;
    struct value value;              /* DECIMAL */
    int state;                       /* of the workflow; -1: none */
    const struct label *stands;      /* in few words */
    struct value since, due, closed; /* DATE */
    bool overdue, accepted;
    struct text late; /* overdue with which unit: reporting, or confirming; empty: with nobody's unit */
    bool handed;      /* it is not (again) with who has to fill it in */
    bool returned;    /* … and was sent back to them */
    struct text by;   /* who handed it in last; empty: nobody */
    struct value on;  /* DATE */
    const struct value *values; /* of the register */
};

struct round {
    const struct pack_workflow *workflow;
    int32_t month;
    struct round_report *reports;
    size_t count;
};

/* What the scope sees of the month; unit: only what that one reports or confirms, empty: all. In a statement
 * a page of reports and one for their steps; all in the arena. ERR_INPUT: the pack has no rounds.
 * ERR_FORBIDDEN: reports are not for this user. */
int round_read(struct database *database, const struct scope *scope, int32_t month, struct text unit,
               const char *language, int32_t today, struct arena *arena, struct round *out, struct err *err);

struct round_sum {
    int64_t asked, handed, accepted, returned, overdue;
};
/* A report of the unit whose sum it is: late is what it is late with itself. */
void round_add(struct round_sum *sum, const struct round_report *report);
/* … and what it is late with that others reported: to confirm. */
bool round_late_for_others(const struct round_report *report, struct text unit);

#endif
