/* A frame that stands at an entry of the log, and the next one made of it and of what was written since. */
#ifndef ZENGSHOU_REGISTER_FRAME_REFRESH_H
#define ZENGSHOU_REGISTER_FRAME_REFRESH_H

#include "register/frame_load.h"

/* A frame of the present with what is needed to refresh it. Immutable, as the frame is. */
struct frame_standing { /* zero-initialised is empty */
    struct frame *frame;
    int64_t entry;     /* the last entry of the log whose changes it holds; 0: there was none */
    int64_t *last_ids; /* the highest id in each register's table */
};

/* frame_load, of the present (request's entry 0, part NULL). */
int frame_standing_load(struct database *database, const struct frame_request *request,
                        struct frame_standing *out, struct err *err);

/* What frame_standing_load would give now for the same fields: *out shares with `from` what did not change,
 * and the whole frame when nothing was written. `from` stays as it is, and may be freed before *out. Costs
 * little more than copying the registers that changed; after very many changes, and when a record comes back
 * that was not there, everything is loaded anew. ERR_VERSION when the database got another pack since. Reads
 * one snapshot. */
int frame_refresh(struct database *database, const struct frame_standing *from, struct frame_standing *out,
                  struct err *err);

void frame_standing_fini(struct frame_standing *standing);

#endif
