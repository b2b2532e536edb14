/* zengshou export: a register as a spreadsheet that the import reads back. */
#include "base/progress.h"
#include "base/date.h"
#include "cli/report.h"
#include "cli/work.h"
#include "exchange/export.h"

static const struct argument_spec positionals[] = {
    {"REGISTER", ARGUMENT_TEXT, NULL, true, "登记簿，如 household", "register, such as household"},
    {"OUT.xlsx|OUT.csv", ARGUMENT_TEXT, NULL, true, "写到哪个文件", "file to write"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"where", ARGUMENT_TEXT, "FORMULA", false, "只导出公式成立的记录",
     "only records for which the formula is true"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "公式的截至日期，默认今天",
     "the formula's date; today by default"},
    {0}};

static void draw(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    progress->total = total;
    progress_update(progress, done);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *path = argument_text(arguments, "OUT.xlsx|OUT.csv"),
               *where = argument_text(arguments, "where");
    struct err err = {0};
    struct database *database = work_open(cli, arguments, true);
    if (database == NULL) return EXIT_FAILED;
    struct progress progress = progress_start(cli_say(cli, "导出", "Exporting"), 0);
    struct export_options how = {.where = text_of(where),
                                 .as_of = argument_date(arguments, "as-of", date_today()),
                                 .language = cli->language,
                                 .progress = draw,
                                 .context = &progress};
    struct arena arena = {0};
    struct scope scope = scope_everything(database_pack(database), TEXT("cli"), &arena);
    struct export_report done = {0};
    int reg;
    int code = work_register(database_pack(database), argument_text(arguments, "REGISTER"), &reg, &err);
    if (code == 0) code = export_run(database, &scope, reg, path, &how, &done, &err);
    arena_fini(&arena);
    progress_finish(&progress);
    if (code == 0) {
        struct report *report = report_new(cli);
        report_int(report, "records", "导出记录", "Records exported", done.records);
        if (where != NULL)
            report_int(report, "undetermined", "条件待定、未导出",
                       "Left out, the condition being undetermined", done.undetermined);
        report_text(report, "file", "文件", "File", text_of(path));
        report_print(report);
        report_free(report);
    }
    database_close(database);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

const struct command command_export = {
    "export", "把一个登记簿导出为 Excel 或 CSV", "write a register as xlsx or CSV", positionals, options,
    run};
