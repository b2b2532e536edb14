/* Arithmetic and comparison by the types that meet: the table in node.h. */
#include "base/money.h"
#include "formula/sqlgen_plan.h"

static bool postgres(const struct sql_plan *plan)
{
    return plan->options->dialect == SQLGEN_POSTGRES;
}

int sql_integer_operation(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b)
{
    int result = sql_say(plan, reg, phrase, a, b, SQL_NONE);
    return postgres(plan) ? sql_say(plan, reg, PHRASE_INT64, result, SQL_NONE, SQL_NONE) : result;
}

/* value * by / over, rounded half away from zero. */
int sql_scaled(struct sql_plan *plan, int reg, int value, int by, int over)
{
    if (!postgres(plan)) return sql_say(plan, reg, PHRASE_SCALE, value, by, over);
    if (!sql_is_literal(plan, by, "1")) value = sql_say(plan, reg, PHRASE_MULTIPLY, value, by, SQL_NONE);
    int quotient = sql_say(plan, reg, PHRASE_QUOTIENT, value, over, SQL_NONE);
    return sql_say(plan, reg, PHRASE_INT63, quotient, SQL_NONE, SQL_NONE);
}

/* value: in units of 10^-grain. */
int sql_round(struct sql_plan *plan, int reg, int value, int64_t digits, int64_t grain)
{
    if (digits >= grain) return value;
    if (!postgres(plan))
        return sql_say(plan, reg, PHRASE_ROUND, value, sql_number(plan, digits < -40 ? -40 : digits),
                       sql_number(plan, grain));
    if (grain - digits > 19)
        return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, value, sql_number(plan, 0));
    int64_t unit = 1;
    if (grain - digits == 19) return sql_refuse(plan, "round");
    for (int64_t i = digits; i < grain; i++) unit *= 10;
    int quotient = sql_say(plan, reg, PHRASE_QUOTIENT, value, sql_number(plan, unit), SQL_NONE);
    return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, quotient, sql_number(plan, unit));
}

/* A product or quotient in double, to the nearest whole number. */
int sql_whole(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b)
{
    int result = sql_say(plan, reg, phrase, a, b, SQL_NONE);
    return postgres(plan) ? sql_say(plan, reg, PHRASE_WHOLE, result, SQL_NONE, SQL_NONE) : result;
}

int sql_convert(struct sql_plan *plan, int reg, enum type_kind from, int a, enum type_kind to)
{
    if (from == to) return a;
    if (from == TYPE_NULL) return sql_unknown(plan, to);
    if (from == TYPE_INT && to == TYPE_DECIMAL)
        return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, a, sql_number(plan, DECIMAL_ONE));
    if (from == TYPE_INT && to == TYPE_RATIO)
        return sql_say(plan, reg, PHRASE_RATIO_OF, a, sql_number(plan, 1), SQL_NONE);
    if (from == TYPE_DECIMAL && to == TYPE_RATIO)
        return sql_say(plan, reg, PHRASE_RATIO_OF, a, sql_number(plan, DECIMAL_ONE), SQL_NONE);
    if (from == TYPE_DATE && to == TYPE_MONTH)
        return sql_say(plan, reg, PHRASE_MONTH_OF, a, SQL_NONE, SQL_NONE);
    if (from == TYPE_MONTH && to == TYPE_DATE)
        return sql_say(plan, reg, PHRASE_FIRST_DAY, a, SQL_NONE, SQL_NONE);
    return a;
}

/* INT meets DECIMAL at its grain, exact numbers meet RATIO as ratios. */
static enum type_kind meet(struct sql_plan *plan, int reg, enum type_kind a_kind, int *a,
                           enum type_kind b_kind, int *b)
{
    enum type_kind to = a_kind;
    if (a_kind == TYPE_NULL || (a_kind == TYPE_INT && (b_kind == TYPE_DECIMAL || b_kind == TYPE_RATIO)) ||
        (a_kind == TYPE_DECIMAL && b_kind == TYPE_RATIO))
        to = b_kind;
    *a = sql_convert(plan, reg, a_kind, *a, to);
    if (b_kind == TYPE_NULL || b_kind == TYPE_INT || b_kind == TYPE_DECIMAL)
        *b = sql_convert(plan, reg, b_kind, *b, to);
    return to;
}

int sql_compare(struct sql_plan *plan, int reg, enum node_op op, enum type_kind a_kind, int a,
                enum type_kind b_kind, int b)
{
    if (a_kind == TYPE_NULL || b_kind == TYPE_NULL) return sql_unknown(plan, TYPE_BOOL);
    enum type_kind kind = meet(plan, reg, a_kind, &a, b_kind, &b);
    bool text = sql_is_text(kind);
    if (op == NODE_EQUAL) return sql_say(plan, reg, PHRASE_EQUAL, a, b, SQL_NONE);
    if (op == NODE_UNEQUAL) return sql_say(plan, reg, PHRASE_UNEQUAL, a, b, SQL_NONE);
    /* Codes are ordered as in their dictionary, which their names are not. */
    if (kind == TYPE_CODE || kind == TYPE_CODES) return sql_refuse(plan, "order of codes");
    bool strict = op == NODE_LESS || op == NODE_GREATER,
         swapped = op == NODE_GREATER || op == NODE_GREATER_EQUAL;
    enum phrase phrase = strict ? (text ? PHRASE_LESS_TEXT : PHRASE_LESS)
                         : text ? PHRASE_LESS_EQUAL_TEXT
                                : PHRASE_LESS_EQUAL;
    return sql_say(plan, reg, phrase, swapped ? b : a, swapped ? a : b, SQL_NONE);
}

static int sum(struct sql_plan *plan, int reg, enum node_op op, enum type_kind a_kind, int a,
               enum type_kind b_kind, int b, enum type_kind result)
{
    enum phrase phrase = op == NODE_ADD ? PHRASE_ADD : PHRASE_SUBTRACT;
    if (a_kind == TYPE_DATE || a_kind == TYPE_MONTH || b_kind == TYPE_DATE || b_kind == TYPE_MONTH) {
        if (a_kind == TYPE_DATE) a = sql_say(plan, reg, PHRASE_DAYS, a, SQL_NONE, SQL_NONE);
        if (b_kind == TYPE_DATE) b = sql_say(plan, reg, PHRASE_DAYS, b, SQL_NONE, SQL_NONE);
        if (a_kind == TYPE_MONTH) a = sql_say(plan, reg, PHRASE_MONTHS, a, SQL_NONE, SQL_NONE);
        if (b_kind == TYPE_MONTH) b = sql_say(plan, reg, PHRASE_MONTHS, b, SQL_NONE, SQL_NONE);
        int total = sql_integer_operation(plan, reg, phrase, a, b);
        if (result == TYPE_DATE) return sql_say(plan, reg, PHRASE_DATE, total, SQL_NONE, SQL_NONE);
        return result == TYPE_MONTH ? sql_say(plan, reg, PHRASE_MONTH, total, SQL_NONE, SQL_NONE) : total;
    }
    if (meet(plan, reg, a_kind, &a, b_kind, &b) == TYPE_RATIO)
        return sql_say(plan, reg, op == NODE_ADD ? PHRASE_RATIO_ADD : PHRASE_RATIO_SUBTRACT, a, b, SQL_NONE);
    return sql_integer_operation(plan, reg, phrase, a, b);
}

static int magnitude(struct sql_plan *plan, int reg, int a)
{
    return sql_say(plan, reg, PHRASE_RATIO_ABS, a, SQL_NONE, SQL_NONE);
}

static int ratio_product(struct sql_plan *plan, int reg, int a, int b)
{
    if (plan->options->dialect == SQLGEN_SQLITE)
        return sql_say(plan, reg, PHRASE_RATIO_MULTIPLY, a, b, SQL_NONE);
    int of_a = magnitude(plan, reg, a), of_b = magnitude(plan, reg, b), in[SQL_OPERANDS];
    int large = sql_say(plan, reg, PHRASE_GREATEST, of_a, of_b, SQL_NONE),
        small = sql_say(plan, reg, PHRASE_LEAST, of_a, of_b, SQL_NONE);
    in[0] = sql_say(plan, reg, PHRASE_RAISED_LARGE, large, SQL_NONE, SQL_NONE);
    in[1] = sql_say(plan, reg, PHRASE_RAISED_SMALL, small, SQL_NONE, SQL_NONE);
    in[2] = sql_say(plan, reg, PHRASE_UPPER_HALF, in[0], SQL_NONE, SQL_NONE);
    in[3] = sql_say(plan, reg, PHRASE_UPPER_HALF, in[1], SQL_NONE, SQL_NONE);
    int vanishes = sql_say_all(plan, reg, PHRASE_PRODUCT_VANISHES, in);
    int overflows = sql_say(plan, reg, PHRASE_PRODUCT_OVERFLOWS, large, small, SQL_NONE);
    return sql_say_all(plan, reg, PHRASE_RATIO_MULTIPLY,
                       (const int[SQL_OPERANDS]){a, b, vanishes, overflows});
}

static int ratio_quotient(struct sql_plan *plan, int reg, int a, int b)
{
    if (plan->options->dialect == SQLGEN_SQLITE)
        return sql_say(plan, reg, PHRASE_RATIO_DIVIDE, a, b, SQL_NONE);
    int of_a = magnitude(plan, reg, a), of_b = magnitude(plan, reg, b);
    int vanishes = sql_say(plan, reg, PHRASE_QUOTIENT_VANISHES, of_a, of_b, SQL_NONE);
    int overflows = sql_say(plan, reg, PHRASE_QUOTIENT_OVERFLOWS, of_a, of_b, SQL_NONE);
    return sql_say_all(plan, reg, PHRASE_RATIO_DIVIDE, (const int[SQL_OPERANDS]){a, b, vanishes, overflows});
}

static int product(struct sql_plan *plan, int reg, enum type_kind a_kind, int a, enum type_kind b_kind, int b)
{
    if (a_kind == TYPE_RATIO && b_kind == TYPE_RATIO) return ratio_product(plan, reg, a, b);
    if (a_kind == TYPE_RATIO) return product(plan, reg, b_kind, b, a_kind, a);
    if (b_kind == TYPE_RATIO) {
        if (a_kind == TYPE_INT) a = sql_convert(plan, reg, TYPE_INT, a, TYPE_DECIMAL);
        return sql_whole(plan, reg, PHRASE_TIMES_RATIO, a, b);
    }
    if (a_kind == TYPE_INT || b_kind == TYPE_INT)
        return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, a, b);
    return sql_scaled(plan, reg, a, b, sql_number(plan, DECIMAL_ONE));
}

static int quotient(struct sql_plan *plan, int reg, enum type_kind a_kind, int a, enum type_kind b_kind,
                    int b, enum type_kind result)
{
    if (a_kind == TYPE_MONEY && b_kind == TYPE_RATIO) return sql_whole(plan, reg, PHRASE_OVER_RATIO, a, b);
    if (result != TYPE_RATIO)
        return sql_scaled(plan, reg, a, sql_number(plan, b_kind == TYPE_DECIMAL ? DECIMAL_ONE : 1), b);
    bool ratios = meet(plan, reg, a_kind, &a, b_kind, &b) == TYPE_RATIO;
    return ratios ? ratio_quotient(plan, reg, a, b) : sql_say(plan, reg, PHRASE_RATIO_OF, a, b, SQL_NONE);
}

int sql_arithmetic(struct sql_plan *plan, int reg, enum node_op op, enum type_kind a_kind, int a,
                   enum type_kind b_kind, int b, enum type_kind result)
{
    if (a_kind == TYPE_NULL || b_kind == TYPE_NULL) return sql_unknown(plan, result);
    if (op == NODE_MULTIPLY) return product(plan, reg, a_kind, a, b_kind, b);
    if (op == NODE_DIVIDE) return quotient(plan, reg, a_kind, a, b_kind, b, result);
    return sum(plan, reg, op, a_kind, a, b_kind, b, result);
}
