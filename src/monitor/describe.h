/* A finding in words: which record, where, why, and what is missing. */
#ifndef ZENGSHOU_MONITOR_DESCRIBE_H
#define ZENGSHOU_MONITOR_DESCRIBE_H

#include "formula/explain.h"
#include "pack/pack.h"

struct describer; /* not for threads to share */

struct description {
    struct text record;            /* 4304210001（张三） */
    struct text township, village; /* empty when the record is nowhere */
    struct text sentence;          /* why it was found, or why it cannot be told */
    struct text missing;           /* the missing facts, joined by ；; empty for a hit */
    const struct explain *explain; /* the whole tree */
};

struct describer *describer_new(const struct pack *pack, const struct frame *frame, int32_t as_of,
                                const char *language);
void describer_free(struct describer *describer);
void describer_few(struct describer *describer); /* explainer_few */
/* explainer_rest and explainer_on: between two requests it holds no frame. */
void describer_rest(struct describer *describer);
void describer_on(struct describer *describer, const struct frame *frame, const char *language);
/* Lets go of what it computed; what it said before is no longer to be used. */
void describer_forget(struct describer *describer);

/* The description is valid until the next call. */
int describe(struct describer *describer, const struct node *node, int reg, uint32_t row,
             struct description *out, struct err *err);

/* The index-th missing fact of the description just made, in words; appended. */
void describe_missing(struct describer *describer, int reg, uint32_t row, size_t index, struct buffer *out);

/* Only the tree; valid until the next call. */
int describer_explain(struct describer *describer, const struct node *node, int reg, uint32_t row,
                      const struct explain **out, struct err *err);

#endif
