/* The graph's own business: equal nodes are one, constants fold, truths absorb. Folding runs the very kernels
 * that the executor runs, so that a constant can have no second meaning. */
#include "formula/graph.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/kernel.h"

void graph_init(struct graph *graph, const struct schema *schema, const struct program_options *options)
{
    *graph = (struct graph){.schema = schema, .options = options, .bucket_count = 1024};
    graph->buckets = mem_new(graph->bucket_count, sizeof *graph->buckets);
    memset(graph->buckets, 0xFF, graph->bucket_count * sizeof *graph->buckets);
}

void graph_fini(struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        if (graph->nodes[i].pattern != NULL) pcre2_code_free(graph->nodes[i].pattern);
    free(graph->nodes);
    free(graph->buckets);
    arena_fini(&graph->arena);
    *graph = (struct graph){0};
}

enum lane_kind graph_kind(enum type_kind kind)
{
    switch (kind) {
    case TYPE_BOOL:
        return KIND_BOOL;
    case TYPE_RATIO:
        return KIND_RATIO;
    case TYPE_TEXT:
        return KIND_TEXT;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_RECORD:
    case TYPE_NULL:
        break;
    }
    return KIND_INT;
}

struct graph_node graph_blank(enum op op, int reg)
{
    struct graph_node node;
    memset(&node, 0, sizeof node);
    node.op = op;
    node.reg = reg;
    node.field = node.other = -1;
    for (int i = 0; i < GRAPH_OPERANDS; i++) node.in[i] = GRAPH_NONE;
    return node;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t hash_text(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.size; i++) hash = mix(hash, (unsigned char)text.at[i]);
    return mix(hash, text.size);
}

static uint64_t hash_value(uint64_t hash, const struct value *value)
{
    uint64_t ratio;
    memcpy(&ratio, &value->ratio, sizeof ratio);
    return hash_text(mix(mix(mix(hash, value->known), (uint64_t)value->integer), ratio), value->text);
}

static uint64_t hash_node(const struct graph_node *node)
{
    uint64_t hash = mix((uint64_t)node->op * 16 + (uint64_t)node->kind, (uint64_t)node->reg);
    for (int i = 0; i < GRAPH_OPERANDS; i++) hash = mix(hash, (uint64_t)node->in[i]);
    hash = mix(mix(mix(hash, (uint64_t)node->field), (uint64_t)node->other), (uint64_t)node->aggregate);
    hash = mix(mix(mix(hash, (uint64_t)node->factor), (uint64_t)node->least), (uint64_t)node->most);
    hash = hash_text(hash_value(hash, &node->value), node->pattern_text);
    for (size_t i = 0; i < node->list_count; i++) hash = hash_value(hash, &node->list[i]);
    return hash;
}

static bool value_equal(const struct value *a, const struct value *b)
{
    return a->known == b->known && a->integer == b->integer &&
           memcmp(&a->ratio, &b->ratio, sizeof a->ratio) == 0 && text_equal(a->text, b->text);
}

static bool node_equal(const struct graph_node *a, const struct graph_node *b)
{
    if (a->op != b->op || a->kind != b->kind || a->reg != b->reg || memcmp(a->in, b->in, sizeof a->in) != 0 ||
        a->field != b->field || a->other != b->other || a->aggregate != b->aggregate ||
        a->factor != b->factor || a->least != b->least || a->most != b->most ||
        !value_equal(&a->value, &b->value) || a->list_count != b->list_count ||
        !text_equal(a->pattern_text, b->pattern_text))
        return false;
    for (size_t i = 0; i < a->list_count; i++)
        if (!value_equal(&a->list[i], &b->list[i])) return false;
    return true;
}

static void rehash(struct graph *graph)
{
    free(graph->buckets);
    graph->bucket_count *= 4;
    graph->buckets = mem_new(graph->bucket_count, sizeof *graph->buckets);
    memset(graph->buckets, 0xFF, graph->bucket_count * sizeof *graph->buckets);
    for (size_t i = 0; i < graph->count; i++) {
        int *bucket = &graph->buckets[hash_node(&graph->nodes[i]) & (graph->bucket_count - 1)];
        graph->nodes[i].next = *bucket;
        *bucket = (int)i;
    }
}

/* The standing equal of a node, or the node newly standing. */
static int intern(struct graph *graph, const struct graph_node *node)
{
    if (graph->count > graph->bucket_count) rehash(graph);
    int *bucket = &graph->buckets[hash_node(node) & (graph->bucket_count - 1)];
    for (int i = *bucket; i >= 0; i = graph->nodes[i].next) {
        if (!node_equal(&graph->nodes[i], node)) continue;
        if (node->pattern != NULL) pcre2_code_free(node->pattern);
        return i;
    }
    graph->nodes = mem_grow(graph->nodes, &graph->capacity, graph->count + 1, sizeof *graph->nodes);
    graph->nodes[graph->count] = *node;
    graph->nodes[graph->count].next = *bucket;
    *bucket = (int)graph->count;
    return (int)graph->count++;
}

int graph_constant(struct graph *graph, enum lane_kind kind, const struct value *value)
{
    struct graph_node node = graph_blank(OP_CONSTANT, -1);
    node.kind = kind;
    if (value->known) {
        node.value.known = true;
        if (kind == KIND_RATIO)
            node.value.ratio = value->ratio + 0.0;
        else if (kind == KIND_TEXT)
            node.value.text = arena_text(&graph->arena, value->text);
        else if (kind == KIND_BOOL)
            node.value.integer = value->integer != 0;
        else
            node.value.integer = value->integer;
    }
    return intern(graph, &node);
}

int graph_unknown(struct graph *graph, enum lane_kind kind)
{
    return graph_constant(graph, kind, &(struct value){0});
}

int graph_integer(struct graph *graph, int64_t value)
{
    return graph_constant(graph, KIND_INT, &(struct value){.known = true, .integer = value});
}

int graph_bool(struct graph *graph, bool value)
{
    return graph_constant(graph, KIND_BOOL, &(struct value){.known = true, .integer = value});
}

bool graph_is_constant(const struct graph *graph, int node)
{
    return graph->nodes[node].op == OP_CONSTANT;
}

/* One word of lanes is enough to run a kernel once. */
union fold_lane {
    int64_t integers[64];
    double ratios[64];
    uint64_t bits[64];
    struct text texts[64];
};

static void fold_operand(const struct graph_node *node, union fold_lane *values, uint64_t *known,
                         struct lane *lane)
{
    const struct value *value = &node->value;
    known[0] = value->known ? ~(uint64_t)0 : 0;
    known[1] = 0;
    for (size_t i = 0; i < 64; i++) {
        if (node->kind == KIND_INT) values->integers[i] = value->integer;
        if (node->kind == KIND_RATIO) values->ratios[i] = value->ratio;
        if (node->kind == KIND_TEXT) values->texts[i] = value->text;
        if (node->kind == KIND_BOOL) values->bits[i] = value->integer ? ~(uint64_t)0 : 0;
    }
    *lane = (struct lane){values, known, NULL};
}

static int fold(struct graph *graph, const struct graph_node *node)
{
    const struct operation *operation = &operations[node->op];
    union fold_lane in[OPERANDS_MAX], out;
    uint64_t in_known[OPERANDS_MAX][2], known[2] = {~(uint64_t)0, 0};
    struct kernel_call call = {.rows = 1, .node = node, .out = {&out, known, NULL}};
    memset(&out, 0, sizeof out);
    for (size_t i = 0; operation->operands[i] != '\0'; i++) {
        fold_operand(&graph->nodes[node->in[i]], &in[i], in_known[i], &call.in[i]);
        known[0] &= in_known[i][0];
    }
    if (operation->known == KNOWN_SURE) known[0] = ~(uint64_t)0;
    if (node->pattern != NULL) call.match = pcre2_match_data_create_from_pattern(node->pattern, NULL);
    kernel_pick(node->op, 0)(&call);
    pcre2_match_data_free(call.match);
    struct value value = {.known = known[0] & 1};
    if (node->kind == KIND_INT) value.integer = out.integers[0];
    if (node->kind == KIND_RATIO) value.ratio = out.ratios[0];
    if (node->kind == KIND_TEXT) value.text = out.texts[0];
    if (node->kind == KIND_BOOL) value.integer = out.bits[0] & 1;
    return graph_constant(graph, node->kind, &value);
}

/* 1, 0, or -1 for anything but a known truth. */
static int truth_of(const struct graph *graph, int id)
{
    const struct graph_node *node = &graph->nodes[id];
    return node->op == OP_CONSTANT && node->value.known ? node->value.integer != 0 : -1;
}

static bool is_choice(enum op op)
{
    return op == OP_IF_BITS || op == OP_IF_INT || op == OP_IF_RATIO || op == OP_IF_TEXT;
}

static bool is_coalesce(enum op op)
{
    return op == OP_COALESCE_BITS || op == OP_COALESCE_INT || op == OP_COALESCE_RATIO ||
           op == OP_COALESCE_TEXT;
}

/* The node that an operation amounts to without any work, or GRAPH_NONE. Only what holds for unknowns too. */
static int simplify(struct graph *graph, const struct graph_node *node)
{
    int a = node->in[0], b = node->in[1];
    if (node->op == OP_NOT && graph->nodes[a].op == OP_NOT) return graph->nodes[a].in[0];
    if (node->op == OP_AND || node->op == OP_OR) {
        int absorbing = node->op == OP_OR;
        if (truth_of(graph, a) == absorbing) return a;
        if (truth_of(graph, b) == absorbing) return b;
        if (truth_of(graph, a) == !absorbing) return b;
        if (truth_of(graph, b) == !absorbing || a == b) return a;
    }
    if (is_choice(node->op) && graph_is_constant(graph, a)) {
        int truth = truth_of(graph, a);
        return truth < 0 ? graph_unknown(graph, node->kind) : truth == 1 ? b : node->in[2];
    }
    if (is_coalesce(node->op)) {
        if (graph_is_constant(graph, a)) return graph->nodes[a].value.known ? a : b;
        if (a == b || (graph_is_constant(graph, b) && !graph->nodes[b].value.known)) return a;
    }
    return GRAPH_NONE;
}

static bool commutes(enum op op)
{
    return op == OP_AND || op == OP_OR || op == OP_EQUAL_BITS || op == OP_EQUAL_INT || op == OP_EQUAL_RATIO ||
           op == OP_EQUAL_TEXT || op == OP_ADD || op == OP_MULTIPLY || op == OP_LEAST_INT ||
           op == OP_GREATEST_INT || op == OP_RATIO_ADD || op == OP_RATIO_MULTIPLY;
}

/* Constants second, and else the older operand first. */
static void order_operands(const struct graph *graph, struct graph_node *node)
{
    if (!commutes(node->op)) return;
    bool first = graph_is_constant(graph, node->in[0]), second = graph_is_constant(graph, node->in[1]);
    if (first != second ? !first : node->in[0] <= node->in[1]) return;
    int a = node->in[0];
    node->in[0] = node->in[1];
    node->in[1] = a;
}

int graph_add(struct graph *graph, const struct graph_node *given)
{
    struct graph_node node = *given;
    if (node.op >= (enum op)OPERATION_COUNT) return intern(graph, &node);
    order_operands(graph, &node);
    bool constant = true;
    for (size_t i = 0; operations[node.op].operands[i] != '\0'; i++) {
        const struct graph_node *in = &graph->nodes[node.in[i]];
        constant = constant && in->op == OP_CONSTANT;
        if (in->reg >= 0) {
            assert(node.reg < 0 || node.reg == in->reg);
            node.reg = in->reg;
        }
    }
    int simple = simplify(graph, &node);
    if (simple == GRAPH_NONE && constant) simple = fold(graph, &node);
    if (simple == GRAPH_NONE) return intern(graph, &node);
    if (node.pattern != NULL) pcre2_code_free(node.pattern);
    return simple;
}

static enum lane_kind result_kind(enum op op)
{
    switch (operations[op].result) {
    case 'b':
        return KIND_BOOL;
    case 'f':
        return KIND_RATIO;
    case 't':
        return KIND_TEXT;
    default:
        return KIND_INT;
    }
}

int graph_operation(struct graph *graph, enum op op, int a, int b, int c)
{
    struct graph_node node = graph_blank(op, -1);
    node.kind = result_kind(op);
    node.in[0] = a;
    node.in[1] = b;
    node.in[2] = c;
    return graph_add(graph, &node);
}

int graph_operation_factor(struct graph *graph, enum op op, int a, int b, int64_t factor)
{
    struct graph_node node = graph_blank(op, -1);
    node.kind = result_kind(op);
    node.in[0] = a;
    node.in[1] = b;
    node.factor = factor;
    return graph_add(graph, &node);
}
