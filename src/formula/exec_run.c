/* Threads take morsels of rows from a common counter. A morsel begins at a multiple of 64 rows, so that no
 * two threads ever write the same word of a bitmap; within it, batches may have any size. */
#include "formula/exec_run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

enum { THREADS_MAX = 256, MORSELS_PER_THREAD = 8 };

void made_allocate(struct made *made, size_t rows)
{
    static const size_t items[] = {
        [LANE_I32] = 4,  [LANE_I64] = 8, [LANE_F64] = 8, [LANE_TEXT] = sizeof(struct text),
        [LANE_ROWS] = 4, [LANE_BITS] = 0};
    if (made->type == LANE_BITS)
        made->values = mem_new(bits_words(rows) + 1, sizeof(uint64_t));
    else
        made->values = mem_new(rows + BITS_WORD, items[made->type]);
    if (made->nullable) made->known = mem_new(bits_words(rows) + 1, sizeof(uint64_t));
}

void made_free(struct made *made)
{
    free(made->values);
    free(made->known);
    *made = (struct made){0};
}

/* One pass being run. */
struct crew {
    const struct bound_pass *pass;
    const struct row_set *rows;
    const struct program_run_options *options;
    size_t batch, morsel;
    size_t *firsts; /* number of the first morsel of each range, and their sum */
    _Atomic size_t next;
    _Atomic bool stop;
};

static size_t morsels_of(const struct row_range *range, size_t morsel)
{
    size_t begin = range->first / morsel, end = (range->end + morsel - 1) / morsel;
    return end - begin;
}

static void run_morsel(struct crew *crew, struct worker *worker, size_t number)
{
    size_t r = 0;
    while (crew->firsts[r + 1] <= number) r++;
    const struct row_range *range = &crew->rows->ranges[r];
    size_t begin = (range->first / crew->morsel + number - crew->firsts[r]) * crew->morsel,
           end = begin + crew->morsel;
    if (begin < range->first) begin = range->first;
    if (end > range->end) end = range->end;
    for (size_t first = begin; first < end; first += crew->batch) {
        size_t rows = end - first < crew->batch ? end - first : crew->batch;
        worker_run_batch(worker, (struct window){first, rows, NULL});
    }
}

/* `asks`: only the thread that called asks whether it is cancelled, so that the caller's function needs no
 * locks. */
static void work(struct crew *crew, bool asks)
{
    const struct program_run_options *options = crew->options;
    struct worker worker;
    worker_init(&worker, crew->pass);
    size_t total = crew->firsts[crew->rows->count];
    for (size_t number; !atomic_load(&crew->stop) && (number = atomic_fetch_add(&crew->next, 1)) < total;) {
        if (asks && options->cancelled != NULL && options->cancelled(options->context))
            atomic_store(&crew->stop, true);
        else
            run_morsel(crew, &worker, number);
    }
    worker_fini(&worker);
}

static void *helper(void *crew)
{
    work(crew, false);
    return NULL;
}

static size_t thread_count(const struct program_run_options *options)
{
    long processors = options->threads > 0 ? options->threads : sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (size_t)processors;
}

static int run_crew(struct crew *crew, size_t threads, struct err *err)
{
    pthread_t helpers[THREADS_MAX];
    size_t started = 0, morsels = crew->firsts[crew->rows->count];
    if (threads > morsels) threads = morsels;
    /* A thread that cannot be had is no failure: the others do its work. */
    while (started + 1 < threads && pthread_create(&helpers[started], NULL, helper, crew) == 0) started++;
    work(crew, true);
    for (size_t i = 0; i < started; i++) pthread_join(helpers[i], NULL);
    if (atomic_load(&crew->stop))
        return err_set(err, ERR_CANCELLED, "计算已取消", "the computation was cancelled");
    return 0;
}

static int run_rows(struct run *run, const struct bound_pass *bound, const struct row_set *rows,
                    const struct program_run_options *options, struct err *err)
{
    struct crew crew = {.pass = bound, .rows = rows, .options = options, .batch = run->batch};
    size_t threads = thread_count(options), total = row_set_rows(rows);
    crew.morsel = bits_round(total / (threads * MORSELS_PER_THREAD) + 1);
    if (crew.morsel > bits_round(crew.batch)) crew.morsel = bits_round(crew.batch);
    crew.firsts = mem_new(rows->count + 1, sizeof *crew.firsts);
    for (size_t r = 0; r < rows->count; r++)
        crew.firsts[r + 1] = crew.firsts[r] + morsels_of(&rows->ranges[r], crew.morsel);
    int status = run_crew(&crew, threads, err);
    free(crew.firsts);
    return status;
}

static void run_whole(struct run *run, const struct pass *pass, size_t rows)
{
    const struct graph_node *node = &run->graph->nodes[run->passes->columns[pass->whole_out].node];
    const struct made *in[GRAPH_OPERANDS];
    for (int k = 0; k < GRAPH_OPERANDS; k++)
        in[k] = pass->whole_in[k] < 0 ? NULL : &run->columns[pass->whole_in[k]];
    whole_run(node, in, &run->columns[pass->whole_out], rows);
}

static int run_pass(struct run *run, const struct pass *pass, const struct row_set *rows,
                    const struct program_run_options *options, struct err *err)
{
    struct bound_pass bound;
    size_t total = row_set_rows(rows);
    int status = bind_pass(run, pass, total < run->batch ? total : run->batch, &bound, err);
    if (status == 0) bound_pass_make_room(&bound, rows);
    if (status == 0) status = run_rows(run, &bound, rows, options, err);
    bound_pass_fini(&bound);
    return status;
}

int run_passes(struct run *run, const struct program_run_options *options, struct err *err)
{
    int status = 0;
    for (size_t p = 0; p < run->passes->count && status == 0; p++) {
        const struct pass *pass = &run->passes->passes[p];
        size_t rows = run->sets[p].count == 0 ? 0 : run->frame->registers[pass->reg].rows;
        /* A pass without rows still has to say what its columns are, for those that would read them. */
        if (pass->whole)
            run_whole(run, pass, rows);
        else
            status = run_pass(run, pass, &run->sets[p], options, err);
    }
    return status;
}
