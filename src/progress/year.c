/* A figure means little alone: it is put beside the months before it, the year before, and the target. */
#include "progress/year.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "monitor/found.h"

enum { COMPARED = 2 };

int32_t progress_day(int year, int month, int32_t today)
{
    int32_t months = 0;
    month_make(year, month, &months);
    int32_t last = month_last(months);
    return month_first(months) <= today && today < last ? today : last;
}

static bool within(const struct pack *pack, int32_t day)
{
    int year, month, date;
    date_split(day, &year, &month, &date);
    return year >= pack->year_first && year <= pack->year_last;
}

/* INT32_MIN: none. */
static int last_screening(struct database *database, int32_t *day, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct found_run *runs = mem_new(pack->rule_count + 1, sizeof *runs);
    int code = found_runs(database, INT32_MAX, runs, err);
    *day = INT32_MIN;
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++)
        if (runs[i].run != 0 && runs[i].as_of > *day) *day = runs[i].as_of;
    free(runs);
    return code;
}

int progress_running_month(struct database *database, int32_t today, int *year, int *month, struct err *err)
{
    const struct pack *pack = database_pack(database);
    int32_t otherwise = INT32_MIN;
    int day, code = within(pack, today) ? 0 : last_screening(database, &otherwise, err);
    if (within(pack, today)) {
        date_split(today, year, month, &day);
    } else if (otherwise != INT32_MIN && within(pack, otherwise)) {
        date_split(otherwise, year, month, &day);
    } else {
        *year = pack->year_last;
        *month = YEAR_MONTHS;
    }
    return code;
}

/* False: the plan has none before. */
static bool step_back(const struct pack *pack, int *year, int *month)
{
    if (*month == 1 && *year <= pack->year_first) return false;
    *year -= *month == 1;
    *month = *month == 1 ? YEAR_MONTHS : *month - 1;
    return true;
}

static int find_ledger(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                       int32_t day, struct ledger_figure *ledger, struct err *err)
{
    struct figures *figures;
    *ledger = (struct ledger_figure){.whole = true};
    if (database_pack(database)->dashboard.ledger.complete < 0) return 0;
    int code = progress_shelf_get(shelf, frames, database, &day, 1, &figures, err);
    if (code == 0) *ledger = figures->ledger;
    figures_free(figures);
    return code;
}

int progress_default_month(struct progress_shelf *shelf, struct frame_cache *frames,
                           struct database *database, int32_t today, int *year, int *month, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct ledger_figure ledger = {0};
    int code = progress_running_month(database, today, year, month, err), at_year = *year, at_month = *month;
    for (int back = 0; code == 0 && !ledger.whole && back <= YEAR_MONTHS; back++) {
        code = find_ledger(shelf, frames, database, progress_day(at_year, at_month, today), &ledger, err);
        if (code != 0 || !ledger.whole) {
            if (!step_back(pack, &at_year, &at_month)) break;
            continue;
        }
        *year = at_year;
        *month = at_month;
    }
    return code;
}

int progress_default_day(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                         int32_t today, int32_t *day, struct err *err)
{
    int year, month, code = progress_default_month(shelf, frames, database, today, &year, &month, err);
    if (code == 0) *day = progress_day(year, month, today);
    return code;
}

int progress_present(struct database *database, int32_t today, int32_t *day, struct err *err)
{
    int year, month, code = progress_running_month(database, today, &year, &month, err);
    if (code == 0) *day = progress_day(year, month, today);
    return code;
}

int progress_month_check(const struct pack *pack, int year, int month, int32_t today, struct err *err)
{
    int32_t months;
    int code = pack_year_check(pack, year, err);
    if (code != 0) return code;
    if (month < 1 || month > YEAR_MONTHS || !month_make(year, month, &months))
        return err_set(err, ERR_INPUT, "没有 %d 年 %d 月", "There is no month %d-%02d", year, month);
    if (month_first(months) > today)
        return err_set(err, ERR_INPUT, "%d 年 %d 月还没有开始", "The month %d-%02d has not begun", year,
                       month);
    return 0;
}

int progress_year_moment(struct progress_shelf *shelf, const struct progress_book *book,
                         struct frame_cache *frames, struct database *database, int year, int month,
                         int32_t today, struct progress_year *out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    *out = (struct progress_year){
        .book = book, .year = year, .month = month, .keeps_ledger = pack->dashboard.ledger.complete >= 0};
    int code = progress_month_check(pack, year, month, today, err);
    if (code != 0) return code;
    out->as_of = progress_day(year, month, today);
    code = progress_present(database, today, &out->present, err);
    return code == 0 ? find_ledger(shelf, frames, database, out->as_of, &out->ledger, err) : code;
}

int progress_year_open(struct progress_shelf *shelf, const struct progress_book *book,
                       struct frame_cache *frames, struct database *database, int year, int month,
                       int32_t today, struct progress_year *out, struct err *err)
{
    int32_t days[COMPARED + YEAR_MONTHS];
    struct figures *figures[COMPARED + YEAR_MONTHS];
    int code = progress_year_moment(shelf, book, frames, database, year, month, today, out, err);
    if (code != 0) return code;
    days[0] = progress_day(year - 1, YEAR_MONTHS, today);
    days[1] = progress_day(year - 1, month, today);
    for (int i = 0; i < month; i++) days[COMPARED + i] = progress_day(year, i + 1, today);
    code = progress_shelf_get(shelf, frames, database, days, (size_t)(COMPARED + month), figures, err);
    if (code != 0) return code;
    out->end_before = figures[0];
    out->same_before = figures[1];
    for (int i = 0; i < month; i++) out->months[i] = figures[COMPARED + i];
    return 0;
}

void progress_year_close(struct progress_year *year)
{
    figures_free(year->end_before);
    figures_free(year->same_before);
    for (int i = 0; i < YEAR_MONTHS; i++) figures_free(year->months[i]);
    *year = (struct progress_year){0};
}

/* ---- One line ---- */

static bool is_whole(const struct pack *pack, const struct scope *scope, int division)
{
    return scope_all_rows(scope, pack) && (division < 0 || pack->divisions[division].parent < 0);
}

struct measured progress_measure(const struct progress_book *book, const struct figures *figures,
                                 const struct scope *scope, int indicator, int division,
                                 struct figure *figure, bool *seen)
{
    if (book->pack->indicators[indicator].measure == MEASURE_REPORTED) {
        *seen = is_whole(book->pack, scope, division);
        *figure = (struct figure){0};
        if (!*seen || !figures->reported[indicator].known) return (struct measured){0};
        return judge_number(figures->reported[indicator].value);
    }
    *seen = figures_see(book, figures, scope, indicator, division, figure);
    if (!*seen) return (struct measured){0};
    return judge_measure(&book->pack->indicators[indicator], figure, &figures->minus[indicator]);
}

bool progress_tells(const struct pack_indicator *indicator, int32_t reached, int32_t day)
{
    int year, month, date, year_reached;
    date_split(reached, &year_reached, &month, &date);
    date_split(day, &year, &month, &date);
    switch (indicator->history) {
    case FORMULA_UNDATED:
        return day == reached;
    case FORMULA_DATED_BY_YEAR:
        return day == reached || (year < year_reached && month == YEAR_MONTHS);
    case FORMULA_DATED:
        break;
    }
    return true;
}

bool progress_of_now(const struct progress_year *year, const struct pack_indicator *indicator)
{
    return indicator->measure != MEASURE_REPORTED && year->as_of < year->present &&
           !progress_tells(indicator, year->present, year->as_of);
}

/* Of another day than that of the month reached. */
static struct measured measure_then(const struct progress_year *year, const struct figures *figures,
                                    const struct scope *scope, int indicator, int division)
{
    struct figure figure;
    bool seen;
    if (!progress_tells(&year->book->pack->indicators[indicator], year->as_of, figures->as_of))
        return (struct measured){0};
    return progress_measure(year->book, figures, scope, indicator, division, &figure, &seen);
}

/* 19,000 workers are the county's to find, 100 % insured is every village's. */
static bool holds_for_places(const struct pack_indicator *indicator, const struct judged *judged)
{
    switch (indicator->measure) {
    case MEASURE_SHARE:
    case MEASURE_QUOTIENT:
    case MEASURE_GROWTH:
        return true;
    case MEASURE_COUNT:
    case MEASURE_SUM:
    case MEASURE_REPORTED:
        break;
    }
    return judged->target == 0;
}

/* Is that the place that is looked at? */
static bool is_here(const struct pack *pack, const struct scope *scope, int division, int place)
{
    if (division >= 0) return place == division;
    if (scope_all_rows(scope, pack)) return pack->divisions[place].parent < 0;
    for (size_t i = 0; i < scope->division_count; i++)
        if (scope->divisions[i] == place) return true;
    return false;
}

static void find_disputes(const struct progress_year *year, const struct scope *scope, int indicator,
                          int division, struct progress_line *out)
{
    const struct figures *now = year->months[year->month - 1];
    for (size_t i = 0; i < now->dispute_count && out->dispute_count < DISPUTES_TOLD; i++) {
        const struct disputed *one = &now->disputes[i];
        if (one->indicator == indicator && month_year(one->month) == year->year &&
            month_number(one->month) <= year->month &&
            is_here(year->book->pack, scope, division, one->division))
            out->disputes[out->dispute_count++] = one->record;
    }
}

void progress_line(const struct progress_year *year, const struct scope *scope, int indicator, int division,
                   struct progress_line *out)
{
    const struct pack *pack = year->book->pack;
    const struct pack_indicator *asked = &pack->indicators[indicator];
    struct standing standing = {.year = year->year, .month = year->month};
    const struct figures *now = year->months[year->month - 1];
    *out =
        (struct progress_line){.whole = is_whole(pack, scope, division), .judged = {.light = LIGHT_UNKNOWN}};
    out->value = progress_measure(year->book, now, scope, indicator, division, &out->figure, &out->seen);
    if (!out->seen) return;
    for (int i = 0; i < year->month; i++)
        out->trend[i] = measure_then(year, year->months[i], scope, indicator, division);
    out->of_now = progress_of_now(year, asked);
    find_disputes(year, scope, indicator, division, out);
    standing.now = out->value;
    standing.running = year->as_of < progress_day(year->year, year->month, INT32_MAX);
    out->reported = now->reported[indicator];
    standing.base = standing.whole = measure_then(year, year->end_before, scope, indicator, division);
    standing.same = measure_then(year, year->same_before, scope, indicator, division);
    standing.population = out->figure.counted + out->figure.missing + out->figure.undetermined;
    standing.undetermined = out->figure.undetermined;
    judge(pack, asked, &standing, &out->judged);
    if (!out->whole && out->judged.target_given && !holds_for_places(asked, &out->judged))
        out->judged = (struct judged){.light = LIGHT_NONE};
    bool divided = asked->measure == MEASURE_SHARE || asked->measure == MEASURE_QUOTIENT ||
                   asked->measure == MEASURE_GROWTH;
    out->small = divided && out->figure.counted + out->figure.missing < pack->progress.small;
}
