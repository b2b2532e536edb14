/* Exact arithmetic on int32 and int64 lanes: whole numbers, ten-thousandths, fen, days, months, sets of
 * codes. */
#include "base/money.h"
#include "formula/kernel.h"

#define A      (a[i])
#define B      (b[i])
#define U32(x) ((uint32_t)(x))
#define U64(x) ((uint64_t)(x))

/* Where ranges prove that nothing overflows. The unsigned detour keeps unknown rows from being undefined
 * behaviour. */
KERNEL_MAP(add_narrow, int32_t, int32_t, (int32_t)(U32(A) + U32(B)))
KERNEL_MAP(add_exact, int64_t, int64_t, (int64_t)(U64(A) + U64(B)))
KERNEL_MAP(subtract_narrow, int32_t, int32_t, (int32_t)(U32(A) - U32(B)))
KERNEL_MAP(subtract_exact, int64_t, int64_t, (int64_t)(U64(A) - U64(B)))
KERNEL_MAP(multiply_narrow, int32_t, int32_t, (int32_t)(U32(A) * U32(B)))
KERNEL_MAP(multiply_exact, int64_t, int64_t, (int64_t)(U64(A) * U64(B)))
KERNEL_MAP(negate_narrow, int32_t, int32_t, (int32_t)(0 - U32(A)))
KERNEL_MAP(negate_exact, int64_t, int64_t, (int64_t)(0 - U64(A)))
KERNEL_MAP(abs_narrow, int32_t, int32_t, A < 0 ? (int32_t)(0 - U32(A)) : A)
KERNEL_MAP(abs_exact, int64_t, int64_t, A < 0 ? (int64_t)(0 - U64(A)) : A)
KERNEL_MAP(least_narrow, int32_t, int32_t, A < B ? A : B)
KERNEL_MAP(least_wide, int64_t, int64_t, A < B ? A : B)
KERNEL_MAP(greatest_narrow, int32_t, int32_t, A > B ? A : B)
KERNEL_MAP(greatest_wide, int64_t, int64_t, A > B ? A : B)

/* Signs tell of overflow without a branch, so that these loops stay vectors. */
KERNEL_PARTIAL(add_checked, int64_t, int64_t, int64_t, {
    result = (int64_t)(U64(A) + U64(B));
    ok = ((A ^ result) & (B ^ result)) >= 0;
})
KERNEL_PARTIAL(subtract_checked, int64_t, int64_t, int64_t, {
    result = (int64_t)(U64(A) - U64(B));
    ok = ((A ^ B) & (A ^ result)) >= 0;
})
KERNEL_PARTIAL(multiply_checked, int64_t, int64_t, int64_t, ok = !__builtin_mul_overflow(A, B, &result))
KERNEL_PARTIAL(negate_checked, int64_t, int64_t, int64_t, {
    ok = A != INT64_MIN;
    result = (int64_t)(0 - U64(A));
})
KERNEL_PARTIAL(abs_checked, int64_t, int64_t, int64_t, {
    ok = A != INT64_MIN;
    result = A < 0 ? (int64_t)(0 - U64(A)) : A;
})
KERNEL_PARTIAL(limit_checked, int64_t, int64_t, int64_t, {
    ok = A >= call->node->least && A <= call->node->most;
    result = A;
})

KERNEL_TEST(equal_narrow, int32_t, A == B)
KERNEL_TEST(equal_narrow_constant, int32_t, A == b[0])
KERNEL_TEST(equal_wide, int64_t, A == B)
KERNEL_TEST(equal_wide_constant, int64_t, A == b[0])
KERNEL_TEST(less_narrow, int32_t, A < B)
KERNEL_TEST(less_narrow_constant, int32_t, A < b[0])
KERNEL_TEST(more_narrow_constant, int32_t, a[0] < B)
KERNEL_TEST(less_wide, int64_t, A < B)
KERNEL_TEST(less_wide_constant, int64_t, A < b[0])
KERNEL_TEST(more_wide_constant, int64_t, a[0] < B)

/* n * factor / d rounded half away from zero is floor((2|n|·factor + |d|) / 2|d|) with the sign. Where both
 * stay below 2^52 one division in double cannot be off: a quotient that is no whole number is farther from
 * one than half a unit in the last place. */
#define QUOTIENT_SMALL(type)                                                                                 \
    {                                                                                                        \
        int64_t n = (int64_t)A * factor, d = B;                                                              \
        int64_t magnitude = n < 0 ? -n : n, divisor = d < 0 ? -d : d;                                        \
        ok = d != 0;                                                                                         \
        divisor += !ok;                                                                                      \
        int64_t q = (int64_t)((double)(2 * magnitude + divisor) / (double)(2 * divisor));                    \
        result = (type)((n < 0) != (d < 0) ? -q : q);                                                        \
    }
KERNEL_PARTIAL(quotient_narrow, int32_t, int32_t, int32_t, {
    const int64_t factor = 1;
    QUOTIENT_SMALL(int32_t)
})
KERNEL_PARTIAL(quotient_small, int64_t, int64_t, int64_t, {
    const int64_t factor = call->node->factor;
    QUOTIENT_SMALL(int64_t)
})
KERNEL_PARTIAL(quotient_wide, int64_t, int64_t, int64_t, ok = fixed_scale(A, call->node->factor, B, &result))

KERNEL_PARTIAL(scale_wide, int64_t, int64_t, int64_t, ok = fixed_scale(A, B, call->node->factor, &result))
#define SCALE_EXACT(divisor)                                                                                 \
    ((int64_t)(U64(A) * U64(B)) < 0 ? ((int64_t)(U64(A) * U64(B)) - (divisor) / 2) / (divisor)               \
                                    : ((int64_t)(U64(A) * U64(B)) + (divisor) / 2) / (divisor))
KERNEL_MAP(scale_exact, int64_t, int64_t, SCALE_EXACT(call->node->factor))

/* Rounds to `digits` of a number that counts in 10^-grain. Beyond 10^19 every int64 rounds to 0. */
static bool round_digits(int64_t value, int64_t digits, int64_t grain, int64_t *result)
{
    *result = value;
    if (digits >= grain) return true;
    *result = 0;
    if (digits < grain - 19) return true;
    __int128 unit = 1;
    for (int64_t i = digits; i < grain; i++) unit *= 10;
    __int128 half = value < 0 ? -unit / 2 : unit / 2;
    __int128 rounded = (value + half) / unit * unit;
    *result = (int64_t)rounded;
    return rounded >= INT64_MIN && rounded <= INT64_MAX;
}

KERNEL_PARTIAL(round_int, int64_t, int64_t, int64_t, ok = round_digits(A, B, call->node->factor, &result))

KERNEL_TEST(has, int64_t, (A & call->node->factor) != 0)
KERNEL_TEST(only, int64_t, A != 0 && (A & ~call->node->factor) == 0)
KERNEL_MAP(size, int64_t, int64_t, __builtin_popcountll(U64(A)))

static bool listed(const struct graph_node *node, int64_t value)
{
    size_t low = 0, high = node->list_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (node->list[middle].integer == value) return true;
        if (node->list[middle].integer < value)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Codes, months and small numbers: a bitmap of the list answers without searching. */
static void in_int(const struct kernel_call *call)
{
    const int64_t *values = call->in[0].values;
    const struct graph_node *node = call->node;
    uint64_t *out = call->out.values;
    uint64_t map[16] = {0};
    int64_t least = node->list[0].integer;
    bool dense = U64(node->list[node->list_count - 1].integer) - U64(least) < 64 * 16;
    if (dense)
        for (size_t i = 0; i < node->list_count; i++) bits_set(map, U64(node->list[i].integer) - U64(least));
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t word = 0;
        for (size_t j = 0; j < 64; j++) {
            uint64_t place = U64(values[w * 64 + j]) - U64(least);
            bool found = dense ? place < 64 * 16 && (map[place / 64] >> (place % 64) & 1)
                               : listed(node, values[w * 64 + j]);
            word |= (uint64_t)found << j;
        }
        out[w] = word;
    }
}

const struct kernel_variant kernel_int_variants[] = {
    {OP_ADD, KERNEL_NARROW | KERNEL_EXACT, add_narrow},
    {OP_ADD, KERNEL_EXACT, add_exact},
    {OP_ADD, 0, add_checked},
    {OP_SUBTRACT, KERNEL_NARROW | KERNEL_EXACT, subtract_narrow},
    {OP_SUBTRACT, KERNEL_EXACT, subtract_exact},
    {OP_SUBTRACT, 0, subtract_checked},
    {OP_MULTIPLY, KERNEL_NARROW | KERNEL_EXACT, multiply_narrow},
    {OP_MULTIPLY, KERNEL_EXACT, multiply_exact},
    {OP_MULTIPLY, 0, multiply_checked},
    {OP_NEGATE, KERNEL_NARROW | KERNEL_EXACT, negate_narrow},
    {OP_NEGATE, KERNEL_EXACT, negate_exact},
    {OP_NEGATE, 0, negate_checked},
    {OP_ABS, KERNEL_NARROW | KERNEL_EXACT, abs_narrow},
    {OP_ABS, KERNEL_EXACT, abs_exact},
    {OP_ABS, 0, abs_checked},
    {OP_LEAST_INT, KERNEL_NARROW, least_narrow},
    {OP_LEAST_INT, 0, least_wide},
    {OP_GREATEST_INT, KERNEL_NARROW, greatest_narrow},
    {OP_GREATEST_INT, 0, greatest_wide},
    {OP_LIMIT, 0, limit_checked},
    {OP_EQUAL_INT, KERNEL_NARROW | KERNEL_CONSTANT_1, equal_narrow_constant},
    {OP_EQUAL_INT, KERNEL_NARROW, equal_narrow},
    {OP_EQUAL_INT, KERNEL_CONSTANT_1, equal_wide_constant},
    {OP_EQUAL_INT, 0, equal_wide},
    {OP_LESS_INT, KERNEL_NARROW | KERNEL_CONSTANT_1, less_narrow_constant},
    {OP_LESS_INT, KERNEL_NARROW | KERNEL_CONSTANT_0, more_narrow_constant},
    {OP_LESS_INT, KERNEL_NARROW, less_narrow},
    {OP_LESS_INT, KERNEL_CONSTANT_1, less_wide_constant},
    {OP_LESS_INT, KERNEL_CONSTANT_0, more_wide_constant},
    {OP_LESS_INT, 0, less_wide},
    {OP_QUOTIENT, KERNEL_NARROW | KERNEL_SMALL, quotient_narrow},
    {OP_QUOTIENT, KERNEL_SMALL, quotient_small},
    {OP_QUOTIENT, 0, quotient_wide},
    {OP_SCALE, KERNEL_EXACT, scale_exact},
    {OP_SCALE, 0, scale_wide},
    {OP_ROUND_INT, 0, round_int},
    {OP_HAS, 0, has},
    {OP_ONLY, 0, only},
    {OP_SIZE, 0, size},
    {OP_IN_INT, 0, in_int},
    {0, 0, NULL},
};
