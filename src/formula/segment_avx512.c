/* Sums over slices with AVX-512: a mask's bits are the lanes that are added, and the rows of a slice are read
 * once for all masks. */
#include "formula/segment.h"

#include "formula/processor.h"

#ifdef PROCESSOR_AVX512
#include <immintrin.h>
#include <string.h>

#define INLINE PROCESSOR_AVX512 static inline __attribute__((always_inline))

/* `rows` bits, at most 57 of them, beginning at bit `from`. */
INLINE uint64_t slice(const uint64_t *mask, size_t from, uint64_t rows)
{
    uint64_t bits;
    memcpy(&bits, (const char *)mask + from / 8, sizeof bits);
    return bits >> (from % 8) & rows;
}

INLINE uint64_t low_bits(size_t count)
{
    return ((uint64_t)1 << count) - 1;
}

/* Sixteen vectors to the vector of their sixteen sums: neighbours are added pairwise, four times. */
INLINE __m512i sums_of(const __m512i *tile)
{
    __m512i pairs[8], fours[4], low, high;
    for (int i = 0; i < 8; i++)
        pairs[i] = _mm512_add_epi32(_mm512_unpacklo_epi32(tile[2 * i], tile[2 * i + 1]),
                                    _mm512_unpackhi_epi32(tile[2 * i], tile[2 * i + 1]));
    for (int i = 0; i < 4; i++)
        fours[i] = _mm512_add_epi32(_mm512_unpacklo_epi64(pairs[2 * i], pairs[2 * i + 1]),
                                    _mm512_unpackhi_epi64(pairs[2 * i], pairs[2 * i + 1]));
    low = _mm512_add_epi32(_mm512_shuffle_i32x4(fours[0], fours[1], 0x88),
                           _mm512_shuffle_i32x4(fours[0], fours[1], 0xDD));
    high = _mm512_add_epi32(_mm512_shuffle_i32x4(fours[2], fours[3], 0x88),
                            _mm512_shuffle_i32x4(fours[2], fours[3], 0xDD));
    return _mm512_add_epi32(_mm512_shuffle_i32x4(low, high, 0x88), _mm512_shuffle_i32x4(low, high, 0xDD));
}

/* At most SEGMENT_STRIDE rows of one parent: `parts` vectors of 16. */
INLINE void add_small(const struct segment_sums *call, size_t p, size_t from, uint64_t rows, int parts,
                      __m512i *tile)
{
    const int32_t *values = (const int32_t *)call->values + from;
    __m512i part[3];
    int64_t sums[SEGMENT_MASKS];
    for (int i = 0; i < parts; i++) {
        part[i] = _mm512_maskz_loadu_epi32((__mmask16)(rows >> (16 * i)), values + 16 * i);
        _mm_prefetch((const char *)(values + 16 * i) + PROCESSOR_AHEAD, _MM_HINT_T0);
    }
    for (size_t k = 0; k < call->count; k++) {
        uint64_t bits = slice(call->masks[k], from, rows);
        __m512i sum = _mm512_maskz_mov_epi32((__mmask16)bits, part[0]);
        for (int i = 1; i < parts; i++)
            sum = _mm512_mask_add_epi32(sum, (__mmask16)(bits >> (16 * i)), sum, part[i]);
        tile[k] = sum;
    }
    __m512i all = sums_of(tile);
    _mm512_storeu_si512(sums, _mm512_cvtepi32_epi64(_mm512_castsi512_si256(all)));
    _mm512_storeu_si512(sums + 8, _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(all, 1)));
    for (size_t k = 0; k < call->count; k++)
        call->sums[k][p] = (int64_t)((uint64_t)call->sums[k][p] + (uint64_t)sums[k]);
}

PROCESSOR_AVX512 static void sums_small(const struct segment_sums *call)
{
    __m512i tile[SEGMENT_MASKS];
    for (int k = 0; k < SEGMENT_MASKS; k++) tile[k] = _mm512_setzero_si512();
    EACH_SEGMENT(call->at, p, lo, hi)
    for (size_t from = lo; from < hi; from += SEGMENT_STRIDE) {
        size_t rows = hi - from < SEGMENT_STRIDE ? hi - from : SEGMENT_STRIDE;
        if (rows <= 16)
            add_small(call, p, from, low_bits(rows), 1, tile);
        else if (rows <= 32)
            add_small(call, p, from, low_bits(rows), 2, tile);
        else
            add_small(call, p, from, low_bits(rows), 3, tile);
    }
}

/* As int64 from the start; `read` loads eight values. */
#define SUMS(name, type, read)                                                                               \
    PROCESSOR_AVX512 static void name(const struct segment_sums *call)                                       \
    {                                                                                                        \
        EACH_SEGMENT(call->at, p, lo, hi)                                                                    \
        for (size_t from = lo; from < hi; from += SEGMENT_STRIDE) {                                          \
            size_t rows = hi - from < SEGMENT_STRIDE ? hi - from : SEGMENT_STRIDE, parts = (rows + 7) / 8;   \
            const type *values = (const type *)call->values + from;                                          \
            __m512i part[SEGMENT_STRIDE / 8];                                                                \
            for (size_t i = 0; i < parts; i++) {                                                             \
                __mmask8 inside = (__mmask8)(low_bits(rows) >> (8 * i));                                     \
                part[i] = (read);                                                                            \
            }                                                                                                \
            for (size_t k = 0; k < call->count; k++) {                                                       \
                uint64_t bits = slice(call->masks[k], from, low_bits(rows));                                 \
                __m512i sum = _mm512_setzero_si512();                                                        \
                for (size_t i = 0; i < parts; i++)                                                           \
                    sum = _mm512_mask_add_epi64(sum, (__mmask8)(bits >> (8 * i)), sum, part[i]);             \
                uint64_t added = (uint64_t)_mm512_reduce_add_epi64(sum);                                     \
                call->sums[k][p] = (int64_t)((uint64_t)call->sums[k][p] + added);                            \
            }                                                                                                \
        }                                                                                                    \
    }
SUMS(sums_narrow, int32_t, _mm512_cvtepi32_epi64(_mm256_maskz_loadu_epi32(inside, values + 8 * i)))
SUMS(sums_wide, int64_t, _mm512_maskz_loadu_epi64(inside, values + 8 * i))

segment_sums_run *segment_sums_avx512(enum segment_values values)
{
    switch (values) {
    case SEGMENT_SMALL:
        return sums_small;
    case SEGMENT_NARROW:
        return sums_narrow;
    case SEGMENT_WIDE:
        break;
    }
    return sums_wide;
}
#else
segment_sums_run *segment_sums_avx512(enum segment_values values)
{
    (void)values;
    return NULL;
}
#endif
