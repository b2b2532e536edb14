/* Thousands of random formulas: the executor must give what the plain reference gives, record by record, for
 * any size of batch, number of threads, order of arrival, company of other formulas, and for single records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/cmocka_all.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/seat.h"
#include "generate.h"
#include "reference.h"

enum { ROOTS = 12 };

static const enum type_kind KINDS[] = {TYPE_BOOL,  TYPE_BOOL,  TYPE_BOOL,  TYPE_INT,   TYPE_DECIMAL,
                                       TYPE_MONEY, TYPE_RATIO, TYPE_DATE,  TYPE_MONTH, TYPE_CODE,
                                       TYPE_CODES, TYPE_TEXT,  TYPE_RECORD};

static bool same(enum type_kind kind, const struct value *a, const struct value *b)
{
    if (a->known != b->known) return false;
    if (!a->known) return true;
    if (kind == TYPE_RATIO) return memcmp(&a->ratio, &b->ratio, sizeof a->ratio) == 0;
    if (kind == TYPE_TEXT) return text_equal(a->text, b->text);
    return a->integer == b->integer;
}

struct trial {
    struct world world;
    struct frame *frame;
    struct program_root roots[ROOTS];
    struct value *expected[ROOTS]; /* by row of the world's table */
    struct program *program;
    uint64_t seed;
};

static size_t table_row(const struct trial *trial, int reg, size_t frame_row_number)
{
    return (size_t)(frame_id(trial->frame, reg, frame_row_number) - 100) / 7;
}

static void complain(const struct trial *trial, size_t root, size_t row, const struct value *want,
                     const struct value *got, const char *how)
{
    fprintf(stderr,
            "seed %llu root %zu reg %d row %zu (%s): want %d %lld %.17g '%.*s' got %d %lld %.17g '%.*s'\n",
            (unsigned long long)trial->seed, root, trial->roots[root].scope, row, how, want->known,
            (long long)want->integer, want->ratio, TEXT_ARGS(want->text), got->known, (long long)got->integer,
            got->ratio, TEXT_ARGS(got->text));
}

/* Runs the whole program and compares every row of every root. */
static void check_run(struct trial *trial, struct program_run_options options, const char *how)
{
    struct program_result results[ROOTS];
    struct err err;
    options.reg = -1;
    assert_int_equal(program_run(trial->program, trial->frame, &options, results, &err), 0);
    for (size_t i = 0; i < ROOTS; i++) {
        int reg = trial->roots[i].scope;
        enum type_kind kind = trial->roots[i].node->type.kind;
        assert_int_equal(results[i].rows, trial->frame->registers[reg].rows);
        for (size_t row = 0; row < results[i].rows; row++) {
            struct value got = program_result_get(&results[i], row);
            struct value want = trial->expected[i][table_row(trial, reg, row)];
            if (!same(kind, &got, &want)) {
                complain(trial, i, table_row(trial, reg, row), &want, &got, how);
                fail();
            }
        }
    }
    program_results_fini(results, ROOTS);
}

/* Some rows of one register; in the seat, when there is one. */
static void check_some(struct trial *trial, struct seat *seat, int reg, size_t row, size_t rows)
{
    struct program_result results[ROOTS];
    struct program_run_options options = {.threads = 1, .reg = reg, .row = row, .rows = rows};
    struct err err;
    if (seat != NULL)
        seat_run(seat, row, rows, results);
    else
        assert_int_equal(program_run(trial->program, trial->frame, &options, results, &err), 0);
    for (size_t i = 0; i < ROOTS; i++) {
        assert_int_equal(results[i].rows, trial->roots[i].scope == reg ? rows : 0);
        for (size_t k = 0; k < results[i].rows; k++) {
            struct value got = program_result_get(&results[i], k);
            struct value want = trial->expected[i][table_row(trial, reg, row + k)];
            if (!same(trial->roots[i].node->type.kind, &got, &want)) {
                complain(trial, i, table_row(trial, reg, row + k), &want, &got,
                         seat != NULL ? "some rows, in a seat" : "some rows");
                fail();
            }
        }
    }
    program_results_fini(results, ROOTS);
}

static void trial_init(struct trial *trial, uint64_t seed, const size_t sizes[WORLD_REGISTERS], int depth)
{
    int32_t as_of = 0;
    struct err err;
    trial->seed = seed;
    world_init(&trial->world, seed, sizes);
    (void)date_make(2022, 9, 30, &as_of);
    if (seed % 5 == 0) (void)date_make(2020, 2, 29, &as_of);
    if (seed % 37 == 0) (void)date_make(1800, 6, 1, &as_of);
    trial->frame = world_frame(&trial->world, seed % 2 == 0);
    for (size_t i = 0; i < ROOTS; i++) {
        int reg = (int)world_below(&trial->world, WORLD_REGISTERS);
        struct node *node = generate(&trial->world, reg,
                                     KINDS[world_below(&trial->world, sizeof KINDS / sizeof *KINDS)], depth);
        const struct world_table *table = &trial->world.tables[reg];
        trial->roots[i] = (struct program_root){node, reg};
        trial->expected[i] = mem_new(table->count, sizeof **trial->expected);
        for (size_t row = 0; row < table->count; row++)
            if (reference_present(&trial->world, reg, &table->rows[row]))
                trial->expected[i][row] = reference_value(&trial->world, node, reg, &table->rows[row], as_of);
    }
    assert_int_equal(program_new(&trial->world.schema, trial->roots, ROOTS,
                                 &(struct program_options){.as_of = as_of}, &trial->program, &err),
                     0);
}

static void trial_fini(struct trial *trial)
{
    for (size_t i = 0; i < ROOTS; i++) free(trial->expected[i]);
    program_free(trial->program);
    frame_free(trial->frame);
    world_fini(&trial->world);
}

static void run_trial(uint64_t seed, const size_t sizes[WORLD_REGISTERS], int depth)
{
    struct trial trial;
    trial_init(&trial, seed, sizes, depth);
    check_run(&trial, (struct program_run_options){.threads = 1}, "1 thread");
    check_run(&trial, (struct program_run_options){.threads = 1, .batch = 1}, "batch 1");
    check_run(&trial, (struct program_run_options){.threads = 2, .batch = 7}, "2 threads, batch 7");
    if (seed % 4 == 0 || sizes[WORLD_D] > 64)
        check_run(&trial, (struct program_run_options){.threads = 4, .batch = 64}, "4 threads, batch 64");
    for (int reg = 0; reg < WORLD_REGISTERS; reg++) {
        struct seat *seat;
        struct err err;
        assert_int_equal(seat_new(trial.program, trial.frame, reg, &seat, &err), 0);
        for (int i = 0; i < 4 && trial.frame->registers[reg].rows > 0; i++) {
            size_t all = trial.frame->registers[reg].rows, row = world_below(&trial.world, all);
            size_t rows = i < 2 ? 1 : 1 + world_below(&trial.world, all - row);
            check_some(&trial, NULL, reg, row, rows);
            if (seat != NULL) check_some(&trial, seat, reg, row, rows);
        }
        seat_free(seat);
    }
    struct frame *again = world_frame(&trial.world, true);
    frame_free(trial.frame);
    trial.frame = again;
    check_run(&trial, (struct program_run_options){.threads = 1}, "rows in another order");
    trial_fini(&trial);
}

static void small_worlds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        run_trial(seed, (const size_t[]){2, 5, 12, 25, 20}, 1 + (int)(seed % 4));
}

static void nested_deeply(void **state)
{
    (void)state;
    for (uint64_t seed = 1001; seed <= 1080; seed++) run_trial(seed, (const size_t[]){2, 4, 8, 12, 10}, 7);
}

static void larger_worlds(void **state)
{
    (void)state;
    for (uint64_t seed = 2001; seed <= 2060; seed++)
        run_trial(seed, (const size_t[]){1, 2, 80, 400, 200}, 2 + (int)(seed % 2));
}

/* Slices of more rows than a word has bits, in one chunk and over several. */
static void long_slices(void **state)
{
    (void)state;
    for (uint64_t seed = 4001; seed <= 4030; seed++)
        run_trial(seed, (const size_t[]){1, 2, 300, 500, 400}, 2);
    for (uint64_t seed = 4101; seed <= 4115; seed++) run_trial(seed, (const size_t[]){1, 1, 2, 700, 3}, 2);
}

static void empty_registers(void **state)
{
    (void)state;
    for (uint64_t seed = 3001; seed <= 3040; seed++)
        run_trial(seed, (const size_t[]){seed % 2, 3, seed % 3 ? 0 : 5, 9, 0}, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_worlds), cmocka_unit_test(nested_deeply),   cmocka_unit_test(larger_worlds),
        cmocka_unit_test(long_slices),  cmocka_unit_test(empty_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
