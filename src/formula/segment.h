/* Segments: a chunk of child rows cut into the slices of their parents, and what can be counted over all
 * slices at once. Rows and parents are counted from the chunk's first row and the batch's first parent.
 *
 * A mask is a bitmap of the chunk's rows with a spare word behind its last. A parent's slice may begin in an
 * earlier chunk and go on in a later one: all results are added to what stands there. */
#ifndef ZENGSHOU_FORMULA_SEGMENT_H
#define ZENGSHOU_FORMULA_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segments {
    const uint32_t
        *ends; /* ends[p], ends[p + 1]: where parent p's rows begin and end, before subtracting `first` */
    size_t first, rows;
    size_t parent, parent_end; /* parents with rows in the chunk, and perhaps some without any */
};

/* For each parent of the segments: its rows lo .. hi - 1, if there are any. */
#define EACH_SEGMENT(at, p, lo, hi)                                                                          \
    for (size_t p = (at)->parent, lo, hi; p < (at)->parent_end; p++)                                         \
        if ((lo = (at)->ends[p] > (at)->first ? (at)->ends[p] - (at)->first : 0,                             \
             hi = (at)->ends[p + 1] - (at)->first, hi = hi > (at)->rows ? (at)->rows : hi, lo < hi))

/* How many sums are taken together, and how many rows of a slice at a time. */
enum { SEGMENT_MASKS = 16, SEGMENT_STRIDE = 48 };

struct segment_sums {
    const struct segments *at;
    const void *values;
    size_t count; /* at most SEGMENT_MASKS */
    const uint64_t *masks[SEGMENT_MASKS];
    int64_t *sums[SEGMENT_MASKS]; /* sums[k][p] += the values of p's rows in masks[k]; may wrap on the way */
};

enum segment_values {
    SEGMENT_SMALL,  /* int32, and any SEGMENT_STRIDE of them add up to an int32 */
    SEGMENT_NARROW, /* int32 */
    SEGMENT_WIDE    /* int64 */
};

typedef void segment_sums_run(const struct segment_sums *call);

/* The best for this processor. */
segment_sums_run *segment_sums_pick(enum segment_values values);

/* For any processor: what the best one is measured by. */
segment_sums_run *segment_sums_plain(enum segment_values values);

/* For processors with AVX-512; NULL where the compiler has none. */
segment_sums_run *segment_sums_avx512(enum segment_values values);

void segment_counts(const struct segments *at, const uint64_t *mask, int64_t *counts);

/* Sets the bit of every parent with a row in the mask. */
void segment_any(const struct segments *at, const uint64_t *mask, uint64_t *out);

#endif
