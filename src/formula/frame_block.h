/* Memory that frames share: a refreshed frame holds the same columns as the one before it, as far as they did
 * not change.
 */
#ifndef ZENGSHOU_FORMULA_FRAME_BLOCK_H
#define ZENGSHOU_FORMULA_FRAME_BLOCK_H

#include <stddef.h>

/* Zeroed memory of count * size bytes with one owner; never NULL. */
void *block_new(size_t count, size_t size);

/* One owner more, from any thread; gives the block back. NULL stays NULL. */
void *block_share(void *block);

/* One owner less; the last one frees it. NULL is harmless. */
void block_free(void *block);

#endif
