/* zengshou bulletin: one of the pack's documents for a month and a place, or for one subject, as DOCX or
 * XLSX. */
#include "base/date.h"
#include "base/suggest.h"
#include "bulletin/bulletin.h"
#include "cli/report.h"
#include "cli/work.h"
#include "monitor/rulebook.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"kind", ARGUMENT_TEXT, "KIND", true, "文件种类（名称或标签），见包的 bulletins/",
     "which document, by name or label, see the pack's bulletins/"},
    {"month", ARGUMENT_TEXT, "MONTH", false, "月份，如 2022-09；默认本月，本月不在计划内时取最近一次筛查的",
     "such as 2022-09; by default this month, or that of the last screening where this one is not the "
     "plan's"},
    {"place", ARGUMENT_TEXT, "PLACE", false, "区划的代码或名称，默认全县",
     "a division by code or name; all of the county by default"},
    {"record", ARGUMENT_TEXT, "KEY", false, "单户的文件：户的编号",
     "for a document about one subject: its key"},
    {"out", ARGUMENT_TEXT, "OUT.docx|OUT.xlsx", true, "写到哪个文件", "file to write"},
    {0}};

struct asked {
    struct database *database;
    const struct pack *pack;
    struct progress_book *book;
    struct progress_shelf *shelf;
    struct bulletin_counts *counts;
    struct frame_cache *frames;
    struct rulebook *rulebook;
    struct arena arena;
    struct scope scope;
    struct bulletin_question question;
};

static int read_kind(struct asked *asked, const char *name, struct err *err)
{
    asked->question.bulletin = pack_bulletin_find(asked->pack, text_of(name));
    if (asked->question.bulletin >= 0) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    for (size_t i = 0; i < asked->pack->bulletin_count; i++) {
        suggest_offer(&suggest, asked->pack->bulletins[i].label.name);
        suggest_offer(&suggest, asked->pack->bulletins[i].label.zh);
    }
    if (suggest.best.size > 0)
        return err_set(err, ERR_INPUT, "包里没有文件种类“%s”，是不是“%.*s”？",
                       "The pack has no bulletin `%s`; did you mean `%.*s`?", name, TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "包里没有文件种类“%s”", "The pack has no bulletin `%s`", name);
}

static int read_month(struct asked *asked, const char *text, struct err *err)
{
    int32_t month;
    struct bulletin_question *question = &asked->question;
    if (text == NULL)
        return progress_default_month(asked->shelf, asked->frames, asked->database, question->today,
                                      &question->year, &question->month, err);
    if (!month_parse(text_of(text), &month))
        return err_set(err, ERR_INPUT, "月份“%s”无法识别，例如 2022-09",
                       "the month `%s` cannot be read; it is written as 2022-09", text);
    question->year = month_year(month);
    question->month = month_number(month);
    return 0;
}

static int read_whose(struct asked *asked, const struct arguments *arguments, struct err *err)
{
    const char *place = argument_text(arguments, "place"), *record = argument_text(arguments, "record");
    bool of_subject = asked->pack->bulletins[asked->question.bulletin].about == ABOUT_SUBJECT;
    if (of_subject && (record == NULL || place != NULL))
        return err_set(err, ERR_INPUT, "这是单户的文件：请用 --record 写明户的编号，不写 --place",
                       "this document is about one subject: give its key with --record, and no --place");
    if (!of_subject && record != NULL)
        return err_set(err, ERR_INPUT, "这不是单户的文件，不写 --record",
                       "this document is not about one subject");
    if (!of_subject)
        return bulletin_place(asked->pack, &asked->scope, text_of(place), &asked->question.division, err);
    int code =
        record_find(asked->database, asked->pack->subject, text_of(record), &asked->question.subject, err);
    if (code == 0 && asked->question.subject == 0)
        code =
            err_set(err, ERR_NOT_FOUND, "没有编号为 %s 的记录", "There is no record with the key %s", record);
    return code;
}

static int prepare(const struct cli *cli, const struct arguments *arguments, struct asked *asked,
                   struct err *err)
{
    asked->scope = scope_everything(asked->pack, TEXT("cli"), &asked->arena);
    asked->question = (struct bulletin_question){.division = -1,
                                                 .scope = &asked->scope,
                                                 .action = SCOPE_EXPORT,
                                                 .language = cli->language,
                                                 .today = date_today()};
    int code = read_kind(asked, argument_text(arguments, "kind"), err);
    if (code == 0) code = read_whose(asked, arguments, err);
    if (code == 0) code = progress_book_new(asked->pack, &asked->book, err);
    if (code == 0) code = bulletin_counts_new(asked->pack, &asked->counts, err);
    if (code != 0) return code;
    asked->shelf = progress_shelf_new(asked->book);
    asked->frames = frame_cache_new(asked->pack);
    asked->rulebook = rulebook_new(asked->pack);
    return read_month(asked, argument_text(arguments, "month"), err);
}

static void asked_fini(struct asked *asked)
{
    rulebook_free(asked->rulebook);
    bulletin_counts_free(asked->counts);
    progress_shelf_free(asked->shelf);
    frame_cache_free(asked->frames);
    progress_book_free(asked->book);
    arena_fini(&asked->arena);
}

static void print(const struct cli *cli, const struct document *document, const char *path)
{
    struct report *report = report_new(cli);
    char day[DATE_TEXT];
    report_text(report, "title", "标题", "Title", document->title);
    report_text(report, "as_of", "截至", "As of", text_of(date_format(document->as_of, day)));
    report_int(report, "rows", "表行", "Rows of tables", (int64_t)document->rows);
    report_int(report, "records", "列出记录", "Records listed", document->records);
    report_text(report, "file", "文件", "File", text_of(path));
    report_print(report);
    report_free(report);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *path = argument_text(arguments, "out");
    struct asked asked = {0};
    struct document *document = NULL;
    struct err err = {0};
    asked.database = work_open(cli, arguments, true);
    if (asked.database == NULL) return EXIT_FAILED;
    asked.pack = database_pack(asked.database);
    int code = prepare(cli, arguments, &asked, &err);
    const struct bulletin_tools tools = {asked.database, asked.frames, asked.book,
                                         asked.shelf,    asked.counts, asked.rulebook};
    if (code == 0) code = bulletin_make(&tools, &asked.question, &document, &err);
    if (code == 0) code = bulletin_write(document, cli->language, path, &err);
    if (code == 0) print(cli, document, path);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    document_free(document);
    asked_fini(&asked);
    database_close(asked.database);
    return status;
}

const struct command command_bulletin = {"bulletin",
                                         "生成公文：监测简报、调度表、排名、考核、一户一档",
                                         "write one of the pack's documents as DOCX or XLSX",
                                         positionals,
                                         options,
                                         run};
