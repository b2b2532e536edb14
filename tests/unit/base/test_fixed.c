/* money.h: numbers of spreadsheets to exact integers, and back. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"

struct reading {
    const char *text;
    int digits;
    int64_t value;
};

static void check_readings(const struct reading *readings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = -77;
        if (!fixed_parse(text_of(readings[i].text), readings[i].digits, &value))
            fail_msg("refused: '%s'", readings[i].text);
        if (value != readings[i].value)
            fail_msg("'%s' with %d digits read as %lld", readings[i].text, readings[i].digits,
                     (long long)value);
    }
}

#define CHECK_READINGS(readings) check_readings(readings, sizeof(readings) / sizeof(readings)[0])

static void plain_numbers(void **state)
{
    static const struct reading readings[] = {
        {"0", 2, 0},
        {"1", 2, 100},
        {"12.34", 2, 1234},
        {"-12.34", 2, -1234},
        {"+5", 0, 5},
        {"  7.5\t", 1, 75},
        {"007", 0, 7},
        {".5", 2, 50},
        {"5.", 2, 500},
        {"-0", 2, 0},
        {"-0.00", 2, 0},
        {"0.05", 2, 5},
        {"10000", 4, 100000000},
        {"1", 0, 1},
        {"12.3400000000", 2, 1234},
        {"0.0000000001", 4, 0},
        {"−3.5", 1, -35}, /* the typographic minus */
    };
    CHECK_READINGS(readings);
}

static void full_width_and_separators(void **state)
{
    static const struct reading readings[] = {
        {"１２３．４５", 2, 12345},
        {"－１２", 0, -12},
        {"1,234.56", 2, 123456},
        {"１，２３４．５", 2, 123450},
        {"1,234,567", 0, 1234567},
        {"　12　", 0, 12},
        {"12,345", 0, 12345},
        {"-1,000.00", 2, -100000},
        {"\xC2\xA0"
         "8",
         0, 8},
    };
    CHECK_READINGS(readings);
}

static void halves_round_away_from_zero(void **state)
{
    static const struct reading readings[] = {
        {"0.005", 2, 1},
        {"-0.005", 2, -1},
        {"0.0049999", 2, 0},
        {"1.005", 2, 101},
        {"1.995", 2, 200},
        {"2.5", 0, 3},
        {"-2.5", 0, -3},
        {"3.5", 0, 4},
        {"0.5", 0, 1},
        {"0.4", 0, 0},
        {"9.999", 2, 1000},
        {"99999.995", 2, 10000000},
        {"3.3000000000000003", 2, 330},
        {"0.1000000000000000055511151231257827021181583404541015625", 2, 10},
        {"0.04", 1, 0},
        {"0.06", 1, 1},
        {"0.00999", 2, 1},
        {"-1.2345678", 4, -12346},
    };
    CHECK_READINGS(readings);
}

static void exponents(void **state)
{
    static const struct reading readings[] = {
        {"1.2e3", 2, 120000},
        {"1.2E+3", 2, 120000},
        {"12e-1", 2, 120},
        {"123456e-3", 2, 12346},
        {"5E-3", 2, 1},
        {"4.9E-3", 2, 0},
        {"9.9999999999999995E-7", 2, 0},
        {"50000e-5", 0, 1},
        {"49999e-5", 0, 0},
        {"1.5E-1", 2, 15},
        {"0.00012e5", 0, 12},
        {"0e999", 2, 0},
        {"-1e2", 0, -100},
        {"1e-999", 2, 0},
        {"9e-1", 0, 1},
        {"1.23456789E8", 2, 12345678900},
        {"１．２ｅ３", 0, 1200},
        {"1,234.5e1", 0, 12345},
        {"0.05e1", 0, 1},
        {"100e-4", 2, 1},
    };
    CHECK_READINGS(readings);
}

static void limits_of_int64(void **state)
{
    static const struct reading readings[] = {
        {"9223372036854775807", 0, INT64_MAX},     {"-9223372036854775807", 0, -INT64_MAX},
        {"92233720368547758.07", 2, INT64_MAX},    {"9223372036854775806.6", 0, INT64_MAX},
        {"9.223372036854775807e18", 0, INT64_MAX},
    };
    CHECK_READINGS(readings);
    static const struct reading beyond[] = {
        {"9223372036854775808", 0, 0},
        {"-9223372036854775808", 0, 0},
        {"9223372036854775807.5", 0, 0},
        {"92233720368547758.08", 2, 0},
        {"1e19", 0, 0},
        {"99999999999999999999", 0, 0},
        {"1e999", 0, 0},
        {"18446744073709551617", 0, 0},
        {"10000000000000000000000000000000000000000", 0, 0},
    };
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        int64_t value = -77;
        if (fixed_parse(text_of(beyond[i].text), beyond[i].digits, &value))
            fail_msg("accepted: %s", beyond[i].text);
        assert_int_equal(value, -77);
    }
}

static void refused_as_a_number(void **state)
{
    static const char *const refused[] = {
        "",       " ",         "-",        "+",      ".",         "-.",       "e5",      "1e",    "1e+",
        "1e1000", "1e5.0",     "1 e5",     "0x10",   "1-",        "--1",      "+-1",     "- 5",   "1 234",
        "1.2.3",  "一百",      "12a",      "a12",    "nan",       "inf",      "1,5",     "12,34", ",123",
        "1,,234", "1,2345",    "1234,567", "1,234,", "1.234,567", "1,234,56", "1e1,000", "5%",    "½",
        "٣",      "1,234e1,0", "1e5e5",    "\xFF",   "1\xFF",     "12元",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t value = -77;
        if (fixed_parse(text_of(refused[i]), 2, &value)) fail_msg("accepted: '%s'", refused[i]);
        assert_int_equal(value, -77);
    }
    int64_t value;
    assert_false(fixed_parse((struct text){"12\0", 3}, 2, &value));
    assert_false(fixed_parse((struct text){"1\0002", 3}, 2, &value));
    assert_false(fixed_parse((struct text){NULL, 0}, 2, &value));
    char nines[2000];
    memset(nines, '9', sizeof nines);
    assert_false(fixed_parse((struct text){nines, sizeof nines}, 2, &value));
}

static void every_printed_amount_reads_back(void **state)
{
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        int64_t value = (int64_t)(seed >> (seed % 63));
        if (i % 2 == 1) value = -value;
        if (value == INT64_MIN) continue;
        char text[MONEY_TEXT];
        int64_t back;
        assert_true(fixed_parse(text_of(money_format(value, text)), 2, &back));
        assert_true(back == value);
        assert_true(fixed_parse(text_of(money_plain(value, text)), 2, &back));
        assert_true(back == value);
        assert_true(fixed_parse(text_of(decimal_format(value, text)), 4, &back));
        assert_true(back == value);
    }
}

static void amounts_of_money(void **state)
{
    static const struct {
        const char *text;
        int64_t fen;
    } cases[] = {{"12.34", 1234},  {"12元", 1200},         {"1.5万元", 1500000}, {"¥1,234.50", 123450},
                 {"￥ 8 元", 800}, {" ¥8 ", 800},          {"0.0001万元", 100},  {"0.00000049万元", 0},
                 {"-3元", -300},   {"１２万元", 12000000}, {"1.2e3元", 120000},  {"0.005元", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = -77;
        if (!money_parse(text_of(cases[i].text), &fen)) fail_msg("refused: %s", cases[i].text);
        if (fen != cases[i].fen) fail_msg("%s read as %lld", cases[i].text, (long long)fen);
    }
    static const char *const refused[] = {"元",     "万元", "¥",    "￥",   "",    "12美元",
                                          "12元元", "万",   "12角", "元12", "¥¥12"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t fen;
        if (money_parse(text_of(refused[i]), &fen)) fail_msg("accepted: '%s'", refused[i]);
    }
}

static void prints(void **state)
{
    char text[MONEY_TEXT];
    assert_string_equal(money_format(0, text), "0.00");
    assert_string_equal(money_format(5, text), "0.05");
    assert_string_equal(money_format(-5, text), "-0.05");
    assert_string_equal(money_format(99999, text), "999.99");
    assert_string_equal(money_format(100000, text), "1,000.00");
    assert_string_equal(money_format(-123456789, text), "-1,234,567.89");
    assert_string_equal(money_format(INT64_MAX, text), "92,233,720,368,547,758.07");
    assert_string_equal(money_format(INT64_MIN, text), "-92,233,720,368,547,758.08");
    assert_string_equal(money_plain(-123456789, text), "-1234567.89");
    assert_string_equal(decimal_format(0, text), "0");
    assert_string_equal(decimal_format(125000, text), "12.5");
    assert_string_equal(decimal_format(-1, text), "-0.0001");
    assert_string_equal(decimal_format(1000000, text), "100");
    assert_string_equal(decimal_format(INT64_MIN, text), "-922337203685477.5808");
}

/* The definition, in the slowest and plainest form. */
static bool scale_plainly(int64_t value, int64_t by, int64_t over, int64_t *result)
{
    if (over == 0) return false;
    __int128 product = (__int128)value * by, quotient = product / over, rest = product % over;
    __int128 twice = (rest < 0 ? -rest : rest) * 2, divisor = over < 0 ? -(__int128)over : over;
    if (twice >= divisor) quotient += (product < 0) == (over < 0) ? 1 : -1;
    if (quotient > INT64_MAX || quotient < -(__int128)INT64_MAX) return false;
    *result = (int64_t)quotient;
    return true;
}

static void scaling_agrees_with_its_definition(void **state)
{
    static const int64_t edges[] = {0,
                                    1,
                                    -1,
                                    2,
                                    -2,
                                    3,
                                    -3,
                                    5,
                                    7,
                                    10,
                                    -10,
                                    99,
                                    100,
                                    101,
                                    9999,
                                    10000,
                                    -10000,
                                    INT32_MAX,
                                    INT32_MIN,
                                    INT64_MAX,
                                    INT64_MAX - 1,
                                    INT64_MIN,
                                    INT64_MIN + 1,
                                    INT64_MAX / 2,
                                    INT64_MAX / 2 + 1,
                                    INT64_MIN / 2};
    enum { EDGES = sizeof edges / sizeof edges[0] };
    for (size_t i = 0; i < EDGES; i++)
        for (size_t j = 0; j < EDGES; j++)
            for (size_t k = 0; k < EDGES; k++) {
                int64_t got = -77, expected = -77;
                bool ok = fixed_scale(edges[i], edges[j], edges[k], &got);
                if (ok != scale_plainly(edges[i], edges[j], edges[k], &expected) || got != expected)
                    fail_msg("%lld * %lld / %lld", (long long)edges[i], (long long)edges[j],
                             (long long)edges[k]);
            }
}

static void scaling_rounds_halves_away_from_zero(void **state)
{
    int64_t result;
    assert_true(fixed_scale(5, 1, 2, &result) && result == 3);
    assert_true(fixed_scale(-5, 1, 2, &result) && result == -3);
    assert_true(fixed_scale(5, 1, -2, &result) && result == -3);
    assert_true(fixed_scale(-5, 1, -2, &result) && result == 3);
    assert_true(fixed_scale(1, 1, 3, &result) && result == 0);
    assert_true(fixed_scale(2, 1, 3, &result) && result == 1);
    assert_true(fixed_scale(INT64_MAX, INT64_MAX, INT64_MAX, &result) && result == INT64_MAX);
    assert_false(fixed_scale(1, 1, 0, &result));
    assert_false(fixed_scale(INT64_MAX, 2, 1, &result));
    assert_false(fixed_scale(INT64_MIN, 1, 1, &result));
    assert_false(fixed_scale(INT64_MIN, -1, 1, &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_numbers),
        cmocka_unit_test(full_width_and_separators),
        cmocka_unit_test(halves_round_away_from_zero),
        cmocka_unit_test(exponents),
        cmocka_unit_test(limits_of_int64),
        cmocka_unit_test(refused_as_a_number),
        cmocka_unit_test(every_printed_amount_reads_back),
        cmocka_unit_test(amounts_of_money),
        cmocka_unit_test(prints),
        cmocka_unit_test(scaling_agrees_with_its_definition),
        cmocka_unit_test(scaling_rounds_halves_away_from_zero),
    };
    return cmocka_run_group_tests_name("fixed", tests, NULL, NULL);
}
