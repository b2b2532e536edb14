/* Places and units side by side. A place's figure is the very one that its own bulletin shows. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bulletin/making.h"
#include "progress/eyes.h"
#include "progress/ranking.h"

struct row {
    int division; /* -1: the county, all of the place otherwise */
    int rank;     /* 0: none */
    struct number by;
    int64_t lights[LIGHTS];
};

static bool shows_lights(const struct bulletin_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].show >= SHOW_GREEN && table->columns[i].show <= SHOW_UNKNOWN) return true;
    return table->ranked && table->by < 0;
}

static void count_lights(const struct making *making, int division, int64_t lights[LIGHTS])
{
    for (int i = 0; i < LIGHTS; i++) lights[i] = 0;
    for (size_t i = 0; i < making->pack->indicator_count; i++) {
        struct progress_line line;
        progress_line(&making->year, making->question->scope, (int)i, division, &line);
        if (line.seen) lights[line.judged.light]++;
    }
}

/* ---- Ranks ---- */

/* What is not known stands last, without a rank; equals share one. */
static int compare(const struct row *a, const struct row *b, bool least_first)
{
    if (a->by.known != b->by.known) return a->by.known ? -1 : 1;
    if (!a->by.known || a->by.value == b->by.value) return 0;
    return (a->by.value > b->by.value) == least_first ? 1 : -1;
}

static int most_first(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = compare(left, right, false);
    return order != 0 ? order : left->division - right->division;
}

static int least_first(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = compare(left, right, true);
    return order != 0 ? order : left->division - right->division;
}

static void rank_by_figure(const struct making *making, const struct bulletin_table *table, struct row *rows,
                           size_t count)
{
    for (size_t i = 0; i < count; i++)
        rows[i].by = making_figure(making, table->by, ASPECT_VALUE, rows[i].division);
    if (count > 1) qsort(rows, count, sizeof *rows, table->least_first ? least_first : most_first);
    for (size_t i = 0; i < count; i++) {
        bool shared = i > 0 && compare(&rows[i - 1], &rows[i], table->least_first) == 0;
        rows[i].rank = !rows[i].by.known ? 0 : shared ? rows[i - 1].rank : (int)i + 1;
    }
}

/* ---- Which places ---- */

static size_t take_places(const struct making *making, const struct bulletin_table *table, struct row *rows)
{
    const struct pack *pack = making->pack;
    const struct bulletin_question *question = making->question;
    enum division_level level = table->level >= 0 ? (enum division_level)table->level
                                                  : ranking_level(pack, question->scope, question->division);
    size_t count = 0;
    if (shows_lights(table)) {
        struct ranked *ranked = mem_new(pack->division_count + 1, sizeof *ranked);
        count = ranking_make(&making->year, question->scope, question->division, level, ranked, NULL);
        for (size_t i = 0; i < count; i++) {
            rows[i] = (struct row){.division = ranked[i].division, .rank = ranked[i].rank};
            memcpy(rows[i].lights, ranked[i].lights, sizeof rows[i].lights);
        }
        free(ranked);
        return count;
    }
    bool *inside = mem_new(pack->division_count + 1, sizeof *inside);
    eyes_inside(pack, question->scope, question->division, inside);
    for (size_t i = 0; i < pack->division_count; i++)
        if (inside[i] && pack->divisions[i].level == level) rows[count++] = (struct row){.division = (int)i};
    free(inside);
    return count;
}

static int by_division(const void *a, const void *b)
{
    return ((const struct row *)a)->division - ((const struct row *)b)->division;
}

/* ---- Cells ---- */

static void fill_cell(struct making *making, const struct bulletin_column *column, const struct row *row,
                      size_t number, struct document_cell *cell)
{
    const struct pack *pack = making->pack;
    bool all = number == 0;
    switch (column->show) {
    case SHOW_NUMBER:
        if (!all) making_cell_int(making, cell, (int64_t)number);
        return;
    case SHOW_RANK:
        if (row->rank > 0) making_cell_int(making, cell, row->rank);
        return;
    case SHOW_NAME:
        making_cell_text(making, cell,
                         all ? making_word(making, "合计", "All") : pack->divisions[row->division].name);
        return;
    case SHOW_CODE:
        if (!all) making_cell_text(making, cell, pack->divisions[row->division].code);
        return;
    case SHOW_GREEN:
    case SHOW_YELLOW:
    case SHOW_RED:
    case SHOW_NONE:
    case SHOW_UNKNOWN:
        making_cell_int(making, cell, row->lights[column->show - SHOW_GREEN]);
        return;
    case SHOW_FIGURE:
        making_cell_number(making, cell, making_figure(making, column->figure, column->aspect, row->division),
                           column->aspect == ASPECT_CHANGE);
        return;
    case SHOW_FIELD:
    case SHOW_TOWNSHIP:
    case SHOW_VILLAGE:
    case SHOW_CLAUSE:
    case SHOW_UNIT:
    case SHOW_LEAD:
    case SHOW_RESPONSIBLE:
    case SHOW_SOURCE:
    case SHOW_VALUE:
    case SHOW_BEFORE:
    case SHOW_CHANGE:
    case SHOW_LAST_YEAR:
    case SHOW_TARGET:
    case SHOW_DUE:
    case SHOW_FORECAST:
    case SHOW_LIGHT:
    case SHOW_COUNTED:
    case SHOW_MISSING:
    case SHOW_UNDETERMINED:
    case SHOW_LEADS:
    case SHOW_POINTS:
    case SHOW_PART:
    case SHOW_GRADE:
    case SHOW_LISTS:
    case SHOW_LEVEL:
    case SHOW_STATE:
    case SHOW_SENTENCE:
    case SHOW_REPORT:
    case SHOW_REPORTED_BY:
    case SHOW_REPORTED_ON:
    case SHOW_DEADLINE:
    case SHOW_ASKED:
    case SHOW_HANDED:
    case SHOW_ACCEPTED:
    case SHOW_LATE:
        return; /* of other rows */
    }
}

static int write_row(struct making *making, const struct bulletin_table *table, struct document_table *out,
                     const struct row *row, size_t number, struct err *err)
{
    struct document_cell *cells = document_row(making->document, out);
    if (cells == NULL) return document_is_full(err);
    for (size_t i = 0; i < table->column_count; i++)
        fill_cell(making, &table->columns[i], row, number, &cells[i]);
    return 0;
}

/* Ranks of somebody who may not read some registers are by fewer indicators than the county's own: told. */
static void say_left_out(struct making *making)
{
    struct buffer words = {0};
    int64_t left_out = ranking_unseen(making->pack, making->question->scope);
    if (left_out == 0) return;
    buffer_printf(
        &words,
        making_english(making)
            ? "%lld indicators are left out, whose registers whoever made this may not read: these ranks may "
              "differ from those of the whole county's bulletin."
            : "有 %lld "
              "项指标的登记簿制表人无权查看，没有计入；名次可能与全县统一发布的不同，以县里发布的为准。",
        (long long)left_out);
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

int rows_places(struct making *making, const struct bulletin_table *table, struct err *err)
{
    const struct pack *pack = making->pack;
    struct row *rows = mem_new(pack->division_count + 1, sizeof *rows);
    size_t count = take_places(making, table, rows);
    int code = 0;
    if (count == 0) {
        free(rows);
        making_nothing(making);
        return 0;
    }
    if (table->ranked && table->by >= 0)
        rank_by_figure(making, table, rows, count);
    else if (!table->ranked && count > 1)
        qsort(rows, count, sizeof *rows, by_division);
    struct document_table *out =
        document_table(making->document, making_columns(making, table), table->column_count);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = write_row(making, table, out, &rows[i], i + 1, err);
    if (code == 0 && table->total) {
        struct row all = {.division = making->question->division};
        if (shows_lights(table)) count_lights(making, all.division, all.lights);
        code = write_row(making, table, out, &all, 0, err);
    }
    free(rows);
    making_as_of(making);
    if (shows_lights(table)) say_left_out(making);
    return code;
}

/* ---- Units ---- */

static bool leads(const struct pack_indicator *indicator, size_t unit)
{
    for (size_t i = 0; i < indicator->lead_count; i++)
        if (indicator->lead[i] == (int)unit) return true;
    return false;
}

/* How many indicators a unit leads, and their lights. */
static int64_t count_led(const struct making *making, size_t unit, int64_t lights[LIGHTS])
{
    int64_t led = 0;
    for (int i = 0; i < LIGHTS; i++) lights[i] = 0;
    for (size_t i = 0; i < making->pack->indicator_count; i++) {
        struct progress_line line;
        if (!leads(&making->pack->indicators[i], unit)) continue;
        progress_line(&making->year, making->question->scope, (int)i, making->question->division, &line);
        if (!line.seen) continue;
        led++;
        lights[line.judged.light]++;
    }
    return led;
}

static bool counts_reports(const struct bulletin_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].show >= SHOW_ASKED && table->columns[i].show <= SHOW_LATE) return true;
    return false;
}

static int64_t count_of(const struct round_sum *sum, enum column_show show)
{
    return show == SHOW_ASKED      ? sum->asked
           : show == SHOW_HANDED   ? sum->handed
           : show == SHOW_ACCEPTED ? sum->accepted
                                   : sum->overdue;
}

int rows_units(struct making *making, const struct bulletin_table *table, struct err *err)
{
    const struct pack *pack = making->pack;
    struct document_table *out = NULL;
    int64_t number = 0, lights[LIGHTS];
    bool reports = counts_reports(table);
    int code = reports ? making_reports(making, err) : 0;
    if (code != 0) return code;
    for (size_t unit = 0; unit < pack->unit_count; unit++) {
        int64_t led = count_led(making, unit, lights);
        struct round_sum sum = {0};
        if (reports) sum = making_unit_reports(making, pack->units[unit].label.name);
        if (led == 0 && sum.asked == 0) continue;
        if (out == NULL)
            out = document_table(making->document, making_columns(making, table), table->column_count);
        struct document_cell *cells = document_row(making->document, out);
        if (cells == NULL) return document_is_full(err);
        number++;
        for (size_t i = 0; i < table->column_count; i++) {
            enum column_show show = table->columns[i].show;
            if (show == SHOW_NAME)
                making_cell_text(making, &cells[i],
                                 label_in(&pack->units[unit].label, making->question->language));
            else if (show == SHOW_NUMBER)
                making_cell_int(making, &cells[i], number);
            else if (show == SHOW_LEADS)
                making_cell_int(making, &cells[i], led);
            else if (show >= SHOW_ASKED && !making->reports.seen)
                making_cell_text(making, &cells[i], TEXT("—"));
            else if (show >= SHOW_ASKED)
                making_cell_int(making, &cells[i], count_of(&sum, show));
            else
                making_cell_int(making, &cells[i], lights[show - SHOW_GREEN]);
        }
    }
    if (out == NULL) {
        making_nothing(making);
        return 0;
    }
    making_as_of(making);
    if (reports) making_reports_as_of(making);
    return 0;
}
