/* The request target: path segments and query, percent-decoded strictly. */
#ifndef ZENGSHOU_SERVER_TARGET_H
#define ZENGSHOU_SERVER_TARGET_H

#include "base/arena.h"
#include "base/err.h"

enum { TARGET_SEGMENTS_MAX = 16, TARGET_PAIRS_MAX = 200 };

struct target_pair {
    const char *name;  /* NUL-ended */
    struct text value; /* NUL-ended too */
};

struct target {
    struct text raw_path; /* as sent, without the query: printable ASCII only, so safe in a log line */
    struct text segments[TARGET_SEGMENTS_MAX]; /* decoded, NUL-ended, never empty except a last one ("/a/") */
    size_t segment_count;
    struct target_pair *pairs; /* in their order; '+' is a blank */
    size_t pair_count;
};

/* Refused: what does not begin with "/", bytes outside printable ASCII, "%" without two digits behind it,
 * what decodes to invalid UTF-8 or to control characters in a path (NUL anywhere), segments "." and "..", "/"
 * or "\" inside a segment, empty segments, more segments or pairs than the limits. Texts live in the arena.
 */
int target_parse(struct text raw, struct arena *arena, struct target *target, struct err *err);

#endif
