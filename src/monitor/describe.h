/* A finding in words: which record, where, why, and what is missing. */
#ifndef ZENGSHOU_MONITOR_DESCRIBE_H
#define ZENGSHOU_MONITOR_DESCRIBE_H

#include "formula/explain.h"
#include "monitor/screening.h"

struct describer; /* not for threads to share */

struct description {
    struct text record;              /* 4304210001（张三） */
    struct text township, village;   /* empty when the record is nowhere */
    struct text sentence;            /* why it was found, or why it cannot be told */
    struct text missing;             /* the missing facts, joined by ；; empty for a hit */
    const struct explain *explain;   /* the whole tree */
};

struct describer *describer_new(const struct pack *pack, const struct frame *frame, int32_t as_of, const char *language);
void describer_free(struct describer *describer);

/* The description is valid until the next call. */
int describe(struct describer *describer, const struct node *node, int reg, uint32_t row, struct description *out,
             struct err *err);

/* What the undetermined findings of a screening lack, by the kind of fact. */
struct missing_fact {
    int reg;
    int field;        /* the empty field; -1: a whole record is missing (a year, a month that was not reported) */
    int64_t findings; /* undetermined findings, over all rules, that lack it */
    int64_t rules;    /* rules that have such findings */
    int last_rule;    /* private */
};

struct missing_summary {
    struct missing_fact *items; /* most frequent first */
    size_t count, capacity;
};

int missing_summarise(const struct screening *screening, struct describer *describer, const struct pack *pack,
                      void (*progress)(void *context, uint64_t done), void *context, struct missing_summary *out,
                      struct err *err);
void missing_summary_fini(struct missing_summary *summary);

#endif
