/* Eyes: which places a scope sees, for figures that are kept by place. The same rows as register/scope.h. */
#ifndef ZENGSHOU_PROGRESS_EYES_H
#define ZENGSHOU_PROGRESS_EYES_H

#include "pack/pack.h"
#include "register/scope.h"

/* May figures of the register be shown? Families that were given to somebody are no place: whoever sees
 * nothing else is shown none. Nor are figures of a register whose records name their owners, to whoever does
 * not see all of them. */
bool eyes_may(const struct pack *pack, const struct scope *scope, int reg);

/* The one place that somebody answers for; -1: all of the county, several, or none. */
int eyes_own(const struct pack *pack, const struct scope *scope);

/* Calls for each subtree that is both in the scope and in the division (-1: anywhere), none twice; place:
 * index into pack.divisions, division_count for nowhere. */
void eyes_each(const struct pack *pack, const struct scope *scope, int division,
               void (*visit)(void *context, int place), void *context);

/* The same as flags of all divisions, those below included; room for division_count + 1. */
void eyes_inside(const struct pack *pack, const struct scope *scope, int division, bool *inside);

#endif
