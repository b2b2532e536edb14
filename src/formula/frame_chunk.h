/* One column of a frame while it is being filled: rows arrive in order, full stretches of them are packed to
 * the narrowest width at once, so that a builder is hardly larger than the frame it makes. */
#ifndef ZENGSHOU_FORMULA_FRAME_CHUNK_H
#define ZENGSHOU_FORMULA_FRAME_CHUNK_H

#include "formula/frame.h"

struct chunk;

enum { FRAME_CHUNK_ROWS = 4096 };

struct chunk_column { /* zero-initialised but for kind is empty */
    enum type_kind kind;
    struct chunk *chunks; /* packed ones */
    size_t chunk_count, chunk_capacity;
    size_t rows;
    int64_t *raw; /* the stretch being filled: integers, bits of doubles, or sizes of texts */
    uint64_t *raw_nulls;
    struct buffer heap; /* its texts */
    size_t raw_count;
    int64_t least, most; /* over all known values */
    bool any_known, any_null;
    uint64_t text_bytes;
};

void chunk_column_fini(struct chunk_column *column);
void chunk_column_add(struct chunk_column *column, const struct value *value);

/* Integers of the chunk with that number, in order of arrival; nulls become `null`. How many there are; 0
 * behind the last. */
size_t chunk_column_read(struct chunk_column *column, size_t number, int64_t null,
                         int64_t values[FRAME_CHUNK_ROWS]);

/* Makes the frozen column: row i of the arrivals goes to targets[i] (FRAME_NO_ROW: nowhere; targets NULL:
 * stays), `rows` rows in all. Not for RECORD. Empties the chunks on the way. */
void chunk_column_freeze(struct chunk_column *column, const uint32_t *targets, size_t rows,
                         struct column *out);

/* ---- For everybody who makes frozen columns ---- */

/* A value as columns hold it: the integer, a double's bits, a text's size; false for an unknown one, which is
 * 0. */
bool chunk_raw(enum type_kind kind, const struct value *value, int64_t *raw);

/* The width, base and range of a column whose known values lie there (0, 0 when there are none). Not for TEXT
 * and RECORD. */
void chunk_choose(enum type_kind kind, int64_t least, int64_t most, struct column *out);

/* Bytes of an item; 0 for bits and what has no items. */
size_t chunk_item_size(enum column_width width);

/* Room for the values of so many rows, a block. */
void *chunk_values_new(enum column_width width, size_t rows);

/* Values less `base` to the rows from `first` on, or to targets where they are given. Bits are only ever set.
 */
void chunk_put(enum column_width width, void *values, const int64_t *raw, size_t rows, int64_t base,
               size_t first, const uint32_t *targets);

/* Items from `first` on, plus base. Not for bits. */
void chunk_widen(enum column_width width, const void *values, int64_t base, size_t first, size_t rows,
                 int64_t *out);

#endif
