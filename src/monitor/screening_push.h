/* The rules of a screening that the database answers by itself. Internal to the monitor room. */
#ifndef ZENGSHOU_MONITOR_SCREENING_PUSH_H
#define ZENGSHOU_MONITOR_SCREENING_PUSH_H

#include "monitor/screening.h"

/* Rules of one register that are answered by one statement. */
struct screening_batch {
    int reg;
    size_t *rules; /* indexes into screening->rules */
    size_t count;
};

/* Puts the rules that can be said in SQL into batches, as few as possible, and marks them as pushed. What
 * cannot be said is left to a frame, or is an error where SQL was asked for. */
int screening_push_plan(struct database *database, struct screening *screening, struct err *err);

/* Inside the run's transaction: stores the findings of the pushed rules under screening->run and fills in
 * what they count to. */
int screening_push_store(struct database *database, struct screening *screening, struct err *err);

/* The same counts of a run that stands. */
int screening_push_recall(struct database *database, struct screening *screening, struct err *err);

/* The statements of the batches, appended. */
int screening_push_print(struct database *database, const struct screening *screening, struct buffer *out,
                         struct err *err);

void screening_push_free(struct screening *screening);

#endif
