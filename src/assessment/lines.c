/* An indicator's figure is that of the scored one's place; a department has no place, so it answers for the
 * county's. */
#include "assessment/lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "progress/lists.h"

struct counting {
    const struct progress_book *book;
    const struct figures *figures;
    struct scope everything;
    struct lines *lines;
    struct figure *
        *own; /* [criterion of the part] [scored]: of the scored records themselves; NULL: of their place */
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

static void fill(const struct counting *counting, size_t at, size_t number,
                 const struct pack_criterion *criterion, struct line *line)
{
    const struct scored *scored = &counting->lines->scored[at];
    *line = (struct line){0};
    if (counting->own[number] != NULL) {
        line->figure = counting->own[number][at];
        line->value = judge_measure(&counting->book->pack->indicators[criterion->indicator], &line->figure,
                                    &counting->figures->minus[criterion->indicator]);
    } else
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
        line->spared = criterion->shared && line->led_count == 0;
        break;
    case CRITERION_REVIEWED:
        break;
    }
}

/* ---- Records themselves ---- */

static void count_one(struct figure *figure, enum progress_list list)
{
    switch (list) {
    case LIST_COUNTED:
        figure->counted++;
        break;
    case LIST_MISSING:
        figure->missing++;
        break;
    case LIST_UNDETERMINED:
        figure->undetermined++;
        break;
    }
}

/* What an indicator that counts the scored records says of each of them. */
static int count_own(struct counting *counting, struct database *database, int64_t facts, int indicator,
                     const struct map *places, struct figure *own, struct err *err)
{
    struct frame_request request = counting->book->each[indicator];
    struct frame *frame = NULL;
    request.entry = facts;
    int code = frame_load(database, &request, &frame, err);
    for (int list = 0; code == 0 && list < LIST_COUNT; list++) {
        int64_t *ids = NULL;
        size_t count = 0;
        if (counting->book->indicators[indicator].lists[list] == NULL) continue;
        code = progress_list(counting->book, frame, counting->figures->as_of, &counting->everything,
                             indicator, -1, (enum progress_list)list, &ids, &count, err);
        for (size_t i = 0; code == 0 && i < count; i++) {
            char name[32];
            size_t at;
            snprintf(name, sizeof name, "%lld", (long long)ids[i]);
            if (map_get(places, text_of(name), &at)) count_one(&own[at], (enum progress_list)list);
        }
        free(ids);
    }
    frame_free(frame);
    return code;
}

static int count_all_own(struct counting *counting, struct database *database, int64_t facts, struct err *err)
{
    struct lines *lines = counting->lines;
    struct map places = {0};
    int code = 0;
    counting->own = arena_array(&lines->arena, lines->part->criterion_count, sizeof *counting->own);
    for (size_t i = 0; i < lines->scored_count; i++) map_put(&places, lines->scored[i].id, i);
    for (size_t k = 0; code == 0 && k < lines->part->criterion_count; k++) {
        int indicator = lines->part->criteria[k].indicator;
        if (!lines_own(counting->book->pack, lines->scheme, indicator)) continue;
        counting->own[k] = arena_array(&lines->arena, lines->scored_count, sizeof **counting->own);
        code = count_own(counting, database, facts, indicator, &places, counting->own[k], err);
    }
    map_fini(&places);
    return code;
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
                  int64_t facts, const struct pack_scheme *scheme, size_t part, int year, int month,
                  const int64_t *points, struct lines **out, struct err *err)
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
                                scope_everything(book->pack, TEXT("assessment"), &lines->arena), lines, NULL};
    lines->scored = scored;
    code = count_all_own(&counting, database, facts, err);
    if (code != 0) {
        lines_free(lines);
        return code;
    }
    lines->items = arena_array(&lines->arena, lines->scored_count * criteria, sizeof *lines->items);
    lines->vetoes = arena_array(&lines->arena, lines->scored_count, sizeof *lines->vetoes);
    for (size_t i = 0; i < lines->scored_count; i++) {
        for (size_t k = 0; k < criteria; k++) {
            struct pack_criterion criterion = lines->part->criteria[k];
            if (points != NULL) criterion.points = points[k];
            fill(&counting, i, k, &criterion, lines_at(lines, i, k));
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
