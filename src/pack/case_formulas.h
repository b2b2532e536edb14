/* Case formulas: all that workflows and clues say in formulas, one after the other, for whoever checks, lays
 * out or compares them all. */
#ifndef ZENGSHOU_PACK_CASE_FORMULAS_H
#define ZENGSHOU_PACK_CASE_FORMULAS_H

#include "pack/pack.h"

struct case_formula {
    const struct formula_source *source;
    const struct node **node;  /* NULL in it: the formula had a fault */
    int scope;                 /* the register it is on */
    const struct type *wanted; /* NULL: any */
};

/* In the pack's order, until visit gives something else than 0, which is then given back. */
int case_formulas_walk(const struct pack *pack,
                       int (*visit)(void *context, const struct case_formula *formula, struct err *err),
                       void *context, struct err *err);

#endif
