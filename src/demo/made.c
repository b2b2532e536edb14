/* Walks the county and makes rows: for the county and its villages first, so that households and people can
 * speak of what lies near them, then with each household. */
#include "demo/made.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "demo/cell.h"

enum { STREAM_MADE = 77, KINDS_ROOM = 41 };

/* The lines of a household's ledger for which a sheet has a row: two of a family do not earn the same one. */
struct lines_taken {
    uint64_t household;
    bool taken[DEMO_MONTHS][ITEM_COUNT];
};

struct made {
    struct county *county;
    const struct config *config;
    struct output *outputs; /* one a sheet */
    struct made_pool *pools;
    int64_t *serials;
    struct lines_taken *lines; /* one a sheet */
    struct arena arena;        /* of pools */
};

/* Whom rows are made for: the sources they can speak of, and a number that tells them apart. */
struct subject {
    const void *of[SOURCE_COUNT];
    const struct made_row *parent;
    ptrdiff_t village;
    uint64_t record;
    uint32_t facts;
};

static int make_rows(struct made *made, size_t sheet, const struct subject *subject, struct err *err);

/* ---- Files and pools ---- */

int made_open(struct county *county, const struct outputs *outputs, struct made **out, struct err *err)
{
    struct made *made = mem_new(1, sizeof *made);
    *out = made;
    made->county = county;
    made->config = county->config;
    size_t count = made->config->made_count;
    made->outputs = mem_new(count, sizeof *made->outputs);
    made->pools = mem_new(count, sizeof *made->pools);
    made->serials = mem_new(count, sizeof *made->serials);
    made->lines = mem_new(count, sizeof *made->lines);
    for (size_t i = 0; i < count; i++) {
        const struct made_sheet *sheet = &made->config->made[i];
        struct output_spec spec = {sheet->file,  sheet->sheet,    sheet->feed,
                                   sheet->title, sheet->headings, sheet->shown_count};
        int result = output_open(&made->outputs[i], outputs, &spec, err);
        if (result < 0) return result;
    }
    return 0;
}

int made_close(struct made *made, struct err *err)
{
    int result = 0;
    for (size_t i = 0; i < made->config->made_count && result == 0; i++)
        result = output_close(&made->outputs[i], err);
    return result;
}

void made_discard(struct made *made)
{
    if (made == NULL) return;
    for (size_t i = 0; i < made->config->made_count; i++) {
        output_fini(&made->outputs[i]);
        free(made->pools[i].rows);
    }
    free(made->outputs);
    free(made->pools);
    free(made->serials);
    free(made->lines);
    arena_fini(&made->arena);
    free(made);
}

static void pool_add(struct made *made, size_t sheet, const struct made_row *row)
{
    struct made_pool *pool = &made->pools[sheet];
    size_t count = row->sheet->column_count;
    struct made_value *values = arena_array(&made->arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = row->values[i];
        if (values[i].kind == ATTRIBUTE_TEXT) values[i].text = arena_text(&made->arena, values[i].text);
    }
    pool->rows = mem_grow(pool->rows, &pool->capacity, pool->count + 1, sizeof *pool->rows);
    pool->rows[pool->count++] = (struct made_row){row->sheet, NULL, values, row->village};
}

/* By village; among those of one village in the order in which they were made: their values lie in the order
 * of the arena only within a block, so the sort has to be a stable one. */
static void pool_sort(struct made_pool *pool)
{
    struct made_row *rows = mem_new(pool->count, sizeof *rows);
    for (size_t width = 1; width < pool->count; width *= 2) {
        for (size_t from = 0; from < pool->count; from += 2 * width) {
            size_t middle = from + width < pool->count ? from + width : pool->count;
            size_t to = middle + width < pool->count ? middle + width : pool->count;
            size_t a = from, b = middle;
            for (size_t i = from; i < to; i++)
                rows[i] = b >= to || (a < middle && pool->rows[a].village <= pool->rows[b].village)
                              ? pool->rows[a++]
                              : pool->rows[b++];
        }
        struct made_row *other = pool->rows;
        pool->rows = rows;
        rows = other;
        pool->capacity = pool->count;
    }
    free(rows);
}

/* ---- One row ---- */

static int write_row(struct made *made, struct made_place *place, size_t sheet, struct err *err)
{
    const struct made_sheet *of = place->sheet;
    struct output *output = &made->outputs[sheet];
    output_row(output);
    for (size_t i = 0; i < of->column_count; i++) {
        const struct made_column *column = &of->columns[i];
        const struct made_value *value = &place->values[i];
        if (column->hidden) continue;
        demo_cell_spell(made->config, &column->spelling, value->kind, value->number, value->text,
                        &place->random, &output->text);
        output_cell(output);
    }
    return output_write(output, err);
}

static bool fill(struct made_place *place)
{
    const struct made_sheet *sheet = place->sheet;
    for (size_t i = 0; i < sheet->need_count; i++) {
        struct made_value value = made_term_value(place, &sheet->needs[i]);
        if (!made_value_known(&value) || value.number == 0) return false;
    }
    for (size_t i = 0; i < sheet->column_count && !place->dropped; i++) {
        place->values[i] = (struct made_value){.kind = ATTRIBUTE_TEXT, .number = DEMO_UNKNOWN};
        if (made_tests_hold(place, &sheet->columns[i].only))
            place->values[i] = made_rule_value(place, &sheet->columns[i].rule, i);
    }
    return !place->dropped && made_tests_hold(place, &sheet->only);
}

static int make_children(struct made *made, size_t sheet, const struct subject *subject,
                         const struct made_place *place, const struct made_row *row, uint64_t record,
                         struct err *err)
{
    struct subject child = *subject;
    child.parent = row;
    child.village = place->village; /* a row of the county's has been put somewhere */
    for (size_t i = 0; i < SOURCE_COUNT; i++) child.of[i] = place->of[i];
    child.record = record;
    for (size_t i = sheet + 1; i < made->config->made_count; i++) {
        const struct made_sheet *other = &made->config->made[i];
        if (other->each != EACH_ROW || other->each_sheet != sheet) continue;
        int result = make_rows(made, i, &child, err);
        if (result < 0) return result;
    }
    return 0;
}

static int make_row(struct made *made, size_t sheet, const struct subject *subject, struct made_place *place,
                    uint64_t record, bool *stands, struct err *err)
{
    place->random = random_start(made->county->seed ^ STREAM_MADE, record);
    place->serial = made->serials[sheet] + 1;
    place->dropped = false;
    place->taken = arena_array(place->arena, made->config->made_count, sizeof *place->taken);
    *stands = fill(place);
    if (!*stands) return 0;
    made->serials[sheet]++;
    struct made_row row = {place->sheet, place->parent, place->values, place->village};
    int result = write_row(made, place, sheet, err);
    if (result == 0 && place->sheet->wanted) pool_add(made, sheet, &row);
    return result == 0 ? make_children(made, sheet, subject, place, &row, record, err) : result;
}

/* ---- Rows for a subject: years by kinds by how many ---- */

static bool kind_holds(struct made_place *place, const struct made_kind *kind, uint32_t facts)
{
    if (kind == NULL) return true;
    if (kind->when != 0 && (kind->when & facts) == 0) return false;
    if (kind->has_needs) {
        struct made_value value = made_term_value(place, &kind->needs);
        if (!made_value_known(&value) || value.number == 0) return false;
    }
    return random_chance(&place->random, kind->chance);
}

/* The county's own lists keep their length in proportion to the county's size. */
static int64_t how_many(struct made *made, struct made_place *place)
{
    const struct made_sheet *sheet = place->sheet;
    if (!random_chance(&place->random, sheet->chance)) return 0;
    int64_t count = range_draw(sheet->count, &place->random);
    if (sheet->each != EACH_COUNTY || sheet->kind_count > 0 || count == 0) return count;
    int64_t scaled = count * (int64_t)made->county->households / (int64_t)made->config->households;
    return scaled > 0 ? scaled : 1;
}

/* A row of the county's lies in a village drawn by people, for those columns that speak of one. */
static void place_somewhere(struct made *made, struct made_place *place)
{
    struct county *county = made->county;
    const struct village *village = county_village(county, random_below(&place->random, county->households));
    place->of[SOURCE_VILLAGE] = village;
    place->village = village - county->villages;
}

/* A row for each line of the ledger that was written down; the sheet's chance has been drawn. */
static int make_entries(struct made *made, size_t sheet, const struct subject *subject,
                        struct made_place *place, uint64_t record, struct err *err)
{
    const struct made_sheet *of = place->sheet;
    const struct household *household = place->of[SOURCE_HOUSEHOLD];
    struct lines_taken *lines = &made->lines[sheet];
    int64_t since = 0;
    if (lines->household != household->index) *lines = (struct lines_taken){.household = household->index};
    if (of->has_since) since = made_term_value(place, &of->since).number;
    if (since == DEMO_UNKNOWN) return 0;
    for (size_t at = 0; at < (size_t)DEMO_MONTHS * ITEM_COUNT; at++) {
        int64_t month = (int64_t)(at / ITEM_COUNT);
        enum item item = (enum item)(at % ITEM_COUNT);
        struct entry entry = {made->county->first_month + month, item, demo_item_wheel(item),
                              household->income[month][item]};
        bool stands;
        if ((of->entries >> item & 1) == 0 || entry.amount == 0 || household->month_missing[month] ||
            entry.month < since || lines->taken[month][item])
            continue;
        place->of[SOURCE_INCOME] = &entry;
        place->values = arena_array(place->arena, of->column_count, sizeof *place->values);
        int result = make_row(made, sheet, subject, place, random_hash(record, at, sheet), &stands, err);
        place->of[SOURCE_INCOME] = NULL;
        if (result < 0) return result;
        lines->taken[month][item] = stands;
    }
    return 0;
}

static int make_kind(struct made *made, size_t sheet, const struct subject *subject, struct made_place *place,
                     size_t kind, struct made_value **before, struct err *err)
{
    const struct made_sheet *of = place->sheet;
    uint64_t record = random_hash(subject->record, sheet * KINDS_ROOM + kind, (uint64_t)place->year);
    place->random = random_start(made->county->seed ^ STREAM_MADE, record);
    if (!kind_holds(place, of->kind_count > 0 ? &of->kinds[kind] : NULL, subject->facts)) return 0;
    if (of->kind_count > 0) place->kind = of->kinds[kind].word;
    int64_t count = how_many(made, place);
    if (of->entries != 0) return count > 0 ? make_entries(made, sheet, subject, place, record, err) : 0;
    for (int64_t i = 0; i < count; i++) {
        bool stands;
        if (of->each == EACH_COUNTY) place_somewhere(made, place);
        place->values = arena_array(place->arena, of->column_count, sizeof *place->values);
        place->before = i == 0 ? before[kind] : NULL;
        int result =
            make_row(made, sheet, subject, place, random_hash(record, (uint64_t)i, sheet), &stands, err);
        if (result < 0) return result;
        if (i == 0 && stands) before[kind] = place->values;
    }
    return 0;
}

/* The first of the measures asked for, of those that stand in the list of measures; NULL: none. */
static const struct measure *measure_of(const struct made_sheet *of, const struct household *household)
{
    for (size_t i = 0; i < household->measure_count && !household->unlisted; i++)
        if (of->measures[household->measures[i].word]) return &household->measures[i];
    return NULL;
}

static int make_rows(struct made *made, size_t sheet, const struct subject *subject, struct err *err)
{
    const struct made_sheet *of = &made->config->made[sheet];
    struct arena arena = {0};
    struct made_value *before[KINDS_ROOM] = {0};
    struct made_place place = {.county = made->county,
                               .pools = made->pools,
                               .parent = subject->parent,
                               .sheet = of,
                               .village = subject->village,
                               .arena = &arena};
    for (size_t i = 0; i < SOURCE_COUNT; i++) place.of[i] = subject->of[i];
    if (of->measures != NULL &&
        (place.of[SOURCE_MEASURE] = measure_of(of, subject->of[SOURCE_HOUSEHOLD])) == NULL)
        return 0;
    int64_t now = month_year(date_month(made->county->as_of));
    int result = 0;
    for (int64_t year = of->year_from; year <= of->year_to && result == 0; year++)
        for (size_t kind = 0; kind < (of->kind_count > 0 ? of->kind_count : 1) && result == 0; kind++) {
            place.year = now + year;
            result = make_kind(made, sheet, subject, &place, kind, before, err);
        }
    arena_fini(&arena);
    return result;
}

/* ---- The county, its villages, households, people ---- */

static size_t root_of(const struct made *made, size_t sheet)
{
    while (made->config->made[sheet].each == EACH_ROW) sheet = made->config->made[sheet].each_sheet;
    return sheet;
}

/* Rows of later sheets can take these now. */
static void settle(struct made *made, size_t root)
{
    for (size_t i = root; i < made->config->made_count; i++)
        if (root_of(made, i) == root) pool_sort(&made->pools[i]);
}

int made_places(struct made *made, struct err *err)
{
    struct county *county = made->county;
    for (size_t i = 0; i < made->config->made_count; i++) {
        enum made_each each = made->config->made[i].each;
        struct subject subject = {.village = -1};
        int result = each == EACH_COUNTY ? make_rows(made, i, &subject, err) : 0;
        for (size_t v = 0; v < county->village_count && each == EACH_VILLAGE && result == 0; v++) {
            if (county->villages[v].planned == 0) continue;
            subject.of[SOURCE_VILLAGE] = &county->villages[v];
            subject.village = (ptrdiff_t)v;
            subject.record = random_hash(EACH_VILLAGE, v, 0);
            result = make_rows(made, i, &subject, err);
        }
        if (result < 0) return result;
        if (each == EACH_COUNTY || each == EACH_VILLAGE) settle(made, i);
    }
    return 0;
}

static bool is_meant(const struct made_sheet *sheet, const struct household *household,
                     const struct person *person)
{
    uint32_t facts = person != NULL ? person->facts : household->facts;
    if (!sheet->categories[household->category]) return false;
    if (sheet->when != 0 && (sheet->when & facts) == 0) return false;
    if (sheet->family != 0 && (sheet->family & household->facts) == 0) return false;
    return person == NULL || (person->age >= sheet->ages.least && person->age <= sheet->ages.most);
}

static int make_people(struct made *made, size_t sheet, const struct household *household,
                       struct subject *subject, struct err *err)
{
    for (size_t i = 0; i < household->person_count; i++) {
        const struct person *person = &household->persons[i];
        if (!is_meant(&made->config->made[sheet], household, person)) continue;
        subject->of[SOURCE_PERSON] = person;
        subject->facts = person->facts;
        subject->record = random_hash(EACH_PERSON, household->index, i);
        int result = make_rows(made, sheet, subject, err);
        if (result < 0) return result;
    }
    return 0;
}

int made_household(struct made *made, const struct household *household, struct err *err)
{
    struct subject subject = {
        .of = {[SOURCE_VILLAGE] = household->village,
               [SOURCE_SITE] = household->site,
               [SOURCE_HOUSEHOLD] = household,
               [SOURCE_LAST] = &household->years[0],
               [SOURCE_YEAR] = &household->years[1],
               [SOURCE_AFTER] = household->eliminated == YES_NO_YES ? &household->years[1] : NULL},
        .village = household->village - made->county->villages,
        .record = random_hash(EACH_HOUSEHOLD, household->index, 0),
        .facts = household->facts};
    for (size_t i = 0; i < made->config->made_count; i++) {
        const struct made_sheet *sheet = &made->config->made[i];
        int result = 0;
        if (sheet->each == EACH_PERSON)
            result = make_people(made, i, household, &subject, err);
        else if (sheet->each == EACH_HOUSEHOLD && is_meant(sheet, household, NULL)) {
            subject.facts = household->facts;
            subject.record = random_hash(EACH_HOUSEHOLD, household->index, 0);
            subject.of[SOURCE_PERSON] = NULL;
            result = make_rows(made, i, &subject, err);
        }
        if (result < 0) return result;
    }
    return 0;
}
