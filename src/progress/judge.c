/* All comparisons are exact: 29,999 of 30,000 is not 100 %, however it is rounded for people. */
#include "progress/judge.h"

#include <math.h>

#include "base/money.h"

enum { MONTHS = 12, PERCENT = 100 };

/* ---- Values ---- */

/* A value of a formula in ten-thousandths of its own unit. */
static __int128 in_grains(enum type_kind kind, int64_t value)
{
    if (kind == TYPE_MONEY) return (__int128)value * (DECIMAL_ONE / MONEY_FEN);
    return kind == TYPE_DECIMAL ? value : (__int128)value * DECIMAL_ONE;
}

static struct measured measured_of(__int128 above, __int128 below)
{
    if (below < 0) {
        above = -above;
        below = -below;
    }
    return below == 0 ? (struct measured){0} : (struct measured){true, above, below};
}

static bool in_percent(const struct pack_indicator *indicator)
{
    return text_is(indicator->unit, "%") || text_is(indicator->unit, "百分点");
}

static struct measured quotient(const struct pack_indicator *indicator, const struct figure *figure)
{
    enum type_kind of = indicator->of->type.kind;
    __int128 above = in_grains(indicator->value->type.kind, figure->sum), below = in_grains(of, figure->of);
    if (figure->counted == 0) return (struct measured){0};
    if (in_percent(indicator)) return measured_of(above * PERCENT * DECIMAL_ONE, below);
    return measured_of(above * DECIMAL_ONE, below * indicator->scale_by);
}

/* One year's sum, or sum a unit of `of` in the grain of its type, as people print it. */
static bool year_amount(const struct pack_indicator *indicator, int64_t sum, int64_t of, int64_t *out)
{
    *out = sum;
    if (indicator->of == NULL) return true;
    return fixed_scale(sum, indicator->of->type.kind == TYPE_DECIMAL ? DECIMAL_ONE : 1, of, out);
}

static struct measured growth(const struct pack_indicator *indicator, const struct figure *figure,
                              const struct value *minus)
{
    int64_t now, before;
    if (figure->counted == 0 || (indicator->minus != NULL && !minus->known) ||
        !year_amount(indicator, figure->sum, figure->of, &now) ||
        !year_amount(indicator, figure->sum_before, figure->of_before, &before) || before == 0)
        return (struct measured){0};
    __int128 base = before < 0 ? -(__int128)before : before;
    __int128 above = ((__int128)now - before) * PERCENT * DECIMAL_ONE;
    if (indicator->minus != NULL) above -= base * llround(minus->ratio * PERCENT * DECIMAL_ONE);
    return measured_of(above, base);
}

struct measured judge_measure(const struct pack_indicator *indicator, const struct figure *figure,
                              const struct value *minus)
{
    if (figure->lost) return (struct measured){0};
    switch (indicator->measure) {
    case MEASURE_SHARE:
        return measured_of((__int128)figure->counted * PERCENT * DECIMAL_ONE,
                           figure->counted + figure->missing);
    case MEASURE_COUNT:
        /* Of nobody is it known: that is not 0. */
        if (figure->counted + figure->missing == 0 && figure->undetermined > 0) return (struct measured){0};
        return measured_of((__int128)figure->counted * DECIMAL_ONE, indicator->scale_by);
    case MEASURE_SUM:
        /* Nothing known of records that are there is not 0. */
        if (figure->counted == 0 && figure->undetermined > 0) return (struct measured){0};
        return measured_of(in_grains(indicator->value->type.kind, figure->sum), indicator->scale_by);
    case MEASURE_QUOTIENT:
        return quotient(indicator, figure);
    case MEASURE_GROWTH:
        return growth(indicator, figure, minus);
    case MEASURE_REPORTED:
        break;
    }
    return (struct measured){0};
}

struct measured judge_number(int64_t ten_thousandths)
{
    return (struct measured){true, ten_thousandths, 1};
}

static bool rounded(__int128 above, __int128 below, int64_t *out)
{
    __int128 half = below / 2, value = above >= 0 ? (above + half) / below : (above - half) / below;
    if (value > INT64_MAX || value < -(__int128)INT64_MAX) return false;
    *out = (int64_t)value;
    return true;
}

struct value judge_value(const struct measured *measured)
{
    struct value value = {0};
    if (measured->known) value.known = rounded(measured->above, measured->below, &value.integer);
    return value;
}

/* ---- Lights ---- */

const char *light_name(enum light light)
{
    static const char *const names[LIGHTS] = {"green", "yellow", "red", "none", "unknown"};
    return names[light];
}

static bool meets(enum indicator_direction direction, const struct measured *measured, int64_t wanted)
{
    __int128 difference = measured->above - (__int128)wanted * measured->below;
    switch (direction) {
    case DIRECTION_AT_LEAST:
        return difference >= 0;
    case DIRECTION_ABOVE:
        return difference > 0;
    case DIRECTION_AT_MOST:
        return difference <= 0;
    case DIRECTION_BELOW:
        return difference < 0;
    case DIRECTION_EXACTLY:
        return difference == 0;
    }
    return false;
}

/* Which part of the year's way is behind us: by last year's course where that is known, otherwise by the
 * months; above / below. */
static struct measured course(const struct pack_indicator *indicator, const struct standing *standing)
{
    bool usable = indicator->pace == PACE_ACCUMULATES && !indicator->cumulative && standing->same.known &&
                  standing->whole.known && standing->same.above > 0 && standing->whole.above > 0;
    if (usable) {
        struct value same = judge_value(&standing->same), whole = judge_value(&standing->whole);
        if (same.known && whole.known && same.integer <= whole.integer && same.integer > 0)
            return measured_of(same.integer, whole.integer);
    }
    return measured_of(standing->month, MONTHS);
}

/* Where the way begins: at what stood at the year's beginning, for what grows over the years. False: a
 * standing quantity of which that is not known. */
static bool beginning(const struct pack_indicator *indicator, const struct standing *standing, int64_t *begin)
{
    struct value base = judge_value(&standing->base);
    bool stands = indicator->pace == PACE_BUILDS || indicator->cumulative;
    *begin = stands && base.known ? base.integer : 0;
    return base.known || indicator->pace != PACE_BUILDS;
}

static bool is_mostly_open(const struct pack *pack, const struct standing *standing)
{
    return (double)standing->undetermined > pack->progress.unknown * (double)standing->population;
}

/* By the year's end the target is due; on the way the part of the way behind us, and never more than the
 * target where the year began beyond it. */
static void find_due(const struct pack_indicator *indicator, const struct standing *standing,
                     const struct measured *part, struct judged *out)
{
    struct measured begin = judge_number(out->begin);
    bool beyond = out->begin_known && meets(indicator->direction, &begin, out->target);
    out->due_known = true;
    out->due = out->target;
    if (standing->month == MONTHS || beyond) return;
    out->due_known = out->begin_known && rounded((__int128)out->begin * part->below +
                                                     ((__int128)out->target - out->begin) * part->above,
                                                 part->below, &out->due);
}

/* The way so far taken to the year's end: not below nothing, nor a share above 100 %. */
static void find_forecast(const struct pack_indicator *indicator, const struct value *now, int64_t begin,
                          const struct measured *part, struct judged *out)
{
    const int64_t all = (int64_t)PERCENT * DECIMAL_ONE;
    out->forecast_known =
        rounded((__int128)begin * part->above + ((__int128)now->integer - begin) * part->below, part->above,
                &out->forecast);
    if (now->integer >= 0 && out->forecast < 0) out->forecast = 0;
    if (indicator->measure == MEASURE_SHARE && out->forecast > all) out->forecast = all;
}

/* Is the period still running at whose end the value is judged? */
static bool is_unsettled(const struct pack_indicator *indicator, const struct standing *standing)
{
    switch (indicator->settled) {
    case SETTLED_DAILY:
        return false;
    case SETTLED_MONTHLY:
        return standing->running;
    case SETTLED_YEARLY:
        return standing->month < MONTHS || standing->running;
    }
    return false;
}

static void look_ahead(const struct pack *pack, const struct pack_indicator *indicator,
                       const struct standing *standing, struct judged *out)
{
    struct value now = judge_value(&standing->now);
    struct measured part = course(indicator, standing);
    int64_t begin;
    if (indicator->pace == PACE_HOLDS) {
        out->due = out->target;
        out->due_known = out->target_given;
        out->forecast = now.integer;
        out->forecast_known = now.known;
        return;
    }
    bool begun = beginning(indicator, standing, &begin);
    out->by_last_year = part.below != MONTHS;
    out->begin_known = begun && out->target_given;
    out->begin = begin;
    if (out->target_given) find_due(indicator, standing, &part, out);
    if (now.known && begun && !is_mostly_open(pack, standing))
        find_forecast(indicator, &now, begin, &part, out);
}

static bool is_near(const struct pack *pack, const struct standing *standing, const struct judged *judged)
{
    struct value now = judge_value(&standing->now);
    double behind = fabs((double)now.integer - (double)judged->due);
    return now.known && behind <= pack->progress.near * fabs((double)judged->target);
}

static enum light light_of(const struct pack *pack, const struct pack_indicator *indicator,
                           const struct standing *standing, const struct judged *judged)
{
    if (!judged->target_given) return LIGHT_NONE;
    if (!standing->now.known || is_mostly_open(pack, standing)) return LIGHT_UNKNOWN;
    bool rises = indicator->direction != DIRECTION_AT_MOST && indicator->direction != DIRECTION_BELOW;
    if (judged->met && indicator->pace != PACE_HOLDS && rises) return LIGHT_GREEN;
    if (judged->unsettled) return judged->met ? LIGHT_GREEN : LIGHT_UNKNOWN;
    if (!judged->due_known) return LIGHT_UNKNOWN;
    bool on_time = meets(indicator->direction, &standing->now, judged->due);
    struct measured end = judge_number(judged->forecast);
    if (on_time && (standing->month == MONTHS || indicator->pace == PACE_HOLDS || !judged->forecast_known ||
                    meets(indicator->direction, &end, judged->target)))
        return LIGHT_GREEN;
    return on_time || is_near(pack, standing, judged) ? LIGHT_YELLOW : LIGHT_RED;
}

static void find_targets(const struct pack *pack, const struct pack_indicator *indicator, int year,
                         struct judged *out)
{
    for (size_t i = 0; i < indicator->target_years; i++) {
        int at = pack->year_first + (int)i;
        if (!indicator->targets[i].given || at < year) continue;
        if (at == year) {
            out->target_given = true;
            out->target = indicator->targets[i].value;
            return;
        }
        out->next_year = at;
        out->next_target = indicator->targets[i].value;
        return;
    }
}

void judge(const struct pack *pack, const struct pack_indicator *indicator, const struct standing *standing,
           struct judged *out)
{
    *out = (struct judged){0};
    find_targets(pack, indicator, standing->year, out);
    out->met =
        out->target_given && standing->now.known && meets(indicator->direction, &standing->now, out->target);
    out->unsettled = is_unsettled(indicator, standing);
    if (!out->unsettled) look_ahead(pack, indicator, standing, out);
    out->light = light_of(pack, indicator, standing, out);
}
