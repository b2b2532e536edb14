/* Every operation on every pair of values at which it could go wrong: the ends of the integers, the last
 * exact double, halves that round, 29 February, empty and odd texts; once with values that need 64 bits, once
 * with values that fit into narrow lanes. What is right is what the reference says. */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "../base/cmocka_all.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/program.h"
#include "reference.h"

enum { EDGES = 16, AS_OF = 19265 /* 2022-09-30 */ };

static const int64_t WIDE[EDGES] = {INT64_MIN,
                                    INT64_MIN + 1,
                                    INT64_MAX,
                                    INT64_MAX - 1,
                                    0,
                                    1,
                                    -1,
                                    3,
                                    5000,
                                    -15000,
                                    (int64_t)1 << 53,
                                    ((int64_t)1 << 53) + 1,
                                    3037000500,
                                    -3037000499,
                                    INT32_MIN,
                                    12345678901};
static const int64_t NARROW[EDGES] = {0,  1,   -1,   2,     3,     -3,     5,     7,
                                      50, -50, 9999, 10000, 15000, -25000, 46341, -46341};
/* Whole numbers that double still holds, with quotients that it does not. */
static const int64_t MIDDLE[EDGES] = {9007199254740991,
                                      -9007199254740991,
                                      9007199254740989,
                                      4503599627370497,
                                      -4503599627370495,
                                      4503599627370496,
                                      2251799813685249,
                                      1,
                                      2,
                                      -3,
                                      7,
                                      9,
                                      1000003,
                                      -1000003,
                                      0,
                                      5};
static const double RATIOS[EDGES] = {0.0,   1,      -1,     0.5,  -0.5,    0.055, 1.0 / 3,      -2.0 / 3,
                                     1e300, -1e300, 5e-324, 1e18, 0.00005, 2.5,   0.0000000005, DBL_MAX};
static const char *const TEXTS[EDGES] = {"",
                                         "a",
                                         "ab",
                                         "abc",
                                         "b",
                                         "张三",
                                         "张",
                                         "三",
                                         "430421199001011234",
                                         "11010519491231002X",
                                         "11010519491231002X43",
                                         "12a",
                                         "A",
                                         "\x01",
                                         "aa",
                                         "张三李四"};

static struct world world;
static struct frame *frame;

static int64_t date_of(int i)
{
    static const int days[EDGES][3] = {{1800, 1, 1},  {2200, 12, 31}, {2000, 2, 29},  {2001, 2, 28},
                                       {2001, 3, 1},  {1999, 2, 28},  {2022, 9, 30},  {2022, 10, 1},
                                       {2022, 9, 29}, {2004, 2, 29},  {2004, 3, 1},   {2100, 2, 28},
                                       {1900, 3, 1},  {1970, 1, 1},   {2021, 12, 31}, {1800, 2, 28}};
    int32_t date = 0;
    assert_true(date_make(days[i][0], days[i][1], days[i][2], &date));
    return date;
}

/* Row i has edge i % EDGES of every type, and refers to the row with edge i / EDGES; the last one stands for
 * unknown. */
static void set_up(const int64_t *integers)
{
    world_init(&world, 1, (const size_t[]){EDGES * EDGES, 0, 0, 0, 0});
    for (int i = 0; i < EDGES * EDGES; i++) {
        struct value *values = world.tables[WORLD_A].rows[i].values;
        int edge = i % EDGES;
        for (int f = 0; f < WORLD_FIELDS; f++) {
            bool null = i == EDGES * EDGES - 1 || f == FIELD_PARENT;
            values[f] = (struct value){.known = !null, .integer = null ? 0 : integers[edge]};
        }
        values[FIELD_BOOL].integer = edge % 2;
        values[FIELD_RATIO] = (struct value){.known = true, .ratio = RATIOS[edge]};
        values[FIELD_DATE].integer = date_of(edge);
        values[FIELD_MONTH].integer = 1800 * 12 + edge * 320;
        values[FIELD_CODE].integer = edge;
        values[FIELD_TEXT] = (struct value){.known = true, .text = text_of(TEXTS[edge])};
        values[FIELD_OTHER] = (struct value){.known = true, .integer = 100 + 7 * (i / EDGES)};
    }
    frame = world_frame(&world, false);
}

static void tear_down(void)
{
    frame_free(frame);
    world_fini(&world);
}

static struct node *field(int index)
{
    return node_field(&world, WORLD_A, index);
}

/* The same field of the row that is referred to. */
static struct node *other(int index)
{
    struct node *inner = field(index),
                *up = node_make(&world.arena, NODE_UP, inner->type, WORLD_A, 1, &inner);
    up->index = FIELD_OTHER;
    up->other = WORLD_A;
    return up;
}

static struct node *binary(enum node_op op, enum type_kind kind, struct node *a, struct node *b)
{
    return node_make(&world.arena, op, type_of(kind), WORLD_A, 2, (struct node *[]){a, b});
}

static struct node *call(enum function function, enum type_kind kind, size_t count, struct node *const *in)
{
    struct node *node = node_make(&world.arena, NODE_CALL, type_of(kind), WORLD_A, count, in);
    node->function = function;
    return node;
}

static struct node *number(int64_t value)
{
    return node_constant(&world.arena, type_of(TYPE_INT), (struct value){.known = true, .integer = value});
}

static void check(const struct node *node, const char *what)
{
    struct program_root root = {node, WORLD_A};
    struct program *program;
    struct program_result result;
    struct err err;
    assert_int_equal(
        program_new(&world.schema, &root, 1, &(struct program_options){.as_of = AS_OF}, &program, &err), 0);
    assert_int_equal(
        program_run(program, frame, &(struct program_run_options){.threads = 1, .reg = -1}, &result, &err),
        0);
    for (size_t row = 0; row < result.rows; row++) {
        struct value got = program_result_get(&result, row);
        struct value want = reference_value(&world, node, WORLD_A, &world.tables[WORLD_A].rows[row], AS_OF);
        bool same = got.known == want.known &&
                    (!want.known || (got.integer == want.integer && text_equal(got.text, want.text) &&
                                     memcmp(&got.ratio, &want.ratio, sizeof got.ratio) == 0));
        if (same) continue;
        fprintf(stderr, "%s of edges %zu and %zu: want %d %lld %.17g, got %d %lld %.17g\n", what, row % EDGES,
                row / EDGES, want.known, (long long)want.integer, want.ratio, got.known,
                (long long)got.integer, got.ratio);
        fail();
    }
    program_results_fini(&result, 1);
    program_free(program);
}

struct arithmetic {
    enum node_op op;
    int a, b; /* fields */
    enum type_kind result;
};

static void check_arithmetic(void)
{
    static const struct arithmetic all[] = {
        {NODE_ADD, FIELD_INT, FIELD_LARGE, TYPE_INT},
        {NODE_SUBTRACT, FIELD_INT, FIELD_LARGE, TYPE_INT},
        {NODE_MULTIPLY, FIELD_INT, FIELD_LARGE, TYPE_INT},
        {NODE_DIVIDE, FIELD_INT, FIELD_LARGE, TYPE_RATIO},
        {NODE_ADD, FIELD_DECIMAL, FIELD_DECIMAL, TYPE_DECIMAL},
        {NODE_MULTIPLY, FIELD_INT, FIELD_DECIMAL, TYPE_DECIMAL},
        {NODE_MULTIPLY, FIELD_DECIMAL, FIELD_DECIMAL, TYPE_DECIMAL},
        {NODE_DIVIDE, FIELD_DECIMAL, FIELD_DECIMAL, TYPE_RATIO},
        {NODE_DIVIDE, FIELD_DECIMAL, FIELD_INT, TYPE_DECIMAL},
        {NODE_SUBTRACT, FIELD_MONEY, FIELD_MONEY, TYPE_MONEY},
        {NODE_MULTIPLY, FIELD_MONEY, FIELD_INT, TYPE_MONEY},
        {NODE_MULTIPLY, FIELD_MONEY, FIELD_DECIMAL, TYPE_MONEY},
        {NODE_MULTIPLY, FIELD_DECIMAL, FIELD_MONEY, TYPE_MONEY},
        {NODE_MULTIPLY, FIELD_MONEY, FIELD_RATIO, TYPE_MONEY},
        {NODE_MULTIPLY, FIELD_RATIO, FIELD_MONEY, TYPE_MONEY},
        {NODE_DIVIDE, FIELD_MONEY, FIELD_INT, TYPE_MONEY},
        {NODE_DIVIDE, FIELD_MONEY, FIELD_DECIMAL, TYPE_MONEY},
        {NODE_DIVIDE, FIELD_MONEY, FIELD_RATIO, TYPE_MONEY},
        {NODE_DIVIDE, FIELD_MONEY, FIELD_MONEY, TYPE_RATIO},
        {NODE_ADD, FIELD_RATIO, FIELD_RATIO, TYPE_RATIO},
        {NODE_SUBTRACT, FIELD_RATIO, FIELD_RATIO, TYPE_RATIO},
        {NODE_MULTIPLY, FIELD_RATIO, FIELD_RATIO, TYPE_RATIO},
        {NODE_DIVIDE, FIELD_RATIO, FIELD_RATIO, TYPE_RATIO},
        {NODE_MULTIPLY, FIELD_RATIO, FIELD_INT, TYPE_DECIMAL},
        {NODE_MULTIPLY, FIELD_DECIMAL, FIELD_RATIO, TYPE_DECIMAL},
        {NODE_ADD, FIELD_DATE, FIELD_INT, TYPE_DATE},
        {NODE_SUBTRACT, FIELD_DATE, FIELD_INT, TYPE_DATE},
        {NODE_SUBTRACT, FIELD_DATE, FIELD_DATE, TYPE_INT},
        {NODE_ADD, FIELD_MONTH, FIELD_INT, TYPE_MONTH},
        {NODE_SUBTRACT, FIELD_MONTH, FIELD_MONTH, TYPE_INT},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char what[80];
        snprintf(what, sizeof what, "arithmetic %zu", i);
        check(binary(all[i].op, all[i].result, field(all[i].a), other(all[i].b)), what);
    }
}

static void check_comparisons(void)
{
    static const int fields[] = {FIELD_INT, FIELD_MONEY, FIELD_RATIO, FIELD_DATE, FIELD_MONTH, FIELD_TEXT};
    static const enum node_op ops[] = {NODE_EQUAL,      NODE_UNEQUAL, NODE_LESS,
                                       NODE_LESS_EQUAL, NODE_GREATER, NODE_GREATER_EQUAL};
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        struct node *in[2] = {field(fields[f]), other(fields[f])};
        enum type_kind kind = in[0]->type.kind;
        for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
            check(binary(ops[o], TYPE_BOOL, in[0], in[1]), "comparison");
            for (size_t edge = 0; edge < EDGES; edge++) { /* with a constant on either side */
                struct node *bound = node_constant(&world.arena, type_of(kind),
                                                   world.tables[WORLD_A].rows[edge].values[fields[f]]);
                check(binary(ops[o], TYPE_BOOL, in[0], bound), "comparison with a constant");
                check(binary(ops[o], TYPE_BOOL, bound, in[0]), "comparison of a constant");
            }
        }
        check(call(FUNCTION_LEAST, kind, 2, in), "least");
        check(call(FUNCTION_GREATEST, kind, 2, in), "greatest");
    }
}

static void check_rounding(void)
{
    static const int fields[] = {FIELD_DECIMAL, FIELD_MONEY, FIELD_RATIO};
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (int64_t digits = -24; digits <= 20; digits++) {
            struct node *in[2] = {field(fields[f]), number(digits)};
            check(call(FUNCTION_ROUND, in[0]->type.kind, 2, in), "round");
        }
    struct node *negative[1] = {field(FIELD_RATIO)};
    check(call(FUNCTION_ROUND, TYPE_RATIO, 2, (struct node *[]){negative[0], number(-400)}), "round away");
    check(call(FUNCTION_NUMBER, TYPE_DECIMAL, 1, negative), "number of a ratio");
    check(call(FUNCTION_NUMBER, TYPE_DECIMAL, 1, (struct node *[]){field(FIELD_MONEY)}), "number of money");
    check(call(FUNCTION_YUAN, TYPE_MONEY, 1, (struct node *[]){field(FIELD_INT)}), "yuan of an integer");
    check(call(FUNCTION_YUAN, TYPE_MONEY, 1, (struct node *[]){field(FIELD_DECIMAL)}), "yuan of a decimal");
    check(call(FUNCTION_ABS, TYPE_INT, 1, (struct node *[]){field(FIELD_INT)}), "abs");
    check(call(FUNCTION_ABS, TYPE_RATIO, 1, negative), "abs of a ratio");
    check(node_make(&world.arena, NODE_NEGATE, type_of(TYPE_INT), WORLD_A, 1,
                    (struct node *[]){field(FIELD_INT)}),
          "minus");
    check(node_make(&world.arena, NODE_NEGATE, type_of(TYPE_RATIO), WORLD_A, 1, negative), "minus a ratio");
    check(node_make(&world.arena, NODE_CONVERT, type_of(TYPE_DECIMAL), WORLD_A, 1,
                    (struct node *[]){field(FIELD_INT)}),
          "convert");
}

static void check_dates(void)
{
    struct node *dates[2] = {field(FIELD_DATE), other(FIELD_DATE)};
    check(call(FUNCTION_AGE, TYPE_INT, 2, dates), "age");
    check(call(FUNCTION_MONTHS_BETWEEN, TYPE_INT, 2, dates), "months between");
    check(call(FUNCTION_ADD_MONTHS, TYPE_DATE, 2, (struct node *[]){dates[0], other(FIELD_INT)}),
          "add months");
    check(call(FUNCTION_MONTH, TYPE_MONTH, 1, dates), "month");
    check(call(FUNCTION_YEAR, TYPE_INT, 1, dates), "year");
    check(call(FUNCTION_FIRST_DAY, TYPE_DATE, 1, (struct node *[]){field(FIELD_MONTH)}), "first day");
    check(call(FUNCTION_LAST_DAY, TYPE_DATE, 1, (struct node *[]){field(FIELD_MONTH)}), "last day");
    check(
        call(FUNCTION_DATE, TYPE_DATE, 3, (struct node *[]){field(FIELD_INT), other(FIELD_INT), number(29)}),
        "date");
    check(call(FUNCTION_DATE, TYPE_DATE, 3, (struct node *[]){number(2000), number(2), field(FIELD_INT)}),
          "day of February");
    check(call(FUNCTION_MAKE_MONTH, TYPE_MONTH, 2, (struct node *[]){number(2022), field(FIELD_INT)}),
          "make month");
    /* Everybody's age on one day has its own way of being found: try every day around each edge. */
    for (int edge = 0; edge < EDGES; edge++)
        for (int64_t shift = -2; shift <= 2; shift++) {
            struct value at = {.known = true, .integer = date_of(edge) + shift};
            if (!date_in_range((int32_t)at.integer)) continue;
            struct node *bound = node_constant(&world.arena, type_of(TYPE_DATE), at);
            check(call(FUNCTION_AGE, TYPE_INT, 2, (struct node *[]){dates[0], bound}), "age at a date");
            struct node *near[2] = {binary(NODE_ADD, TYPE_DATE, dates[0], number(shift)), bound};
            check(call(FUNCTION_AGE, TYPE_INT, 2, near), "age at a date");
        }
}

static void check_texts(void)
{
    static const enum function tests[] = {FUNCTION_STARTS_WITH, FUNCTION_ENDS_WITH, FUNCTION_CONTAINS};
    static const struct {
        enum function function;
        enum type_kind kind;
    } ofs[] = {{FUNCTION_LENGTH, TYPE_INT},           {FUNCTION_IDCARD_VALID, TYPE_BOOL},
               {FUNCTION_IDCARD_BIRTH, TYPE_DATE},    {FUNCTION_IDCARD_MALE, TYPE_BOOL},
               {FUNCTION_IDCARD_DIVISION, TYPE_TEXT}, {FUNCTION_DISABILITY_KIND, TYPE_INT},
               {FUNCTION_DISABILITY_GRADE, TYPE_INT}};
    struct node *texts[2] = {field(FIELD_TEXT), other(FIELD_TEXT)};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        check(call(tests[i], TYPE_BOOL, 2, texts), "text test");
    for (size_t i = 0; i < sizeof ofs / sizeof *ofs; i++)
        check(call(ofs[i].function, ofs[i].kind, 1, texts), "of a text");
    for (int64_t from = -1; from <= 4; from++)
        for (int64_t count = -1; count <= 4; count++)
            check(call(FUNCTION_SUBSTRING, TYPE_TEXT, 3,
                       (struct node *[]){texts[0], number(from), number(count)}),
                  "substring");
    check(call(FUNCTION_SUBSTRING, TYPE_TEXT, 3,
               (struct node *[]){texts[0], field(FIELD_INT), other(FIELD_INT)}),
          "substring");
    check(call(FUNCTION_DUPLICATED, TYPE_BOOL, 1, texts), "duplicated");
    check(call(FUNCTION_RANK, TYPE_INT, 1, texts), "rank of texts");
    check(call(FUNCTION_RANK, TYPE_INT, 1, (struct node *[]){field(FIELD_RATIO)}), "rank of ratios");
    check(call(FUNCTION_RANK, TYPE_INT, 1, (struct node *[]){field(FIELD_LARGE)}), "rank of integers");
}

static void check_all(const int64_t *integers)
{
    set_up(integers);
    check_arithmetic();
    check_comparisons();
    check_rounding();
    check_dates();
    check_texts();
    tear_down();
}

static void wide_values(void **state)
{
    (void)state;
    check_all(WIDE);
}

static void middle_values(void **state)
{
    (void)state;
    check_all(MIDDLE);
}

/* Everybody born on any of six thousand days, on days around the birthdays. */
static void ages_on_one_day(void **state)
{
    (void)state;
    const size_t people = 6000;
    int32_t first = 0;
    assert_true(date_make(1996, 1, 1, &first));
    world_init(&world, 1, (const size_t[]){people, 0, 0, 0, 0});
    for (size_t i = 0; i < people; i++)
        world.tables[WORLD_A].rows[i].values[FIELD_DATE] =
            (struct value){.known = true, .integer = first + (int64_t)i};
    frame = world_frame(&world, false);
    for (int year = 2012; year <= 2096; year += 12)
        for (int day = 27; day <= 31; day++) {
            int32_t at = 0;
            if (!date_make(year, 2, day, &at)) (void)date_make(year, 3, day - 28, &at);
            struct node *in[2] = {field(FIELD_DATE),
                                  node_constant(&world.arena, type_of(TYPE_DATE),
                                                (struct value){.known = true, .integer = at})};
            check(call(FUNCTION_AGE, TYPE_INT, 2, in), "age on one day");
        }
    tear_down();
}

static void narrow_values(void **state)
{
    (void)state;
    check_all(NARROW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wide_values), cmocka_unit_test(middle_values),
                                       cmocka_unit_test(narrow_values), cmocka_unit_test(ages_on_one_day)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
