/* What the undetermined findings of a screening lack, by the kind of fact. */
#ifndef ZENGSHOU_MONITOR_MISSING_H
#define ZENGSHOU_MONITOR_MISSING_H

#include "monitor/findings.h"

struct missing_fact {
    int reg;
    int field; /* the empty field; -1: a whole record is missing (a year, a month that was not reported) */
    int64_t findings; /* undetermined findings, over all rules, that lack it */
    int64_t rules;    /* rules that have such findings */
    int last_rule;    /* private */
};

struct missing_summary {
    struct missing_fact *items; /* most frequent first */
    size_t count, capacity;
};

int missing_summarise(const struct screening *screening, struct finder *finder, const struct pack *pack,
                      void (*progress)(void *context, uint64_t done), void *context,
                      struct missing_summary *out, struct err *err);
void missing_summary_fini(struct missing_summary *summary);

#endif
