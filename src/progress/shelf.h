/* Shelf: figures of the days that are asked for, kept for all threads of a server and brought up to date when
 * somebody has written: only indicators that read a changed column are computed again. */
#ifndef ZENGSHOU_PROGRESS_SHELF_H
#define ZENGSHOU_PROGRESS_SHELF_H

#include "progress/figures.h"
#include "register/frame_cache.h"

struct progress_shelf;

/* The book is borrowed. */
struct progress_shelf *progress_shelf_new(const struct progress_book *book);
void progress_shelf_free(struct progress_shelf *shelf); /* nobody may be asking */

/* The figures of some days, as the database is now, from any thread; each to be given back with
 * figures_free. database: the caller's own connection, outside transactions. */
int progress_shelf_get(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                       const int32_t *days, size_t count, struct figures **out, struct err *err);

/* A frame for figures_part and progress_list; the caller frees it. */
int progress_shelf_frame(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                         struct frame **out, struct err *err);

#endif
