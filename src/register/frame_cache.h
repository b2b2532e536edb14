/* One frame for everybody: a server's users read the same columns, so one frame is held for all of them and
 * brought up to date when somebody needs it newer. Any thread may ask; one of them loads or refreshes with
 * its own connection while the others read on or wait for it. */
#ifndef ZENGSHOU_REGISTER_FRAME_CACHE_H
#define ZENGSHOU_REGISTER_FRAME_CACHE_H

#include "register/frame_load.h"

struct frame_cache;

enum { FRAME_CACHE_NEWEST = -1 };

/* Of the databases that are opened with this pack (database_open_with), which must outlive the cache and its
 * frames. */
struct frame_cache *frame_cache_new(const struct pack *pack);
/* Nobody may be asking. Frames that were given out live on. */
void frame_cache_free(struct frame_cache *cache);

/* A frame of the present that has what the request wants (its entry 0, part NULL), and everything that was
 * wanted before. entry: it holds at least what was written up to this entry of the log, as far as the
 * database has it; 0: any that is there will do; FRAME_CACHE_NEWEST: as the database is now. database: the
 * caller's own connection, outside transactions; it is used when there is something to read. *stands (may be
 * NULL): the entry at which the frame stands. The caller frees the frame. Errors are those of reading; others
 * who waited then try for themselves. */
int frame_cache_get(struct frame_cache *cache, struct database *database, const struct frame_request *request,
                    int64_t entry, struct frame **out, int64_t *stands, struct err *err);

#endif
