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

/* Undetermined findings of a screening, counted by the kind of fact that is missing. */
struct missing_fact {
    int rule;            /* index in screening->rules */
    int reg, field;      /* the empty field; for an absent record the field that identifies it (the month) */
    bool absent_record;  /* the whole record is missing, not only a field of it */
    int64_t findings;    /* undetermined findings under the rule that lack it */
};

struct missing_summary {
    struct missing_fact *items; /* most frequent first within a rule, rules in order */
    size_t count, capacity;
};

int missing_summarise(const struct screening *screening, struct describer *describer, const struct pack *pack,
                      void (*progress)(void *context, uint64_t done), void *context, struct missing_summary *out,
                      struct err *err);
void missing_summary_fini(struct missing_summary *summary);

#endif
