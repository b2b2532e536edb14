/* Places: in which division of the pack each row of a register is, by the same ways by which a scope decides
 * whose rows they are (register/scope.h), so that a figure of a place counts the rows of that place's users.
 */
#ifndef ZENGSHOU_PROGRESS_PLACES_H
#define ZENGSHOU_PROGRESS_PLACES_H

#include "formula/frame.h"
#include "pack/pack.h"

struct places; /* of one frame; a register's rows are looked up once, when first asked for */

/* The frame is borrowed. */
struct places *places_new(const struct pack *pack, const struct frame *frame);
void places_free(struct places *places);

/* [row] index into pack.divisions, division_count for rows that are nowhere; borrowed. */
const int *places_of(struct places *places, int reg);

/* Has the register a way to a division at all? Otherwise it is the county's own, and whoever may read it
 * sees all of it. */
bool places_has_way(const struct pack *pack, int reg);

/* Marks the fields of that way; used as in frame_load.h. */
void places_fields(const struct pack *pack, int reg, bool *const *used);

#endif
