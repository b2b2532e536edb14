/* Clues: what a stored screening brings to casework: by the pack's clues (pack/clue.h) hits of rules open
 * cases, or are laid beside open ones. Repeating it changes nothing: the same facts are brought once. */
#ifndef ZENGSHOU_CASEWORK_CLUES_H
#define ZENGSHOU_CASEWORK_CLUES_H

#include "casework/propose.h"

struct clues_report {
    size_t opened, beside, known; /* cases opened; proposals beside open ones; brought before */
    size_t failed;                /* hits of which no case could be made; the others were brought */
    struct err first;             /* why the first of them could not */
};

struct clues_options {
    bool (*cancelled)(
        void *context); /* asked between hits; NULL: never. ERR_CANCELLED; what was done stays */
    void *context;
};

/* Of the run with that number. Hits are brought a hundred in a transaction; one that cannot be is left out
 * alone. */
int clues_bring(struct casework *casework, struct case_moment moment, int64_t run,
                const struct clues_options *options, struct clues_report *report, struct err *err);

#endif
