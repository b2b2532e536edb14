/* Arithmetic, comparison and functions by the types that meet (the table in node.h), as operations on
 * integers of one grain, ratios and texts. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <assert.h>
#include <pcre2.h>

#include "base/date.h"
#include "base/money.h"
#include "formula/graph_lower.h"

static int limit(struct graph *graph, int a, int64_t least, int64_t most)
{
    struct graph_node node = graph_blank(OP_LIMIT, -1);
    node.kind = KIND_INT;
    node.in[0] = a;
    node.least = least;
    node.most = most;
    return graph_add(graph, &node);
}

static int limit_date(struct graph *graph, int a)
{
    int32_t first = 0, last = 0;
    (void)date_make(DATE_YEAR_MIN, 1, 1, &first);
    (void)date_make(DATE_YEAR_MAX, 12, 31, &last);
    return limit(graph, a, first, last);
}

static int limit_month(struct graph *graph, int a)
{
    return limit(graph, a, DATE_YEAR_MIN * 12, DATE_YEAR_MAX * 12 + 11);
}

int lower_conversion(struct lowering *lowering, enum type_kind from, int a, enum type_kind to)
{
    struct graph *graph = lowering->graph;
    if (from == to) return a;
    if (from == TYPE_NULL) return graph_unknown(graph, graph_kind(to));
    if (from == TYPE_INT && to == TYPE_DECIMAL)
        return graph_operation(graph, OP_MULTIPLY, a, graph_integer(graph, DECIMAL_ONE), GRAPH_NONE);
    if (from == TYPE_INT && to == TYPE_RATIO)
        return graph_operation(graph, OP_RATIO_OF, a, graph_integer(graph, 1), GRAPH_NONE);
    if (from == TYPE_DECIMAL && to == TYPE_RATIO)
        return graph_operation(graph, OP_RATIO_OF, a, graph_integer(graph, DECIMAL_ONE), GRAPH_NONE);
    if (from == TYPE_DATE && to == TYPE_MONTH)
        return graph_operation(graph, OP_MONTH_OF, a, GRAPH_NONE, GRAPH_NONE);
    if (from == TYPE_MONTH && to == TYPE_DATE)
        return graph_operation(graph, OP_FIRST_DAY, a, GRAPH_NONE, GRAPH_NONE);
    assert(graph_kind(from) == graph_kind(to));
    return a;
}

/* Brings INT to the grain of DECIMAL, and exact numbers to RATIO, where the other operand is one. */
static void meet(struct lowering *lowering, enum type_kind *a_kind, int *a, enum type_kind *b_kind, int *b)
{
    enum type_kind to = *a_kind;
    if (*a_kind == TYPE_NULL || (*a_kind == TYPE_INT && (*b_kind == TYPE_DECIMAL || *b_kind == TYPE_RATIO)) ||
        (*a_kind == TYPE_DECIMAL && *b_kind == TYPE_RATIO))
        to = *b_kind;
    *a = lower_conversion(lowering, *a_kind, *a, to);
    *a_kind = to;
    if (*b_kind == TYPE_NULL || *b_kind == TYPE_INT || *b_kind == TYPE_DECIMAL) {
        *b = lower_conversion(lowering, *b_kind, *b, to);
        *b_kind = to;
    }
}

static int sum(struct lowering *lowering, enum node_op op, enum type_kind a_kind, int a,
               enum type_kind b_kind, int b, enum type_kind result)
{
    struct graph *graph = lowering->graph;
    if (result == TYPE_DATE || result == TYPE_MONTH || a_kind == TYPE_DATE || a_kind == TYPE_MONTH) {
        int total = graph_operation(graph, op == NODE_ADD ? OP_ADD : OP_SUBTRACT, a, b, GRAPH_NONE);
        return result == TYPE_DATE    ? limit_date(graph, total)
               : result == TYPE_MONTH ? limit_month(graph, total)
                                      : total;
    }
    meet(lowering, &a_kind, &a, &b_kind, &b);
    if (a_kind == TYPE_RATIO)
        return graph_operation(graph, op == NODE_ADD ? OP_RATIO_ADD : OP_RATIO_SUBTRACT, a, b, GRAPH_NONE);
    return graph_operation(graph, op == NODE_ADD ? OP_ADD : OP_SUBTRACT, a, b, GRAPH_NONE);
}

static int product(struct lowering *lowering, enum type_kind a_kind, int a, enum type_kind b_kind, int b)
{
    struct graph *graph = lowering->graph;
    if (a_kind == TYPE_RATIO && b_kind == TYPE_RATIO)
        return graph_operation(graph, OP_RATIO_MULTIPLY, a, b, GRAPH_NONE);
    if (a_kind == TYPE_RATIO) return product(lowering, b_kind, b, a_kind, a);
    if (b_kind == TYPE_RATIO) {
        if (a_kind == TYPE_INT) a = lower_conversion(lowering, TYPE_INT, a, TYPE_DECIMAL);
        return graph_operation(graph, OP_INT_TIMES_RATIO, a, b, GRAPH_NONE);
    }
    if (a_kind == TYPE_INT || b_kind == TYPE_INT)
        return graph_operation(graph, OP_MULTIPLY, a, b, GRAPH_NONE);
    return graph_operation_factor(graph, OP_SCALE, a, b, DECIMAL_ONE);
}

static int quotient(struct lowering *lowering, enum type_kind a_kind, int a, enum type_kind b_kind, int b,
                    enum type_kind result)
{
    struct graph *graph = lowering->graph;
    if (a_kind == TYPE_MONEY && b_kind == TYPE_RATIO)
        return graph_operation(graph, OP_INT_OVER_RATIO, a, b, GRAPH_NONE);
    if (result != TYPE_RATIO)
        return graph_operation_factor(graph, OP_QUOTIENT, a, b, b_kind == TYPE_DECIMAL ? DECIMAL_ONE : 1);
    meet(lowering, &a_kind, &a, &b_kind, &b);
    return graph_operation(graph, a_kind == TYPE_RATIO ? OP_RATIO_DIVIDE : OP_RATIO_OF, a, b, GRAPH_NONE);
}

int lower_arithmetic(struct lowering *lowering, enum node_op op, enum type_kind a_kind, int a,
                     enum type_kind b_kind, int b, enum type_kind result)
{
    if (a_kind == TYPE_NULL || b_kind == TYPE_NULL) return graph_unknown(lowering->graph, graph_kind(result));
    if (op == NODE_MULTIPLY) return product(lowering, a_kind, a, b_kind, b);
    if (op == NODE_DIVIDE) return quotient(lowering, a_kind, a, b_kind, b, result);
    return sum(lowering, op, a_kind, a, b_kind, b, result);
}

int lower_comparison(struct lowering *lowering, enum node_op op, enum type_kind a_kind, int a,
                     enum type_kind b_kind, int b)
{
    static const enum op equal[] = {[KIND_INT] = OP_EQUAL_INT,
                                    [KIND_RATIO] = OP_EQUAL_RATIO,
                                    [KIND_BOOL] = OP_EQUAL_BITS,
                                    [KIND_TEXT] = OP_EQUAL_TEXT};
    static const enum op less[] = {[KIND_INT] = OP_LESS_INT,
                                   [KIND_RATIO] = OP_LESS_RATIO,
                                   [KIND_BOOL] = OP_LESS_INT,
                                   [KIND_TEXT] = OP_LESS_TEXT};
    struct graph *graph = lowering->graph;
    if (a_kind == TYPE_NULL || b_kind == TYPE_NULL) return graph_unknown(graph, KIND_BOOL);
    meet(lowering, &a_kind, &a, &b_kind, &b);
    enum lane_kind kind = graph->nodes[a].kind;
    bool equality = op == NODE_EQUAL || op == NODE_UNEQUAL;
    bool swapped = op == NODE_GREATER || op == NODE_LESS_EQUAL;
    bool negated = op == NODE_UNEQUAL || op == NODE_LESS_EQUAL || op == NODE_GREATER_EQUAL;
    assert(equality || kind != KIND_BOOL);
    enum op test = (equality ? equal : less)[kind];
    int result = graph_date_test(graph, test, swapped ? b : a, swapped ? a : b);
    if (result == GRAPH_NONE)
        result = graph_operation(graph, test, swapped ? b : a, swapped ? a : b, GRAPH_NONE);
    return negated ? graph_operation(graph, OP_NOT, result, GRAPH_NONE, GRAPH_NONE) : result;
}

/* The whole text must match. The limit on steps is in the pattern, so that it is the same wherever it runs.
 */
static int lower_matches(struct lowering *lowering, const struct node *node, int text, int pattern)
{
    struct graph *graph = lowering->graph;
    struct graph_node matches = graph_blank(OP_MATCHES, -1);
    if (!graph_is_constant(graph, pattern)) {
        lowering->status = err_set(lowering->err, ERR_INPUT, "matches的格式必须是写定的文字",
                                   "the pattern of matches must be a constant");
        err_at(lowering->err, NULL, node->line, node->column);
    }
    const struct value *value = &graph->nodes[pattern].value;
    if (lowering->status != 0 || !value->known) return graph_unknown(graph, KIND_BOOL);
    struct buffer limited = {0};
    buffer_string(&limited, "(*LIMIT_MATCH=1000000)(*LIMIT_DEPTH=100000)");
    buffer_text(&limited, value->text);
    int code;
    PCRE2_SIZE offset;
    matches.kind = KIND_BOOL;
    matches.in[0] = text;
    matches.pattern_text = value->text;
    matches.pattern = pcre2_compile((PCRE2_SPTR)limited.data, limited.size,
                                    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                                    &code, &offset, NULL);
    buffer_fini(&limited);
    if (matches.pattern != NULL) return graph_add(graph, &matches);
    unsigned char reason[128];
    pcre2_get_error_message(code, reason, sizeof reason);
    lowering->status =
        err_set(lowering->err, ERR_INPUT, "格式“%.*s”写得不对：%s", "the pattern \"%.*s\" is faulty: %s",
                TEXT_ARGS(value->text), (const char *)reason);
    err_at(lowering->err, NULL, node->line, node->column);
    return graph_unknown(graph, KIND_BOOL);
}

/* Over the whole register: the value, keys within and the key across, each in its own place. */
static int lower_whole(struct lowering *lowering, enum op op, const struct node *node,
                       struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    struct graph_node whole = graph_blank(op, scope.reg);
    whole.kind = op == OP_RANK ? KIND_INT : KIND_BOOL;
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->type.kind == TYPE_NULL) return graph_unknown(graph, whole.kind);
        int a = lower_node(lowering, node->children[i], scope);
        if (graph->nodes[a].kind == KIND_BOOL)
            a = graph_operation(graph, OP_BITS_TO_INT, a, GRAPH_NONE, GRAPH_NONE);
        if (graph_is_constant(graph, a) && !graph->nodes[a].value.known)
            return graph_unknown(graph, whole.kind);
        bool across = i > 0 && (int)i > node->index;
        whole.in[across ? WHOLE_ACROSS : i] = a;
    }
    if (node->child_count == 1 && op == OP_RANK && graph_is_constant(graph, whole.in[0]))
        return graph_integer(graph, 1);
    return graph_add(graph, &whole);
}

static int by_kind(struct graph *graph, enum op op_int, enum op op_ratio, enum op op_text, int a, int b)
{
    enum lane_kind kind = graph->nodes[a].kind;
    return graph_operation(graph,
                           kind == KIND_RATIO  ? op_ratio
                           : kind == KIND_TEXT ? op_text
                                               : op_int,
                           a, b, GRAPH_NONE);
}

static int lower_round(struct graph *graph, enum type_kind kind, int a, int digits)
{
    if (kind == TYPE_RATIO) return graph_operation(graph, OP_ROUND_RATIO, a, digits, GRAPH_NONE);
    int64_t grain = kind == TYPE_MONEY ? 2 : kind == TYPE_DECIMAL ? 4 : 0;
    return graph_operation_factor(graph, OP_ROUND_INT, a, digits, grain);
}

/* HAS and ONLY: the set to look for is a constant, so it can be part of the operation. */
static int lower_set(struct graph *graph, enum op op, int set, int wanted)
{
    const struct value *value = &graph->nodes[wanted].value;
    assert(graph_is_constant(graph, wanted));
    if (!value->known) return graph_unknown(graph, KIND_BOOL);
    return graph_operation_factor(graph, op, set, GRAPH_NONE, value->integer);
}

int lower_call(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    int in[OPERANDS_MAX] = {GRAPH_NONE, GRAPH_NONE, GRAPH_NONE};
    enum type_kind kind = node->children[0]->type.kind;
    const int none = GRAPH_NONE;
    if (node->function == FUNCTION_RANK) return lower_whole(lowering, OP_RANK, node, scope);
    if (node->function == FUNCTION_DUPLICATED) return lower_whole(lowering, OP_DUPLICATED, node, scope);
    for (size_t i = 0; i < node->child_count; i++) {
        in[i] = lower_node(lowering, node->children[i], scope);
        if (node->children[i]->type.kind == TYPE_NULL)
            return graph_unknown(graph, graph_kind(node->type.kind));
    }
    int a = in[0], b = in[1], c = in[2];
    switch (node->function) {
    case FUNCTION_AGE:
        return graph_operation(graph, OP_AGE, a, b, none);
    case FUNCTION_MONTHS_BETWEEN:
        return graph_operation(graph, kind == TYPE_MONTH ? OP_SUBTRACT : OP_MONTHS_BETWEEN,
                               kind == TYPE_MONTH ? b : a, kind == TYPE_MONTH ? a : b, none);
    case FUNCTION_DAYS_BETWEEN:
        return graph_operation(graph, OP_SUBTRACT, b, a, none);
    case FUNCTION_ADD_MONTHS:
        return graph_operation(graph, OP_ADD_MONTHS, a, b, none);
    case FUNCTION_YEAR:
    case FUNCTION_MONTH_NUMBER: {
        int month = kind == TYPE_DATE ? graph_operation(graph, OP_MONTH_OF, a, none, none) : a;
        return graph_operation(graph, node->function == FUNCTION_YEAR ? OP_MONTH_YEAR : OP_MONTH_NUMBER,
                               month, none, none);
    }
    case FUNCTION_MONTH:
        return graph_operation(graph, OP_MONTH_OF, a, none, none);
    case FUNCTION_FIRST_DAY:
        return graph_operation(graph, OP_FIRST_DAY, a, none, none);
    case FUNCTION_LAST_DAY:
        return graph_operation(graph, OP_LAST_DAY, a, none, none);
    case FUNCTION_DATE:
        return graph_operation(graph, OP_MAKE_DATE, a, b, c);
    case FUNCTION_MAKE_MONTH:
        return graph_operation(graph, OP_MAKE_MONTH, a, b, none);
    case FUNCTION_ABS:
        return graph_operation(graph, kind == TYPE_RATIO ? OP_RATIO_ABS : OP_ABS, a, none, none);
    case FUNCTION_LEAST:
        return by_kind(graph, OP_LEAST_INT, OP_LEAST_RATIO, OP_LEAST_TEXT, a, b);
    case FUNCTION_GREATEST:
        return by_kind(graph, OP_GREATEST_INT, OP_GREATEST_RATIO, OP_GREATEST_TEXT, a, b);
    case FUNCTION_ROUND:
        return lower_round(graph, kind, a, b == none ? graph_integer(graph, 0) : b);
    case FUNCTION_YUAN:
        if (kind == TYPE_INT)
            return graph_operation(graph, OP_MULTIPLY, a, graph_integer(graph, MONEY_FEN), none);
        return graph_operation_factor(graph, OP_QUOTIENT, a, graph_integer(graph, DECIMAL_ONE / MONEY_FEN),
                                      1);
    case FUNCTION_NUMBER:
        if (kind == TYPE_RATIO) return graph_operation_factor(graph, OP_RATIO_TO_INT, a, none, DECIMAL_ONE);
        return graph_operation(graph, OP_MULTIPLY, a, graph_integer(graph, DECIMAL_ONE / MONEY_FEN), none);
    case FUNCTION_LENGTH:
        return graph_operation(graph, OP_LENGTH, a, none, none);
    case FUNCTION_STARTS_WITH:
        return graph_operation(graph, OP_STARTS_WITH, a, b, none);
    case FUNCTION_ENDS_WITH:
        return graph_operation(graph, OP_ENDS_WITH, a, b, none);
    case FUNCTION_CONTAINS:
        return graph_operation(graph, OP_CONTAINS, a, b, none);
    case FUNCTION_SUBSTRING:
        return graph_operation(graph, OP_SUBSTRING, a, b, c);
    case FUNCTION_MATCHES:
        return lower_matches(lowering, node, a, b);
    case FUNCTION_IDCARD_VALID:
        return graph_operation(graph, OP_IDCARD_VALID, a, none, none);
    case FUNCTION_IDCARD_BIRTH:
        return graph_operation(graph, OP_IDCARD_BIRTH, a, none, none);
    case FUNCTION_IDCARD_MALE:
        return graph_operation(graph, OP_IDCARD_MALE, a, none, none);
    case FUNCTION_IDCARD_DIVISION:
        return graph_operation(graph, OP_IDCARD_DIVISION, a, none, none);
    case FUNCTION_DISABILITY_KIND:
        return graph_operation(graph, OP_DISABILITY_KIND, a, none, none);
    case FUNCTION_DISABILITY_GRADE:
        return graph_operation(graph, OP_DISABILITY_GRADE, a, none, none);
    case FUNCTION_HAS:
        return lower_set(graph, OP_HAS, a, b);
    case FUNCTION_ONLY:
        return lower_set(graph, OP_ONLY, a, b);
    case FUNCTION_SIZE:
        return graph_operation(graph, OP_SIZE, a, none, none);
    case FUNCTION_RANK:
    case FUNCTION_DUPLICATED:
        break;
    }
    return graph_unknown(graph, graph_kind(node->type.kind));
}
