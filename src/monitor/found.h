/* Found: what stored screenings found, as a user may see it. Every figure counts exactly the records that the
 * list beside it shows: living ones, in the user's scope, in the division asked for, where they are now. */
#ifndef ZENGSHOU_MONITOR_FOUND_H
#define ZENGSHOU_MONITOR_FOUND_H

#include "monitor/screening.h"
#include "register/scope.h"

struct found_view {
    const struct scope *scope;
    int division; /* index into pack.divisions: only its subtree; -1: all of the scope */
};

/* A run as far as one rule is concerned; run 0: none had the rule. */
struct found_run {
    int64_t run, previous; /* previous 0: nothing to compare with, nothing is fresh or cleared */
    int32_t as_of;
};

/* The last run of each rule: runs[pack rule]. until: only runs as of that date or before it; INT32_MAX: any.
 */
int found_runs(struct database *database, int32_t until, struct found_run *runs, struct err *err);
/* The run of that number, 0: the last one, for one rule. ERR_NOT_FOUND: there is none, or it had not the
 * rule.
 */
int found_run_of(struct database *database, int rule, int64_t run, struct found_run *out, struct err *err);

struct found_figures {
    int64_t records; /* that the rule looks at: living ones as they are now */
    int64_t hits, undetermined, fresh, cleared;
};

/* figures[pack rule], zero where runs[…].run is 0 or the scope may not read the rule's register. */
int found_figures(struct database *database, const struct found_view *view, const struct found_run *runs,
                  struct found_figures *figures, struct err *err);

enum found_state { FOUND_HIT, FOUND_UNDETERMINED, FOUND_FRESH, FOUND_CLEARED };

/* A page of the records in that state, by id, those behind the id `after`. ids: room for `limit`. */
struct found_question {
    int rule;
    struct found_run run;
    enum found_state state;
};
int found_list(struct database *database, const struct found_view *view,
               const struct found_question *question, int64_t after, size_t limit, int64_t *ids,
               size_t *count, bool *more, struct err *err);
int found_count(struct database *database, const struct found_view *view,
                const struct found_question *question, int64_t *count, struct err *err);

/* One rule's figures by division: figures[division of the pack], those of villages added up to what they lie
 * in; behind the last one the records that are nowhere. Room for division_count + 1. */
int found_by_division(struct database *database, const struct found_view *view, int rule,
                      const struct found_run *run, struct found_figures *figures, struct err *err);

/* The ids of all records that the view shows; malloc'ed. */
int found_visible(struct database *database, const struct found_view *view, int reg, int64_t **ids,
                  size_t *count, struct err *err);

struct found_screening {
    int64_t run;
    struct text as_of, at, actor;
    int64_t rules;
};
/* Newest first, at most `limit`; in the arena. */
int found_screenings(struct database *database, size_t limit, struct arena *arena,
                     struct found_screening **out, size_t *count, struct err *err);

#endif
