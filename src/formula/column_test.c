/* Tests of columns in plain C, as vectors where the compiler finds them. One unsigned comparison says whether
 * a value is within a range, whatever the signs. */
#include "formula/column_test.h"

#include "formula/kernel.h"
#include "formula/processor.h"

#define PLAIN_TEST(name, type)                                                                               \
    KERNEL void name(const void *values, int64_t low, int64_t high, uint64_t *out, size_t words, bool join)  \
    {                                                                                                        \
        const type *from = values;                                                                           \
        const type least = (type)low, span = (type)((type)high - (type)low);                                 \
        for (size_t w = 0; w < words; w++) {                                                                 \
            uint8_t bytes[64];                                                                               \
            for (size_t j = 0; j < 64; j++)                                                                  \
                bytes[j] = (uint8_t) - (int)((type)(from[w * 64 + j] - least) <= span);                      \
            uint64_t word = bits_pack(bytes);                                                                \
            out[w] = join ? out[w] | word : word;                                                            \
        }                                                                                                    \
    }
PLAIN_TEST(test_8, uint8_t)
PLAIN_TEST(test_16, uint16_t)
PLAIN_TEST(test_32, uint32_t)
PLAIN_TEST(test_64, uint64_t)

column_test_run *column_test_plain(enum column_width width)
{
    static column_test_run *const runs[] = {
        [COLUMN_I8] = test_8,   [COLUMN_U8] = test_8,   [COLUMN_I16] = test_16,
        [COLUMN_U16] = test_16, [COLUMN_I32] = test_32, [COLUMN_I64] = test_64};
    return runs[width];
}

column_test_run *column_test_pick(enum column_width width)
{
    column_test_run *fast = processor_has_avx512() ? column_test_avx512(width) : NULL;
    return fast != NULL ? fast : column_test_plain(width);
}

void column_width_limits(enum column_width width, int64_t *least, int64_t *most)
{
    static const int64_t limits[][2] = {
        [COLUMN_I8] = {INT8_MIN, INT8_MAX},    [COLUMN_U8] = {0, UINT8_MAX},
        [COLUMN_I16] = {INT16_MIN, INT16_MAX}, [COLUMN_U16] = {0, UINT16_MAX},
        [COLUMN_I32] = {INT32_MIN, INT32_MAX}, [COLUMN_I64] = {INT64_MIN, INT64_MAX}};
    *least = limits[width][0];
    *most = limits[width][1];
}
