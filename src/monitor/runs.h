/* Runs as stored: who hit which rule when. Internal to the monitor room. */
#ifndef ZENGSHOU_MONITOR_RUNS_H
#define ZENGSHOU_MONITOR_RUNS_H

#include "monitor/screening.h"

/* Makes the tables of runs where they are missing; inside an open transaction. */
int runs_prepare(struct store *store, struct err *err);

/* The run a rule is compared with: for a repeated run the stored one, else the latest that had the rule. 0:
 * none. */
int runs_previous(struct store *store, const struct screening *screening, struct text rule, int64_t *previous,
                  struct err *err);

/* Stores the screening (or finds that the last run still stands) and fills run, repeated, and each rule's
 * previous, fresh, cleared, fresh_rows. One transaction. */
int runs_store(struct database *database, const struct screening_options *options,
               struct screening *screening, struct err *err);

#endif
