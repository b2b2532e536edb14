/* Rows by id, where ids do not rise with the rows. */
#ifndef ZENGSHOU_FORMULA_FRAME_INDEX_H
#define ZENGSHOU_FORMULA_FRAME_INDEX_H

#include "formula/frame.h"

/* Places of an index for so many rows. */
size_t frame_index_slots(size_t rows);

/* Makes the index of a register unless its ids rise. False when two rows have one id, which is then given. */
bool frame_index_make(const struct frame *frame, int reg, int64_t *twice);

/* Rows of several ids, FRAME_NO_ROW for those that are not there. Makes no index: without one it walks over
 * the rows once. */
void frame_index_rows(const struct frame *frame, int reg, const int64_t *ids, size_t count, uint32_t *rows);

#endif
