/* Where a record is: its division, found by walking up what it hangs on. */
#ifndef ZENGSHOU_MONITOR_PLACE_H
#define ZENGSHOU_MONITOR_PLACE_H

#include "formula/frame.h"
#include "pack/pack.h"

/* Marks the fields that place_division, place_row and record naming read, for a register's rows. used as in
 * frame_load.h. */
void place_fields(const struct pack *pack, int reg, bool **used);

/* The row of the register `above` that a row hangs on, directly or further up; the row itself when above ==
 * reg; FRAME_NO_ROW if it does not hang on it. */
uint32_t place_row(const struct frame *frame, int reg, uint32_t row, int above);

/* Index of the row's village in pack->divisions, -1 when the pack has none or the row is nowhere. */
int place_division(const struct pack *pack, const struct frame *frame, int reg, uint32_t row);

/* The record in words: key parts joined by '/', the name behind in brackets: 4304210001（张三）. Appended to
 * out. */
void place_record(const struct pack *pack, const struct frame *frame, int reg, uint32_t row,
                  struct buffer *out);

/* The short name in a sentence about its household or village: 张三, or its own part of the key where it has
 * no name. Fits explainer_names with a struct placer as its context. */
struct placer {
    const struct pack *pack;
    const struct frame *frame;
};
void place_name(void *placer, int reg, uint32_t row, const char *language, struct buffer *out);

#endif
