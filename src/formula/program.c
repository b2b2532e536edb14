/* Programs from outside: compiling roots, running the passes over a frame, handing out results. */
#include "formula/program.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "formula/exec_run.h"
#include "formula/program_private.h"

int program_new(const struct schema *schema, const struct program_root *roots, size_t root_count,
                const struct program_options *options, struct program **out, struct err *err)
{
    struct program *program = mem_new(1, sizeof *program);
    int status = 0;
    program->schema = schema;
    program->options = *options;
    program->root_count = root_count;
    program->nodes = mem_new(root_count, sizeof *program->nodes);
    program->regs = mem_new(root_count, sizeof *program->regs);
    program->kinds = mem_new(root_count, sizeof *program->kinds);
    graph_init(&program->graph, schema, &program->options);
    for (size_t i = 0; i < root_count && status == 0; i++) {
        program->regs[i] = roots[i].scope;
        program->kinds[i] = roots[i].node->type.kind;
        status = graph_lower(&program->graph, roots[i].node, roots[i].scope, &program->nodes[i], err);
    }
    program->options.overlays = NULL; /* bound by now; not ours to keep */
    program->options.overlay_count = 0;
    if (status != 0) {
        program_free(program);
        return status;
    }
    pass_list_make(&program->passes, &program->graph, program->nodes, program->regs, root_count);
    *out = program;
    return 0;
}

void program_free(struct program *program)
{
    if (program == NULL) return;
    pass_list_fini(&program->passes);
    graph_fini(&program->graph);
    free(program->nodes);
    free(program->regs);
    free(program->kinds);
    free(program);
}

size_t program_steps(const struct program *program)
{
    return pass_list_steps(&program->passes);
}

size_t program_stages(const struct program *program)
{
    return program->passes.count;
}

static void result_init(struct program_result *result, enum type_kind kind, size_t rows)
{
    enum lane_kind lane = graph_kind(kind);
    *result = (struct program_result){.rows = rows, .kind = kind};
    result->known = mem_new(bits_words(rows) + 1, sizeof *result->known);
    if (lane == KIND_BOOL) result->truth = mem_new(bits_words(rows) + 1, sizeof *result->truth);
    if (lane == KIND_INT) result->integers = mem_new(rows, sizeof *result->integers);
    if (lane == KIND_RATIO) result->ratios = mem_new(rows, sizeof *result->ratios);
    if (lane == KIND_TEXT) result->texts = mem_new(rows, sizeof *result->texts);
}

/* A root that needs no record has one answer. */
static void fill_constant(struct program_result *result, const struct graph_node *node)
{
    const struct value *value = &node->value;
    if (!value->known) return;
    bits_set(result->known, 0);
    if (result->truth != NULL && value->integer) bits_set(result->truth, 0);
    if (result->integers != NULL) result->integers[0] = value->integer;
    if (result->ratios != NULL) result->ratios[0] = value->ratio;
    if (result->texts != NULL) result->texts[0] = value->text;
}

static size_t rows_asked(const struct program_run_options *options)
{
    return options->rows == 0 ? 1 : options->rows;
}

static size_t result_rows(const struct program *program, const struct frame *frame,
                          const struct program_run_options *options, size_t root)
{
    int reg = program->regs[root];
    if (reg < 0) return 1;
    if (options->reg < 0) return frame->registers[reg].rows;
    return reg == options->reg ? rows_asked(options) : 0;
}

void program_run_open(const struct program *program, const struct frame *frame,
                      const struct program_run_options *options, struct run *run)
{
    *run = (struct run){.schema = program->schema,
                        .graph = &program->graph,
                        .passes = &program->passes,
                        .frame = frame,
                        .single = options->reg >= 0,
                        .reg = options->reg,
                        .row = options->row,
                        .rows = rows_asked(options),
                        .batch = options->batch == 0 ? 1024 : options->batch};
    run->columns = mem_new(program->passes.column_count, sizeof *run->columns);
    run->wanted = mem_new(program->passes.column_count, sizeof *run->wanted);
    run->sets = mem_new(program->passes.count, sizeof *run->sets);
}

void program_run_close(const struct program *program, struct run *run)
{
    for (size_t c = 0; c < program->passes.column_count; c++) made_free(&run->columns[c]);
    for (size_t p = 0; p < program->passes.count; p++) free(run->sets[p].ranges);
    for (size_t i = 0; i < run->reverse_count; i++) {
        free(run->reverses[i].offsets);
        free(run->reverses[i].rows);
    }
    free(run->columns);
    free(run->wanted);
    free(run->sets);
    free(run->reverses);
}

void program_results_init(const struct program *program, const struct frame *frame,
                          const struct program_run_options *options, struct program_result *results)
{
    for (size_t i = 0; i < program->root_count; i++) {
        result_init(&results[i], program->kinds[i], result_rows(program, frame, options, i));
        if (program->regs[i] < 0) fill_constant(&results[i], &program->graph.nodes[program->nodes[i]]);
    }
}

int program_run(const struct program *program, const struct frame *frame,
                const struct program_run_options *options, struct program_result *results, struct err *err)
{
    assert(options->reg < 0 || options->rows <= 1 ||
           options->threads == 1); /* results share words of bitmaps */
    struct run run;
    program_run_open(program, frame, options, &run);
    run.results = results;
    program_results_init(program, frame, options, results);
    if (options->reg < 0)
        demand_all(&run);
    else
        demand_rows(&run);
    int status = run_passes(&run, options, err);
    program_run_close(program, &run);
    if (status != 0) program_results_fini(results, program->root_count);
    return status;
}

void program_results_fini(struct program_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(results[i].known);
        free(results[i].truth);
        free(results[i].integers);
        free(results[i].ratios);
        free(results[i].texts);
        results[i] = (struct program_result){0};
    }
}

struct value program_result_get(const struct program_result *result, size_t row)
{
    struct value value = {.known = bits_get(result->known, row)};
    if (!value.known) return value;
    if (result->truth != NULL) value.integer = bits_get(result->truth, row);
    if (result->integers != NULL) value.integer = result->integers[row];
    if (result->ratios != NULL) value.ratio = result->ratios[row];
    if (result->texts != NULL) value.text = result->texts[row];
    return value;
}
