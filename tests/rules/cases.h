/* Cases of a pack's rules, written beside them: a few records and what the rule says of the first one. */
#ifndef ZENGSHOU_TESTS_RULES_CASES_H
#define ZENGSHOU_TESTS_RULES_CASES_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/frame.h"
#include "pack/pack.h"

enum answer { ANSWER_HIT, ANSWER_MISS, ANSWER_UNKNOWN, ANSWERS };

extern const char *const answer_names[ANSWERS]; /* as the file spells them */

struct rule_case {
    int rule; /* of the pack */
    enum answer answer;
    int32_t as_of;
    struct text records; /* "household number=1 | person labour=none": read by case_frame */
    int line;
};

struct rule_cases {
    struct rule_case *items;
    size_t count, capacity;
};

/* A whole file, into the arena. */
int cases_file(const char *path, struct arena *arena, struct text *out, struct err *err);

/* Every line is understood or a fault with its place. The cases point into `content`. */
int cases_read(const struct pack *pack, const char *path, struct text content, struct arena *arena,
               struct rule_cases *out, struct err *err);

/* The records as a frame. Records of a register are numbered from 1 in their order. */
int case_frame(const struct pack *pack, const struct rule_case *item, struct arena *arena, struct frame **out,
               struct err *err);

#endif
