/* One program of all the conditions of a workflow's stories, on a frame of its cases. */
#include "demo/taking.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/gather.h"

void taking_fini(struct taking *taking)
{
    if (taking->results != NULL) program_results_fini(taking->results, taking->count);
    if (taking->frame != NULL) frame_free(taking->frame);
    free(taking->results);
    free(taking->roots);
    free(taking->of);
}

int taking_load(struct database *database, const struct stories *stories, int workflow, int32_t today,
                struct taking *out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct program_options options = {.as_of = today};
    const struct program_run_options run = {.reg = -1};
    struct program *program;
    *out = (struct taking){.reg = pack->workflows[workflow].reg,
                           .roots = mem_new(stories->count, sizeof *out->roots),
                           .of = mem_new(stories->count, sizeof *out->of)};
    for (size_t i = 0; i < stories->count; i++) {
        const struct story *story = &stories->items[i];
        if (story->workflow != workflow || story->takes == NULL) continue;
        out->of[i] = out->count;
        out->roots[out->count++] = (struct program_root){story->takes, out->reg};
    }
    if (out->count == 0) return 0;
    int code = gather_frame(database, out->roots, out->count, false, 0, &out->frame, err);
    if (code == 0) code = program_new(&pack->schema, out->roots, out->count, &options, &program, err);
    if (code != 0) return code;
    struct program_result *results = mem_new(out->count, sizeof *results);
    code = program_run(program, out->frame, &run, results, err);
    if (code == 0)
        out->results = results;
    else
        free(results);
    program_free(program);
    return code;
}

bool taking_takes(const struct taking *taking, size_t index, const struct story *story, int64_t record)
{
    if (story->takes == NULL) return true;
    uint32_t row = frame_row(taking->frame, taking->reg, record);
    if (row == FRAME_NO_ROW) return false;
    struct value holds = program_result_get(&taking->results[taking->of[index]], row);
    return holds.known && holds.integer != 0;
}
