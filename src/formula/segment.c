/* Counting over slices in plain C. Slices are short (a household's members, two years of its income), so the
 * work per slice counts as much as the work per row: rows that are not in a mask are never looked at. */
#include "formula/segment.h"

#include "formula/bits.h"
#include "formula/processor.h"

/* Bits from..to; the spare word behind a map's last is there for this. */
static uint64_t slice(const uint64_t *mask, size_t from, size_t to)
{
    return bits_slice(mask, from, to);
}

#define PLAIN_SUMS(name, type)                                                                               \
    static void name(const struct segment_sums *call)                                                        \
    {                                                                                                        \
        const type *values = call->values;                                                                   \
        for (size_t k = 0; k < call->count; k++) {                                                           \
            const uint64_t *mask = call->masks[k];                                                           \
            EACH_SEGMENT(call->at, p, lo, hi)                                                                \
            {                                                                                                \
                uint64_t sum = (uint64_t)call->sums[k][p];                                                   \
                for (size_t from = lo; from < hi; from += 64) {                                              \
                    uint64_t bits = slice(mask, from, hi - from < 64 ? hi : from + 64);                      \
                    for (; bits != 0; bits &= bits - 1)                                                      \
                        sum += (uint64_t)(int64_t)values[from + (size_t)__builtin_ctzll(bits)];              \
                }                                                                                            \
                call->sums[k][p] = (int64_t)sum;                                                             \
            }                                                                                                \
        }                                                                                                    \
    }
PLAIN_SUMS(sums_narrow, int32_t)
PLAIN_SUMS(sums_wide, int64_t)

segment_sums_run *segment_sums_plain(enum segment_values values)
{
    return values == SEGMENT_WIDE ? sums_wide : sums_narrow;
}

segment_sums_run *segment_sums_pick(enum segment_values values)
{
    segment_sums_run *fast = processor_has_avx512() ? segment_sums_avx512(values) : NULL;
    return fast != NULL ? fast : segment_sums_plain(values);
}

void segment_counts(const struct segments *at, const uint64_t *mask, int64_t *counts)
{
    EACH_SEGMENT(at, p, lo, hi) counts[p] += (int64_t)bits_count(mask, lo, hi);
}

void segment_any(const struct segments *at, const uint64_t *mask, uint64_t *out)
{
    EACH_SEGMENT(at, p, lo, hi)
    {
        bool any = hi - lo <= 64 ? slice(mask, lo, hi) != 0 : bits_any(mask, lo, hi);
        out[p / 64] |= (uint64_t)any << (p % 64);
    }
}
