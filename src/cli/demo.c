/* zengshou demo: writes a synthetic county as spreadsheets. */
#include <stdlib.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/report.h"
#include "demo/demo.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"out", ARGUMENT_TEXT, "DIR", true, "写到哪个文件夹", "folder to write to"},
    {"pack", ARGUMENT_TEXT, "PACK", false, "包所在的文件夹，默认 " ZENGSHOU_DEFAULT_PACK,
     "folder of the pack; " ZENGSHOU_DEFAULT_PACK " by default"},
    {"households", ARGUMENT_NUMBER, "N", false, "户数", "number of households"},
    {"seed", ARGUMENT_NUMBER, "S", false, "随机种子；相同的种子得到相同的文件",
     "the same seed gives the same files"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "数据截至日期", "the last day the data know"},
    {0}};

static const char *default_pack(void)
{
    const char *named = getenv("ZENGSHOU_PACK");
    if (named != NULL) return named;
    return access("packs/" ZENGSHOU_DEFAULT_PACK, R_OK) == 0 ? "packs/" ZENGSHOU_DEFAULT_PACK
                                                             : ZENGSHOU_PACKS "/" ZENGSHOU_DEFAULT_PACK;
}

static void print_report(const struct cli *cli, const struct demo_report *done)
{
    struct report *report = report_new(cli);
    report_line(report, "合成的演示县：全部人和户都是虚构的。",
                "A synthetic county: no household and no person in it is real.");
    report_int(report, "households", "户", "Households", (int64_t)done->households);
    report_int(report, "people", "人", "People", (int64_t)done->people);
    report_int(report, "graduated", "脱贫户", "Graduated households", (int64_t)done->graduated);
    report_int(report, "monitored", "监测户", "Monitored households", (int64_t)done->monitored);
    report_int(report, "ordinary", "一般农户", "Ordinary households", (int64_t)done->ordinary);
    report_table(report, "files", "文件（按此顺序导入）", "Files, in the order in which to import them");
    report_column(report, "feed", "导入格式", "Feed", false);
    report_column(report, "rows", "行数", "Rows", true);
    report_column(report, "path", "文件", "File", false);
    for (size_t i = 0; i < done->file_count; i++) {
        report_cell(report, done->files[i].feed);
        report_cell_int(report, (int64_t)done->files[i].rows);
        report_cell(report, text_of(done->files[i].path));
    }
    report_print(report);
    report_free(report);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *folder = argument_text(arguments, "pack");
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct demo_report report = {0};
    struct err err = {0};
    int code = pack_load(folder == NULL ? default_pack() : folder, &pack, &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0) {
        struct progress progress = progress_start(cli_say(cli, "生成演示县", "Writing the county"), 0);
        struct demo_options how = {.folder = argument_text(arguments, "out"),
                                   .households = (uint64_t)argument_number(arguments, "households", 0),
                                   .seed = (uint64_t)argument_number(arguments, "seed", 0),
                                   .as_of = argument_date(arguments, "as-of", 0),
                                   .progress = &progress};
        code = demo_write(pack, &how, &report, &err);
        progress_finish(&progress);
        if (report.faults.count > 0) cli_faults(cli, &report.faults);
    }
    if (code == 0) print_report(cli, &report);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    demo_report_fini(&report);
    fault_list_fini(&faults);
    pack_free(pack);
    return status;
}

const struct command command_demo = {"demo",
                                     "生成一个虚构的演示县（Excel 表）",
                                     "write a synthetic county as spreadsheets",
                                     positionals,
                                     options,
                                     run};
