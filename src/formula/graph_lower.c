/* From the checker's tree to the graph: parameters and dates are bound here, and every operator of the
 * language becomes one or a few operations of the machine. */
#include "formula/graph_lower.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

enum { LOWER_DEPTH_MAX = 2000 };

struct lower_slot {
    const struct node *node; /* NULL: free */
    struct lower_scope scope;
    int result;
};

static size_t slot_of(const struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    uint64_t hash = (uint64_t)(uintptr_t)node * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ (uint64_t)(uint32_t)scope.as_of ^ (uint64_t)(uint32_t)scope.reg << 32) *
           UINT64_C(0xD6E8FEB86659FD93);
    size_t mask = lowering->slot_capacity - 1;
    size_t slot = (size_t)(hash >> 32) & mask;
    for (; lowering->slots[slot].node != NULL; slot = (slot + 1) & mask) {
        const struct lower_slot *at = &lowering->slots[slot];
        if (at->node == node && at->scope.reg == scope.reg && at->scope.dated == scope.dated &&
            at->scope.as_of == scope.as_of)
            break;
    }
    return slot;
}

static void remember(struct lowering *lowering, const struct node *node, struct lower_scope scope, int result)
{
    if (lowering->slot_count * 2 >= lowering->slot_capacity) {
        struct lower_slot *old = lowering->slots;
        size_t capacity = lowering->slot_capacity;
        lowering->slot_capacity *= 2;
        lowering->slots = mem_new(lowering->slot_capacity, sizeof *lowering->slots);
        for (size_t i = 0; i < capacity; i++)
            if (old[i].node != NULL) lowering->slots[slot_of(lowering, old[i].node, old[i].scope)] = old[i];
        free(old);
    }
    lowering->slots[slot_of(lowering, node, scope)] = (struct lower_slot){node, scope, result};
    lowering->slot_count++;
}

/* An operand of unknown type (the literal null) takes the kind that is wanted of it. */
static int as_kind(struct lowering *lowering, int id, enum lane_kind kind)
{
    const struct graph_node *node = &lowering->graph->nodes[id];
    if (node->kind == kind) return id;
    assert(node->op == OP_CONSTANT && !node->value.known);
    return graph_unknown(lowering->graph, kind);
}

static int lower_as(struct lowering *lowering, const struct node *node, struct lower_scope scope,
                    enum lane_kind kind)
{
    return as_kind(lowering, lower_node(lowering, node, scope), kind);
}

static int lower_parameter(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    const struct program_options *options = graph->options;
    enum lane_kind kind = graph_kind(graph->schema->parameters[node->index].type.kind);
    for (size_t i = 0; i < options->overlay_count; i++)
        if (options->overlays[i].parameter == node->index)
            return graph_constant(graph, kind, &options->overlays[i].value);
    if (!scope.dated) return graph_unknown(graph, kind);
    struct value value = schema_parameter_at(&graph->schema->parameters[node->index], scope.as_of);
    return graph_constant(graph, kind, &value);
}

static int lower_field(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph_node field = graph_blank(OP_FIELD, scope.reg);
    field.kind = graph_kind(lowering->graph->schema->registers[scope.reg].fields[node->index].type.kind);
    field.field = node->index;
    return graph_add(lowering->graph, &field);
}

static int choice(struct lowering *lowering, int condition, int then, int otherwise)
{
    static const enum op ops[] = {[KIND_INT] = OP_IF_INT,
                                  [KIND_RATIO] = OP_IF_RATIO,
                                  [KIND_BOOL] = OP_IF_BITS,
                                  [KIND_TEXT] = OP_IF_TEXT};
    return graph_operation(lowering->graph, ops[lowering->graph->nodes[then].kind], condition, then,
                           otherwise);
}

/* A record's parent is always there; any other reference may be empty, and then even a constant is unknown.
 */
static int lower_up(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    const struct schema_register *reg = &graph->schema->registers[scope.reg];
    int other = reg->fields[node->index].type.record;
    int operand =
        lower_node(lowering, node->children[0], (struct lower_scope){other, scope.dated, scope.as_of});
    if (graph_is_constant(graph, operand)) {
        if (node->index == reg->parent_field) return operand;
        struct graph_node field = graph_blank(OP_FIELD, scope.reg);
        field.kind = KIND_INT;
        field.field = node->index;
        int present = graph_operation(graph, OP_KNOWN, graph_add(graph, &field), GRAPH_NONE, GRAPH_NONE);
        return choice(lowering, present, operand, graph_unknown(graph, graph->nodes[operand].kind));
    }
    struct graph_node up = graph_blank(OP_UP, scope.reg);
    up.kind = graph->nodes[operand].kind;
    up.in[0] = operand;
    up.field = node->index;
    up.other = other;
    return graph_add(graph, &up);
}

static int lower_pair(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    enum op op = node->op == NODE_AND ? OP_AND : OP_OR;
    int result = lower_as(lowering, node->children[0], scope, KIND_BOOL);
    for (size_t i = 1; i < node->child_count; i++)
        result = graph_operation(lowering->graph, op, result,
                                 lower_as(lowering, node->children[i], scope, KIND_BOOL), GRAPH_NONE);
    return result;
}

static int compare(struct lowering *lowering, enum node_op op, const struct node *a, const struct node *b,
                   struct lower_scope scope)
{
    int left = lower_node(lowering, a, scope), right = lower_node(lowering, b, scope);
    int any = lower_any(lowering, a, left, op, b, right);
    if (any != GRAPH_NONE) return any;
    return lower_comparison(lowering, op, a->type.kind, left, b->type.kind, right);
}

static int compare_values(const void *a, const void *b)
{
    const struct value *left = a, *right = b;
    if (left->integer != right->integer) return left->integer < right->integer ? -1 : 1;
    return text_compare(left->text, right->text);
}

/* Like a chain of = with or between: an unknown in the list leaves the answer open unless another one is
 * equal. */
static int lower_in(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    enum type_kind type = node->children[0]->type.kind;
    int value = lower_node(lowering, node->children[0], scope);
    struct graph_node in = graph_blank(graph_kind(type) == KIND_TEXT ? OP_IN_TEXT : OP_IN_INT, -1);
    struct value *list = arena_array(&graph->arena, node->child_count, sizeof *list);
    bool listable = (graph_kind(type) == KIND_TEXT || graph_kind(type) == KIND_INT) && type != TYPE_NULL;
    int result = graph_bool(graph, false);
    in.kind = KIND_BOOL;
    in.in[0] = value;
    in.list = list;
    for (size_t i = 1; i < node->child_count; i++) {
        int item = lower_node(lowering, node->children[i], scope);
        const struct graph_node *constant = &graph->nodes[item];
        if (listable && constant->op == OP_CONSTANT && constant->value.known &&
            node->children[i]->type.kind == type) {
            list[in.list_count++] = constant->value;
        } else {
            int equal =
                lower_comparison(lowering, NODE_EQUAL, type, value, node->children[i]->type.kind, item);
            result = graph_operation(graph, OP_OR, result, equal, GRAPH_NONE);
        }
    }
    if (in.list_count == 0 && node->child_count > 1) return result;
    if (in.list_count == 0) { /* an empty list: false for a known value */
        int known = graph_operation(graph, OP_KNOWN, value, GRAPH_NONE, GRAPH_NONE);
        return choice(lowering, known, graph_bool(graph, false), graph_unknown(graph, KIND_BOOL));
    }
    qsort(list, in.list_count, sizeof *list, compare_values);
    return graph_operation(graph, OP_OR, graph_add(graph, &in), result, GRAPH_NONE);
}

static int lower_coalesce(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    static const enum op ops[] = {[KIND_INT] = OP_COALESCE_INT,
                                  [KIND_RATIO] = OP_COALESCE_RATIO,
                                  [KIND_BOOL] = OP_COALESCE_BITS,
                                  [KIND_TEXT] = OP_COALESCE_TEXT};
    enum lane_kind kind = graph_kind(node->type.kind);
    size_t i = node->child_count - 1;
    int result = lower_as(lowering, node->children[i], scope, kind);
    while (i-- > 0)
        result = graph_operation(lowering->graph, ops[kind],
                                 lower_as(lowering, node->children[i], scope, kind), result, GRAPH_NONE);
    return result;
}

static struct lower_scope year_before(struct lower_scope scope)
{
    if (!scope.dated) return scope;
    int32_t earlier = date_year_before(scope.as_of);
    scope.dated = date_in_range(earlier);
    scope.as_of = scope.dated ? earlier : 0;
    return scope;
}

static int lower_fresh(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    struct graph *graph = lowering->graph;
    struct node *const *child = node->children;
    enum lane_kind kind = graph_kind(node->type.kind);
    switch (node->op) {
    case NODE_CONSTANT:
        return graph_constant(graph, kind, &node->value);
    case NODE_PARAMETER:
        return lower_parameter(lowering, node, scope);
    case NODE_AS_OF:
        return scope.dated ? graph_integer(graph, scope.as_of) : graph_unknown(graph, KIND_INT);
    case NODE_FIELD:
        return lower_field(lowering, node, scope);
    case NODE_DEFINITION:
        return lower_node(lowering, child[0], scope);
    case NODE_UP:
        return lower_up(lowering, node, scope);
    case NODE_AGGREGATE:
        return lower_aggregate(lowering, node, scope);
    case NODE_NOT:
        return graph_operation(graph, OP_NOT, lower_as(lowering, child[0], scope, KIND_BOOL), GRAPH_NONE,
                               GRAPH_NONE);
    case NODE_AND:
    case NODE_OR:
        return lower_pair(lowering, node, scope);
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        return compare(lowering, node->op, child[0], child[1], scope);
    case NODE_BETWEEN: {
        int low = compare(lowering, NODE_GREATER_EQUAL, child[0], child[1], scope);
        return graph_operation(graph, OP_AND, low,
                               compare(lowering, NODE_LESS_EQUAL, child[0], child[2], scope), GRAPH_NONE);
    }
    case NODE_IN:
        return lower_in(lowering, node, scope);
    case NODE_KNOWN:
    case NODE_IS_NULL: {
        int known =
            graph_operation(graph, OP_KNOWN, lower_node(lowering, child[0], scope), GRAPH_NONE, GRAPH_NONE);
        return node->op == NODE_KNOWN ? known : graph_operation(graph, OP_NOT, known, GRAPH_NONE, GRAPH_NONE);
    }
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE: {
        int a = lower_node(lowering, child[0], scope);
        return lower_arithmetic(lowering, node->op, child[0]->type.kind, a, child[1]->type.kind,
                                lower_node(lowering, child[1], scope), node->type.kind);
    }
    case NODE_NEGATE:
        return graph_operation(graph, kind == KIND_RATIO ? OP_RATIO_NEGATE : OP_NEGATE,
                               lower_as(lowering, child[0], scope, kind), GRAPH_NONE, GRAPH_NONE);
    case NODE_IF: {
        int condition = lower_as(lowering, child[0], scope, KIND_BOOL);
        int then = lower_as(lowering, child[1], scope, kind);
        bool otherwise = node->child_count > 2 && child[2] != NULL;
        return choice(lowering, condition, then,
                      otherwise ? lower_as(lowering, child[2], scope, kind) : graph_unknown(graph, kind));
    }
    case NODE_COALESCE:
        return lower_coalesce(lowering, node, scope);
    case NODE_CALL:
        return lower_call(lowering, node, scope);
    case NODE_PREVIOUS:
        return lower_node(lowering, child[0], year_before(scope));
    case NODE_CONVERT:
        return lower_conversion(lowering, child[0]->type.kind, lower_node(lowering, child[0], scope),
                                node->type.kind);
    }
    return graph_unknown(graph, kind);
}

static int lower_one(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    const struct lower_slot *slot = &lowering->slots[slot_of(lowering, node, scope)];
    if (slot->node != NULL) return slot->result;
    if (lowering->depth >= LOWER_DEPTH_MAX && lowering->status == 0)
        lowering->status = err_set(lowering->err, ERR_LIMIT, "公式套公式超过%d层，请拆开",
                                   "formulas nest deeper than %d; split them", LOWER_DEPTH_MAX);
    if (lowering->status != 0) return graph_unknown(lowering->graph, graph_kind(node->type.kind));
    lowering->depth++;
    int result = lower_fresh(lowering, node, scope);
    lowering->depth--;
    remember(lowering, node, scope, result);
    return result;
}

static bool is_chain(enum node_op op)
{
    return op == NODE_AND || op == NODE_OR || op == NODE_ADD || op == NODE_SUBTRACT || op == NODE_MULTIPLY ||
           op == NODE_DIVIDE;
}

/* A chain of operators leans to the left and may be of any length: its innermost part is lowered first, so
 * that every outer one finds its left side done. */
int lower_node(struct lowering *lowering, const struct node *node, struct lower_scope scope)
{
    const struct node **chain = NULL;
    size_t count = 0, capacity = 0;
    for (const struct node *at = node;
         is_chain(at->op) && lowering->slots[slot_of(lowering, at, scope)].node == NULL;
         at = at->children[0]) {
        chain = mem_grow(chain, &capacity, count + 1, sizeof *chain);
        chain[count++] = at;
    }
    while (count > 1) lower_one(lowering, chain[--count], scope);
    free(chain);
    return lower_one(lowering, node, scope);
}

int graph_lower(struct graph *graph, const struct node *node, int reg, int *out, struct err *err)
{
    struct lowering lowering = {.graph = graph, .err = err, .slot_capacity = 256};
    lowering.slots = mem_new(lowering.slot_capacity, sizeof *lowering.slots);
    bool dated = date_in_range(graph->options->as_of);
    int result =
        lower_node(&lowering, node, (struct lower_scope){reg, dated, dated ? graph->options->as_of : 0});
    free(lowering.slots);
    *out = as_kind(&lowering, result, graph_kind(node->type.kind));
    return lowering.status;
}
