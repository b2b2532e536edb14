/* 坚持过程考核和年终考核相结合: both parts count, however often the first one was done. */
#include "assessment/annual.h"

#include <stdlib.h>

#include "assessment/adoption.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/money.h"

enum { HUNDREDTH = DECIMAL_ONE / 100 };

struct summing {
    struct annual *annual;
    const struct pack_scheme *scheme;
    struct map places;
    size_t capacity;
    int64_t **sums, **counts; /* [scored][part] */
    size_t sum_capacity, count_capacity;
};

int64_t annual_points(const struct annual_part *parts, const int64_t *sums, const int64_t *counts,
                      size_t count)
{
    __int128 above = 0, below = 1;
    for (size_t i = 0; i < count; i++) {
        above = above * counts[i] + (__int128)parts[i].share * sums[i] * below;
        below *= counts[i];
    }
    below *= (__int128)DECIMAL_ONE * HUNDREDTH;
    return (int64_t)((2 * above + below) / (2 * below)) * HUNDREDTH;
}

static size_t place_of(struct summing *summing, const struct run_scored *scored)
{
    struct annual *annual = summing->annual;
    size_t at, parts = summing->scheme->part_count;
    if (map_get(&summing->places, scored->id, &at)) return at;
    at = annual->scored_count;
    annual->scored =
        arena_grow(&annual->arena, annual->scored, &summing->capacity, at + 1, sizeof *annual->scored);
    summing->sums =
        arena_grow(&annual->arena, summing->sums, &summing->sum_capacity, at + 1, sizeof *summing->sums);
    summing->counts = arena_grow(&annual->arena, summing->counts, &summing->count_capacity, at + 1,
                                 sizeof *summing->counts);
    annual->scored[at] =
        (struct annual_scored){.id = arena_text(&annual->arena, scored->id),
                               .zh = arena_text(&annual->arena, scored->zh),
                               .en = arena_text(&annual->arena, scored->en),
                               .division = scored->division,
                               .unit = scored->unit,
                               .parts = arena_array(&annual->arena, parts, sizeof *annual->scored[at].parts)};
    summing->sums[at] = arena_array(&annual->arena, parts, sizeof **summing->sums);
    summing->counts[at] = arena_array(&annual->arena, parts, sizeof **summing->counts);
    map_put(&summing->places, annual->scored[at].id, at);
    annual->scored_count++;
    return at;
}

static int add_run(struct summing *summing, struct database *database, const struct assessment_run *run,
                   struct err *err)
{
    struct run_table *table;
    int code = run_read(database, run->id, &table, err);
    if (code != 0) return code;
    summing->annual->parts[run->part].runs++;
    bool last = (size_t)run->part + 1 == summing->scheme->part_count;
    if (last && (summing->annual->run == 0 || run->id < summing->annual->run)) summing->annual->run = run->id;
    for (size_t i = 0; i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        size_t at = place_of(summing, scored);
        struct score_total *total = &summing->annual->scored[at].total;
        summing->sums[at][run->part] += scored->total.points;
        summing->counts[at][run->part]++;
        if (scored->grade_most > total->grade_most) total->grade_most = scored->grade_most;
    }
    run_table_free(table);
    return 0;
}

static void settle(const struct summing *summing)
{
    struct annual *annual = summing->annual;
    size_t parts = summing->scheme->part_count;
    struct score_total *totals = mem_new(annual->scored_count + 1, sizeof *totals);
    for (size_t i = 0; i < annual->scored_count; i++) {
        struct annual_scored *scored = &annual->scored[i];
        const struct annual_part whole = {.share = DECIMAL_ONE};
        totals[i] = scored->total;
        for (size_t k = 0; k < parts; k++) {
            if (summing->counts[i][k] == 0) {
                totals[i].open++;
                continue;
            }
            scored->parts[k].known = true;
            scored->parts[k].integer = annual_points(&whole, &summing->sums[i][k], &summing->counts[i][k], 1);
        }
        if (totals[i].open == 0)
            totals[i].points = annual_points(annual->parts, summing->sums[i], summing->counts[i], parts);
    }
    score_rank(summing->scheme, totals, annual->scored_count);
    for (size_t i = 0; i < annual->scored_count; i++) annual->scored[i].total = totals[i];
    free(totals);
    annual->whole = parts > 0;
    for (size_t i = 0; i < parts; i++) annual->whole = annual->whole && annual->parts[i].runs > 0;
}

static bool counts(const struct assessment_run *run, int month)
{
    return run->state == RUN_CLOSED && run->part >= 0 && run->month <= month;
}

int annual_read(struct database *database, int scheme, int year, int month, struct annual **out,
                struct err *err)
{
    struct annual *annual = mem_new(1, sizeof *annual);
    struct summing summing = {.annual = annual, .scheme = &database_pack(database)->schemes[scheme]};
    struct assessment_run *runs;
    size_t count, closed = 0;
    annual->scheme = scheme;
    annual->year = year;
    annual->parts = arena_array(&annual->arena, summing.scheme->part_count, sizeof *annual->parts);
    for (size_t i = 0; i < summing.scheme->part_count; i++)
        annual->parts[i].share = summing.scheme->parts[i].share;
    int code = run_list(database, scheme, year, &annual->arena, &runs, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) closed += counts(&runs[i], month);
    if (code == 0 && closed > 0) code = adoption_need(database, summing.scheme, year, err);
    /* Oldest first, so that the scored stand in the order of the first run. */
    for (size_t i = count; code == 0 && i-- > 0;)
        if (counts(&runs[i], month)) code = add_run(&summing, database, &runs[i], err);
    if (code == 0) settle(&summing);
    map_fini(&summing.places);
    *out = code == 0 ? annual : NULL;
    if (code != 0) annual_free(annual);
    return code;
}

void annual_free(struct annual *annual)
{
    if (annual == NULL) return;
    arena_fini(&annual->arena);
    free(annual);
}
