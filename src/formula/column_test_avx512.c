/* Tests of columns with AVX-512, whose comparisons give bitmaps by themselves. */
#include "formula/column_test.h"

#include "formula/processor.h"

#ifdef PROCESSOR_AVX512
#include <immintrin.h>

#define TEST(name, bits, type, set, subtract, compare)                                                       \
    PROCESSOR_AVX512 static void name(const void *values, int64_t low, int64_t high, uint64_t *out,          \
                                      size_t words, bool join)                                               \
    {                                                                                                        \
        const __m512i least = set((type)low), span = set((type)((uint64_t)high - (uint64_t)low));            \
        for (size_t w = 0; w < words; w++) {                                                                 \
            const char *from = (const char *)values + w * 8 * (bits);                                        \
            uint64_t word = 0;                                                                               \
            for (int i = 0; i < (bits) / 8; i++) {                                                           \
                __m512i part = subtract(_mm512_loadu_si512(from + 64 * i), least);                           \
                _mm_prefetch(from + PROCESSOR_AHEAD + 64 * i, _MM_HINT_T0);                                  \
                word |= (uint64_t)compare(part, span) << (512 / (bits)*i % 64);                              \
            }                                                                                                \
            out[w] = join ? out[w] | word : word;                                                            \
        }                                                                                                    \
    }
TEST(test_8, 8, char, _mm512_set1_epi8, _mm512_sub_epi8, _mm512_cmple_epu8_mask)
TEST(test_16, 16, short, _mm512_set1_epi16, _mm512_sub_epi16, _mm512_cmple_epu16_mask)
TEST(test_32, 32, int, _mm512_set1_epi32, _mm512_sub_epi32, _mm512_cmple_epu32_mask)
TEST(test_64, 64, long long, _mm512_set1_epi64, _mm512_sub_epi64, _mm512_cmple_epu64_mask)

column_test_run *column_test_avx512(enum column_width width)
{
    static column_test_run *const runs[] = {
        [COLUMN_I8] = test_8,   [COLUMN_U8] = test_8,   [COLUMN_I16] = test_16,
        [COLUMN_U16] = test_16, [COLUMN_I32] = test_32, [COLUMN_I64] = test_64};
    return runs[width];
}
#else
column_test_run *column_test_avx512(enum column_width width)
{
    (void)width;
    return NULL;
}
#endif
