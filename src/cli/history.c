/* zengshou history: what happened to one record, newest first. */
#include <string.h>

#include "cli/clock.h"
#include "cli/log_words.h"
#include "cli/report.h"
#include "cli/work.h"
#include "register/frame_load.h"

enum { EVENTS_SHOWN = 20 };

static const struct argument_spec positionals[] = {
    {"REGISTER", ARGUMENT_TEXT, NULL, true, "登记簿，如 household", "register, such as household"},
    {"KEY", ARGUMENT_TEXT, NULL, true, "记录的编号，如户编号",
     "the record's key, such as the household number"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"limit", ARGUMENT_NUMBER, "N", false, "最多列出多少次改动，默认20，至多1000",
     "list at most so many changes; 20 by default, 1000 at most"},
    {"before", ARGUMENT_NUMBER, "ENTRY", false, "只列出日志这一条以前的改动（接着看更早的）",
     "only changes before this entry of the log (to go on with older ones)"},
    {0}};

struct question {
    const struct cli *cli;
    struct database *database;
    const struct pack *pack;
    int reg;
    int64_t id;
    struct report *report;
    struct buffer line;
};

/* What is sensitive is hidden, as in the preview of an import. */
static int cell_value(struct question *question, int field, const struct value *value, struct err *err)
{
    struct type type = question->pack->schema.registers[question->reg].fields[field].type;
    int code = 0;
    buffer_clear(&question->line);
    if (!value->known) {
        report_cell_null(question->report);
        return 0;
    }
    if (question->pack->registers[question->reg].fields[field].sensitive != SENSITIVE_NO)
        buffer_string(&question->line, "***");
    else if (type.kind == TYPE_RECORD)
        code = record_name(question->database, type.record, value->integer, &question->line, err);
    else
        value_format(&question->pack->schema, type, value, question->cli->language, &question->line);
    report_cell(question->report, buffer_get(&question->line));
    return code;
}

static int print_change(struct question *question, const struct history_change *change, struct err *err)
{
    struct report *report = question->report;
    if (change->field < 0) { /* nobody knows any more whether it was sensitive */
        if (question->cli->json) report_cell(report, change->name);
        report_cell(report, change->name);
        report_cell(report, TEXT("***"));
        report_cell_null(report);
        return 0;
    }
    const struct schema_field *field = &question->pack->schema.registers[question->reg].fields[change->field];
    if (question->cli->json) report_cell(report, change->name);
    report_cell(report, label_in(&field->label, question->cli->language));
    int code = 0;
    if (change->stored.size > 0 &&
        question->pack->registers[question->reg].fields[change->field].sensitive == SENSITIVE_NO)
        report_cell(report, change->stored);
    else
        code = cell_value(question, change->field, &change->before, err);
    return code == 0 ? cell_value(question, change->field, &change->after, err) : code;
}

/* Scripts get the word that the log has. */
static const char *kind_words(const struct cli *cli, enum history_kind kind)
{
    static const char *const kinds[] = {[HISTORY_CREATED] = "created",
                                        [HISTORY_CHANGED] = "changed",
                                        [HISTORY_RETIRED] = "retired",
                                        [HISTORY_RESTORED] = "restored"};
    if (cli->json) return kinds[kind];
    switch (kind) {
    case HISTORY_CREATED:
        return cli_say(cli, "新建", "created");
    case HISTORY_CHANGED:
        return cli_say(cli, "改动", "changed");
    case HISTORY_RETIRED:
        return cli_say(cli, "停用", "retired");
    case HISTORY_RESTORED:
        return cli_say(cli, "恢复", "restored");
    }
    return "";
}

/* One row a field; for people the event stands only beside its first. */
static int print_event(struct question *question, const struct history_event *event, struct err *err)
{
    char at[CLOCK_TEXT];
    struct report *report = question->report;
    size_t rows = event->change_count > 0 ? event->change_count : 1;
    int code = 0;
    for (size_t i = 0; code == 0 && i < rows; i++) {
        if (i > 0 && !question->cli->json) {
            for (int cell = 0; cell < 5; cell++) report_cell(report, TEXT(""));
        } else {
            report_cell_int(report, event->entry.id);
            report_cell(report,
                        question->cli->json ? event->entry.at : text_of(clock_local(event->entry.at, at)));
            report_cell(report, event->entry.actor);
            buffer_clear(&question->line);
            log_words(question->cli, question->pack, &event->entry, &question->line);
            report_cell(report, buffer_get(&question->line));
            report_cell(report, text_of(kind_words(question->cli, event->kind)));
        }
        if (event->change_count > 0) {
            code = print_change(question, &event->changes[i], err);
            continue;
        }
        for (int cell = question->cli->json ? -1 : 0; cell < 3; cell++) report_cell_null(report);
    }
    return code;
}

static int print_history(struct question *question, const struct history *history, struct err *err)
{
    struct report *report = question->report;
    buffer_clear(&question->line);
    int code = record_name(question->database, question->reg, question->id, &question->line, err);
    report_text(report, "record", "记录", "Record", buffer_get(&question->line));
    report_table(report, "history", "", "");
    report_column(report, "entry", "日志", "Entry", true);
    report_column(report, "at", "时间", "Time", false);
    report_column(report, "actor", "经手", "By", false);
    report_column(report, "source", "来源", "Source", false);
    report_column(report, "kind", "事项", "What", false);
    if (question->cli->json) report_column(report, "name", "", "", false);
    report_column(report, "field", "字段", "Field", false);
    report_column(report, "before", "原值", "Before", false);
    report_column(report, "after", "新值", "After", false);
    for (size_t i = 0; code == 0 && i < history->count; i++)
        code = print_event(question, &history->events[i], err);
    if (question->cli->json) report_bool(report, "more", "", "", history->more);
    if (history->more && !question->cli->json)
        report_line(report, "还有更早的改动：--before %lld", "There are older changes: --before %lld",
                    (long long)history->events[history->count - 1].entry.id);
    return code;
}

static int ask(const struct arguments *arguments, struct question *question, struct err *err)
{
    const char *key = argument_text(arguments, "KEY");
    int64_t limit = argument_number(arguments, "limit", EVENTS_SHOWN),
            before = argument_number(arguments, "before", 0);
    struct arena arena = {0};
    struct history history;
    if (limit < 1 || limit > HISTORY_PAGE_MAX)
        return err_set(err, ERR_INPUT, "--limit 应为 1 到 %d", "--limit is from 1 to %d", HISTORY_PAGE_MAX);
    const struct scope scope = scope_everything(question->pack, TEXT("cli"), &arena);
    int code = work_register(question->pack, argument_text(arguments, "REGISTER"), &question->reg, err);
    if (code == 0) code = record_find(question->database, question->reg, text_of(key), &question->id, err);
    if (code == 0 && question->id == 0)
        code = err_set(err, ERR_NOT_FOUND, "没有编号为“%s”的记录。", "There is no record with the key '%s'.",
                       key);
    if (code == 0)
        code = record_history(question->database, &scope, question->reg, question->id, before, (size_t)limit,
                              &arena, &history, err);
    if (code == 0) code = print_history(question, &history, err);
    if (code == 0) report_print(question->report);
    arena_fini(&arena);
    return code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    struct question question = {.cli = cli, .database = work_open(cli, arguments, true)};
    if (question.database == NULL) return EXIT_FAILED;
    question.pack = database_pack(question.database);
    question.report = report_new(cli);
    int status = ask(arguments, &question, &err) == 0 ? EXIT_DONE : cli_fail(cli, &err);
    report_free(question.report);
    buffer_fini(&question.line);
    database_close(question.database);
    return status;
}

const struct command command_history = {"history",
                                        "一条记录的来历：何时由谁改了什么",
                                        "what happened to a record: who changed what, and when",
                                        positionals,
                                        options,
                                        run};
