/* Runs: one part of a scheme as of a month, its figures kept as they were. Nothing that is written to the
 * registers later changes a run; what people add (points of reviewers, objections) stands beside what was
 * computed until the run is closed, and nothing does afterwards. */
#ifndef ZENGSHOU_ASSESSMENT_RUNS_H
#define ZENGSHOU_ASSESSMENT_RUNS_H

#include "assessment/lines.h"

enum run_state { RUN_MADE, RUN_PUBLISHED, RUN_CLOSED, RUN_DROPPED };
const char *run_state_name(enum run_state state); /* "made" */

struct assessment_run {
    int64_t id;
    int scheme, part; /* of the pack; -1: no longer in it */
    struct text scheme_name, part_name;
    int year, month;
    int32_t as_of;
    int64_t facts; /* the last entry of the log that its figures knew */
    enum run_state state;
    struct value published, until, closed; /* DATE */
};

/* Computes and keeps everything in one transaction. ERR_CONFLICT: the scheme is not adopted for the year, or
 * there is a run of that part and month already. ERR_INPUT: a month that has not begun, or not of the plan.
 */
int run_make(struct database *database, const struct progress_book *book, int scheme, size_t part, int year,
             int month, int32_t today, struct text actor, int64_t *run, struct err *err);

/* Newest first; year 0 and scheme -1: any. Lives in the arena. */
int run_list(struct database *database, int scheme, int year, struct arena *arena,
             struct assessment_run **runs, size_t *count, struct err *err);
int run_get(struct database *database, int64_t id, struct arena *arena, struct assessment_run *run,
            struct err *err); /* ERR_NOT_FOUND */

/* ---- What stands in a run ---- */

struct run_criterion {
    struct text name, label_zh, label_en;
    enum criterion_kind kind;
    int64_t points;
    int indicator;                 /* of the pack; -1 */
    struct value full, zero, each; /* DECIMAL */
};

/* Kinds of what is kept in zs_assessment_kept. */
#define RUN_KEPT_REVIEW    "review"
#define RUN_KEPT_OBJECTION "objection"

struct run_led {
    struct text name; /* of the indicator */
    int indicator;    /* of the pack; -1: no longer in it */
    int64_t target, counted, missing, undetermined;
    struct value figure, attained, points; /* DECIMAL */
};

struct run_score {
    int64_t most;        /* points at most */
    bool spared;         /* it does not apply: its points are shared out over the others */
    struct value figure; /* DECIMAL, in the indicator's unit */
    int64_t counted, missing, undetermined;
    struct value computed, reviewed, awarded; /* points by figure, by a reviewer, by an objection; DECIMAL */
    struct value given;                       /* what counts: awarded, else computed, else reviewed */
    int64_t review, objection;                /* records of the pack's registers; 0: none */
    struct run_led *led;                      /* of CRITERION_LED: what the points come from */
    size_t led_count, led_capacity;
};

struct run_scored {
    struct text id, zh, en;
    int division, unit; /* of the pack; -1 */
    struct text vetoes; /* JSON */
    int grade_most;
    struct run_score *scores; /* [criterion] */
    struct score_total total;
};

struct run_table {
    struct assessment_run run;
    const struct run_criterion *criteria;
    size_t criterion_count;
    struct run_scored *scored; /* in the pack's order */
    size_t scored_count;
    size_t undecided; /* objections */
    struct arena arena;
};

/* All of a run, ranked. Not shown to anybody without view.h. */
int run_read(struct database *database, int64_t id, struct run_table **out, struct err *err);
void run_table_free(struct run_table *table);

/* ---- Its life; each one log entry ---- */

/* ERR_CONFLICT: not in the state for it, or points are open (the message says whose). until: the last day for
 * objections. Keeps the reviews: nothing that is written to their records later changes them here. */
int run_publish(struct database *database, int64_t id, int32_t today, int32_t until, struct text actor,
                struct err *err);
/* Once the last day for objections has passed; ERR_CONFLICT until then, and while one is undecided. Writes
 * the results. */
int run_close(struct database *database, int64_t id, int32_t today, struct text actor, struct err *err);
/* Before it is published: another one can then be made. The dropped one stays readable. */
int run_drop(struct database *database, int64_t id, struct text actor, struct err *err);

#endif
