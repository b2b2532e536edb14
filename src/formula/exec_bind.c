/* Binding a pass to a frame: every step gets a kernel and operands, chosen by what the frame's columns hold.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/exec.h"

struct binder {
    struct run *run;
    struct bound_pass *out;
    struct bound_block *bound; /* being bound */
    int *map;                  /* from the block's steps to values */
    size_t batch;              /* rows of the pass at a time, at least 1 */
    struct err *err;
    int status;
};

static const enum lane_type lane_types[] = {
    [KIND_INT] = LANE_I64, [KIND_RATIO] = LANE_F64, [KIND_BOOL] = LANE_BITS, [KIND_TEXT] = LANE_TEXT};

static struct bound_value value_blank(enum lane_type type)
{
    return (struct bound_value){.type = type, .lane = -1, .wide = -1, .node = -1, .load = -1, .last_use = -1};
}

static int add_value(struct bound_block *block, struct bound_value value)
{
    value.last_use = -1;
    block->values =
        mem_grow(block->values, &block->value_capacity, block->value_count + 1, sizeof *block->values);
    block->values[block->value_count] = value;
    return (int)block->value_count++;
}

/* While values are bound, a step's `out` and `in` are values; lanes come last. */
static struct bound_step *add_step(struct bound_block *block, bound_run *run, int out)
{
    block->steps = mem_grow(block->steps, &block->capacity, block->count + 1, sizeof *block->steps);
    struct bound_step *step = &block->steps[block->count++];
    memset(step, 0, sizeof *step);
    step->run = run;
    step->out = out;
    step->walk = -1;
    for (int i = 0; i < OPERANDS_MAX; i++) step->in[i] = -1;
    if (out >= 0) step->nullable = block->values[out].nullable;
    if (out >= 0) step->truth = block->values[out].type == LANE_BITS;
    return step;
}

static const struct graph_node *graph_node(const struct binder *binder, int node)
{
    return node < 0 ? NULL : &binder->run->graph->nodes[node];
}

static int operand(const struct binder *binder, int step)
{
    return step < 0 ? -1 : binder->map[step];
}

/* A register without rows may have no columns either: nothing of them is ever read. */
static const struct column *frame_column(struct binder *binder, int reg, int field)
{
    const struct frame_register *rows = &binder->run->frame->registers[reg];
    const struct schema_register *schema = &binder->run->schema->registers[reg];
    const struct column *column = &rows->columns[field];
    if (column->width == COLUMN_ABSENT && rows->rows > 0 && binder->status == 0)
        binder->status = err_set(binder->err, ERR_NOT_FOUND, "登记簿%.*s的字段%.*s没有载入，无法计算",
                                 "field %.*s.%.*s is not loaded", TEXT_ARGS(schema->label.name),
                                 TEXT_ARGS(schema->fields[field].label.name));
    return column;
}

static struct bound_value view_made(const struct made *made, struct column_view *view)
{
    static const enum column_width widths[] = {
        [LANE_I32] = COLUMN_I32,  [LANE_I64] = COLUMN_I64,   [LANE_F64] = COLUMN_F64,
        [LANE_BITS] = COLUMN_BIT, [LANE_TEXT] = COLUMN_TEXT, [LANE_ROWS] = COLUMN_I32};
    struct bound_value value = value_blank(made->type);
    *view = (struct column_view){.width = widths[made->type], .made = made};
    value.nullable = made->nullable;
    value.least = made->least;
    value.most = made->most;
    return value;
}

static struct bound_value view_column(const struct column *column, enum lane_kind kind,
                                      struct column_view *view)
{
    struct bound_value value =
        value_blank(kind == KIND_INT && column->width != COLUMN_I64 ? LANE_I32 : lane_types[kind]);
    *view = (struct column_view){.width = column->width,
                                 .values = column->values,
                                 .base = column->base,
                                 .nulls = column->nulls,
                                 .offsets = column->offsets,
                                 .heap = column->heap};
    value.nullable = column->nulls != NULL;
    /* Items of 0 stand under nulls and behind the last row. */
    value.least = column->least < column->base ? column->least : column->base;
    value.most = column->most > column->base ? column->most : column->base;
    return value;
}

static int bind_read(struct binder *binder, const struct block_step *step)
{
    const struct graph_node *node = graph_node(binder, step->node);
    struct column_view view;
    struct bound_value value =
        step->column >= 0 ? view_made(&binder->run->columns[step->column], &view)
                          : view_column(frame_column(binder, step->reg, step->field), node->kind, &view);
    if (step->op == OP_GATHER) { /* 0 where there is no row */
        value.nullable |= binder->bound->values[operand(binder, step->in[0])].nullable;
        if (value.least > 0) value.least = 0;
        if (value.most < 0) value.most = 0;
    }
    int out = add_value(binder->bound, value);
    struct bound_step *made = add_step(binder->bound, step->op == OP_LOAD ? run_load : run_gather, out);
    made->in[0] = operand(binder, step->in[0]);
    made->view = view;
    made->node = node;
    if (step->op == OP_LOAD) binder->bound->values[out].load = (int)binder->bound->count - 1;
    return out;
}

static int bind_rows(struct binder *binder, const struct block_step *step)
{
    const struct column *column =
        step->field == FIELD_OWN_ROWS ? NULL : frame_column(binder, step->reg, step->field);
    struct bound_value value = value_blank(LANE_ROWS);
    int rows = operand(binder, step->in[0]);
    value.nullable =
        (column != NULL && column->nulls != NULL) || (rows >= 0 && binder->bound->values[rows].nullable);
    int out = add_value(binder->bound, value);
    struct bound_step *made =
        add_step(binder->bound, step->op == OP_LOAD_ROWS ? run_load_rows : run_gather_rows, out);
    made->in[0] = rows;
    made->view.width = COLUMN_I32;
    if (column == NULL) return out;
    made->view.values = column->values;
    if (column->width != COLUMN_PARENT) return out;
    made->view.width = COLUMN_PARENT;
    made->view.slices = binder->run->frame->registers[step->reg].child_offsets;
    made->view.parents = binder->run->frame->registers[binder->run->schema->registers[step->reg].parent].rows;
    return out;
}

static int bind_ids(struct binder *binder, const struct block_step *step)
{
    struct bound_value value = value_blank(LANE_I64);
    value.nullable = binder->bound->values[operand(binder, step->in[0])].nullable;
    value.least = INT64_MIN;
    value.most = INT64_MAX;
    int out = add_value(binder->bound, value);
    struct bound_step *made = add_step(binder->bound, run_row_ids, out);
    made->in[0] = operand(binder, step->in[0]);
    made->reg = step->reg;
    return out;
}

/* Constants have lanes of their own, filled once. */
static int bind_constant(struct binder *binder, int node, bool wide)
{
    const struct graph_node *at = graph_node(binder, node);
    struct bound_value value = value_blank(lane_types[at->kind]);
    value.least = value.most = at->value.integer;
    if (at->kind == KIND_INT && !wide && value.least >= INT32_MIN && value.most <= INT32_MAX)
        value.type = LANE_I32;
    value.nullable = !at->value.known;
    value.constant = true;
    value.node = node;
    struct bound_lane lane = bound_lane_for(value.type);
    lane.constant = node;
    value.lane = bound_lane_add(binder->bound, lane);
    return add_value(binder->bound, value);
}

/* The same integers as int64. */
static int widened(struct binder *binder, int value)
{
    struct bound_block *bound = binder->bound;
    struct bound_value wide = bound->values[value];
    if (wide.type != LANE_I32) return value;
    if (wide.wide >= 0) return wide.wide;
    int out;
    if (wide.constant) {
        out = bind_constant(binder, wide.node, true);
    } else {
        wide.type = LANE_I64;
        out = add_value(bound, wide);
        add_step(bound, run_widen, out)->in[0] = value;
    }
    bound->values[value].wide = out;
    return out;
}

/* A test of a column against constants reads the column itself. */
static int bind_test(struct binder *binder, const struct graph_node *node, const struct bound_value *in,
                     struct bound_value result)
{
    struct bound_block *bound = binder->bound;
    struct bound_test test;
    int column = bound_test_of(node, in, binder->run->graph, &test);
    if (column < 0) return -1;
    struct column_view view = bound->steps[in[column].load].view;
    if (!bound_test_fit(&test, &view)) return -1;
    int out = add_value(bound, result);
    struct bound_step *made = add_step(bound, run_test, out);
    made->view = view;
    made->test = test;
    return out;
}

static int bind_operation(struct binder *binder, const struct block_step *step)
{
    const struct graph_node *node = graph_node(binder, step->node);
    const struct operation *operation = &operations[step->op];
    struct graph_node as = *node; /* KNOWN of a record is another operation here than in the graph */
    struct bound_value in[OPERANDS_MAX];
    int values[OPERANDS_MAX] = {-1, -1, -1};
    unsigned given = 0;
    as.op = step->op;
    for (size_t i = 0; operation->operands[i] != '\0'; i++) {
        values[i] = binder->map[step->in[i]];
        in[i] = binder->bound->values[values[i]];
    }
    struct bound_value result = bind_result(&as, in, &given);
    if (step->op == OP_LIMIT && given & KERNEL_EXACT) return values[0];
    int test = bind_test(binder, &as, in, result);
    if (test >= 0) return test;
    for (size_t i = 0; operation->operands[i] != '\0'; i++)
        if (operation->operands[i] == 'l' || (operation->operands[i] == 'i' && !(given & KERNEL_NARROW)))
            values[i] = widened(binder, values[i]);
    int out = add_value(binder->bound, result);
    struct bound_step *made = add_step(binder->bound, run_operation, out);
    memcpy(made->in, values, sizeof values);
    made->kernel = kernel_pick(step->op, given);
    made->known = operation->known;
    made->node = node;
    if (step->op == OP_MATCHES) binder->out->matches = true;
    return out;
}

static int bind_step(struct binder *binder, const struct block_step *step)
{
    if (step->op < (enum op)OPERATION_COUNT) return bind_operation(binder, step);
    if (step->op == OP_CONSTANT) return bind_constant(binder, step->node, false);
    if (step->op == OP_LOAD || step->op == OP_GATHER) return bind_read(binder, step);
    if (step->op == OP_ROW_IDS) return bind_ids(binder, step);
    assert(step->op == OP_LOAD_ROWS || step->op == OP_GATHER_ROWS);
    return bind_rows(binder, step);
}

static void bind_steps(struct binder *binder, const struct block *block, const struct pass *pass);

static enum segment_values segment_values_of(const struct bound_value *v)
{
    const int64_t most = INT32_MAX / SEGMENT_STRIDE;
    if (v->type != LANE_I32) return SEGMENT_WIDE;
    return v->least >= -most && v->most <= most ? SEGMENT_SMALL : SEGMENT_NARROW;
}

/* The children of a batch in one go where they are few: a chunk is small enough for the nearest cache. */
static size_t chunk_rows(const struct binder *binder, size_t children, size_t parents)
{
    enum { CHUNK_MOST = 4096 };
    size_t rows = parents == 0 ? 0 : children / parents + 1;
    rows = rows > CHUNK_MOST / binder->batch ? CHUNK_MOST : rows * binder->batch;
    return bits_round(rows == 0 ? 1 : rows);
}

/* A walk's own block first, since what its results can be depends on what its rows hold. */
static void bind_walk(struct binder *binder, const struct pass *pass, int w)
{
    const struct walk *walk = &pass->walks[w];
    struct bound_walk *out = &binder->out->walks[w];
    const struct frame_register *child = &binder->run->frame->registers[walk->child];
    struct binder inner = *binder;
    inner.bound = &out->block;
    inner.map = mem_new(walk->block.count, sizeof *inner.map);
    out->block.rows = chunk_rows(binder, child->rows, binder->run->frame->registers[pass->reg].rows);
    bind_steps(&inner, &walk->block, pass);
    binder->status = inner.status;
    if (walk->listed) {
        frame_column(binder, walk->child, walk->field);
        if (binder->status != 0) goto out;
        const struct reverse *reverse = run_reverse(binder->run, walk->child, walk->field);
        out->offsets = reverse->offsets;
        out->list = reverse->rows;
    } else {
        out->offsets = child->child_offsets;
    }
    out->aggregates = mem_new(walk->count, sizeof *out->aggregates);
    out->sums = mem_new(walk->count, sizeof *out->sums);
    out->count = walk->count;
    for (size_t a = 0; a < walk->count; a++) {
        const struct walk_aggregate *from = &walk->aggregates[a];
        const struct graph_node *node = graph_node(binder, from->node);
        struct bound_aggregate *to = &out->aggregates[a];
        const struct bound_value *v = from->v < 0 ? NULL : &out->block.values[inner.map[from->v]];
        const struct bound_value *w_value = from->w < 0 ? NULL : &out->block.values[inner.map[from->w]];
        struct bound_value result = bind_aggregate(node, v, w_value, child->rows, &to->exact);
        to->aggregate = node->aggregate;
        to->kind = from->v < 0 ? KIND_BOOL : graph_node(binder, node->in[0])->kind;
        to->narrow = v != NULL && v->type == LANE_I32;
        if (to->exact) to->values = segment_values_of(v);
        to->nullable = result.nullable;
        to->v = operand(&inner, from->v);
        to->w = operand(&inner, from->w);
        to->first = operand(binder, from->first);
        to->last = operand(binder, from->last);
        if (to->first >= 0) to->first = widened(binder, to->first);
        if (to->last >= 0) to->last = widened(binder, to->last);
        to->out = binder->map[from->out] = add_value(binder->bound, result);
    }
    add_step(binder->bound, run_walk, -1)->walk = w;
out:
    free(inner.map);
}

/* Nearly as many bound steps and values as there are steps: growing step by step would copy them over and
 * over, which is what one record's run would mostly do. */
static void reserve(struct bound_block *bound, const struct block *block)
{
    bound->steps = mem_grow(bound->steps, &bound->capacity, block->count + 1, sizeof *bound->steps);
    bound->values = mem_grow(bound->values, &bound->value_capacity, block->count + 1, sizeof *bound->values);
}

static void bind_steps(struct binder *binder, const struct block *block, const struct pass *pass)
{
    reserve(binder->bound, block);
    for (size_t i = 0; i < block->count && binder->status == 0; i++) {
        if (block->steps[i].op == OP_WALK)
            bind_walk(binder, pass, block->steps[i].walk);
        else if (block->steps[i].op != OP_AGGREGATE)
            binder->map[i] = bind_step(binder, &block->steps[i]);
    }
}

static void bind_output(struct binder *binder, const struct pass *pass, const struct pass_output *from,
                        struct bound_output *to)
{
    const struct bound_value *value = &binder->bound->values[binder->map[from->step]];
    struct run *run = binder->run;
    to->lane = binder->map[from->step];
    to->type = value->type;
    to->root = from->root >= 0 && (!run->single || run->reg == pass->reg) ? from->root : -1;
    if (from->column < 0) return;
    to->made = &run->columns[from->column];
    *to->made = (struct made){
        .type = value->type, .nullable = value->nullable, .least = value->least, .most = value->most};
    /* Rows that nobody asks for hold 0. */
    if (to->made->least > 0) to->made->least = 0;
    if (to->made->most < 0) to->made->most = 0;
    if (!run->wanted[from->column]) to->made = NULL; /* only its type is asked for, by passes without rows */
}

void bound_pass_make_room(const struct bound_pass *pass, const struct row_set *rows)
{
    for (size_t i = 0; i < pass->output_count; i++) {
        struct made *made = pass->outputs[i].made;
        if (made == NULL) continue;
        /* From the first row that somebody reads to the last. */
        if (rows->count > 0) made->first = rows->ranges[0].first / BITS_WORD * BITS_WORD;
        made_allocate(made, rows->count == 0 ? 0 : rows->ranges[rows->count - 1].end - made->first);
    }
}

int bind_pass(struct run *run, const struct pass *pass, size_t rows, struct bound_pass *out, struct err *err)
{
    struct binder binder = {
        .run = run, .out = out, .bound = &out->block, .batch = rows == 0 ? 1 : rows, .err = err};
    *out = (struct bound_pass){.walk_count = pass->walk_count, .run = run};
    out->walks = mem_new(pass->walk_count, sizeof *out->walks);
    out->outputs = mem_new(pass->output_count, sizeof *out->outputs);
    out->block.rows = bits_round(rows == 0 ? 1 : rows);
    binder.map = mem_new(pass->block.count, sizeof *binder.map);
    bind_steps(&binder, &pass->block, pass);
    if (binder.status == 0) {
        out->output_count = pass->output_count;
        for (size_t i = 0; i < pass->output_count; i++)
            bind_output(&binder, pass, &pass->outputs[i], &out->outputs[i]);
        bind_lanes(out);
    }
    free(binder.map);
    return binder.status;
}

static void bound_block_fini(struct bound_block *block)
{
    free(block->steps);
    free(block->lanes);
    free(block->values);
}

void bound_pass_fini(struct bound_pass *pass)
{
    bound_block_fini(&pass->block);
    for (size_t w = 0; w < pass->walk_count; w++) {
        bound_block_fini(&pass->walks[w].block);
        free(pass->walks[w].aggregates);
        free(pass->walks[w].sums);
    }
    free(pass->walks);
    free(pass->outputs);
}
