/* Reading a frozen frame cell by cell, for explanations and tests; the executor reads the columns themselves.
 */
#include "formula/frame.h"

#include <stdlib.h>

#include "formula/bits.h"
#include "formula/frame_index.h"

static int64_t integer_at(const struct column *column, size_t row)
{
    switch (column->width) {
    case COLUMN_BIT:
        return bits_get(column->values, row);
    case COLUMN_I8:
        return column->base + ((const int8_t *)column->values)[row];
    case COLUMN_U8:
        return column->base + ((const uint8_t *)column->values)[row];
    case COLUMN_I16:
        return column->base + ((const int16_t *)column->values)[row];
    case COLUMN_U16:
        return column->base + ((const uint16_t *)column->values)[row];
    case COLUMN_I32:
        return ((const int32_t *)column->values)[row];
    case COLUMN_I64:
        return ((const int64_t *)column->values)[row];
    case COLUMN_ABSENT:
    case COLUMN_F64:
    case COLUMN_TEXT:
    case COLUMN_PARENT:
        break;
    }
    return 0;
}

struct value frame_get(const struct frame *frame, int reg, int field, size_t row)
{
    const struct column *column = &frame->registers[reg].columns[field];
    struct value value = {0};
    if (column->width == COLUMN_ABSENT || (column->nulls != NULL && bits_get(column->nulls, row)))
        return value;
    value.known = true;
    const struct type *type = &frame->schema->registers[reg].fields[field].type;
    if (column->width == COLUMN_TEXT) {
        const uint64_t *offsets = column->offsets;
        value.text = (struct text){column->heap + offsets[row], (size_t)(offsets[row + 1] - offsets[row])};
    } else if (column->width == COLUMN_F64) {
        value.ratio = ((const double *)column->values)[row];
    } else if (type->kind == TYPE_RECORD) {
        value.integer = frame_id(frame, type->record, frame_reference(frame, reg, field, (uint32_t)row));
    } else {
        value.integer = integer_at(column, row);
    }
    return value;
}

size_t frame_index_slot(int64_t id, size_t mask)
{
    return (size_t)(((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & mask;
}

uint32_t frame_parent(const struct frame *frame, int reg, uint32_t row)
{
    int parent = frame->schema->registers[reg].parent;
    if (parent < 0) return FRAME_NO_ROW;
    const uint32_t *offsets = frame->registers[reg].child_offsets;
    /* The last slice that does not begin behind the row: those before it with the same beginning are empty.
     */
    size_t low = 0, high = frame->registers[parent].rows;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (offsets[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

uint32_t frame_reference(const struct frame *frame, int reg, int field, uint32_t row)
{
    const struct column *column = &frame->registers[reg].columns[field];
    if (column->width == COLUMN_PARENT) return frame_parent(frame, reg, row);
    return column->values == NULL ? FRAME_NO_ROW : ((const uint32_t *)column->values)[row];
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
    const struct frame_register *rows = &frame->registers[reg];
    if (rows->rows == 0) return FRAME_NO_ROW;
    if (rows->near_ids == NULL && rows->far_ids == NULL) {
        uint64_t row = (uint64_t)id - (uint64_t)rows->first_id;
        return row < rows->rows ? (uint32_t)row : FRAME_NO_ROW;
    }
    if (rows->ids_rise) return search_rising(frame, reg, id);
    for (size_t slot = frame_index_slot(id, rows->id_mask);; slot = (slot + 1) & rows->id_mask) {
        uint32_t row = rows->id_slots[slot];
        if (row == FRAME_NO_ROW || frame_id(frame, reg, row) == id) return row;
    }
}

static size_t item_size(enum column_width width)
{
    switch (width) {
    case COLUMN_I8:
    case COLUMN_U8:
        return 1;
    case COLUMN_I16:
    case COLUMN_U16:
        return 2;
    case COLUMN_I32:
        return 4;
    case COLUMN_I64:
    case COLUMN_F64:
        return 8;
    case COLUMN_ABSENT:
    case COLUMN_BIT:
    case COLUMN_TEXT:
    case COLUMN_PARENT:
        break;
    }
    return 0;
}

size_t frame_bytes(const struct frame *frame)
{
    size_t bytes = 0;
    for (size_t r = 0; r < frame->schema->register_count; r++) {
        const struct frame_register *reg = &frame->registers[r];
        if (reg->near_ids != NULL) bytes += reg->rows * sizeof *reg->near_ids;
        if (reg->far_ids != NULL) bytes += reg->rows * sizeof *reg->far_ids;
        if (reg->id_slots != NULL) bytes += (reg->id_mask + 1) * sizeof *reg->id_slots;
        int parent = frame->schema->registers[r].parent;
        if (parent >= 0) bytes += (frame->registers[parent].rows + 1) * sizeof *reg->child_offsets;
        for (size_t f = 0; f < frame->schema->registers[r].field_count; f++) {
            const struct column *column = &reg->columns[f];
            if (column->nulls != NULL) bytes += bits_words(reg->rows) * 8;
            if (column->width == COLUMN_BIT) bytes += bits_words(reg->rows) * 8;
            if (column->width == COLUMN_TEXT)
                bytes += (reg->rows + 1) * 8 + (size_t)column->offsets[reg->rows];
            bytes += reg->rows * item_size(column->width);
        }
    }
    return bytes;
}

void frame_free(struct frame *frame)
{
    if (frame == NULL) return;
    for (size_t r = 0; r < frame->schema->register_count; r++) {
        struct frame_register *reg = &frame->registers[r];
        for (size_t f = 0; f < frame->schema->registers[r].field_count; f++) {
            free(reg->columns[f].values);
            free(reg->columns[f].nulls);
            free(reg->columns[f].offsets);
            free(reg->columns[f].heap);
        }
        free(reg->columns);
        free(reg->near_ids);
        free(reg->far_ids);
        free(reg->child_offsets);
        free(reg->id_slots);
    }
    free(frame->registers);
    free(frame);
}
