/* Every formula twice: by the executor over a frame, and as one SQL statement over tables with the same rows.
 * SQLite in memory, or the PostgreSQL of ZENGSHOU_POSTGRES. Prints TAP. diff SOURCE_ROOT [FORMULAS
 * [FIRST_SEED]]      FORMULAS random ones: 2,000, or as many as ZENGSHOU_DIFF_FORMULAS says */
#include <stdio.h>
#include <stdlib.h>

#include "given.h"
#include "trial.h"

enum { FORMULAS = 2000, FORMULAS_A_WORLD = 25, WORLDS_A_POINT = 10 };

static void print_point(size_t *points, bool ok, const char *what, size_t number, const struct tally *tally)
{
    printf("%sok %zu - %s %zu: %zu formulas, %zu not said in SQL\n", ok ? "" : "not ", ++*points, what,
           number, tally->formulas, tally->refused);
    fflush(stdout);
}

static bool run_random(const struct diff *diff, size_t formulas, uint64_t seed, size_t *points)
{
    struct tally all = {0};
    size_t worlds = (formulas + FORMULAS_A_WORLD - 1) / FORMULAS_A_WORLD;
    for (size_t i = 0; i < worlds;) {
        struct tally tally = {0};
        uint64_t first = seed + i;
        for (size_t end = i + WORLDS_A_POINT; i < end && i < worlds; i++)
            trial_run(diff, seed + i, FORMULAS_A_WORLD, &tally);
        print_point(points, tally.wrong == 0, "worlds from seed", (size_t)first, &tally);
        all.formulas += tally.formulas;
        all.refused += tally.refused;
        all.wrong += tally.wrong;
    }
    /* A generator that refused everything would agree with everything. */
    bool enough =
        diff->dialect == SQLGEN_SQLITE ? all.refused * 20 <= all.formulas : all.refused * 2 <= all.formulas;
    print_point(points, enough, "enough of the random formulas can be said:", all.formulas - all.refused,
                &all);
    return enough && all.wrong == 0;
}

int main(int argc, char **argv)
{
    const char *wanted = getenv("ZENGSHOU_DIFF_FORMULAS"), *url = getenv("ZENGSHOU_POSTGRES");
    size_t formulas = wanted != NULL ? (size_t)strtoull(wanted, NULL, 10) : FORMULAS, points = 0;
    uint64_t seed = 1;
    struct err err;
    struct diff diff = {.plain = true};
    if (argc < 2) return 2;
    if (argc > 2) formulas = (size_t)strtoull(argv[2], NULL, 10);
    if (argc > 3) seed = strtoull(argv[3], NULL, 10);
    if (store_open(url != NULL ? url : ":memory:", &(struct store_options){.create = true}, &diff.store,
                   &err) != 0) {
        printf("Bail out! %s\n", err.en);
        return 1;
    }
    diff.dialect = store_kind(diff.store) == STORE_SQLITE ? SQLGEN_SQLITE : SQLGEN_POSTGRES;
    bool ok = given_run(&diff, argv[1], &points);
    ok = run_random(&diff, formulas, seed, &points) && ok;
    printf("1..%zu\n", points);
    store_close(diff.store);
    return ok ? 0 : 1;
}
