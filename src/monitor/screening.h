/* Screening: all rules in one pass over the registers as of a date; the run is stored and compared with the
 * one before. Source: 二(一), monthly monitoring; 二(二), key households and villages. */
#ifndef ZENGSHOU_MONITOR_SCREENING_H
#define ZENGSHOU_MONITOR_SCREENING_H

#include "formula/frame.h"
#include "formula/program.h"
#include "monitor/engine.h"
#include "register/database.h"

struct screening_options {
    int32_t as_of;
    int64_t entry;    /* see struct frame_request; a screening of the past is shown, not stored, and compared
                         with none */
    const int *rules; /* indexes into pack->rules; NULL: all */
    size_t rule_count;
    int threads; /* 0: as many as processors */
    struct text actor;
    struct engine_wish wish;
};

struct screening_rule {
    int rule;
    int64_t records, hits, undetermined;
    int64_t fresh;    /* hits that were none in the run before */
    int64_t cleared;  /* hits of the run before that are none now */
    int64_t previous; /* the run compared with; 0: there was none, and then nothing is fresh */
    bool pushed; /* answered by the database: its findings are in zs_finding, and there are no bits here */
    const uint64_t *known, *truth; /* bit per row of the rule's register */
    uint64_t *fresh_rows;          /* bit per row */
};

struct screening {
    int64_t run;   /* 0: of the past, not stored */
    int64_t facts; /* the last log entry that the frame knew; 0: without a frame */
    bool repeated; /* nothing changed since the last run for this date: that run is shown, none was added */
    int32_t as_of;
    struct engine_choice engine;
    struct frame *frame; /* with every field that the rules read which are not pushed, and those that name and
                            place records; NULL when all are pushed */
    struct screening_rule *rules;
    size_t rule_count;
    int64_t load_ms, run_ms; /* time to load the frame and to run the rules */
    struct program_result *results;
    struct screening_batch *batches; /* private */
    size_t batch_count;
};

/* Runs and stores (what is not of the past). Everything of a run is written in one transaction. */
int screening_run(struct database *database, const struct screening_options *options, struct screening **out,
                  struct err *err);
/* Makes the tables in which screenings are kept, in a database made by database_init, so that whoever screens
 * needs no right to make tables. Harmless to repeat; without it the first screening makes them. */
int screening_init(const char *url, struct err *err);

/* The statements by which the database would answer the rules, each with a closing semicolon; nothing is run.
 * What cannot be said in SQL is an error. */
int screening_statements(struct database *database, const struct screening_options *options,
                         struct buffer *out, struct err *err);

void screening_free(struct screening *screening);

enum finding { FINDING_HIT = 1, FINDING_UNDETERMINED = 2 };

/* Walks the findings of a rule that is not pushed, in row order (findings.h walks those of any rule): start
 * with *row = 0; false at the end. *row is then one behind; *at is the row. */
bool screening_next(const struct screening_rule *rule, uint32_t *row, uint32_t *at, enum finding *finding);

#endif
