/* Columns under construction. A frame of a province has hundreds of millions of cells; keeping each as a
 * value struct (or even as int64) until the end would need several times the frame's own memory. */
#include "formula/frame_chunk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"

enum { CHUNK_ROWS = 4096, SPARE = 64 };

struct chunk {
    enum column_width width; /* never TEXT: texts keep their sizes here and their bytes in heap */
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

static void *values_new(enum column_width width, size_t rows)
{
    switch (width) {
    case COLUMN_BIT:
        return mem_new(bits_words(rows) + 1, 8);
    case COLUMN_I8:
    case COLUMN_U8:
        return mem_new(rows + SPARE, 1);
    case COLUMN_I16:
    case COLUMN_U16:
        return mem_new(rows + SPARE, 2);
    case COLUMN_I32:
        return mem_new(rows + SPARE, 4);
    case COLUMN_I64:
    case COLUMN_F64:
        return mem_new(rows + SPARE, 8);
    case COLUMN_ABSENT:
    case COLUMN_TEXT:
        break;
    }
    return NULL;
}

static void put(enum column_width width, void *values, size_t row, int64_t value)
{
    switch (width) {
    case COLUMN_BIT:
        if (value != 0) bits_set(values, row);
        break;
    case COLUMN_I8:
        ((int8_t *)values)[row] = (int8_t)value;
        break;
    case COLUMN_U8:
        ((uint8_t *)values)[row] = (uint8_t)value;
        break;
    case COLUMN_I16:
        ((int16_t *)values)[row] = (int16_t)value;
        break;
    case COLUMN_U16:
        ((uint16_t *)values)[row] = (uint16_t)value;
        break;
    case COLUMN_I32:
        ((int32_t *)values)[row] = (int32_t)value;
        break;
    case COLUMN_I64:
    case COLUMN_F64:
        memcpy((char *)values + row * 8, &value, 8);
        break;
    case COLUMN_ABSENT:
    case COLUMN_TEXT:
        break;
    }
}

static void unpack(const struct chunk *chunk, size_t rows, int64_t *out)
{
#define WIDEN(type)                                                                                          \
    for (size_t i = 0; i < rows; i++) out[i] = ((const type *)chunk->values)[i]
    switch (chunk->width) {
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
        WIDEN(int64_t);
        break;
    case COLUMN_ABSENT:
    case COLUMN_BIT:
    case COLUMN_F64:
    case COLUMN_TEXT:
        break;
    }
#undef WIDEN
}

/* Packs the stretch being filled. Doubles are bit patterns here, and so mostly 64 bits wide. */
static void pack(struct chunk_column *column)
{
    size_t rows = column->raw_count;
    if (rows == 0) return;
    struct chunk chunk = {0};
    int64_t least = 0, most = 0;
    bool nulls = false;
    for (size_t i = 0; i < rows; i++) {
        if (column->raw[i] < least) least = column->raw[i];
        if (column->raw[i] > most) most = column->raw[i];
    }
    for (size_t w = 0; w < bits_words(rows); w++) nulls |= column->raw_nulls[w] != 0;
    chunk.width = width_of(least, most);
    chunk.values = values_new(chunk.width, rows);
    for (size_t i = 0; i < rows; i++) put(chunk.width, chunk.values, i, column->raw[i]);
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

static bool storable(const struct chunk_column *column, const struct value *value)
{
    return value->known && (column->kind != TYPE_RATIO || isfinite(value->ratio));
}

void chunk_column_add(struct chunk_column *column, const struct value *value)
{
    if (column->raw == NULL) {
        column->raw = mem_new(CHUNK_ROWS, sizeof *column->raw);
        column->raw_nulls = mem_new(CHUNK_ROWS / 64, sizeof *column->raw_nulls);
    }
    int64_t raw = 0;
    if (!storable(column, value)) {
        bits_set(column->raw_nulls, column->raw_count);
        column->any_null = true;
    } else if (column->kind == TYPE_RATIO) {
        double ratio = value->ratio + 0.0; /* there is no negative zero among ratios */
        memcpy(&raw, &ratio, sizeof raw);
    } else if (column->kind == TYPE_TEXT) {
        raw = (int64_t)value->text.size;
        buffer_add(&column->heap, value->text.at, value->text.size);
        column->text_bytes += value->text.size;
    } else {
        raw = value->integer;
        if (!column->any_known || raw < column->least) column->least = raw;
        if (!column->any_known || raw > column->most) column->most = raw;
        column->any_known = true;
    }
    column->raw[column->raw_count++] = raw;
    column->rows++;
    if (column->raw_count == CHUNK_ROWS) pack(column);
}

void chunk_column_unpack(struct chunk_column *column, int64_t null, int64_t *values)
{
    pack(column);
    for (size_t c = 0; c < column->chunk_count; c++) {
        size_t first = c * CHUNK_ROWS;
        size_t rows = column->rows - first < CHUNK_ROWS ? column->rows - first : CHUNK_ROWS;
        const struct chunk *chunk = &column->chunks[c];
        unpack(chunk, rows, values + first);
        if (chunk->nulls == NULL) continue;
        for (size_t i = 0; i < rows; i++)
            if (bits_get(chunk->nulls, i)) values[first + i] = null;
    }
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
    out->offsets = mem_new(rows + 1, sizeof *out->offsets);
    for (size_t c = 0; c < column->chunk_count; c++) {
        size_t first = c * CHUNK_ROWS;
        size_t count = column->rows - first < CHUNK_ROWS ? column->rows - first : CHUNK_ROWS;
        unpack(&column->chunks[c], count, sizes + first);
    }
    EACH_ROW(column, chunk, i, target, targets) out->offsets[target + 1] = (uint64_t)sizes[first + i];
    for (size_t row = 0; row < rows; row++) out->offsets[row + 1] += out->offsets[row];
    out->heap = mem_new((size_t)out->offsets[rows] + 1, 1);
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

void chunk_column_freeze(struct chunk_column *column, const uint32_t *targets, size_t rows,
                         struct column *out)
{
    pack(column);
    if (column->any_null) {
        out->nulls = mem_new(bits_words(rows) + 1, sizeof *out->nulls);
        EACH_ROW(column, chunk, i, target, targets)
        if (chunk->nulls != NULL && bits_get(chunk->nulls, i)) bits_set(out->nulls, target);
    }
    if (column->kind == TYPE_TEXT) {
        freeze_text(column, targets, rows, out);
        chunk_column_fini(column);
        return;
    }
    out->width = column->kind == TYPE_RATIO  ? COLUMN_F64
                 : column->kind == TYPE_BOOL ? COLUMN_BIT
                                             : width_of(column->least, column->most);
    out->least = column->least;
    out->most = column->most;
    out->values = values_new(out->width, rows);
    int64_t raw[CHUNK_ROWS];
    for (size_t c = 0, first = 0; c < column->chunk_count; c++, first += CHUNK_ROWS) {
        size_t count = column->rows - first < CHUNK_ROWS ? column->rows - first : CHUNK_ROWS;
        unpack(&column->chunks[c], count, raw);
        for (size_t i = 0; i < count; i++) {
            size_t target = targets == NULL ? first + i : targets[first + i];
            if (target != FRAME_NO_ROW) put(out->width, out->values, target, raw[i]);
        }
        chunk_fini(&column->chunks[c]);
    }
    chunk_column_fini(column);
}
