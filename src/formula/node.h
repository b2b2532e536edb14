/* The typed tree: what the checker makes of a formula, and the contract between everything that prints it,
 * runs it, turns it into SQL or explains it. Nodes live in the arena given to the checker, never change, and
 * may be shared (a definition's node is the same in every formula that uses it).
 *
 * Unknowns. Every node may be unknown. Operators: unknown if an operand is, except
 *   and: false if either is false; or: true if either is true (Kleene); is null / known: never unknown;
 *   coalesce: the first known; if: by its condition (an unknown condition gives unknown; no else gives
 * unknown); in: as the "or" of its =, so true if equal to one, else unknown if the value or a constant is
 * unknown. has/only/size: unknown for an unknown set. Whatever is read up an empty reference is unknown, a
 * constant and `known` too. Division by zero, overflow of int64 and dates outside 1800..2200 give unknown.
 * What is rounded to an integer must lie within -INT64_MAX..INT64_MAX. A RATIO is always finite (else
 * unknown) and never a negative zero. A COUNT (seen through definitions) compared with something that needs
 * no record and is 0 or 1, in a way that only asks whether there is any row (> 0, <> 0, >= 1; = 0, <= 0, < 1;
 * either side), is EXISTS of its w, or not EXISTS: one true w is enough, however many others are unknown.
 * This holds within BETWEEN too. Aggregates over the rows r of a child register with condition w(r) (absent:
 * true) and value v(r): COUNT      number of r with w true; unknown if some w is unknown SUM        exact
 * sum; unknown if some w is unknown, or some v with w true is unknown, or if the sum itself (not a step on
 * the way) overflows; 0 over nothing. RATIO: each value is taken to 9 decimals, half away from zero (the
 * product with 10^9 in double, then llround), and summed exactly; the sum / 10^9 in double AVG        sum /
 * count (MONEY, DECIMAL rounded half away from zero; INT gives RATIO; RATIO: the sum of SUM's integers /
 * (count × 10^9) in double); unknown over nothing and where SUM would be MIN, MAX   unknown over nothing, and
 * when a w or a relevant v is unknown MEDIAN     lower of the middle two for even counts, unknown like MIN
 *   EXISTS     Kleene "or" of w; false over nothing
 *   ANY, ALL   Kleene "or" of (w and v); Kleene "and" of (not w or v)
 *   SHARE      count(w and v) / count(w) as RATIO; unknown when a w is unknown, when a v with w true is
 * unknown, over nothing LATEST     the v of the row with w true whose y is greatest; EARLIEST: whose y is
 * least. Where several have that y and their v are not one and the same known value, unknown; unknown if some
 * w is unknown, or y where w is true; unknown over nothing. Unknown v of other rows do not matter DISTINCT
 * number of different known v with w true; unknown if some w or relevant v is unknown COVERS     v is a
 * MONTH; children[2], children[3] (evaluated on the parent) give first and last month; true when every month
 * from first to last is the v of some row with w true; unknown v count as absent; w unknown counts as absent;
 * true when last is before first; unknown when first or last is unknown, or more than 64 months A row hangs
 * on the record that the aggregate's reference of it names; rows where it is empty hang nowhere. Comparisons
 * of TEXT are by bytes. CODE only = and <>. BOOL only = and <>. */
#ifndef ZENGSHOU_FORMULA_NODE_H
#define ZENGSHOU_FORMULA_NODE_H

/* clang-format off: tables, a line an entry */
#include "formula/schema.h"

enum node_op {
    NODE_CONSTANT,   /* value */
    NODE_PARAMETER,  /* index: parameter; valued as of the evaluation's date */
    NODE_AS_OF,      /* DATE: the evaluation's date */
    NODE_FIELD,      /* index: field of the register `scope` */
    NODE_DEFINITION, /* index: definition; children[0]: its node (same scope) */
    NODE_UP, /* children[0] evaluated on the record that the RECORD field `index` of `scope` points to */
    NODE_AGGREGATE, /* aggregate; other: the child register; children[0]: v or NULL, children[1]: w or NULL
                       (both with scope = other), children[2..3] only for COVERS; children[2] for LATEST and
                       EARLIEST: y (scope = other); index: the RECORD field of `other` that points here (its
                       parent_field, or another reference) */
    NODE_NOT,
    NODE_AND,
    NODE_OR, /* BOOL; AND and OR have two children */
    NODE_EQUAL,
    NODE_UNEQUAL,
    NODE_LESS,
    NODE_LESS_EQUAL,
    NODE_GREATER,
    NODE_GREATER_EQUAL,
    NODE_BETWEEN, /* children: value, low, high; means value >= low and value <= high */
    NODE_IN,      /* children[0]: value; children[1..]: NODE_CONSTANT of the same type */
    NODE_IS_NULL, /* children[0] */
    NODE_KNOWN,   /* children[0] */
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_NEGATE,
    NODE_IF,       /* children: condition, then, else or NULL */
    NODE_COALESCE, /* one child or more, of one type */
    NODE_CALL, /* function; children: arguments, exactly function's count (optional ones filled in). RANK and
                  DUPLICATED: the value, then `index` keys behind within, then at most one behind across */
    NODE_PREVIOUS, /* children[0] evaluated with the evaluation's date one year earlier (date_year_before);
                      parameters are valued as of that date too */
    NODE_CONVERT   /* children[0] INT to DECIMAL (× 10,000; overflow unknown) or MONTH/DATE adaptations: see
                      type */
};

/* Arithmetic the checker admits (others are type errors; units must agree, or one side be a bare number):
 *   + -   INT,INT → INT; DECIMAL,DECIMAL → DECIMAL; MONEY,MONEY → MONEY; RATIO,RATIO → RATIO;
 *         DATE ± INT (days) → DATE; MONTH ± INT (months) → MONTH; DATE - DATE → INT; MONTH - MONTH → INT
 *   *     INT,INT; INT|DECIMAL × DECIMAL → DECIMAL; MONEY × INT|DECIMAL|RATIO → MONEY (either order);
 *         RATIO × RATIO → RATIO; RATIO × INT|DECIMAL → DECIMAL (an INT is converted first; overflow unknown).
 * Rounded half away from zero to the result's grain. (× RATIO: the product of the integer and the ratio in
 * double, then llround.) /     INT,INT → RATIO; DECIMAL,DECIMAL → RATIO; MONEY,MONEY → RATIO; RATIO,RATIO →
 * RATIO: one division in double of the two integers, each taken to double first; MONEY / INT|DECIMAL → MONEY,
 * DECIMAL / INT → DECIMAL: rounded half away from zero; INT / DECIMAL is converted first. MONEY / RATIO →
 * MONEY (the quotient in double, then llround). INT meets DECIMAL by NODE_CONVERT. INT literals may stand for
 * RATIO (growth < 0) : the checker makes a RATIO constant. */

#define AGGREGATES(X)                                                                                        \
    X(COUNT, "count", "计数")                                                                                \
    X(SUM, "sum", "合计")                                                                                    \
    X(AVG, "avg", "平均")                                                                                    \
    X(MIN, "min", "最小")                                                                                    \
    X(MAX, "max", "最大")                                                                                    \
    X(MEDIAN, "median", "中位数")                                                                            \
    X(EXISTS, "exists", "存在")                                                                              \
    X(ANY, "any", "任一")                                                                                    \
    X(ALL, "all", "全部")                                                                                    \
    X(SHARE, "share", "占比")                                                                                \
    X(DISTINCT, "distinct", "种数") X(COVERS, "covers", "覆盖") X(LATEST, "latest", "最新")                  \
        X(EARLIEST, "earliest", "最早")

enum aggregate {
#define X(id, en, zh) AGGREGATE_##id,
    AGGREGATES(X)
#undef X
};

/* Functions of one record's values. Arguments in the order written; [ ] may be left out by the writer, the
 * checker fills in what the comment says, so that executors always see all. */
#define FUNCTIONS(X)                                                                                           \
    X(AGE, "age",                                                                                              \
      "年龄") /* DATE birth [, DATE at = as_of] → INT completed years; unknown if at is before birth */      \
    X(MONTHS_BETWEEN, "months_between",                                                                        \
      "相差月数") /* two DATE (completed months) or two MONTH → INT, second minus first */                   \
    X(DAYS_BETWEEN, "days_between", "相差天数") /* DATE, DATE → INT */                                       \
    X(ADD_MONTHS, "add_months", "加月")         /* DATE, INT → DATE */                                       \
    X(YEAR, "year", "年份")                     /* DATE or MONTH → INT */                                    \
    X(MONTH, "month", "所在月")                 /* DATE → MONTH */                                           \
    X(MONTH_NUMBER, "month_number", "月份")     /* DATE or MONTH → INT 1..12 */                              \
    X(FIRST_DAY, "first_day", "首日")           /* MONTH → DATE */                                           \
    X(LAST_DAY, "last_day", "末日")             /* MONTH → DATE */                                           \
    X(DATE, "date", "日期") /* INT year, INT month, INT day → DATE; unknown if there is no such day */       \
    X(MAKE_MONTH, "make_month", "年月") /* INT year, INT month → MONTH */                                    \
    X(ABS, "abs", "绝对值")             /* INT, DECIMAL, MONEY, RATIO */                                       \
    X(LEAST, "least", "较小")           /* two of one ordered type */                                          \
    X(GREATEST, "greatest", "较大")     /* two of one ordered type */                                          \
    X(ROUND, "round", "四舍五入") /* DECIMAL, MONEY or RATIO [, INT constant digits = 0] half away from        \
                                     zero; MONEY counts digits of yuan, RATIO digits of the plain number:      \
                                     round(x × 10^digits) / 10^digits in double, digits < 0 the other         \
                                     way round; as it is for digits > 15 or where that overflows */            \
    X(YUAN, "yuan", "元数")       /* INT or DECIMAL → MONEY */                                               \
    X(NUMBER, "number", "数值")   /* MONEY → DECIMAL yuan; RATIO → DECIMAL */                              \
    X(LENGTH, "length", "长度")   /* TEXT → INT characters */                                                \
    X(STARTS_WITH, "starts_with", "开头是") /* TEXT, TEXT → BOOL */                                          \
    X(ENDS_WITH, "ends_with", "结尾是")     /* TEXT, TEXT → BOOL */                                          \
    X(CONTAINS, "contains", "包含文字")     /* TEXT, TEXT → BOOL */                                          \
    X(SUBSTRING, "substring", "截取") /* TEXT, INT from (1-based), INT count → TEXT: the characters at       \
                                         places from .. from + count - 1, as far as there are such */          \
    X(MATCHES, "matches", "符合格式") /* TEXT, TEXT constant PCRE2 pattern (UTF, whole text must match) →    \
                                         BOOL; unknown when PCRE2 gives up after a million steps */            \
    X(IDCARD_VALID, "idcard_valid", "身份证有效")     /* TEXT → BOOL, GB 11643 */                            \
    X(IDCARD_BIRTH, "idcard_birth", "身份证出生日期") /* TEXT → DATE; unknown if it has none */              \
    X(IDCARD_MALE, "idcard_male", "身份证为男")       /* TEXT → BOOL */                                      \
    X(IDCARD_DIVISION, "idcard_division",                                                                      \
      "身份证地区") /* TEXT → TEXT, first six digits; unknown unless digits */                               \
    X(DISABILITY_KIND, "disability_kind", "残疾类别号") /* TEXT of 20 or 22 → INT 1..7; unknown otherwise */ \
    X(DISABILITY_GRADE, "disability_grade",                                                                    \
      "残疾等级号")         /* TEXT of 20 or 22 → INT 1..4; unknown otherwise */                             \
    X(HAS, "has", "含")     /* infix: CODES has CODE constant → BOOL; has (a, b): any of them */             \
    X(ONLY, "only", "仅含") /* infix: CODES only (a, b): not empty and nothing else */                         \
    X(SIZE, "size", "个数") /* CODES → INT */                                                                \
    X(RANK, "rank", "名次") /* value [within keys] over the whole register: 1 + records of the same            \
                               keys with a larger value */                                                     \
    X(DUPLICATED, "duplicated", "重复") /* value [within keys] [across key] over the whole register: true if   \
                                           another record has the same value and keys, and another key         \
                                           across. RANK and DUPLICATED see only records of which all of        \
                                           these are known, and are unknown for the others */

enum function {
#define X(id, en, zh) FUNCTION_##id,
    FUNCTIONS(X)
#undef X
};

/* How many keys may stand behind within. */
enum { NODE_WITHIN_MAX = 2 };

struct node {
    enum node_op op;
    struct type type;
    int scope; /* the register on whose records it is evaluated; -1: needs no record */
    int index; /* see the ops; -1 otherwise */
    int other; /* NODE_AGGREGATE: the child register; NODE_UP: the register pointed to; -1 otherwise */
    enum aggregate aggregate;
    enum function function;
    struct value value; /* NODE_CONSTANT; for HAS and ONLY the second child is a CODES constant */
    size_t child_count;
    struct node **children; /* entries may be NULL only where said above */
    int line, column;       /* where it begins in its source, 1-based within the formula's text */
};

/* Whether child i is evaluated on another record than the node itself: up its reference, or on the rows it
 * gathers. */
static inline bool node_leads_away(const struct node *node, size_t i)
{
    return node->op == NODE_UP ||
           (node->op == NODE_AGGREGATE && (i < 2 || node->aggregate != AGGREGATE_COVERS));
}

/* clang-format on */
#endif
