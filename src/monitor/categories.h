/* Subjects and the people who belong to them, by a category of the subject. */
#ifndef ZENGSHOU_MONITOR_CATEGORIES_H
#define ZENGSHOU_MONITOR_CATEGORIES_H

#include "monitor/screening.h"

struct categories {
    size_t codes; /* of the field's dictionary */
    bool has_people;
    int64_t *subjects, *people; /* by code; behind the last those without one */
};

/* field: a CODE field of the pack's subject. From the screening's frame, or from the database where there is
 * none. */
int categories_count(struct database *database, const struct screening *screening, int field,
                     struct categories *out, struct err *err);
void categories_fini(struct categories *categories);

#endif
