/* One family's archive: its own fields, the values of formulas about it, and what the rules say of it. All of
 * it is of the one record that record_get found in scope. */
#include <stdlib.h>

#include "base/mem.h"
#include "bulletin/making.h"
#include "formula/node.h"
#include "monitor/finding.h"
#include "monitor/gather.h"

/* ---- Formulas ---- */

static int evaluate(struct making *making, const struct program_root *roots, size_t count,
                    const struct frame *frame, struct program_result *results, struct err *err)
{
    const struct pack *pack = making->pack;
    const struct program_options how = {.as_of = making->document->as_of};
    uint32_t row = frame_row(frame, pack->subject, making->question->subject);
    struct program *program;
    if (row == FRAME_NO_ROW) return 0;
    const struct program_run_options run = {.threads = 1, .reg = pack->subject, .row = row};
    int code = program_new(&pack->schema, roots, count, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &run, results, err);
    program_free(program);
    return code;
}

/* What the page of the subject shows to everybody who may open it. */
static bool is_on_page(const struct pack *pack, const struct node *node)
{
    if (node->op != NODE_DEFINITION) return false;
    for (size_t i = 0; i < pack->page.definition_count; i++)
        if (pack->page.definitions[i] == node->index) return true;
    return false;
}

/* A figure tells no more than the rows it is made of: whoever may not read them sees those of the page. */
static bool may_see(const struct making *making, const struct node *node)
{
    const struct pack *pack = making->pack;
    const struct program_root root = {node, pack->subject};
    if (is_on_page(pack, node)) return true;
    struct frame_request request = gather_request(pack, &root, 1, false);
    bool may = true;
    for (size_t reg = 0; reg < pack->schema.register_count; reg++)
        for (size_t i = 0; i < pack->schema.registers[reg].field_count; i++)
            may = may && (!request.used[reg][i] || scope_may(making->question->scope, (int)reg, SCOPE_READ));
    gather_request_free(pack, &request);
    return may;
}

int subject_values(struct making *making, struct err *err)
{
    const struct pack *pack = making->pack;
    const struct pack_bulletin *bulletin = making->bulletin;
    size_t count = bulletin->figure_count;
    struct frame *frame = NULL;
    making->values = arena_array(&making->document->arena, count, sizeof *making->values);
    making->hidden = arena_array(&making->document->arena, count, sizeof *making->hidden);
    for (size_t i = 0; i < count; i++) making->values[i] = (struct value){0};
    for (size_t i = 0; i < count; i++) making->hidden[i] = !may_see(making, bulletin->figures[i].node);
    if (count == 0) return 0;
    struct program_root *roots = mem_new(count, sizeof *roots);
    struct program_result *results = mem_new(count, sizeof *results);
    for (size_t i = 0; i < count; i++)
        roots[i] = (struct program_root){bulletin->figures[i].node, pack->subject};
    struct frame_request request = gather_request(pack, roots, count, false);
    int code = frame_cache_get(making->tools->frames, making->tools->database, &request, FRAME_CACHE_NEWEST,
                               &frame, NULL, err);
    gather_request_free(pack, &request);
    if (code == 0) code = evaluate(making, roots, count, frame, results, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (results[i].rows == 0 || making->hidden[i]) continue;
        making->values[i] = program_result_get(&results[i], 0);
        making->values[i].text = arena_text(&making->document->arena, making->values[i].text);
    }
    if (code == 0) program_results_fini(results, count);
    if (frame != NULL) frame_free(frame);
    free(results);
    free(roots);
    return code;
}

/* ---- Its own fields ---- */

int rows_fields(struct making *making, const struct bulletin_table *table, struct err *err)
{
    enum { WIDTH = 4, NAME_SHARE = 3, VALUE_SHARE = 5 };
    const struct schema_register *reg = &making->pack->schema.registers[table->reg];
    struct document_column *columns = arena_array(&making->document->arena, WIDTH, sizeof *columns);
    for (size_t i = 0; i < WIDTH; i++) {
        bool name = i % 2 == 0;
        columns[i] = (struct document_column){.heading = name ? making_word(making, "项目", "Item")
                                                              : making_word(making, "内容", "Content"),
                                              .share = name ? NAME_SHARE : VALUE_SHARE,
                                              .align = DOCUMENT_LEFT};
    }
    struct document_table *out = document_table(making->document, columns, WIDTH);
    struct document_cell *cells = NULL;
    for (size_t i = 0; i < table->field_count; i++) {
        if (i % 2 == 0) cells = document_row(making->document, out);
        if (cells == NULL) return document_is_full(err);
        struct document_cell *pair = &cells[i % 2 * 2];
        making_cell_text(making, &pair[0],
                         label_in(&reg->fields[table->fields[i]].label, making->question->language));
        making_field(making, table->reg, table->fields[i], &making->record, &pair[1]);
    }
    return 0;
}

/* ---- What the rules say ---- */

struct warnings {
    struct rulebook_desk *desk;
    struct rulebook_day *day;
    struct frame *frame;
    struct describer *describer;
    struct finding_list found;
};

static void warnings_fini(struct warnings *warnings)
{
    finding_list_fini(&warnings->found);
    describer_free(warnings->describer);
    rulebook_desk_free(warnings->desk);
    if (warnings->frame != NULL) frame_free(warnings->frame);
    if (warnings->day != NULL) rulebook_close(warnings->day);
}

static int collect(const struct making *making, struct warnings *warnings, struct err *err)
{
    const struct bulletin_tools *tools = making->tools;
    int32_t as_of = making->document->as_of;
    int code = rulebook_open(tools->rulebook, as_of, &warnings->day, err);
    if (code == 0)
        code = rulebook_frame(tools->rulebook, tools->frames, tools->database, FRAME_CACHE_NEWEST,
                              &warnings->frame, NULL, err);
    if (code != 0) return code;
    uint32_t row = frame_row(warnings->frame, making->pack->subject, making->question->subject);
    warnings->describer = describer_new(making->pack, warnings->frame, as_of, making->question->language);
    describer_few(warnings->describer);
    warnings->desk = rulebook_desk_new();
    return row == FRAME_NO_ROW ? 0
                               : finding_collect(warnings->desk, warnings->day, making->pack, warnings->frame,
                                                 row, -1, FRAME_NO_ROW, &warnings->found, err);
}

static void fill_warning(struct making *making, const struct bulletin_column *column,
                         const struct finding_item *item, struct text sentence, int64_t number,
                         struct document_cell *cell)
{
    static const char *const zh_levels[] = {"高", "中", "低"}, *const en_levels[] = {"high", "medium", "low"};
    const struct pack_rule *rule = &making->pack->rules[item->rule];
    if (column->show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (column->show == SHOW_NAME)
        making_cell_text(making, cell, label_in(&rule->label, making->question->language));
    else if (column->show == SHOW_CLAUSE)
        making_cell_text(making, cell, pack_clause_id(making->pack, &rule->clause));
    else if (column->show == SHOW_LEVEL)
        making_cell_text(making, cell, making_word(making, zh_levels[rule->level], en_levels[rule->level]));
    else if (column->show == SHOW_STATE)
        making_cell_text(making, cell,
                         item->state == FINDING_HIT ? making_word(making, "成立", "holds")
                                                    : making_word(making, "待定", "undetermined"));
    else
        making_cell_text(making, cell, sentence);
}

static int write_warning(struct making *making, const struct bulletin_table *table, struct warnings *warnings,
                         const struct finding_item *item, struct document_table *out, struct err *err)
{
    struct description words;
    struct document_cell *cells = document_row(making->document, out);
    if (cells == NULL) return document_is_full(err);
    int code = finding_describe(warnings->describer, making->question->scope, making->pack, item,
                                making->question->language, &words, err);
    for (size_t i = 0; code == 0 && i < table->column_count; i++)
        fill_warning(making, &table->columns[i], item, words.sentence, (int64_t)out->row_count, &cells[i]);
    return code;
}

/* Faults of the data are the clerk's to mend and no part of a family's archive. What is certain first, and
 * the grave before the light. */
static int weight_of(const struct pack *pack, const struct finding_item *item)
{
    enum { UNCERTAIN = 10 };
    const struct pack_rule *rule = &pack->rules[item->rule];
    if (rule->kind == RULE_QUALITY) return -1;
    return (item->state == FINDING_HIT ? 0 : UNCERTAIN) + (int)rule->level;
}

int rows_warnings(struct making *making, const struct bulletin_table *table, struct err *err)
{
    enum { WEIGHTS = 20 };
    struct warnings warnings = {0};
    struct document_table *out = NULL;
    int code = collect(making, &warnings, err);
    for (int weight = 0; weight < WEIGHTS; weight++)
        for (size_t i = 0; code == 0 && i < warnings.found.count; i++) {
            if (weight_of(making->pack, &warnings.found.items[i]) != weight) continue;
            if (out == NULL)
                out = document_table(making->document, making_columns(making, table), table->column_count);
            code = write_warning(making, table, &warnings, &warnings.found.items[i], out, err);
        }
    if (code == 0 && out == NULL) making_nothing(making);
    if (code == 0 && out != NULL) making_as_of(making);
    warnings_fini(&warnings);
    return code;
}
