/* Proof: what a run came to stands on the chained log as well. Making, publishing and closing it each write a
 * digest of its rows into their entry, so that no point can be altered by hand without the log saying
 * otherwise. docs/assessment.md says what is hashed. */
#ifndef ZENGSHOU_ASSESSMENT_PROOF_H
#define ZENGSHOU_ASSESSMENT_PROOF_H

#include "assessment/runs.h"

/* Writes the entry of what was done to a run, after it was done and in its transaction: the run's own line as
 * it is now, and the digest of its rows. stage: what it has become. */
int proof_enter(struct database *database, int64_t run, enum run_state stage, struct text actor,
                int64_t *entry, struct err *err);

/* The detail that such an entry has, appended. last: nothing later is on the log; then rows that only
 * something later writes are hashed as well (there should be none). ERR_NOT_FOUND: no such run. */
int proof_detail(struct store *store, int64_t run, enum run_state stage, bool last, struct buffer *out,
                 struct err *err);
/* The detail of an entry that adopts a scheme, appended. content: as scheme_write. */
void proof_adoption(struct text scheme, int64_t year, struct text content, struct buffer *out);

/* ---- What the log says ---- */

struct proof_entry {
    int64_t id; /* 0: there is none */
    struct text detail;
    struct text digest; /* empty: an older program wrote the entry */
};

struct proof_said {
    int64_t run; /* 0: made by an older program, which did not say it, and no longer there */
    struct proof_entry stages[RUN_DROPPED + 1]; /* [enum run_state] */
};

/* Of all runs that the log tells of, in the order in which they were made; in the arena. */
int proof_read(struct store *store, struct arena *arena, struct proof_said **said, size_t *count,
               struct err *err);
/* The last of made, published, closed that stands on the log. */
enum run_state proof_last(const struct proof_said *said);

/* ERR_CONFLICT: the rows of the run are not those that the log tells of. Without a digest it passes. */
int proof_need(struct store *store, int64_t run, struct err *err);

#endif
