/* Gaps: which facts the undetermined findings of a rule lack, by fact and by who should fill them in. Of
 * findings that were undetermined in the run, on the facts of the frame: what was filled in since is no gap.
 */
#ifndef ZENGSHOU_MONITOR_GAPS_H
#define ZENGSHOU_MONITOR_GAPS_H

#include "formula/frame.h"
#include "monitor/found.h"

struct gap {
    int reg;
    int field;    /* -1: a whole record */
    int township; /* index into pack.divisions of the finding's; -1: it is nowhere */
    int64_t findings;
};

struct gaps {
    struct gap *items; /* most frequent first */
    size_t count, capacity;
};

/* The frame holds what the rule reads and what places its records, of the present. */
int gaps_find(struct database *database, const struct frame *frame, const struct found_view *view, int rule,
              const struct found_run *run, struct gaps *out, struct err *err);
void gaps_fini(struct gaps *gaps);

#endif
