/* Steps of a pass: operands before their users, walks before what uses their results, each value once. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/pass.h"

struct filler {
    struct pass_list *list;
    const struct graph *graph;
    struct pass *pass;
    int *homes;
    int *trips;  /* of each aggregate of the pass: how many walks must come before its own; -1 for other nodes
                  */
    int *rounds; /* of each node of the pass: how many walks must come before it; -1 until counted */
    int *stack; /* nodes that wait for their operands: a chain may be longer than the processor's own stack */
    size_t stack_count, stack_capacity;
};

static int add_step(struct block *block, struct block_step step)
{
    block->steps = mem_grow(block->steps, &block->capacity, block->count + 1, sizeof *block->steps);
    block->steps[block->count] = step;
    return (int)block->count++;
}

static struct block_step blank(enum op op, int node)
{
    struct block_step step = {.op = op, .node = node, .reg = -1, .field = -1, .column = -1, .walk = -1};
    for (int i = 0; i < OPERANDS_MAX; i++) step.in[i] = -1;
    return step;
}

static void block_start(struct block *block, const struct graph *graph, int reg, bool listed)
{
    *block = (struct block){.reg = reg, .memo = mem_new(graph->count, sizeof *block->memo)};
    memset(block->memo, 0xFF, graph->count * sizeof *block->memo);
    if (!listed) return;
    struct block_step own = blank(OP_LOAD_ROWS, -1);
    own.reg = reg;
    own.field = FIELD_OWN_ROWS;
    add_step(block, own);
}

static bool is_listed(const struct block *block)
{
    return block->count > 0 && block->steps[0].field == FIELD_OWN_ROWS;
}

/* Reads a column at the rows of step `rows` (-1: the window's own). */
static int read_step(struct block *block, bool rows_wanted, int rows, struct block_step step)
{
    if (rows < 0 && is_listed(block)) rows = 0;
    step.op = rows < 0 ? (rows_wanted ? OP_LOAD_ROWS : OP_LOAD) : (rows_wanted ? OP_GATHER_ROWS : OP_GATHER);
    step.in[0] = rows;
    for (size_t i = 0; i < block->count; i++) {
        const struct block_step *old = &block->steps[i];
        if (old->op == step.op && old->in[0] == rows && old->reg == step.reg && old->field == step.field &&
            old->column == step.column)
            return (int)i;
    }
    return add_step(block, step);
}

static int read_rows(struct block *block, int reg, int field, int rows)
{
    struct block_step step = blank(OP_LOAD_ROWS, -1);
    step.reg = reg;
    step.field = field;
    return read_step(block, true, rows, step);
}

static bool is_record(const struct graph *graph, const struct graph_node *node)
{
    return graph->schema->registers[node->reg].fields[node->field].type.kind == TYPE_RECORD;
}

/* A field or made column at the rows of a step; records become their ids. */
static int read_node(struct filler *filler, struct block *block, int node, int rows)
{
    const struct graph_node *at = &filler->graph->nodes[node];
    struct block_step step = blank(OP_LOAD, node);
    step.reg = at->reg;
    if (at->op != OP_FIELD) {
        step.column = filler->list->column_of[node];
        assert(step.column >= 0 && filler->list->columns[step.column].level < filler->pass->level);
        return read_step(block, false, rows, step);
    }
    step.field = at->field;
    if (!is_record(filler->graph, at)) return read_step(block, false, rows, step);
    struct block_step ids = blank(OP_ROW_IDS, node);
    ids.in[0] = read_rows(block, at->reg, at->field, rows);
    ids.reg = filler->graph->schema->registers[at->reg].fields[at->field].type.record;
    return add_step(block, ids);
}

/* The rows to which a chain of references leads, and the node at its end. */
static int follow(struct filler *filler, struct block *block, int *node)
{
    int rows = -1;
    for (const struct graph_node *at = &filler->graph->nodes[*node]; at->op == OP_UP;
         at = &filler->graph->nodes[*node]) {
        rows = read_rows(block, at->reg, at->field, rows);
        *node = at->in[0];
    }
    return rows;
}

static bool is_made(const struct filler *filler, int node)
{
    int column = filler->list->column_of[node];
    return column >= 0 && filler->list->columns[column].level < filler->pass->level;
}

/* Whether a reference is there can be seen without looking up the record's id. */
static bool asks_for_record(const struct filler *filler, int node)
{
    const struct graph_node *at = &filler->graph->nodes[node];
    if (at->op != OP_KNOWN) return false;
    for (at = &filler->graph->nodes[at->in[0]]; at->op == OP_UP;) at = &filler->graph->nodes[at->in[0]];
    return at->op == OP_FIELD && is_record(filler->graph, at);
}

static int fill_known_record(struct filler *filler, struct block *block, int node)
{
    int operand = filler->graph->nodes[node].in[0];
    int rows = follow(filler, block, &operand);
    const struct graph_node *end = &filler->graph->nodes[operand];
    struct block_step step = blank(OP_KNOWN_ROWS, node);
    step.in[0] = read_rows(block, end->reg, end->field, rows);
    return add_step(block, step);
}

static int fill_fresh(struct filler *filler, struct block *block, int node)
{
    const struct graph_node *at = &filler->graph->nodes[node];
    if (at->op == OP_CONSTANT) return add_step(block, blank(OP_CONSTANT, node));
    if (at->op == OP_FIELD || is_made(filler, node)) return read_node(filler, block, node, -1);
    if (at->op == OP_UP) {
        int end = node, rows = follow(filler, block, &end);
        return read_node(filler, block, end, rows);
    }
    assert(at->op < (enum op)OPERATION_COUNT);
    if (asks_for_record(filler, node)) return fill_known_record(filler, block, node);
    struct block_step step = blank(at->op, node);
    for (size_t i = 0; operations[at->op].operands[i] != '\0'; i++) step.in[i] = block->memo[at->in[i]];
    return add_step(block, step);
}

static void push(struct filler *filler, int node)
{
    filler->stack =
        mem_grow(filler->stack, &filler->stack_capacity, filler->stack_count + 1, sizeof *filler->stack);
    filler->stack[filler->stack_count++] = node;
}

/* Pushes the operands that are not done yet; false when there are none. Only those of operations are steps of
 * the same block, unless `covers` asks for what an aggregate takes from its own record. */
static bool push_operands(struct filler *filler, int node, const int *done, bool covers)
{
    const struct graph_node *at = &filler->graph->nodes[node];
    size_t before = filler->stack_count;
    if (is_made(filler, node) || asks_for_record(filler, node)) return false;
    for (int i = 0; at->op < (enum op)OPERATION_COUNT && operations[at->op].operands[i] != '\0'; i++)
        if (done[at->in[i]] < 0) push(filler, at->in[i]);
    for (int i = 2; covers && at->op == OP_AGGREGATE && i < GRAPH_OPERANDS; i++)
        if (at->in[i] != GRAPH_NONE && done[at->in[i]] < 0) push(filler, at->in[i]);
    return filler->stack_count > before;
}

static int fill_node(struct filler *filler, struct block *block, int node)
{
    size_t bottom = filler->stack_count;
    push(filler, node);
    while (filler->stack_count > bottom) {
        int top = filler->stack[filler->stack_count - 1];
        if (block->memo[top] < 0 && push_operands(filler, top, block->memo, false)) continue;
        if (block->memo[top] < 0) block->memo[top] = fill_fresh(filler, block, top);
        filler->stack_count--;
    }
    return block->memo[node];
}

/* An aggregate that an earlier pass over these rows has computed becomes a column of that pass. */
static void reuse(struct filler *filler, int node)
{
    struct pass_list *list = filler->list;
    if (filler->graph->nodes[node].op != OP_AGGREGATE || list->column_of[node] >= 0 ||
        filler->homes[node] < 0)
        return;
    struct pass *home = &list->passes[filler->homes[node]];
    list->columns =
        mem_grow(list->columns, &list->column_capacity, list->column_count + 1, sizeof *list->columns);
    list->columns[list->column_count] = (struct made_column){node, home->reg, home->level};
    list->column_of[node] = (int)list->column_count++;
    home->outputs =
        mem_grow(home->outputs, &home->output_capacity, home->output_count + 1, sizeof *home->outputs);
    home->outputs[home->output_count++] =
        (struct pass_output){home->block.memo[node], list->column_of[node], -1};
}

static int most_rounds(const struct filler *filler, const int *nodes, size_t count)
{
    int rounds = 0;
    for (size_t i = 0; i < count; i++)
        if (nodes[i] != GRAPH_NONE && filler->rounds[nodes[i]] > rounds) rounds = filler->rounds[nodes[i]];
    return rounds;
}

/* How many walks must come before a node can be computed. Marks the aggregates on the way. */
static int count_rounds(struct filler *filler, int node)
{
    push(filler, node);
    while (filler->stack_count > 0) {
        int top = filler->stack[filler->stack_count - 1];
        const struct graph_node *at = &filler->graph->nodes[top];
        reuse(filler, top);
        if (filler->rounds[top] < 0 && push_operands(filler, top, filler->rounds, true)) continue;
        filler->stack_count--;
        if (filler->rounds[top] >= 0) continue;
        filler->rounds[top] = 0;
        if (is_made(filler, top)) continue;
        if (at->op == OP_AGGREGATE) {
            filler->trips[top] = most_rounds(filler, at->in + 2, 2);
            filler->rounds[top] = filler->trips[top] + 1;
        } else if (at->op < (enum op)OPERATION_COUNT) {
            filler->rounds[top] = most_rounds(filler, at->in, OPERANDS_MAX);
        }
    }
    return filler->rounds[node];
}

static struct walk *walk_for(struct filler *filler, const struct graph_node *aggregate, size_t first)
{
    struct pass *pass = filler->pass;
    for (size_t w = first; w < pass->walk_count; w++)
        if (pass->walks[w].child == aggregate->other && pass->walks[w].field == aggregate->field)
            return &pass->walks[w];
    pass->walks = mem_grow(pass->walks, &pass->walk_capacity, pass->walk_count + 1, sizeof *pass->walks);
    struct walk *walk = &pass->walks[pass->walk_count++];
    bool listed = filler->graph->schema->registers[aggregate->other].parent_field != aggregate->field;
    *walk = (struct walk){.child = aggregate->other, .field = aggregate->field, .listed = listed};
    block_start(&walk->block, filler->graph, aggregate->other, listed);
    return walk;
}

static void add_aggregate(struct filler *filler, int node, size_t first)
{
    const struct graph_node *at = &filler->graph->nodes[node];
    struct block *block = &filler->pass->block;
    struct walk_aggregate aggregate = {.node = node, .v = -1, .w = -1, .first = -1, .last = -1, .out = -1};
    struct walk *walk = walk_for(filler, at, first);
    if (at->in[0] != GRAPH_NONE) aggregate.v = fill_node(filler, &walk->block, at->in[0]);
    if (at->in[1] != GRAPH_NONE) aggregate.w = fill_node(filler, &walk->block, at->in[1]);
    if (at->in[2] != GRAPH_NONE) aggregate.first = fill_node(filler, block, at->in[2]);
    if (at->in[3] != GRAPH_NONE) aggregate.last = fill_node(filler, block, at->in[3]);
    walk->aggregates = mem_grow(walk->aggregates, &walk->capacity, walk->count + 1, sizeof *walk->aggregates);
    walk->aggregates[walk->count++] = aggregate;
}

/* One round of walks: all aggregates that wait for the same number of walks, one walk a child register. */
static void add_round(struct filler *filler, int round)
{
    struct pass *pass = filler->pass;
    size_t first = pass->walk_count;
    for (size_t node = 0; node < filler->graph->count; node++)
        if (filler->trips[node] == round) add_aggregate(filler, (int)node, first);
    for (size_t w = first; w < pass->walk_count; w++) {
        struct block_step step = blank(OP_WALK, -1);
        step.walk = (int)w;
        add_step(&pass->block, step);
        for (size_t a = 0; a < pass->walks[w].count; a++) {
            struct walk_aggregate *aggregate = &pass->walks[w].aggregates[a];
            struct block_step result = blank(OP_AGGREGATE, aggregate->node);
            result.walk = (int)w;
            aggregate->out = add_step(&pass->block, result);
            pass->block.memo[aggregate->node] = aggregate->out;
            filler->homes[aggregate->node] = (int)(pass - filler->list->passes);
        }
    }
}

void block_fill(struct pass_list *list, struct pass *pass, int *homes)
{
    struct filler filler = {.list = list, .graph = list->graph, .pass = pass, .homes = homes};
    size_t size = list->graph->count * sizeof(int);
    int rounds = 0;
    filler.rounds = mem_new(list->graph->count, sizeof *filler.rounds);
    filler.trips = mem_new(list->graph->count, sizeof *filler.trips);
    memset(filler.rounds, 0xFF, size);
    memset(filler.trips, 0xFF, size);
    block_start(&pass->block, list->graph, pass->reg, false);
    for (size_t i = 0; i < pass->output_count; i++) {
        int needed = count_rounds(&filler, pass->outputs[i].step);
        rounds = needed > rounds ? needed : rounds;
    }
    for (int round = 0; round < rounds; round++) add_round(&filler, round);
    for (size_t i = 0; i < pass->output_count; i++)
        pass->outputs[i].step = fill_node(&filler, &pass->block, pass->outputs[i].step);
    free(filler.trips);
    free(filler.rounds);
    free(filler.stack);
}
