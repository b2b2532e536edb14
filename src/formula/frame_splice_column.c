/* Columns of a new frame: stretches copied from the old ones, and what the edits say on top. A column is
 * shared when nothing in it changed, and takes another width when its values ask for it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"
#include "formula/frame_block.h"
#include "formula/frame_chunk.h"
#include "formula/frame_splice.h"

struct column_splice {
    const struct splice *splice, *target; /* target: of what a RECORD column refers to */
    const struct column *old;
    struct column *out;
    enum type_kind kind;
    int field;
    size_t value; /* of an edit, which belongs here */
    size_t rows;  /* of the new frame */
};

static const struct value *value_of(const struct column_splice *column, const struct splice_edit *edit)
{
    return &edit->values[column->value];
}

/* ---- Whether anything changed ---- */

static bool cell_differs(const struct column_splice *column, const struct splice_edit *edit)
{
    const struct splice *splice = column->splice;
    struct value was = frame_get(splice->old, splice->reg, column->field, edit->old_row);
    const struct value *is = value_of(column, edit);
    int64_t raw_was, raw_is;
    bool known = chunk_raw(column->kind, is, &raw_is);
    if (chunk_raw(column->kind, &was, &raw_was) != known) return true;
    if (column->kind == TYPE_TEXT) return known && !text_equal(was.text, is->text);
    return raw_was != raw_is;
}

static bool column_differs(const struct column_splice *column)
{
    const struct splice *splice = column->splice;
    if (splice->places != NULL || (column->target != NULL && column->target->places != NULL)) return true;
    for (size_t i = 0; i < splice->edit_count; i++) {
        const struct splice_edit *edit = &splice->edits[i];
        if (edit->new_row != FRAME_NO_ROW && cell_differs(column, edit)) return true;
    }
    return false;
}

static void share(const struct column *old, struct column *out)
{
    *out = *old;
    block_share(old->values);
    block_share(old->nulls);
    block_share(old->offsets);
    block_share(old->heap);
}

/* ---- Copying stretches ---- */

#define EACH_COPY(column, piece)                                                                             \
    for (const struct splice_piece *piece = (column)->splice->pieces;                                        \
         piece < (column)->splice->pieces + (column)->splice->piece_count; piece++)                          \
        if (piece->old != FRAME_NO_ROW)

#define EACH_EDIT(column, edit)                                                                              \
    for (const struct splice_edit *edit = (column)->splice->edits;                                           \
         edit < (column)->splice->edits + (column)->splice->edit_count && edit->new_row != FRAME_NO_ROW;     \
         edit++)

static void copy_bits(uint64_t *to, size_t to_bit, const uint64_t *from, size_t from_bit, size_t count)
{
    for (size_t done = 0; done < count;) {
        size_t bit = (to_bit + done) % 64, room = 64 - bit;
        if (room > count - done) room = count - done;
        uint64_t mask = bits_low(room) << bit, *word = &to[(to_bit + done) / 64];
        *word = (*word & ~mask) | ((bits_at(from, from_bit + done) << bit) & mask);
        done += room;
    }
}

static uint64_t *splice_bits(const struct column_splice *column, const uint64_t *old)
{
    uint64_t *bits = block_new(bits_words(column->rows) + 1, sizeof *bits);
    EACH_COPY(column, piece)
    if (old != NULL) copy_bits(bits, piece->row, old, piece->old, piece->count);
    return bits;
}

static void put_bit(uint64_t *bits, size_t row, bool value)
{
    if (value)
        bits_set(bits, row);
    else
        bits_clear(bits, row);
}

/* A column without unknowns has no bitmap of them. */
static void drop_empty_nulls(const struct column_splice *column)
{
    if (column->out->nulls == NULL || bits_any(column->out->nulls, 0, column->rows)) return;
    block_free(column->out->nulls);
    column->out->nulls = NULL;
}

static void splice_nulls(const struct column_splice *column)
{
    bool any = column->old->nulls != NULL;
    int64_t raw;
    EACH_EDIT(column, edit) any = any || !chunk_raw(column->kind, value_of(column, edit), &raw);
    if (!any) return;
    column->out->nulls = splice_bits(column, column->old->nulls);
    EACH_EDIT(column, edit)
    put_bit(column->out->nulls, edit->new_row, !chunk_raw(column->kind, value_of(column, edit), &raw));
    drop_empty_nulls(column);
}

/* ---- Whole numbers ---- */

static bool is_null(const struct column_splice *column, size_t row)
{
    return column->out->nulls != NULL && bits_get(column->out->nulls, row);
}

static bool fits(const struct column *column, int64_t value)
{
    static const struct {
        int64_t least, most;
    } ranges[] = {[COLUMN_I8] = {INT8_MIN, INT8_MAX},    [COLUMN_U8] = {0, UINT8_MAX},
                  [COLUMN_I16] = {INT16_MIN, INT16_MAX}, [COLUMN_U16] = {0, UINT16_MAX},
                  [COLUMN_I32] = {INT32_MIN, INT32_MAX}, [COLUMN_I64] = {INT64_MIN, INT64_MAX}};
    int64_t item;
    if (__builtin_sub_overflow(value, column->base, &item)) return false;
    return item >= ranges[column->width].least && item <= ranges[column->width].most;
}

/* In the old width where all new values fit, else in the widest. */
static void splice_numbers(const struct column_splice *column)
{
    const struct column *old = column->old;
    struct column *out = column->out;
    bool fit = true;
    int64_t raw;
    EACH_EDIT(column, edit)
    if (chunk_raw(column->kind, value_of(column, edit), &raw)) fit = fit && fits(old, raw);
    out->width = fit ? old->width : COLUMN_I64;
    out->base = fit ? old->base : 0;
    out->values = chunk_values_new(out->width, column->rows);
    size_t size = chunk_item_size(out->width);
    EACH_COPY(column, piece)
    {
        if (fit)
            memcpy((char *)out->values + piece->row * size, (const char *)old->values + piece->old * size,
                   piece->count * size);
        else
            chunk_widen(old->width, old->values, old->base, piece->old, piece->count,
                        (int64_t *)out->values + piece->row);
    }
    EACH_EDIT(column, edit)
    {
        if (!chunk_raw(column->kind, value_of(column, edit), &raw)) raw = out->base;
        chunk_put(out->width, out->values, &raw, 1, out->base, edit->new_row, NULL);
    }
}

/* Whether a value at the end of the old range may be gone. */
static bool range_may_shrink(const struct column_splice *column)
{
    const struct splice *splice = column->splice;
    /* 0 to 0 is also the range of a column without known values. */
    if (splice->lost || (column->old->least == 0 && column->old->most == 0)) return true;
    for (size_t i = 0; i < splice->edit_count; i++) {
        const struct splice_edit *edit = &splice->edits[i];
        if (edit->old_row == FRAME_NO_ROW) continue;
        struct value was = frame_get(splice->old, splice->reg, column->field, edit->old_row);
        if (was.known && (was.integer == column->old->least || was.integer == column->old->most)) return true;
    }
    return false;
}

static void widen_range(int64_t value, bool *any, int64_t *least, int64_t *most)
{
    if (!*any || value < *least) *least = value;
    if (!*any || value > *most) *most = value;
    *any = true;
}

static void measure_range(const struct column_splice *column, int64_t *least, int64_t *most)
{
    int64_t raw[FRAME_CHUNK_ROWS];
    bool any = !range_may_shrink(column);
    *least = any ? column->old->least : 0;
    *most = any ? column->old->most : 0;
    if (any) {
        EACH_EDIT(column, edit)
        if (chunk_raw(column->kind, value_of(column, edit), raw)) widen_range(raw[0], &any, least, most);
        return;
    }
    for (size_t first = 0; first < column->rows; first += FRAME_CHUNK_ROWS) {
        size_t count = column->rows - first < FRAME_CHUNK_ROWS ? column->rows - first : FRAME_CHUNK_ROWS;
        chunk_widen(column->out->width, column->out->values, column->out->base, first, count, raw);
        for (size_t i = 0; i < count; i++)
            if (!is_null(column, first + i)) widen_range(raw[i], &any, least, most);
    }
}

static void change_width(const struct column_splice *column, struct column *wanted)
{
    int64_t raw[FRAME_CHUNK_ROWS];
    struct column *out = column->out;
    wanted->values = chunk_values_new(wanted->width, column->rows);
    wanted->nulls = out->nulls;
    for (size_t first = 0; first < column->rows; first += FRAME_CHUNK_ROWS) {
        size_t count = column->rows - first < FRAME_CHUNK_ROWS ? column->rows - first : FRAME_CHUNK_ROWS;
        chunk_widen(out->width, out->values, out->base, first, count, raw);
        for (size_t i = 0; i < count; i++)
            if (is_null(column, first + i)) raw[i] = wanted->base;
        chunk_put(wanted->width, wanted->values, raw, count, wanted->base, first, NULL);
    }
    block_free(out->values);
    *out = *wanted;
}

static void splice_integers(const struct column_splice *column)
{
    struct column wanted = {0};
    int64_t least, most;
    splice_numbers(column);
    measure_range(column, &least, &most);
    chunk_choose(column->kind, least, most, &wanted);
    /* Widening left the old base where there are unknowns. */
    bool widened = column->out->width != column->old->width && column->old->base != 0;
    if (wanted.width != column->out->width || wanted.base != column->out->base || widened) {
        change_width(column, &wanted);
    } else {
        column->out->least = least;
        column->out->most = most;
    }
}

/* ---- Truths and ratios ---- */

static void splice_truths(const struct column_splice *column)
{
    struct column *out = column->out;
    uint64_t *bits = splice_bits(column, column->old->values);
    int64_t raw;
    EACH_EDIT(column, edit)
    {
        chunk_raw(column->kind, value_of(column, edit), &raw);
        put_bit(bits, edit->new_row, raw != 0);
    }
    size_t nulls = out->nulls == NULL ? 0 : bits_count(out->nulls, 0, column->rows);
    size_t truths = bits_count(bits, 0, column->rows); /* a bit under a null is 0 */
    out->width = COLUMN_BIT;
    out->values = bits;
    out->most = truths > 0;
    out->least = truths > 0 && truths + nulls == column->rows;
}

static void splice_ratios(const struct column_splice *column)
{
    const double *old = column->old->values;
    double *values = chunk_values_new(COLUMN_F64, column->rows);
    int64_t raw;
    EACH_COPY(column, piece) memcpy(values + piece->row, old + piece->old, piece->count * sizeof *values);
    EACH_EDIT(column, edit)
    {
        chunk_raw(column->kind, value_of(column, edit), &raw);
        memcpy(values + edit->new_row, &raw, sizeof raw);
    }
    column->out->width = COLUMN_F64;
    column->out->values = values;
}

/* ---- Texts ---- */

/* Sizes, then offsets, then bytes. */
static void splice_offsets(const struct column_splice *column, uint64_t *offsets)
{
    const uint64_t *old = column->old->offsets;
    int64_t size;
    EACH_COPY(column, piece)
    for (uint32_t i = 0; i < piece->count; i++)
        offsets[piece->row + i + 1] = old[piece->old + i + 1] - old[piece->old + i];
    EACH_EDIT(column, edit)
    {
        chunk_raw(column->kind, value_of(column, edit), &size);
        offsets[edit->new_row + 1] = (uint64_t)size;
    }
    for (size_t row = 0; row < column->rows; row++) offsets[row + 1] += offsets[row];
}

static void copy_texts(const struct column_splice *column, uint32_t old_row, uint32_t row, uint32_t count)
{
    const uint64_t *old = column->old->offsets;
    memcpy(column->out->heap + column->out->offsets[row], column->old->heap + old[old_row],
           (size_t)(old[old_row + count] - old[old_row]));
}

static void splice_texts(const struct column_splice *column)
{
    struct column *out = column->out;
    const struct splice_edit *edit = column->splice->edits;
    const struct splice_edit *end = edit + column->splice->edit_count;
    out->width = COLUMN_TEXT;
    out->offsets = block_new(column->rows + 1, sizeof *out->offsets);
    splice_offsets(column, out->offsets);
    out->heap = block_new((size_t)out->offsets[column->rows] + 1, 1);
    EACH_COPY(column, piece)
    {
        uint32_t at = 0;
        while (edit < end && edit->new_row < piece->row) edit++;
        for (; edit < end && edit->new_row - piece->row < piece->count; edit++) {
            uint32_t edited = edit->new_row - piece->row;
            copy_texts(column, piece->old + at, piece->row + at, edited - at);
            at = edited + 1;
        }
        copy_texts(column, piece->old + at, piece->row + at, piece->count - at);
    }
    EACH_EDIT(column, written)
    {
        const struct value *value = value_of(column, written);
        if (value->known && value->text.size > 0)
            memcpy(out->heap + out->offsets[written->new_row], value->text.at, value->text.size);
    }
}

/* ---- References ---- */

static void splice_references(const struct column_splice *column)
{
    const uint32_t *old = column->old->values;
    uint32_t *values = chunk_values_new(COLUMN_I32, column->rows);
    struct column *out = column->out;
    EACH_COPY(column, piece)
    for (uint32_t i = 0; i < piece->count; i++)
        values[piece->row + i] = splice_place(column->target, old[piece->old + i]);
    EACH_EDIT(column, edit)
    {
        const struct value *value = value_of(column, edit);
        values[edit->new_row] = value->known
                                    ? frame_row(column->splice->frame, column->target->reg, value->integer)
                                    : FRAME_NO_ROW;
    }
    out->width = COLUMN_I32;
    out->values = values;
    for (size_t row = 0; row < column->rows; row++) {
        if (values[row] != FRAME_NO_ROW) continue;
        if (out->nulls == NULL) out->nulls = block_new(bits_words(column->rows) + 1, sizeof *out->nulls);
        bits_set(out->nulls, row);
    }
}

/* ---- All of them ---- */

static void splice_column(const struct column_splice *column)
{
    if (!column_differs(column)) {
        share(column->old, column->out);
        return;
    }
    if (column->kind != TYPE_RECORD) splice_nulls(column);
    switch (column->kind) {
    case TYPE_BOOL:
        splice_truths(column);
        return;
    case TYPE_RATIO:
        splice_ratios(column);
        return;
    case TYPE_TEXT:
        splice_texts(column);
        return;
    case TYPE_RECORD:
        splice_references(column);
        return;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_NULL:
        splice_integers(column);
        return;
    }
}

void splice_columns(const struct splice *splice, const struct splice *splices)
{
    const struct schema_register *schema = &splice->old->schema->registers[splice->reg];
    struct frame_register *out = &splice->frame->registers[splice->reg];
    size_t value = 0;
    for (size_t f = 0; f < schema->field_count; f++) {
        const struct column *old = &splice->old->registers[splice->reg].columns[f];
        const struct type type = schema->fields[f].type;
        struct column_splice column = {.splice = splice,
                                       .target = type.kind == TYPE_RECORD ? &splices[type.record] : NULL,
                                       .old = old,
                                       .out = &out->columns[f],
                                       .kind = type.kind,
                                       .field = (int)f,
                                       .value = value,
                                       .rows = out->rows};
        if (old->width == COLUMN_PARENT)
            out->columns[f].width = COLUMN_PARENT;
        else if (old->width != COLUMN_ABSENT)
            splice_column(&column);
        value += old->width != COLUMN_ABSENT;
    }
}
