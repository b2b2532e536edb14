/* What the frame's builder and its readers share. */
#ifndef ZENGSHOU_FORMULA_FRAME_INDEX_H
#define ZENGSHOU_FORMULA_FRAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* Where the search for an id begins in the open hash; mask + 1 slots, a power of two. */
size_t frame_index_slot(int64_t id, size_t mask);

#endif
