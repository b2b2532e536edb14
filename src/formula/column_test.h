/* Tests of a column's whole numbers against ranges, at the column's own width: a byte a row is read, not a
 * lane of int32 made of it first. */
#ifndef ZENGSHOU_FORMULA_COLUMN_TEST_H
#define ZENGSHOU_FORMULA_COLUMN_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formula/frame.h"

/* Sets bit i of out, for 64 rows a word, where low <= values[i] <= high; `join`: and leaves the set ones set.
 * low and high lie within the width, low <= high. */
typedef void column_test_run(const void *values, int64_t low, int64_t high, uint64_t *out, size_t words,
                             bool join);

/* The best for this processor; widths of whole numbers only. */
column_test_run *column_test_pick(enum column_width width);

/* For any processor: what the best one is measured by. */
column_test_run *column_test_plain(enum column_width width);

/* For processors with AVX-512; NULL where the compiler has none. */
column_test_run *column_test_avx512(enum column_width width);

/* The least and the most that a width of whole numbers holds. */
void column_width_limits(enum column_width width, int64_t *least, int64_t *most);

#endif
