/* The leader's page and the bulletins name the same places in the same order. */
#include "progress/ranking.h"

#include <stdlib.h>

#include "base/mem.h"
#include "progress/eyes.h"

static int by_lights(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    if (left->lights[LIGHT_GREEN] != right->lights[LIGHT_GREEN])
        return left->lights[LIGHT_GREEN] > right->lights[LIGHT_GREEN] ? -1 : 1;
    if (left->lights[LIGHT_RED] != right->lights[LIGHT_RED])
        return left->lights[LIGHT_RED] < right->lights[LIGHT_RED] ? -1 : 1;
    return left->division - right->division;
}

static bool equal_lights(const struct ranked *a, const struct ranked *b)
{
    return a->lights[LIGHT_GREEN] == b->lights[LIGHT_GREEN] && a->lights[LIGHT_RED] == b->lights[LIGHT_RED];
}

enum division_level ranking_level(const struct pack *pack, const struct scope *scope, int division)
{
    if (division >= 0)
        return pack->divisions[division].level == DIVISION_COUNTY ? DIVISION_TOWNSHIP : DIVISION_VILLAGE;
    bool one = !scope_all_rows(scope, pack) && scope->division_count == 1;
    return one && pack->divisions[scope->divisions[0]].level != DIVISION_COUNTY ? DIVISION_VILLAGE
                                                                                : DIVISION_TOWNSHIP;
}

static bool is_unseen(const struct pack *pack, const struct scope *scope, size_t indicator)
{
    int over = pack->indicators[indicator].over;
    return over >= 0 && !eyes_may(pack, scope, over);
}

int64_t ranking_unseen(const struct pack *pack, const struct scope *scope)
{
    int64_t unseen = 0;
    for (size_t i = 0; i < pack->indicator_count; i++) unseen += is_unseen(pack, scope, i);
    return unseen;
}

enum { SEEN = 1, LIT = 2 };

static void take_place(const struct progress_year *year, const struct scope *scope, struct ranked *place,
                       unsigned char *found)
{
    for (size_t i = 0; i < year->book->pack->indicator_count; i++) {
        struct progress_line line;
        progress_line(year, scope, (int)i, place->division, &line);
        if (!line.seen) continue;
        place->lights[line.judged.light]++;
        bool lit = line.judged.light != LIGHT_NONE && line.judged.light != LIGHT_UNKNOWN;
        found[i] |= lit ? SEEN | LIT : SEEN;
    }
}

static struct ranking_basis basis_of(const struct pack *pack, const struct scope *scope,
                                     const unsigned char *found)
{
    struct ranking_basis basis = {0};
    for (size_t i = 0; i < pack->indicator_count; i++) {
        bool unseen = is_unseen(pack, scope, i), lit = (found[i] & LIT) != 0, seen = (found[i] & SEEN) != 0;
        basis.unseen += unseen;
        basis.judged += !unseen && lit;
        basis.unlit += !unseen && seen && !lit;
        basis.county += !unseen && !seen;
    }
    return basis;
}

size_t ranking_make(const struct progress_year *year, const struct scope *scope, int division,
                    enum division_level level, struct ranked *ranked, struct ranking_basis *basis)
{
    const struct pack *pack = year->book->pack;
    bool *inside = mem_new(pack->division_count + 1, sizeof *inside);
    unsigned char *found = mem_new(pack->indicator_count + 1, sizeof *found);
    size_t count = 0;
    eyes_inside(pack, scope, division, inside);
    for (size_t i = 0; i < pack->division_count; i++) {
        if (pack->divisions[i].level != level || !inside[i]) continue;
        ranked[count] = (struct ranked){.division = (int)i};
        take_place(year, scope, &ranked[count++], found);
    }
    if (basis != NULL) *basis = basis_of(pack, scope, found);
    free(found);
    free(inside);
    if (count > 1) qsort(ranked, count, sizeof *ranked, by_lights);
    for (size_t i = 0; i < count; i++)
        ranked[i].rank = i > 0 && equal_lights(&ranked[i - 1], &ranked[i]) ? ranked[i - 1].rank : (int)i + 1;
    return count;
}
