/* Answers: formulas of one register over all of its records, by whichever engine suits, with a frame that
 * names and places the records. What is done with the answers does not depend on how they were come by. */
#ifndef ZENGSHOU_MONITOR_ANSWERS_H
#define ZENGSHOU_MONITOR_ANSWERS_H

#include "monitor/engine.h"

struct answers_request {
    const struct push_question *questions; /* all on one register, perhaps of several variants of the pack */
    size_t count;
    const char *name; /* what the formulas are called in errors */
    int64_t entry;    /* see struct frame_request; only frames know the past */
    int threads;
    struct engine_wish wish;
};

struct answers {
    struct engine_choice engine;
    struct frame
        *frame; /* of the whole register; of fields perhaps no more than what names and places its records */
    struct program_result **results; /* [question][formula] */
    /* Private. */
    struct program **programs;
    const struct push_question *questions;
    size_t count;
    struct arena arena;
};

/* The questions must outlive the answers. */
int answers_compute(struct database *database, const struct answers_request *request, struct answers *out,
                    struct err *err);
void answers_fini(struct answers *answers); /* also after an error, and of a zeroed one */

#endif
