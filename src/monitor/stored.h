/* Stored runs, read back: which facts, date and pack a screening had, and what it said of a record. */
#ifndef ZENGSHOU_MONITOR_STORED_H
#define ZENGSHOU_MONITOR_STORED_H

#include "monitor/screening.h"

struct stored_run {
    int64_t id;    /* 0: none */
    int64_t facts; /* the log entry up to which it knew the facts; see struct frame_request */
    int32_t as_of;
    bool other_pack; /* it ran with another pack than today's */
    char digest[17]; /* of the pack it ran with */
};

/* ERR_NOT_FOUND: there is no such run; the message says which there are. */
int stored_run_get(struct database *database, int64_t id, struct stored_run *out, struct err *err);

/* The last run as of that date that had the rule; id 0 without one. */
int stored_run_last(struct database *database, struct text rule, int32_t as_of, struct stored_run *out,
                    struct err *err);

/* What the run found: FINDING_HIT, FINDING_UNDETERMINED or 0, no finding. *ran: it had the rule. */
int stored_finding(struct database *database, int64_t run, struct text rule, int64_t record, int *finding,
                   bool *ran, struct err *err);

/* Since which run's date the record is in that state under the rule, without a break up to the last run that
 * had the rule; *known false when it was not in that run (it is so since it was last written). */
int stored_since(struct database *database, struct text rule, int64_t record, int state, int32_t *as_of,
                 bool *known, struct err *err);

#endif
