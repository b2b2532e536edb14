/* A thread's own memory for one pass: lanes, accumulators, match data. Taken once, so that batches allocate
 * nothing. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "formula/exec.h"

static void fill_constant(const struct graph_node *node, unsigned item, struct lane *lane, size_t rows)
{
    const struct value *value = &node->value;
    bits_fill(lane->room, rows, value->known);
    lane->known = value->known ? NULL : lane->room;
    if (node->kind == KIND_BOOL) {
        bits_fill(lane->values, rows, value->integer != 0);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        if (node->kind == KIND_TEXT)
            ((struct text *)lane->values)[i] = value->text;
        else if (node->kind == KIND_RATIO)
            ((double *)lane->values)[i] = value->ratio;
        else if (item == 4)
            ((int32_t *)lane->values)[i] = (int32_t)value->integer;
        else
            ((int64_t *)lane->values)[i] = value->integer;
    }
}

struct lane *lanes_new(struct arena *arena, const struct bound_block *block, const struct graph *graph)
{
    struct lane *lanes = arena_array(arena, block->lane_count, sizeof *lanes);
    for (size_t i = 0; i < block->lane_count; i++) {
        const struct bound_lane *shape = &block->lanes[i];
        size_t words = bits_words(block->rows) + 1;
        lanes[i].room = arena_array(arena, words, sizeof(uint64_t));
        if (shape->bits)
            lanes[i].values = arena_array(arena, words, sizeof(uint64_t));
        else if (shape->item > 0)
            lanes[i].values = arena_array(arena, block->rows, shape->item);
        if (shape->constant >= 0)
            fill_constant(&graph->nodes[shape->constant], shape->item, &lanes[i], block->rows);
    }
    return lanes;
}

void worker_init(struct worker *worker, const struct bound_pass *pass)
{
    *worker = (struct worker){.pass = pass};
    struct arena *arena = &worker->arena;
    worker->lanes = lanes_new(arena, &pass->block, pass->run->graph);
    worker->walks = arena_array(arena, pass->walk_count, sizeof *worker->walks);
    for (size_t w = 0; w < pass->walk_count; w++) {
        const struct bound_walk *walk = &pass->walks[w];
        struct walk_room *room = &worker->walks[w];
        room->words = bits_words(walk->block.rows) + 1;
        room->lanes = lanes_new(arena, &walk->block, pass->run->graph);
        room->accumulators = accumulators_new(arena, walk, pass->block.rows);
        room->selected = arena_array(arena, room->words, sizeof *room->selected);
        room->doubtful = arena_array(arena, room->words, sizeof *room->doubtful);
        room->usable = arena_array(arena, room->words * walk->count, sizeof *room->usable);
        room->masks = arena_array(arena, walk->count, sizeof *room->masks);
    }
    if (pass->matches) worker->match = pcre2_match_data_create(1, NULL);
}

void worker_fini(struct worker *worker)
{
    for (size_t w = 0; w < worker->pass->walk_count; w++)
        accumulators_free(worker->walks[w].accumulators, worker->pass->walks[w].count);
    pcre2_match_data_free(worker->match);
    arena_fini(&worker->arena);
}
