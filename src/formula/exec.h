/* Execution: passes bound to one frame (lane widths, ranges and kernels chosen by what its columns hold), and
 * the threads' own memory for running them. Internal to the executor's files. */
#ifndef ZENGSHOU_FORMULA_EXEC_H
#define ZENGSHOU_FORMULA_EXEC_H

#include "formula/column_test.h"
#include "formula/frame.h"
#include "formula/kernel.h"
#include "formula/pass.h"
#include "formula/program.h"
#include "formula/segment.h"

/* ---- Columns that passes make ---- */
struct made {
    enum lane_type type;
    bool nullable;
    int64_t least, most;
    size_t first;    /* row of the first item, a multiple of 64: what nobody reads is not kept */
    void *values;    /* I32, I64, F64, TEXT items, or a bitmap; NULL until its pass is bound */
    uint64_t *known; /* NULL when not nullable */
};
void made_allocate(struct made *made, size_t rows);
void made_free(struct made *made);

/* Child rows by the row they refer to, for references that are not the parent. */
struct reverse {
    int child, field;
    uint32_t *offsets; /* target's rows + 1 */
    uint32_t *rows;    /* child rows, grouped by target, ascending */
};

/* The column must be loaded. free() both arrays. */
struct reverse reverse_new(const struct frame *frame, int child, int field);

/* A stretch of rows. */
struct row_range {
    size_t first, end;
};

struct row_set { /* sorted and apart after row_set_close */
    struct row_range *ranges;
    size_t count, capacity;
};
void row_set_add(struct row_set *set, size_t first, size_t end);
void row_set_close(struct row_set *set);
size_t row_set_rows(const struct row_set *set);

struct run {
    const struct schema *schema;
    const struct graph *graph;
    const struct pass_list *passes;
    const struct frame *frame;
    struct made *columns; /* of pass_list.columns */
    bool *wanted;         /* of pass_list.columns: somebody reads it in this run */
    struct row_set *sets; /* of pass_list.passes: the rows each has to compute */
    struct reverse *reverses;
    size_t reverse_count, reverse_capacity;
    struct program_result *results;
    bool single; /* results are asked for some rows of one register only */
    int reg;
    size_t row, rows; /* the first, and how many */
    size_t batch;
};

const struct reverse *run_reverse(struct run *run, int child, int field);

/* Which rows every pass has to compute: all of them, or what the run's rows of one register need. */
void demand_all(struct run *run);
void demand_rows(struct run *run);

/* ---- Bound passes ---- */
struct column_view {
    enum column_width width;
    const void *values;
    int64_t base;           /* of items of at most 16 bits */
    size_t first;           /* row of the first item; 0 for columns of the frame */
    const uint32_t *slices; /* PARENT: where each parent's begins */
    size_t parents;
    const uint64_t *nulls, *known; /* at most one of them; neither: all known */
    const uint64_t *offsets;       /* TEXT of the frame */
    const char *heap;
    const struct text *texts; /* TEXT made by a pass */
    const struct made *made;  /* that pass's column, whose memory a run gives it; NULL: one of the frame */
};
/* The view as it stands in this run. */
static inline struct column_view view_now(const struct column_view *view)
{
    struct column_view now = *view;
    if (view->made == NULL) return now;
    now.values = view->made->values;
    now.first = view->made->first;
    now.known = view->made->known;
    now.texts = view->width == COLUMN_TEXT ? view->made->values : NULL;
    return now;
}

/* True where a column's value lies in one of the ranges. */
enum { TEST_RANGES = 4 };

struct bound_test {
    column_test_run *run;
    size_t count;
    struct {
        int64_t low, high;
    } ranges[TEST_RANGES];
};

struct window {
    size_t first, rows;
    const uint32_t *list; /* the rows themselves when they are no stretch */
};

struct worker;
struct bound_block;

struct bound_step {
    void (*run)(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
                struct lane *lanes, struct window window);
    kernel_run *kernel;
    int out, in[OPERANDS_MAX]; /* lanes; -1 */
    enum known_rule known;
    bool nullable, truth; /* of the result: it may be unknown; it is a bitmap */
    const struct graph_node *node;
    struct column_view view; /* LOAD*, GATHER*, tests of columns */
    struct bound_test test;
    int reg; /* ROW_IDS */
    int walk;
};

/* Memory of one lane. */
struct bound_lane {
    unsigned item; /* bytes a row of its values; 0: a bitmap or borrowed */
    bool bits;     /* a bitmap; with item 0 and no bits it points into a column */
    int constant;  /* graph node that fills it once; -1 */
    bool taken;    /* only while lanes are given out, */
    int next;      /* like this: 1 + the next one that nobody needs; 0: none */
};

/* What is known of a value before any row is seen. */
struct bound_value {
    enum lane_type type;
    bool nullable, constant;
    int64_t least, most; /* integers: what may stand in the lane, also where it is unknown */
    int lane;            /* -1 until lanes are given out */
    int wide;            /* the value that holds the same as int64, -1 until needed */
    int load;            /* the bound step that reads it from a column at the window's own rows, -1 */
    int last_use;        /* bound step after which nobody reads it */
    int node;            /* a constant's graph node, else -1 */
};

struct bound_block {
    struct bound_step *steps;
    size_t count, capacity;
    struct bound_lane *lanes;
    size_t lane_count, lane_capacity;
    struct bound_value *values;
    size_t value_count, value_capacity;
    size_t rows; /* room of a lane, a multiple of 64 */
};

struct bound_aggregate {
    enum aggregate aggregate;
    enum lane_kind kind;        /* of v; KIND_BOOL without */
    bool narrow;                /* v is int32 */
    bool exact;                 /* a sum that cannot overflow */
    enum segment_values values; /* of an exact sum */
    bool nullable;              /* the result may be unknown */
    int v, w;                   /* lanes of the walk's block, -1 */
    int first, last, out;       /* lanes of the pass's block */
};

/* Exact sums of one value, taken in one trip. */
struct bound_sums {
    segment_sums_run *run;
    int v; /* lane of the walk's block */
    size_t count;
    size_t aggregates[SEGMENT_MASKS];
};

struct bound_walk {
    struct bound_block block;
    const uint32_t *offsets, *list;
    struct bound_aggregate *aggregates;
    size_t count;
    struct bound_sums *sums;
    size_t sums_count;
};

struct bound_output {
    int lane;
    enum lane_type type;
    struct made *made; /* or NULL */
    int root;          /* whose result it is; -1 */
};

struct bound_pass {
    struct bound_block block;
    struct bound_walk *walks;
    size_t walk_count;
    struct bound_output *outputs;
    size_t output_count;
    const struct run *run;
    bool matches; /* some step needs match data */
};

/* For batches of at most `rows` rows. ERR_NOT_FOUND when the frame lacks a column. To be freed on failure
 * too. */
int bind_pass(struct run *run, const struct pass *pass, size_t rows, struct bound_pass *out, struct err *err);
/* Gives the columns that the pass makes memory for the rows of this run, `rows`; before it runs. */
void bound_pass_make_room(const struct bound_pass *pass, const struct row_set *rows);
void bound_pass_fini(struct bound_pass *pass);

/* What an operation gives, from its operands' values; sets type, ranges and nullability, and the kernel's
 * given needs. */
struct bound_value bind_result(const struct graph_node *node, const struct bound_value *in, unsigned *given);
struct bound_value bind_aggregate(const struct graph_node *node, const struct bound_value *v,
                                  const struct bound_value *w, size_t child_rows, bool *exact);

/* The operand that is a column of which the operation is a test against constants, -1 if it is no such thing.
 */
int bound_test_of(const struct graph_node *node, const struct bound_value *in, const struct graph *graph,
                  struct bound_test *out);
/* Fits the ranges to the column's width and chooses how to run; false when the column holds no whole numbers.
 */
bool bound_test_fit(struct bound_test *test, const struct column_view *view);

/* Lanes by the values' types; gives all values of a pass their lanes. */
struct bound_lane bound_lane_for(enum lane_type type);
int bound_lane_add(struct bound_block *block, struct bound_lane lane);
void bind_lanes(struct bound_pass *pass);

/* ---- Running ---- */
struct accumulator; /* of one aggregate over a batch */

struct walk_room {
    struct lane *lanes;
    struct accumulator *accumulators;
    uint64_t *selected, *doubtful; /* bitmaps of a chunk */
    uint64_t *usable;              /* one of each aggregate, `words` apart */
    const uint64_t **masks;        /* rows of a chunk that each aggregate uses */
    size_t words;
};

struct worker {
    const struct bound_pass *pass;
    struct lane *lanes;
    struct walk_room *walks;
    struct pcre2_real_match_data_8 *match;
    struct arena arena;
};

void worker_init(struct worker *worker, const struct bound_pass *pass);
void worker_fini(struct worker *worker);
void worker_run_batch(struct worker *worker, struct window window);
void worker_run_block(struct worker *worker, const struct bound_block *block, struct lane *lanes,
                      struct window window);

/* The steps' own functions. */
typedef void bound_run(struct worker *, const struct bound_block *, const struct bound_step *, struct lane *,
                       struct window);
bound_run run_operation, run_load, run_load_rows, run_gather, run_gather_rows, run_row_ids, run_test,
    run_walk, run_widen;

struct lane *lanes_new(struct arena *arena, const struct bound_block *block, const struct graph *graph);

/* Known bits of a column at the window's rows, where the lane has them. */
void load_known(const struct column_view *view, bool nullable, struct lane *out, struct window window);

void store_output(const struct bound_output *output, const struct lane *lane, struct window window,
                  const struct run *run);

/* Makes the room of a walk's accumulators; frees what they have grown. */
struct accumulator *accumulators_new(struct arena *arena, const struct bound_walk *walk, size_t rows);
void accumulators_free(struct accumulator *accumulators, size_t count);

/* RANK or DUPLICATED of made columns into another, over all rows. in[k] NULL: the node's operand k is a known
 * constant, or it has none. */
void whole_run(const struct graph_node *node, const struct made *const in[GRAPH_OPERANDS], struct made *out,
               size_t rows);

#endif
