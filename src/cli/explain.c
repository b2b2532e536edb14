/* zengshou explain: why a rule or formula has its value for one record. */
#include "base/mem.h"
#include "base/date.h"
#include "cli/explain_members.h"
#include "cli/log_words.h"
#include "cli/recorded.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/explain.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "monitor/local.h"
#include "monitor/place.h"
#include "monitor/sources.h"
#include "monitor/stored.h"
#include "register/adopted.h"
#include "register/former.h"
#include "register/frame_load.h"

static const struct argument_spec positionals[] = {
    {"REGISTER", ARGUMENT_TEXT, NULL, true, "登记簿，如 household", "register, such as household"},
    {"KEY", ARGUMENT_TEXT, NULL, true, "记录的编号，如户编号",
     "the record's key, such as the household number"},
    {"RULE|FORMULA", ARGUMENT_TEXT, NULL, true, "规则名、定义名或公式",
     "name of a rule or definition, or a formula"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "截至日期，默认今天", "as of this date; today by default"},
    {"run", ARGUMENT_NUMBER, "N", false, "按第N次筛查的日期和当时的事实",
     "with the date and the facts of screening N"},
    RECORDED_ARGUMENT,
    {"all", ARGUMENT_FLAG, NULL, false, "列出整棵推算树，不只是起决定作用的部分",
     "the whole tree, not only what the answer hangs on"},
    {0}};

struct question {
    struct database *database;
    const struct pack *pack;
    int reg, rule;
    const struct node *node;
    int64_t id;
    int32_t as_of;
    bool whole;
    struct stored_run run; /* id 0: without --run */
    struct recorded recorded;
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
        if (reg >= 0)
            place_record(question->pack, frame, reg, absent ? missing->parent_row : missing->row, &line);
        report_cell(report, buffer_get(&line));
        buffer_clear(&line);
        explain_missing_print(explainer, missing, language, &line);
        report_cell(report, buffer_get(&line));
    }
    buffer_fini(&line);
}

/* People get the first ones; scripts get all. */
static void print_sources(struct report *report, const struct cli *cli, const struct question *question,
                          const struct frame *frame, const struct sources *sources)
{
    enum { SHOWN = 20 };
    size_t shown = cli->json || question->whole || sources->count < SHOWN ? sources->count : SHOWN;
    struct buffer line = {0};
    report_table(report, "facts", "所依据的事实及其来源", "The facts it rests on, and where they come from");
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "fact", "事实", "Fact", false);
    report_column(report, "value", "值", "Value", true);
    report_column(report, "source", "来源", "Source", false);
    if (cli->json) report_column(report, "at", "", "", false);
    if (cli->json) report_column(report, "actor", "", "", false);
    report_column(report, "entry", "日志", "Log entry", true);
    for (size_t i = 0; i < shown; i++) {
        const struct source_fact *fact = &sources->items[i];
        const struct schema_register *reg = &question->pack->schema.registers[fact->reg];
        buffer_clear(&line);
        place_record(question->pack, frame, fact->reg, fact->row, &line);
        report_cell(report, buffer_get(&line));
        buffer_clear(&line);
        if (fact->field >= 0) {
            report_cell(report, label_in(&reg->fields[fact->field].label, cli->language));
            value_format(&question->pack->schema, reg->fields[fact->field].type, &fact->value, cli->language,
                         &line);
        } else {
            report_cell(report, text_of(cli_say(cli, "有这条记录", "that it is there")));
        }
        report_cell(report, buffer_get(&line));
        buffer_clear(&line);
        /* Scripts get time and hand by themselves. */
        if (fact->entry != NULL && cli->json)
            log_words(cli, question->pack, fact->entry, &line);
        else if (fact->entry != NULL)
            log_words_full(cli, question->pack, fact->entry, &line);
        report_cell(report, buffer_get(&line));
        if (cli->json) report_cell(report, fact->entry != NULL ? fact->entry->at : TEXT(""));
        if (cli->json) report_cell(report, fact->entry != NULL ? fact->entry->actor : TEXT(""));
        if (fact->entry != NULL)
            report_cell_int(report, fact->entry->id);
        else
            report_cell_null(report);
    }
    size_t left = sources->count - shown + sources->more;
    if (left > 0)
        report_line(report, "……另有%zu项事实（--all 列出更多）", "… and %zu more facts (--all lists more)",
                    left);
    buffer_fini(&line);
}

static const char *finding_word(const struct cli *cli, int finding)
{
    if (finding == FINDING_HIT) return cli_say(cli, "命中", "a hit");
    if (finding == FINDING_UNDETERMINED) return cli_say(cli, "待定", "undetermined");
    return cli_say(cli, "没有命中", "no hit");
}

/* Another answer than the stored screening's must not stand there without a word. */
static int compare_run(struct report *report, const struct cli *cli, const struct question *question,
                       const struct explain *explain, struct err *err)
{
    bool asked = question->run.id != 0, ran = false;
    struct stored_run run = question->run;
    struct value value = explain->root.value;
    int now = !value.known ? FINDING_UNDETERMINED : value.integer != 0 ? FINDING_HIT : 0, then = 0, code = 0;
    if (question->rule < 0 || (!asked && question->recorded.entry != 0)) return 0;
    struct text rule = question->pack->rules[question->rule].label.name;
    if (!asked) code = stored_run_last(question->database, rule, question->as_of, &run, err);
    if (code == 0 && run.id != 0)
        code = stored_finding(question->database, run.id, rule, question->id, &then, &ran, err);
    if (code != 0 || !ran || (!asked && then == now)) return code;
    if (cli->json) {
        report_int(report, "run", "", "", run.id);
        report_text(report, "run_found", "", "",
                    text_of(then == FINDING_HIT ? "hit"
                            : then == 0         ? "none"
                                                : "undetermined"));
        report_bool(report, "run_differs", "", "", then != now);
        return 0;
    }
    report_line(
        report, "第%lld次筛查当时的结论：%s%s", "Screening %lld found: %s%s", (long long)run.id,
        finding_word(cli, then),
        then == now ? ""
        : run.other_pack && !question->recorded.by_then
            ? (asked ? cli_say(cli, "，与这里不同：包换过", ", unlike here: the pack was replaced")
                     : cli_say(cli, "，与这里不同：包换过。用 --run 可看当时的理由",
                               ", unlike here: the pack was replaced. --run tells the reasons of then"))
        : !asked
            ? cli_say(cli, "，与这里不同：录入的事实后来变了。用 --run 可看当时的理由",
                      ", unlike here: what is recorded has changed since. --run tells the reasons of then")
            : cli_say(cli, "，与这里不同", ", unlike here"));
    return 0;
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

static int print_answer(struct cli *cli, const struct question *question, const struct frame *frame,
                        struct explainer *explainer, const struct explain *explain,
                        const struct sources *sources, struct err *err)
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
    recorded_say(report, cli, &question->recorded);
    int code = compare_run(report, cli, question, explain, err);
    if (explain->missing_count > 0) print_missing(report, explainer, question, frame, explain, cli->language);
    explain_tree(explainer, explain, cli->language, question->whole, &line);
    if (cli->json)
        report_text(report, "tree", "", "", buffer_get(&line));
    else
        print_tree(report, buffer_get(&line));
    explain_members_print(report, cli, question->pack, frame, explainer, explain, sources);
    if (sources->count > 0) print_sources(report, cli, question, frame, sources);
    if (code == 0) report_print(report);
    report_free(report);
    buffer_fini(&line);
    return code;
}

static int refuse_absent(const struct question *question, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND,
                   "到日志第 %lld 条为止，还没有录入这条记录。zengshou history 列出它的来历",
                   "By entry %lld of the log this record had not been recorded. zengshou history tells where "
                   "it comes from",
                   (long long)question->recorded.entry);
}

static int explain_row(struct cli *cli, struct question *question, const struct frame *frame, uint32_t row,
                       struct err *err)
{
    struct placer placer = {question->pack, frame};
    const struct schema *schema = &question->pack->schema;
    struct explainer *explainer = explainer_new(schema, frame, question->as_of);
    if (formula_is_local(schema, question->node, question->pack->subject)) explainer_few(explainer);
    struct explain explain;
    struct sources sources;
    explainer_names(explainer, place_name, &placer);
    int code = explain_record(explainer, question->node, question->reg, row, &question->arena, &explain, err);
    if (code == 0) code = explain_groups(explainer, &explain, question->whole, &question->arena, err);
    if (code == 0)
        code = sources_find(question->database, frame, &explain, question->recorded.entry, question->whole,
                            &question->arena, &sources, err);
    if (code == 0) code = print_answer(cli, question, frame, explainer, &explain, &sources, err);
    explainer_free(explainer);
    return code;
}

/* Facts and their origins from one state of the database. */
static int answer(struct cli *cli, struct question *question, struct err *err)
{
    struct frame *frame = NULL;
    struct program_root root = {question->node, question->reg};
    int code = store_begin_read(database_store(question->database), err);
    if (code != 0) return code;
    code = gather_frame(question->database, &root, 1, false, question->recorded.entry, &frame, err);
    uint32_t row = code == 0 ? frame_row(frame, question->reg, question->id) : FRAME_NO_ROW;
    if (code == 0 && row == FRAME_NO_ROW) code = refuse_absent(question, err);
    if (code == 0) code = explain_row(cli, question, frame, row, err);
    store_rollback(database_store(question->database)); /* nothing was written */
    frame_free(frame);
    return code;
}

/* Which date and which facts: today's, those of a moment, or those of a screening. */
static int choose_state(const struct arguments *arguments, struct question *question, struct err *err)
{
    int64_t run = argument_number(arguments, "run", -1);
    if (run < 0) return recorded_read(question->database, arguments, &question->recorded, err);
    if (argument_text(arguments, "as-of") != NULL || argument_text(arguments, "recorded") != NULL)
        return err_set(err, ERR_INPUT, "--run 自带日期和事实，不能再写 --as-of 或 --recorded。",
                       "--run has its own date and facts; --as-of and --recorded cannot stand beside it.");
    int code = stored_run_get(question->database, run, &question->run, err);
    question->as_of = question->run.as_of;
    return code == 0 ? recorded_of(question->database, question->run.facts, &question->recorded, err) : code;
}

/* By the question's pack, through its database. */
static int ask_by(struct cli *cli, const struct arguments *arguments, struct question *question,
                  struct err *err)
{
    const char *key = argument_text(arguments, "KEY");
    question->pack = database_pack(question->database);
    int code = work_register(question->pack, argument_text(arguments, "REGISTER"), &question->reg, err);
    if (code == 0)
        code = work_formula(question->pack, &question->arena, question->reg,
                            argument_text(arguments, "RULE|FORMULA"), &question->node, &question->rule, err);
    if (code == 0) code = record_find(question->database, question->reg, text_of(key), &question->id, err);
    if (code == 0 && question->id == 0)
        code = err_set(err, ERR_NOT_FOUND, "没有编号为“%s”的记录。", "There is no record with the key '%s'.",
                       key);
    return code != 0 ? code : answer(cli, question, err);
}

/* What another pack may do better, and what nothing will. */
static bool is_of_the_pack(int code)
{
    return code == ERR_NOT_FOUND || code == ERR_INPUT || code == ERR_CONFLICT || code == ERR_CORRUPT ||
           code == ERR_VERSION;
}

/* By the pack of then. Where that cannot be, because it was not kept, or is no longer understood, or does not
 * know what is asked for, the reason is kept, and today's pack answers. */
static int ask_then(struct cli *cli, const struct arguments *arguments, struct question *question,
                    bool *answered, struct err *err)
{
    struct recorded *recorded = &question->recorded;
    struct database *today = question->database;
    struct former *former;
    int code = former_open(today, recorded->digest, &former, &recorded->why);
    if (code == 0) {
        question->database = former_database(former);
        recorded->by_then = true;
        code = adopted_as_of(question->database, recorded->entry, &recorded->why);
        if (code == 0) code = ask_by(cli, arguments, question, &recorded->why);
        question->database = today;
        former_free(former);
    }
    *answered = code == 0;
    if (code == 0) return 0;
    recorded->by_then = false;
    recorded->refused = is_of_the_pack(code);
    if (recorded->refused) return 0;
    *err = recorded->why;
    return code;
}

static int ask(struct cli *cli, const struct arguments *arguments, struct question *question, struct err *err)
{
    bool answered = false;
    int code = choose_state(arguments, question, err);
    if (code == 0 && question->recorded.pack.id != 0)
        code = ask_then(cli, arguments, question, &answered, err);
    return code != 0 || answered ? code : ask_by(cli, arguments, question, err);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct question question = {.as_of = argument_date(arguments, "as-of", date_today()),
                                .whole = argument_flag(arguments, "all")};
    struct err err = {0};
    question.database = work_open(cli, arguments, true);
    if (question.database == NULL) return EXIT_FAILED;
    int status = ask(cli, arguments, &question, &err) == 0 ? EXIT_DONE : cli_fail(cli, &err);
    recorded_fini(&question.recorded);
    arena_fini(&question.arena);
    database_close(question.database);
    return status;
}

const struct command command_explain = {"explain",
                                        "说明一条记录为什么命中（或不命中）一条规则",
                                        "say why a record has a rule's or formula's value",
                                        positionals,
                                        options,
                                        run};
