/* Ranking: places side by side by the lights of all indicators. */
#ifndef ZENGSHOU_PROGRESS_RANKING_H
#define ZENGSHOU_PROGRESS_RANKING_H

#include "progress/year.h"

struct ranked {
    int division, rank; /* rank: most green first, then fewest red; equals share one */
    int64_t lights[LIGHTS];
};

/* The level right below what is looked at: a township's villages, otherwise the townships. division -1: all
 * of the scope. */
enum division_level ranking_level(const struct pack *pack, const struct scope *scope, int division);

/* The places of that level that the scope sees within the division, the best first; room for division_count.
 * How many. */
size_t ranking_make(const struct progress_year *year, const struct scope *scope, int division,
                    enum division_level level, struct ranked *ranked);

#endif
