/* The workbook that goes to the townships: who is on which list, where they live, and why, in words. */
#include "monitor/lists.h"

#include "base/date.h"
#include "exchange/sheet_write.h"
#include "formula/formula.h"

struct lists {
    const struct pack *pack;
    const struct screening *screening;
    struct finder *finder;
    bool english;
    struct sheet_writer *writer;
    void (*progress)(void *context, uint64_t done);
    void *context;
    uint64_t done;
};

static struct text say(const struct lists *lists, const char *zh, const char *en)
{
    return text_of(lists->english ? en : zh);
}

static struct write_cell number(int64_t value)
{
    return (struct write_cell){.kind = WRITE_INT, .integer = value};
}

static struct text level_name(const struct lists *lists, enum rule_level level)
{
    switch (level) {
    case LEVEL_HIGH:
        return say(lists, "高", "high");
    case LEVEL_MEDIUM:
        return say(lists, "中", "medium");
    case LEVEL_LOW:
        return say(lists, "低", "low");
    }
    return TEXT("");
}

static int overview_row(struct lists *lists, const struct screening_rule *rule, struct err *err)
{
    const struct pack_rule *meta = &lists->pack->rules[rule->rule];
    const char *language = lists->english ? "en" : "zh";
    struct buffer formula = {0};
    formula_print(&lists->pack->schema, meta->node, language, &formula);
    struct write_cell compared = rule->previous == 0 ? (struct write_cell){0} : number(rule->fresh);
    struct write_cell cleared = rule->previous == 0 ? (struct write_cell){0} : number(rule->cleared);
    struct write_cell cells[] = {
        write_text(label_in(&meta->label, language)),
        write_text(pack_clause_id(lists->pack, &meta->clause)),
        write_text(label_in(&lists->pack->schema.registers[meta->scope].label, language)),
        write_text(level_name(lists, meta->level)),
        number(rule->records),
        number(rule->hits),
        number(rule->undetermined),
        compared,
        cleared,
        write_text(meta->unit < 0 ? TEXT("") : label_in(&lists->pack->units[meta->unit].label, language)),
        write_text(buffer_get(&formula)),
        write_text(meta->note)};
    int code = sheet_writer_row(lists->writer, cells, sizeof cells / sizeof cells[0], err);
    buffer_fini(&formula);
    return code;
}

static int write_overview(struct lists *lists, struct err *err)
{
    const struct write_column columns[] = {
        {say(lists, "规则", "Rule"), 30},         {say(lists, "条款", "Clause"), 12},
        {say(lists, "登记簿", "Register"), 12},   {say(lists, "级别", "Level"), 8},
        {say(lists, "记录数", "Records"), 10},    {say(lists, "命中", "Hits"), 10},
        {say(lists, "待定", "Undetermined"), 13}, {say(lists, "新增", "New"), 8},
        {say(lists, "解除", "Cleared"), 8},       {say(lists, "跟进单位", "Followed up by"), 20},
        {say(lists, "公式", "Formula"), 60},      {say(lists, "说明", "Note"), 60}};
    char as_of[DATE_TEXT];
    struct buffer title = {0};
    buffer_text(&title, lists->english ? lists->pack->title_en : lists->pack->title_zh);
    if (lists->screening->run == 0)
        buffer_string(&title, lists->english ? " · past facts, not stored" : " · 按过去录入的事实，不存档");
    else
        buffer_printf(&title, lists->english ? " · screening %lld" : " · 第%lld次筛查",
                      (long long)lists->screening->run);
    buffer_printf(&title, lists->english ? " as of %s" : " · 截至%s",
                  date_format(lists->screening->as_of, as_of));
    struct text titles[] = {buffer_get(&title)};
    struct write_sheet sheet = {.name = say(lists, "总表", "Overview"),
                                .columns = columns,
                                .column_count = sizeof columns / sizeof columns[0],
                                .titles = titles,
                                .title_count = 1};
    int code = sheet_writer_sheet(lists->writer, &sheet, err);
    for (size_t i = 0; code == 0 && i < lists->screening->rule_count; i++)
        code = overview_row(lists, &lists->screening->rules[i], err);
    buffer_fini(&title);
    return code;
}

static int finding_row(struct lists *lists, const struct pack_rule *meta, const struct finding_at *at,
                       struct err *err)
{
    struct description description;
    int code = describe(at->describer, meta->node, meta->scope, at->row, &description, err);
    if (code != 0) return code;
    bool hit = at->state == FINDING_HIT;
    struct write_cell cells[] = {
        write_text(description.township),
        write_text(description.village),
        write_text(description.record),
        write_text(hit ? say(lists, "命中", "hit") : say(lists, "待定", "undetermined")),
        write_text(at->fresh ? say(lists, "新增", "new") : TEXT("")),
        write_text(description.sentence),
        write_text(description.missing)};
    if (!hit) cells[3].colour = WRITE_YELLOW;
    if (lists->progress != NULL) lists->progress(lists->context, ++lists->done);
    return sheet_writer_row(lists->writer, cells, sizeof cells / sizeof cells[0], err);
}

static int write_findings(struct lists *lists, size_t rule, enum finding wanted, struct err *err)
{
    const struct pack_rule *meta = &lists->pack->rules[lists->screening->rules[rule].rule];
    struct findings *findings;
    struct finding_at at;
    bool more = true;
    int code = findings_open(lists->finder, rule, (int)wanted, INT64_MAX, &findings, err);
    while (code == 0 && (code = findings_next(findings, &at, &more, err)) == 0 && more)
        code = finding_row(lists, meta, &at, err);
    findings_close(findings);
    return code;
}

static int write_list(struct lists *lists, size_t rule, struct err *err)
{
    const struct pack_rule *meta = &lists->pack->rules[lists->screening->rules[rule].rule];
    const struct write_column columns[] = {{say(lists, "乡镇", "Township"), 14},
                                           {say(lists, "村", "Village"), 16},
                                           {say(lists, "记录", "Record"), 34},
                                           {say(lists, "结果", "Result"), 10},
                                           {say(lists, "新增", "New"), 8},
                                           {say(lists, "原因", "Reason"), 80},
                                           {say(lists, "缺少的事实", "Missing facts"), 60}};
    struct write_sheet sheet = {.name = label_in(&meta->label, lists->english ? "en" : "zh"),
                                .columns = columns,
                                .column_count = sizeof columns / sizeof columns[0]};
    int code = sheet_writer_sheet(lists->writer, &sheet, err);
    if (code == 0) code = write_findings(lists, rule, FINDING_HIT, err);
    if (code == 0) code = write_findings(lists, rule, FINDING_UNDETERMINED, err);
    return code;
}

int lists_write(const struct pack *pack, const struct screening *screening, struct finder *finder,
                const char *language, const char *path, void (*progress)(void *context, uint64_t done),
                void *context, struct err *err)
{
    struct lists lists = {.pack = pack,
                          .screening = screening,
                          .finder = finder,
                          .english = language[0] == 'e',
                          .progress = progress,
                          .context = context};
    int code = sheet_writer_new(path, &lists.writer, err);
    if (code == 0) code = write_overview(&lists, err);
    for (size_t i = 0; code == 0 && i < screening->rule_count; i++)
        if (screening->rules[i].hits + screening->rules[i].undetermined > 0)
            code = write_list(&lists, i, err);
    if (code == 0) code = sheet_writer_finish(lists.writer, err);
    sheet_writer_free(lists.writer);
    return code;
}
