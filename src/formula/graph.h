/* Graph: what all the formulas of a program compute, each piece once. Nodes are numbered so that operands
 * come before their users; equal nodes are one node. Parameters and dates are bound, constants folded. */
#ifndef ZENGSHOU_FORMULA_GRAPH_H
#define ZENGSHOU_FORMULA_GRAPH_H

#include "base/arena.h"
#include "formula/node.h"
#include "formula/ops.h"
#include "formula/program.h"

enum lane_kind { KIND_INT, KIND_RATIO, KIND_BOOL, KIND_TEXT };

struct pcre2_real_code_8;

/* Operands of RANK and DUPLICATED: the value, then the keys that records must share, then the one in which
 * they differ. */
enum { GRAPH_NONE = -1, GRAPH_OPERANDS = 4, WHOLE_ACROSS = 3 };

struct graph_node {
    enum op op;
    enum lane_kind kind;
    int reg;                /* the register on whose records it has a value; -1: constants */
    int in[GRAPH_OPERANDS]; /* GRAPH_NONE where there is none. AGGREGATE: v, w, first, last */
    int field; /* FIELD, UP (the reference), AGGREGATE (the reference of `other`); -1 otherwise */
    int other; /* UP: the register pointed to; AGGREGATE: the child register; -1 otherwise */
    enum aggregate aggregate;
    int64_t factor, least, most;
    struct value value;       /* CONSTANT */
    const struct value *list; /* IN: sorted, not empty */
    size_t list_count;
    struct pcre2_real_code_8 *pattern; /* MATCHES */
    struct text pattern_text;
    int next; /* private: chain of the hash */
};

struct graph {
    const struct schema *schema;
    const struct program_options *options;
    struct arena arena;
    struct graph_node *nodes;
    size_t count, capacity;
    int *buckets;
    size_t bucket_count;
};

void graph_init(struct graph *graph, const struct schema *schema, const struct program_options *options);
void graph_fini(struct graph *graph);

enum lane_kind graph_kind(enum type_kind kind);

int graph_constant(struct graph *graph, enum lane_kind kind, const struct value *value);
int graph_unknown(struct graph *graph, enum lane_kind kind);
int graph_integer(struct graph *graph, int64_t value);
int graph_bool(struct graph *graph, bool value);
bool graph_is_constant(const struct graph *graph, int node);

/* A node as it should be, to be filled by the maker before graph_add. */
struct graph_node graph_blank(enum op op, int reg);

/* The standing node that is equal to this one after simplification; operands must stand already. */
int graph_add(struct graph *graph, const struct graph_node *node);

/* An operation of the table; unused operands GRAPH_NONE. */
int graph_operation(struct graph *graph, enum op op, int a, int b, int c);
int graph_operation_factor(struct graph *graph, enum op op, int a, int b, int64_t factor);

/* Lowers a typed tree evaluated on the register `reg`. ERR_LIMIT when it is absurdly deep, ERR_INPUT for a
 * pattern that PCRE2 refuses. */
int graph_lower(struct graph *graph, const struct node *node, int reg, int *out, struct err *err);

#endif
