/* Ranking: places side by side by the lights of all indicators. */
#ifndef ZENGSHOU_PROGRESS_RANKING_H
#define ZENGSHOU_PROGRESS_RANKING_H

#include "progress/year.h"

struct ranked {
    int division, rank; /* rank: most green first, then fewest red; equals share one */
    int64_t lights[LIGHTS];
};

/* What the ranks rest on: each indicator is one of these. */
struct ranking_basis {
    int64_t judged; /* has a green, yellow or red light in some of the places */
    int64_t unlit;  /* no target that holds for a place, or its figure is known in none */
    int64_t county; /* told of the whole county only */
    int64_t unseen; /* of registers that whoever asks may not read */
};

/* Indicators of registers that the scope may not read. */
int64_t ranking_unseen(const struct pack *pack, const struct scope *scope);

/* The level right below what is looked at: a township's villages, otherwise the townships. division -1: all
 * of the scope. */
enum division_level ranking_level(const struct pack *pack, const struct scope *scope, int division);

/* The places of that level that the scope sees within the division, the best first; room for division_count.
 * How many. basis NULL: not asked for. */
size_t ranking_make(const struct progress_year *year, const struct scope *scope, int division,
                    enum division_level level, struct ranked *ranked, struct ranking_basis *basis);

#endif
