/* Which rows each pass has to compute. One record's answer needs the record, its child rows, the records it
 * refers to, and so on down the passes; explaining a household must not cost a county. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/exec.h"

void row_set_add(struct row_set *set, size_t first, size_t end)
{
    if (first >= end) return;
    if (set->count > 0) {
        struct row_range *last = &set->ranges[set->count - 1];
        if (last->first <= first && first <= last->end) {
            if (end > last->end) last->end = end;
            return;
        }
    }
    set->ranges = mem_grow(set->ranges, &set->capacity, set->count + 1, sizeof *set->ranges);
    set->ranges[set->count++] = (struct row_range){first, end};
}

static int compare_ranges(const void *a, const void *b)
{
    const struct row_range *left = a, *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

void row_set_close(struct row_set *set)
{
    size_t kept = 0;
    if (set->count < 2) return;
    qsort(set->ranges, set->count, sizeof *set->ranges, compare_ranges);
    for (size_t i = 1; i < set->count; i++) {
        if (set->ranges[i].first > set->ranges[kept].end)
            set->ranges[++kept] = set->ranges[i];
        else if (set->ranges[i].end > set->ranges[kept].end)
            set->ranges[kept].end = set->ranges[i].end;
    }
    set->count = kept + 1;
}

size_t row_set_rows(const struct row_set *set)
{
    size_t rows = 0;
    for (size_t i = 0; i < set->count; i++) rows += set->ranges[i].end - set->ranges[i].first;
    return rows;
}

/* Child rows in ascending order within each target: a counting sort of the reference. */
struct reverse reverse_new(const struct frame *frame, int child, int field)
{
    int target = frame->schema->registers[child].fields[field].type.record;
    size_t targets = frame->registers[target].rows, rows = frame->registers[child].rows;
    const uint32_t *references = frame->registers[child].columns[field].values;
    struct reverse reverse = {.child = child, .field = field};
    reverse.offsets = mem_new(targets + 2, sizeof *reverse.offsets);
    reverse.rows = mem_new(rows + BITS_WORD, sizeof *reverse.rows);
    for (size_t i = 0; i < rows; i++)
        if (references[i] != FRAME_NO_ROW) reverse.offsets[(size_t)references[i] + 2]++;
    for (size_t t = 2; t < targets + 2; t++) reverse.offsets[t] += reverse.offsets[t - 1];
    for (size_t i = 0; i < rows; i++)
        if (references[i] != FRAME_NO_ROW)
            reverse.rows[reverse.offsets[(size_t)references[i] + 1]++] = (uint32_t)i;
    return reverse;
}

const struct reverse *run_reverse(struct run *run, int child, int field)
{
    for (size_t i = 0; i < run->reverse_count; i++)
        if (run->reverses[i].child == child && run->reverses[i].field == field) return &run->reverses[i];
    run->reverses =
        mem_grow(run->reverses, &run->reverse_capacity, run->reverse_count + 1, sizeof *run->reverses);
    run->reverses[run->reverse_count] = reverse_new(run->frame, child, field);
    return &run->reverses[run->reverse_count++];
}

void demand_all(struct run *run)
{
    for (size_t c = 0; c < run->passes->column_count; c++) run->wanted[c] = true;
    for (size_t p = 0; p < run->passes->count; p++)
        row_set_add(&run->sets[p], 0, run->frame->registers[run->passes->passes[p].reg].rows);
}

/* The row that a step of row numbers gives for a row of the block's register. */
static uint32_t follow(const struct run *run, const struct block *block, int step, uint32_t row)
{
    const struct block_step *at = &block->steps[step];
    if (at->field == FIELD_OWN_ROWS) return row;
    if (at->in[0] >= 0) row = follow(run, block, at->in[0], row);
    return row == FRAME_NO_ROW ? FRAME_NO_ROW : frame_reference(run->frame, at->reg, at->field, row);
}

static void demand_of_block(struct run *run, const struct block *block, const struct row_set *rows,
                            const int *makers)
{
    for (size_t s = 0; s < block->count; s++) {
        const struct block_step *step = &block->steps[s];
        if (step->column < 0) continue;
        run->wanted[step->column] = true;
        struct row_set *needed = &run->sets[makers[step->column]];
        for (size_t r = 0; r < rows->count; r++) {
            if (step->op == OP_LOAD) {
                row_set_add(needed, rows->ranges[r].first, rows->ranges[r].end);
                continue;
            }
            for (size_t row = rows->ranges[r].first; row < rows->ranges[r].end; row++) {
                uint32_t there = follow(run, block, step->in[0], (uint32_t)row);
                if (there != FRAME_NO_ROW) row_set_add(needed, there, (size_t)there + 1);
            }
        }
    }
}

static void child_rows(struct run *run, const struct walk *walk, const struct row_set *parents,
                       struct row_set *children)
{
    const struct reverse *reverse = NULL;
    const uint32_t *offsets = run->frame->registers[walk->child].child_offsets;
    if (walk->listed) {
        if (run->frame->registers[walk->child].columns[walk->field].values == NULL) return;
        reverse = run_reverse(run, walk->child, walk->field);
        offsets = reverse->offsets;
    }
    for (size_t r = 0; r < parents->count; r++) {
        size_t first = offsets[parents->ranges[r].first], end = offsets[parents->ranges[r].end];
        if (!walk->listed) row_set_add(children, first, end);
        for (size_t i = first; walk->listed && i < end; i++)
            row_set_add(children, reverse->rows[i], (size_t)reverse->rows[i] + 1);
    }
    row_set_close(children);
}

void demand_rows(struct run *run)
{
    const struct pass_list *list = run->passes;
    int *makers = mem_new(list->column_count, sizeof *makers);
    for (size_t p = 0; p < list->count; p++) {
        const struct pass *pass = &list->passes[p];
        if (pass->whole) makers[pass->whole_out] = (int)p;
        for (size_t i = 0; i < pass->output_count; i++) {
            if (pass->outputs[i].column >= 0) makers[pass->outputs[i].column] = (int)p;
            if (pass->outputs[i].root >= 0 && pass->reg == run->reg)
                row_set_add(&run->sets[p], run->row, run->row + run->rows);
        }
    }
    for (size_t p = list->count; p-- > 0;) {
        const struct pass *pass = &list->passes[p];
        struct row_set *rows = &run->sets[p];
        row_set_close(rows);
        if (rows->count == 0) continue;
        for (int k = 0; k < GRAPH_OPERANDS && pass->whole; k++) {
            if (pass->whole_in[k] < 0) continue;
            run->wanted[pass->whole_in[k]] = true;
            row_set_add(&run->sets[makers[pass->whole_in[k]]], 0, run->frame->registers[pass->reg].rows);
        }
        if (pass->whole) continue;
        demand_of_block(run, &pass->block, rows, makers);
        for (size_t w = 0; w < pass->walk_count; w++) {
            struct row_set children = {0};
            child_rows(run, &pass->walks[w], rows, &children);
            demand_of_block(run, &pass->walks[w].block, &children, makers);
            free(children.ranges);
        }
    }
    free(makers);
}
