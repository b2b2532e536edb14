/* A scope is a set of subtrees; what somebody is shown of a division is where the two meet. */
#include "progress/eyes.h"

int eyes_own(const struct pack *pack, const struct scope *scope)
{
    bool one = !scope_all_rows(scope, pack) && scope->division_count == 1;
    return one ? scope->divisions[0] : -1;
}

/* Is the subtree inside one of the scope's other subtrees, which counts it already? */
static bool counted_above(const struct pack *pack, const struct scope *scope, size_t index)
{
    for (size_t i = 0; i < scope->division_count; i++) {
        bool same = scope->divisions[i] == scope->divisions[index];
        if (i != index && (!same || i < index) &&
            pack_division_within(pack, scope->divisions[index], scope->divisions[i]))
            return true;
    }
    return false;
}

void eyes_each(const struct pack *pack, const struct scope *scope, int division,
               void (*visit)(void *context, int place), void *context)
{
    if (scope_all_rows(scope, pack)) {
        if (division >= 0) {
            visit(context, division);
            return;
        }
        for (size_t i = 0; i <= pack->division_count; i++)
            if (i == pack->division_count || pack->divisions[i].parent < 0) visit(context, (int)i);
        return;
    }
    for (size_t i = 0; i < scope->division_count; i++) {
        int own = scope->divisions[i];
        if (counted_above(pack, scope, i)) continue;
        if (division < 0 || pack_division_within(pack, own, division))
            visit(context, own);
        else if (pack_division_within(pack, division, own))
            visit(context, division);
    }
}

bool eyes_may(const struct pack *pack, const struct scope *scope, int reg)
{
    bool placed = pack->schema.registers[reg].parent >= 0 && scope->unit.size == 0;
    if (pack->registers[reg].owner_count > 0 && !placed && !scope_all_of(scope, pack, reg)) return false;
    return scope_may(scope, reg, SCOPE_READ) && (scope_all_rows(scope, pack) || scope->division_count > 0);
}

static void mark_place(void *context, int place)
{
    bool *inside = context;
    inside[place] = true;
}

void eyes_inside(const struct pack *pack, const struct scope *scope, int division, bool *inside)
{
    for (size_t i = 0; i <= pack->division_count; i++) inside[i] = false;
    eyes_each(pack, scope, division, mark_place, inside);
    for (size_t i = 0; i < pack->division_count; i++)
        if (pack->divisions[i].parent >= 0 && inside[pack->divisions[i].parent]) inside[i] = true;
}
