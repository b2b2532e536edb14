/* Every figure can be opened: what it counts, what it lacks and what is open are conditions composed here of
 * the pack's own formulas, so that the list and the figure cannot come apart. */
#include "progress/book.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "progress/places.h"

/* ---- Lists ---- */

/* "(a\n)" keeps a comment at a formula's end within it. */
static const char *bracket(struct arena *arena, const struct formula_source *source)
{
    if (source->text.size == 0) return "";
    return arena_printf(arena, "(%.*s\n)", TEXT_ARGS(source->text));
}

static const char *known_amounts(const struct pack *pack, struct arena *arena,
                                 const struct pack_indicator *indicator)
{
    const char *value = bracket(arena, &indicator->value_source), *of = bracket(arena, &indicator->of_source);
    bool quotient = indicator->of_source.text.size > 0, growth = indicator->measure == MEASURE_GROWTH;
    const char *known = arena_printf(arena, "known%s", value);
    if (quotient) known = arena_printf(arena, "%s and known%s", known, of);
    if (growth)
        known = arena_printf(arena, "%s and known(%s)", known,
                             pack_year_before(pack, arena, indicator->over, text_of(value)));
    if (growth && quotient)
        known = arena_printf(arena, "%s and known(%s)", known,
                             pack_year_before(pack, arena, indicator->over, text_of(of)));
    return known;
}

static const char *compose(const struct pack *pack, struct arena *arena,
                           const struct pack_indicator *indicator, enum progress_list list)
{
    const char *where = bracket(arena, &indicator->where_source),
               *value = bracket(arena, &indicator->value_source);
    bool counts = indicator->measure == MEASURE_SHARE || indicator->measure == MEASURE_COUNT;
    bool all = indicator->where_source.text.size == 0;
    const char *known = known_amounts(pack, arena, indicator);
    const char *within = all ? "" : arena_printf(arena, "%s and ", where);
    switch (list) {
    case LIST_COUNTED:
        return arena_printf(arena, "%s%s", within, counts ? value : known);
    case LIST_MISSING:
        return counts ? arena_printf(arena, "%snot %s", within, value) : NULL;
    case LIST_UNDETERMINED:
        if (all) return arena_printf(arena, "not (%s)", known);
        if (indicator->measure == MEASURE_COUNT) return arena_printf(arena, "not known(%s%s)", within, value);
        return arena_printf(arena, "not known%s or %snot (%s)", where, within, known);
    }
    return NULL;
}

static int make_lists(struct progress_book *book, const struct pack_indicator *indicator,
                      struct book_indicator *out, struct err *err)
{
    const struct type truth = type_of(TYPE_BOOL);
    for (int list = 0; list < LIST_COUNT; list++) {
        struct node *node = NULL;
        const char *text = compose(book->pack, &book->arena, indicator, (enum progress_list)list);
        if (text == NULL) continue;
        const struct formula_source source = {.text = text_of(text)};
        int code =
            formula_check(&book->pack->schema, &book->arena, indicator->over, source, &truth, &node, err);
        if (code != 0) return code;
        out->lists[list] = node;
    }
    return 0;
}

/* ---- Roots ---- */

static int add_root(struct progress_book *book, const struct node *node, int scope)
{
    if (node == NULL) return -1;
    book->roots[book->root_count] = (struct program_root){node, scope};
    return (int)book->root_count++;
}

static void add_roots(struct progress_book *book, const struct pack_indicator *indicator,
                      struct book_indicator *out)
{
    int over = indicator->over;
    out->where = add_root(book, indicator->where, over);
    out->value = add_root(book, indicator->value, over);
    out->of = add_root(book, indicator->of, over);
    out->value_before = add_root(book, indicator->value_before, over);
    out->of_before = add_root(book, indicator->of_before, over);
    out->minus = add_root(book, indicator->minus, -1);
}

enum { ROOTS_EACH = 6 };

/* Roots that need no record read parameters only. first, count: of the book's roots. */
static struct frame_request request_of(const struct progress_book *book, size_t first, size_t count)
{
    struct program_root *roots = mem_new(count + 1, sizeof *roots);
    size_t on_records = 0;
    for (size_t i = first; i < first + count; i++)
        if (book->roots[i].scope >= 0) roots[on_records++] = book->roots[i];
    struct frame_request request = gather_request(book->pack, roots, on_records, false);
    free(roots);
    return request;
}

static void add_ways(const struct pack *pack, const struct pack_indicator *indicator,
                     const struct frame_request *request)
{
    if (indicator->over < 0) return;
    places_fields(pack, indicator->over, request->used);
    for (size_t k = 0; k < indicator->by_count; k++)
        formula_fields_used(&pack->schema, indicator->by[k].node, (bool **)(uintptr_t)request->used);
}

/* ---- Reports ---- */

static void add_report_fields(const struct pack *pack, const struct frame_request *request)
{
    const struct pack_report *report = &pack->progress.report;
    if (report->reg < 0) return;
    request->used[report->reg][report->indicator] = true;
    request->used[report->reg][report->month] = true;
    request->used[report->reg][report->value] = true;
}

static void add_dispute_fields(const struct pack *pack, const struct frame_request *request)
{
    const struct pack_dispute *dispute = &pack->progress.dispute;
    if (dispute->reg < 0) return;
    request->used[dispute->reg][dispute->indicator] = true;
    request->used[dispute->reg][dispute->month] = true;
    request->used[dispute->reg][dispute->division] = true;
    request->used[dispute->reg][pack->registers[dispute->reg].case_fields.closed] = true;
}

/* Every reported indicator rests on the whole register. */
static void add_reports(struct progress_book *book)
{
    const struct pack *pack = book->pack;
    book->accepted = add_root(book, pack->progress.report.accepted, pack->progress.report.reg);
    for (size_t i = 0; i < pack->indicator_count; i++) {
        if (pack->indicators[i].measure != MEASURE_REPORTED) continue;
        gather_request_free(pack, &book->each[i]);
        book->each[i] = request_of(book, (size_t)book->accepted, 1);
        add_report_fields(pack, &book->each[i]);
    }
}

static void add_ledger(struct progress_book *book)
{
    const struct pack *pack = book->pack;
    const struct pack_ledger *ledger = &pack->dashboard.ledger;
    size_t first = book->root_count;
    book->kept = book->complete = -1;
    if (ledger->complete >= 0) {
        book->kept = add_root(book, pack->schema.definitions[ledger->kept].node, pack->subject);
        book->complete = add_root(book, pack->schema.definitions[ledger->complete].node, pack->subject);
    }
    book->each[pack->indicator_count] = request_of(book, first, book->root_count - first);
    book->each_count++;
}

int progress_book_new(const struct pack *pack, struct progress_book **out, struct err *err)
{
    struct progress_book *book = mem_new(1, sizeof *book);
    book->pack = pack;
    book->accepted = -1;
    book->roots = mem_new(pack->indicator_count * ROOTS_EACH + 4, sizeof *book->roots);
    book->indicators = mem_new(pack->indicator_count, sizeof *book->indicators);
    book->each = mem_new(pack->indicator_count + 1, sizeof *book->each);
    int code = 0;
    for (size_t i = 0; code == 0 && i < pack->indicator_count; i++) {
        struct book_indicator *made = &book->indicators[i];
        *made = (struct book_indicator){-1, -1, -1, -1, -1, -1, {0}};
        size_t first = book->root_count;
        if (pack->indicators[i].over >= 0) {
            add_roots(book, &pack->indicators[i], made);
            code = make_lists(book, &pack->indicators[i], made, err);
        }
        book->each[i] = request_of(book, first, book->root_count - first);
        add_ways(pack, &pack->indicators[i], &book->each[i]);
        book->each_count++;
    }
    if (code == 0) add_ledger(book);
    if (pack->progress.report.reg >= 0) add_reports(book);
    book->all = request_of(book, 0, book->root_count);
    add_report_fields(pack, &book->all);
    add_dispute_fields(pack, &book->all);
    for (size_t i = 0; i < pack->indicator_count; i++) add_ways(pack, &pack->indicators[i], &book->all);
    *out = code == 0 ? book : NULL;
    if (code != 0) progress_book_free(book);
    return code;
}

void progress_book_free(struct progress_book *book)
{
    if (book == NULL) return;
    for (size_t i = 0; i < book->each_count; i++) gather_request_free(book->pack, &book->each[i]);
    if (book->all.used != NULL) gather_request_free(book->pack, &book->all);
    free(book->each);
    free(book->roots);
    free(book->indicators);
    arena_fini(&book->arena);
    free(book);
}
