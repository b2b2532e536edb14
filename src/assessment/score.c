/* Points are exact: a figure is a quotient of integers, and the one rounding is that to hundredths of a
 * point, as people read them. */
#include "assessment/score.h"

#include <assert.h>

#include "base/money.h"

enum { HUNDREDTH = DECIMAL_ONE / 100 };

static struct value decimal(int64_t number)
{
    return (struct value){.known = true, .integer = number};
}

/* part / whole × points, 0 < part < whole, to hundredths of a point, half up. */
static int64_t share_of(int64_t points, __int128 part, __int128 whole)
{
    /* Keeps the product within 128 bits; what is lost is far below a hundredth of a point. */
    while (whole > ((__int128)1 << 80)) {
        part /= 2;
        whole /= 2;
    }
    __int128 hundredths = (2 * part * points / HUNDREDTH + whole) / (2 * whole);
    return (int64_t)hundredths * HUNDREDTH;
}

struct value score_by_figure(const struct pack_criterion *criterion, const struct measured *figure)
{
    if (!figure->known) return (struct value){0};
    __int128 way = (__int128)(criterion->full - criterion->zero) * figure->below;
    __int128 gone = figure->above - (__int128)criterion->zero * figure->below;
    if (way < 0) {
        way = -way;
        gone = -gone;
    }
    if (gone <= 0) return decimal(0);
    if (gone >= way) return decimal(criterion->points);
    return decimal(share_of(criterion->points, gone, way));
}

struct value score_deduction(const struct pack_criterion *criterion, const struct measured *figure)
{
    if (!figure->known) return (struct value){0};
    if (figure->above <= 0) return decimal(0);
    __int128 taken = figure->above / figure->below * criterion->each / DECIMAL_ONE;
    return decimal(taken > criterion->points ? criterion->points : (int64_t)taken);
}

static bool is_met(const struct pack_indicator *indicator, __int128 target, const struct measured *figure)
{
    __int128 line = target * figure->below;
    switch (indicator->direction) {
    case DIRECTION_AT_LEAST:
        return figure->above >= line;
    case DIRECTION_ABOVE:
        return figure->above > line;
    case DIRECTION_AT_MOST:
        return figure->above <= line;
    case DIRECTION_BELOW:
        return figure->above < line;
    case DIRECTION_EXACTLY:
        return figure->above == line;
    }
    return false;
}

struct value score_attainment(const struct pack_indicator *indicator, int64_t target,
                              const struct measured *figure)
{
    if (!figure->known) return (struct value){0};
    if (is_met(indicator, target, figure)) return decimal(DECIMAL_ONE);
    __int128 line = (__int128)target * figure->below, part = figure->above, whole = line;
    if (figure->above > line) { /* too much of it */
        part = line;
        whole = figure->above;
    }
    if (part <= 0 || whole <= 0) return decimal(0);
    while (whole > ((__int128)1 << 100)) {
        part /= 2;
        whole /= 2;
    }
    return decimal((int64_t)((2 * part * DECIMAL_ONE + whole) / (2 * whole)));
}

struct value score_led(const struct pack_criterion *criterion, const struct value *attainments, size_t count)
{
    int64_t sum = 0, known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!attainments[i].known) continue;
        sum += attainments[i].integer;
        known++;
    }
    if (known == 0) return (struct value){0};
    int64_t whole = known * DECIMAL_ONE;
    if (sum <= 0) return decimal(0);
    return decimal(sum >= whole ? criterion->points : share_of(criterion->points, sum, whole));
}

struct value score_led_one(const struct pack_criterion *criterion, const struct value *attained,
                           int64_t known)
{
    if (attained->integer <= 0) return decimal(0);
    return decimal(share_of(criterion->points, attained->integer, (__int128)known * DECIMAL_ONE));
}

bool score_is_vetoed(const struct pack_veto *veto, const struct measured *figure)
{
    if (!figure->known) return false;
    __int128 line = (__int128)veto->line * figure->below;
    return veto->above ? figure->above > line : figure->above < line;
}

/* Facts that are not there are no reason to spare anybody: then the figure is open. */
bool score_spares(const struct pack_criterion *criterion, const struct figure *figure,
                  const struct measured *value)
{
    return criterion->shared && !value->known && !figure->lost && figure->counted == 0 &&
           figure->missing == 0 && figure->undetermined == 0;
}

void score_part(const struct pack_assessment_part *part, const struct value *points, const bool *spared,
                struct score_total *out)
{
    int64_t taken = 0, all = 0, left = 0;
    out->points = 0;
    out->open = 0;
    for (size_t i = 0; i < part->criterion_count; i++) {
        bool is_deduction = part->criteria[i].kind == CRITERION_DEDUCTION, is_spared = spared && spared[i];
        if (!is_deduction) all += part->criteria[i].points;
        if (!is_deduction && !is_spared) left += part->criteria[i].points;
        if (is_spared) continue;
        if (!points[i].known)
            out->open++;
        else if (is_deduction)
            taken += points[i].integer;
        else
            out->points += points[i].integer;
    }
    if (left == 0 && all > 0) out->open++;
    if (left > 0 && left < all) out->points = out->points >= left ? all : share_of(all, out->points, left);
    out->points -= taken;
    if (out->points < 0) out->points = 0;
}

static int grade_of(const struct pack_scheme *scheme, const struct score_total *total)
{
    int grade = 0;
    while ((size_t)grade + 1 < scheme->grade_count && total->points < scheme->grades[grade].from) grade++;
    if (grade < total->grade_most) grade = total->grade_most;
    return grade;
}

static bool is_on(const struct pack_assessment_list *list, const struct score_total *total, int64_t behind)
{
    if (list->first > 0 && total->rank > list->first) return false;
    if (list->last > 0 && behind >= list->last) return false;
    if (list->has_from && total->points < list->from) return false;
    return !list->has_below || total->points < list->below;
}

/* Quadratic, and few: a scheme scores hundreds, not thousands. */
void score_rank(const struct pack_scheme *scheme, struct score_total *totals, size_t count)
{
    assert(scheme->list_count <= 64);
    for (size_t i = 0; i < count; i++) {
        struct score_total *total = &totals[i];
        int64_t before = 0, behind = 0;
        for (size_t k = 0; k < count; k++) {
            if (totals[k].open > 0) continue;
            before += totals[k].points > total->points;
            behind += totals[k].points < total->points;
        }
        total->grade = grade_of(scheme, total);
        total->lists = 0;
        total->rank = total->open > 0 ? 0 : before + 1;
        if (total->open > 0) continue;
        for (size_t k = 0; k < scheme->list_count; k++)
            if (is_on(&scheme->lists[k], total, behind)) total->lists |= UINT64_C(1) << k;
    }
}
