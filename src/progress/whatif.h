/* What-if: a rule or condition under the pack and under one or two variants of it, on the facts of now: how
 * many, where, who enters and leaves, and what help for them would cost. Nothing is stored. Parameters alone
 * are laid over the compiled pack, which answers while somebody drags a slider; other formulas make a second
 * pack first. */
#ifndef ZENGSHOU_PROGRESS_WHATIF_H
#define ZENGSHOU_PROGRESS_WHATIF_H

#include "pack/variant.h"
#include "register/frame_cache.h"
#include "register/scope.h"

enum { WHATIF_VARIANTS = 2, WHATIF_CHANGES = 20, WHATIF_SIDES = 1 + WHATIF_VARIANTS };

struct whatif_variant {
    const struct pack_override *changes;
    size_t count;
};

struct whatif_question {
    int32_t as_of;
    struct text rule;      /* a rule by its name; empty: a condition on a register */
    int reg;               /* of the condition */
    struct text condition; /* a formula */
    struct text cost; /* for each of the list: a money formula on the register, or an amount; empty: none */
    const struct whatif_variant *variants;
    size_t variant_count; /* 0 to WHATIF_VARIANTS */
    enum division_level level;
    int division; /* only its subtree; -1: all of the scope */
    const struct scope *scope;
};

struct whatif_side { /* side 0 is the pack as it is */
    int64_t hits, undetermined;
    int64_t entering, leaving; /* against side 0: hits of one list that are certainly not on the other */
    __int128 cost;             /* fen over the hits whose cost is known */
    int64_t cost_unknown;      /* hits whose cost is not */
};

struct whatif_row {
    int division; /* index into pack.divisions; -1: nowhere, or the sum of all */
    int64_t records;
    struct whatif_side sides[WHATIF_SIDES];
};

enum whatif_list { WHATIF_HITS, WHATIF_UNDETERMINED, WHATIF_ENTERING, WHATIF_LEAVING };
enum { WHATIF_LISTS = 4 };

struct whatif {
    int reg;
    bool costed;
    size_t sides; /* variants + 1 */
    struct whatif_row all, *rows;
    size_t row_count;
    int64_t *lists[WHATIF_SIDES][WHATIF_LISTS]; /* ids, ascending */
    size_t list_counts[WHATIF_SIDES][WHATIF_LISTS];
};

/* ERR_INPUT: no such rule, parameter, …, a value not of the type, a fault in a formula. ERR_FORBIDDEN: a
 * formula that reads what may not be seen, or a change of formulas by who sees a part of the county only. */
int whatif_run(const struct pack *pack, struct frame_cache *frames, struct database *database,
               const struct whatif_question *question, struct whatif **out, struct err *err);
/* Would whatif_run take the question? The same errors, without its facts. */
int whatif_check(const struct pack *pack, const struct whatif_question *question, struct err *err);
void whatif_free(struct whatif *whatif);

#endif
