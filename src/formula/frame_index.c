/* The index is made when somebody first asks: a refreshed ledger of a million rows is mostly never asked for
 * one of them by id, and its index would cost more than the refresh. */
#include "formula/frame_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"
#include "formula/frame_block.h"

/* An open hash is at most half full. */
size_t frame_index_slots(size_t rows)
{
    size_t slots = 16;
    while (slots < rows * 2) slots *= 2;
    return slots;
}

static size_t mask_for(size_t count)
{
    return frame_index_slots(count) - 1;
}

static uint64_t scramble(int64_t id)
{
    return ((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 20;
}

static uint32_t *slots_new(size_t mask)
{
    uint32_t *slots = block_new(mask + 1, sizeof *slots);
    memset(slots, 0xFF, (mask + 1) * sizeof *slots);
    return slots;
}

static bool fill(const struct frame *frame, int reg, uint32_t *slots, size_t mask, int64_t *twice)
{
    for (size_t row = 0; row < frame->registers[reg].rows; row++) {
        int64_t id = frame_id(frame, reg, row);
        size_t slot = (size_t)scramble(id) & mask;
        for (; slots[slot] != FRAME_NO_ROW; slot = (slot + 1) & mask) {
            if (frame_id(frame, reg, slots[slot]) != id) continue;
            *twice = id;
            return false;
        }
        slots[slot] = (uint32_t)row;
    }
    return true;
}

bool frame_index_make(const struct frame *frame, int reg, int64_t *twice)
{
    struct frame_register *rows = &frame->registers[reg];
    if (rows->ids_rise || atomic_load_explicit(&rows->id_slots, memory_order_acquire) != NULL) return true;
    size_t mask = mask_for(rows->rows);
    uint32_t *slots = slots_new(mask), *other = NULL;
    bool single = fill(frame, reg, slots, mask, twice);
    /* Whoever comes second takes the first one's. */
    if (!single || !atomic_compare_exchange_strong_explicit(&rows->id_slots, &other, slots,
                                                            memory_order_acq_rel, memory_order_acquire))
        block_free(slots);
    return single;
}

static uint32_t search_rising(const struct frame *frame, int reg, int64_t id)
{
    size_t rows = frame->registers[reg].rows, low = 0, high = rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (frame_id(frame, reg, middle) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows && frame_id(frame, reg, low) == id ? (uint32_t)low : FRAME_NO_ROW;
}

uint32_t frame_row(const struct frame *frame, int reg, int64_t id)
{
    struct frame_register *rows = &frame->registers[reg];
    int64_t twice;
    if (rows->rows == 0) return FRAME_NO_ROW;
    if (rows->near_ids == NULL && rows->far_ids == NULL) {
        uint64_t row = (uint64_t)id - (uint64_t)rows->first_id;
        return row < rows->rows ? (uint32_t)row : FRAME_NO_ROW;
    }
    if (rows->ids_rise) return search_rising(frame, reg, id);
    frame_index_make(frame, reg, &twice);
    const uint32_t *slots = atomic_load_explicit(&rows->id_slots, memory_order_acquire);
    size_t mask = mask_for(rows->rows);
    for (size_t slot = (size_t)scramble(id) & mask;; slot = (slot + 1) & mask)
        if (slots[slot] == FRAME_NO_ROW || frame_id(frame, reg, slots[slot]) == id) return slots[slot];
}

/* One walk over all rows with the ids in a hash; a small bitmap keeps most rows from being looked up at all.
 */
static void walk_rows(const struct frame *frame, int reg, const int64_t *ids, size_t count, uint32_t *rows)
{
    enum { SIEVE_BITS = 1 << 16 };
    size_t mask = mask_for(count);
    uint32_t *slots = slots_new(mask);
    uint64_t *sieve = mem_new(SIEVE_BITS / 64, sizeof *sieve);
    for (size_t i = 0; i < count; i++) {
        size_t slot = (size_t)scramble(ids[i]) & mask;
        while (slots[slot] != FRAME_NO_ROW && ids[slots[slot]] != ids[i]) slot = (slot + 1) & mask;
        slots[slot] = (uint32_t)i;
        bits_set(sieve, (uint64_t)ids[i] % SIEVE_BITS);
        rows[i] = FRAME_NO_ROW;
    }
    for (size_t row = 0; row < frame->registers[reg].rows; row++) {
        int64_t id = frame_id(frame, reg, row);
        if (!bits_get(sieve, (uint64_t)id % SIEVE_BITS)) continue;
        for (size_t slot = (size_t)scramble(id) & mask; slots[slot] != FRAME_NO_ROW; slot = (slot + 1) & mask)
            if (ids[slots[slot]] == id) {
                rows[slots[slot]] = (uint32_t)row;
                break;
            }
    }
    free(sieve);
    block_free(slots);
}

void frame_index_rows(const struct frame *frame, int reg, const int64_t *ids, size_t count, uint32_t *rows)
{
    struct frame_register *from = &frame->registers[reg];
    if (count > 0 && !from->ids_rise && atomic_load_explicit(&from->id_slots, memory_order_acquire) == NULL)
        walk_rows(frame, reg, ids, count, rows);
    else
        for (size_t i = 0; i < count; i++) rows[i] = frame_row(frame, reg, ids[i]);
}
