/* zengshou init: makes a database for a pack, or brings one up to the pack's present form. */
#include <string.h>

#include "casework/casework.h"
#include "cli/arguments.h"
#include "cli/report.h"
#include "files/attachments.h"
#include "monitor/screening.h"
#include "register/database.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"pack", ARGUMENT_TEXT, "PACK", true, "包所在的文件夹", "folder of the pack"},
    {"distribute", ARGUMENT_TEXT, "HOW", false,
     "新建时：citus 把表分布到多台服务器；citus-keys 只建成同样的形式，列出分布所用的语句",
     "when it is made: citus spreads the tables over several servers; citus-keys makes them in the same form "
     "and lists the statements "
     "that would"},
    {0}};

/* Notes come as "zh|en". */
static struct text note_in(const struct cli *cli, struct text note)
{
    ptrdiff_t bar = text_find(note, TEXT("|"));
    if (bar < 0) return note;
    if (cli->language[0] == 'e') return (struct text){note.at + bar + 1, note.size - (size_t)bar - 1};
    return (struct text){note.at, (size_t)bar};
}

static void print_report(const struct cli *cli, const char *url, const struct pack *pack,
                         const struct database_report *done)
{
    struct buffer shown = {0};
    store_shown_url(url, &shown); /* without its password */
    const char *path = shown.data;
    struct report *report = report_new(cli);
    bool changed = done->created || done->tables_added + done->columns_added + done->indexes_added > 0;
    if (done->created)
        report_line(report, "已建立数据库 %s（%.*s）。", "Made the database %s (%.*s).", path,
                    TEXT_ARGS(pack->name));
    else if (changed)
        report_line(report, "已按新的包更新数据库 %s。", "Brought the database %s up to the pack.", path);
    else
        report_line(report, "数据库 %s 已是最新，没有改动。",
                    "The database %s is up to date; nothing was changed.", path);
    report_text(report, "pack", "包", "Pack", pack->name);
    report_bool(report, "created", "新建", "Created", done->created);
    report_int(report, "tables_added", "新增表", "Tables added", (int64_t)done->tables_added);
    report_int(report, "columns_added", "新增列", "Columns added", (int64_t)done->columns_added);
    report_int(report, "divisions_added", "新增行政区划", "Divisions added", (int64_t)done->divisions_added);
    if (done->note_count > 0) {
        report_table(report, "notes", "注意", "Notes");
        report_column(report, "note", "", "", false);
        for (size_t i = 0; i < done->note_count; i++) report_cell(report, note_in(cli, done->notes[i]));
    }
    if (done->call_count > 0) {
        report_table(report, "calls", "有了 Citus 以后，由管理员依次执行",
                     "Once Citus is there, for its administrator, in this order");
        report_column(report, "call", "", "", false);
        for (size_t i = 0; i < done->call_count; i++) report_cell(report, done->calls[i]);
    }
    report_print(report);
    report_free(report);
    buffer_fini(&shown);
}

static int how_distributed(const char *word, enum database_distribution *out, struct err *err)
{
    *out = DATABASE_WHOLE;
    if (word == NULL) return 0;
    if (strcmp(word, "citus") == 0)
        *out = DATABASE_CITUS;
    else if (strcmp(word, "citus-keys") == 0)
        *out = DATABASE_CITUS_KEYS;
    else
        return err_set(err, ERR_INPUT, "--distribute 只能是 citus 或 citus-keys，不能是“%s”",
                       "--distribute is citus or citus-keys, not “%s”", word);
    return 0;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct database_report report = {0};
    struct err err = {0};
    const char *path = argument_text(arguments, "db");
    enum database_distribution distribution;
    int code = how_distributed(argument_text(arguments, "distribute"), &distribution, &err);
    if (code == 0) code = pack_load(argument_text(arguments, "pack"), &pack, &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0) code = database_init_distributed(path, pack, distribution, &report, &err);
    if (code == 0) code = screening_init(path, &err);
    if (code == 0) code = access_init(path, &err);
    if (code == 0) code = files_init(path, &err);
    if (code == 0) code = casework_init(path, &err);
    if (code == 0) print_report(cli, path, pack, &report);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    database_report_fini(&report);
    fault_list_fini(&faults);
    pack_free(pack);
    return status;
}

const struct command command_init = {"init",
                                     "为一个包建立数据库；包改了再运行一次即升级",
                                     "make a database for a pack; run again to migrate it",
                                     positionals,
                                     options,
                                     run};
