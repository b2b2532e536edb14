/* Walking the child rows of a batch in chunks, and reducing each chunk to the parents' accumulators. A
 * parent's rows may lie in several chunks, and a chunk may hold rows of many parents. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/exec.h"

/* Values that cannot be reduced on the way: medians and numbers of different values. */
struct collection {
    void *items; /* in the order of the rows, and so of the parents */
    size_t count, capacity;
    uint32_t *counts; /* of each parent of the batch */
};

struct accumulator {
    __int128 *sums; /* SUM that may overflow */
    uint64_t *seen; /* MIN, MAX: parents with a row that counts; EXISTS: with one that may; COVERS: months of
                       each */
    struct collection collected;
};

/* What a reduction works on. */
struct chunk {
    struct segments at;
    const uint64_t *selected; /* w is true */
    const uint64_t *usable;   /* and v is known */
    const uint64_t *doubtful; /* w is unknown, or v where w is true; NULL: none */
    const struct lane *v;
};

struct accumulator *accumulators_new(struct arena *arena, const struct bound_walk *walk, size_t rows)
{
    struct accumulator *all = arena_array(arena, walk->count, sizeof *all);
    for (size_t a = 0; a < walk->count; a++) {
        enum aggregate aggregate = walk->aggregates[a].aggregate;
        if (aggregate == AGGREGATE_SUM && !walk->aggregates[a].exact)
            all[a].sums = arena_array(arena, rows, sizeof *all[a].sums);
        if (aggregate == AGGREGATE_MIN || aggregate == AGGREGATE_MAX || aggregate == AGGREGATE_EXISTS)
            all[a].seen = arena_array(arena, bits_words(rows) + 1, sizeof *all[a].seen);
        if (aggregate == AGGREGATE_COVERS) all[a].seen = arena_array(arena, rows, sizeof *all[a].seen);
        if (aggregate == AGGREGATE_MEDIAN || aggregate == AGGREGATE_DISTINCT)
            all[a].collected.counts = arena_array(arena, rows, sizeof *all[a].collected.counts);
    }
    return all;
}

void accumulators_free(struct accumulator *accumulators, size_t count)
{
    for (size_t a = 0; a < count; a++) free(accumulators[a].collected.items);
}

static void begin(const struct bound_aggregate *aggregate, struct accumulator *to, struct lane *out,
                  size_t rows)
{
    size_t words = bits_words(rows);
    out->known = aggregate->nullable ? out->room : NULL;
    if (out->known != NULL) bits_fill(out->known, rows, true);
    if (to->sums != NULL) memset(to->sums, 0, rows * sizeof *to->sums);
    if (aggregate->aggregate == AGGREGATE_COVERS)
        memset(to->seen, 0, rows * sizeof *to->seen);
    else if (to->seen != NULL)
        memset(to->seen, 0, words * sizeof *to->seen);
    if (to->collected.counts != NULL) memset(to->collected.counts, 0, rows * sizeof *to->collected.counts);
    to->collected.count = 0;
    if (aggregate->aggregate == AGGREGATE_EXISTS || aggregate->aggregate == AGGREGATE_COVERS) {
        bits_fill(out->values, rows, false);
    } else if (aggregate->kind == KIND_TEXT &&
               (aggregate->aggregate == AGGREGATE_MIN || aggregate->aggregate == AGGREGATE_MAX ||
                aggregate->aggregate == AGGREGATE_MEDIAN)) {
        memset(out->values, 0, bits_round(rows) * sizeof(struct text));
    } else {
        memset(out->values, 0, bits_round(rows) * sizeof(int64_t));
    }
}

static void reduce_doubt(const struct chunk *chunk, struct lane *out)
{
    if (chunk->doubtful == NULL) return;
    EACH_SEGMENT(&chunk->at, p, lo, hi)
    if (bits_any(chunk->doubtful, lo, hi)) bits_clear(out->known, p);
}

static int64_t integer_at(const struct lane *v, bool narrow, size_t i)
{
    return narrow ? ((const int32_t *)v->values)[i] : ((const int64_t *)v->values)[i];
}

static void reduce_sum_wide(const struct chunk *chunk, bool narrow, struct accumulator *to)
{
    EACH_SEGMENT(&chunk->at, p, lo, hi)
    for (size_t i = lo; i < hi; i++)
        if (bits_get(chunk->usable, i)) to->sums[p] += integer_at(chunk->v, narrow, i);
}

/* `beats`: whether value i is better than the best so far. */
#define REDUCE_BEST(type, read, beats)                                                                       \
    {                                                                                                        \
        type *best = out->values;                                                                            \
        EACH_SEGMENT(&chunk->at, p, lo, hi)                                                                  \
        for (size_t i = lo; i < hi; i++) {                                                                   \
            if (!bits_get(chunk->usable, i)) continue;                                                       \
            type value = (read);                                                                             \
            if (bits_get(to->seen, p) && !(beats)) continue;                                                 \
            best[p] = value;                                                                                 \
            bits_set(to->seen, p);                                                                           \
        }                                                                                                    \
    }

static void reduce_best(const struct chunk *chunk, const struct bound_aggregate *aggregate,
                        struct accumulator *to, struct lane *out)
{
    bool least = aggregate->aggregate == AGGREGATE_MIN;
    if (aggregate->kind == KIND_RATIO)
        REDUCE_BEST(double, ((const double *)chunk->v->values)[i], least ? value < best[p] : value > best[p])
    else if (aggregate->kind == KIND_TEXT)
        REDUCE_BEST(struct text, ((const struct text *)chunk->v->values)[i],
                    least ? text_compare(value, best[p]) < 0 : text_compare(value, best[p]) > 0)
    else
        REDUCE_BEST(int64_t, integer_at(chunk->v, aggregate->narrow, i),
                    least ? value < best[p] : value > best[p])
}

static size_t item_size(enum lane_kind kind)
{
    return kind == KIND_TEXT ? sizeof(struct text) : 8;
}

static void reduce_collect(const struct chunk *chunk, const struct bound_aggregate *aggregate,
                           struct accumulator *to)
{
    struct collection *all = &to->collected;
    size_t size = item_size(aggregate->kind);
    all->items = mem_grow(all->items, &all->capacity, all->count + chunk->at.rows, size);
    EACH_SEGMENT(&chunk->at, p, lo, hi)
    for (size_t i = lo; i < hi; i++) {
        if (!bits_get(chunk->usable, i)) continue;
        char *item = (char *)all->items + all->count++ * size;
        int64_t integer;
        all->counts[p]++;
        if (aggregate->kind == KIND_INT) {
            integer = integer_at(chunk->v, aggregate->narrow, i);
            memcpy(item, &integer, size);
        } else {
            memcpy(item, (const char *)chunk->v->values + i * size, size);
        }
    }
}

static void reduce_exists(const struct chunk *chunk, struct accumulator *to, struct lane *out)
{
    segment_any(&chunk->at, chunk->selected, out->values);
    if (chunk->doubtful != NULL) segment_any(&chunk->at, chunk->doubtful, to->seen);
}

static void reduce_covers(const struct chunk *chunk, const struct bound_aggregate *aggregate,
                          const struct lane *first, struct accumulator *to)
{
    const int64_t *firsts = first->values;
    EACH_SEGMENT(&chunk->at, p, lo, hi)
    for (size_t i = lo; i < hi; i++) {
        if (!bits_get(chunk->usable, i)) continue;
        uint64_t month = (uint64_t)integer_at(chunk->v, aggregate->narrow, i) - (uint64_t)firsts[p];
        if (month < 64) to->seen[p] |= (uint64_t)1 << month;
    }
}

static int compare_integers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int compare_ratios(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void finish_collected(const struct bound_aggregate *aggregate, struct accumulator *to,
                             struct lane *out, size_t rows)
{
    static int (*const compares[])(const void *, const void *) = {[KIND_INT] = compare_integers,
                                                                  [KIND_RATIO] = compare_ratios,
                                                                  [KIND_BOOL] = compare_integers,
                                                                  [KIND_TEXT] = compare_texts};
    size_t size = item_size(aggregate->kind);
    char *items = to->collected.items;
    for (size_t p = 0; p < rows; p++) {
        size_t count = to->collected.counts[p];
        if (count > 1) qsort(items, count, size, compares[aggregate->kind]);
        if (aggregate->aggregate == AGGREGATE_MEDIAN) {
            if (count > 0)
                memcpy((char *)out->values + p * size, items + (count - 1) / 2 * size, size);
            else
                bits_clear(out->known, p);
        } else {
            int64_t different = count > 0;
            for (size_t i = 1; i < count; i++)
                different += compares[aggregate->kind](items + (i - 1) * size, items + i * size) != 0;
            ((int64_t *)out->values)[p] = different;
        }
        if (count > 0) items += count * size; /* without any there may be no array */
    }
}

static void finish_covers(const struct accumulator *from, const struct lane *first, const struct lane *last,
                          struct lane *out, size_t rows)
{
    for (size_t p = 0; p < rows; p++) {
        int64_t begin_month = ((const int64_t *)first->values)[p],
                end_month = ((const int64_t *)last->values)[p];
        bool known = (first->known == NULL || bits_get(first->known, p)) &&
                     (last->known == NULL || bits_get(last->known, p));
        if (known && end_month >= begin_month && end_month - begin_month >= 64) known = false;
        if (!known) {
            bits_clear(out->known, p);
        } else {
            uint64_t wanted = end_month < begin_month ? 0 : bits_low((size_t)(end_month - begin_month + 1));
            if ((from->seen[p] & wanted) == wanted) bits_set(out->values, p);
        }
    }
}

static void finish(const struct bound_aggregate *aggregate, struct accumulator *to, struct lane *lanes,
                   size_t rows)
{
    struct lane *out = &lanes[aggregate->out];
    uint64_t *truth = out->values;
    switch (aggregate->aggregate) {
    case AGGREGATE_SUM:
        if (aggregate->exact) break;
        for (size_t p = 0; p < rows; p++) {
            bool fits = to->sums[p] >= INT64_MIN && to->sums[p] <= INT64_MAX;
            ((int64_t *)out->values)[p] = fits ? (int64_t)to->sums[p] : 0;
            if (!fits) bits_clear(out->known, p);
        }
        break;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        for (size_t w = 0; w < bits_words(rows); w++) out->known[w] &= to->seen[w];
        break;
    case AGGREGATE_EXISTS:
        if (out->known == NULL) break;
        for (size_t w = 0; w < bits_words(rows); w++) out->known[w] = truth[w] | ~to->seen[w];
        break;
    case AGGREGATE_MEDIAN:
    case AGGREGATE_DISTINCT:
        finish_collected(aggregate, to, out, rows);
        break;
    case AGGREGATE_COVERS:
        finish_covers(to, &lanes[aggregate->first], &lanes[aggregate->last], out, rows);
        break;
    case AGGREGATE_COUNT:
    case AGGREGATE_AVG:
    case AGGREGATE_ANY:
    case AGGREGATE_ALL:
    case AGGREGATE_SHARE:
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        break;
    }
}

/* Which rows count, which of them have a value, and which leave the answer open. `usable`: the aggregate's
 * own room. */
static void select_rows(const struct bound_aggregate *aggregate, const struct lane *lanes,
                        struct walk_room *room, uint64_t *usable, struct chunk *chunk)
{
    size_t words = bits_words(chunk->at.rows);
    const struct lane *w = aggregate->w < 0 ? NULL : &lanes[aggregate->w];
    const struct lane *v = aggregate->v < 0 ? NULL : &lanes[aggregate->v];
    bool v_open = v != NULL && v->known != NULL, w_open = w != NULL && w->known != NULL;
    chunk->v = v;
    if (w == NULL) bits_fill(room->selected, chunk->at.rows, true);
    chunk->selected = w == NULL ? room->selected : w->values;
    chunk->usable = chunk->selected;
    chunk->doubtful = v_open || w_open ? room->doubtful : NULL;
    if (v_open) {
        for (size_t i = 0; i < words; i++) usable[i] = chunk->selected[i] & v->known[i];
        chunk->usable = usable;
    }
    if (chunk->doubtful == NULL) return;
    for (size_t i = 0; i < words; i++)
        room->doubtful[i] = (w_open ? ~w->known[i] : 0) | (v_open ? chunk->selected[i] & ~v->known[i] : 0);
}

static void reduce(const struct bound_aggregate *aggregate, struct accumulator *to, const struct chunk *chunk,
                   struct lane *lanes)
{
    struct lane *out = &lanes[aggregate->out];
    switch (aggregate->aggregate) {
    case AGGREGATE_COUNT:
        segment_counts(&chunk->at, chunk->selected, out->values);
        break;
    case AGGREGATE_SUM:
        if (!aggregate->exact) reduce_sum_wide(chunk, aggregate->narrow, to);
        break;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        reduce_best(chunk, aggregate, to, out);
        break;
    case AGGREGATE_MEDIAN:
    case AGGREGATE_DISTINCT:
        reduce_collect(chunk, aggregate, to);
        break;
    case AGGREGATE_EXISTS:
        reduce_exists(chunk, to, out);
        return; /* one true row is enough */
    case AGGREGATE_COVERS:
        reduce_covers(chunk, aggregate, &lanes[aggregate->first], to);
        return;
    case AGGREGATE_AVG:
    case AGGREGATE_ANY:
    case AGGREGATE_ALL:
    case AGGREGATE_SHARE:
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        break;
    }
    reduce_doubt(chunk, out);
}

/* Sums of one value under several conditions, taken together. */
static void run_sums(const struct bound_sums *sums, const struct bound_walk *walk,
                     const struct walk_room *room, const uint64_t *const *usable, const struct segments *at,
                     const struct lane *lanes)
{
    struct segment_sums call = {.at = at, .values = room->lanes[sums->v].values, .count = sums->count};
    for (size_t k = 0; k < sums->count; k++) {
        call.masks[k] = usable[sums->aggregates[k]];
        call.sums[k] = lanes[walk->aggregates[sums->aggregates[k]].out].values;
    }
    sums->run(&call);
}

static void run_chunk(const struct bound_walk *walk, struct walk_room *room, const struct segments *at,
                      struct lane *lanes)
{
    for (size_t a = 0; a < walk->count; a++) {
        struct chunk chunk = {.at = *at};
        select_rows(&walk->aggregates[a], room->lanes, room, room->usable + a * room->words, &chunk);
        room->masks[a] = chunk.usable;
        reduce(&walk->aggregates[a], &room->accumulators[a], &chunk, lanes);
    }
    for (size_t s = 0; s < walk->sums_count; s++)
        run_sums(&walk->sums[s], walk, room, room->masks, at, lanes);
}

void run_walk(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
              struct lane *lanes, struct window window)
{
    const struct bound_walk *walk = &worker->pass->walks[step->walk];
    struct walk_room *room = &worker->walks[step->walk];
    const uint32_t *ends = walk->offsets + window.first;
    size_t end = ends[window.rows];
    struct segments at = {.ends = ends};
    for (size_t a = 0; a < walk->count; a++)
        begin(&walk->aggregates[a], &room->accumulators[a], &lanes[walk->aggregates[a].out], window.rows);
    for (at.first = ends[0]; at.first < end; at.first += walk->block.rows) {
        at.rows = end - at.first < walk->block.rows ? end - at.first : walk->block.rows;
        struct window children = {at.first, at.rows, walk->list == NULL ? NULL : walk->list + at.first};
        worker_run_block(worker, &walk->block, room->lanes, children);
        while (ends[at.parent + 1] <= at.first) at.parent++;
        at.parent_end = at.parent;
        while (at.parent_end < window.rows && ends[at.parent_end] < at.first + at.rows) at.parent_end++;
        run_chunk(walk, room, &at, lanes);
    }
    for (size_t a = 0; a < walk->count; a++)
        finish(&walk->aggregates[a], &room->accumulators[a], lanes, window.rows);
}
