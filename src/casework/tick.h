/* Tick: what time and facts do to cases: they go up when overdue, and automatic transitions happen. It
 * depends on nothing but the database and the moment, and repeating it changes nothing. */
#ifndef ZENGSHOU_CASEWORK_TICK_H
#define ZENGSHOU_CASEWORK_TICK_H

#include "casework/casework.h"

struct tick_report {
    size_t escalated, moved, reopened, adopted;
    size_t beside;     /* records of imports that were put beside an open case */
    size_t failed;     /* cases that could not be moved, records that could not become cases; the others were.
                          The next tick tries again */
    struct err first;  /* why the first of them could not */
    bool unknown_year; /* today's year is not in holidays.yaml: working days are counted by weekends alone */
};

/* Each case in its own transaction. cancelled may be NULL: asked between cases (ERR_CANCELLED; what was done
 * stays). */
struct tick_options {
    bool (*cancelled)(void *context);
    void *context;
    bool gentle; /* rest between cases, so that others who write to the database get their turn */
};
int casework_tick(struct casework *casework, struct case_moment moment, const struct tick_options *options,
                  struct tick_report *report, struct err *err);

#endif
