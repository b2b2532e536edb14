/* Layers by the longest way forward from the start, as far as the ways do not run in circles; what only goes
 * back or round does not push anything down. */
#include "casework/graph.h"

struct drawing {
    const struct pack_workflow *workflow;
    int *depth; /* by the shortest way from the start; -1: not reached */
    struct graph *out;
};

static bool is_forward(const struct workflow_transition *transition)
{
    return transition->kind != KIND_RETURN && transition->kind != KIND_WITHDRAW &&
           transition->kind != KIND_REOPEN && transition->kind != KIND_HAND_OVER;
}

/* The shortest way tells what is behind what: an edge from a deeper state to a shallower one goes back. */
static void find_depths(struct drawing *drawing)
{
    const struct pack_workflow *workflow = drawing->workflow;
    for (size_t i = 0; i < workflow->state_count; i++) drawing->depth[i] = -1;
    drawing->depth[workflow->start] = 0;
    for (size_t round = 0; round < workflow->state_count; round++)
        for (size_t i = 0; i < workflow->transition_count; i++) {
            const struct workflow_transition *transition = &workflow->transitions[i];
            const int targets[] = {transition->to, transition->refused};
            for (size_t k = 0; is_forward(transition) && k < transition->from_count; k++)
                for (size_t t = 0; t < 2; t++) {
                    int from = drawing->depth[transition->from[k]], to = targets[t];
                    if (to >= 0 && from >= 0 && (drawing->depth[to] < 0 || drawing->depth[to] > from + 1))
                        drawing->depth[to] = from + 1;
                }
        }
}

static void add_edge(struct drawing *drawing, int transition, int from, int to, bool refusal)
{
    const struct workflow_transition *it = &drawing->workflow->transitions[transition];
    bool back = !is_forward(it) || drawing->depth[to] <= drawing->depth[from];
    drawing->out->edges[drawing->out->edge_count++] =
        (struct graph_edge){transition, from, to, back, refusal};
}

static void find_edges(struct drawing *drawing, struct arena *arena)
{
    const struct pack_workflow *workflow = drawing->workflow;
    size_t most = 0;
    for (size_t i = 0; i < workflow->transition_count; i++) most += 2 * workflow->transitions[i].from_count;
    drawing->out->edges = arena_array(arena, most, sizeof *drawing->out->edges);
    for (size_t i = 0; i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        for (size_t k = 0; k < transition->from_count; k++) {
            int from = transition->from[k];
            add_edge(drawing, (int)i, from, transition->to >= 0 ? transition->to : from, false);
            if (transition->refused >= 0) add_edge(drawing, (int)i, from, transition->refused, true);
        }
    }
}

/* Edges that do not go back lead from a smaller depth to a greater one, so this ends. */
static void find_layers(struct drawing *drawing)
{
    struct graph *out = drawing->out;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < out->edge_count; i++) {
            const struct graph_edge *edge = &out->edges[i];
            if (edge->back || out->nodes[edge->to].layer > out->nodes[edge->from].layer) continue;
            out->nodes[edge->to].layer = out->nodes[edge->from].layer + 1;
            more = true;
        }
    }
}

void graph_of(const struct pack_workflow *workflow, struct arena *arena, struct graph *out)
{
    struct drawing drawing = {workflow, arena_array(arena, workflow->state_count, sizeof(int)), out};
    *out = (struct graph){.node_count = workflow->state_count};
    out->nodes = arena_array(arena, out->node_count, sizeof *out->nodes);
    find_depths(&drawing);
    find_edges(&drawing, arena);
    for (size_t i = 0; i < out->node_count; i++) out->nodes[i].state = (int)i;
    find_layers(&drawing);
    int *filled = arena_array(arena, out->node_count + 1, sizeof *filled);
    for (size_t i = 0; i < out->node_count; i++) {
        struct graph_node *node = &out->nodes[i];
        node->place = filled[node->layer]++;
        if (node->layer + 1 > out->layers) out->layers = node->layer + 1;
        if (filled[node->layer] > out->widest) out->widest = filled[node->layer];
    }
}
