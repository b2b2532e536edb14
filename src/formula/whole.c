/* What is asked of a whole register at once: a value's rank, and whether another record has the same. Both sort the
 * known values once; numbers by radix, texts by their hashes, or by comparison where their order matters. */
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
        if (in->type == LANE_I32) item.key = key_of_integer(((const int32_t *)in->values)[row]);
        else if (in->type == LANE_I64) item.key = key_of_integer(((const int64_t *)in->values)[row]);
        else if (in->type == LANE_F64) item.key = key_of_ratio(((const double *)in->values)[row]);
        else item.text = ((const struct text *)in->values)[row];
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

void whole_run(enum op op, const struct made *in, struct made *out, size_t rows)
{
    if (in == NULL) {
        *out = (struct made){.type = LANE_BITS};
        made_allocate(out, rows);
        bits_fill(out->values, rows, rows > 1);
        return;
    }
    struct keyed *items = mem_new(rows, sizeof *items);
    size_t count = collect(in, rows, items);
    bool texts = in->type == LANE_TEXT;
    *out = (struct made){.type = op == OP_RANK ? LANE_I64 : LANE_BITS, .nullable = in->nullable, .most = (int64_t)rows};
    made_allocate(out, rows);
    if (out->known != NULL && rows > 0) memcpy(out->known, in->known, bits_words(rows) * sizeof *out->known);
    if (texts && op == OP_RANK) {
        qsort(items, count, sizeof *items, compare_texts);
    } else {
        radix_sort(items, count);
        if (texts) sort_runs(items, count);
    }
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && same(&items[end], &items[first]);) end++;
        for (size_t i = first; i < end; i++) {
            if (op == OP_RANK) ((int64_t *)out->values)[items[i].row] = (int64_t)(count - end + 1);
            else if (end - first > 1) bits_set(out->values, items[i].row);
        }
    }
    free(items);
}
