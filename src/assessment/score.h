/* Score: from figures to points, from points to ranks, grades and lists, by a scheme of the pack. Arithmetic
 * only: it knows no database. All numbers are ten-thousandths. docs/assessment.md says the same in words. */
#ifndef ZENGSHOU_ASSESSMENT_SCORE_H
#define ZENGSHOU_ASSESSMENT_SCORE_H

#include "pack/assessment.h"
#include "progress/judge.h"

/* Points of CRITERION_INDICATOR: all at `full`, none at `zero`, evenly between, rounded to hundredths half
 * away from zero. Unknown when the figure is. DECIMAL. */
struct value score_by_figure(const struct pack_criterion *criterion, const struct measured *figure);

/* Points taken off by CRITERION_DEDUCTION, never more than its most; 0 or more. DECIMAL. */
struct value score_deduction(const struct pack_criterion *criterion, const struct measured *figure);

/* How far an indicator with a target was attained, 0 to 1: 1 when it is met, else the figure by the target,
 * or the target by the figure where less is better: 1 as well at the very line of a target that has to be
 * passed (`>`, `<`), unless that is 0. Unknown when the figure is. DECIMAL. */
struct value score_attainment(const struct pack_indicator *indicator, int64_t target,
                              const struct measured *figure);

/* Points of CRITERION_LED: its points times the average of the attainments that are known, rounded as above.
 * Unknown when none is. */
struct value score_led(const struct pack_criterion *criterion, const struct value *attainments, size_t count);

/* What one of them brings, of `known` that are known, rounded by itself: the sum may differ from the points
 * of all by some hundredths. */
struct value score_led_one(const struct pack_criterion *criterion, const struct value *attained,
                           int64_t known);

bool score_is_vetoed(const struct pack_veto *veto, const struct measured *figure); /* not by an unknown one */

/* ---- The whole ---- */

struct score_total {
    int64_t points; /* 0 to 100 */
    size_t open;    /* criteria without points: the points are then what is known so far */
    int grade;      /* of the scheme */
    int64_t rank;   /* 1 is the best; equal points share one. 0: not ranked, since something is open */
    uint64_t lists; /* bit per list of the scheme */
    int grade_most; /* no better than this grade of the scheme; 0: no veto holds */
};

/* A criterion whose points are shared out where there is nobody it could count: is there nobody? */
bool score_spares(const struct pack_criterion *criterion, const struct figure *figure,
                  const struct measured *value);

/* Points of one part: those given less those taken off, 0 at least. points: [criterion] of the part, unknown
 * where open; an open deduction counts as open. spared: [criterion], NULL: none; what is given for the others
 * is scaled up to the points of all, rounded as above. Everything spared counts as open. */
void score_part(const struct pack_assessment_part *part, const struct value *points, const bool *spared,
                struct score_total *out);

/* Ranks, grades, lists of all that were scored, from points, open and grade_most. */
void score_rank(const struct pack_scheme *scheme, struct score_total *totals, size_t count);

#endif
