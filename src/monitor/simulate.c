/* Both sides run over one frame, so that a difference can only come from the reform. */
#include "monitor/simulate.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/place.h"

enum { SIDE_LIST, SIDE_SUM, SIDE_RESULTS };

static bool bit(const uint64_t *bits, size_t row)
{
    return (bits[row / 64] >> (row % 64) & 1) != 0;
}

static void set_bit(uint64_t *bits, size_t row)
{
    bits[row / 64] |= (uint64_t)1 << (row % 64);
}

static void count_side(struct simulation_side *side, const struct program_result *results, bool summed,
                       size_t row)
{
    if (!bit(results[SIDE_LIST].known, row)) side->undetermined++;
    if (!bit(results[SIDE_LIST].truth, row)) return;
    side->hits++;
    if (!summed) return;
    struct value value = program_result_get(&results[SIDE_SUM], row);
    if (value.known)
        side->total += value.integer;
    else
        side->sum_unknown++;
}

/* Certainly not on a list: its answer is known and false. */
static bool outside(const struct program_result *result, size_t row)
{
    return bit(result->known, row) && !bit(result->truth, row);
}

static void count_row(struct simulation *simulation, struct simulation_row *to,
                      const struct program_result *base, const struct program_result *variant, bool summed,
                      size_t row)
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

static void compare(const struct pack *pack, const struct simulation_options *options,
                    struct simulation *simulation, const struct program_result *base,
                    const struct program_result *variant)
{
    bool summed = options->base_sum != NULL;
    size_t rows = simulation->frame->registers[options->reg].rows;
    struct simulation_row *all = mem_new(pack->division_count + 1, sizeof *all);
    simulation->entering = mem_new(rows / 64 + 1, sizeof(uint64_t));
    simulation->leaving = mem_new(rows / 64 + 1, sizeof(uint64_t));
    for (size_t row = 0; row < rows; row++) {
        int village = place_division(pack, simulation->frame, options->reg, (uint32_t)row);
        int division = village < 0 ? -1 : pack_division_up(pack, village, options->level);
        count_row(simulation, &all[division < 0 ? pack->division_count : (size_t)division], base, variant,
                  summed, row);
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

int simulation_run(struct database *database, const struct simulation_options *options,
                   struct simulation **out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct node *base[SIDE_RESULTS] = {options->base, options->base_sum};
    const struct node *variant[SIDE_RESULTS] = {options->variant, options->variant_sum};
    size_t count = options->base_sum == NULL ? 1 : SIDE_RESULTS;
    const struct push_question questions[] = {
        {&pack->schema, base, count, options->reg, options->as_of},
        {&options->reform->schema, variant, count, options->reg, options->as_of}};
    const struct answers_request request = {.questions = questions,
                                            .count = 2,
                                            .name = options->name,
                                            .entry = options->entry,
                                            .threads = options->threads,
                                            .wish = options->wish};
    struct simulation *simulation = mem_new(1, sizeof *simulation);
    struct answers answers;
    simulation->reg = options->reg;
    simulation->all.division = -1;
    int code = answers_compute(database, &request, &answers, err);
    if (code == 0) {
        simulation->engine = answers.engine;
        simulation->frame = answers.frame;
        answers.frame = NULL;
        compare(pack, options, simulation, answers.results[0], answers.results[1]);
    }
    answers_fini(&answers);
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
