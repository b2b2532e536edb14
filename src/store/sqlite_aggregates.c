/* SQLite's own sum fails on overflow, and it has no median. */
#include "store/sqlite_aggregates.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* In 128 bits, so that only the whole sum can be too large, never a step on the way. In two halves, since
 * SQLite aligns its memory to 8 bytes only. */
struct sum {
    uint64_t low;
    int64_t high;
    int unknown;
};

static void sum_step(sqlite3_context *to, int count, sqlite3_value **in)
{
    struct sum *sum = sqlite3_aggregate_context(to, (int)sizeof *sum);
    (void)count;
    if (sum == NULL) {
        sqlite3_result_error_nomem(to);
        return;
    }
    sum->unknown |= sqlite3_value_type(in[0]) == SQLITE_NULL;
    int64_t value = sqlite3_value_int64(in[0]);
    sum->low += (uint64_t)value;
    sum->high += (sum->low < (uint64_t)value) - (value < 0);
}

static void sum_final(sqlite3_context *to)
{
    const struct sum *sum = sqlite3_aggregate_context(to, 0);
    if (sum == NULL)
        sqlite3_result_int64(to, 0);
    else if (!sum->unknown && sum->high == -(int64_t)(sum->low >> 63))
        sqlite3_result_int64(to, (int64_t)sum->low);
}

struct median {
    sqlite3_value **values;
    size_t count, capacity;
};

static void median_step(sqlite3_context *to, int count, sqlite3_value **in)
{
    struct median *median = sqlite3_aggregate_context(to, (int)sizeof *median);
    sqlite3_value *copy = median == NULL ? NULL : sqlite3_value_dup(in[0]);
    (void)count;
    if (copy == NULL) {
        sqlite3_result_error_nomem(to);
        return;
    }
    median->values = mem_grow(median->values, &median->capacity, median->count + 1, sizeof(sqlite3_value *));
    median->values[median->count++] = copy;
}

/* Two known values of one kind. */
static int compare(const void *a, const void *b)
{
    sqlite3_value *left = *(sqlite3_value *const *)a, *right = *(sqlite3_value *const *)b;
    if (sqlite3_value_type(left) == SQLITE_TEXT) {
        int left_size = sqlite3_value_bytes(left), right_size = sqlite3_value_bytes(right);
        int least = left_size < right_size ? left_size : right_size;
        int order =
            least == 0 ? 0 : memcmp(sqlite3_value_text(left), sqlite3_value_text(right), (size_t)least);
        return order != 0 ? order : left_size - right_size;
    }
    if (sqlite3_value_type(left) == SQLITE_INTEGER && sqlite3_value_type(right) == SQLITE_INTEGER) {
        sqlite3_int64 x = sqlite3_value_int64(left), y = sqlite3_value_int64(right);
        return (x > y) - (x < y);
    }
    double x = sqlite3_value_double(left), y = sqlite3_value_double(right);
    return (x > y) - (x < y);
}

static void median_final(sqlite3_context *to)
{
    struct median *median = sqlite3_aggregate_context(to, 0);
    if (median == NULL || median->count == 0) return;
    qsort(median->values, median->count, sizeof *median->values, compare);
    sqlite3_result_value(to, median->values[(median->count - 1) / 2]);
    for (size_t i = 0; i < median->count; i++) sqlite3_value_free(median->values[i]);
    free(median->values);
}

int sqlite_aggregates_add(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int result = sqlite3_create_function_v2(db, "zs_sum", 1, flags, NULL, NULL, sum_step, sum_final, NULL);
    if (result != SQLITE_OK) return result;
    return sqlite3_create_function_v2(db, "zs_median", 1, flags, NULL, NULL, median_step, median_final, NULL);
}
