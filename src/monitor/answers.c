/* Both engines end in the same form, so that everything behind them is said once. */
#include "monitor/answers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/gather.h"

static int run_frame(const struct answers_request *request, struct answers *answers, size_t i,
                     struct err *err)
{
    const struct push_question *question = &request->questions[i];
    struct program_root *roots = mem_new(question->count, sizeof *roots);
    struct program_options how = {.as_of = question->as_of};
    struct program_run_options run = {.threads = request->threads, .reg = -1};
    for (size_t k = 0; k < question->count; k++)
        roots[k] = (struct program_root){question->nodes[k], question->reg};
    int code = program_new(question->schema, roots, question->count, &how, &answers->programs[i], err);
    if (code == 0) code = program_run(answers->programs[i], answers->frame, &run, answers->results[i], err);
    free(roots);
    return code;
}

/* All statements and the names of the records from one state of the database. */
static int run_pushed(struct database *database, const struct answers_request *request,
                      struct answers *answers, struct err *err)
{
    int code = store_begin_read(database_store(database), err);
    if (code != 0) return code;
    code = gather_places(database, request->questions[0].reg, &answers->frame, err);
    for (size_t i = 0; code == 0 && i < request->count; i++)
        code = push_results(database, &request->questions[i], answers->frame, &answers->arena,
                            answers->results[i], err);
    store_rollback(database_store(database)); /* nothing was written */
    return code;
}

static size_t gather_roots(const struct answers_request *request, struct program_root **out)
{
    size_t count = 0;
    for (size_t i = 0; i < request->count; i++) count += request->questions[i].count;
    struct program_root *roots = mem_new(count, sizeof *roots);
    count = 0;
    for (size_t i = 0; i < request->count; i++)
        for (size_t k = 0; k < request->questions[i].count; k++)
            roots[count++] = (struct program_root){request->questions[i].nodes[k], request->questions[i].reg};
    *out = roots;
    return count;
}

static int choose(struct database *database, const struct answers_request *request,
                  const struct program_root *roots, size_t count, struct engine_choice *choice,
                  struct err *err)
{
    struct engine_wish wish = request->wish;
    int code = engine_for_past(request->entry, &wish, err);
    if (code == 0) code = engine_choose(database, &wish, roots, count, false, choice, err);
    for (size_t i = 0; code == 0 && i < request->count; i++)
        code = engine_settle(database, &request->questions[i], request->name, choice, err);
    return code;
}

int answers_compute(struct database *database, const struct answers_request *request, struct answers *out,
                    struct err *err)
{
    struct program_root *roots;
    size_t count = gather_roots(request, &roots);
    *out = (struct answers){.count = request->count, .questions = request->questions};
    out->results = mem_new(request->count, sizeof *out->results);
    out->programs = mem_new(request->count, sizeof *out->programs);
    for (size_t i = 0; i < request->count; i++)
        out->results[i] = mem_new(request->questions[i].count, sizeof **out->results);
    int code = choose(database, request, roots, count, &out->engine, err);
    if (code == 0 && out->engine.engine == ENGINE_SQL) {
        code = run_pushed(database, request, out, err);
        out->engine.pushed = count;
    } else if (code == 0) {
        code = gather_frame(database, roots, count, false, request->entry, &out->frame, err);
        for (size_t i = 0; code == 0 && i < request->count; i++) code = run_frame(request, out, i, err);
        out->engine.framed = count;
    }
    free(roots);
    return code;
}

void answers_fini(struct answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        program_results_fini(answers->results[i], answers->questions[i].count);
        program_free(answers->programs[i]);
        free(answers->results[i]);
    }
    free(answers->results);
    free(answers->programs);
    frame_free(answers->frame);
    arena_fini(&answers->arena);
    *answers = (struct answers){0};
}
