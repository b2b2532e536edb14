/* Aggregates by their defining equations, so that few kinds are left to run and equal parts are found:
 *   any(v where w) = exists(w and v)                  all(v where w) = not exists(w and not v)
 *   share(v where w) = count(w and v) / count(w)      avg = sum / count
 *   latest(v by y where w) = min(v where c) if that is max(v where c), with c = w and y = max(y where w),
 * which the record that gathers lends to its rows Each holds for unknowns too, by the table in node.h. */
#include <assert.h>

#include "formula/count_asks.h"
#include "formula/graph_lower.h"

/* The ninth decimal is where ratios stop counting when they are added up. */
static const int64_t RATIO_GRAIN = 1000000000;

static int aggregate_node(struct graph *graph, const struct node *node, int reg, enum aggregate aggregate,
                          enum lane_kind kind, int v, int w)
{
    struct graph_node out = graph_blank(OP_AGGREGATE, reg);
    out.kind = kind;
    out.aggregate = aggregate;
    out.other = node->other;
    out.field = node->index;
    out.in[0] = v;
    out.in[1] = w;
    /* A condition that is always true is none. */
    if (w != GRAPH_NONE && graph_is_constant(graph, w) && graph->nodes[w].value.known &&
        graph->nodes[w].value.integer)
        out.in[1] = GRAPH_NONE;
    return graph_add(graph, &out);
}

static int both(struct graph *graph, int w, int v)
{
    return w == GRAPH_NONE ? v : graph_operation(graph, OP_AND, w, v, GRAPH_NONE);
}

static int negation(struct graph *graph, int a)
{
    return graph_operation(graph, OP_NOT, a, GRAPH_NONE, GRAPH_NONE);
}

static int lower_sum(struct graph *graph, const struct node *node, int reg, int v, int w)
{
    enum type_kind kind = node->children[0]->type.kind;
    bool average = node->aggregate == AGGREGATE_AVG;
    if (kind == TYPE_RATIO) v = graph_operation_factor(graph, OP_RATIO_TO_INT, v, GRAPH_NONE, RATIO_GRAIN);
    int sum = aggregate_node(graph, node, reg, AGGREGATE_SUM, KIND_INT, v, w);
    int grain = graph_integer(graph, RATIO_GRAIN);
    if (!average)
        return kind == TYPE_RATIO ? graph_operation(graph, OP_RATIO_OF, sum, grain, GRAPH_NONE) : sum;
    int count = aggregate_node(graph, node, reg, AGGREGATE_COUNT, KIND_INT, GRAPH_NONE, w);
    if (kind == TYPE_RATIO) count = graph_operation(graph, OP_MULTIPLY, count, grain, GRAPH_NONE);
    if (node->type.kind == TYPE_RATIO) return graph_operation(graph, OP_RATIO_OF, sum, count, GRAPH_NONE);
    return graph_operation_factor(graph, OP_QUOTIENT, sum, count, 1);
}

/* Months without a known value, and rows of which it is not known whether they count, cover nothing. */
static int lower_covers(struct lowering *lowering, const struct node *node, struct lower_scope scope, int v,
                        int w)
{
    struct graph *graph = lowering->graph;
    struct graph_node out = graph_blank(OP_AGGREGATE, scope.reg);
    out.kind = KIND_BOOL;
    out.aggregate = AGGREGATE_COVERS;
    out.other = node->other;
    out.field = node->index;
    out.in[0] = v;
    out.in[1] = w == GRAPH_NONE
                    ? w
                    : graph_operation(graph, OP_COALESCE_BITS, w, graph_bool(graph, false), GRAPH_NONE);
    for (int i = 2; i < 4; i++) {
        enum type_kind kind = node->children[i]->type.kind;
        out.in[i] =
            lower_conversion(lowering, kind, lower_node(lowering, node->children[i], scope), TYPE_MONTH);
    }
    return graph_add(graph, &out);
}

static int lower_latest(struct lowering *lowering, const struct node *node, struct lower_scope scope, int v,
                        int w)
{
    struct graph *graph = lowering->graph;
    struct lower_scope child = {node->other, scope.dated, scope.as_of};
    enum type_kind by = node->children[2]->type.kind;
    int y = lower_node(lowering, node->children[2], child);
    enum aggregate extreme = node->aggregate == AGGREGATE_LATEST ? AGGREGATE_MAX : AGGREGATE_MIN;
    struct graph_node up = graph_blank(OP_UP, node->other);
    up.kind = graph_kind(by);
    up.in[0] = aggregate_node(graph, node, scope.reg, extreme, up.kind, y, w);
    up.field = node->index;
    up.other = scope.reg;
    w = both(graph, w, lower_comparison(lowering, NODE_EQUAL, by, y, by, graph_add(graph, &up)));
    bool truth = graph->nodes[v].kind == KIND_BOOL;
    if (truth) v = graph_operation(graph, OP_BITS_TO_INT, v, GRAPH_NONE, GRAPH_NONE);
    enum lane_kind kind = graph->nodes[v].kind;
    static const enum op same[] = {
        [KIND_INT] = OP_EQUAL_INT, [KIND_RATIO] = OP_EQUAL_RATIO, [KIND_TEXT] = OP_EQUAL_TEXT};
    static const enum op pick[] = {
        [KIND_INT] = OP_IF_INT, [KIND_RATIO] = OP_IF_RATIO, [KIND_TEXT] = OP_IF_TEXT};
    int least = aggregate_node(graph, node, scope.reg, AGGREGATE_MIN, kind, v, w);
    int most = aggregate_node(graph, node, scope.reg, AGGREGATE_MAX, kind, v, w);
    int result =
        graph_operation(graph, pick[kind], graph_operation(graph, same[kind], least, most, GRAPH_NONE), least,
                        graph_unknown(graph, kind));
    return truth ? graph_operation(graph, OP_EQUAL_INT, result, graph_integer(graph, 1), GRAPH_NONE) : result;
}

int lower_aggregate(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    struct lower_scope child = {node->other, scope.dated, scope.as_of};
    int v = node->children[0] == NULL ? GRAPH_NONE : lower_node(lowering, node->children[0], child);
    bool filtered = node->child_count > 1 && node->children[1] != NULL;
    int w = filtered ? lower_node(lowering, node->children[1], child) : GRAPH_NONE;
    if (filtered && node->children[1]->type.kind == TYPE_NULL) w = graph_unknown(graph, KIND_BOOL);
    enum lane_kind kind = graph_kind(node->type.kind);
    switch (node->aggregate) {
    case AGGREGATE_COUNT:
        return aggregate_node(graph, node, scope.reg, AGGREGATE_COUNT, KIND_INT, GRAPH_NONE, w);
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
        return lower_sum(graph, node, scope.reg, v, w);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN: {
        if (kind != KIND_BOOL) return aggregate_node(graph, node, scope.reg, node->aggregate, kind, v, w);
        v = graph_operation(graph, OP_BITS_TO_INT, v, GRAPH_NONE, GRAPH_NONE);
        int picked = aggregate_node(graph, node, scope.reg, node->aggregate, KIND_INT, v, w);
        return graph_operation(graph, OP_EQUAL_INT, picked, graph_integer(graph, 1), GRAPH_NONE);
    }
    case AGGREGATE_EXISTS:
        return aggregate_node(graph, node, scope.reg, AGGREGATE_EXISTS, kind, GRAPH_NONE, w);
    case AGGREGATE_ANY:
        return aggregate_node(graph, node, scope.reg, AGGREGATE_EXISTS, kind, GRAPH_NONE, both(graph, w, v));
    case AGGREGATE_ALL: {
        int against = both(graph, w, negation(graph, v));
        return negation(graph,
                        aggregate_node(graph, node, scope.reg, AGGREGATE_EXISTS, kind, GRAPH_NONE, against));
    }
    case AGGREGATE_SHARE: {
        int part =
            aggregate_node(graph, node, scope.reg, AGGREGATE_COUNT, KIND_INT, GRAPH_NONE, both(graph, w, v));
        int whole = aggregate_node(graph, node, scope.reg, AGGREGATE_COUNT, KIND_INT, GRAPH_NONE, w);
        return graph_operation(graph, OP_RATIO_OF, part, whole, GRAPH_NONE);
    }
    case AGGREGATE_DISTINCT:
        if (graph->nodes[v].kind == KIND_BOOL)
            v = graph_operation(graph, OP_BITS_TO_INT, v, GRAPH_NONE, GRAPH_NONE);
        return aggregate_node(graph, node, scope.reg, AGGREGATE_DISTINCT, KIND_INT, v, w);
    case AGGREGATE_COVERS:
        return lower_covers(lowering, node, scope, v, w);
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        return lower_latest(lowering, node, scope, v, w);
    }
    return graph_unknown(graph, kind);
}

int lower_any(struct lowering *lowering, const struct node *node_a, int a, enum node_op op,
              const struct node *node_b, int b)
{
    struct graph *graph = lowering->graph;
    node_a = node_behind(node_a);
    node_b = node_behind(node_b);
    if (!node_is_count(node_a)) {
        if (!node_is_count(node_b)) return GRAPH_NONE;
        return lower_any(lowering, node_b, b, node_mirrored(op), node_a, a);
    }
    const struct graph_node *bound = &graph->nodes[b];
    if (node_b->scope >= 0 || node_b->type.kind != TYPE_INT) return GRAPH_NONE;
    if (bound->op != OP_CONSTANT || !bound->value.known) return GRAPH_NONE;
    enum count_asks asks = count_asks(op, bound->value.integer);
    if (asks == COUNT_ASKS_NUMBER) return GRAPH_NONE;
    struct graph_node exists = graph->nodes[a];
    exists.kind = KIND_BOOL;
    exists.aggregate = AGGREGATE_EXISTS;
    int result = graph_add(graph, &exists);
    return asks == COUNT_ASKS_ANY ? result : negation(graph, result);
}
