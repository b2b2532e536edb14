/* Deciding what must be a column before somebody can read it, and in which order. */
#include "formula/pass.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct planner {
    struct pass_list *list;
    const struct graph *graph;
    int *levels;         /* the lowest level at which a node can be computed on its own register's rows */
    int *inner_levels;   /* the same, within a walk over its register as child rows */
    bool *needed;        /* in a pass over its register */
    bool *needed_within; /* in a walk over its register as child rows */
};

static bool is_whole(enum op op)
{
    return op == OP_RANK || op == OP_DUPLICATED;
}

/* The node at the top of a chain of references. */
static int up_end(const struct graph *graph, int node)
{
    while (graph->nodes[node].op == OP_UP) node = graph->nodes[node].in[0];
    return node;
}

static bool is_raw(const struct graph *graph, int node)
{
    return graph->nodes[node].op == OP_FIELD || graph->nodes[node].op == OP_CONSTANT;
}

static int higher(int a, int b)
{
    return a > b ? a : b;
}

/* Operands come before users, so one sweep sets all levels. */
static void set_levels(struct planner *planner)
{
    const struct graph *graph = planner->graph;
    for (size_t i = 0; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[i];
        int level = 0, inner = 0;
        if (node->op == OP_UP) {
            int end = up_end(graph, (int)i);
            level = inner = is_raw(graph, end) ? 0 : planner->levels[end] + 1;
        } else if (node->op == OP_AGGREGATE) {
            for (int k = 0; k < GRAPH_OPERANDS; k++) {
                if (node->in[k] == GRAPH_NONE) continue;
                level =
                    higher(level, k < 2 ? planner->inner_levels[node->in[k]] : planner->levels[node->in[k]]);
            }
            inner = level + 1;
        } else if (is_whole(node->op)) {
            for (int k = 0; k < GRAPH_OPERANDS; k++)
                if (node->in[k] != GRAPH_NONE) level = higher(level, planner->levels[node->in[k]]);
            inner = ++level;
        } else {
            for (int k = 0; k < GRAPH_OPERANDS; k++) {
                if (node->in[k] == GRAPH_NONE) continue;
                level = higher(level, planner->levels[node->in[k]]);
                inner = higher(inner, planner->inner_levels[node->in[k]]);
            }
        }
        planner->levels[i] = level;
        planner->inner_levels[i] = inner;
    }
}

/* A node that has to be a column. */
static void request(struct planner *planner, int node)
{
    struct pass_list *list = planner->list;
    const struct graph_node *at = &planner->graph->nodes[node];
    if (at->op == OP_CONSTANT || list->column_of[node] >= 0) return;
    list->columns =
        mem_grow(list->columns, &list->column_capacity, list->column_count + 1, sizeof *list->columns);
    list->column_of[node] = (int)list->column_count;
    list->columns[list->column_count++] =
        (struct made_column){node, at->reg, planner->levels[node] - (is_whole(at->op) ? 1 : 0)};
    planner->needed[node] = true;
}

static void need(struct planner *planner, int node)
{
    if (node != GRAPH_NONE) planner->needed[node] = true;
}

static void need_within(struct planner *planner, int node)
{
    if (node != GRAPH_NONE) planner->needed_within[node] = true;
}

/* Passes the need on to the operands; these have lower numbers, so one sweep downwards reaches everything. */
static void spread_needs(struct planner *planner, int node)
{
    const struct graph_node *at = &planner->graph->nodes[node];
    bool needed = planner->needed[node], within = planner->needed_within[node];
    if (!needed && !within) return;
    if (at->op == OP_UP) {
        int end = up_end(planner->graph, node);
        if (!is_raw(planner->graph, end)) request(planner, end);
    } else if (is_whole(at->op)) {
        request(planner, node);
        for (int k = 0; k < GRAPH_OPERANDS; k++)
            if (at->in[k] != GRAPH_NONE) request(planner, at->in[k]);
    } else if (at->op == OP_AGGREGATE) {
        if (within) request(planner, node);
        for (int k = 0; k < GRAPH_OPERANDS; k++)
            if (k < 2)
                need_within(planner, at->in[k]);
            else
                need(planner, at->in[k]);
    } else {
        for (int k = 0; k < GRAPH_OPERANDS; k++) {
            if (needed) need(planner, at->in[k]);
            if (within) need_within(planner, at->in[k]);
        }
    }
}

static void add_output(struct pass *pass, int node, int column, int root)
{
    pass->outputs =
        mem_grow(pass->outputs, &pass->output_capacity, pass->output_count + 1, sizeof *pass->outputs);
    pass->outputs[pass->output_count++] = (struct pass_output){node, column, root};
}

static struct pass *add_pass(struct pass_list *list, int level, int reg)
{
    list->passes = mem_grow(list->passes, &list->capacity, list->count + 1, sizeof *list->passes);
    struct pass *pass = &list->passes[list->count++];
    memset(pass, 0, sizeof *pass);
    pass->level = level;
    pass->reg = reg;
    return pass;
}

/* All roots of a register are computed in its last pass: together, and none of their steps twice. */
static void make_pass(struct planner *planner, int level, int reg, const int *roots, const int *regs,
                      size_t count, bool last, int *homes)
{
    struct pass_list *list = planner->list;
    struct pass *pass = add_pass(list, level, reg);
    for (size_t c = 0; c < list->column_count; c++)
        if (list->columns[c].level == level && list->columns[c].reg == reg &&
            !is_whole(planner->graph->nodes[list->columns[c].node].op))
            add_output(pass, list->columns[c].node, (int)c, -1);
    for (size_t i = 0; i < count && last; i++)
        if (regs[i] == reg) add_output(pass, roots[i], -1, (int)i);
    if (pass->output_count == 0)
        list->count--;
    else
        block_fill(list, pass, homes);
}

static void make_whole(struct planner *planner, int level)
{
    struct pass_list *list = planner->list;
    for (size_t c = 0; c < list->column_count; c++) {
        const struct made_column *column = &list->columns[c];
        const struct graph_node *node = &planner->graph->nodes[column->node];
        if (column->level != level || !is_whole(node->op)) continue;
        struct pass *pass = add_pass(list, level, column->reg);
        pass->whole = true;
        for (int k = 0; k < GRAPH_OPERANDS; k++)
            pass->whole_in[k] = node->in[k] == GRAPH_NONE ? -1 : list->column_of[node->in[k]];
        pass->whole_out = (int)c;
    }
}

void pass_list_make(struct pass_list *list, const struct graph *graph, const int *roots, const int *regs,
                    size_t count)
{
    size_t registers = graph->schema->register_count;
    struct planner planner = {.list = list, .graph = graph};
    *list = (struct pass_list){.graph = graph};
    planner.levels = mem_new(graph->count, sizeof *planner.levels);
    planner.inner_levels = mem_new(graph->count, sizeof *planner.inner_levels);
    planner.needed = mem_new(graph->count, sizeof *planner.needed);
    planner.needed_within = mem_new(graph->count, sizeof *planner.needed_within);
    list->column_of = mem_new(graph->count, sizeof *list->column_of);
    int *homes = mem_new(graph->count, sizeof *homes);
    int *top = mem_new(registers, sizeof *top); /* the last level of each register */
    memset(list->column_of, 0xFF, graph->count * sizeof *list->column_of);
    memset(homes, 0xFF, graph->count * sizeof *homes);
    set_levels(&planner);
    for (size_t i = 0; i < count; i++)
        if (regs[i] >= 0) planner.needed[roots[i]] = true;
    for (size_t i = graph->count; i-- > 0;) spread_needs(&planner, (int)i);
    int levels = 0;
    for (size_t r = 0; r < registers; r++) top[r] = 0;
    for (size_t i = 0; i < count; i++)
        if (regs[i] >= 0) top[regs[i]] = higher(top[regs[i]], planner.levels[roots[i]]);
    for (size_t c = 0; c < list->column_count; c++)
        top[list->columns[c].reg] = higher(top[list->columns[c].reg], list->columns[c].level);
    for (size_t r = 0; r < registers; r++) levels = higher(levels, top[r]);
    for (int level = 0; level <= levels; level++) {
        for (size_t r = 0; r < registers; r++)
            make_pass(&planner, level, (int)r, roots, regs, count, level == top[r], homes);
        make_whole(&planner, level);
    }
    free(planner.levels);
    free(planner.inner_levels);
    free(planner.needed);
    free(planner.needed_within);
    free(list->column_of);
    list->column_of = NULL;
    free(homes);
    free(top);
}

static void block_fini(struct block *block)
{
    free(block->steps);
    free(block->memo);
}

void pass_list_fini(struct pass_list *list)
{
    for (size_t p = 0; p < list->count; p++) {
        struct pass *pass = &list->passes[p];
        block_fini(&pass->block);
        for (size_t w = 0; w < pass->walk_count; w++) {
            block_fini(&pass->walks[w].block);
            free(pass->walks[w].aggregates);
        }
        free(pass->walks);
        free(pass->outputs);
    }
    free(list->passes);
    free(list->columns);
    *list = (struct pass_list){0};
}

size_t pass_list_steps(const struct pass_list *list)
{
    size_t steps = 0;
    for (size_t p = 0; p < list->count; p++) {
        steps += list->passes[p].whole ? 1 : list->passes[p].block.count;
        for (size_t w = 0; w < list->passes[p].walk_count; w++) steps += list->passes[p].walks[w].block.count;
    }
    return steps;
}
