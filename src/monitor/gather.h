/* Gather: the frame that some formulas need, with what it takes to name and place their records. */
#ifndef ZENGSHOU_MONITOR_GATHER_H
#define ZENGSHOU_MONITOR_GATHER_H

#include "formula/frame.h"
#include "formula/program.h"
#include "register/database.h"

/* Loads what the roots read; the keys and names of every register that is loaded (a missing fact is named by
 * its record); and with `categories` also the subjects by category and the people. entry: see struct
 * frame_request. */
int gather_frame(struct database *database, const struct program_root *roots, size_t root_count,
                 bool categories, int64_t entry, struct frame **out, struct err *err);

/* The same for one formula and a part of the registers. */
struct frame_part;
int gather_part(struct database *database, const struct program_root *root, const struct frame_part *part,
                struct frame **out, struct err *err);

/* Only what names and places the records of a register: their keys and names, and what they hang on. */
int gather_places(struct database *database, int reg, struct frame **out, struct err *err);

/* What gather_frame loads, as a request for a frame of the present that is shared (frame_cache.h). */
struct frame_request;
struct frame_request gather_request(const struct pack *pack, const struct program_root *roots,
                                    size_t root_count, bool categories);
void gather_request_free(const struct pack *pack, struct frame_request *request);

/* About how many bytes gather_frame's frame would take, without loading it. */
int gather_estimate(struct database *database, const struct program_root *roots, size_t root_count,
                    bool categories, int64_t *bytes, struct err *err);

#endif
