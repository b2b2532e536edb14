/* Faults that real files have, put into households at the rates of demo.yaml. */
#ifndef ZENGSHOU_DEMO_DIRT_H
#define ZENGSHOU_DEMO_DIRT_H

#include "demo/config.h"

enum { DIRT_MEMORY = 64 };

struct dirt { /* zero-initialised but for the first two */
    const struct config *config;
    uint64_t seed;
    struct person earlier[DIRT_MEMORY]; /* people of earlier households, who may turn up again */
    size_t count;
};

/* Spoils records: identity numbers, people registered twice, heads, months of the ledger, declared totals.
 * What can only be wrong between rows is left as a mark on the household: `contradicts`, `repeated`. */
void dirt_household(struct dirt *dirt, struct household *household);

#endif
