/* Files as a whole. */
#ifndef ZENGSHOU_BASE_DISK_H
#define ZENGSHOU_BASE_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Adds the file's bytes to out. False where it cannot be read (errno) or holds more than most bytes (EFBIG);
 * out may hold a part then. */
bool disk_read(const char *path, size_t most, struct buffer *out);

/* Puts the file (readable by its owner alone) into the place of what stands there: after a crash it is as
 * before or as now, never between. Uses path.new beside it. False: errno; what stood there stands (or, where
 * only the folder would not sync, a crash may still bring it back). */
bool disk_replace(const char *path, struct text bytes);

#endif
