/* Levers: what there is to try in a what-if: the parameters on which a rule rests, how far they may usefully
 * be moved, and the funds that help could be paid from. */
#ifndef ZENGSHOU_PROGRESS_LEVERS_H
#define ZENGSHOU_PROGRESS_LEVERS_H

#include "pack/pack.h"
#include "register/frame_cache.h"
#include "register/scope.h"

/* Marks the parameters [parameter_count] that the formula reads, through definitions too. */
void levers_of(const struct pack *pack, const struct node *node, bool *parameters);

/* How far a number may be moved on a slider: from nothing (or twice down, where it is negative) to twice what
 * it is now, but never beyond the parameter's limits; in about fifty steps of a round size. In the
 * parameter's own units; RATIO in millionths. Any other value within the limits can still be asked for. */
struct lever_range {
    int64_t least, most, step;
};
/* A value of such a type as a whole number of those units; 0 where it is not known. */
int64_t lever_whole(struct value value, enum type_kind kind);
/* False: the type is no number, or the value is not known as of the date. */
bool lever_range_of(const struct schema_parameter *parameter, const struct pack_parameter *limits,
                    int32_t as_of, struct lever_range *range);

struct lever_fund {
    int64_t id;      /* a record of progress.funds' register */
    int64_t balance; /* fen */
};
/* Those with something left, most first, in the arena; none where the pack names no funds, or who asks may
 * not see all of them. */
int levers_funds(const struct pack *pack, struct frame_cache *frames, struct database *database,
                 const struct scope *scope, int32_t as_of, struct arena *arena, struct lever_fund **out,
                 size_t *count, struct err *err);

#endif
