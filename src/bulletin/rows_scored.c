/* Who was scored: as the newest run of the scheme that everybody may see has it (published or closed, of the
 * year, up to the month), or as the year has come to over its parts. A year without one of its parts has no
 * result, and says which part that is. */
#include <stdlib.h>

#include "assessment/annual.h"
#include "assessment/runs.h"
#include "assessment/view.h"
#include "base/mem.h"
#include "bulletin/making.h"

static int find_run(const struct making *making, int scheme, struct arena *arena, int64_t *id,
                    struct err *err)
{
    struct assessment_run *runs;
    size_t count = 0;
    int code = run_list(making->tools->database, scheme, making->question->year, arena, &runs, &count, err);
    *id = 0;
    for (size_t i = 0; code == 0 && i < count && *id == 0; i++) {
        bool out = runs[i].state == RUN_PUBLISHED || runs[i].state == RUN_CLOSED;
        if (out && runs[i].month <= making->question->month &&
            view_may(making->pack, making->question->scope, false, &runs[i]))
            *id = runs[i].id;
    }
    return code;
}

struct row {
    struct text id;
    struct label label;
    int division; /* of the pack; -1 */
    const struct score_total *total;
    const struct value *parts; /* of a year */
};

/* Of a township's bulletin only what lies in the township; units are the county's. */
static bool is_wanted(const struct making *making, const struct row *row)
{
    int wanted = making->question->division;
    return wanted < 0 || pack_division_within(making->pack, row->division, wanted);
}

static bool is_on_list(const struct bulletin_table *table, const struct row *row)
{
    return table->list < 0 || (row->total->rank > 0 && (row->total->lists >> table->list & 1) != 0);
}

static void fill_lists(struct making *making, const struct pack_scheme *scheme, uint64_t lists,
                       struct document_cell *cell)
{
    struct buffer names = {0};
    for (size_t i = 0; i < scheme->list_count; i++) {
        if ((lists >> i & 1) == 0) continue;
        if (names.size > 0) buffer_text(&names, making_word(making, "、", ", "));
        buffer_text(&names, label_in(&scheme->lists[i].label, making->question->language));
    }
    making_cell_text(making, cell, buffer_get(&names));
    buffer_fini(&names);
}

static void fill_cell(struct making *making, const struct pack_scheme *scheme,
                      const struct bulletin_column *column, const struct row *row, int64_t number,
                      struct document_cell *cell)
{
    const struct score_total *total = row->total;
    bool ranked = total->rank > 0;
    struct number points = {.seen = true, .known = ranked, .value = total->points};
    if (column->show == SHOW_PART)
        points = (struct number){.seen = true,
                                 .known = row->parts[column->figure].known,
                                 .value = row->parts[column->figure].integer};
    if (column->show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (column->show == SHOW_RANK && ranked)
        making_cell_int(making, cell, total->rank);
    else if (column->show == SHOW_NAME)
        making_cell_text(making, cell, label_in(&row->label, making->question->language));
    else if (column->show == SHOW_POINTS || column->show == SHOW_PART)
        making_cell_number(making, cell, points, false);
    else if (column->show == SHOW_GRADE && ranked && total->grade >= 0)
        making_cell_text(making, cell,
                         label_in(&scheme->grades[total->grade].label, making->question->language));
    else if (column->show == SHOW_LISTS && ranked)
        fill_lists(making, scheme, total->lists, cell);
    else
        making_cell_text(making, cell, TEXT("—"));
}

static int by_rank(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int64_t one = left->total->rank, other = right->total->rank;
    if (one != other) {
        if (one == 0 || other == 0) return one == 0 ? 1 : -1;
        return one < other ? -1 : 1;
    }
    return text_compare(left->id, right->id);
}

/* Rows that are wanted, ranked. *count: how many there were. */
static int write_rows(struct making *making, const struct bulletin_table *table, struct row *rows,
                      size_t *count, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (is_wanted(making, &rows[i]) && is_on_list(table, &rows[i])) rows[kept++] = rows[i];
    *count = kept;
    if (kept > 1) qsort(rows, kept, sizeof *rows, by_rank);
    struct document_table *out = NULL;
    if (kept > 0) out = document_table(making->document, making_columns(making, table), table->column_count);
    for (size_t i = 0; i < kept; i++) {
        struct document_cell *cells = document_row(making->document, out);
        if (cells == NULL) return document_is_full(err);
        for (size_t k = 0; k < table->column_count; k++)
            fill_cell(making, &making->pack->schemes[table->scheme], &table->columns[k], &rows[i],
                      (int64_t)i + 1, &cells[k]);
    }
    return 0;
}

/* ---- One run ---- */

static void say_which(struct making *making, const struct run_table *run)
{
    struct buffer words = {0};
    const struct pack_scheme *scheme = &making->pack->schemes[run->run.scheme];
    struct text part = run->run.part >= 0
                           ? label_in(&scheme->parts[run->run.part].label, making->question->language)
                           : run->run.part_name;
    bool closed = run->run.state == RUN_CLOSED;
    if (making_english(making))
        buffer_printf(&words, "%.*s, %d-%02d, %s.", TEXT_ARGS(part), run->run.year, run->run.month,
                      closed ? "closed" : "published, open to objections");
    else
        buffer_printf(&words, "%.*s，%d年%d月，%s。", TEXT_ARGS(part), run->run.year, run->run.month,
                      closed ? "已结束" : "公布中，可提出异议");
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

static int write_run(struct making *making, const struct bulletin_table *table, const struct run_table *run,
                     struct err *err)
{
    size_t count = run->scored_count;
    struct row *rows = mem_new(count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        const struct run_scored *one = &run->scored[i];
        rows[i] = (struct row){one->id, {one->id, one->zh, one->en}, one->division, &one->total, NULL};
    }
    int code = write_rows(making, table, rows, &count, err);
    free(rows);
    if (code != 0) return code;
    if (count == 0) document_say(making->document, BLOCK_TEXT, making_word(making, "没有。", "None."));
    say_which(making, run);
    return 0;
}

static int rows_run(struct making *making, const struct bulletin_table *table, struct err *err)
{
    struct run_table *run = NULL;
    struct arena arena = {0};
    int64_t id;
    int code = find_run(making, table->scheme, &arena, &id, err);
    if (code == 0 && id == 0)
        document_say(making->document, BLOCK_TEXT,
                     making_word(making, "本年度至今还没有公布的考核结果。",
                                 "No result of the assessment has been published this year so far."));
    else if (code == 0) {
        code = run_read(making->tools->database, id, &run, err);
        if (code == 0) code = write_run(making, table, run, err);
    }
    run_table_free(run);
    arena_fini(&arena);
    return code;
}

/* ---- A year ---- */

/* The months of a part's runs in that state; how many. */
static size_t put_months(const struct making *making, const struct assessment_run *runs, size_t count,
                         size_t part, enum run_state state, struct buffer *out)
{
    size_t found = 0;
    for (size_t i = count; i-- > 0;) { /* oldest first */
        if (runs[i].state != state || runs[i].part != (int)part || runs[i].month > making->question->month)
            continue;
        if (found++ > 0) buffer_text(out, making_word(making, "、", ", "));
        if (making_english(making))
            buffer_printf(out, "%d-%02d", runs[i].year, runs[i].month);
        else
            buffer_printf(out, "%d月", runs[i].month);
    }
    return found;
}

/* Which runs of a part are counted, and which are not. */
static void say_part(struct making *making, const struct pack_scheme *scheme,
                     const struct assessment_run *runs, size_t count, size_t part)
{
    const struct pack_assessment_part *asked = &scheme->parts[part];
    struct text label = label_in(&asked->label, making->question->language);
    struct buffer words = {0}, months = {0};
    buffer_text(&words, label);
    buffer_text(&words, making_word(making, "（占", " ("));
    put_number(&words, asked->share * 100);
    buffer_text(&words, making_word(making, "%）：", "%): "));
    if (put_months(making, runs, count, part, RUN_CLOSED, &months) > 0)
        buffer_printf(&words, making_english(making) ? "counted as of %.*s" : "计入%.*s的考核",
                      TEXT_ARGS(buffer_get(&months)));
    else
        buffer_text(&words,
                    making_word(making, "缺，尚无已办结的考核", "missing: no run of it is closed yet"));
    buffer_fini(&months);
    months = (struct buffer){0};
    if (put_months(making, runs, count, part, RUN_PUBLISHED, &months) > 0)
        buffer_printf(&words,
                      making_english(making) ? "; that of %.*s is open to objections and not counted"
                                             : "；%.*s的考核正在公布、可提异议，未计入",
                      TEXT_ARGS(buffer_get(&months)));
    buffer_fini(&months);
    buffer_text(&words, making_word(making, "。", "."));
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

static void say_parts(struct making *making, const struct pack_scheme *scheme, const struct annual *annual,
                      const struct assessment_run *runs, size_t count)
{
    bool whole = true;
    for (size_t i = 0; i < scheme->part_count; i++) whole = whole && annual->parts[i].runs > 0;
    if (!whole)
        document_say(
            making->document, BLOCK_TEXT,
            annual->scored_count == 0
                ? making_word(making, "本年度至今还没有办结的考核，没有全年得分、名次和等次。",
                              "No run of this year is closed so far: there are no points of the year, "
                              "ranks or grades.")
                : making_word(making,
                              "有的部分还没有办结的考核，全年得分、名次和等次尚不能得出；表中只列已有部分。",
                              "A part has no closed run yet, so that there are no points of the year, "
                              "ranks or grades; the table has the parts that there are."));
    for (size_t i = 0; i < scheme->part_count; i++) say_part(making, scheme, runs, count, i);
}

static int write_year(struct making *making, const struct bulletin_table *table, const struct annual *annual,
                      struct err *err)
{
    size_t count = annual->scored_count;
    struct row *rows = mem_new(count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        const struct annual_scored *one = &annual->scored[i];
        rows[i] = (struct row){one->id, {one->id, one->zh, one->en}, one->division, &one->total, one->parts};
    }
    int code = write_rows(making, table, rows, &count, err);
    free(rows);
    if (code == 0 && count == 0 && annual->scored_count > 0) making_nothing(making);
    return code;
}

static int rows_year(struct making *making, const struct bulletin_table *table, struct err *err)
{
    const struct bulletin_question *question = making->question;
    const struct pack_scheme *scheme = &making->pack->schemes[table->scheme];
    struct annual *annual = NULL;
    struct assessment_run *runs;
    struct arena arena = {0};
    size_t count = 0;
    int code = run_list(making->tools->database, table->scheme, question->year, &arena, &runs, &count, err);
    if (code == 0)
        code = annual_read(making->tools->database, table->scheme, question->year, question->month, &annual,
                           err);
    if (code == ERR_CONFLICT) { /* another scheme than the one that was adopted: no result, and why */
        document_say(making->document, BLOCK_TEXT, making_word(making, err->zh, err->en));
        code = 0;
    } else if (code == 0) {
        code = write_year(making, table, annual, err);
        if (code == 0) say_parts(making, scheme, annual, runs, count);
    }
    annual_free(annual);
    arena_fini(&arena);
    return code;
}

int rows_scored(struct making *making, const struct bulletin_table *table, struct err *err)
{
    return table->year ? rows_year(making, table, err) : rows_run(making, table, err);
}
