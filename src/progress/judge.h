/* Judge: from sums of records to a value in the indicator's unit, and from the values of the months to what
 * was due, what the year's end will bring, and a light. docs/indicators.md says the same in words. */
#ifndef ZENGSHOU_PROGRESS_JUDGE_H
#define ZENGSHOU_PROGRESS_JUDGE_H

#include "progress/figures.h"

/* An exact number of ten-thousandths of the unit: above / below, below > 0. */
struct measured {
    bool known;
    __int128 above, below;
};

struct measured judge_measure(const struct pack_indicator *indicator, const struct figure *figure,
                              const struct value *minus);
struct measured judge_number(int64_t ten_thousandths); /* of a report */
/* Rounded to ten-thousandths, half away from zero; unknown when it leaves int64. DECIMAL. */
struct value judge_value(const struct measured *measured);

enum light {
    LIGHT_GREEN,
    LIGHT_YELLOW,
    LIGHT_RED,
    LIGHT_NONE,   /* no target this year */
    LIGHT_UNKNOWN /* not yet known */
};
enum { LIGHTS = 5 };
const char *light_name(enum light light); /* green, yellow, red, none, unknown */

struct standing {                /* what is known of one year */
    int year, month;             /* the month reached, 1 to 12 */
    bool running;                /* that month is not over */
    struct measured now;         /* in that month */
    struct measured base;        /* at the end of the year before */
    struct measured same, whole; /* of the year before: in the same month, at its end */
    int64_t population, undetermined;
};

struct judged {
    enum light light;
    bool target_given, due_known, forecast_known, begin_known;
    int64_t target, due, forecast; /* ten-thousandths of the unit */
    int64_t begin;     /* where the year's way to the target begins; not for what holds every day, nor for a
                          standing quantity of which it is not known */
    bool unsettled;    /* judged only when its month or year is over: nothing is due, no light but green */
    bool met;          /* the year's target is met as things stand */
    bool by_last_year; /* due and forecast rest on last year's course, not on the months alone */
    int next_year;     /* the next year with a target, when this one has none; 0: none */
    int64_t next_target;
};

void judge(const struct pack *pack, const struct pack_indicator *indicator, const struct standing *standing,
           struct judged *out);

#endif
