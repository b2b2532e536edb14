/* Compares what the executor reads, not what frame_get makes of it: a wrong range or a bit under an unknown
 * shows itself only there. */
#include "frame_compare.h"

#include "../base/cmocka_all.h"
#include "formula/bits.h"

struct place {
    const char *reg, *field;
    int reg_size, field_size;
};

#define SAME(place, condition)                                                                               \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fail_msg("%.*s.%.*s: %s", (place)->reg_size, (place)->reg, (place)->field_size, (place)->field,  \
                     #condition);                                                                            \
    } while (0)

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

static bool bits_same(const uint64_t *a, const uint64_t *b, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        if (bits_get(a, row) != bits_get(b, row)) return false;
    return true;
}

static void compare_column(const struct place *at, const struct column *a, const struct column *b,
                           size_t rows)
{
    SAME(at, a->width == b->width);
    SAME(at, a->base == b->base);
    SAME(at, a->least == b->least);
    SAME(at, a->most == b->most);
    SAME(at, (a->nulls == NULL) == (b->nulls == NULL));
    SAME(at, a->nulls == NULL || bits_same(a->nulls, b->nulls, rows));
    if (a->width == COLUMN_BIT) SAME(at, bits_same(a->values, b->values, rows));
    size_t size = item_size(a->width);
    if (size > 0) SAME(at, memcmp(a->values, b->values, (rows + 64) * size) == 0);
    if (a->width != COLUMN_TEXT) return;
    SAME(at, memcmp(a->offsets, b->offsets, (rows + 1) * sizeof *a->offsets) == 0);
    SAME(at, memcmp(a->heap, b->heap, (size_t)a->offsets[rows]) == 0);
}

static void compare_register(const struct frame *frame, const struct frame *expected, int reg)
{
    const struct schema_register *schema = &frame->schema->registers[reg];
    const struct frame_register *a = &frame->registers[reg], *b = &expected->registers[reg];
    struct place at = {schema->label.name.at, "id", (int)schema->label.name.size, 2};
    SAME(&at, a->declared == b->declared);
    SAME(&at, a->rows == b->rows);
    for (size_t row = 0; row < a->rows; row++) {
        int64_t id = frame_id(frame, reg, row);
        SAME(&at, id == frame_id(expected, reg, row));
        SAME(&at, frame_row(frame, reg, id) == row);
    }
    SAME(&at, a->ids_rise == b->ids_rise);
    if (schema->parent >= 0)
        SAME(&at, memcmp(a->child_offsets, b->child_offsets,
                         (frame->registers[schema->parent].rows + 1) * sizeof *a->child_offsets) == 0);
    for (size_t f = 0; f < schema->field_count; f++) {
        at.field = schema->fields[f].label.name.at;
        at.field_size = (int)schema->fields[f].label.name.size;
        compare_column(&at, &a->columns[f], &b->columns[f], a->rows);
    }
}

void assert_frames_equal(const struct frame *frame, const struct frame *expected)
{
    assert_ptr_equal(frame->schema, expected->schema);
    for (size_t reg = 0; reg < frame->schema->register_count; reg++)
        compare_register(frame, expected, (int)reg);
}
