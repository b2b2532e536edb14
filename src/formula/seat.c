/* One family's rules are asked for with every page and every form that is saved: a hundred rows of its
 * ledger, against a thousand steps that have to be bound first. What binding finds out depends on the frame
 * alone, so it is kept; only the memory of columns made between passes belongs to a run. */
#include "formula/seat.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/program_private.h"

/* Families are small, and so is the room for their children's rows; a batch fills the word that it takes
 * anyway. */
enum { FEW = 8, BATCH = BITS_WORD };

struct seat {
    const struct program *program;
    struct frame *frame;
    struct run run;
    struct bound_pass *passes; /* of the program's; `bound` of them */
    struct worker *workers;
    size_t bound;
};

static bool asks_for_whole_registers(const struct program *program)
{
    for (size_t p = 0; p < program->passes.count; p++)
        if (program->passes.passes[p].whole) return true;
    return false;
}

static int bind_all(struct seat *seat, struct err *err)
{
    const struct pass_list *list = &seat->program->passes;
    seat->passes = mem_new(list->count, sizeof *seat->passes);
    seat->workers = mem_new(list->count, sizeof *seat->workers);
    for (size_t c = 0; c < list->column_count; c++) seat->run.wanted[c] = true;
    for (size_t p = 0; p < list->count; p++) {
        int code = bind_pass(&seat->run, &list->passes[p], FEW, &seat->passes[p], err);
        if (code != 0) {
            bound_pass_fini(&seat->passes[p]);
            return code;
        }
        worker_init(&seat->workers[p], &seat->passes[p]);
        seat->bound++;
    }
    return 0;
}

int seat_new(const struct program *program, struct frame *frame, int reg, struct seat **out, struct err *err)
{
    const struct program_run_options options = {.threads = 1, .reg = reg, .batch = BATCH};
    *out = NULL;
    if (asks_for_whole_registers(program)) return 0;
    struct seat *seat = mem_new(1, sizeof *seat);
    seat->program = program;
    seat->frame = frame_share(frame);
    program_run_open(program, frame, &options, &seat->run);
    int code = bind_all(seat, err);
    if (code != 0)
        seat_free(seat);
    else
        *out = seat;
    return code;
}

void seat_free(struct seat *seat)
{
    if (seat == NULL) return;
    for (size_t p = 0; p < seat->bound; p++) {
        worker_fini(&seat->workers[p]);
        bound_pass_fini(&seat->passes[p]);
    }
    free(seat->workers);
    free(seat->passes);
    program_run_close(seat->program, &seat->run);
    frame_free(seat->frame);
    free(seat);
}

static void run_pass(struct seat *seat, size_t p)
{
    const struct row_set *rows = &seat->run.sets[p];
    if (rows->count == 0) return;
    bound_pass_make_room(&seat->passes[p], rows);
    for (size_t r = 0; r < rows->count; r++)
        for (size_t first = rows->ranges[r].first, end = rows->ranges[r].end; first < end; first += BATCH)
            worker_run_batch(&seat->workers[p],
                             (struct window){first, end - first < BATCH ? end - first : BATCH, NULL});
}

/* What this run made, so that the next one begins as the first did. */
static void clear(struct run *run)
{
    for (size_t c = 0; c < run->passes->column_count; c++) {
        free(run->columns[c].values);
        free(run->columns[c].known);
        run->columns[c].values = NULL;
        run->columns[c].known = NULL;
        run->columns[c].first = 0;
    }
    for (size_t p = 0; p < run->passes->count; p++) run->sets[p].count = 0;
    run->results = NULL;
}

void seat_run(struct seat *seat, size_t row, size_t rows, struct program_result *results)
{
    struct run *run = &seat->run;
    const struct program_run_options options = {.threads = 1, .reg = run->reg, .row = row, .rows = rows};
    program_results_init(seat->program, seat->frame, &options, results);
    run->results = results;
    run->row = row;
    run->rows = rows;
    demand_rows(run);
    for (size_t p = 0; p < run->passes->count; p++) run_pass(seat, p);
    clear(run);
}
