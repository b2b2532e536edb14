/* Annual: what a year came to, over the parts during the year and at its end: share × the average of the
 * part's closed runs, added up; ranked, graded and listed by the scheme like a run. Nothing is stored: it
 * follows from what the closed runs wrote down. */
#ifndef ZENGSHOU_ASSESSMENT_ANNUAL_H
#define ZENGSHOU_ASSESSMENT_ANNUAL_H

#include "assessment/runs.h"

struct annual_part {
    int64_t share; /* of the year; all parts together DECIMAL_ONE */
    size_t runs;   /* closed ones of the year; 0: the part is open, and so is the year */
};

struct annual_scored {
    struct text id, zh, en;
    int division, unit;       /* of the pack; -1 */
    struct value *parts;      /* [part] the average of its runs, DECIMAL, to hundredths; unknown: open */
    struct score_total total; /* open: parts without points */
};

struct annual {
    int scheme, year;
    struct annual_part *parts; /* [part of the scheme] */
    bool whole;                /* every part has a closed run */
    int64_t run;               /* stands for the year: the first closed one of its last part; 0: none yet */
    struct annual_scored *scored;
    size_t scored_count;
    struct arena arena;
};

/* Of runs as of a month up to `month`; 12: the whole year. ERR_CONFLICT: there are closed runs, and the
 * scheme says something else than what was adopted. */
int annual_read(struct database *database, int scheme, int year, int month, struct annual **out,
                struct err *err);
void annual_free(struct annual *annual);

/* Exactly: the sum over parts of share × sum ÷ runs, to hundredths of a point, half up. sums, counts: [part];
 * counts above 0. */
int64_t annual_points(const struct annual_part *parts, const int64_t *sums, const int64_t *counts,
                      size_t count);

#endif
