/* Frame: the columns that formulas need, in memory, narrow, sorted so that what hangs on a record is a
 * contiguous slice. Built by a loader (tests, bench, the registers), then frozen and shared read-only by
 * threads. A refreshed frame (frame_edit.h) shares with the one before it what did not change.
 *
 * Rows of a register with a parent are grouped by parent row: children of parent row p are rows
 * child_offsets[p] .. child_offsets[p + 1] - 1 of the child. */
#ifndef ZENGSHOU_FORMULA_FRAME_H
#define ZENGSHOU_FORMULA_FRAME_H

#include <stdatomic.h>

#include "base/err.h"
#include "formula/schema.h"

enum column_width {
    COLUMN_ABSENT, /* not loaded */
    COLUMN_BIT,    /* bit i of uint64_t words */
    COLUMN_I8,
    COLUMN_U8,
    COLUMN_I16,
    COLUMN_U16,
    COLUMN_I32,
    COLUMN_I64,
    COLUMN_F64,
    COLUMN_TEXT,  /* offsets[rows + 1] into heap */
    COLUMN_PARENT /* the parent's row, by frame_parent: the slices say it */
};

enum { FRAME_NO_ROW = 0xFFFFFFFFu };

struct column {
    enum column_width width;
    void *values; /* rows items of the width and 64 spare ones of 0; RECORD columns are I32-sized uint32 row
                     numbers, FRAME_NO_ROW for null */
    int64_t base; /* whole numbers of at most 16 bits: added to the item */
    uint64_t *nulls;     /* bit i set: row i is null; NULL when there are none. Items under a null are 0 */
    uint64_t *offsets;   /* TEXT */
    char *heap;          /* TEXT */
    int64_t least, most; /* range of the known integer values (0,0 when none), for choosing lanes */
};

struct frame_register {
    size_t rows;
    bool declared;           /* false: not loaded, and so without rows */
    struct column *columns;  /* field_count of the schema's register */
    uint32_t *child_offsets; /* parent's rows + 1 entries: where each parent's slice begins; NULL without a
                                parent */
    /* Private to frame_id and frame_row. */
    int64_t first_id;
    uint32_t
        *near_ids; /* since first_id; where there are neither these nor the next, row i has first_id + i */
    int64_t *far_ids;
    bool ids_rise;                /* from row to row */
    _Atomic(uint32_t *) id_slots; /* open hash of row numbers by id; NULL where they rise, and until somebody
                                     asks */
};

struct frame {
    const struct schema *schema;
    struct frame_register *registers; /* register_count of the schema */
    atomic_size_t owners;
};

/* ---- Building. Registers may be filled in any order, also in turns. ---- */
struct frame_builder;

struct frame_builder *frame_builder_new(const struct schema *schema);
void frame_builder_free(struct frame_builder *builder);

/* Declares which fields of a register will be given (bools, field_count of them). Before the first row. A
 * register with a parent must be given its parent field. A register never declared has no columns and no
 * rows. */
void frame_builder_fields(struct frame_builder *builder, int reg, const bool *fields);

/* Adds a row. id: unique within the register; it is what RECORD values (also the parent's) refer to. values:
 * one per declared field in field order; TEXT is copied. RECORD values name ids of the other register; a
 * RECORD whose id is not there becomes null, and so does a RATIO that is no number. Rows may come in any
 * order; a row whose parent is null or absent is left out, and with it what hangs on it. */
void frame_builder_row(struct frame_builder *builder, int reg, int64_t id, const struct value *values);

/* Sorts children under their parents (stable by order of arrival), picks the narrowest widths and freezes.
 * The builder is consumed, also on failure. ERR_LIMIT beyond 2^32-2 rows in a register; ERR_CORRUPT when two
 * rows of a register have one id. */
int frame_builder_finish(struct frame_builder *builder, struct frame **out, struct err *err);

/* One owner more, from any thread; gives the frame back. */
struct frame *frame_share(struct frame *frame);

/* One owner less; the last one frees it. */
void frame_free(struct frame *frame);

/* Record id of a row. */
static inline int64_t frame_id(const struct frame *frame, int reg, size_t row)
{
    const struct frame_register *rows = &frame->registers[reg];
    if (rows->far_ids != NULL) return rows->far_ids[row];
    return rows->first_id + (int64_t)(rows->near_ids != NULL ? rows->near_ids[row] : row);
}

/* Row of the parent of a row; FRAME_NO_ROW without a parent register. */
uint32_t frame_parent(const struct frame *frame, int reg, uint32_t row);

/* The row that a RECORD field points to; FRAME_NO_ROW where it is empty or not loaded. */
uint32_t frame_reference(const struct frame *frame, int reg, int field, uint32_t row);

/* Reads one cell; unknown when the column is not loaded. RECORD gives the id. TEXT is borrowed from the
 * frame. */
struct value frame_get(const struct frame *frame, int reg, int field, size_t row);

/* Row with that id, or FRAME_NO_ROW. */
uint32_t frame_row(const struct frame *frame, int reg, int64_t id);

size_t frame_bytes(const struct frame *frame);

#endif
