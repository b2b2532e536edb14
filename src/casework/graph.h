/* Graph: a workflow as a picture: states in layers from where cases begin, transitions between them. A pure
 * function of the pack, the same on every machine. */
#ifndef ZENGSHOU_CASEWORK_GRAPH_H
#define ZENGSHOU_CASEWORK_GRAPH_H

#include "base/arena.h"
#include "pack/workflow.h"

struct graph_node {
    int state;
    int layer; /* 0: where cases begin; each state stands behind all that lead forward to it */
    int place; /* in its layer, from 0 */
};

struct graph_edge {
    int transition;
    int from, to; /* states; the same: it stays (hand-over) */
    bool back;    /* leads to an earlier layer, or the same */
    bool refusal; /* of a countersigning */
};

struct graph {
    struct graph_node *nodes; /* [state] */
    size_t node_count;
    struct graph_edge *edges; /* in the pack's order */
    size_t edge_count;
    int layers, widest; /* how many layers, and how many states the fullest holds */
};

void graph_of(const struct pack_workflow *workflow, struct arena *arena, struct graph *out);

#endif
