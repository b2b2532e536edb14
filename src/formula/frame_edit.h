/* A new frame out of an old one and what changed since: the same as building it anew from all rows, for the
 * cost of copying the columns that changed. Readers of the old frame go on undisturbed.
 *
 * The old frame's rows must have been given to its builder so that ids rise among the children of one parent,
 * and in a register without a parent. */
#ifndef ZENGSHOU_FORMULA_FRAME_EDIT_H
#define ZENGSHOU_FORMULA_FRAME_EDIT_H

#include "formula/frame.h"

struct frame_edit;

/* Of a frame, which is borrowed until the end. */
struct frame_edit *frame_edit_new(const struct frame *frame);
void frame_edit_free(struct frame_edit *edit);

/* The fields to give for a register's records: those that the frame has loaded. */
bool frame_edit_wants(const struct frame_edit *edit, int reg, int field);

/* A record as it is now: new, changed, or the same. fresh: nothing can have hung on it or referred to it when
 * the old frame was made. values: one per loaded field in field order; copied. Each record once. */
void frame_edit_row(struct frame_edit *edit, int reg, int64_t id, bool fresh, const struct value *values);

/* A record that is no longer there, if it ever was. What hung on it and referred to it must be given too. */
void frame_edit_gone(struct frame_edit *edit, int reg, int64_t id);

/* The new frame, or NULL when it cannot be made from these edits alone: a record that had been left out for
 * want of a parent has one now, and what hangs on it or refers to it is not known here. The edits are
 * consumed. */
struct frame *frame_edit_finish(struct frame_edit *edit);

#endif
