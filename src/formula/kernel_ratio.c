/* Arithmetic in double. A ratio is always finite, and never a negative zero: the + 0.0 below turns one into
 * 0. */
#include <math.h>

#include "formula/kernel.h"

#define A (a[i])
#define B (b[i])

KERNEL_PARTIAL(ratio_of_narrow, int32_t, int32_t, double, {
    ok = B != 0;
    result = (double)A / (double)(ok ? B : 1) + 0.0;
})
KERNEL_PARTIAL(ratio_of, int64_t, int64_t, double, {
    ok = B != 0;
    result = (double)A / (double)(ok ? B : 1) + 0.0;
})

KERNEL_PARTIAL(ratio_add, double, double, double, {
    result = A + B + 0.0;
    ok = fabs(result) <= 1.7976931348623157e308;
})
KERNEL_PARTIAL(ratio_subtract, double, double, double, {
    result = A - B + 0.0;
    ok = fabs(result) <= 1.7976931348623157e308;
})
KERNEL_PARTIAL(ratio_multiply, double, double, double, {
    result = A * B + 0.0;
    ok = fabs(result) <= 1.7976931348623157e308;
})
KERNEL_PARTIAL(ratio_divide, double, double, double, {
    ok = B != 0;
    result = A / (ok ? B : 1) + 0.0;
    ok = ok && fabs(result) <= 1.7976931348623157e308;
})
KERNEL_MAP(ratio_negate, double, double, 0.0 - A)
KERNEL_MAP(ratio_abs, double, double, fabs(A))
KERNEL_MAP(least_ratio, double, double, A < B ? A : B)
KERNEL_MAP(greatest_ratio, double, double, A > B ? A : B)
KERNEL_TEST(equal_ratio, double, A == B)
KERNEL_TEST(equal_ratio_constant, double, A == b[0])
KERNEL_TEST(less_ratio, double, A < B)
KERNEL_TEST(less_ratio_constant, double, A < b[0])
KERNEL_TEST(more_ratio_constant, double, a[0] < B)

/* To the nearest whole number, half away from zero; false when that is outside -2^63 < n < 2^63. */
static bool whole(double value, int64_t *result)
{
    double rounded = round(value);
    if (!(fabs(rounded) < 9223372036854775808.0)) return false;
    *result = (int64_t)rounded;
    return true;
}

static double power_of_ten(int64_t exponent)
{
    double power = 1;
    for (int64_t i = 0; i < exponent; i++) power *= 10; /* exact up to 10^22 */
    return power;
}

/* Beyond 15 digits a double has none to round; below 10^-308 everything rounds to 0. */
static bool round_ratio(double value, int64_t digits, double *result)
{
    *result = value;
    if (digits > 15) return true;
    if (digits < -308)
        *result = 0;
    else if (digits < 0)
        *result = round(value / power_of_ten(-digits)) * power_of_ten(-digits);
    else
        *result = round(value * power_of_ten(digits)) / power_of_ten(digits);
    *result += 0.0;
    if (digits > 0 && !isfinite(*result)) *result = value; /* so large that it has no decimals */
    return isfinite(*result);
}

KERNEL_PARTIAL(round_ratio_rows, double, int64_t, double, ok = round_ratio(A, B, &result))
KERNEL_PARTIAL(int_times_ratio, int64_t, double, int64_t, ok = whole((double)A * B, &result))
KERNEL_PARTIAL(int_over_ratio, int64_t, double, int64_t, ok = B != 0 && whole((double)A / B, &result))
KERNEL_PARTIAL(ratio_to_int, double, double, int64_t, ok = whole(A * (double)call->node->factor, &result))

const struct kernel_variant kernel_ratio_variants[] = {
    {OP_RATIO_OF, KERNEL_NARROW, ratio_of_narrow},
    {OP_RATIO_OF, 0, ratio_of},
    {OP_RATIO_ADD, 0, ratio_add},
    {OP_RATIO_SUBTRACT, 0, ratio_subtract},
    {OP_RATIO_MULTIPLY, 0, ratio_multiply},
    {OP_RATIO_DIVIDE, 0, ratio_divide},
    {OP_RATIO_NEGATE, 0, ratio_negate},
    {OP_RATIO_ABS, 0, ratio_abs},
    {OP_LEAST_RATIO, 0, least_ratio},
    {OP_GREATEST_RATIO, 0, greatest_ratio},
    {OP_EQUAL_RATIO, KERNEL_CONSTANT_1, equal_ratio_constant},
    {OP_EQUAL_RATIO, 0, equal_ratio},
    {OP_LESS_RATIO, KERNEL_CONSTANT_1, less_ratio_constant},
    {OP_LESS_RATIO, KERNEL_CONSTANT_0, more_ratio_constant},
    {OP_LESS_RATIO, 0, less_ratio},
    {OP_ROUND_RATIO, 0, round_ratio_rows},
    {OP_INT_TIMES_RATIO, 0, int_times_ratio},
    {OP_INT_OVER_RATIO, 0, int_over_ratio},
    {OP_RATIO_TO_INT, 0, ratio_to_int},
    {0, 0, NULL},
};
