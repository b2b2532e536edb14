/* Who was scored, as the newest run of the scheme that everybody may see has it: published or closed, of the
 * year, up to the month. */
#include <stdlib.h>

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

/* Of a township's bulletin only what lies in the township; units are the county's. */
static bool is_wanted(const struct making *making, const struct run_scored *scored)
{
    int wanted = making->question->division;
    if (wanted < 0) return true;
    for (int at = scored->division; at >= 0; at = making->pack->divisions[at].parent)
        if (at == wanted) return true;
    return false;
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
                      const struct bulletin_column *column, const struct run_scored *scored, int64_t number,
                      struct document_cell *cell)
{
    const struct score_total *total = &scored->total;
    const struct label label = {scored->id, scored->zh, scored->en};
    bool ranked = total->rank > 0;
    if (column->show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (column->show == SHOW_RANK && ranked)
        making_cell_int(making, cell, total->rank);
    else if (column->show == SHOW_NAME)
        making_cell_text(making, cell, label_in(&label, making->question->language));
    else if (column->show == SHOW_POINTS)
        making_cell_number(making, cell, (struct number){.seen = true, .known = true, .value = total->points},
                           false);
    else if (column->show == SHOW_GRADE && ranked && total->grade >= 0)
        making_cell_text(making, cell,
                         label_in(&scheme->grades[total->grade].label, making->question->language));
    else if (column->show == SHOW_LISTS)
        fill_lists(making, scheme, total->lists, cell);
    else
        making_cell_text(making, cell, TEXT("—"));
}

static int by_rank(const void *a, const void *b)
{
    const struct run_scored *left = *(struct run_scored *const *)a, *right = *(struct run_scored *const *)b;
    if (left->total.rank != right->total.rank) {
        if (left->total.rank == 0 || right->total.rank == 0) return left->total.rank == 0 ? 1 : -1;
        return left->total.rank < right->total.rank ? -1 : 1;
    }
    return text_compare(left->id, right->id);
}

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

static int write_rows(struct making *making, const struct bulletin_table *table, const struct run_table *run,
                      struct err *err)
{
    struct run_scored **order = mem_new(run->scored_count + 1, sizeof(struct run_scored *));
    size_t count = 0;
    int code = 0;
    for (size_t i = 0; i < run->scored_count; i++)
        if (is_wanted(making, &run->scored[i])) order[count++] = &run->scored[i];
    if (count > 1) qsort(order, count, sizeof(struct run_scored *), by_rank);
    struct document_table *out = NULL;
    if (count > 0) out = document_table(making->document, making_columns(making, table), table->column_count);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct document_cell *cells = document_row(making->document, out);
        if (cells == NULL) code = document_is_full(err);
        for (size_t k = 0; code == 0 && k < table->column_count; k++)
            fill_cell(making, &making->pack->schemes[table->scheme], &table->columns[k], order[i],
                      (int64_t)i + 1, &cells[k]);
    }
    free(order);
    if (count == 0)
        making_nothing(making);
    else
        say_which(making, run);
    return code;
}

int rows_scored(struct making *making, const struct bulletin_table *table, struct err *err)
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
        if (code == 0) code = write_rows(making, table, run, err);
    }
    run_table_free(run);
    arena_fini(&arena);
    return code;
}
