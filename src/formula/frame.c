/* Reading a frozen frame cell by cell, for explanations and tests; the executor reads the columns themselves.
 */
#include "formula/frame.h"

#include <stdlib.h>

#include "formula/bits.h"
#include "formula/frame_block.h"
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
        if (atomic_load_explicit(&reg->id_slots, memory_order_acquire) != NULL)
            bytes += frame_index_slots(reg->rows) * sizeof(uint32_t);
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

struct frame *frame_share(struct frame *frame)
{
    atomic_fetch_add_explicit(&frame->owners, 1, memory_order_relaxed);
    return frame;
}

void frame_free(struct frame *frame)
{
    if (frame == NULL || atomic_fetch_sub_explicit(&frame->owners, 1, memory_order_acq_rel) > 1) return;
    for (size_t r = 0; r < frame->schema->register_count; r++) {
        struct frame_register *reg = &frame->registers[r];
        for (size_t f = 0; f < frame->schema->registers[r].field_count; f++) {
            block_free(reg->columns[f].values);
            block_free(reg->columns[f].nulls);
            block_free(reg->columns[f].offsets);
            block_free(reg->columns[f].heap);
        }
        free(reg->columns);
        block_free(reg->near_ids);
        block_free(reg->far_ids);
        block_free(reg->child_offsets);
        block_free(atomic_load(&reg->id_slots));
    }
    free(frame->registers);
    free(frame);
}
