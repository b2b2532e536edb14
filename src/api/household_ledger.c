/* What a family earned, by month and year and kind: which registers and fields say so stands in the pack. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/household.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "register/query.h"

static const struct shape_field year_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "kinds", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "per_capita", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape year_shape = {.name = "LedgerYear", .fields = year_fields};
static const struct shape_field month_fields[] = {
    {.name = "month", .kind = SHAPE_MONTH, .flags = SHAPE_REQUIRED},
    {.name = "kinds", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape month_shape = {.name = "LedgerMonth", .fields = month_fields};
static const struct shape_field ledger_fields[] = {
    {.name = "years", .kind = SHAPE_OBJECT, .of = &year_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "months", .kind = SHAPE_OBJECT, .of = &month_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape household_ledger_shape = {.name = "Ledger", .fields = ledger_fields};

/* One month or year: the sum of each kind; a kind of which any amount is unknown is unknown. */
struct line {
    int64_t at;
    struct value *kinds;
    bool *unknown;
    struct value per_capita;
};

struct ledger {
    struct request *request;
    const struct pack *pack;
    const struct pack_page *page;
    const struct schema_dictionary *kinds;
    struct line *lines;
    size_t count, capacity;
};

static struct line *line_at(struct ledger *ledger, int64_t at)
{
    struct arena *arena = ledger->request->arena;
    size_t codes = ledger->kinds->code_count;
    for (size_t i = ledger->count; i-- > 0;)
        if (ledger->lines[i].at == at) return &ledger->lines[i];
    ledger->lines =
        arena_grow(arena, ledger->lines, &ledger->capacity, ledger->count + 1, sizeof *ledger->lines);
    struct line *line = &ledger->lines[ledger->count++];
    *line = (struct line){.at = at,
                          .kinds = arena_array(arena, codes, sizeof *line->kinds),
                          .unknown = arena_array(arena, codes, sizeof *line->unknown)};
    memset(line->kinds, 0, codes * sizeof *line->kinds);
    memset(line->unknown, 0, codes * sizeof *line->unknown);
    return line;
}

static void add_amount(struct line *line, size_t kind, const struct value *amount)
{
    struct value *sum = &line->kinds[kind];
    if (!amount->known || line->unknown[kind] ||
        __builtin_add_overflow(sum->integer, amount->integer, &sum->integer)) {
        line->unknown[kind] = true;
        *sum = (struct value){0};
        return;
    }
    sum->known = true;
}

typedef void take_record(struct ledger *ledger, const struct record *record);

/* Every record of the register that hangs on the subject, in the order of a field. */
static int each_record(struct ledger *ledger, int reg, int sort, int64_t id, take_record *take,
                       struct err *err)
{
    enum { LINES_MAX = 20000 }; /* what no family has; the page shows the first ones then */
    struct query query = query_of(reg);
    struct query_page page = {0};
    size_t seen = 0;
    int code = 0;
    if (!scope_may(call_scope(ledger->request), reg, SCOPE_READ)) return 0;
    query.parent = id;
    query.sort = sort;
    query.limit = QUERY_LIMIT_MAX;
    do {
        code = query_list(call_database(ledger->request), call_scope(ledger->request), &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++) take(ledger, &page.records[i]);
        seen += page.count;
        query.after = arena_text(ledger->request->arena, page.next);
        query_page_fini(&page);
    } while (code == 0 && query.after.size > 0 && seen < LINES_MAX);
    return code;
}

static void take_month(struct ledger *ledger, const struct record *record)
{
    const struct value *month = &record->values[ledger->page->ledger_month],
                       *kind = &record->values[ledger->page->ledger_kind];
    if (month->known && kind->known)
        add_amount(line_at(ledger, month->integer), (size_t)kind->integer,
                   &record->values[ledger->page->ledger_amount]);
}

static void take_year(struct ledger *ledger, const struct record *record)
{
    const struct pack_page *page = ledger->page;
    const struct value *year = &record->values[page->years_year];
    if (!year->known) return;
    struct line *line = line_at(ledger, year->integer);
    for (size_t i = 0; i < ledger->kinds->code_count; i++)
        if (page->years_kinds[i] >= 0) add_amount(line, i, &record->values[page->years_kinds[i]]);
    if (page->years_per_capita >= 0) line->per_capita = record->values[page->years_per_capita];
}

static void sum_years(struct ledger *months, struct ledger *years)
{
    for (size_t i = 0; i < months->count; i++) {
        const struct line *month = &months->lines[i];
        struct line *line = line_at(years, month->at / 12);
        for (size_t k = 0; k < years->kinds->code_count; k++)
            if (month->kinds[k].known || month->unknown[k]) add_amount(line, k, &month->kinds[k]);
    }
}

/* ---- As JSON ---- */

static void put_money(struct json_writer *json, const struct value *value)
{
    char number[MONEY_TEXT];
    if (value->known)
        json_put_string(json, money_plain(value->integer, number));
    else
        json_put_null(json);
}

/* *total: of the kinds that have anything; unknown when one of these is. */
static void say_kinds(struct json_writer *json, const struct ledger *ledger, const struct line *line,
                      struct value *total)
{
    bool unknown = false;
    *total = (struct value){0};
    json_put_key(json, "kinds");
    json_put_object(json);
    for (size_t i = 0; i < ledger->kinds->code_count; i++) {
        char name[64];
        if (!line->kinds[i].known && !line->unknown[i]) continue;
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(ledger->kinds->codes[i].label.name));
        json_put_key(json, name);
        put_money(json, &line->kinds[i]);
        unknown |= line->unknown[i] ||
                   __builtin_add_overflow(total->integer, line->kinds[i].integer, &total->integer);
        total->known = true;
    }
    json_put_object_end(json);
    if (unknown) *total = (struct value){0};
}

static int by_time(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    return (left->at > right->at) - (left->at < right->at);
}

static void say_years(struct json_writer *json, struct ledger *ledger)
{
    struct value total;
    json_put_key(json, "years");
    json_put_array(json);
    for (size_t i = 0; i < ledger->count; i++) {
        json_put_object(json);
        json_member_int(json, "year", ledger->lines[i].at);
        say_kinds(json, ledger, &ledger->lines[i], &total);
        json_put_key(json, "total");
        put_money(json, &total);
        json_put_key(json, "per_capita");
        put_money(json, &ledger->lines[i].per_capita);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_months(struct json_writer *json, struct ledger *ledger)
{
    struct value total;
    char month[DATE_TEXT];
    json_put_key(json, "months");
    json_put_array(json);
    for (size_t i = 0; i < ledger->count; i++) {
        json_put_object(json);
        json_member_string(json, "month", month_format((int32_t)ledger->lines[i].at, month));
        say_kinds(json, ledger, &ledger->lines[i], &total);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void sort_lines(struct ledger *ledger)
{
    if (ledger->count > 1) qsort(ledger->lines, ledger->count, sizeof *ledger->lines, by_time);
}

int household_say_ledger(struct request *request, struct json_writer *json, int64_t id, struct err *err)
{
    static const struct schema_dictionary none = {0};
    const struct pack *pack = call_pack(request);
    const struct pack_page *page = &pack->page;
    struct ledger months = {.request = request, .pack = pack, .page = page, .kinds = &none}, years = months;
    int code = 0;
    if (page->ledger >= 0) {
        struct type kind = pack->schema.registers[page->ledger].fields[page->ledger_kind].type;
        months.kinds = years.kinds = &pack->schema.dictionaries[kind.dictionary];
        code = each_record(&months, page->ledger, page->ledger_month, id, take_month, err);
        if (code == 0 && page->years >= 0)
            code = each_record(&years, page->years, page->years_year, id, take_year, err);
        if (page->years < 0) sum_years(&months, &years);
    }
    sort_lines(&months);
    sort_lines(&years);
    json_put_object(json);
    say_years(json, &years);
    say_months(json, &months);
    json_put_object_end(json);
    return code;
}
