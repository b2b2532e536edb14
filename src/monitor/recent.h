/* Recent: the records that somebody wrote last, one by one; imports are not counted. */
#ifndef ZENGSHOU_MONITOR_RECENT_H
#define ZENGSHOU_MONITOR_RECENT_H

#include "register/database.h"
#include "register/scope.h"

struct recent_record {
    int reg;
    int64_t id, entry;
    struct text at; /* UTC */
};

/* Of the actor of the scope, as far as the records are still living and in it; newest first, each once, out
 * of the last RECENT_ENTRIES of the log. items: room for `limit`; texts in the arena. */
enum { RECENT_ENTRIES = 20000 };
int recent_records(struct database *database, const struct scope *scope, size_t limit, struct arena *arena,
                   struct recent_record *items, size_t *count, struct err *err);

#endif
