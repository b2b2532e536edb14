/* Conditions come as bitmaps, so whole words of rows that do not count cost nothing; only rows that do are
 * looked up for their place. */
#include "progress/figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "progress/eyes.h"
#include "progress/places.h"

static void add_sum(struct figure *to, int64_t *sum, int64_t more)
{
    if (__builtin_add_overflow(*sum, more, sum)) {
        *sum = 0;
        to->lost = true;
    }
}

void figure_add(struct figure *to, const struct figure *more)
{
    to->counted += more->counted;
    to->missing += more->missing;
    to->undetermined += more->undetermined;
    to->lost |= more->lost;
    add_sum(to, &to->sum, more->sum);
    add_sum(to, &to->of, more->of);
    add_sum(to, &to->sum_before, more->sum_before);
    add_sum(to, &to->of_before, more->of_before);
}

/* ---- One indicator's rows ---- */

struct adding {
    enum indicator_measure measure;
    const struct program_result *where, *value, *of, *value_before, *of_before; /* NULL: none */
};

static struct adding adding_of(const struct pack_indicator *indicator, const struct book_indicator *made,
                               const struct program_result *results)
{
    const int indexes[] = {made->where, made->value, made->of, made->value_before, made->of_before};
    const struct program_result *found[5];
    for (int i = 0; i < 5; i++) found[i] = indexes[i] < 0 ? NULL : &results[indexes[i]];
    return (struct adding){indicator->measure, found[0], found[1], found[2], found[3], found[4]};
}

/* 64 rows at a time: who counts, who is missing, who is undetermined. */
struct states {
    uint64_t counted, missing, open;
};

static uint64_t known_of(const struct program_result *result, size_t word)
{
    return result == NULL ? UINT64_MAX : result->known[word];
}

static struct states states_of(const struct adding *adding, size_t word)
{
    size_t left = adding->value->rows - word * 64;
    uint64_t rows = left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
    uint64_t within = adding->where == NULL ? rows : adding->where->truth[word];
    uint64_t doubtful = adding->where == NULL ? 0 : rows & ~adding->where->known[word];
    uint64_t known = known_of(adding->value, word) & known_of(adding->of, word) &
                     known_of(adding->value_before, word) & known_of(adding->of_before, word);
    if (adding->measure != MEASURE_SHARE && adding->measure != MEASURE_COUNT)
        return (struct states){within & known, 0, doubtful | (within & ~known)};
    uint64_t yes = adding->value->truth[word], no = known & ~yes;
    uint64_t open = within & ~known;
    /* Of a count, whom the condition rules out does not count whether it belongs or not. */
    open |= adding->measure == MEASURE_COUNT ? doubtful & ~no : doubtful;
    return (struct states){within & yes, within & no, open};
}

static int64_t amount(const struct program_result *result, size_t row)
{
    return result == NULL || result->integers == NULL ? 0 : result->integers[row];
}

static void add_amounts(const struct adding *adding, size_t row, struct figure *to)
{
    if (adding->measure == MEASURE_SHARE || adding->measure == MEASURE_COUNT) return;
    add_sum(to, &to->sum, amount(adding->value, row));
    add_sum(to, &to->of, amount(adding->of, row));
    add_sum(to, &to->sum_before, amount(adding->value_before, row));
    add_sum(to, &to->of_before, amount(adding->of_before, row));
}

/* groups[row]: which of the cells; negative: none. */
static void add_rows(const struct adding *adding, const int *groups, struct figure *cells)
{
    for (size_t word = 0; word * 64 < adding->value->rows; word++) {
        struct states states = states_of(adding, word);
        for (uint64_t any = states.counted | states.missing | states.open; any != 0; any &= any - 1) {
            size_t row = word * 64 + (size_t)__builtin_ctzll(any);
            uint64_t bit = any & -any;
            if (groups[row] < 0) continue;
            struct figure *to = &cells[groups[row]];
            to->missing += (states.missing & bit) != 0;
            to->undetermined += (states.open & bit) != 0;
            if ((states.counted & bit) == 0) continue;
            to->counted++;
            add_amounts(adding, row, to);
        }
    }
}

/* ---- All of them ---- */

static void roll_up(const struct pack *pack, struct figure *cells)
{
    for (size_t i = pack->division_count; i-- > 0;)
        if (pack->divisions[i].parent >= 0) figure_add(&cells[pack->divisions[i].parent], &cells[i]);
}

/* The roots that are run, and where those of the book stand among them. */
struct running {
    struct program_root *roots;
    int *at; /* [root of the book]; -1: not run */
    struct program_result *results;
    size_t count;
};

static struct running running_new(const struct progress_book *book, const bool *kept)
{
    struct running running = {.roots = mem_new(book->root_count + 1, sizeof *running.roots),
                              .at = mem_new(book->root_count + 1, sizeof *running.at),
                              .results = mem_new(book->root_count + 1, sizeof *running.results)};
    for (size_t i = 0; i < book->root_count; i++) running.at[i] = -1;
    for (size_t i = 0; i < book->pack->indicator_count; i++) {
        const struct book_indicator *made = &book->indicators[i];
        const int roots[] = {made->where,        made->value,     made->of,
                             made->value_before, made->of_before, made->minus};
        for (size_t k = 0; k < sizeof roots / sizeof *roots && (kept == NULL || !kept[i]); k++) {
            if (roots[k] < 0) continue;
            running.at[roots[k]] = (int)running.count;
            running.roots[running.count++] = book->roots[roots[k]];
        }
    }
    const int ledger[] = {book->kept, book->complete};
    for (size_t k = 0; k < sizeof ledger / sizeof *ledger; k++) {
        if (ledger[k] < 0 || (kept != NULL && kept[book->pack->indicator_count])) continue;
        running.at[ledger[k]] = (int)running.count;
        running.roots[running.count++] = book->roots[ledger[k]];
    }
    if (book->accepted >= 0) {
        running.at[book->accepted] = (int)running.count;
        running.roots[running.count++] = book->roots[book->accepted];
    }
    return running;
}

static void running_fini(struct running *running)
{
    free(running->roots);
    free(running->at);
    free(running->results);
}

static int run(const struct pack *pack, struct running *running, const struct frame *frame, int32_t as_of,
               int threads, struct err *err)
{
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options options = {.threads = threads, .reg = -1};
    struct program *program;
    int code = program_new(&pack->schema, running->roots, running->count, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &options, running->results, err);
    program_free(program);
    return code;
}

static int place(const int *at, int root)
{
    return root < 0 ? -1 : at[root];
}

static void fill(const struct progress_book *book, const struct running *running, struct places *places,
                 size_t index, struct figures *figures)
{
    const struct pack_indicator *indicator = &book->pack->indicators[index];
    const struct book_indicator *made = &book->indicators[index];
    const struct book_indicator ran = {place(running->at, made->where),
                                       place(running->at, made->value),
                                       place(running->at, made->of),
                                       place(running->at, made->value_before),
                                       place(running->at, made->of_before),
                                       place(running->at, made->minus),
                                       {0}};
    struct figure *cells = &figures->cells[index * figures->places];
    if (ran.minus >= 0) figures->minus[index] = program_result_get(&running->results[ran.minus], 0);
    struct adding adding = adding_of(indicator, &ran, running->results);
    add_rows(&adding, places_of(places, indicator->over), cells);
    roll_up(book->pack, cells);
}

static struct ledger_figure count_ledger(const struct progress_book *book, const struct running *running)
{
    struct ledger_figure ledger = {.whole = true};
    if (book->complete < 0) return ledger;
    const struct program_result *kept = &running->results[running->at[book->kept]],
                                *complete = &running->results[running->at[book->complete]];
    for (size_t word = 0; word * 64 < kept->rows; word++) {
        ledger.kept += __builtin_popcountll(kept->truth[word]);
        ledger.complete += __builtin_popcountll(kept->truth[word] & complete->truth[word]);
    }
    ledger.whole = (double)ledger.complete >= book->pack->dashboard.ledger.least * (double)ledger.kept;
    return ledger;
}

static void keep(const struct figures *former, size_t index, struct figures *figures)
{
    size_t first = index * figures->places;
    memcpy(&figures->cells[first], &former->cells[first], figures->places * sizeof *figures->cells);
    figures->minus[index] = former->minus[index];
}

int figures_compute(const struct progress_book *book, const struct frame *frame, int32_t as_of, int threads,
                    const struct figures *former, const bool *kept, struct figures **out, struct err *err)
{
    const struct pack *pack = book->pack;
    struct figures *figures = mem_new(1, sizeof *figures);
    struct places *places = places_new(pack, frame);
    figures->as_of = as_of;
    figures->places = pack->division_count + 1;
    atomic_init(&figures->owners, 1);
    figures->cells = mem_new(pack->indicator_count * figures->places, sizeof *figures->cells);
    figures->minus = mem_new(pack->indicator_count, sizeof *figures->minus);
    figures->reported = mem_new(pack->indicator_count + 1, sizeof *figures->reported);
    if (former == NULL) kept = NULL;
    struct running running = running_new(book, kept);
    int code = running.count == 0 ? 0 : run(pack, &running, frame, as_of, threads, err);
    for (size_t i = 0; code == 0 && i < pack->indicator_count; i++) {
        if (kept != NULL && kept[i])
            keep(former, i, figures);
        else if (pack->indicators[i].over >= 0)
            fill(book, &running, places, i, figures);
    }
    if (code == 0)
        figures->ledger =
            kept != NULL && kept[pack->indicator_count] ? former->ledger : count_ledger(book, &running);
    if (code == 0 && book->accepted >= 0)
        reports_take(pack, frame, &running.results[running.at[book->accepted]], as_of, figures->reported);
    if (code == 0) figures->disputes = disputes_take(pack, frame, &figures->dispute_count);
    if (code == 0 && running.count > 0) program_results_fini(running.results, running.count);
    running_fini(&running);
    places_free(places);
    if (code != 0) figures_free(figures);
    *out = code == 0 ? figures : NULL;
    return code;
}

struct figures *figures_share(struct figures *figures)
{
    atomic_fetch_add(&figures->owners, 1);
    return figures;
}

void figures_free(struct figures *figures)
{
    if (figures == NULL || atomic_fetch_sub(&figures->owners, 1) != 1) return;
    free(figures->cells);
    free(figures->minus);
    free(figures->reported);
    free(figures->disputes);
    free(figures);
}

/* ---- As somebody sees them ---- */

struct summing {
    const struct figure *cells;
    struct figure *out;
};

static void sum_place(void *context, int place)
{
    struct summing *summing = context;
    figure_add(summing->out, &summing->cells[place]);
}

bool figures_see(const struct progress_book *book, const struct figures *figures, const struct scope *scope,
                 int indicator, int division, struct figure *out)
{
    const struct pack *pack = book->pack;
    int over = pack->indicators[indicator].over;
    const struct figure *cells = &figures->cells[(size_t)indicator * figures->places];
    struct summing summing = {cells, out};
    *out = (struct figure){0};
    if (over < 0 || !eyes_may(pack, scope, over)) return false;
    if (!places_has_way(pack, over)) {
        /* The county's own register has no figure of a single place, nor for whoever answers for one. */
        if (!scope_all_rows(scope, pack) || (division >= 0 && pack->divisions[division].parent >= 0))
            return false;
        *out = cells[pack->division_count];
        return true;
    }
    eyes_each(pack, scope, division, sum_place, &summing);
    return true;
}

/* ---- Parted ---- */

static void group_rows(const struct progress_book *book, const struct frame *frame, const bool *inside,
                       int over, const struct program_result *codes, size_t code_count, int *groups)
{
    struct places *places = places_new(book->pack, frame);
    bool placed = places_has_way(book->pack, over);
    const int *at = places_of(places, over);
    for (size_t row = 0; row < codes->rows; row++) {
        struct value code = program_result_get(codes, row);
        groups[row] = placed && !inside[at[row]] ? -1 : code.known ? (int)code.integer : (int)code_count;
    }
    places_free(places);
}

int figures_part(const struct progress_book *book, const struct frame *frame, int32_t as_of,
                 const struct scope *scope, int indicator, int division, size_t breakdown, struct figure *out,
                 struct err *err)
{
    const struct pack *pack = book->pack;
    const struct pack_indicator *asked = &pack->indicators[indicator];
    const struct node *by = asked->by[breakdown].node;
    size_t codes = pack->schema.dictionaries[by->type.dictionary].code_count;
    for (size_t i = 0; i <= codes; i++) out[i] = (struct figure){0};
    if (asked->over < 0 || !eyes_may(pack, scope, asked->over)) return 0;
    const struct node *const nodes[] = {by,        asked->where,        asked->value,
                                        asked->of, asked->value_before, asked->of_before};
    struct program_root roots[6];
    struct program_result results[6];
    int indexes[6];
    size_t count = 0;
    for (int i = 0; i < 6; i++) {
        indexes[i] = nodes[i] == NULL ? -1 : (int)count;
        if (nodes[i] != NULL) roots[count++] = (struct program_root){nodes[i], asked->over};
    }
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options options = {.threads = 1, .reg = -1};
    struct program *program;
    int code = program_new(&pack->schema, roots, count, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &options, results, err);
    program_free(program);
    if (code != 0) return code;
    const struct book_indicator made = {indexes[1], indexes[2], indexes[3], indexes[4], indexes[5], -1, {0}};
    struct adding adding = adding_of(asked, &made, results);
    bool *inside = mem_new(pack->division_count + 1, sizeof *inside);
    int *groups = mem_new(results[0].rows + 1, sizeof *groups);
    eyes_inside(pack, scope, division, inside);
    group_rows(book, frame, inside, asked->over, &results[0], codes, groups);
    add_rows(&adding, groups, out);
    free(groups);
    free(inside);
    program_results_fini(results, count);
    return 0;
}
