/* Sources: the facts that an explanation rests on, each with the entry of the log that last wrote that very
 * field; and the records that only had to be there, with the entry that made them. */
#ifndef ZENGSHOU_MONITOR_SOURCES_H
#define ZENGSHOU_MONITOR_SOURCES_H

#include "formula/explain.h"
#include "register/history.h"

struct source_fact {
    int reg, field; /* field -1: the record itself */
    uint32_t row;
    struct value value;            /* unknown of a record */
    const struct log_entry *entry; /* NULL: the log does not know the record */
};

struct sources {
    struct source_fact *items; /* in the order of the explanation, each once */
    size_t count;
    size_t more; /* so many are not among them */
};

enum { SOURCES_MAX = 400 };

/* Of the tree, and of the members of the groups, when there are any. until: the log entry as of which the
 * frame was loaded, 0: the present. whole: of the whole tree, not only of what the answer hangs on.
 * Everything lives in the arena, texts of values in the frame. */
int sources_find(struct database *database, const struct frame *frame, const struct explain *explain,
                 int64_t until, bool whole, struct arena *arena, struct sources *out, struct err *err);

/* The newest entry among the sources of a member's facts; of a member without any, the one that made it.
 * NULL: not among the sources. */
const struct log_entry *sources_of_member(const struct sources *sources, const struct explain_group *group,
                                          const struct explain_member *member);

#endif
