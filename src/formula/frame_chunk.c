/* Columns under construction. A frame of a province has hundreds of millions of cells; keeping each as a
 * value struct (or even as int64) until the end would need several times the frame's own memory. */
#include "formula/frame_chunk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"
#include "formula/frame_block.h"

enum { CHUNK_ROWS = FRAME_CHUNK_ROWS, SPARE = 64 };

struct chunk {
    enum column_width width; /* never TEXT: texts keep their sizes here and their bytes in heap */
    int64_t base;            /* added to the values; where nulls are there is any value */
    void *values;
    uint64_t *nulls;
    char *heap;
};

static enum column_width width_of(int64_t least, int64_t most)
{
    if (least >= 0 && most <= UINT8_MAX) return COLUMN_U8;
    if (least >= INT8_MIN && most <= INT8_MAX) return COLUMN_I8;
    if (least >= 0 && most <= UINT16_MAX) return COLUMN_U16;
    if (least >= INT16_MIN && most <= INT16_MAX) return COLUMN_I16;
    if (least >= INT32_MIN && most <= INT32_MAX) return COLUMN_I32;
    return COLUMN_I64;
}

void *chunk_values_new(enum column_width width, size_t rows)
{
    switch (width) {
    case COLUMN_BIT:
        return block_new(bits_words(rows) + 1, 8);
    case COLUMN_I8:
    case COLUMN_U8:
        return block_new(rows + SPARE, 1);
    case COLUMN_I16:
    case COLUMN_U16:
        return block_new(rows + SPARE, 2);
    case COLUMN_I32:
        return block_new(rows + SPARE, 4);
    case COLUMN_I64:
    case COLUMN_F64:
        return block_new(rows + SPARE, 8);
    case COLUMN_ABSENT:
    case COLUMN_TEXT:
    case COLUMN_PARENT:
        break;
    }
    return NULL;
}

size_t chunk_item_size(enum column_width width)
{
    static const uint8_t sizes[] = {
        [COLUMN_ABSENT] = 0, [COLUMN_BIT] = 0,  [COLUMN_I8] = 1,    [COLUMN_U8] = 1,
        [COLUMN_I16] = 2,    [COLUMN_U16] = 2,  [COLUMN_I32] = 4,   [COLUMN_I64] = 8,
        [COLUMN_F64] = 8,    [COLUMN_TEXT] = 0, [COLUMN_PARENT] = 0};
    return sizes[width];
}

void chunk_put(enum column_width width, void *values, const int64_t *raw, size_t rows, int64_t base,
               size_t first, const uint32_t *targets)
{
#define PUT(type)                                                                                            \
    {                                                                                                        \
        type *to = values;                                                                                   \
        for (size_t i = 0; targets == NULL && i < rows; i++)                                                 \
            to[first + i] = (type)((uint64_t)raw[i] - (uint64_t)base);                                       \
        for (size_t i = 0; targets != NULL && i < rows; i++)                                                 \
            if (targets[i] != FRAME_NO_ROW) to[targets[i]] = (type)((uint64_t)raw[i] - (uint64_t)base);      \
        break;                                                                                               \
    }
    switch (width) {
    case COLUMN_BIT:
        for (size_t i = 0; i < rows; i++) {
            size_t row = targets == NULL ? first + i : targets[i];
            if (raw[i] != 0 && row != FRAME_NO_ROW) bits_set(values, row);
        }
        break;
    case COLUMN_I8:
    case COLUMN_U8:
        PUT(uint8_t)
    case COLUMN_I16:
    case COLUMN_U16:
        PUT(uint16_t)
    case COLUMN_I32:
        PUT(uint32_t)
    case COLUMN_I64:
    case COLUMN_F64:
        PUT(uint64_t)
    case COLUMN_ABSENT:
    case COLUMN_TEXT:
    case COLUMN_PARENT:
        break;
    }
#undef PUT
}

void chunk_widen(enum column_width width, const void *values, int64_t base, size_t first, size_t rows,
                 int64_t *out)
{
#define WIDEN(type)                                                                                          \
    for (size_t i = 0; i < rows; i++)                                                                        \
    out[i] = (int64_t)((uint64_t)base + (uint64_t)(int64_t)((const type *)values)[first + i])
    switch (width) {
    case COLUMN_I8:
        WIDEN(int8_t);
        break;
    case COLUMN_U8:
        WIDEN(uint8_t);
        break;
    case COLUMN_I16:
        WIDEN(int16_t);
        break;
    case COLUMN_U16:
        WIDEN(uint16_t);
        break;
    case COLUMN_I32:
        WIDEN(int32_t);
        break;
    case COLUMN_I64:
    case COLUMN_F64:
        WIDEN(int64_t);
        break;
    case COLUMN_ABSENT:
    case COLUMN_BIT:
    case COLUMN_TEXT:
    case COLUMN_PARENT:
        break;
    }
#undef WIDEN
}

static void unpack(const struct chunk *chunk, size_t rows, int64_t *out)
{
    chunk_widen(chunk->width, chunk->values, chunk->base, 0, rows, out);
}

/* The narrowest width for the known values of a stretch, counted from the least of them where that is
 * narrower. */
static void choose_width(const struct chunk_column *column, size_t rows, struct chunk *chunk)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < rows; i++) {
        if (bits_get(column->raw_nulls, i)) continue;
        if (column->raw[i] < least) least = column->raw[i];
        if (column->raw[i] > most) most = column->raw[i];
    }
    if (least > most) least = most = 0;
    uint64_t span = (uint64_t)most - (uint64_t)least;
    chunk->base = least;
    if (column->kind == TYPE_TEXT || column->kind == TYPE_RATIO || span > UINT16_MAX) {
        chunk->base = 0;
        chunk->width = width_of(least < 0 ? least : 0, most > 0 ? most : 0);
    } else {
        chunk->width = span <= UINT8_MAX ? COLUMN_U8 : COLUMN_U16;
    }
}

/* Packs the stretch being filled. Doubles are bit patterns here, and so mostly 64 bits wide. */
static void pack(struct chunk_column *column)
{
    size_t rows = column->raw_count;
    if (rows == 0) return;
    struct chunk chunk = {0};
    bool nulls = false;
    choose_width(column, rows, &chunk);
    for (size_t w = 0; w < bits_words(rows); w++) nulls |= column->raw_nulls[w] != 0;
    chunk.values = mem_new(rows, chunk_item_size(chunk.width));
    chunk_put(chunk.width, chunk.values, column->raw, rows, chunk.base, 0, NULL);
    if (nulls) {
        chunk.nulls = mem_new(bits_words(rows) + 1, sizeof *chunk.nulls);
        memcpy(chunk.nulls, column->raw_nulls, bits_words(rows) * sizeof *chunk.nulls);
        memset(column->raw_nulls, 0, CHUNK_ROWS / 8);
    }
    if (column->kind == TYPE_TEXT) {
        chunk.heap = mem_copy_text(column->heap.data == NULL ? "" : column->heap.data, column->heap.size);
        buffer_clear(&column->heap);
    }
    column->chunks = mem_grow(column->chunks, &column->chunk_capacity, column->chunk_count + 1, sizeof chunk);
    column->chunks[column->chunk_count++] = chunk;
    column->raw_count = 0;
}

static void chunk_fini(struct chunk *chunk)
{
    free(chunk->values);
    free(chunk->nulls);
    free(chunk->heap);
    *chunk = (struct chunk){0};
}

void chunk_column_fini(struct chunk_column *column)
{
    for (size_t i = 0; i < column->chunk_count; i++) chunk_fini(&column->chunks[i]);
    free(column->chunks);
    free(column->raw);
    free(column->raw_nulls);
    buffer_fini(&column->heap);
    *column = (struct chunk_column){.kind = column->kind};
}

static inline bool raw_of(enum type_kind kind, const struct value *value, int64_t *raw)
{
    *raw = 0;
    if (!value->known || (kind == TYPE_RATIO && !isfinite(value->ratio))) return false;
    if (kind == TYPE_RATIO) {
        double ratio = value->ratio + 0.0; /* there is no negative zero among ratios */
        memcpy(raw, &ratio, sizeof *raw);
    } else {
        *raw = kind == TYPE_TEXT ? (int64_t)value->text.size : value->integer;
    }
    return true;
}

bool chunk_raw(enum type_kind kind, const struct value *value, int64_t *raw)
{
    return raw_of(kind, value, raw);
}

void chunk_column_add(struct chunk_column *column, const struct value *value)
{
    if (column->raw == NULL) {
        column->raw = mem_new(CHUNK_ROWS, sizeof *column->raw);
        column->raw_nulls = mem_new(CHUNK_ROWS / 64, sizeof *column->raw_nulls);
    }
    int64_t raw;
    if (!raw_of(column->kind, value, &raw)) {
        bits_set(column->raw_nulls, column->raw_count);
        column->any_null = true;
    } else if (column->kind == TYPE_TEXT) {
        buffer_add(&column->heap, value->text.at, value->text.size);
        column->text_bytes += value->text.size;
    } else if (column->kind != TYPE_RATIO) {
        if (!column->any_known || raw < column->least) column->least = raw;
        if (!column->any_known || raw > column->most) column->most = raw;
        column->any_known = true;
    }
    column->raw[column->raw_count++] = raw;
    column->rows++;
    if (column->raw_count == CHUNK_ROWS) pack(column);
}

size_t chunk_column_read(struct chunk_column *column, size_t number, int64_t null,
                         int64_t values[FRAME_CHUNK_ROWS])
{
    pack(column);
    if (number >= column->chunk_count) return 0;
    const struct chunk *chunk = &column->chunks[number];
    size_t first = number * CHUNK_ROWS;
    size_t rows = column->rows - first < CHUNK_ROWS ? column->rows - first : CHUNK_ROWS;
    unpack(chunk, rows, values);
    for (size_t i = 0; chunk->nulls != NULL && i < rows; i++)
        if (bits_get(chunk->nulls, i)) values[i] = null;
    return rows;
}

/* Calls for each arrived row that stays: where it goes, and its packed integer. */
#define EACH_ROW(column, chunk, i, target, targets)                                                          \
    for (size_t c = 0, first = 0; c < (column)->chunk_count; c++, first += CHUNK_ROWS)                       \
        for (struct chunk *chunk = &(column)->chunks[c]; chunk != NULL; chunk = NULL)                        \
            for (size_t i = 0, target; i < CHUNK_ROWS && first + i < (column)->rows; i++)                    \
                if ((target = (targets) == NULL ? first + i : (targets)[first + i]) != FRAME_NO_ROW)

/* Sizes, then offsets, then bytes: three walks, so that no text is copied twice. */
static void freeze_text(struct chunk_column *column, const uint32_t *targets, size_t rows, struct column *out)
{
    int64_t *sizes = mem_new(column->rows, sizeof *sizes);
    out->width = COLUMN_TEXT;
    out->offsets = block_new(rows + 1, sizeof *out->offsets);
    for (size_t c = 0; c < column->chunk_count; c++) {
        size_t first = c * CHUNK_ROWS;
        size_t count = column->rows - first < CHUNK_ROWS ? column->rows - first : CHUNK_ROWS;
        unpack(&column->chunks[c], count, sizes + first);
    }
    EACH_ROW(column, chunk, i, target, targets) out->offsets[target + 1] = (uint64_t)sizes[first + i];
    for (size_t row = 0; row < rows; row++) out->offsets[row + 1] += out->offsets[row];
    out->heap = block_new((size_t)out->offsets[rows] + 1, 1);
    for (size_t c = 0; c < column->chunk_count; c++) {
        const char *at = column->chunks[c].heap;
        for (size_t row = c * CHUNK_ROWS; row < (c + 1) * CHUNK_ROWS && row < column->rows; row++) {
            size_t target = targets == NULL ? row : targets[row];
            if (target != FRAME_NO_ROW) memcpy(out->heap + out->offsets[target], at, (size_t)sizes[row]);
            at += sizes[row];
        }
    }
    free(sizes);
}

/* Months are large numbers close together: counted from the least of them they need a byte. */
void chunk_choose(enum type_kind kind, int64_t least, int64_t most, struct column *out)
{
    out->least = least;
    out->most = most;
    out->base = 0;
    out->width = width_of(least, most);
    if (kind == TYPE_RATIO) out->width = COLUMN_F64;
    if (kind == TYPE_BOOL) out->width = COLUMN_BIT;
    if (kind == TYPE_RATIO || kind == TYPE_BOOL) return;
    uint64_t span = (uint64_t)most - (uint64_t)least;
    enum column_width narrow = span <= UINT8_MAX ? COLUMN_U8 : COLUMN_U16;
    if (span > UINT16_MAX || chunk_item_size(narrow) >= chunk_item_size(out->width) ||
        out->width == COLUMN_I64)
        return;
    out->base = least;
    out->width = narrow;
}

/* What was left out for want of a parent says nothing about the column: a frame depends on its rows alone. */
static void forget_left_out(struct chunk_column *column, const uint32_t *targets)
{
    int64_t raw[CHUNK_ROWS];
    size_t count;
    column->any_null = column->any_known = false;
    column->least = column->most = 0;
    for (size_t c = 0; (count = chunk_column_read(column, c, 0, raw)) > 0; c++)
        for (size_t i = 0; i < count; i++) {
            const struct chunk *chunk = &column->chunks[c];
            if (targets[c * CHUNK_ROWS + i] == FRAME_NO_ROW) continue;
            if (chunk->nulls != NULL && bits_get(chunk->nulls, i)) {
                column->any_null = true;
            } else if (column->kind != TYPE_TEXT && column->kind != TYPE_RATIO) {
                if (!column->any_known || raw[i] < column->least) column->least = raw[i];
                if (!column->any_known || raw[i] > column->most) column->most = raw[i];
                column->any_known = true;
            }
        }
}

void chunk_column_freeze(struct chunk_column *column, const uint32_t *targets, size_t rows,
                         struct column *out)
{
    pack(column);
    if (rows < column->rows) forget_left_out(column, targets);
    if (column->any_null) {
        out->nulls = block_new(bits_words(rows) + 1, sizeof *out->nulls);
        EACH_ROW(column, chunk, i, target, targets)
        if (chunk->nulls != NULL && bits_get(chunk->nulls, i)) bits_set(out->nulls, target);
    }
    if (column->kind == TYPE_TEXT) {
        freeze_text(column, targets, rows, out);
        chunk_column_fini(column);
        return;
    }
    chunk_choose(column->kind, column->least, column->most, out);
    out->values = chunk_values_new(out->width, rows);
    int64_t raw[CHUNK_ROWS];
    size_t count;
    for (size_t c = 0; (count = chunk_column_read(column, c, out->base, raw)) > 0; c++) {
        chunk_put(out->width, out->values, raw, count, out->base, c * CHUNK_ROWS,
                  targets == NULL ? NULL : targets + c * CHUNK_ROWS);
        chunk_fini(&column->chunks[c]);
    }
    chunk_column_fini(column);
}
