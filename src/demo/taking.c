/* One program of all the conditions of a workflow's stories, on a frame of its cases. */
#include "demo/taking.h"

#include <stdlib.h>

#include "base/mem.h"

void taking_fini(struct taking *taking)
{
    reckoning_fini(&taking->conditions);
    free(taking->of);
}

int taking_load(struct database *database, const struct stories *stories, int workflow, int32_t today,
                struct taking *out, struct err *err)
{
    struct reckoning *conditions = &out->conditions;
    *out = (struct taking){.reg = database_pack(database)->workflows[workflow].reg,
                           .conditions = {.roots = mem_new(stories->count, sizeof *conditions->roots)},
                           .of = mem_new(stories->count, sizeof *out->of)};
    for (size_t i = 0; i < stories->count; i++) {
        const struct story *story = &stories->items[i];
        if (story->workflow != workflow || story->takes == NULL) continue;
        out->of[i] = conditions->count;
        conditions->roots[conditions->count++] = (struct program_root){story->takes, out->reg};
    }
    return reckoning_run(conditions, database, today, err);
}

bool taking_takes(const struct taking *taking, size_t index, const struct story *story, int64_t record)
{
    if (story->takes == NULL) return true;
    uint32_t row = frame_row(taking->conditions.frame, taking->reg, record);
    if (row == FRAME_NO_ROW) return false;
    struct value holds = program_result_get(&taking->conditions.results[taking->of[index]], row);
    return holds.known && holds.integer != 0;
}
