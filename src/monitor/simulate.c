/* Both sides run over one frame, so that a difference can only come from the reform. */
#include "monitor/simulate.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/gather.h"
#include "monitor/place.h"

enum { SIDE_LIST, SIDE_SUM, SIDE_RESULTS };

/* Runs one side's list and sum: results[SIDE_LIST], results[SIDE_SUM]. */
static int run_side(const struct schema *schema, const struct frame *frame, const struct simulation_options *options,
                    const struct node *list, const struct node *sum, struct program_result *results, struct err *err)
{
    struct program_root roots[SIDE_RESULTS] = {{list, options->reg}, {sum, options->reg}};
    struct program_options how = {.as_of = options->as_of};
    struct program_run_options run = {.threads = options->threads, .reg = -1};
    struct program *program = NULL;
    int code = program_new(schema, roots, sum == NULL ? 1 : 2, &how, &program, err);
    if (code == 0) code = program_run(program, frame, &run, results, err);
    program_free(program);
    return code;
}

static bool bit(const uint64_t *bits, size_t row)
{
    return (bits[row / 64] >> (row % 64) & 1) != 0;
}

static void set_bit(uint64_t *bits, size_t row)
{
    bits[row / 64] |= (uint64_t)1 << (row % 64);
}

static void count_side(struct simulation_side *side, const struct program_result *results, bool summed, size_t row)
{
    if (!bit(results[SIDE_LIST].known, row)) side->undetermined++;
    if (!bit(results[SIDE_LIST].truth, row)) return;
    side->hits++;
    if (!summed) return;
    struct value value = program_result_get(&results[SIDE_SUM], row);
    if (value.known) side->total += value.integer;
    else side->sum_unknown++;
}

/* Certainly not on a list: its answer is known and false. */
static bool outside(const struct program_result *result, size_t row)
{
    return bit(result->known, row) && !bit(result->truth, row);
}

static void count_row(struct simulation *simulation, struct simulation_row *to, const struct program_result *base,
                      const struct program_result *variant, bool summed, size_t row)
{
    to->records++;
    count_side(&to->base, base, summed, row);
    count_side(&to->variant, variant, summed, row);
    if (bit(variant[SIDE_LIST].truth, row) && outside(&base[SIDE_LIST], row)) {
        to->entering++;
        set_bit(simulation->entering, row);
    }
    if (bit(base[SIDE_LIST].truth, row) && outside(&variant[SIDE_LIST], row)) {
        to->leaving++;
        set_bit(simulation->leaving, row);
    }
}

static void add_side(struct simulation_side *to, const struct simulation_side *from)
{
    to->hits += from->hits;
    to->undetermined += from->undetermined;
    to->total += from->total;
    to->sum_unknown += from->sum_unknown;
}

static void compare(const struct pack *pack, const struct simulation_options *options, struct simulation *simulation,
                    const struct program_result *base, const struct program_result *variant)
{
    bool summed = options->base_sum != NULL;
    size_t rows = simulation->frame->registers[options->reg].rows;
    struct simulation_row *all = mem_new(pack->division_count + 1, sizeof *all);
    simulation->entering = mem_new(rows / 64 + 1, sizeof(uint64_t));
    simulation->leaving = mem_new(rows / 64 + 1, sizeof(uint64_t));
    for (size_t row = 0; row < rows; row++) {
        int village = place_division(pack, simulation->frame, options->reg, (uint32_t)row);
        int division = village < 0 ? -1 : pack_division_up(pack, village, options->level);
        count_row(simulation, &all[division < 0 ? pack->division_count : (size_t)division], base, variant, summed, row);
    }
    for (size_t i = 0; i <= pack->division_count; i++) {
        if (all[i].records == 0) continue;
        all[i].division = i == pack->division_count ? -1 : (int)i;
        simulation->all.records += all[i].records;
        add_side(&simulation->all.base, &all[i].base);
        add_side(&simulation->all.variant, &all[i].variant);
        simulation->all.entering += all[i].entering;
        simulation->all.leaving += all[i].leaving;
        all[simulation->row_count++] = all[i];
    }
    simulation->rows = all;
}

int simulation_run(struct database *database, const struct simulation_options *options, struct simulation **out,
                   struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct program_root roots[4] = {{options->base, options->reg}, {options->variant, options->reg}};
    size_t root_count = 2;
    if (options->base_sum != NULL) {
        roots[root_count++] = (struct program_root){options->base_sum, options->reg};
        roots[root_count++] = (struct program_root){options->variant_sum, options->reg};
    }
    struct simulation *simulation = mem_new(1, sizeof *simulation);
    struct program_result base[SIDE_RESULTS] = {0}, variant[SIDE_RESULTS] = {0};
    simulation->reg = options->reg;
    simulation->all.division = -1;
    int code = gather_frame(database, roots, root_count, false, 0, &simulation->frame, err);
    if (code == 0)
        code = run_side(&pack->schema, simulation->frame, options, options->base, options->base_sum, base, err);
    if (code == 0)
        code = run_side(&options->reform->schema, simulation->frame, options, options->variant, options->variant_sum,
                        variant, err);
    if (code == 0) compare(pack, options, simulation, base, variant);
    program_results_fini(base, SIDE_RESULTS);
    program_results_fini(variant, SIDE_RESULTS);
    if (code != 0) {
        simulation_free(simulation);
        simulation = NULL;
    }
    *out = simulation;
    return code;
}

void simulation_free(struct simulation *simulation)
{
    if (simulation == NULL) return;
    frame_free(simulation->frame);
    free(simulation->rows);
    free(simulation->entering);
    free(simulation->leaving);
    free(simulation);
}
