/* What is known of a value before any row is seen: the width of its lane, its range, whether it can be
 * unknown. Ranges choose int32 lanes and kernels without overflow checks; being too wide here costs time,
 * never a wrong answer. */
#include "base/date.h"
#include "formula/exec.h"

typedef __int128 wide;

static wide smaller(wide a, wide b)
{
    return a < b ? a : b;
}

static wide larger(wide a, wide b)
{
    return a > b ? a : b;
}

static wide magnitude(const struct bound_value *value)
{
    return larger(-(wide)value->least, value->most);
}

/* Sets the range, or all of int64 when it does not fit: false then. A row that fails is unknown and holds 0.
 */
static bool set_range(struct bound_value *value, wide least, wide most)
{
    bool fits = least >= INT64_MIN && most <= INT64_MAX;
    value->least = fits ? (int64_t)least : INT64_MIN;
    value->most = fits ? (int64_t)most : INT64_MAX;
    return fits;
}

static bool is_narrow(const struct bound_value *value)
{
    return value->least >= INT32_MIN && value->most <= INT32_MAX;
}

static bool set_product(struct bound_value *out, const struct bound_value *a, const struct bound_value *b)
{
    wide corner[4] = {(wide)a->least * b->least, (wide)a->least * b->most, (wide)a->most * b->least,
                      (wide)a->most * b->most};
    wide least = corner[0], most = corner[0];
    for (int i = 1; i < 4; i++) {
        least = smaller(least, corner[i]);
        most = larger(most, corner[i]);
    }
    return set_range(out, least, most);
}

static void set_date_range(struct bound_value *value)
{
    int32_t first = 0, last = 0;
    (void)date_make(DATE_YEAR_MIN, 1, 1, &first);
    (void)date_make(DATE_YEAR_MAX, 12, 31, &last);
    set_range(value, first, last);
}

/* The range of an operation with a CHECKED known rule; true when nothing can overflow. */
static bool checked_range(const struct graph_node *node, const struct bound_value *in,
                          struct bound_value *out)
{
    const struct bound_value *a = &in[0], *b = &in[1];
    if (node->op == OP_ADD) return set_range(out, (wide)a->least + b->least, (wide)a->most + b->most);
    if (node->op == OP_SUBTRACT) return set_range(out, (wide)a->least - b->most, (wide)a->most - b->least);
    if (node->op == OP_MULTIPLY) return set_product(out, a, b);
    if (node->op == OP_NEGATE) return set_range(out, -(wide)a->most, -(wide)a->least);
    if (node->op == OP_ABS) return set_range(out, 0, magnitude(a));
    if (node->op == OP_LIMIT) {
        if (a->least >= node->least && a->most <= node->most) return set_range(out, a->least, a->most);
        set_range(out, smaller(0, node->least), larger(0, node->most));
        return false;
    }
    /* SCALE: the product with half a divisor added must fit. */
    wide most = magnitude(a) * magnitude(b);
    set_range(out, -(most / node->factor + 1), most / node->factor + 1);
    return most < INT64_MAX / 2;
}

static void other_range(const struct graph_node *node, const struct bound_value *in, struct bound_value *out)
{
    const struct bound_value *a = &in[0], *b = &in[1];
    set_range(out, INT64_MIN, INT64_MAX);
    if (node->op == OP_IF_INT) set_range(out, smaller(b->least, in[2].least), larger(b->most, in[2].most));
    if (node->op == OP_COALESCE_INT) set_range(out, smaller(a->least, b->least), larger(a->most, b->most));
    if (node->op == OP_LEAST_INT) set_range(out, smaller(a->least, b->least), smaller(a->most, b->most));
    if (node->op == OP_GREATEST_INT) set_range(out, larger(a->least, b->least), larger(a->most, b->most));
    if (node->op == OP_QUOTIENT) {
        wide most = magnitude(a) * node->factor;
        set_range(out, -most, most);
    }
    if (node->op == OP_BITS_TO_INT) set_range(out, 0, 1);
    if (node->op == OP_SIZE) set_range(out, 0, 64);
    if (node->op == OP_AGE) set_range(out, 0, DATE_YEAR_MAX - DATE_YEAR_MIN + 1);
    if (node->op == OP_MONTHS_BETWEEN)
        set_range(out, -12 * (DATE_YEAR_MAX - DATE_YEAR_MIN + 1), 12 * (DATE_YEAR_MAX - DATE_YEAR_MIN + 1));
    if (node->op == OP_ADD_MONTHS || node->op == OP_FIRST_DAY || node->op == OP_LAST_DAY ||
        node->op == OP_MAKE_DATE || node->op == OP_IDCARD_BIRTH)
        set_date_range(out);
    if (node->op == OP_MONTH_OF || node->op == OP_MAKE_MONTH) set_range(out, 0, DATE_YEAR_MAX * 12 + 11);
    if (node->op == OP_MONTH_YEAR) set_range(out, smaller(0, a->least / 12), larger(0, a->most / 12));
    if (node->op == OP_MONTH_NUMBER) set_range(out, -10, 12);
    if (node->op == OP_LENGTH) set_range(out, 0, INT64_MAX);
    if (node->op == OP_DISABILITY_KIND || node->op == OP_DISABILITY_GRADE) set_range(out, 0, 9);
}

static bool own_nullable(const struct graph_node *node, const struct bound_value *in)
{
    if (node->op == OP_COALESCE_BITS || node->op == OP_COALESCE_INT || node->op == OP_COALESCE_RATIO ||
        node->op == OP_COALESCE_TEXT)
        return in[0].nullable && in[1].nullable;
    bool nullable = false;
    for (size_t i = 0; operations[node->op].operands[i] != '\0'; i++) nullable |= in[i].nullable;
    return nullable;
}

static enum lane_type lane_of(char letter, bool narrow)
{
    switch (letter) {
    case 'b':
        return LANE_BITS;
    case 'f':
        return LANE_F64;
    case 't':
        return LANE_TEXT;
    case 'i':
        return narrow ? LANE_I32 : LANE_I64;
    default:
        return LANE_I64;
    }
}

struct bound_value bind_result(const struct graph_node *node, const struct bound_value *in, unsigned *given)
{
    const struct operation *operation = &operations[node->op];
    struct bound_value out = {.lane = -1, .wide = -1, .node = -1, .load = -1};
    bool exact = false, narrow = false, any_nullable = false;
    for (size_t i = 0; operation->operands[i] != '\0'; i++) any_nullable |= in[i].nullable;
    if (operation->known == KNOWN_CHECKED)
        exact = checked_range(node, in, &out);
    else if (operation->result == 'i' || operation->result == 'l')
        other_range(node, in, &out);
    if (operation->operands[0] == 'i' || operation->operands[1] == 'i') {
        narrow = operation->result != 'i' || is_narrow(&out);
        for (size_t i = 0; operation->operands[i] != '\0'; i++)
            if (operation->operands[i] == 'i') narrow = narrow && in[i].type == LANE_I32;
        if (operation->known == KNOWN_CHECKED) narrow = narrow && exact;
    }
    if (node->op == OP_QUOTIENT) {
        wide n = magnitude(&in[0]) * node->factor;
        bool small = 2 * n + magnitude(&in[1]) < (wide)1 << 52;
        narrow = narrow && small && node->factor == 1;
        if (small) *given |= KERNEL_SMALL;
    }
    out.nullable = operation->known == KNOWN_PARTIAL ||
                   (operation->known == KNOWN_CHECKED && (any_nullable || !exact)) ||
                   (operation->known == KNOWN_TOTAL && any_nullable) ||
                   (operation->known == KNOWN_OWN && own_nullable(node, in));
    out.type = lane_of(operation->result, narrow);
    if (narrow) *given |= KERNEL_NARROW;
    if (exact) *given |= KERNEL_EXACT;
    if (in[0].constant) *given |= KERNEL_CONSTANT_0;
    if (operation->operands[1] != '\0' && in[1].constant) *given |= KERNEL_CONSTANT_1;
    return out;
}

struct bound_value bind_aggregate(const struct graph_node *node, const struct bound_value *v,
                                  const struct bound_value *w, size_t child_rows, bool *exact)
{
    static const enum lane_type types[] = {
        [KIND_INT] = LANE_I64, [KIND_RATIO] = LANE_F64, [KIND_BOOL] = LANE_BITS, [KIND_TEXT] = LANE_TEXT};
    struct bound_value out = {.type = types[node->kind], .lane = -1, .wide = -1, .node = -1, .load = -1};
    wide rows = (wide)child_rows;
    *exact = false;
    out.nullable = (w != NULL && w->nullable) || (v != NULL && v->nullable);
    switch (node->aggregate) {
    case AGGREGATE_COUNT:
    case AGGREGATE_DISTINCT:
        set_range(&out, 0, rows);
        break;
    case AGGREGATE_SUM:
        *exact = set_range(&out, rows * smaller(0, v->least), rows * larger(0, v->most));
        out.nullable = out.nullable || !*exact;
        break;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN:
        out.nullable = true;
        if (node->kind == KIND_INT) set_range(&out, smaller(0, v->least), larger(0, v->most));
        break;
    case AGGREGATE_COVERS:
        out.nullable = true;
        break;
    case AGGREGATE_EXISTS:
    case AGGREGATE_ANY:
    case AGGREGATE_ALL:
    case AGGREGATE_AVG:
    case AGGREGATE_SHARE:
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        break;
    }
    return out;
}
