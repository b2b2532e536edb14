/* Simulation: a rule under the pack and under a variant of it, on the same facts: how many, where, who enters
 * and who leaves, and what a sum of money over the two lists is. Nothing is stored. */
#ifndef ZENGSHOU_MONITOR_SIMULATE_H
#define ZENGSHOU_MONITOR_SIMULATE_H

#include "monitor/answers.h"

struct simulation_options {
    int32_t as_of;
    int64_t entry;                  /* see struct frame_request */
    int reg;                        /* the register of all formulas */
    const struct node *base;        /* BOOL, of the pack */
    const struct node *variant;     /* BOOL, of the variant */
    const struct node *base_sum;    /* MONEY summed over the base's list; NULL: none */
    const struct node *variant_sum; /* the same formula of the variant */
    const struct pack *reform;      /* the variant */
    enum division_level level;
    int threads;
    const char *name; /* of the condition, for errors */
    struct engine_wish wish;
};

struct simulation_side {
    int64_t hits, undetermined;
    __int128 total;      /* fen over the hits whose value is known */
    int64_t sum_unknown; /* hits whose value is unknown */
};

struct simulation_row {
    int division; /* index in pack->divisions; -1: nowhere, or the pack has no divisions */
    int64_t records;
    struct simulation_side base, variant;
    int64_t entering, leaving; /* hits of one list that are certainly not on the other */
};

struct simulation {
    struct engine_choice engine;
    struct frame *frame; /* at least the register's records with their names and places */
    int reg;
    struct simulation_row all;   /* the sum of the rows */
    struct simulation_row *rows; /* in the pack's order of divisions, those that have records */
    size_t row_count;
    uint64_t *entering, *leaving; /* bit per row of the register */
};

int simulation_run(struct database *database, const struct simulation_options *options,
                   struct simulation **out, struct err *err);
void simulation_free(struct simulation *simulation);

#endif
