/* The three files of lowering among themselves. */
#ifndef ZENGSHOU_FORMULA_GRAPH_LOWER_H
#define ZENGSHOU_FORMULA_GRAPH_LOWER_H

#include "formula/graph.h"

struct lower_slot;

struct lowering {
    struct graph *graph;
    struct err *err;
    int status;
    int depth;
    struct lower_slot *slots; /* what was lowered already: by tree node, register and date */
    size_t slot_count, slot_capacity;
};

/* Where a tree is evaluated: on which register's records, as of which date. */
struct lower_scope {
    int reg;
    bool dated; /* false: before the first accepted day */
    int32_t as_of;
};

int lower_node(struct lowering *lowering, const struct node *node, struct lower_scope scope);

/* Operands of kinds that meet: whole numbers beside ten-thousandths or ratios are widened. */
int lower_arithmetic(struct lowering *lowering, enum node_op op, enum type_kind a_kind, int a,
                     enum type_kind b_kind, int b, enum type_kind result);
int lower_comparison(struct lowering *lowering, enum node_op op, enum type_kind a_kind, int a,
                     enum type_kind b_kind, int b);
int lower_conversion(struct lowering *lowering, enum type_kind from, int a, enum type_kind to);
int lower_call(struct lowering *lowering, const struct node *node, struct lower_scope scope);

/* a < b or a = b where one of them is an age, month or year of a date and the other a constant, as a
 * comparison of the date; GRAPH_NONE when it is not that. */
int graph_date_test(struct graph *graph, enum op op, int a, int b);

int lower_aggregate(struct lowering *lowering, const struct node *node, struct lower_scope scope);

/* "Is there any": a COUNT compared with 0 or 1, as exists; GRAPH_NONE when it is not that. a, b: the lowered
 * operands. */
int lower_any(struct lowering *lowering, const struct node *node_a, int a, enum node_op op,
              const struct node *node_b, int b);

#endif
