/* One pass over the families. Which of them are seen is asked of the same condition as every list; what they
 * have comes from the frame and the compiled definitions. */
#include "monitor/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "formula/formula.h"
#include "monitor/place.h"

/* ---- Formulas ---- */

static int add_root(const struct pack *pack, int definition, bool before, struct arena *arena,
                    struct program_root *root, struct err *err)
{
    struct text name = pack->schema.definitions[definition].label.name;
    const char *text = before ? pack_year_before(pack, arena, pack->subject, name)
                              : arena_printf(arena, "%.*s", TEXT_ARGS(name));
    struct node *node;
    int code = formula_check(&pack->schema, arena, pack->subject,
                             (struct formula_source){.text = text_of(text)}, NULL, &node, err);
    *root = (struct program_root){node, pack->subject};
    return code;
}

/* In pairs, now and a year before: the kinds of income, then total and members. */
int picture_roots(const struct pack *pack, struct arena *arena, struct program_root **roots, size_t *count,
                  struct err *err)
{
    const struct pack_dashboard *dashboard = &pack->dashboard;
    const int more[] = {dashboard->total, dashboard->members};
    size_t kinds = dashboard->income_count + (dashboard->total >= 0 && dashboard->members >= 0 ? 2 : 0);
    int code = 0;
    *count = 2 * kinds;
    *roots = arena_array(arena, *count, sizeof **roots);
    for (size_t i = 0; code == 0 && i < *count; i++) {
        size_t kind = i / 2;
        int definition =
            kind < dashboard->income_count ? dashboard->income[kind] : more[kind - dashboard->income_count];
        code = add_root(pack, definition, i % 2 == 1, arena, &(*roots)[i], err);
    }
    return code;
}

struct text picture_compared(const struct pack *pack, struct arena *arena)
{
    const struct pack_dashboard *dashboard = &pack->dashboard;
    if (dashboard->total < 0 || dashboard->members < 0) return TEXT("");
    struct text total = pack->schema.definitions[dashboard->total].label.name,
                members = pack->schema.definitions[dashboard->members].label.name;
    const char *alike =
        dashboard->comparable < 0
            ? ""
            : arena_printf(arena, "coalesce(%.*s, false) and ",
                           TEXT_ARGS(pack->schema.definitions[dashboard->comparable].label.name));
    return text_of(arena_printf(arena,
                                "%sknown(%.*s) and known(previous(%.*s)) and coalesce(%.*s > 0, false) and "
                                "coalesce(previous(%.*s) > 0, false)",
                                alike, TEXT_ARGS(total), TEXT_ARGS(total), TEXT_ARGS(members),
                                TEXT_ARGS(members)));
}

/* ---- Who is seen ---- */

/* A flag a row of the subject. */
static int mark_seen(struct database *database, const struct frame *frame, const struct found_view *view,
                     bool *seen, struct err *err)
{
    const struct pack *pack = database_pack(database);
    int subject = pack->subject;
    int64_t *ids;
    size_t count;
    /* The frame holds the living ones alone: whoever sees all of them need not be told which. */
    if (view->division < 0 && scope_may(view->scope, subject, SCOPE_READ) &&
        scope_all_of(view->scope, pack, subject)) {
        memset(seen, true, frame->registers[subject].rows);
        return 0;
    }
    int code = found_visible(database, view, subject, &ids, &count, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = frame_row(frame, subject, ids[i]);
        if (row != FRAME_NO_ROW) seen[row] = true;
    }
    free(ids);
    return 0;
}

/* The division of each row of the register of divisions, so that codes are looked up once. */
static int *villages_of(const struct pack *pack, const struct frame *frame)
{
    size_t rows = pack->division_register < 0 ? 0 : frame->registers[pack->division_register].rows;
    int *villages = mem_new(rows, sizeof *villages);
    for (size_t row = 0; row < rows; row++)
        villages[row] = place_division(pack, frame, pack->division_register, (uint32_t)row);
    return villages;
}

/* ---- Adding up ---- */

struct adding {
    const struct pack *pack;
    const struct frame *frame;
    const struct program_result *results;
    struct picture *out;
    const int *villages;
    const uint32_t *people; /* offsets; NULL: none */
};

static void add_code(const struct adding *adding, int field, uint32_t row, struct picture_count *counts,
                     const struct picture_count *one)
{
    const struct pack *pack = adding->pack;
    if (field < 0) return;
    int dictionary = pack->schema.registers[pack->subject].fields[field].type.dictionary;
    struct value code = frame_get(adding->frame, pack->subject, field, row);
    size_t at = code.known ? (size_t)code.integer : pack->schema.dictionaries[dictionary].code_count;
    counts[at].subjects += one->subjects;
    counts[at].people += one->people;
}

static bool take_income(const struct adding *adding, size_t first, uint32_t row, struct picture_income *out)
{
    struct value total = program_result_get(&adding->results[first], row),
                 members = program_result_get(&adding->results[first + 2], row);
    *out = (struct picture_income){0};
    if (!total.known || !members.known || members.integer <= 0) return false;
    *out = (struct picture_income){total.integer, members.integer};
    return true;
}

static void add_income(struct picture_income *to, const struct picture_income *more)
{
    to->total += more->total;
    to->members += more->members;
}

static void add_place(struct picture_place *to, const struct picture_place *more)
{
    to->count.subjects += more->count.subjects;
    to->count.people += more->count.people;
    to->compared += more->compared;
    add_income(&to->now, &more->now);
    add_income(&to->before, &more->before);
}

static void add_amount(struct value *sum, const struct value *value)
{
    int64_t total;
    if (!value->known || __builtin_add_overflow(sum->integer, value->integer, &total)) return;
    *sum = (struct value){.known = true, .integer = total};
}

/* A kind of a family's income in both years, or in neither. */
static void add_kind(const struct adding *adding, size_t kind, uint32_t row)
{
    struct value now = program_result_get(&adding->results[2 * kind], row),
                 before = program_result_get(&adding->results[2 * kind + 1], row);
    if (!now.known || !before.known) return;
    add_amount(&adding->out->income_now[kind], &now);
    add_amount(&adding->out->income_before[kind], &before);
}

static bool has_total(const struct pack *pack)
{
    return pack->dashboard.total >= 0 && pack->dashboard.members >= 0;
}

/* Are the family's income and members known in both years? Where the pack has no total each kind is asked by
 * itself. */
static bool compare(const struct adding *adding, uint32_t row, struct picture_place *one)
{
    size_t first = 2 * adding->pack->dashboard.income_count;
    if (!has_total(adding->pack)) return true;
    bool both =
        take_income(adding, first, row, &one->now) && take_income(adding, first + 1, row, &one->before);
    if (!both) one->now = one->before = (struct picture_income){0};
    one->compared = both;
    return both;
}

static void add_row(const struct adding *adding, uint32_t row)
{
    const struct pack *pack = adding->pack;
    struct picture *out = adding->out;
    struct picture_place one = {.count = {1, 0}};
    if (adding->people != NULL) one.count.people = adding->people[row + 1] - adding->people[row];
    add_code(adding, pack->category, row, out->categories, &one.count);
    add_code(adding, pack->subcategory, row, out->subcategories, &one.count);
    if (compare(adding, row, &one))
        for (size_t i = 0; i < pack->dashboard.income_count; i++) add_kind(adding, i, row);
    add_place(&out->all, &one);
    uint32_t village = pack->division_register < 0
                           ? FRAME_NO_ROW
                           : place_row(adding->frame, pack->subject, row, pack->division_register);
    int at = village == FRAME_NO_ROW ? -1 : adding->villages[village];
    if (at < 0) add_place(&out->places[pack->division_count], &one);
    for (; at >= 0; at = pack->divisions[at].parent) add_place(&out->places[at], &one);
}

static size_t codes_of(const struct pack *pack, int field)
{
    if (field < 0) return 0;
    return pack->schema.dictionaries[pack->schema.registers[pack->subject].fields[field].type.dictionary]
        .code_count;
}

static void add_all(struct adding *adding, const bool *seen)
{
    const struct pack *pack = adding->pack;
    struct picture *out = adding->out;
    out->categories = mem_new(codes_of(pack, pack->category) + 1, sizeof *out->categories);
    out->subcategories = mem_new(codes_of(pack, pack->subcategory) + 1, sizeof *out->subcategories);
    out->income_now = mem_new(pack->dashboard.income_count, sizeof *out->income_now);
    out->income_before = mem_new(pack->dashboard.income_count, sizeof *out->income_before);
    out->places = mem_new(pack->division_count + 1, sizeof *out->places);
    for (uint32_t row = 0; row < adding->frame->registers[pack->subject].rows; row++)
        if (seen[row]) add_row(adding, row);
}

int picture_make(struct database *database, const struct frame *frame, const struct found_view *view,
                 int32_t as_of, const struct program_root *roots, size_t count, struct picture *out,
                 struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options run = {.threads = 0, .reg = -1};
    struct program_result *results = mem_new(count, sizeof *results);
    struct program *program = NULL;
    bool *seen = mem_new(frame->registers[pack->subject].rows, sizeof *seen);
    int *villages = villages_of(pack, frame);
    *out = (struct picture){0};
    int code = mark_seen(database, frame, view, seen, err);
    if (code == 0) code = program_new(&pack->schema, roots, count, &how, &program, err);
    if (code == 0) code = program_run(program, frame, &run, results, err);
    if (code == 0) {
        struct adding adding = {pack, frame, results, out, villages, NULL};
        if (pack->people >= 0) adding.people = frame->registers[pack->people].child_offsets;
        add_all(&adding, seen);
        program_results_fini(results, count);
    }
    program_free(program);
    free(results);
    free(seen);
    free(villages);
    return code;
}

void picture_fini(struct picture *picture)
{
    free(picture->categories);
    free(picture->subcategories);
    free(picture->income_now);
    free(picture->income_before);
    free(picture->places);
    *picture = (struct picture){0};
}

struct value picture_per_capita(const struct picture_income *income)
{
    struct value value = {0};
    bool fits = income->total <= INT64_MAX && income->total >= -(__int128)INT64_MAX;
    if (fits && income->members > 0)
        value.known = fixed_scale((int64_t)income->total, 1, income->members, &value.integer);
    return value;
}

struct value picture_growth(const struct picture_place *place)
{
    struct value now = picture_per_capita(&place->now), before = picture_per_capita(&place->before);
    if (!now.known || !before.known || before.integer == 0) return (struct value){0};
    double base = (double)before.integer;
    return (struct value){.known = true, .ratio = ((double)now.integer - base) / (base < 0 ? -base : base)};
}
