/* zengshou explain: why a rule or formula has its value for one record. */
#include "base/mem.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/explain.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "monitor/place.h"
#include "register/frame_load.h"

static const struct argument_spec positionals[] = {
    {"REGISTER", ARGUMENT_TEXT, NULL, true, "登记簿，如 household", "register, such as household"},
    {"KEY", ARGUMENT_TEXT, NULL, true, "记录的编号，如户编号", "the record's key, such as the household number"},
    {"RULE|FORMULA", ARGUMENT_TEXT, NULL, true, "规则名、定义名或公式", "name of a rule or definition, or a formula"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "截至日期，默认今天", "as of this date; today by default"},
    {"all", ARGUMENT_FLAG, NULL, false, "列出整棵推算树，不只是起决定作用的部分", "the whole tree, not only what the answer hangs on"},
    {0}};

struct question {
    struct database *database;
    const struct pack *pack;
    int reg, rule;
    const struct node *node;
    int64_t id;
    int32_t as_of;
    bool whole;
    struct arena arena;
};

static void print_missing(struct report *report, struct explainer *explainer, const struct question *question,
                          const struct frame *frame, const struct explain *explain, const char *language)
{
    struct buffer line = {0};
    report_table(report, "missing", "缺少的事实", "Missing facts");
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "fact", "事实", "Fact", false);
    for (size_t i = 0; i < explain->missing_count; i++) {
        const struct explain_missing *missing = &explain->missing[i];
        bool absent = missing->row == FRAME_NO_ROW;
        int reg = absent ? missing->parent_reg : missing->reg;
        buffer_clear(&line);
        if (reg >= 0) place_record(question->pack, frame, reg, absent ? missing->parent_row : missing->row, &line);
        report_cell(report, buffer_get(&line));
        buffer_clear(&line);
        explain_missing_print(explainer, missing, language, &line);
        report_cell(report, buffer_get(&line));
    }
    buffer_fini(&line);
}

static void print_tree(struct report *report, struct text tree)
{
    report_line(report, "%s", "%s", "");
    while (tree.size > 0) {
        ptrdiff_t end = text_find(tree, TEXT("\n"));
        size_t size = end < 0 ? tree.size : (size_t)end;
        report_line(report, "%.*s", "%.*s", (int)size, tree.at);
        size += end < 0 ? 0 : 1;
        tree = (struct text){tree.at + size, tree.size - size};
    }
}

static void print_answer(struct cli *cli, const struct question *question, const struct frame *frame,
                         struct explainer *explainer, const struct explain *explain)
{
    const struct schema *schema = &question->pack->schema;
    struct report *report = report_new(cli);
    struct buffer line = {0};
    place_record(question->pack, frame, question->reg, explain->root.row, &line);
    report_text(report, "record", "记录", "Record", buffer_get(&line));
    buffer_clear(&line);
    if (question->rule >= 0) {
        const struct pack_rule *rule = &question->pack->rules[question->rule];
        report_text(report, "rule", "规则", "Rule", label_in(&rule->label, cli->language));
        report_text(report, "clause", "条款", "Clause", pack_clause_id(question->pack, &rule->clause));
    }
    formula_print(schema, question->node, cli->language, &line);
    report_text(report, "formula", "公式", "Formula", buffer_get(&line));
    buffer_clear(&line);
    value_format(schema, question->node->type, &explain->root.value, cli->language, &line);
    report_text(report, "value", "结果", "Value", buffer_get(&line));
    buffer_clear(&line);
    explain_sentence(explainer, explain, cli->language, &line);
    report_text(report, "sentence", "说明", "Because", buffer_get(&line));
    buffer_clear(&line);
    if (explain->missing_count > 0) print_missing(report, explainer, question, frame, explain, cli->language);
    explain_tree(explainer, explain, cli->language, question->whole, &line);
    if (cli->json) report_text(report, "tree", "", "", buffer_get(&line));
    else print_tree(report, buffer_get(&line));
    report_print(report);
    report_free(report);
    buffer_fini(&line);
}

static int answer(struct cli *cli, struct question *question, struct err *err)
{
    struct frame *frame = NULL;
    struct program_root root = {question->node, question->reg};
    int code = gather_frame(question->database, &root, 1, false, 0, &frame, err);
    if (code != 0) return code;
    struct placer placer = {question->pack, frame};
    struct explainer *explainer = explainer_new(&question->pack->schema, frame, question->as_of);
    explainer_names(explainer, place_name, &placer);
    struct explain explain;
    uint32_t row = frame_row(frame, question->reg, question->id);
    code = explain_record(explainer, question->node, question->reg, row, &question->arena, &explain, err);
    if (code == 0) print_answer(cli, question, frame, explainer, &explain);
    explainer_free(explainer);
    frame_free(frame);
    return code;
}

static int ask(struct cli *cli, const struct arguments *arguments, struct question *question, struct err *err)
{
    const char *key = argument_text(arguments, "KEY");
    int code = work_register(question->pack, argument_text(arguments, "REGISTER"), &question->reg, err);
    if (code == 0)
        code = work_formula(question->pack, &question->arena, question->reg, argument_text(arguments, "RULE|FORMULA"),
                            &question->node, &question->rule, err);
    if (code == 0) code = record_find(question->database, question->reg, text_of(key), &question->id, err);
    if (code == 0 && question->id == 0)
        code = err_set(err, ERR_NOT_FOUND, "没有编号为“%s”的记录。", "There is no record with the key '%s'.", key);
    return code != 0 ? code : answer(cli, question, err);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct question question = {.as_of = argument_date(arguments, "as-of", argument_today()),
                                .whole = argument_flag(arguments, "all")};
    struct err err = {0};
    question.database = work_open(cli, arguments, true);
    if (question.database == NULL) return EXIT_FAILED;
    question.pack = database_pack(question.database);
    int status = ask(cli, arguments, &question, &err) == 0 ? EXIT_DONE : cli_fail(cli, &err);
    arena_fini(&question.arena);
    database_close(question.database);
    return status;
}

const struct command command_explain = {"explain", "说明一条记录为什么命中（或不命中）一条规则",
                                        "say why a record has a rule's or formula's value", positionals, options, run};
