/* Year: a year of the plan up to a month, with what it is compared with, and how each indicator stands in it.
 */
#ifndef ZENGSHOU_PROGRESS_YEAR_H
#define ZENGSHOU_PROGRESS_YEAR_H

#include "progress/judge.h"
#include "progress/shelf.h"

enum { YEAR_MONTHS = 12 };

struct progress_year {
    const struct progress_book *book;
    int year, month; /* the month reached, 1 to 12 */
    int32_t as_of;
    int32_t present;                          /* as of which progress_running_month is told */
    bool keeps_ledger;                        /* the pack names one: */
    struct ledger_figure ledger;              /* as of then */
    struct figures *end_before, *same_before; /* of the year before: its end, the same month */
    struct figures *months[YEAR_MONTHS];      /* [month - 1] up to the one reached */
};

/* The day as of which a month is told: its last, or today within the running one. */
int32_t progress_day(int year, int month, int32_t today);

/* The month that runs: today's within the plan's years; otherwise that of the last screening where it lies in
 * them; otherwise the plan's last month. */
int progress_running_month(struct database *database, int32_t today, int *year, int *month, struct err *err);

/* Which month is looked at when nobody says, by everybody alike: the latest one up to the one that runs whose
 * ledger is in (dashboard.ledger, over the whole county), at most a year back and within the plan; the one
 * that runs where none is. */
int progress_default_month(struct progress_shelf *shelf, struct frame_cache *frames,
                           struct database *database, int32_t today, int *year, int *month, struct err *err);
/* The day as of which that month is told. */
int progress_default_day(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                         int32_t today, int32_t *day, struct err *err);
/* ERR_INPUT: not a year of the plan, no such month, or one that has not begun. */
int progress_month_check(const struct pack *pack, int year, int month, int32_t today, struct err *err);

/* The month's day, its present and its ledger, without figures; nothing to be closed. Errors as of
 * progress_month_check. */
int progress_year_moment(struct progress_shelf *shelf, const struct progress_book *book,
                         struct frame_cache *frames, struct database *database, int year, int month,
                         int32_t today, struct progress_year *out, struct err *err);
/* Errors as of progress_month_check. To be closed, also after an error. */
int progress_year_open(struct progress_shelf *shelf, const struct progress_book *book,
                       struct frame_cache *frames, struct database *database, int year, int month,
                       int32_t today, struct progress_year *out, struct err *err);
void progress_year_close(struct progress_year *year);

/* Can the records tell the figure of a day from that of the month reached? Where no date is kept they say how
 * things stand now and nothing of before; where only the year is, nothing within it. */
bool progress_tells(const struct pack_indicator *indicator, int32_t reached, int32_t day);

/* Was an earlier month asked for, of which the records tell only how things stand now? The figure and its
 * lists are today's then, and have to say so. year: with as_of and present. */
bool progress_of_now(const struct progress_year *year, const struct pack_indicator *indicator);
/* The day of progress_running_month. */
int progress_present(struct database *database, int32_t today, int32_t *day, struct err *err);

/* The value of an indicator on one day, as a scope sees it in a division (-1: everywhere). seen: whether it
 * may be shown at all. */
struct measured progress_measure(const struct progress_book *book, const struct figures *figures,
                                 const struct scope *scope, int indicator, int division,
                                 struct figure *figure, bool *seen);
enum { DISPUTES_TOLD = 20 };

struct progress_line { /* how an indicator stands for some eyes in some place */
    bool seen;         /* false: nothing of it may be shown here */
    bool whole; /* the whole county: all targets hold; otherwise only those that hold for every place */
    struct figure figure;
    struct measured value;
    struct measured trend[YEAR_MONTHS];
    struct judged judged;
    bool of_now;              /* progress_of_now */
    bool small;               /* the denominator is below the pack's `small` */
    struct reported reported; /* of a reported indicator: what the value comes from */
    int64_t
        disputes[DISPUTES_TOLD]; /* cases that dispute the figure of this very place in one of the months */
    size_t dispute_count;
};

void progress_line(const struct progress_year *year, const struct scope *scope, int indicator, int division,
                   struct progress_line *out);

#endif
