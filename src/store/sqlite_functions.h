/* What formulas say in SQL and SQLite lacks: exact arithmetic that answers NULL where it overflows, the
 * calendar, identity numbers, sets of codes, patterns. All are deterministic and give NULL when an argument
 * is NULL; dates are 'YYYY-MM-DD', months 'YYYY-MM', sets of codes names joined by ','. zs_add zs_subtract
 * zs_multiply (a, b), zs_abs (a)    int64, NULL on overflow zs_scale (a, by, over)                  a * by /
 * over, half away from zero; NULL for over 0 and on overflow zs_round (a, digits, grain)             a in
 * 10^-grain, rounded to 10^-digits zs_round_ratio (x, digits), zs_finite (x), zs_whole (x), zs_ratio (text)
 * of doubles zs_days, zs_date, zs_months, zs_month   date and month to and from their numbers (base/date.h)
 *   zs_age (birth, at), zs_months_between (from, to), zs_add_months (date, n) → number of the day,
 * zs_last_day (month), zs_make_date (y, m, d), zs_make_month (y, m) zs_length, zs_starts_with, zs_ends_with,
 * zs_contains, zs_substring (text, from, count), zs_matches (text, pattern) zs_idcard_valid, _birth, _male,
 * _division, zs_disability_kind, _grade zs_has (set, any of), zs_only (set, no others), zs_size (set),
 * zs_covers (months, first, last; months may be NULL) Aggregates: zs_sum (exact; NULL if a value is NULL or
 * the sum overflows; 0 over nothing), zs_median (lower one). */
#ifndef ZENGSHOU_STORE_SQLITE_FUNCTIONS_H
#define ZENGSHOU_STORE_SQLITE_FUNCTIONS_H

#include <sqlite3.h>

/* SQLite's result code. */
int sqlite_functions_add(sqlite3 *db);

#endif
