/* Lanes: where the values of bound steps stand in memory while a batch runs. Lanes are few and used again as
 * soon as nobody needs what is in them, so that a pass with hundreds of steps still works within the
 * processor's nearest caches. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/exec.h"

struct bound_lane bound_lane_for(enum lane_type type)
{
    static const unsigned items[] = {
        [LANE_I32] = 4, [LANE_ROWS] = 4, [LANE_I64] = 8, [LANE_F64] = 8, [LANE_TEXT] = sizeof(struct text),
        [LANE_BITS] = 0};
    return (struct bound_lane){.item = items[type], .bits = type == LANE_BITS, .constant = -1, .taken = true};
}

int bound_lane_add(struct bound_block *block, struct bound_lane lane)
{
    block->lanes = mem_grow(block->lanes, &block->lane_capacity, block->lane_count + 1, sizeof *block->lanes);
    block->lanes[block->lane_count] = lane;
    return (int)block->lane_count++;
}

static void use(struct bound_block *block, int value, size_t step)
{
    if (value >= 0 && block->values[value].last_use < (int)step) block->values[value].last_use = (int)step;
}

/* Lanes that nobody needs any more, by their shape: 1 + the first one, which names the next; 0: none. */
enum { SHAPES = sizeof(struct text) + 2 };
struct spare {
    int first[SHAPES];
};

static int *spare_of(struct spare *spare, const struct bound_lane *lane)
{
    return &spare->first[lane->bits ? SHAPES - 1 : lane->item];
}

static int take_lane(struct bound_block *block, struct spare *spare, struct bound_lane wanted)
{
    int *first = spare_of(spare, &wanted);
    if (*first == 0) return bound_lane_add(block, wanted);
    int lane = *first - 1;
    *first = block->lanes[lane].next;
    block->lanes[lane].taken = true;
    return lane;
}

/* Whether a step's values are the column's own memory. */
static bool borrows(const struct bound_step *step, enum lane_type type)
{
    if (step->run == run_load_rows) return step->view.width != COLUMN_PARENT;
    if (step->run != run_load) return false;
    if (type == LANE_TEXT) return step->view.made != NULL;
    return (type == LANE_I32 && step->view.width == COLUMN_I32) || type == LANE_I64 || type == LANE_F64;
}

static void give_lane(struct bound_block *block, struct spare *spare, int value, struct bound_lane wanted)
{
    if (value >= 0 && block->values[value].lane < 0)
        block->values[value].lane = take_lane(block, spare, wanted);
}

static void release_lane(struct bound_block *block, struct spare *spare, int value, size_t step)
{
    if (value < 0 || block->values[value].constant || block->values[value].last_use > (int)step) return;
    int number = block->values[value].lane;
    struct bound_lane *lane = &block->lanes[number];
    if (!lane->taken) return; /* an operand that stands twice in a step */
    lane->taken = false;
    lane->next = *spare_of(spare, lane);
    *spare_of(spare, lane) = number + 1;
}

static int lane_of_value(const struct bound_block *block, int value)
{
    return value < 0 ? -1 : block->values[value].lane;
}

/* Gives every value a lane and replaces values by lanes in the steps. A result's lane is never one of its
 * operands'. */
static void give_lanes(struct bound_pass *pass, struct bound_block *block)
{
    struct spare spare = {{0}};
    for (size_t s = 0; s < block->count; s++) {
        struct bound_step *step = &block->steps[s];
        struct bound_walk *walk = step->walk < 0 ? NULL : &pass->walks[step->walk];
        if (step->out >= 0) {
            enum lane_type type = block->values[step->out].type;
            struct bound_lane wanted = bound_lane_for(type);
            if (borrows(step, type)) wanted.item = 0;
            give_lane(block, &spare, step->out, wanted);
        }
        for (size_t a = 0; walk != NULL && a < walk->count; a++)
            give_lane(block, &spare, walk->aggregates[a].out,
                      bound_lane_for(block->values[walk->aggregates[a].out].type));
        for (int i = 0; i < OPERANDS_MAX; i++) release_lane(block, &spare, step->in[i], s);
        release_lane(block, &spare, step->out, s);
        for (size_t a = 0; walk != NULL && a < walk->count; a++) {
            release_lane(block, &spare, walk->aggregates[a].first, s);
            release_lane(block, &spare, walk->aggregates[a].last, s);
            release_lane(block, &spare, walk->aggregates[a].out, s);
        }
    }
    for (size_t s = 0; s < block->count; s++) {
        struct bound_step *step = &block->steps[s];
        step->out = lane_of_value(block, step->out);
        for (int i = 0; i < OPERANDS_MAX; i++) step->in[i] = lane_of_value(block, step->in[i]);
    }
}

static void mark_uses(struct bound_pass *pass, struct bound_block *block)
{
    for (size_t s = 0; s < block->count; s++) {
        const struct bound_step *step = &block->steps[s];
        for (int i = 0; i < OPERANDS_MAX; i++) use(block, step->in[i], s);
        if (step->walk < 0) continue;
        const struct bound_walk *walk = &pass->walks[step->walk];
        for (size_t a = 0; a < walk->count; a++) {
            use(block, walk->aggregates[a].first, s);
            use(block, walk->aggregates[a].last, s);
        }
    }
}

/* Exact sums of the same value share a trip. */
static void add_sum(struct bound_walk *walk, size_t aggregate)
{
    const struct bound_aggregate *at = &walk->aggregates[aggregate];
    struct bound_sums *sums = walk->sums, *end = walk->sums + walk->sums_count;
    while (sums < end && (sums->v != at->v || sums->count == SEGMENT_MASKS)) sums++;
    if (sums == end) {
        walk->sums_count++;
        sums->run = segment_sums_pick(at->values);
        sums->v = at->v;
    }
    sums->aggregates[sums->count++] = aggregate;
}

static void need(bool *needed, int value)
{
    if (value >= 0) needed[value] = true;
}

/* Takes out the steps whose values nobody reads: columns of which only tests at their own width are left. */
static void drop_unused_steps(const struct bound_pass *pass, struct bound_block *block, bool *needed)
{
    size_t kept = block->count;
    for (size_t s = block->count; s-- > 0;) {
        struct bound_step *step = &block->steps[s];
        if (step->out >= 0 && !needed[step->out]) continue;
        for (int i = 0; i < OPERANDS_MAX; i++) need(needed, step->in[i]);
        const struct bound_walk *walk = step->walk < 0 ? NULL : &pass->walks[step->walk];
        for (size_t a = 0; walk != NULL && a < walk->count; a++) {
            need(needed, walk->aggregates[a].first);
            need(needed, walk->aggregates[a].last);
        }
        block->steps[--kept] = *step;
    }
    block->count -= kept;
    if (kept > 0) memmove(block->steps, block->steps + kept, block->count * sizeof *block->steps);
    free(needed);
}

static void drop_unused(struct bound_pass *pass)
{
    for (size_t w = 0; w < pass->walk_count; w++) {
        struct bound_walk *walk = &pass->walks[w];
        bool *needed = mem_new(walk->block.value_count, sizeof *needed);
        for (size_t a = 0; a < walk->count; a++) {
            need(needed, walk->aggregates[a].v);
            need(needed, walk->aggregates[a].w);
        }
        drop_unused_steps(pass, &walk->block, needed);
    }
    bool *needed = mem_new(pass->block.value_count, sizeof *needed);
    for (size_t i = 0; i < pass->output_count; i++) need(needed, pass->outputs[i].lane);
    drop_unused_steps(pass, &pass->block, needed);
}

void bind_lanes(struct bound_pass *pass)
{
    drop_unused(pass);
    for (size_t w = 0; w < pass->walk_count; w++) {
        struct bound_walk *walk = &pass->walks[w];
        mark_uses(pass, &walk->block);
        for (size_t a = 0; a < walk->count; a++) {
            use(&walk->block, walk->aggregates[a].v, walk->block.count);
            use(&walk->block, walk->aggregates[a].w, walk->block.count);
        }
        give_lanes(pass, &walk->block);
    }
    mark_uses(pass, &pass->block);
    for (size_t i = 0; i < pass->output_count; i++)
        use(&pass->block, pass->outputs[i].lane, pass->block.count);
    give_lanes(pass, &pass->block);
    for (size_t w = 0; w < pass->walk_count; w++) {
        struct bound_walk *walk = &pass->walks[w];
        for (size_t a = 0; a < walk->count; a++) {
            struct bound_aggregate *aggregate = &walk->aggregates[a];
            aggregate->v = lane_of_value(&walk->block, aggregate->v);
            aggregate->w = lane_of_value(&walk->block, aggregate->w);
            aggregate->first = lane_of_value(&pass->block, aggregate->first);
            aggregate->last = lane_of_value(&pass->block, aggregate->last);
            aggregate->out = lane_of_value(&pass->block, aggregate->out);
            if (aggregate->exact) add_sum(walk, a);
        }
    }
    for (size_t i = 0; i < pass->output_count; i++)
        pass->outputs[i].lane = lane_of_value(&pass->block, pass->outputs[i].lane);
}
