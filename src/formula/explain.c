/* The explainer: formulas planned and compiled once, values of any of their nodes on any record. The executor
 * computes them, so that an explanation can never say anything else than the screening did. */
#include "formula/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "formula/bits.h"
#include "formula/exec.h"
#include "formula/explain_plan.h"

/* From so many single rows on, all rows at once: of an explainer that is asked for thousands of records, and
 * one single row to so many rows of the largest register for one that is asked for a few. */
enum { SINGLES_OF_MANY = 32, ROWS_A_SINGLE = 256 };

struct explainer *explainer_new(const struct schema *schema, const struct frame *frame, int32_t as_of)
{
    struct explainer *explainer = mem_new(1, sizeof *explainer);
    explainer->schema = schema;
    explainer->frame = frame;
    explainer->as_of = as_of;
    explainer->singles_max = SINGLES_OF_MANY;
    return explainer;
}

static void forget_reverses(struct explainer *explainer)
{
    for (size_t i = 0; i < explainer->reverse_count; i++) {
        free(explainer->reverses[i].offsets);
        free(explainer->reverses[i].rows);
    }
    explainer->reverse_count = 0;
}

void explainer_rest(struct explainer *explainer)
{
    enum { KEPT_FORMULAS = 256 };
    if (explainer->formula_count > KEPT_FORMULAS) explainer_forget(explainer);
    for (size_t i = 0; i < explainer->formula_count; i++) explain_formula_rest(explainer->formulas[i]);
    forget_reverses(explainer);
    explainer->frame = NULL;
}

void explainer_on(struct explainer *explainer, const struct frame *frame)
{
    explainer->frame = frame;
    explainer->singles_max = SINGLES_OF_MANY;
}

void explainer_few(struct explainer *explainer)
{
    for (size_t r = 0; r < explainer->schema->register_count; r++) {
        size_t singles = explainer->frame->registers[r].rows / ROWS_A_SINGLE;
        if (explainer->singles_max < singles) explainer->singles_max = singles;
    }
}

void explainer_forget(struct explainer *explainer)
{
    for (size_t i = 0; i < explainer->formula_count; i++) explain_formula_free(explainer->formulas[i]);
    explainer->formula_count = 0;
}

void explainer_free(struct explainer *explainer)
{
    if (explainer == NULL) return;
    explainer_forget(explainer);
    forget_reverses(explainer);
    free(explainer->formulas);
    free(explainer->reverses);
    free(explainer);
}

void explainer_names(struct explainer *explainer, explain_name *name, void *context)
{
    explainer->name = name;
    explainer->name_context = context;
}

bool explain_is_true(struct value value)
{
    return value.known && value.integer != 0;
}

bool explain_is_false(struct value value)
{
    return value.known && value.integer == 0;
}

static void fail_with(struct explainer *explainer, int status)
{
    if (explainer->status == 0) explainer->status = status;
}

/* ---- Values ---- */

/* Is `reg` below `above`, directly or further down? */
static bool is_below(const struct schema *schema, int reg, int above)
{
    do reg = schema->registers[reg].parent;
    while (reg >= 0 && reg != above);
    return reg >= 0;
}

/* Whoever asks for a record below the explained one will ask for those beside it too: they cost little more
 * together. */
static void widen(const struct explain_formula *formula, struct program_run_options *options)
{
    enum { TOGETHER_MAX = 256 };
    const struct explainer *explainer = formula->explainer;
    const struct schema_register *meta = &explainer->schema->registers[options->reg];
    if (!is_below(explainer->schema, options->reg, formula->reg)) return;
    uint32_t parent =
        frame_reference(explainer->frame, options->reg, meta->parent_field, (uint32_t)options->row);
    if (parent == FRAME_NO_ROW) return;
    const uint32_t *offsets = explainer->frame->registers[options->reg].child_offsets;
    if (offsets[parent + 1] - offsets[parent] > TOGETHER_MAX) return;
    options->row = offsets[parent];
    options->rows = offsets[parent + 1] - offsets[parent];
}

/* A place for the values of all roots on a row; NULL when there is one already, which *standing is then. */
static struct value *new_place(struct explain_formula *formula, int shift, int reg, size_t row,
                               size_t *standing)
{
    struct {
        int shift, reg;
        uint32_t row;
    } key = {shift, reg, (uint32_t)row};
    if (!map_add(&formula->rows, (struct text){(const char *)&key, sizeof key}, formula->row_count, standing))
        return NULL;
    struct value *values = arena_array(&formula->row_arena, formula->shifts[shift].count, sizeof *values);
    formula->row_values = mem_grow(formula->row_values, &formula->row_capacity, formula->row_count + 1,
                                   sizeof *formula->row_values);
    formula->row_values[formula->row_count++] = values;
    return values;
}

static void take_row(const struct program_result *results, size_t count, size_t row, struct value *values)
{
    for (size_t i = 0; i < count; i++)
        if (row < results[i].rows) values[i] = program_result_get(&results[i], row);
}

/* Values of all roots on one register's row, in the order of the roots; those of other registers stay
 * unknown. */
static const struct value *single_row(struct explain_formula *formula, int shift, int reg, uint32_t row)
{
    struct explain_shift *at = &formula->shifts[shift];
    size_t standing, other;
    struct value *asked = new_place(formula, shift, reg, row, &standing);
    if (asked == NULL) return formula->row_values[standing];
    struct program_result *results = mem_new(at->count, sizeof *results);
    struct program_run_options options = {.threads = 1, .reg = reg, .row = row, .rows = 1};
    widen(formula, &options);
    int status =
        program_run(at->program, formula->explainer->frame, &options, results, formula->explainer->err);
    fail_with(formula->explainer, status);
    for (size_t i = 0; i < options.rows && status == 0; i++) {
        bool is_asked = options.row + i == row;
        struct value *values = is_asked ? asked : new_place(formula, shift, reg, options.row + i, &other);
        if (values != NULL) take_row(results, at->count, i, values);
    }
    if (status == 0) program_results_fini(results, at->count);
    free(results);
    formula->singles++;
    return asked;
}

static void run_all(struct explain_formula *formula)
{
    struct program_run_options options = {.reg = -1};
    for (size_t s = 0; s < formula->shift_count; s++) {
        struct explain_shift *at = &formula->shifts[s];
        if (at->count == 0) continue;
        struct program_result *results = mem_new(at->count, sizeof *results);
        int status =
            program_run(at->program, formula->explainer->frame, &options, results, formula->explainer->err);
        if (status != 0) {
            free(results);
            fail_with(formula->explainer, status);
            return;
        }
        at->results = results;
    }
}

static struct value root_value(const struct explain_plan *plan, uint32_t row)
{
    struct explain_formula *formula = plan->formula;
    struct explain_shift *at = &formula->shifts[plan->shift];
    if (formula->explainer->status != 0) return (struct value){0};
    if (at->results == NULL && formula->singles >= formula->explainer->singles_max) run_all(formula);
    if (at->results != NULL) return program_result_get(&at->results[plan->root], row);
    return single_row(formula, plan->shift, plan->reg, row)[plan->root];
}

uint32_t explain_up_row(const struct explain_plan *plan, uint32_t row)
{
    return frame_reference(plan->formula->explainer->frame, plan->reg, plan->node->index, row);
}

struct value explain_value(const struct explain_plan *plan, uint32_t row)
{
    const struct node *node = plan->node;
    const struct explain_shift *at = &plan->formula->shifts[plan->shift];
    const struct explainer *explainer = plan->formula->explainer;
    switch (node->op) {
    case NODE_CONSTANT:
        return node->value;
    case NODE_FIELD:
        return frame_get(explainer->frame, plan->reg, node->index, row);
    case NODE_PARAMETER:
        if (!at->dated) return (struct value){0};
        return schema_parameter_at(&explainer->schema->parameters[node->index], at->as_of);
    case NODE_AS_OF:
        return (struct value){.known = at->dated, .integer = at->dated ? at->as_of : 0};
    case NODE_DEFINITION:
    case NODE_PREVIOUS:
        return explain_value(plan->children[0], row);
    case NODE_UP: {
        uint32_t there = explain_up_row(plan, row);
        return there == FRAME_NO_ROW ? (struct value){0} : explain_value(plan->children[0], there);
    }
    case NODE_AGGREGATE:
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_IS_NULL:
    case NODE_KNOWN:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
    case NODE_NEGATE:
    case NODE_IF:
    case NODE_COALESCE:
    case NODE_CALL:
    case NODE_CONVERT:
        break;
    }
    return root_value(plan, row);
}

/* ---- Rows of aggregates ---- */

struct explain_rows explain_hanging(const struct explain_plan *plan, uint32_t row)
{
    struct explainer *explainer = plan->formula->explainer;
    int child = plan->node->other, field = plan->node->index;
    const struct frame_register *reg = &explainer->frame->registers[child];
    if (explainer->schema->registers[child].parent_field == field)
        return (struct explain_rows){NULL, reg->child_offsets[row], reg->child_offsets[row + 1]};
    if (reg->columns[field].values == NULL) return (struct explain_rows){NULL, 0, 0};
    struct reverse *reverse = NULL;
    for (size_t i = 0; i < explainer->reverse_count && reverse == NULL; i++)
        if (explainer->reverses[i].child == child && explainer->reverses[i].field == field)
            reverse = &explainer->reverses[i];
    if (reverse == NULL) {
        explainer->reverses = mem_grow(explainer->reverses, &explainer->reverse_capacity,
                                       explainer->reverse_count + 1, sizeof *explainer->reverses);
        reverse = &explainer->reverses[explainer->reverse_count++];
        *reverse = reverse_new(explainer->frame, child, field);
    }
    return (struct explain_rows){reverse->rows, reverse->offsets[row], reverse->offsets[row + 1]};
}

uint32_t explain_row_at(struct explain_rows rows, size_t i)
{
    return rows.list == NULL ? (uint32_t)i : rows.list[i];
}

struct explain_item explain_item_at(const struct explain_plan *plan, uint32_t row)
{
    const struct explain_plan *v = plan->children[0], *w = plan->child_count > 1 ? plan->children[1] : NULL;
    struct explain_item item = {{.known = true, .integer = 1}, {0}};
    if (w != NULL) item.w = explain_value(w, row);
    if (v != NULL) item.v = explain_value(v, row);
    return item;
}

bool explain_picks(const struct node *node)
{
    return node->op == NODE_AGGREGATE &&
           (node->aggregate == AGGREGATE_LATEST || node->aggregate == AGGREGATE_EARLIEST);
}

struct value explain_key_at(const struct explain_plan *plan, uint32_t row)
{
    return explain_value(plan->children[2], row);
}

static int compare_keys(const struct explain_plan *plan, struct value a, struct value b)
{
    if (plan->children[2]->node->type.kind == TYPE_RATIO) return (a.ratio > b.ratio) - (a.ratio < b.ratio);
    return (a.integer > b.integer) - (a.integer < b.integer);
}

bool explain_same_key(const struct explain_plan *plan, struct value a, struct value b)
{
    return a.known && b.known && compare_keys(plan, a, b) == 0;
}

struct value explain_extreme(const struct explain_plan *plan, uint32_t row)
{
    struct explain_rows rows = explain_hanging(plan, row);
    struct value best = {0};
    for (size_t i = rows.first; i < rows.end; i++) {
        uint32_t child = explain_row_at(rows, i);
        if (!explain_is_true(explain_item_at(plan, child).w)) continue;
        struct value key = explain_key_at(plan, child);
        int order = key.known && best.known ? compare_keys(plan, key, best) : 0;
        bool beats = plan->node->aggregate == AGGREGATE_LATEST ? order > 0 : order < 0;
        if (key.known && (!best.known || beats)) best = key;
    }
    return best;
}

const struct explain_plan *explain_through(const struct explain_plan *plan)
{
    while (plan->node->op == NODE_DEFINITION) plan = plan->children[0];
    return plan;
}

size_t explain_absent_months(const struct explain_plan *plan, uint32_t row, int32_t months[64])
{
    struct value first = explain_value(plan->children[2], row), last = explain_value(plan->children[3], row);
    size_t count = 0;
    uint64_t present = 0;
    if (!first.known || !last.known || last.integer - first.integer >= 64) return 0;
    struct explain_rows rows = explain_hanging(plan, row);
    for (size_t i = rows.first; i < rows.end; i++) {
        struct explain_item item = explain_item_at(plan, explain_row_at(rows, i));
        int64_t place = item.v.integer - first.integer;
        if (explain_is_true(item.w) && item.v.known && place >= 0 && place < 64)
            present |= (uint64_t)1 << place;
    }
    for (int64_t month = first.integer; month <= last.integer; month++)
        if (!(present >> (month - first.integer) & 1)) months[count++] = (int32_t)month;
    return count;
}

int explain_finish(struct explainer *explainer, struct explain_formula *formula)
{
    map_fini(&formula->rows);
    arena_fini(&formula->row_arena);
    formula->row_count = 0;
    explainer->err = NULL;
    return explainer->status;
}

int explain_record(struct explainer *explainer, const struct node *node, int reg, uint32_t row,
                   struct arena *arena, struct explain *out, struct err *err)
{
    explainer->status = 0;
    explainer->err = err;
    *out = (struct explain){.root = {.node = node, .reg = reg, .row = row}};
    struct explain_formula *formula = explain_formula_get(explainer, node, reg);
    if (formula == NULL) return explainer->status;
    size_t left = EXPLAIN_NODES;
    explain_build_tree(formula->root, row, arena, &left, &out->root);
    explain_find_missing(explainer, formula->root, row, arena, out);
    return explain_finish(explainer, formula);
}
