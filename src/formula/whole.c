/* What is asked of a whole register at once: a value's rank, and whether another record has the same, both
 * also among the records of one key. Known values are sorted once; numbers by radix, texts by their hashes,
 * or by comparison where their order matters. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "formula/exec.h"

struct keyed {
    uint64_t key;
    uint32_t row;
    struct text text;
};

/* Unsigned numbers in the order of the values. */
static uint64_t key_of_integer(int64_t value)
{
    return (uint64_t)value ^ (uint64_t)1 << 63;
}

static uint64_t key_of_ratio(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static size_t collect(const struct made *in, size_t rows, struct keyed *items)
{
    size_t count = 0;
    for (size_t row = 0; row < rows; row++) {
        if (in->known != NULL && !bits_get(in->known, row)) continue;
        struct keyed item = {.row = (uint32_t)row};
        if (in->type == LANE_I32)
            item.key = key_of_integer(((const int32_t *)in->values)[row]);
        else if (in->type == LANE_I64)
            item.key = key_of_integer(((const int64_t *)in->values)[row]);
        else if (in->type == LANE_F64)
            item.key = key_of_ratio(((const double *)in->values)[row]);
        else
            item.text = ((const struct text *)in->values)[row];
        if (in->type == LANE_TEXT) item.key = map_hash(item.text);
        items[count++] = item;
    }
    return count;
}

/* By key, a byte at a time from the lowest; bytes that are the same in all keys cost one look. */
static void radix_sort(struct keyed *items, size_t count)
{
    struct keyed *other = mem_new(count, sizeof *other), *from = items, *to = other;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t counts[257] = {0};
        for (size_t i = 0; i < count; i++) counts[(from[i].key >> shift & 0xFF) + 1]++;
        if (count == 0 || counts[(from[0].key >> shift & 0xFF) + 1] == count) continue;
        for (int b = 0; b < 256; b++) counts[b + 1] += counts[b];
        for (size_t i = 0; i < count; i++) to[counts[from[i].key >> shift & 0xFF]++] = from[i];
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
    free(other);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(((const struct keyed *)a)->text, ((const struct keyed *)b)->text);
}

static bool same(const struct keyed *a, const struct keyed *b)
{
    return a->key == b->key && text_equal(a->text, b->text);
}

/* Texts of one hash next to their equals; runs are hardly ever longer than the equals themselves. */
static void sort_runs(struct keyed *items, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && items[end].key == items[first].key;) end++;
        if (end - first > 1) qsort(items + first, end - first, sizeof *items, compare_texts);
    }
}

static void sort(struct keyed *items, size_t count, bool texts, bool ordered)
{
    if (texts && ordered) {
        qsort(items, count, sizeof *items, compare_texts);
        return;
    }
    radix_sort(items, count);
    if (texts) sort_runs(items, count);
}

/* ---- One column ---- */

static void run_constant(struct made *out, size_t rows)
{
    *out = (struct made){.type = LANE_BITS};
    made_allocate(out, rows);
    bits_fill(out->values, rows, rows > 1);
}

static void run_alone(enum op op, const struct made *in, struct made *out, size_t rows)
{
    struct keyed *items = mem_new(rows, sizeof *items);
    size_t count = collect(in, rows, items);
    sort(items, count, in->type == LANE_TEXT, op == OP_RANK);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && same(&items[end], &items[first]);) end++;
        for (size_t i = first; i < end; i++) {
            if (op == OP_RANK)
                ((int64_t *)out->values)[items[i].row] = (int64_t)(count - end + 1);
            else if (end - first > 1)
                bits_set(out->values, items[i].row);
        }
    }
    free(items);
}

/* ---- A value and keys: every column is first reduced to small numbers, equal for equal values ---- */

/* The number of each row's value, in the order of the values if that is asked for; 0 of a constant. What
 * stands for an unknown one is never read. */
static uint32_t *classes_of(const struct made *in, size_t rows, bool ordered)
{
    uint32_t *classes = mem_new(rows, sizeof *classes), class = 0;
    if (in == NULL) return classes;
    struct keyed *items = mem_new(rows, sizeof *items);
    size_t count = collect(in, rows, items);
    sort(items, count, in->type == LANE_TEXT, ordered);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && !same(&items[i], &items[i - 1])) class ++;
        classes[items[i].row] = class;
    }
    free(items);
    return classes;
}

/* The rows of which everything is known, sorted by two numbers each: by the first one first. */
static size_t pair_up(const uint32_t *high, const uint32_t *low, const struct made *out, size_t rows,
                      struct keyed *items)
{
    size_t count = 0;
    for (size_t row = 0; row < rows; row++) {
        if (out->known != NULL && !bits_get(out->known, row)) continue;
        items[count++] = (struct keyed){.key = (uint64_t)high[row] << 32 | low[row], .row = (uint32_t)row};
    }
    radix_sort(items, count);
    return count;
}

/* Numbers that are equal where those of both are. */
static void refine(uint32_t *classes, const struct made *by, const struct made *out, size_t rows,
                   struct keyed *items)
{
    uint32_t *others = classes_of(by, rows, false), class = 0;
    size_t count = pair_up(classes, others, out, rows, items);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && items[i].key != items[i - 1].key) class ++;
        classes[items[i].row] = class;
    }
    free(others);
}

/* Runs of one group; within it the values rise. */
static void run_rank(const struct keyed *items, size_t count, int64_t *ranks)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && items[end].key >> 32 == items[first].key >> 32;) end++;
        for (size_t at = first, next; at < end; at = next) {
            for (next = at + 1; next < end && items[next].key == items[at].key;) next++;
            for (size_t i = at; i < next; i++) ranks[items[i].row] = (int64_t)(end - next + 1);
        }
    }
}

/* Runs of records that share value and keys: what is different across them differs between the ends. */
static void run_duplicated(const struct keyed *items, size_t count, bool across, uint64_t *duplicated)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && items[end].key >> 32 == items[first].key >> 32;) end++;
        bool found = across ? items[end - 1].key != items[first].key : end - first > 1;
        for (size_t i = first; i < end && found; i++) bits_set(duplicated, items[i].row);
    }
}

static void run_keyed(enum op op, const struct made *const in[GRAPH_OPERANDS], bool across, struct made *out,
                      size_t rows)
{
    struct keyed *items = mem_new(rows, sizeof *items);
    uint32_t *groups = classes_of(in[1], rows, false),
             *values = classes_of(op == OP_RANK ? in[0] : in[WHOLE_ACROSS], rows, op == OP_RANK);
    if (in[2] != NULL) refine(groups, in[2], out, rows, items);
    if (op == OP_DUPLICATED && in[0] != NULL) refine(groups, in[0], out, rows, items);
    size_t count = pair_up(groups, values, out, rows, items);
    if (op == OP_RANK)
        run_rank(items, count, out->values);
    else
        run_duplicated(items, count, across, out->values);
    free(values);
    free(groups);
    free(items);
}

void whole_run(const struct graph_node *node, const struct made *const in[GRAPH_OPERANDS], struct made *out,
               size_t rows)
{
    bool keyed = node->in[1] != GRAPH_NONE || node->in[WHOLE_ACROSS] != GRAPH_NONE, nullable = false;
    if (!keyed && in[0] == NULL) {
        run_constant(out, rows);
        return;
    }
    for (int k = 0; k < GRAPH_OPERANDS; k++) nullable |= in[k] != NULL && in[k]->nullable;
    *out = (struct made){
        .type = node->op == OP_RANK ? LANE_I64 : LANE_BITS, .nullable = nullable, .most = (int64_t)rows};
    made_allocate(out, rows);
    if (out->known != NULL) bits_fill(out->known, rows, true);
    for (int k = 0; k < GRAPH_OPERANDS; k++)
        for (size_t w = 0; in[k] != NULL && in[k]->known != NULL && w < bits_words(rows); w++)
            out->known[w] &= in[k]->known[w];
    if (keyed)
        run_keyed(node->op, in, node->in[WHOLE_ACROSS] != GRAPH_NONE, out, rows);
    else
        run_alone(node->op, in[0], out, rows);
}
