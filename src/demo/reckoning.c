/* A county plays its stories week by week: what they ask of thousands of cases is asked once for all. */
#include "demo/reckoning.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/gather.h"

void reckoning_fini(struct reckoning *reckoning)
{
    if (reckoning->results != NULL) program_results_fini(reckoning->results, reckoning->count);
    if (reckoning->frame != NULL) frame_free(reckoning->frame);
    free(reckoning->results);
    free(reckoning->roots);
}

int reckoning_run(struct reckoning *reckoning, struct database *database, int32_t today, struct err *err)
{
    const struct program_options options = {.as_of = today};
    const struct program_run_options run = {.reg = -1};
    struct program *program;
    if (reckoning->count == 0) return 0;
    int code = gather_frame(database, reckoning->roots, reckoning->count, false, 0, &reckoning->frame, err);
    if (code == 0)
        code = program_new(&database_pack(database)->schema, reckoning->roots, reckoning->count, &options,
                           &program, err);
    if (code != 0) return code;
    struct program_result *results = mem_new(reckoning->count, sizeof *results);
    code = program_run(program, reckoning->frame, &run, results, err);
    if (code == 0)
        reckoning->results = results;
    else
        free(results);
    program_free(program);
    return code;
}
