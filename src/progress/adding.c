/* Rows are added to their family first, so that a source is counted with the families that rose or with those
 * that fell, as the rest is. */
#include "progress/adding.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/place.h"
#include "progress/eyes.h"

enum { PER_SOURCE = 2 * ADDING_YEARS };

/* ---- Running ---- */

static int run(const struct pack *pack, const struct frame *frame, int32_t as_of,
               const struct program_root *roots, struct adding *adding, struct err *err)
{
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options options = {.threads = 0, .reg = -1};
    struct program *program;
    int code = program_new(&pack->schema, roots, adding->count, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &options, adding->results, err);
    program_free(program);
    return code;
}

int64_t *adding_family(const struct adding *adding, size_t source, int year, uint32_t family)
{
    return &adding->by_family[(source * ADDING_YEARS + (size_t)year) * adding->families + family];
}

const struct program_result *adding_source(const struct adding *adding, size_t source, int part, int year)
{
    size_t first = ADDING_YEARS * (1 + adding->kinds) + PER_SOURCE * source;
    return &adding->results[first + ADDING_YEARS * (size_t)part + (size_t)year];
}

static bool truth(const struct program_result *result, size_t row)
{
    return (result->truth[row / 64] >> (row % 64) & 1) != 0;
}

bool adding_amount(const struct adding *adding, size_t source, int year, size_t row, int64_t *amount)
{
    const struct program_result *where = adding_source(adding, source, 0, year);
    if (!truth(where, row)) return false;
    struct value value = program_result_get(adding_source(adding, source, 1, year), row);
    *amount = value.integer;
    return value.known;
}

const uint32_t *adding_families(struct adding *adding, int over)
{
    if (adding->family_rows[over] != NULL) return adding->family_rows[over];
    size_t rows = adding->frame->registers[over].rows;
    uint32_t *found = mem_new(rows + 1, sizeof *found);
    for (size_t row = 0; row < rows; row++)
        found[row] = place_row(adding->frame, over, (uint32_t)row, adding->pack->subject);
    adding->family_rows[over] = found;
    return found;
}

static void add_source_year(struct adding *adding, size_t source, int year)
{
    int over = adding->pack->progress.sources[source].over;
    const uint32_t *families = adding_families(adding, over);
    const struct program_result *where = adding_source(adding, source, 0, year),
                                *amounts = adding_source(adding, source, 1, year);
    for (size_t word = 0; word * 64 < where->rows; word++) {
        size_t left = where->rows - word * 64;
        uint64_t rows = left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
        adding->unknown_rows += __builtin_popcountll(rows & ~where->known[word]) +
                                __builtin_popcountll(where->truth[word] & ~amounts->known[word]);
        for (uint64_t any = where->truth[word] & amounts->known[word]; any != 0; any &= any - 1) {
            size_t row = word * 64 + (size_t)__builtin_ctzll(any);
            if (families[row] == FRAME_NO_ROW) continue;
            int64_t *sum = adding_family(adding, source, year, families[row]);
            if (__builtin_add_overflow(*sum, amounts->integers[row], sum)) *sum = 0;
        }
    }
}

int adding_start(const struct pack *pack, const struct frame *frame, const struct scope *scope, int32_t as_of,
                 int division, const struct program_root *roots, size_t count, struct adding *adding,
                 struct err *err)
{
    *adding = (struct adding){.pack = pack,
                              .frame = frame,
                              .count = count,
                              .kinds = pack->dashboard.income_count,
                              .sources = pack->progress.source_count,
                              .families = frame->registers[pack->subject].rows};
    if (scope != NULL && !eyes_may(pack, scope, pack->subject))
        return err_set(err, ERR_FORBIDDEN, "您不能查看各户的收入", "You may not see the families' incomes");
    adding->results = mem_new(count, sizeof *adding->results);
    int code = run(pack, frame, as_of, roots, adding, err);
    if (code != 0) {
        free(adding->results);
        adding->results = NULL;
        return code;
    }
    adding->inside = mem_new(pack->division_count + 1, sizeof *adding->inside);
    if (scope != NULL) eyes_inside(pack, scope, division, adding->inside);
    adding->places = places_new(pack, frame);
    adding->placed = places_has_way(pack, pack->subject);
    adding->by_family =
        mem_new(adding->sources * ADDING_YEARS * adding->families + 1, sizeof *adding->by_family);
    adding->family_rows = mem_new(pack->schema.register_count, sizeof *adding->family_rows);
    for (size_t i = 0; i < adding->sources; i++)
        for (int year = 0; year < ADDING_YEARS; year++) add_source_year(adding, i, year);
    return 0;
}

void adding_end(struct adding *adding)
{
    if (adding->results != NULL) program_results_fini(adding->results, adding->count);
    free(adding->results);
    free(adding->inside);
    free(adding->by_family);
    for (size_t i = 0; adding->family_rows != NULL && i < adding->pack->schema.register_count; i++)
        free(adding->family_rows[i]);
    free(adding->family_rows);
    places_free(adding->places);
}

bool adding_inside(struct adding *adding, uint32_t family)
{
    const int *at = places_of(adding->places, adding->pack->subject);
    return !adding->placed || adding->inside[at[family]];
}
