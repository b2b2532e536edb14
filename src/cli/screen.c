/* zengshou screen: runs the rules and prints this month's picture. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/progress.h"
#include "casework/clues.h"
#include "cli/engine_words.h"
#include "cli/recorded.h"
#include "cli/report.h"
#include "cli/work.h"
#include "monitor/categories.h"
#include "monitor/lists.h"
#include "monitor/missing.h"
#include "monitor/screening.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"as-of", ARGUMENT_DATE, "DATE", true, "截至日期，如 2022-09-30", "as of this date, such as 2022-09-30"},
    {"rule", ARGUMENT_LIST, "NAME", false, "只运行这条规则（可多次）",
     "run only this rule (may be repeated)"},
    {"out", ARGUMENT_TEXT, "LISTS.xlsx", false, "把名单写成工作簿，一张表一份名单",
     "write the lists as a workbook, one sheet a list"},
    {"threads", ARGUMENT_NUMBER, "N", false, "线程数，默认等于处理器数",
     "threads; as many as processors by default"},
    {"no-cases", ARGUMENT_FLAG, NULL, false, "只筛查，不按线索立办件",
     "only screen; open no cases for what is found"},
    RECORDED_ARGUMENT,
    ENGINE_ARGUMENTS,
    {"show-sql", ARGUMENT_FLAG, NULL, false, "只显示 --engine sql 会用的语句，不筛查",
     "only show the statements that --engine sql would use"},
    {0}};

struct picture {
    struct cli *cli;
    const struct pack *pack;
    const struct screening *screening;
    struct database *database;
    struct finder *finder;
    struct report *report;
    const struct recorded *recorded;
    const struct clues_report *cases; /* NULL: none were to be opened */
};

/* A screening of the past has no number: it is not among those that months are compared with. */
static void print_past_heading(const struct picture *picture)
{
    const struct screening *screening = picture->screening;
    char as_of[DATE_TEXT];
    report_line(picture->report,
                "按过去录入的事实筛查，截至%s，不存档，也不与别次筛查相比（装载%lld毫秒，计算%lld毫秒）",
                "Screening of past facts as of %s, neither stored nor compared with another (loaded in %lld "
                "ms, computed in %lld ms)",
                date_format(screening->as_of, as_of), (long long)screening->load_ms,
                (long long)screening->run_ms);
    recorded_say(picture->report, picture->cli, picture->recorded);
    if (picture->cli->json) report_text(picture->report, "as_of", "", "", text_of(as_of));
}

static void print_heading(const struct picture *picture)
{
    const struct screening *screening = picture->screening;
    struct report *report = picture->report;
    char as_of[DATE_TEXT];
    report_line(report, "第%lld次筛查，截至%s%s（装载%lld毫秒，计算%lld毫秒）",
                "Screening %lld as of %s%s (loaded in %lld ms, computed in %lld ms)",
                (long long)screening->run, date_format(screening->as_of, as_of),
                screening->repeated ? cli_say(picture->cli, "，数据没有变化，沿用上次结果",
                                              ", nothing has changed since, the same run")
                                    : "",
                (long long)screening->load_ms, (long long)screening->run_ms);
    if (!picture->cli->json) return;
    report_int(report, "run", "", "", screening->run);
    report_bool(report, "repeated", "", "", screening->repeated);
    report_text(report, "as_of", "", "", text_of(as_of));
}

/* ---- What becomes work for somebody ---- */

static int open_cases(struct database *database, int64_t run, struct clues_report *report, struct err *err)
{
    const struct case_moment moment = {.now = (int64_t)time(NULL), .today = date_today()};
    struct casework *casework;
    int code = casework_open(database, NULL, &casework, err);
    if (code != 0) return code;
    code = clues_bring(casework, moment, run, NULL, report, err);
    casework_close(casework);
    return code;
}

static void print_cases(const struct picture *picture)
{
    const struct clues_report *cases = picture->cases;
    struct report *report = picture->report;
    if (cases == NULL) return;
    report_int(report, "cases_opened", "新立办件", "Cases opened", (int64_t)cases->opened);
    report_int(report, "cases_proposed", "放在已有办件旁的建议", "Proposals beside open cases",
               (int64_t)cases->beside);
    report_int(report, "cases_known", "以前提过的线索", "Clues brought before", (int64_t)cases->known);
    if (cases->failed == 0) return;
    report_int(report, "cases_failed", "未能立件的线索", "Clues of which no case could be made",
               (int64_t)cases->failed);
    report_line(report, "其中第一条：%s%.0s", "The first of them: %.0s%s", cases->first.zh, cases->first.en);
}

/* Subjects and people by a CODE field; where a blank says nothing, it has a line of its own. */
static int print_categories(const struct picture *picture, int field, bool blank_is_unknown, const char *key,
                            struct err *err)
{
    const struct pack *pack = picture->pack;
    struct categories categories;
    if (field < 0) return 0;
    int code = categories_count(picture->database, picture->screening, field, &categories, err);
    const struct schema_field *by = &pack->schema.registers[pack->subject].fields[field];
    const struct schema_code *codes = pack->schema.dictionaries[by->type.dictionary].codes;
    struct buffer title = {0};
    buffer_text(&title, label_in(&by->label, picture->cli->language));
    report_table(picture->report, key, title.data, title.data);
    buffer_fini(&title);
    report_column(picture->report, "category", "类别", "Category", false);
    report_column(picture->report, "records", "户数", "Records", true);
    if (categories.has_people) report_column(picture->report, "people", "人数", "People", true);
    for (size_t i = 0; code == 0 && i <= categories.codes; i++) {
        bool blank = i == categories.codes;
        if (blank && (categories.subjects[i] == 0 || !blank_is_unknown)) continue;
        report_cell(picture->report, blank ? text_of(cli_say(picture->cli, "未知", "unknown"))
                                           : label_in(&codes[i].label, picture->cli->language));
        report_cell_int(picture->report, categories.subjects[i]);
        if (categories.has_people) report_cell_int(picture->report, categories.people[i]);
    }
    categories_fini(&categories);
    return code;
}

static void rule_columns(const struct picture *picture)
{
    struct report *report = picture->report;
    if (picture->cli->json) {
        report_column(report, "name", "", "", false);
        report_column(report, "kind", "", "", false);
    }
    report_column(report, "rule", "规则", "Rule", false);
    report_column(report, "clause", "条款", "Clause", false);
    report_column(report, "register", "登记簿", "Register", false);
    report_column(report, "records", "记录数", "Records", true);
    report_column(report, "hits", "命中", "Hits", true);
    report_column(report, "undetermined", "待定", "Undetermined", true);
    report_column(report, "new", "新增", "New", true);
    report_column(report, "cleared", "解除", "Cleared", true);
}

static void rule_cells(const struct picture *picture, const struct screening_rule *rule)
{
    static const char *const kinds[] = {
        [RULE_LIST] = "list", [RULE_WARNING] = "warning", [RULE_QUALITY] = "quality"};
    struct report *report = picture->report;
    const struct pack_rule *meta = &picture->pack->rules[rule->rule];
    if (picture->cli->json) {
        report_cell(report, meta->label.name);
        report_cell(report, text_of(kinds[meta->kind]));
    }
    report_cell(report, label_in(&meta->label, picture->cli->language));
    report_cell(report, pack_clause_id(picture->pack, &meta->clause));
    report_cell(report,
                label_in(&picture->pack->schema.registers[meta->scope].label, picture->cli->language));
    report_cell_int(report, rule->records);
    report_cell_int(report, rule->hits);
    report_cell_int(report, rule->undetermined);
    if (rule->previous == 0)
        report_cell_null(report);
    else
        report_cell_int(report, rule->fresh);
    if (rule->previous == 0)
        report_cell_null(report);
    else
        report_cell_int(report, rule->cleared);
}

static bool is_silent(const struct screening_rule *rule)
{
    return rule->hits == 0 && rule->undetermined == 0 && rule->cleared == 0;
}

/* People read the rules by kind; data checks that found nothing are only counted, there are so many of them.
 */
static void print_kind(const struct picture *picture, enum rule_kind kind, const char *zh, const char *en)
{
    const struct screening *screening = picture->screening;
    size_t shown = 0, silent = 0;
    for (size_t i = 0; i < screening->rule_count; i++) {
        const struct screening_rule *rule = &screening->rules[i];
        if (picture->pack->rules[rule->rule].kind != kind) continue;
        if (kind == RULE_QUALITY && is_silent(rule)) {
            silent++;
            continue;
        }
        if (shown++ == 0) {
            report_table(picture->report, "rules", zh, en);
            rule_columns(picture);
        }
        rule_cells(picture, rule);
    }
    if (silent > 0)
        report_line(picture->report, "另有%zu条数据质量规则没有命中。", "%zu more data checks found nothing.",
                    silent);
}

static void print_rules(const struct picture *picture)
{
    if (!picture->cli->json) {
        print_kind(picture, RULE_LIST, "名单", "Lists");
        print_kind(picture, RULE_WARNING, "预警", "Warnings");
        print_kind(picture, RULE_QUALITY, "数据质量", "Data quality");
        return;
    }
    report_table(picture->report, "rules", "", "");
    rule_columns(picture);
    for (size_t i = 0; i < picture->screening->rule_count; i++)
        rule_cells(picture, &picture->screening->rules[i]);
}

static void draw(void *context, uint64_t done)
{
    progress_update(context, done);
}

static int print_missing(const struct picture *picture, struct err *err)
{
    const struct schema *schema = &picture->pack->schema;
    struct missing_summary summary;
    uint64_t total = 0;
    for (size_t i = 0; i < picture->screening->rule_count; i++)
        total += (uint64_t)picture->screening->rules[i].undetermined;
    struct progress progress =
        progress_start(cli_say(picture->cli, "查找缺少的事实", "Finding missing facts"), total);
    int code =
        missing_summarise(picture->screening, picture->finder, picture->pack, draw, &progress, &summary, err);
    progress_finish(&progress);
    if (code != 0) return code;
    report_table(picture->report, "missing", "待定记录缺少的事实", "What the undetermined records lack");
    report_column(picture->report, "register", "登记簿", "Register", false);
    report_column(picture->report, "fact", "缺少的事实", "Missing fact", false);
    report_column(picture->report, "findings", "涉及待定", "Undetermined", true);
    report_column(picture->report, "rules", "涉及规则", "Rules", true);
    for (size_t i = 0; i < summary.count; i++) {
        const struct missing_fact *item = &summary.items[i];
        const struct schema_register *reg = &schema->registers[item->reg];
        report_cell(picture->report, label_in(&reg->label, picture->cli->language));
        report_cell(picture->report, item->field < 0
                                         ? text_of(cli_say(picture->cli, "（整条未报）", "(no record)"))
                                         : label_in(&reg->fields[item->field].label, picture->cli->language));
        report_cell_int(picture->report, item->findings);
        report_cell_int(picture->report, item->rules);
    }
    missing_summary_fini(&summary);
    return 0;
}

/* The first hits of a highlighted rule with the sentence that says why. */
static int print_highlight(const struct picture *picture, size_t number, struct err *err)
{
    enum { SHOWN = 10 };
    const struct screening_rule *rule = &picture->screening->rules[number];
    const struct pack_rule *meta = &picture->pack->rules[rule->rule];
    struct buffer title = {0};
    buffer_printf(&title,
                  cli_say(picture->cli, "%.*s（共%lld，列出前%d）", "%.*s (%lld in all, the first %d)"),
                  TEXT_ARGS(label_in(&meta->label, picture->cli->language)), (long long)rule->hits,
                  rule->hits < SHOWN ? (int)rule->hits : SHOWN);
    struct buffer key = {0};
    buffer_text(&key, meta->label.name);
    report_table(picture->report, key.data, title.data, title.data);
    report_column(picture->report, "township", "乡镇", "Township", false);
    report_column(picture->report, "village", "村", "Village", false);
    report_column(picture->report, "record", "记录", "Record", false);
    report_column(picture->report, "reason", "原因", "Reason", false);
    struct findings *findings;
    struct finding_at at;
    bool more = true;
    int code = findings_open(picture->finder, number, FINDING_HIT, SHOWN, &findings, err);
    while (code == 0 && (code = findings_next(findings, &at, &more, err)) == 0 && more) {
        struct description description;
        code = describe(at.describer, meta->node, meta->scope, at.row, &description, err);
        if (code != 0) break;
        report_cell(picture->report, description.township);
        report_cell(picture->report, description.village);
        report_cell(picture->report, description.record);
        report_cell(picture->report, description.sentence);
    }
    findings_close(findings);
    buffer_fini(&title);
    buffer_fini(&key);
    return code;
}

static int print_highlights(const struct picture *picture, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < picture->pack->highlight_count; i++)
        for (size_t j = 0; code == 0 && j < picture->screening->rule_count; j++)
            if (picture->screening->rules[j].rule == picture->pack->highlights[i])
                code = print_highlight(picture, j, err);
    return code;
}

static int write_lists(const struct picture *picture, const char *path, struct err *err)
{
    uint64_t total = 0;
    for (size_t i = 0; i < picture->screening->rule_count; i++)
        total += (uint64_t)(picture->screening->rules[i].undetermined + picture->screening->rules[i].hits);
    struct progress progress = progress_start(cli_say(picture->cli, "写出名单", "Writing the lists"), total);
    int code = lists_write(picture->pack, picture->screening, picture->finder, picture->cli->language, path,
                           draw, &progress, err);
    progress_finish(&progress);
    if (code == 0) report_text(picture->report, "lists", "名单工作簿", "Lists written to", text_of(path));
    return code;
}

static int print_picture(struct cli *cli, struct database *database, const struct screening *screening,
                         const struct recorded *recorded, const struct clues_report *cases, const char *lists,
                         struct err *err)
{
    struct picture picture = {.cli = cli,
                              .pack = database_pack(database),
                              .screening = screening,
                              .database = database,
                              .finder = finder_new(database, screening, cli->language),
                              .report = report_new(cli),
                              .recorded = recorded,
                              .cases = cases};
    if (screening->run == 0)
        print_past_heading(&picture);
    else
        print_heading(&picture);
    print_cases(&picture);
    int code = print_categories(&picture, picture.pack->category, true, "categories", err);
    if (code == 0) code = print_categories(&picture, picture.pack->subcategory, false, "subcategories", err);
    if (code == 0) print_rules(&picture);
    if (code == 0) code = print_missing(&picture, err);
    if (code == 0) code = print_highlights(&picture, err);
    report_line(picture.report, "%s", "%s", "");
    if (code == 0 && lists != NULL) code = write_lists(&picture, lists, err);
    engine_say(picture.report, cli, &screening->engine);
    if (code == 0) report_print(picture.report);
    finder_free(picture.finder);
    report_free(picture.report);
    return code;
}

static int choose_rules(const struct pack *pack, const struct arguments *arguments, int *rules,
                        struct err *err)
{
    for (size_t i = 0; i < argument_count(arguments, "rule"); i++) {
        const char *name = argument_item(arguments, "rule", i);
        int code = work_rule(pack, name, &rules[i], err);
        if (code != 0) return code;
        for (size_t j = 0; j < i; j++)
            if (rules[j] == rules[i])
                return err_set(err, ERR_INPUT, "规则“%s”写了两次。", "Rule '%s' is given twice.", name);
    }
    return 0;
}

/* For whoever looks after the database and wants to see what it will be asked. */
static int show_statements(struct database *database, const struct screening_options *how, struct err *err)
{
    struct buffer sql = {0};
    int code = screening_statements(database, how, &sql, err);
    if (code == 0) fwrite(sql.data, 1, sql.size, stdout);
    buffer_fini(&sql);
    return code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    struct database *database = work_open(cli, arguments, argument_text(arguments, "recorded") != NULL);
    if (database == NULL) return EXIT_FAILED;
    size_t count = argument_count(arguments, "rule");
    int *rules = mem_new(count, sizeof *rules);
    struct screening *screening = NULL;
    struct recorded recorded = {0};
    struct clues_report cases = {0};
    struct screening_options how = {.as_of = argument_date(arguments, "as-of", 0),
                                    .rules = count > 0 ? rules : NULL,
                                    .rule_count = count,
                                    .threads = (int)argument_number(arguments, "threads", 0),
                                    .actor = TEXT("cli")};
    int code = choose_rules(database_pack(database), arguments, rules, &err);
    if (code == 0) code = engine_wish_read(arguments, &how.wish, &err);
    if (code == 0) code = recorded_read(database, arguments, &recorded, &err);
    how.entry = recorded.entry;
    if (code == 0 && argument_flag(arguments, "show-sql")) {
        code = show_statements(database, &how, &err);
    } else {
        if (code == 0) code = screening_run(database, &how, &screening, &err);
        bool opens = code == 0 && screening->run != 0 && database_pack(database)->clue_count > 0 &&
                     !argument_flag(arguments, "no-cases");
        if (opens) code = open_cases(database, screening->run, &cases, &err);
        if (code == 0)
            code = print_picture(cli, database, screening, &recorded, opens ? &cases : NULL,
                                 argument_text(arguments, "out"), &err);
    }
    screening_free(screening);
    recorded_fini(&recorded);
    free(rules);
    database_close(database);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

const struct command command_screen = {"screen",
                                       "按月筛查：运行全部规则，存档并给出名单和原因",
                                       "run all rules, store the run, give lists with reasons",
                                       positionals,
                                       options,
                                       run};
