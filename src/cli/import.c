/* zengshou import: one spreadsheet into the registers, with everything said that a clerk needs to know. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/progress.h"
#include "casework/propose.h"
#include "cli/report.h"
#include "cli/work.h"
#include "exchange/import_report.h"

static const struct argument_spec positionals[] = {
    {"REGISTER|FEED", ARGUMENT_TEXT, NULL, true, "登记簿或导入格式，如 income、national_graduated",
     "register or feed, such as income or national_graduated"},
    {"FILE.xlsx|FILE.csv", ARGUMENT_TEXT, NULL, true, "要导入的表", "spreadsheet to import"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"dry-run", ARGUMENT_FLAG, NULL, false, "只核对，不写入", "check only, write nothing"},
    {"errors", ARGUMENT_TEXT, "OUT.xlsx", false, "退回的行连同原因写到这里",
     "where refused rows go, with the reason beside each"},
    {"map", ARGUMENT_LIST, "HEADING=FIELD", false, "指定某列对应的字段（可多次）；FIELD 写 - 即忽略该列",
     "which field a column fills (may be repeated); FIELD - ignores it"},
    {"wait", ARGUMENT_NUMBER, "SECONDS", false, "别人正在写入时最多等几秒，默认 60",
     "how long to wait while somebody else writes; 60 seconds by default"},
    {"sheet", ARGUMENT_TEXT, "NAME", false, "工作表名，默认第一张", "worksheet; the first by default"},
    {0}};

struct bar {
    const struct cli *cli;
    struct progress progress;
    int phase;
};

static void draw(void *context, enum import_phase phase, uint64_t done, uint64_t total)
{
    static const char *const zh[] = {"读取", "核对", "写退回表", "写入"};
    static const char *const en[] = {"Reading", "Matching", "Writing refused rows", "Applying"};
    struct bar *bar = context;
    if (bar->phase != (int)phase) {
        progress_finish(&bar->progress);
        bar->progress = progress_start(cli_say(bar->cli, zh[phase], en[phase]), total);
        bar->phase = (int)phase;
    }
    bar->progress.total = total;
    progress_update(&bar->progress, done);
}

static void cell_rows(struct report *report, const int64_t *rows, size_t count, int64_t total)
{
    struct buffer list = {0};
    import_rows_text(rows, count, total, &list);
    report_cell(report, buffer_get(&list));
    buffer_fini(&list);
}

static void print_parts(const struct cli *cli, struct report *report, const struct pack *pack,
                        const struct import_report *done)
{
    report_table(report, "parts", "各登记簿", "By register");
    report_column(report, "register", "登记簿", "Register", false);
    report_column(report, "new", "新增", "New", true);
    report_column(report, "changed", "变更", "Changed", true);
    report_column(report, "unchanged", "未变", "Unchanged", true);
    report_column(report, "rejected", "退回行", "Rows refused", true);
    for (size_t i = 0; i < done->part_count; i++) {
        const struct import_part *part = &done->parts[i];
        if (!part->spoken) continue;
        report_cell(report, label_in(&pack->schema.registers[part->reg].label, cli->language));
        report_cell_int(report, part->counts.fresh);
        report_cell_int(report, part->counts.changed);
        report_cell_int(report, part->counts.unchanged);
        report_cell_int(report, part->counts.rejected_rows);
    }
}

static void print_reasons(const struct cli *cli, struct report *report, const struct pack *pack,
                          const struct import_report *done)
{
    if (done->reason_count == 0) return;
    report_table(report, "reasons", "退回原因", "Why rows were refused");
    report_column(report, "field", "字段", "Field", false);
    report_column(report, "count", "行数", "Rows", true);
    report_column(report, "rows", "行号", "Row numbers", false);
    report_column(report, "reason", "第一行的原因", "The first row's reason", false);
    for (size_t i = 0; i < done->reason_count; i++) {
        const struct import_reason *reason = &done->reasons[i];
        report_cell(report, import_field_label(pack, done, reason->part, reason->field, cli->language));
        report_cell_int(report, reason->count);
        cell_rows(report, reason->rows, reason->row_count, reason->count);
        report_cell(report, cli->language[0] == 'e' ? reason->en : reason->zh);
    }
}

static void print_warnings(const struct cli *cli, struct report *report, const struct pack *pack,
                           const struct import_report *done)
{
    if (done->warning_count == 0) return;
    report_table(report, "warnings", "提醒（值已照收）", "Warnings (the values were kept)");
    report_column(report, "field", "字段", "Field", false);
    report_column(report, "warning", "提醒", "Warning", false);
    report_column(report, "count", "行数", "Rows", true);
    report_column(report, "rows", "行号", "Row numbers", false);
    for (size_t i = 0; i < done->warning_count; i++) {
        const struct import_warning *warning = &done->warnings[i];
        report_cell(report, import_field_label(pack, done, warning->part, warning->field, cli->language));
        report_cell(report, text_of(cell_warning_text(warning->kind, cli->language)));
        report_cell_int(report, warning->count);
        cell_rows(report, warning->rows, warning->row_count, warning->count);
    }
}

static void print_headings(const struct cli *cli, struct report *report, const struct import_report *done)
{
    if (done->heading_count == 0) return;
    report_table(report, "unused_columns", "没有用到的列", "Columns not used");
    report_column(report, "heading", "表头", "Heading", false);
    report_column(report, "why", "原因", "Why", false);
    for (size_t i = 0; i < done->heading_count; i++) {
        const struct import_heading *heading = &done->headings[i];
        struct buffer why = {0};
        import_heading_why(heading, cli->language, &why);
        report_cell(report, heading->text);
        report_cell(report, buffer_get(&why));
        buffer_fini(&why);
    }
}

static void print_differences(const struct cli *cli, struct report *report, const struct pack *pack,
                              const struct import_report *done)
{
    size_t language = cli->language[0] == 'e';
    if (done->difference_count == 0) return;
    report_table(report, "differences", "变更（前几处）", "Changes (the first ones)");
    report_column(report, "row", "行号", "Row", true);
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "field", "字段", "Field", false);
    report_column(report, "before", "原值", "Before", false);
    report_column(report, "after", "新值", "After", false);
    for (size_t i = 0; i < done->difference_count; i++) {
        const struct import_difference *difference = &done->differences[i];
        report_cell_int(report, difference->row);
        report_cell(report, difference->record);
        report_cell(report,
                    import_field_label(pack, done, difference->part, difference->field, cli->language));
        report_cell(report, difference->before[language]);
        report_cell(report, difference->after[language]);
    }
}

static void print_json(const struct cli *cli, const struct pack *pack, const struct import_report *done,
                       const char *errors)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    import_report_json(&json, pack, done, cli->language, errors);
    puts(out.data);
    buffer_fini(&out);
}

static void print_report(const struct cli *cli, const struct pack *pack, const struct import_report *done,
                         const char *path, const char *errors, bool dry_run, struct case_adopted adopted)
{
    if (cli->json) {
        print_json(cli, pack, done, errors);
        return;
    }
    struct report *report = report_new(cli);
    if (dry_run)
        report_line(report, "%s：只核对，没有写入。", "%s: checked only, nothing was written.", path);
    report_int(report, "rows", "读取行数", "Rows read", done->rows);
    report_int(report, "rejected", "退回行数", "Rows refused", done->rejected);
    if (done->errors_written)
        report_text(report, "errors", "退回的行在（改好可再导入）",
                    "Refused rows are in (correct and import again)", text_of(errors));
    print_parts(cli, report, pack, done);
    if (adopted.opened > 0) report_int(report, "cases", "立为办件", "Became cases", (int64_t)adopted.opened);
    if (adopted.beside > 0)
        report_int(report, "beside", "附在已立件上", "Put beside open cases", (int64_t)adopted.beside);
    if (adopted.waiting > 0)
        report_int(report, "waiting", "暂不能立件", "Cannot become cases now", (int64_t)adopted.waiting);
    if (adopted.failed > 0)
        report_int(report, "failed", "立不成件", "Cannot become cases as they are", (int64_t)adopted.failed);
    print_reasons(cli, report, pack, done);
    print_warnings(cli, report, pack, done);
    print_headings(cli, report, done);
    print_differences(cli, report, pack, done);
    report_print(report);
    report_free(report);
}

static int read_map(const struct arguments *arguments, struct heading_override *overrides, struct err *err)
{
    for (size_t i = 0; i < argument_count(arguments, "map"); i++) {
        const char *item = argument_item(arguments, "map", i), *equals = strrchr(item, '=');
        if (equals == NULL || equals == item)
            return err_set(err, ERR_INPUT, "--map 应写成 表头=字段，写的是“%s”。",
                           "--map expects HEADING=FIELD, not '%s'.", item);
        overrides[i] = (struct heading_override){{item, (size_t)(equals - item)}, text_of(equals + 1)};
    }
    return 0;
}

/* When somebody else wrote between the comparison and the writing, nothing was imported; nobody has looked at
 * the comparison here, so it is made anew. */
static int compare_and_write(struct database *database, const struct scope *scope,
                             const struct pack_feed *feed, const char *path, const struct import_options *how,
                             struct import_report *done, struct err *err)
{
    enum { ATTEMPTS = 5 };
    for (int attempt = 1;; attempt++) {
        int code = import_run(database, scope, feed, path, how, done, err);
        if (code != ERR_CONFLICT || attempt == ATTEMPTS) return code;
        import_report_fini(done);
        *done = (struct import_report){0};
    }
}

/* Rows that are cases by the pack become cases at once. What does not work now, the next tick does: the
 * import has happened. */
static struct case_adopted adopt(struct database *database)
{
    struct casework *casework;
    struct err unused;
    struct case_adopted adopted = {0};
    const struct case_moment moment = {.now = (int64_t)time(NULL), .today = date_today()};
    if (casework_open(database, NULL, &casework, &unused) != 0) return adopted;
    case_adopt(casework, moment, &adopted, &unused);
    casework_close(casework);
    return adopted;
}

static int import(struct cli *cli, const struct arguments *arguments, struct database *database,
                  struct import_options *how, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const char *path = argument_text(arguments, "FILE.xlsx|FILE.csv");
    struct import_report done = {0};
    struct arena arena = {0};
    const struct pack_feed *feed = NULL;
    struct bar bar = {.cli = cli, .phase = -1};
    how->progress = draw;
    how->context = &bar;
    struct scope scope = scope_everything(pack, TEXT("cli"), &arena);
    int code = import_feed(pack, text_of(argument_text(arguments, "REGISTER|FEED")), &arena, &feed, err);
    if (code == 0) code = compare_and_write(database, &scope, feed, path, how, &done, err);
    progress_finish(&bar.progress);
    struct case_adopted adopted = {0};
    if (code == 0 && !how->dry_run) adopted = adopt(database);
    if (code == 0) print_report(cli, pack, &done, path, how->errors_path, how->dry_run, adopted);
    import_report_fini(&done);
    arena_fini(&arena);
    return code;
}

/* Another clerk's large sheet holds the database for half a minute: who comes second waits their turn. */
static int wait_for_others(const struct arguments *arguments, struct database *database, struct err *err)
{
    enum { USUAL = 60, MOST = 3600 };
    int64_t seconds = argument_number(arguments, "wait", USUAL);
    if (seconds < 1 || seconds > MOST)
        return err_set(err, ERR_INPUT, "--wait 应为 1 到 %d 秒", "--wait takes 1 to %d seconds", MOST);
    return store_wait(database_store(database), (int)seconds * 1000, err);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    size_t maps = argument_count(arguments, "map");
    struct heading_override *overrides = mem_new(maps, sizeof *overrides);
    struct import_options how = {.dry_run = argument_flag(arguments, "dry-run"),
                                 .errors_path = argument_text(arguments, "errors"),
                                 .language = cli->language};
    how.table.overrides = overrides;
    how.table.override_count = maps;
    how.table.sheet.sheet = argument_text(arguments, "sheet");
    int code = read_map(arguments, overrides, &err);
    struct database *database = code == 0 ? work_open(cli, arguments, false) : NULL;
    if (code == 0 && database == NULL) {
        free(overrides);
        return EXIT_FAILED;
    }
    if (code == 0) code = wait_for_others(arguments, database, &err);
    if (code == 0) code = import(cli, arguments, database, &how, &err);
    database_close(database);
    free(overrides);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

const struct command command_import = {"import",
                                       "把一张 Excel 或 CSV 表导入登记簿",
                                       "import a spreadsheet into the registers",
                                       positionals,
                                       options,
                                       run};
