/* Which engine, and why: formulas run on a frame in memory or as SQL in the database. Both give the same
 * answers; the frame is faster as long as it fits. */
#ifndef ZENGSHOU_MONITOR_ENGINE_H
#define ZENGSHOU_MONITOR_ENGINE_H

#include "formula/program.h"
#include "monitor/push.h"
#include "register/database.h"

enum engine { ENGINE_AUTO, ENGINE_FRAME, ENGINE_SQL };

struct engine_wish {
    enum engine engine;
    int64_t memory; /* bytes that the frame may take; 0: what the machine has left */
};

struct engine_choice {
    enum engine engine;    /* ENGINE_FRAME or ENGINE_SQL; never ENGINE_AUTO */
    bool strict;           /* SQL was asked for: what cannot be said in SQL is an error */
    size_t pushed, framed; /* formulas answered in each way; filled by whoever runs them */
    char zh[320], en[320]; /* why, in words; empty when there is nothing to say: the frame as usual */
};

/* roots, categories: what the frame would have to hold, as for gather_frame. */
int engine_choose(struct database *database, const struct engine_wish *wish, const struct program_root *roots,
                  size_t count, bool categories, struct engine_choice *choice, struct err *err);

/* Only frames know the past: for facts as of an entry of the log (struct frame_request) the wish becomes a
 * frame, and SQL asked for is ERR_INPUT. */
int engine_for_past(int64_t entry, struct engine_wish *wish, struct err *err);

/* For questions that are answered as a whole: when the formulas of the choice cannot all be said in SQL,
 * falls back to the frame and says so, or is the error. name: what to call the formulas in it; may be NULL.
 */
int engine_settle(struct database *database, const struct push_question *question, const char *name,
                  struct engine_choice *choice, struct err *err);

/* The error for a formula that was to be pushed and cannot be: ERR_INPUT with the formula's name, the
 * position and the reason that `why` gives. */
int engine_refuse(const char *name, const struct err *why, struct err *err);

/* "2GiB", "500 MB", "1024": bytes; false when it is none of these or not positive. */
bool engine_memory_parse(const char *text, int64_t *bytes);

/* Bytes that this process may still take: of the machine's available memory and of its control group. */
int64_t engine_memory(void);

#endif
