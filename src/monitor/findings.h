/* Findings: the records of a screening's rules, each with what it takes to explain it. Where the screening
 * ran on a frame, that is the frame; where the database answered, frames of a part of the registers are
 * loaded, as many findings at a time as are shown, so that the memory taken does not grow with the registers.
 */
#ifndef ZENGSHOU_MONITOR_FINDINGS_H
#define ZENGSHOU_MONITOR_FINDINGS_H

#include "monitor/describe.h"
#include "monitor/screening.h"

struct finder;   /* of one screening */
struct findings; /* of one rule */

struct finding_at {
    struct describer *describer; /* knows the frame in which the record is */
    uint32_t row;
    enum finding state;
    bool fresh; /* a hit that was none in the run before */
};

struct finder *finder_new(struct database *database, const struct screening *screening, const char *language);
void finder_free(struct finder *finder);

/* The findings of screening->rules[rule] in row order; only: those of one state, 0 for all. limit: no more
 * than so many. At most one at a time. */
int findings_open(struct finder *finder, size_t rule, int only, int64_t limit, struct findings **out,
                  struct err *err);
/* *more false behind the last. What `at` refers to is valid until the next call. */
int findings_next(struct findings *findings, struct finding_at *at, bool *more, struct err *err);
void findings_close(struct findings *findings);

#endif
