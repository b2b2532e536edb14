/* A run as a workbook, so that what every point rests on can be looked at beside other papers. As on the
 * page: only those points that whoever asks may open. */
#include <unistd.h>

#include "api/call.h"
#include "api/routes.h"
#include "assessment/view.h"
#include "base/money.h"
#include "exchange/sheet_write.h"

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

enum { SCORE_COLUMNS = 11, LED_COLUMNS = 8 };

struct writing {
    const struct request *request;
    const struct run_table *table;
    struct sheet_writer *writer;
    bool zh;
};

static struct text word(const struct writing *writing, const char *zh, const char *en)
{
    return text_of(writing->zh ? zh : en);
}

static struct write_cell write_number(const struct value *value)
{
    return value->known ? (struct write_cell){.kind = WRITE_DECIMAL, .integer = value->integer}
                        : (struct write_cell){.kind = WRITE_BLANK};
}

static struct write_cell write_count(int64_t count)
{
    return (struct write_cell){.kind = WRITE_INT, .integer = count};
}

static struct text name_of(const struct writing *writing, const struct run_scored *scored)
{
    return writing->zh ? scored->zh : scored->en;
}

static struct text label_of(const struct writing *writing, const struct run_criterion *criterion)
{
    return writing->zh ? criterion->label_zh : criterion->label_en;
}

/* Where the points that count come from, in a word. */
static struct text origin_of(const struct writing *writing, const struct run_score *score)
{
    if (!score->given.known)
        return score->spared
                   ? word(writing, "不适用，分值由其余各项分担", "does not apply: shared out over the others")
                   : word(writing, "未评", "open");
    if (score->awarded.known) return word(writing, "异议复核后", "after an objection");
    if (score->computed.known) return word(writing, "按数据计算", "by the figure");
    return word(writing, "考核人员评分", "by the reviewer");
}

/* ---- Points ---- */

static int write_scores(struct writing *writing, struct err *err)
{
    const struct run_table *table = writing->table;
    const struct write_column columns[SCORE_COLUMNS] = {{word(writing, "考核对象", "Who is scored"), 24},
                                                        {word(writing, "计分项", "Criterion"), 28},
                                                        {word(writing, "满分", "Most"), 8},
                                                        {word(writing, "指标值", "Figure"), 10},
                                                        {word(writing, "计入", "Counted"), 8},
                                                        {word(writing, "未达到", "Missing"), 8},
                                                        {word(writing, "待核实", "Undetermined"), 8},
                                                        {word(writing, "按数据得分", "By figure"), 10},
                                                        {word(writing, "评分", "Reviewed"), 8},
                                                        {word(writing, "得分", "Points"), 8},
                                                        {word(writing, "来源", "Origin"), 28}};
    const struct write_sheet sheet = {
        .name = word(writing, "得分", "Points"), .columns = columns, .column_count = SCORE_COLUMNS};
    int code = sheet_writer_sheet(writing->writer, &sheet, err);
    for (size_t i = 0; code == 0 && i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        if (!view_opens(call_pack(writing->request), call_scope(writing->request), scored)) continue;
        for (size_t k = 0; code == 0 && k < table->criterion_count; k++) {
            const struct run_score *score = &scored->scores[k];
            const struct value most = {.known = true, .integer = score->most};
            const struct write_cell cells[SCORE_COLUMNS] = {
                write_text(name_of(writing, scored)),
                write_text(label_of(writing, &table->criteria[k])),
                write_number(&most),
                write_number(&score->figure),
                write_count(score->counted),
                write_count(score->missing),
                write_count(score->undetermined),
                write_number(&score->computed),
                write_number(&score->reviewed),
                write_number(&score->given),
                write_text(origin_of(writing, score))};
            code = sheet_writer_row(writing->writer, cells, SCORE_COLUMNS, err);
        }
    }
    return code;
}

/* ---- Indicators led ---- */

static int write_led(struct writing *writing, const struct run_scored *scored,
                     const struct run_criterion *criterion, const struct run_led *led, struct err *err)
{
    const struct pack *pack = call_pack(writing->request);
    const struct pack_indicator *indicator = led->indicator < 0 ? NULL : &pack->indicators[led->indicator];
    const struct value target = {.known = true, .integer = led->target};
    const char *language = writing->zh ? "zh" : "en";
    struct write_cell attained = {.kind = WRITE_BLANK};
    if (led->attained.known)
        attained =
            (struct write_cell){.kind = WRITE_RATIO, .ratio = (double)led->attained.integer / DECIMAL_ONE};
    const struct write_cell cells[LED_COLUMNS] = {
        write_text(name_of(writing, scored)),
        write_text(label_of(writing, criterion)),
        write_text(indicator != NULL ? label_in(&indicator->label, language) : led->name),
        write_text(indicator != NULL ? indicator->unit : TEXT("")),
        write_number(&led->figure),
        write_number(&target),
        attained,
        write_number(&led->points)};
    return sheet_writer_row(writing->writer, cells, LED_COLUMNS, err);
}

static bool has_led(const struct run_table *table)
{
    for (size_t k = 0; k < table->criterion_count; k++)
        if (table->criteria[k].kind == CRITERION_LED) return true;
    return false;
}

static int write_all_led(struct writing *writing, struct err *err)
{
    const struct run_table *table = writing->table;
    const struct write_column columns[LED_COLUMNS] = {
        {word(writing, "考核单位", "Unit"), 20},          {word(writing, "计分项", "Criterion"), 20},
        {word(writing, "牵头指标", "Indicator led"), 44}, {word(writing, "计量单位", "Unit of measure"), 10},
        {word(writing, "完成数", "Figure"), 12},          {word(writing, "目标", "Target"), 12},
        {word(writing, "完成程度", "Attained"), 10},      {word(writing, "得分", "Points"), 8}};
    const struct write_sheet sheet = {
        .name = word(writing, "牵头指标", "Indicators led"), .columns = columns, .column_count = LED_COLUMNS};
    if (!has_led(table)) return 0;
    int code = sheet_writer_sheet(writing->writer, &sheet, err);
    for (size_t i = 0; code == 0 && i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        if (!view_opens(call_pack(writing->request), call_scope(writing->request), scored)) continue;
        for (size_t k = 0; k < table->criterion_count; k++)
            for (size_t n = 0; code == 0 && n < scored->scores[k].led_count; n++)
                code = write_led(writing, scored, &table->criteria[k], &scored->scores[k].led[n], err);
    }
    return code;
}

/* ---- The whole ---- */

static int write_book(struct request *request, const struct run_table *table, const char *path,
                      struct err *err)
{
    struct writing writing = {
        .request = request, .table = table, .zh = text_is(text_of(request->language), "zh")};
    int code = sheet_writer_new(path, &writing.writer, err);
    if (code == 0) code = write_scores(&writing, err);
    if (code == 0) code = write_all_led(&writing, err);
    if (code == 0) code = sheet_writer_finish(writing.writer, err);
    sheet_writer_free(writing.writer);
    return code;
}

static int sheet_of(struct request *request, struct err *err)
{
    int64_t id = request_param_int(request, "id");
    struct run_table *table;
    int code = run_read(call_database(request), id, &table, err);
    if (code != 0) return code;
    if (!view_may(call_pack(request), call_scope(request),
                  principal_can(call_principal(request), ABILITY_ASSESS), &table->run))
        code = err_set(err, ERR_NOT_FOUND, "没有第 %lld 次考核", "There is no run %lld", (long long)id);
    const char *path =
        arena_printf(request->arena, "%s/uploads/%s.xlsx", call_app(request)->data, request->id);
    const char *name =
        arena_printf(request->arena, "%s-%lld.xlsx",
                     text_is(text_of(request->language), "zh") ? "考核得分" : "assessment", (long long)id);
    if (code == 0) {
        code = write_book(request, table, path, err);
        if (code == 0) code = reply_file(request, path, XLSX, name, true, err);
        if (code != 0) unlink(path);
    }
    run_table_free(table);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/assessments/runs/{id:int}/points.xlsx",
     .who = "dashboard",
     .name = "getAssessmentSheet",
     .zh = "一次考核的得分和牵头指标，表格文件",
     .en = "The points of a run and the indicators led, as a workbook",
     .out_type = XLSX,
     .handler = sheet_of},
};

const struct route_list assessment_sheet_routes = {routes, sizeof routes / sizeof *routes};
