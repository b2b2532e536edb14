/* All headings by which the columns of a feed may be known. Only for headings.c and the template. */
#ifndef ZENGSHOU_EXCHANGE_VOCABULARY_H
#define ZENGSHOU_EXCHANGE_VOCABULARY_H

#include "base/map.h"
#include "exchange/headings.h"

struct vocabulary_entry {
    struct text heading; /* as the pack writes it */
    struct heading_target target;
    bool used;                    /* false: the feed does not take this field */
    bool from_feed;               /* the feed's own columns go before the fields' headings */
    size_t next_exact, next_stem; /* entries with the same key; SIZE_MAX at the end */
};

struct vocabulary {
    const struct pack *pack;
    const struct pack_feed *feed;
    struct vocabulary_entry *entries;
    size_t count, capacity;
    struct map exact, stems; /* folded heading, and folded heading without its unit → first entry */
};

/* May a sheet bring that field of the part at all? Not what a case keeps of itself; of what casework alone
 * writes, what the feed names among its fields. */
bool vocabulary_may_take(const struct pack *pack, const struct feed_part *part, int field);
/* Does the feed fill that field of that part from a column? */
bool vocabulary_takes(const struct pack *pack, const struct pack_feed *feed, int part, int field);

void vocabulary_init(struct vocabulary *vocabulary, const struct pack *pack, const struct pack_feed *feed);
void vocabulary_fini(struct vocabulary *vocabulary);

/* The targets that a heading (folded) has, at most one a part, into targets (part_count of room); *count of
 * them. Nothing is given where the heading leaves a doubt. *known: the heading is known though its fields are
 * not taken. */
void vocabulary_find(const struct vocabulary *vocabulary, struct text folded, struct heading_target *targets,
                     size_t *count, bool *known);

/* The heading of the pack that is nearest to an unknown one; empty when none is near. */
struct text vocabulary_nearest(const struct vocabulary *vocabulary, struct text heading);

#endif
