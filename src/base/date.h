/* Dates are days since 1970-01-01, months are year * 12 + (month - 1); both proleptic Gregorian.
 * Accepted years: 1800 to 2200; everything outside is refused where it enters. */
#ifndef ZENGSHOU_BASE_DATE_H
#define ZENGSHOU_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { DATE_YEAR_MIN = 1800, DATE_YEAR_MAX = 2200 };

/* False for a day that does not exist. */
bool date_make(int year, int month, int day, int32_t *date);
void date_split(int32_t date, int *year, int *month, int *day);
bool month_make(int year, int month, int32_t *month_out);
static inline int month_year(int32_t month)
{
    return month / 12;
}
static inline int month_number(int32_t month)
{
    return month % 12 + 1;
}
int32_t date_month(int32_t date);   /* the month a date is in */
int32_t month_first(int32_t month); /* its first day as a date */
int32_t month_last(int32_t month);  /* its last day as a date */
bool date_in_range(int32_t date);
bool month_in_range(int32_t month);

/* Completed years, and completed months, from one date to another; negative when to < from. A birthday on
 * 29 February is reached on 1 March in other years (Civil Code reading used by the registers). */
int32_t date_years_between(int32_t from, int32_t to);
int32_t date_months_between(int32_t from, int32_t to);
/* The same day n months on; the last day of the month where that day does not exist. Outside the accepted
 * years the result is one that date_in_range refuses, whatever `months` is. */
int32_t date_add_months(int32_t date, int32_t months);
/* The same day a year before. The last day of a month stays one, in a February too: incomes of whole months
 * are compared with whole months. Out of range as date_add_months. */
int32_t date_year_before(int32_t date);

/* Reads what spreadsheets hold: 2022-09-30, 2022/9/30, 2022.9.30, 20220930, 2022年9月30日, each with blanks
 * around, full-width digits, or a stray ".0", and a time of day of zero behind it. */
bool date_parse(struct text text, int32_t *date);
/* 2022-09, 2022/9, 202209, 2022年9月, 2022.09, a stray ".0" behind six digits, or a full date (its month). */
bool month_parse(struct text text, int32_t *month);

enum { DATE_TEXT = 11 };
const char *date_format(int32_t date, char out[DATE_TEXT]);   /* 2022-09-30 */
const char *month_format(int32_t month, char out[DATE_TEXT]); /* 2022-09 */

/* ---- The machine's clock, for whoever has to ask it; formulas never do ---- */

/* In the machine's time zone. Where the environment names another day (DATE_TODAY_ENVIRONMENT=2022-10-28),
 * that one: a demonstration county lives when its data end. */
#define DATE_TODAY_ENVIRONMENT "ZENGSHOU_TODAY"
int32_t date_today(void);

enum { DATE_MOMENT_TEXT = 32 };
/* Seconds since 1970 as the log writes moments: 2022-03-31T15:59:59Z. Empty for what is no moment. */
const char *date_moment(int64_t seconds, char out[DATE_MOMENT_TEXT]);

#endif
