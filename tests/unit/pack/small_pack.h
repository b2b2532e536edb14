/* A small faultless pack in memory, of which a test replaces or adds one file. */
#ifndef ZENGSHOU_TESTS_SMALL_PACK_H
#define ZENGSHOU_TESTS_SMALL_PACK_H

#include "base/err.h"
#include "pack/pack.h"

struct loaded {
    struct pack *pack; /* NULL when faulty */
    struct fault_list faults;
    struct err err;
    int result;
};

/* The small pack with the file at `path` replaced or added (NULL path: as it is; NULL content: left out). */
struct loaded small_pack_load(const char *path, const char *content);
/* The same with another file put beside it. */
struct loaded small_pack_load_two(const char *path, const char *content, const char *other,
                                  const char *other_content);
/* The same with any files beside it, none of which it has. */
struct loaded small_pack_load_with(const struct pack_file *more, size_t count);
void small_pack_done(struct loaded *loaded);

/* All faults as "file:line:column: english", one a line; to be freed. */
char *small_pack_faults(const struct loaded *loaded);

#endif
