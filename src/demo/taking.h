/* Taking: of which cases a story is (`where` of a story that opens none). */
#ifndef ZENGSHOU_DEMO_TAKING_H
#define ZENGSHOU_DEMO_TAKING_H

#include "demo/reckoning.h"
#include "demo/stories.h"
#include "register/database.h"

/* The conditions of one workflow's stories, on the cases as they stand; where no story has one, nothing is
 * loaded. */
struct taking {
    int reg;
    struct reckoning conditions; /* of those that have one */
    size_t *of;                  /* story → index of its result */
};

int taking_load(struct database *database, const struct stories *stories, int workflow, int32_t today,
                struct taking *out, struct err *err);
void taking_fini(struct taking *taking);

/* Is the story, of that index, of that case? */
bool taking_takes(const struct taking *taking, size_t index, const struct story *story, int64_t record);

#endif
