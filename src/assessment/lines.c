/* An indicator's figure is that of the scored one's place; a department has no place, so it answers for the
 * county's. */
#include "assessment/lines.h"

#include <stdlib.h>

#include "base/mem.h"

struct counting {
    const struct progress_book *book;
    const struct figures *figures;
    struct scope everything;
    struct lines *lines;
};

static struct measured measure(const struct counting *counting, int indicator, int division,
                               struct figure *figure)
{
    const struct pack *pack = counting->book->pack;
    *figure = (struct figure){0};
    if (indicator < 0 || pack->indicators[indicator].measure == MEASURE_REPORTED) return (struct measured){0};
    if (!figures_see(counting->book, counting->figures, &counting->everything, indicator, division, figure))
        return (struct measured){0};
    return judge_measure(&pack->indicators[indicator], figure, &counting->figures->minus[indicator]);
}

static bool leads(const struct pack_indicator *indicator, int unit)
{
    for (size_t i = 0; i < indicator->lead_count; i++)
        if (indicator->lead[i] == unit) return true;
    return false;
}

/* The indicators that a unit leads and that have a target this year. */
static void list_led(const struct counting *counting, int unit, struct line *line)
{
    const struct pack *pack = counting->book->pack;
    size_t capacity = 0, at = (size_t)(counting->lines->year - pack->year_first);
    for (size_t i = 0; i < pack->indicator_count; i++) {
        const struct pack_indicator *indicator = &pack->indicators[i];
        if (!leads(indicator, unit) || at >= indicator->target_years || !indicator->targets[at].given)
            continue;
        line->led =
            arena_grow(&counting->lines->arena, line->led, &capacity, line->led_count + 1, sizeof *line->led);
        struct line_led *led = &line->led[line->led_count++];
        *led = (struct line_led){.indicator = (int)i, .target = indicator->targets[at].value};
        led->value = measure(counting, (int)i, -1, &led->figure);
        led->attained = score_attainment(indicator, led->target, &led->value);
    }
}

/* Each known one has its even share of the criterion's points. */
static struct value score_unit(const struct counting *counting, const struct pack_criterion *criterion,
                               int unit, struct line *line)
{
    list_led(counting, unit, line);
    struct value *attained = mem_new(line->led_count + 1, sizeof *attained);
    int64_t known = 0;
    for (size_t i = 0; i < line->led_count; i++) {
        attained[i] = line->led[i].attained;
        known += attained[i].known;
    }
    for (size_t i = 0; i < line->led_count; i++)
        if (attained[i].known) line->led[i].points = score_led_one(criterion, &attained[i], known);
    struct value points = score_led(criterion, attained, line->led_count);
    free(attained);
    return points;
}

static void fill(const struct counting *counting, const struct scored *scored,
                 const struct pack_criterion *criterion, struct line *line)
{
    *line = (struct line){0};
    line->value = measure(counting, criterion->indicator, scored->division, &line->figure);
    switch (criterion->kind) {
    case CRITERION_INDICATOR:
        line->points = score_by_figure(criterion, &line->value);
        line->spared = score_spares(criterion, &line->figure, &line->value);
        break;
    case CRITERION_DEDUCTION:
        line->points = score_deduction(criterion, &line->value);
        break;
    case CRITERION_LED:
        line->points = score_unit(counting, criterion, scored->unit, line);
        break;
    case CRITERION_REVIEWED:
        break;
    }
}

static uint64_t vetoes_of(const struct counting *counting, const struct scored *scored)
{
    const struct pack_scheme *scheme = counting->lines->scheme;
    uint64_t held = 0;
    for (size_t i = 0; i < scheme->veto_count; i++) {
        struct figure figure;
        struct measured value = measure(counting, scheme->vetoes[i].indicator, scored->division, &figure);
        if (score_is_vetoed(&scheme->vetoes[i], &value)) held |= UINT64_C(1) << i;
    }
    return held;
}

int lines_compute(struct database *database, const struct progress_book *book, const struct figures *figures,
                  const struct pack_scheme *scheme, size_t part, int year, int month, const int64_t *points,
                  struct lines **out, struct err *err)
{
    struct lines *lines = mem_new(1, sizeof *lines);
    struct scored *scored;
    *out = NULL;
    *lines = (struct lines){.scheme = scheme,
                            .part = &scheme->parts[part],
                            .year = year,
                            .month = month,
                            .as_of = figures->as_of};
    int code = scored_list(database, scheme, &lines->arena, &scored, &lines->scored_count, err);
    if (code != 0) {
        lines_free(lines);
        return code;
    }
    size_t criteria = lines->part->criterion_count;
    struct counting counting = {book, figures,
                                scope_everything(book->pack, TEXT("assessment"), &lines->arena), lines};
    lines->scored = scored;
    lines->items = arena_array(&lines->arena, lines->scored_count * criteria, sizeof *lines->items);
    lines->vetoes = arena_array(&lines->arena, lines->scored_count, sizeof *lines->vetoes);
    for (size_t i = 0; i < lines->scored_count; i++) {
        for (size_t k = 0; k < criteria; k++) {
            struct pack_criterion criterion = lines->part->criteria[k];
            if (points != NULL) criterion.points = points[k];
            fill(&counting, &scored[i], &criterion, lines_at(lines, i, k));
        }
        lines->vetoes[i] = vetoes_of(&counting, &scored[i]);
    }
    *out = lines;
    return 0;
}

void lines_free(struct lines *lines)
{
    if (lines == NULL) return;
    arena_fini(&lines->arena);
    free(lines);
}
