/* Clues: what a screening does with the hits of a rule (docs/pack.md): it opens a case, or lays a proposal
 * beside one that is open. Read-only, in the pack's arena. */
#ifndef ZENGSHOU_PACK_CLUE_H
#define ZENGSHOU_PACK_CLUE_H

#include "pack/workflow.h"

struct pack_clue {
    struct label label; /* only its name */
    int rule;
    int workflow;
    struct formula_source source;
    const struct node *when; /* BOOL on the rule's register, besides the rule; NULL: always */
    int months;       /* INT parameter: only hits that stand for so many months without a break; -1: any */
    bool only_beside; /* opens nothing */
    int transition;   /* of the workflow, proposed beside an open case; -1: none */
    int sentence;     /* TEXT field of the case that takes the reason in words; -1: none */
    const struct workflow_write *fields; /* of the case; formulas on the rule's register */
    size_t field_count;
    const struct workflow_write *facts; /* the same values are a clue once; reg and field are -1 */
    size_t fact_count;
    struct text note;
};

/* From the rule's register up to what a case of the workflow hangs on: how many parents; -1: it does not lead
 * there. */
int pack_clue_climb(const struct pack *pack, const struct pack_clue *clue);

#endif
