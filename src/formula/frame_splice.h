/* How the rows of one register move from an old frame to a new one, and how its columns follow. Between
 * frame_edit.c, frame_splice.c and frame_splice_column.c only. */
#ifndef ZENGSHOU_FORMULA_FRAME_SPLICE_H
#define ZENGSHOU_FORMULA_FRAME_SPLICE_H

#include "formula/frame.h"

/* A record of which something is said. */
struct splice_edit {
    int64_t id;
    bool here, fresh;
    const struct value *values; /* as in frame_edit_row; NULL when it is not here */
    uint32_t old_row, new_row;  /* FRAME_NO_ROW: not in that frame */
    uint32_t parent;            /* row in the new frame */
    bool stays;                 /* under its parent, and so in its place among its siblings */
};

/* A stretch of rows of the new frame. */
struct splice_piece {
    uint32_t
        old; /* the first of those they are copied from; FRAME_NO_ROW: one row that the old frame has not */
    uint32_t row, count;
};

struct splice {
    const struct frame *old;
    struct frame *frame; /* being made */
    int reg;
    const struct splice *above; /* the parent's, NULL without one */
    struct splice_edit *edits;  /* by the time columns are spliced, those that are here by their new rows */
    size_t edit_count, edit_capacity;
    struct splice_piece *pieces; /* in the order of the new rows */
    size_t piece_count, piece_capacity;
    uint32_t *places; /* of the old rows in the new frame; NULL when every row stands where it stood */
    bool lost;        /* rows went of which no edit speaks: they hung on something that went */
    bool done, visiting;
};

/* The new row of an old one; FRAME_NO_ROW when it went. */
uint32_t splice_place(const struct splice *splice, uint32_t old_row);

/* Rows, ids and slices; after the parent's. False when the edits do not suffice. */
bool splice_rows(struct splice *splice);

/* Columns; after the rows of all registers. splices: of every register. */
void splice_columns(const struct splice *splice, const struct splice *splices);

void splice_fini(struct splice *splice);

#endif
