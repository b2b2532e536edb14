/* The yardstick's data as arithmetic of row numbers, so that every competitor makes the same rows by itself.
 * The SQL beside must say the same. Integers only. */
#ifndef YARDSTICK_DATA_H
#define YARDSTICK_DATA_H

#include <stdint.h>

enum { VILLAGE_SIZE = 60, LEDGER_ROWS = 25, AS_OF_MONTH = 2022 * 12 + 8 }; /* 2022-09 */

static inline int64_t mix(int64_t i, int64_t salt)
{
    int64_t x = (i * 1103515245 + salt * 12345 + 6789) % 2147483647;
    return (x * 48271 + salt) % 2147483647 / 64;
}

static inline int64_t members_of(int64_t household)
{
    static const int8_t sizes[10] = {1, 2, 2, 3, 3, 3, 4, 4, 5, 5};
    return sizes[mix(household, 1) % 10];
}

static inline int64_t rural_population(int64_t village)
{
    return 300 + mix(village, 2) % 3000;
}
static inline int64_t category_of(int64_t household)
{
    int64_t d = mix(household, 3) % 20;
    return d < 2 ? 1 : d < 17 ? 0 : 2;
}
static inline int64_t relocated(int64_t household)
{
    return mix(household, 4) % 12 == 0;
}
/* persons are numbered household * 8 + k */
static inline int64_t birth_of(int64_t person)
{
    return -9131 + mix(person, 5) % 27000;
} /* 1945-01-01 … 2018-12-03 */
static inline int64_t able_of(int64_t person)
{
    return mix(person, 6) % 10 < 6;
}
static inline int64_t employed_of(int64_t person)
{
    return mix(person, 7) % 10 < 4;
}
static inline int64_t insured_of(int64_t person)
{
    return mix(person, 8) % 100 < 98;
}
static inline int64_t in_school_of(int64_t person)
{
    return mix(person, 9) % 100 < 96;
}
/* ledger rows are numbered household * 25 + r */
static inline int64_t month_of(int64_t row)
{
    int64_t r = row % LEDGER_ROWS;
    return AS_OF_MONTH - 23 + (r < 24 ? r : 23);
}
static inline int64_t kind_of(int64_t row)
{
    static const int8_t working[10] = {0, 0, 0, 0, 0, 1, 1, 3, 2, 4},
                        idle[10] = {3, 3, 3, 3, 3, 2, 2, 3, 3, 4};
    if (row % LEDGER_ROWS == 24) return 5;
    return (mix(row / LEDGER_ROWS, 12) % 9 == 0 ? idle : working)[mix(row, 10) % 10];
}
static inline int64_t amount_of(int64_t row)
{
    return 100000 + mix(row, 11) % 600000;
}

#endif
