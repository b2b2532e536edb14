/* What a bound step does with a window of rows: reading columns into lanes, calling kernels, storing results.
 */
#include <string.h>

#include "formula/exec.h"

static void set_known(struct lane *lane, bool nullable)
{
    lane->known = nullable ? lane->room : NULL;
}

/* Known where all operands are. */
static void join_known(struct lane *out, const struct lane *const *in, size_t rows)
{
    size_t words = bits_words(rows);
    bool first = true;
    for (int i = 0; i < OPERANDS_MAX; i++) {
        if (in[i] == NULL || in[i]->known == NULL) continue;
        if (first)
            memcpy(out->known, in[i]->known, words * sizeof *out->known);
        else
            for (size_t w = 0; w < words; w++) out->known[w] &= in[i]->known[w];
        first = false;
    }
    if (first) bits_fill(out->known, rows, true);
}

void run_operation(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                   struct lane *lanes, struct window window)
{
    const struct lane *in[OPERANDS_MAX] = {NULL, NULL, NULL};
    struct lane *out = &lanes[step->out];
    struct kernel_call call = {.rows = window.rows, .node = step->node, .match = worker->match};
    bool joined = step->nullable && step->known != KNOWN_OWN;
    set_known(out, step->nullable);
    for (int i = 0; i < OPERANDS_MAX; i++) {
        if (step->in[i] < 0) continue;
        in[i] = &lanes[step->in[i]];
        call.in[i] = *in[i];
    }
    if (joined) join_known(out, in, window.rows);
    call.out = *out;
    step->kernel(&call);
    if (!joined || !step->truth) return;
    uint64_t *truth = out->values;
    for (size_t w = 0; w < bits_words(window.rows); w++) truth[w] &= out->known[w];
}

void run_widen(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
               struct lane *lanes, struct window window)
{
    const struct lane *in = &lanes[step->in[0]];
    struct lane *out = &lanes[step->out];
    const int32_t *restrict from = in->values;
    int64_t *restrict to = out->values;
    size_t rows = bits_round(window.rows);
    set_known(out, step->nullable);
    if (step->nullable) memcpy(out->known, in->known, bits_words(window.rows) * sizeof *out->known);
    for (size_t i = 0; i < rows; i++) to[i] = from[i];
}

void load_known(const struct column_view *view, bool nullable, struct lane *out, struct window window)
{
    set_known(out, nullable);
    if (out->known == NULL) return;
    if (view->nulls != NULL)
        bits_load(out->known, view->nulls, window.first - view->first, window.rows, ~(uint64_t)0);
    else
        bits_load(out->known, view->known, window.first - view->first, window.rows, 0);
}

static void load_texts(const struct column_view *view, struct lane *out, struct window window)
{
    struct text *to = out->values;
    for (size_t i = 0; i < window.rows; i++) {
        uint64_t begin = view->offsets[window.first + i], end = view->offsets[window.first + i + 1];
        to[i] = (struct text){view->heap + begin, (size_t)(end - begin)};
    }
    for (size_t i = window.rows; i < bits_round(window.rows); i++) to[i] = (struct text){NULL, 0};
}

void run_load(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
              struct lane *lanes, struct window window)
{
    const struct column_view now = view_now(&step->view), *view = &now;
    struct lane *out = &lanes[step->out];
    size_t rows = bits_round(window.rows), at = window.first - view->first;
    load_known(view, step->nullable, out, window);
#define LOAD_NARROW(type)                                                                                    \
    {                                                                                                        \
        const type *restrict from = (const type *)view->values + at;                                         \
        int32_t *restrict to = out->values, base = (int32_t)view->base;                                      \
        for (size_t i = 0; i < rows; i++) to[i] = base + from[i];                                            \
    }
    switch (view->width) {
    case COLUMN_BIT:
        bits_load(out->values, view->values, at, window.rows, 0);
        break;
    case COLUMN_I8:
        LOAD_NARROW(int8_t) break;
    case COLUMN_U8:
        LOAD_NARROW(uint8_t) break;
    case COLUMN_I16:
        LOAD_NARROW(int16_t) break;
    case COLUMN_U16:
        LOAD_NARROW(uint16_t) break;
    /* The column is the lane. Nobody writes to a lane that is borrowed. */
    case COLUMN_I32:
        out->values = (int32_t *)view->values + at;
        break;
    case COLUMN_I64:
        out->values = (int64_t *)view->values + at;
        break;
    case COLUMN_F64:
        out->values = (double *)view->values + at;
        break;
    case COLUMN_TEXT:
        if (view->texts != NULL)
            out->values = (struct text *)view->texts + at;
        else
            load_texts(view, out, window);
        break;
    case COLUMN_ABSENT:
    case COLUMN_PARENT:
        break;
    }
#undef LOAD_NARROW
}

/* The last slice that does not begin behind the row. */
static uint32_t parent_of(const struct column_view *view, size_t row)
{
    size_t low = 0, high = view->parents;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (view->slices[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static void load_parents(const struct column_view *view, struct window window, uint32_t *to)
{
    size_t i = 0, end = window.first + window.rows;
    for (uint32_t parent = parent_of(view, window.first); i < window.rows; parent++)
        for (size_t last = view->slices[parent + 1] < end ? view->slices[parent + 1] : end;
             window.first + i < last; i++)
            to[i] = parent;
    for (; i < bits_round(window.rows); i++) to[i] = FRAME_NO_ROW;
}

void run_load_rows(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                   struct lane *lanes, struct window window)
{
    lanes[step->out].known = NULL;
    if (step->view.width == COLUMN_PARENT) {
        load_parents(&step->view, window, lanes[step->out].values);
        return;
    }
    lanes[step->out].values =
        step->view.values == NULL ? (uint32_t *)window.list : (uint32_t *)step->view.values + window.first;
}

static void gather_known(const struct column_view *view, const uint32_t *at, struct lane *out, size_t rows)
{
    const uint64_t *map = view->nulls != NULL ? view->nulls : view->known;
    uint64_t flip = view->nulls != NULL;
    if (out->known == NULL) return;
    for (size_t w = 0; w < bits_words(rows); w++) {
        uint64_t word = 0;
        size_t end = rows - w * 64 < 64 ? rows - w * 64 : 64;
        for (size_t j = 0; j < end; j++) {
            uint32_t row = at[w * 64 + j];
            bool known = row != FRAME_NO_ROW && (map == NULL || (bits_get(map, row - view->first) ^ flip));
            word |= (uint64_t)known << j;
        }
        out->known[w] = word;
    }
}

void run_gather(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                struct lane *lanes, struct window window)
{
    const struct column_view now = view_now(&step->view), *view = &now;
    const uint32_t *restrict at = lanes[step->in[0]].values;
    struct lane *out = &lanes[step->out];
    size_t rows = window.rows, room = bits_round(rows), first = view->first;
    set_known(out, step->nullable);
    gather_known(view, at, out, rows);
#define GATHER(type, lane_type)                                                                              \
    {                                                                                                        \
        const type *restrict from = view->values;                                                            \
        lane_type *restrict to = out->values;                                                                \
        for (size_t i = 0; i < rows; i++)                                                                    \
            to[i] = at[i] == FRAME_NO_ROW ? 0 : (from[at[i] - first] + (lane_type)view->base);               \
        for (size_t i = rows; i < room; i++) to[i] = 0;                                                      \
    }
    switch (view->width) {
    case COLUMN_BIT: {
        uint64_t *to = out->values;
        memset(to, 0, room / 8);
        for (size_t i = 0; i < rows; i++)
            if (at[i] != FRAME_NO_ROW && bits_get(view->values, at[i] - first)) bits_set(to, i);
        break;
    }
    case COLUMN_I8:
        GATHER(int8_t, int32_t) break;
    case COLUMN_U8:
        GATHER(uint8_t, int32_t) break;
    case COLUMN_I16:
        GATHER(int16_t, int32_t) break;
    case COLUMN_U16:
        GATHER(uint16_t, int32_t) break;
    case COLUMN_I32:
        GATHER(int32_t, int32_t) break;
    case COLUMN_I64:
        GATHER(int64_t, int64_t) break;
    case COLUMN_F64:
        GATHER(double, double) break;
    case COLUMN_TEXT: {
        struct text *to = out->values;
        memset(to, 0, room * sizeof *to);
        for (size_t i = 0; i < rows; i++) {
            uint32_t row = at[i];
            if (row == FRAME_NO_ROW) continue;
            if (view->texts != NULL)
                to[i] = view->texts[row - first];
            else
                to[i] = (struct text){view->heap + view->offsets[row],
                                      (size_t)(view->offsets[row + 1] - view->offsets[row])};
        }
        break;
    }
    case COLUMN_ABSENT:
    case COLUMN_PARENT:
        memset(out->values, 0, out->values == NULL ? 0 : room * 4);
        break;
    }
#undef GATHER
}

void run_gather_rows(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                     struct lane *lanes, struct window window)
{
    const uint32_t *restrict from = step->view.values, *restrict at = lanes[step->in[0]].values;
    uint32_t *restrict to = lanes[step->out].values;
    lanes[step->out].known = NULL;
    if (step->view.width == COLUMN_PARENT)
        for (size_t i = 0; i < window.rows; i++)
            to[i] = at[i] == FRAME_NO_ROW ? FRAME_NO_ROW : parent_of(&step->view, at[i]);
    else
        for (size_t i = 0; i < window.rows; i++) to[i] = at[i] == FRAME_NO_ROW ? FRAME_NO_ROW : from[at[i]];
    for (size_t i = window.rows; i < bits_round(window.rows); i++) to[i] = FRAME_NO_ROW;
}

void run_row_ids(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                 struct lane *lanes, struct window window)
{
    const uint32_t *restrict at = lanes[step->in[0]].values;
    struct lane *out = &lanes[step->out];
    int64_t *restrict to = out->values;
    set_known(out, step->nullable);
    gather_known(&step->view, at, out, window.rows);
    for (size_t i = 0; i < window.rows; i++)
        to[i] = at[i] == FRAME_NO_ROW ? 0 : frame_id(worker->pass->run->frame, step->reg, at[i]);
    for (size_t i = window.rows; i < bits_round(window.rows); i++) to[i] = 0;
}

void worker_run_block(struct worker *worker, const struct bound_block *block, struct lane *lanes,
                      struct window window)
{
    for (size_t s = 0; s < block->count; s++)
        block->steps[s].run(worker, block, &block->steps[s], lanes, window);
}

void worker_run_batch(struct worker *worker, struct window window)
{
    const struct bound_pass *pass = worker->pass;
    worker_run_block(worker, &pass->block, worker->lanes, window);
    for (size_t i = 0; i < pass->output_count; i++)
        store_output(&pass->outputs[i], &worker->lanes[pass->outputs[i].lane], window, pass->run);
}

static void store_known(uint64_t *known, size_t at, const struct lane *lane, size_t rows)
{
    static const uint64_t ones[2] = {~(uint64_t)0, ~(uint64_t)0};
    if (lane->known != NULL)
        bits_store(known, at, lane->known, rows);
    else
        for (size_t done = 0; done < rows; done += 64)
            bits_store(known, at + done, ones, rows - done < 64 ? rows - done : 64);
}

static void store_result(struct program_result *result, enum lane_type type, const struct lane *lane,
                         size_t at, size_t rows)
{
    store_known(result->known, at, lane, rows);
#define KNOWN(i) (lane->known == NULL || bits_get(lane->known, i))
#define STORE(from_type, to, zero)                                                                           \
    for (size_t i = 0; i < rows; i++) (to)[at + i] = KNOWN(i) ? ((const from_type *)lane->values)[i] : zero
    switch (type) {
    case LANE_I32:
        STORE(int32_t, result->integers, 0);
        break;
    case LANE_I64:
        STORE(int64_t, result->integers, 0);
        break;
    case LANE_F64:
        STORE(double, result->ratios, 0);
        break;
    case LANE_TEXT:
        STORE(struct text, result->texts, ((struct text){NULL, 0}));
        break;
    case LANE_BITS:
        bits_store(result->truth, at, lane->values, rows);
        break;
    case LANE_ROWS:
        break;
    }
#undef STORE
#undef KNOWN
}

static void store_made(struct made *made, const struct lane *lane, size_t at, size_t rows)
{
    if (made->known != NULL) store_known(made->known, at, lane, rows);
    switch (made->type) {
    case LANE_I32:
    case LANE_ROWS:
        memcpy((int32_t *)made->values + at, lane->values, rows * sizeof(int32_t));
        break;
    case LANE_I64:
    case LANE_F64:
        memcpy((int64_t *)made->values + at, lane->values, rows * sizeof(int64_t));
        break;
    case LANE_TEXT:
        memcpy((struct text *)made->values + at, lane->values, rows * sizeof(struct text));
        break;
    case LANE_BITS:
        bits_store(made->values, at, lane->values, rows);
        break;
    }
}

/* One of the rows that were asked for, out of a window that may hold others that they need. */
static void store_single(struct program_result *result, enum lane_type type, const struct lane *lane,
                         size_t i, size_t at)
{
    uint64_t known = lane->known == NULL || bits_get(lane->known, i);
    uint64_t truth = type == LANE_BITS && known && bits_get(lane->values, i);
    struct lane one = {&truth, &known, NULL};
    if (type == LANE_I32 || type == LANE_ROWS) one.values = (int32_t *)lane->values + i;
    if (type == LANE_I64) one.values = (int64_t *)lane->values + i;
    if (type == LANE_F64) one.values = (double *)lane->values + i;
    if (type == LANE_TEXT) one.values = (struct text *)lane->values + i;
    store_result(result, type, &one, at, 1);
}

void store_output(const struct bound_output *output, const struct lane *lane, struct window window,
                  const struct run *run)
{
    if (output->made != NULL) store_made(output->made, lane, window.first - output->made->first, window.rows);
    if (output->root < 0) return;
    struct program_result *result = &run->results[output->root];
    if (!run->single) {
        store_result(result, output->type, lane, window.first, window.rows);
        return;
    }
    size_t first = run->row > window.first ? run->row : window.first,
           end = window.first + window.rows < run->row + run->rows ? window.first + window.rows
                                                                   : run->row + run->rows;
    for (size_t row = first; row < end; row++)
        store_single(result, output->type, lane, row - window.first, row - run->row);
}
