/* The machine's operations: what the formula language's nodes are lowered to. Few and total: > becomes <, >=
 * becomes not <, averages and shares become sums and counts, any and all become exists, so that equal work is
 * found to be equal.
 *
 * Lanes hold the values of one operand for a batch of rows. Letters of the table:
 *   i  integers, as int32 or int64 (all integer operands and the result alike)      l  int64
 *   f  double    b  bitmap of truth    t  text    r  row numbers    *  any    .  nothing
 * How the result's known bits arise:
 *   TOTAL    known where all operands are          PARTIAL  the same, and the kernel takes some away
 *   CHECKED  TOTAL when the operands' ranges prove that nothing overflows, else PARTIAL
 *   OWN      by the kernel alone                   SURE     always known */
#ifndef ZENGSHOU_FORMULA_OPS_H
#define ZENGSHOU_FORMULA_OPS_H

/* clang-format off: tables, a line an entry */
/*    name             result operands known */
#define OPERATIONS(X)                                                                                        \
    X(NOT, 'b', "b", TOTAL)                                                                                  \
    X(AND, 'b', "bb", OWN)                                                                                   \
    X(OR, 'b', "bb", OWN)                                                                                    \
    X(KNOWN, 'b', "*", SURE)                                                                                 \
    X(KNOWN_ROWS, 'b', "r", SURE)                                                                            \
    X(EQUAL_BITS, 'b', "bb", TOTAL)                                                                          \
    X(EQUAL_INT, 'b', "ii", TOTAL)                                                                           \
    X(LESS_INT, 'b', "ii", TOTAL)                                                                            \
    X(EQUAL_RATIO, 'b', "ff", TOTAL)                                                                         \
    X(LESS_RATIO, 'b', "ff", TOTAL)                                                                          \
    X(EQUAL_TEXT, 'b', "tt", TOTAL)                                                                          \
    X(LESS_TEXT, 'b', "tt", TOTAL)                                                                           \
    X(IN_INT, 'b', "l", TOTAL)  /* list: sorted */                                                           \
    X(IN_TEXT, 'b', "t", TOTAL) /* list: sorted */                                                           \
    X(IF_BITS, 'b', "bbb", OWN)                                                                              \
    X(IF_INT, 'i', "bii", OWN)                                                                               \
    X(IF_RATIO, 'f', "bff", OWN)                                                                             \
    X(IF_TEXT, 't', "btt", OWN)                                                                              \
    X(COALESCE_BITS, 'b', "bb", OWN)                                                                         \
    X(COALESCE_INT, 'i', "ii", OWN)                                                                          \
    X(COALESCE_RATIO, 'f', "ff", OWN)                                                                        \
    X(COALESCE_TEXT, 't', "tt", OWN)                                                                         \
    X(ADD, 'i', "ii", CHECKED)                                                                               \
    X(SUBTRACT, 'i', "ii", CHECKED)                                                                          \
    X(MULTIPLY, 'i', "ii", CHECKED)                                                                          \
    X(NEGATE, 'i', "i", CHECKED)                                                                             \
    X(ABS, 'i', "i", CHECKED)                                                                                \
    X(LEAST_INT, 'i', "ii", TOTAL)                                                                           \
    X(GREATEST_INT, 'i', "ii", TOTAL)                                                                        \
    X(LIMIT, 'l', "l", CHECKED)      /* unknown outside least..most */                                       \
    X(SCALE, 'l', "ll", CHECKED)     /* a * b / factor, rounded half away from zero */                       \
    X(QUOTIENT, 'i', "ii", PARTIAL)  /* a * factor / b, likewise */                                          \
    X(ROUND_INT, 'l', "ll", PARTIAL) /* to b digits of a number with `factor` digits */                      \
    X(RATIO_OF, 'f', "ii", PARTIAL)                                                                          \
    X(RATIO_ADD, 'f', "ff", PARTIAL)                                                                         \
    X(RATIO_SUBTRACT, 'f', "ff", PARTIAL)                                                                    \
    X(RATIO_MULTIPLY, 'f', "ff", PARTIAL)                                                                    \
    X(RATIO_DIVIDE, 'f', "ff", PARTIAL)                                                                      \
    X(RATIO_NEGATE, 'f', "f", TOTAL)                                                                         \
    X(RATIO_ABS, 'f', "f", TOTAL)                                                                            \
    X(LEAST_RATIO, 'f', "ff", TOTAL)                                                                         \
    X(GREATEST_RATIO, 'f', "ff", TOTAL)                                                                      \
    X(ROUND_RATIO, 'f', "fl", PARTIAL)                                                                       \
    X(INT_TIMES_RATIO, 'l', "lf", PARTIAL)                                                                   \
    X(INT_OVER_RATIO, 'l', "lf", PARTIAL)                                                                    \
    X(RATIO_TO_INT, 'l', "f", PARTIAL) /* times factor, rounded half away from zero */                       \
    X(BITS_TO_INT, 'l', "b", TOTAL)                                                                          \
    X(HAS, 'b', "l", TOTAL) /* set & factor */                                                               \
    X(ONLY, 'b', "l", TOTAL)                                                                                 \
    X(SIZE, 'l', "l", TOTAL)                                                                                 \
    X(AGE, 'l', "ll", PARTIAL)                                                                               \
    X(MONTHS_BETWEEN, 'l', "ll", PARTIAL) /* of dates */                                                     \
    X(ADD_MONTHS, 'l', "ll", PARTIAL)                                                                        \
    X(MONTH_OF, 'l', "l", PARTIAL)                                                                           \
    X(FIRST_DAY, 'l', "l", PARTIAL)                                                                          \
    X(LAST_DAY, 'l', "l", PARTIAL)                                                                           \
    X(MONTH_YEAR, 'l', "l", TOTAL)                                                                           \
    X(MONTH_NUMBER, 'l', "l", TOTAL)                                                                         \
    X(MAKE_DATE, 'l', "lll", PARTIAL)                                                                        \
    X(MAKE_MONTH, 'l', "ll", PARTIAL)                                                                        \
    X(LENGTH, 'l', "t", TOTAL)                                                                               \
    X(STARTS_WITH, 'b', "tt", TOTAL)                                                                         \
    X(ENDS_WITH, 'b', "tt", TOTAL)                                                                           \
    X(CONTAINS, 'b', "tt", TOTAL)                                                                            \
    X(SUBSTRING, 't', "tll", TOTAL)                                                                          \
    X(MATCHES, 'b', "t", PARTIAL) /* pattern */                                                              \
    X(LEAST_TEXT, 't', "tt", TOTAL)                                                                          \
    X(GREATEST_TEXT, 't', "tt", TOTAL)                                                                       \
    X(IDCARD_VALID, 'b', "t", TOTAL)                                                                         \
    X(IDCARD_BIRTH, 'l', "t", PARTIAL)                                                                       \
    X(IDCARD_MALE, 'b', "t", PARTIAL)                                                                        \
    X(IDCARD_DIVISION, 't', "t", PARTIAL)                                                                    \
    X(DISABILITY_KIND, 'l', "t", PARTIAL)                                                                    \
    X(DISABILITY_GRADE, 'l', "t", PARTIAL)

/* What needs to know of records. The first five stand in the graph only or in both; LOAD to ROW_IDS only in
 * blocks. */
#define SOURCES(X)                                                                                           \
    X(CONSTANT)                                                                                              \
    X(FIELD)     /* graph: a field of the record */                                                          \
    X(UP)        /* graph: the operand on the record that a RECORD field points to */                        \
    X(AGGREGATE) /* graph: over child rows; block: a result of a walk */                                     \
    X(RANK)      /* graph: over the whole register */                                                        \
    X(DUPLICATED)                                                                                            \
    X(LOAD)        /* block: a column at the window's own rows */                                            \
    X(LOAD_ROWS)   /* block: a RECORD column as row numbers */                                               \
    X(GATHER)      /* block: a column at the rows of the operand */                                          \
    X(GATHER_ROWS) /* block: a RECORD column at the rows of the operand */                                   \
    X(ROW_IDS)     /* block: row numbers to record ids */                                                    \
    X(WALK)        /* block: walks the child rows of the window; its results follow as AGGREGATE */          \
    X(WIDEN)       /* bound: int32 to int64 */

enum op {
#define X(name, result, operands, known) OP_##name,
    OPERATIONS(X)
#undef X
#define X(name) OP_##name,
        SOURCES(X)
#undef X
};

enum { OPERATION_COUNT = OP_CONSTANT, OPERANDS_MAX = 3 };

enum known_rule { KNOWN_TOTAL, KNOWN_PARTIAL, KNOWN_CHECKED, KNOWN_OWN, KNOWN_SURE };

struct operation {
    const char *name;
    char result;
    const char *operands;
    enum known_rule known;
};

extern const struct operation operations[OPERATION_COUNT];

/* clang-format on */
#endif
