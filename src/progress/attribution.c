/* The change of a family's total is split by its kinds of income, theirs by rows that name what paid them. */
#include "progress/attribution.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "progress/adding.h"

enum { YEARS = ADDING_YEARS, PER_SOURCE = 2 * YEARS };

/* ---- Roots: total, kinds, then each source's where and amount; this year, then the year before ---- */

static int add_pair(const struct pack *pack, struct arena *arena, int scope, const char *text,
                    struct program_root *roots, size_t *count, struct err *err)
{
    for (int year = 0; year < YEARS; year++) {
        const char *whole = year == 0 ? text : pack_year_before(pack, arena, scope, text_of(text));
        const struct formula_source source = {.text = text_of(whole)};
        struct node *node = NULL;
        int code = formula_check(&pack->schema, arena, scope, source, NULL, &node, err);
        if (code != 0) return code;
        roots[(*count)++] = (struct program_root){node, scope};
    }
    return 0;
}

static const char *definition_name(const struct pack *pack, struct arena *arena, int definition)
{
    return arena_printf(arena, "%.*s", TEXT_ARGS(pack->schema.definitions[definition].label.name));
}

int attribution_roots(const struct pack *pack, struct arena *arena, struct program_root **roots,
                      size_t *count, struct err *err)
{
    const struct pack_dashboard *dashboard = &pack->dashboard;
    size_t most = YEARS * (1 + dashboard->income_count) + PER_SOURCE * pack->progress.source_count;
    *roots = arena_array(arena, most, sizeof **roots);
    *count = 0;
    if (dashboard->total < 0)
        return err_set(err, ERR_NOT_FOUND, "包的 dashboard 没有写 total，无法归因",
                       "The pack's dashboard names no `total`: there is nothing to attribute");
    int code = add_pair(pack, arena, pack->subject, definition_name(pack, arena, dashboard->total), *roots,
                        count, err);
    for (size_t i = 0; code == 0 && i < dashboard->income_count; i++)
        code = add_pair(pack, arena, pack->subject, definition_name(pack, arena, dashboard->income[i]),
                        *roots, count, err);
    for (size_t i = 0; code == 0 && i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        const char *where = arena_printf(arena, "(%.*s\n)", TEXT_ARGS(source->where_source.text));
        const char *amount = arena_printf(arena, "(%.*s\n)", TEXT_ARGS(source->amount_source.text));
        code = add_pair(pack, arena, source->over, where, *roots, count, err);
        if (code == 0) code = add_pair(pack, arena, source->over, amount, *roots, count, err);
    }
    return code;
}

/* ---- Families ---- */

static void add_part(struct attribution_part *to, __int128 now, __int128 before)
{
    to->now += now;
    to->before += before;
    to->households += now != before;
}

static void add_family(const struct adding *adding, uint32_t row, int64_t now, int64_t before,
                       struct attribution_side *to)
{
    __int128 rest_now = now, rest_before = before;
    to->households++;
    add_part(&to->total, now, before);
    for (size_t i = 0; i < adding->kinds; i++) {
        struct value year = program_result_get(&adding->results[YEARS * (1 + i)], row),
                     last = program_result_get(&adding->results[YEARS * (1 + i) + 1], row);
        if (!year.known || !last.known) continue;
        add_part(&to->kinds[i], year.integer, last.integer);
        rest_now -= year.integer;
        rest_before -= last.integer;
    }
    add_part(&to->rest, rest_now, rest_before);
    for (size_t i = 0; i < adding->sources; i++)
        add_part(&to->sources[i], *adding_family(adding, i, 0, row), *adding_family(adding, i, 1, row));
}

static void merge_part(struct attribution_part *to, const struct attribution_part *more)
{
    to->now += more->now;
    to->before += more->before;
    to->households += more->households;
}

static void merge_place(const struct adding *adding, struct attribution_place *to,
                        const struct attribution_place *more)
{
    to->same += more->same;
    to->unknown += more->unknown;
    for (int i = 0; i < ATTRIBUTION_DIRECTIONS; i++) {
        to->sides[i].households += more->sides[i].households;
        merge_part(&to->sides[i].total, &more->sides[i].total);
        merge_part(&to->sides[i].rest, &more->sides[i].rest);
        for (size_t k = 0; k < adding->kinds; k++)
            merge_part(&to->sides[i].kinds[k], &more->sides[i].kinds[k]);
        for (size_t k = 0; k < adding->sources; k++)
            merge_part(&to->sides[i].sources[k], &more->sides[i].sources[k]);
    }
}

static struct attribution_place place_new(const struct adding *adding, struct arena *arena, int division)
{
    struct attribution_place place = {.division = division};
    for (int i = 0; i < ATTRIBUTION_DIRECTIONS; i++) {
        place.sides[i].kinds = arena_array(arena, adding->kinds, sizeof *place.sides[i].kinds);
        place.sides[i].sources = arena_array(arena, adding->sources, sizeof *place.sides[i].sources);
    }
    return place;
}

static bool is_empty(const struct attribution_place *place)
{
    return place->same + place->unknown + place->sides[0].households + place->sides[1].households == 0;
}

/* What the family is listed with; false: it is not. */
static bool listed_change(const struct adding *adding, uint32_t row, int64_t total, int64_t *change)
{
    const struct attribution_only *only = adding->only;
    *change = total;
    if (only == NULL || (only->kind < 0 && only->source < 0)) return true;
    if (only->source >= 0) {
        size_t source = (size_t)only->source;
        *change = *adding_family(adding, source, 0, row) - *adding_family(adding, source, 1, row);
        return *change != 0;
    }
    const struct program_result *kind = &adding->results[YEARS * (1 + (size_t)only->kind)];
    struct value year = program_result_get(kind, row), last = program_result_get(kind + 1, row);
    *change = year.integer - last.integer;
    return year.known && last.known && *change != 0;
}

static void list_family(const struct adding *adding, struct attribution *out, size_t capacities[], int list,
                        uint32_t row, int64_t total)
{
    size_t capacity = capacities[list];
    int64_t change;
    if (!listed_change(adding, row, total, &change)) return;
    out->ids[list] = mem_grow(out->ids[list], &capacities[list], out->counts[list] + 1, sizeof(int64_t));
    out->changes[list] = mem_grow(out->changes[list], &capacity, out->counts[list] + 1, sizeof(int64_t));
    out->ids[list][out->counts[list]] = frame_id(adding->frame, adding->pack->subject, row);
    out->changes[list][out->counts[list]++] = change;
}

static void take_family(const struct adding *adding, struct attribution *out, size_t capacities[],
                        uint32_t row, struct attribution_place *to)
{
    struct value now = program_result_get(&adding->results[0], row),
                 before = program_result_get(&adding->results[1], row);
    if (!now.known || !before.known) {
        to->unknown++;
        list_family(adding, out, capacities, ATTRIBUTION_UNKNOWN, row, 0);
        return;
    }
    if (now.integer == before.integer) {
        to->same++;
        list_family(adding, out, capacities, ATTRIBUTION_SAME, row, 0);
        return;
    }
    int side = now.integer > before.integer ? ATTRIBUTION_ROSE : ATTRIBUTION_FELL;
    add_family(adding, row, now.integer, before.integer, &to->sides[side]);
    list_family(adding, out, capacities, side, row, now.integer - before.integer);
}

static struct attribution *take_families(const struct adding *adding, enum division_level level)
{
    const struct pack *pack = adding->pack;
    struct attribution *out = mem_new(1, sizeof *out);
    const int *at = places_of(adding->places, pack->subject);
    size_t capacities[ATTRIBUTION_LISTS] = {0};
    bool placed = places_has_way(pack, pack->subject);
    out->places = mem_new(pack->division_count + 1, sizeof *out->places);
    for (size_t i = 0; i <= pack->division_count; i++)
        if (i == pack->division_count || pack->divisions[i].level == level)
            out->places[i] = place_new(adding, &out->arena, i == pack->division_count ? -1 : (int)i);
    for (uint32_t row = 0; row < adding->families; row++) {
        if (placed && !adding->inside[at[row]]) continue;
        int place = at[row] == (int)pack->division_count ? -1 : pack_division_up(pack, at[row], level);
        take_family(adding, out, capacities, row,
                    &out->places[place < 0 ? pack->division_count : (size_t)place]);
    }
    out->all = place_new(adding, &out->arena, -1);
    for (size_t i = 0; i <= pack->division_count; i++) {
        struct attribution_place place = out->places[i];
        if (place.sides[0].kinds == NULL || is_empty(&place)) continue;
        merge_place(adding, &out->all, &place);
        out->places[out->place_count++] = place;
    }
    out->unknown_rows = adding->unknown_rows;
    return out;
}

int attribution_make(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                     int32_t as_of, enum division_level level, int division,
                     const struct attribution_only *only, const struct program_root *roots, size_t count,
                     struct attribution **out, struct err *err)
{
    struct adding adding;
    int code = adding_start(pack, frame, scope, as_of, division, roots, count, &adding, err);
    adding.only = only;
    *out = code == 0 ? take_families(&adding, level) : NULL;
    adding_end(&adding);
    return code;
}

int attribution_family(const struct pack *pack, const struct frame *frame, int32_t as_of, int64_t id,
                       const struct program_root *roots, size_t count, struct attribution **out,
                       struct err *err)
{
    uint32_t row = frame_row(frame, pack->subject, id);
    struct adding adding;
    *out = NULL;
    if (row == FRAME_NO_ROW)
        return err_set(err, ERR_NOT_FOUND, "没有这一户，或已停用",
                       "There is no such family, or it is retired");
    int code = adding_start(pack, frame, NULL, as_of, -1, roots, count, &adding, err);
    if (code == 0) {
        size_t capacities[ATTRIBUTION_LISTS] = {0};
        *out = mem_new(1, sizeof **out);
        (*out)->all = place_new(&adding, &(*out)->arena, -1);
        take_family(&adding, *out, capacities, row, &(*out)->all);
    }
    adding_end(&adding);
    return code;
}

void attribution_free(struct attribution *attribution)
{
    if (attribution == NULL) return;
    for (int i = 0; i < ATTRIBUTION_LISTS; i++) {
        free(attribution->ids[i]);
        free(attribution->changes[i]);
    }
    free(attribution->places);
    arena_fini(&attribution->arena);
    free(attribution);
}
