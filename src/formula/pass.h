/* Passes: in which order, over which register's rows, by which steps a graph is computed.
 *
 * A pass walks the rows of one register in batches and gives columns and roots' results. Within a batch it
 * can read the register's own columns, columns of other registers up a reference, and aggregate one level of
 * child rows, whose expressions in turn read child columns and columns up the child's references. What is
 * deeper (an aggregate within a child's expression, anything computed up a reference, rank, duplicated) is a
 * column that an earlier pass has made. Passes stand in levels: a pass reads columns of lower levels only. */
#ifndef ZENGSHOU_FORMULA_PASS_H
#define ZENGSHOU_FORMULA_PASS_H

#include "formula/graph.h"

/* One step gives one value for every row of the window: values are numbered by their steps. */
struct block_step {
    enum op op;
    int node;             /* the graph's node: constants of the operation; -1 for row numbers */
    int in[OPERANDS_MAX]; /* steps; -1 where there is none */
    int reg, field;       /* LOAD*, GATHER*: the column's register and field; ROW_IDS: whose ids */
    int column;           /* LOAD, GATHER: a made column instead of a field, -1 */
    int walk;             /* WALK, AGGREGATE: which of the pass */
};

struct block {
    int reg;
    struct block_step *steps;
    size_t count, capacity;
    int *memo; /* step of each graph node, -1; only while passes are made */
};

/* Step 0 of a block whose window is a list of rows and no stretch: the rows' own numbers. */
enum { FIELD_OWN_ROWS = -2 };

struct walk_aggregate {
    int node;        /* graph */
    int v, w;        /* steps of the walk's block, -1 */
    int first, last; /* steps of the pass's block, -1 */
    int out;         /* its step in the pass's block */
};

/* One trip through the child rows of a batch, for all aggregates that need them. */
struct walk {
    int child, field; /* field: the reference of the child that points here */
    bool listed;      /* by another reference than the parent: the rows are no stretch */
    struct block block;
    struct walk_aggregate *aggregates;
    size_t count, capacity;
};

struct pass_output {
    int step;
    int column; /* -1: none */
    int root;   /* -1: none */
};

struct pass {
    int level, reg;
    bool whole;                              /* RANK or DUPLICATED of columns into another, by no batches */
    int whole_in[GRAPH_OPERANDS], whole_out; /* columns; whole_in -1: a constant, or none */
    struct block block;
    struct walk *walks;
    size_t walk_count, walk_capacity;
    struct pass_output *outputs;
    size_t output_count, output_capacity;
};

/* A column that a pass makes. */
struct made_column {
    int node, reg, level;
};

struct pass_list {
    const struct graph *graph;
    struct pass *passes;
    size_t count, capacity;
    struct made_column *columns;
    size_t column_count, column_capacity;
    int *column_of; /* of each graph node, -1; only while passes are made */
};

/* roots[i]: graph node, evaluated on regs[i]. A root that needs no record (reg -1) gets no pass. */
void pass_list_make(struct pass_list *list, const struct graph *graph, const int *roots, const int *regs,
                    size_t count);
void pass_list_fini(struct pass_list *list);

/* Fills a pass's block with the steps for its outputs' nodes (outputs[i].step is still a graph node) and its
 * walks. homes[node]: the earlier pass in which an aggregate was computed, -1; kept up to date. */
void block_fill(struct pass_list *list, struct pass *pass, int *homes);

size_t pass_list_steps(const struct pass_list *list);

#endif
