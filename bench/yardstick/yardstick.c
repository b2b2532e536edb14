/* The engine's own figure on the yardstick: rules from a pack at run time over a frame made of arithmetic
 * data. Usage: yardstick PACK HOUSEHOLDS THREADS ROUNDS. Prints one JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "data.h"
#include "formula/program.h"
#include "pack/pack.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct value known(int64_t integer)
{
    return (struct value){.known = true, .integer = integer};
}

enum { VILLAGE, HOUSEHOLD, PERSON, LEDGER, REGISTERS };
static const char *const names[REGISTERS] = {"village", "household", "person", "ledger"};

struct yardstick {
    struct pack *pack;
    int reg[REGISTERS];
    int64_t households;
    struct frame_builder *builder;
};

/* The natural keys are of no use to the rules, so they are left out as a loader would. */
static void declare(struct yardstick *y)
{
    for (int i = 0; i < REGISTERS; i++) {
        const struct schema_register *reg = &y->pack->schema.registers[y->reg[i]];
        bool *fields = mem_new(reg->field_count, sizeof *fields);
        for (size_t f = 1; f < reg->field_count; f++) fields[f] = true;
        frame_builder_fields(y->builder, y->reg[i], fields);
        free(fields);
    }
}

static void add_household(struct yardstick *y, int64_t h)
{
    int64_t members = members_of(h);
    struct value household[] = {known(h / VILLAGE_SIZE + 1), known(category_of(h)), known(relocated(h)),
                                known(members)};
    frame_builder_row(y->builder, y->reg[HOUSEHOLD], h + 1, household);
    for (int64_t k = 0; k < members; k++) {
        int64_t p = h * 8 + k;
        struct value person[] = {known(h + 1),          known(birth_of(p)),   known(able_of(p)),
                                 known(employed_of(p)), known(insured_of(p)), known(in_school_of(p))};
        frame_builder_row(y->builder, y->reg[PERSON], p + 1, person);
    }
    for (int64_t r = h * LEDGER_ROWS; r < (h + 1) * LEDGER_ROWS; r++) {
        struct value ledger[] = {known(h + 1), known(month_of(r)), known(kind_of(r)), known(amount_of(r))};
        frame_builder_row(y->builder, y->reg[LEDGER], r + 1, ledger);
    }
}

static struct frame *build(struct yardstick *y)
{
    struct frame *frame = NULL;
    struct err err;
    y->builder = frame_builder_new(&y->pack->schema);
    declare(y);
    for (int64_t v = 0; v * VILLAGE_SIZE < y->households; v++) {
        struct value village[] = {known(rural_population(v))};
        frame_builder_row(y->builder, y->reg[VILLAGE], v + 1, village);
    }
    for (int64_t h = 0; h < y->households; h++) add_household(y, h);
    if (frame_builder_finish(y->builder, &frame, &err) != 0) {
        fprintf(stderr, "%s\n", err.en);
        exit(1);
    }
    return frame;
}

static int64_t count(const struct program_result *result)
{
    int64_t hits = 0;
    for (size_t i = 0; i < (result->rows + 63) / 64; i++) hits += __builtin_popcountll(result->truth[i]);
    return hits;
}

static void print(const struct yardstick *y, const struct frame *frame, const struct program_result *results,
                  const double *figures)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    json_put_object(&json);
    json_put_key(&json, "households"), json_put_int(&json, y->households);
    json_put_key(&json, "build_s"), json_put_double(&json, figures[0]);
    json_put_key(&json, "compile_ms"), json_put_double(&json, figures[1] * 1000);
    json_put_key(&json, "best_ms"), json_put_double(&json, figures[2] * 1000);
    json_put_key(&json, "median_ms"), json_put_double(&json, figures[3] * 1000);
    json_put_key(&json, "single_us"), json_put_double(&json, figures[4] * 1000000);
    json_put_key(&json, "frame_mib"), json_put_double(&json, (double)(frame_bytes(frame) >> 10) / 1024);
    json_put_key(&json, "peak_mib"), json_put_double(&json, (double)usage.ru_maxrss / 1024);
    json_put_key(&json, "hits"), json_put_object(&json);
    for (size_t i = 0; i < y->pack->rule_count; i++) {
        char *name = mem_copy_text(y->pack->rules[i].label.name.at, y->pack->rules[i].label.name.size);
        json_put_key(&json, name), json_put_int(&json, count(&results[i]));
        free(name);
    }
    json_put_object_end(&json);
    json_put_object_end(&json);
    puts(out.data);
    buffer_fini(&out);
}

/* One household's rules, everything included: the best of many households spread over the register. */
static double single(const struct yardstick *y, const struct program *program, const struct frame *frame,
                     struct program_result *results)
{
    enum { RECORDS = 1000 };
    double best = 1;
    struct err err;
    for (size_t i = 0; i < RECORDS; i++) {
        struct program_run_options how = {.threads = 1,
                                          .reg = y->reg[HOUSEHOLD],
                                          .row = i * (frame->registers[y->reg[HOUSEHOLD]].rows / RECORDS)};
        double start = now();
        if (program_run(program, frame, &how, results, &err) != 0) exit(1);
        double took = now() - start;
        if (took < best) best = took;
        program_results_fini(results, y->pack->rule_count);
    }
    return best;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    struct yardstick y = {.households = atoll(argv[2])};
    struct fault_list faults = {0};
    struct err err = {0};
    if (pack_load(argv[1], &y.pack, &faults, &err) != 0) {
        fprintf(stderr, "%s\n", faults.count > 0 ? faults.items[0].en : err.en);
        return 1;
    }
    for (int i = 0; i < REGISTERS; i++) y.reg[i] = schema_register_find(&y.pack->schema, text_of(names[i]));
    double start = now(), figures[5];
    struct frame *frame = build(&y);
    figures[0] = now() - start;
    size_t rules = y.pack->rule_count;
    struct program_root *roots = mem_new(rules, sizeof *roots);
    for (size_t i = 0; i < rules; i++)
        roots[i] = (struct program_root){y.pack->rules[i].node, y.pack->rules[i].scope};
    struct program_options options = {.as_of = 0};
    date_make(2022, 9, 30, &options.as_of);
    struct program *program = NULL;
    start = now();
    if (program_new(&y.pack->schema, roots, rules, &options, &program, &err) != 0) return 1;
    figures[1] = now() - start;
    int rounds = atoi(argv[4]);
    double *times = mem_new((size_t)rounds, sizeof *times);
    struct program_result *results = mem_new(rules, sizeof *results);
    struct program_run_options how = {.threads = atoi(argv[3]), .reg = -1};
    for (int i = 0; i < rounds; i++) {
        if (i > 0) program_results_fini(results, rules);
        start = now();
        if (program_run(program, frame, &how, results, &err) != 0) return 1;
        times[i] = now() - start;
    }
    qsort(times, (size_t)rounds, sizeof *times, by_size);
    figures[2] = times[0];
    figures[3] = times[rounds / 2];
    struct program_result *one = mem_new(rules, sizeof *one);
    figures[4] = single(&y, program, frame, one);
    free(one);
    print(&y, frame, results, figures);
    program_results_fini(results, rules);
    program_free(program);
    frame_free(frame);
    pack_free(y.pack);
    fault_list_fini(&faults);
    free(times);
    free(results);
    free(roots);
    return 0;
}
