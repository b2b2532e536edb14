/* zengshou check: reads a pack and says everything that is wrong with it. */
#include "cli/arguments.h"
#include "cli/report.h"
#include "pack/pack.h"

static const struct argument_spec positionals[] = {
    {"PACK", ARGUMENT_TEXT, NULL, true, "包所在的文件夹", "folder of the pack"}, {0}};
static const struct argument_spec options[] = {{0}};

static void print_summary(const struct cli *cli, const struct pack *pack)
{
    struct report *report = report_new(cli);
    size_t fields = 0;
    for (size_t i = 0; i < pack->schema.register_count; i++) fields += pack->schema.registers[i].field_count;
    report_line(report, "%.*s：没有错误。", "%.*s: no faults.", TEXT_ARGS(pack->name));
    report_text(report, "pack", "包", "Pack", pack->name);
    report_text(report, "title", "名称", "Title", cli->language[0] == 'e' ? pack->title_en : pack->title_zh);
    report_int(report, "clauses", "条款", "Clauses", (int64_t)pack->clause_count);
    report_int(report, "units", "单位", "Units", (int64_t)pack->unit_count);
    report_int(report, "divisions", "行政区划", "Divisions", (int64_t)pack->division_count);
    report_int(report, "dictionaries", "字典", "Dictionaries", (int64_t)pack->schema.dictionary_count);
    report_int(report, "parameters", "参数", "Parameters", (int64_t)pack->schema.parameter_count);
    report_int(report, "registers", "登记簿", "Registers", (int64_t)pack->schema.register_count);
    report_int(report, "fields", "字段", "Fields", (int64_t)fields);
    report_int(report, "definitions", "定义", "Definitions", (int64_t)pack->schema.definition_count);
    report_int(report, "rules", "规则", "Rules", (int64_t)pack->rule_count);
    report_int(report, "indicators", "指标", "Indicators", (int64_t)pack->indicator_count);
    report_int(report, "bulletins", "文件种类", "Bulletins", (int64_t)pack->bulletin_count);
    report_int(report, "feeds", "导入格式", "Feeds", (int64_t)pack->feed_count);
    report_int(report, "roles", "角色", "Roles", (int64_t)pack->role_count);
    if (pack->role_count == 0)
        report_line(report, "没有 roles.yaml：除命令行外，谁也不能登录。",
                    "There is no roles.yaml: nobody but the command line gets in.");
    report_print(report);
    report_free(report);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct err err = {0};
    int code = pack_load(argument_text(arguments, "PACK"), &pack, &faults, &err);
    int status = EXIT_DONE;
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0)
        print_summary(cli, pack);
    else
        status = cli_fail(cli, &err);
    fault_list_fini(&faults);
    pack_free(pack);
    return status;
}

const struct command command_check = {"check",
                                      "检查一个包，列出所有错误及位置",
                                      "check a pack and list every fault with its place",
                                      positionals,
                                      options,
                                      run};
