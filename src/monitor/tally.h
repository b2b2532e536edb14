/* Tally: the values of one formula over many records, summed up by division. Exact: sums are integers. */
#ifndef ZENGSHOU_MONITOR_TALLY_H
#define ZENGSHOU_MONITOR_TALLY_H

#include "formula/frame.h"
#include "formula/program.h"
#include "pack/pack.h"

struct tally {
    int division; /* index in pack->divisions; -1: records that are nowhere */
    int64_t records, known;
    int64_t yes;               /* BOOL: true */
    struct value sum, average; /* INT, DECIMAL, MONEY (average of INT is a DECIMAL); RATIO: average only */
    struct value least, most;  /* of the known values, for types with an order */
    __int128 total;            /* private */
};

/* One tally a division of the level that has records, in the pack's order; records nowhere come last. *out is
 * malloc'ed. */
void tally_by_division(const struct pack *pack, const struct frame *frame, int reg,
                       const struct program_result *result, enum division_level level, struct tally **out,
                       size_t *count);

/* The type of a tally's average for values of a type. */
struct type tally_average_type(struct type type);

#endif
