/* zengshou eval: a formula for every record of a register, or summed up by division. */
#include <stdlib.h>

#include "cli/engine_words.h"
#include "base/date.h"
#include "cli/recorded.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/formula.h"
#include "monitor/answers.h"
#include "monitor/place.h"
#include "monitor/tally.h"

static const struct argument_spec positionals[] = {{"FORMULA", ARGUMENT_TEXT, NULL, true,
                                                    "公式，如 net_income_per_capita 或 人均纯收入 < 1万元",
                                                    "formula, such as net_income_per_capita < 10000 yuan"},
                                                   {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"on", ARGUMENT_TEXT, "REGISTER", true, "在哪个登记簿上计算", "the register to evaluate on"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "截至日期，默认今天", "as of this date; today by default"},
    {"by", ARGUMENT_TEXT, "LEVEL", false, "按 county、township 或 village 汇总",
     "sum up by county, township or village"},
    {"set", ARGUMENT_LIST, "NAME=VALUE", false, "临时换掉一个参数、定义或规则（可多次），不改动包",
     "replace a parameter, definition or rule for this evaluation (may be repeated)"},
    {"limit", ARGUMENT_NUMBER, "N", false, "只输出前 N 条", "print only the first N records"},
    RECORDED_ARGUMENT,
    ENGINE_ARGUMENTS,
    {0}};

struct evaluation {
    struct database *database;
    const struct pack *pack; /* the database's, or the reform */
    struct pack *reform;     /* NULL without --set */
    const struct node *node;
    int reg;
    int32_t as_of;
    int level; /* enum division_level, or -1 */
    int64_t limit;
    const char *text; /* the formula as it was given */
    struct engine_wish wish;
    struct recorded recorded;
    struct arena arena;
};

static void cell_value(struct report *report, const struct cli *cli, const struct schema *schema,
                       struct type type, const struct value *value)
{
    struct buffer line = {0};
    if (!value->known) {
        report_cell_null(report);
    } else {
        value_format(schema, type, value, cli->language, &line);
        report_cell(report, buffer_get(&line));
    }
    buffer_fini(&line);
}

static void print_records(const struct cli *cli, struct report *report, const struct evaluation *evaluation,
                          const struct frame *frame, const struct program_result *result)
{
    struct buffer line = {0};
    int64_t unknown = 0;
    report_table(report, "records", "", "");
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "value", "结果", "Value", true);
    for (size_t row = 0; row < result->rows; row++) {
        struct value value = program_result_get(result, row);
        unknown += !value.known;
        if ((int64_t)row >= evaluation->limit) continue;
        buffer_clear(&line);
        place_record(evaluation->pack, frame, evaluation->reg, (uint32_t)row, &line);
        report_cell(report, buffer_get(&line));
        cell_value(report, cli, &evaluation->pack->schema, evaluation->node->type, &value);
    }
    report_int(report, "count", "记录数", "Records", (int64_t)result->rows);
    report_int(report, "unknown", "未知", "Unknown", unknown);
    buffer_fini(&line);
}

static void print_tallies(const struct cli *cli, struct report *report, const struct evaluation *evaluation,
                          const struct frame *frame, const struct program_result *result)
{
    const struct pack *pack = evaluation->pack;
    struct type type = evaluation->node->type, average = tally_average_type(type);
    struct tally *tallies;
    size_t count;
    tally_by_division(pack, frame, evaluation->reg, result, (enum division_level)evaluation->level, &tallies,
                      &count);
    report_table(report, "divisions", "", "");
    report_column(report, "code", "代码", "Code", false);
    report_column(report, "division", "地区", "Division", false);
    report_column(report, "records", "记录数", "Records", true);
    report_column(report, "unknown", "未知", "Unknown", true);
    if (type.kind == TYPE_BOOL) {
        report_column(report, "true", "是", "True", true);
        report_column(report, "false", "否", "False", true);
    } else {
        report_column(report, "sum", "合计", "Sum", true);
        report_column(report, "average", "平均", "Average", true);
        report_column(report, "least", "最小", "Least", true);
        report_column(report, "most", "最大", "Most", true);
    }
    for (size_t i = 0; i < count; i++) {
        const struct tally *tally = &tallies[i];
        report_cell(report, tally->division < 0 ? TEXT("") : pack->divisions[tally->division].code);
        report_cell(report, tally->division < 0 ? text_of(cli_say(cli, "（无地区）", "(nowhere)"))
                                                : pack->divisions[tally->division].name);
        report_cell_int(report, tally->records);
        report_cell_int(report, tally->records - tally->known);
        if (type.kind == TYPE_BOOL) {
            report_cell_int(report, tally->yes);
            report_cell_int(report, tally->known - tally->yes);
            continue;
        }
        cell_value(report, cli, &pack->schema, type, &tally->sum);
        cell_value(report, cli, &pack->schema, average, &tally->average);
        cell_value(report, cli, &pack->schema, type, &tally->least);
        cell_value(report, cli, &pack->schema, type, &tally->most);
    }
    free(tallies);
}

/* A register without records is told: nothing below the formula would look like a fault. */
static void say_empty(struct report *report, const struct cli *cli, const struct evaluation *evaluation,
                      const struct program_result *result)
{
    const struct label *label = &evaluation->pack->schema.registers[evaluation->reg].label;
    struct buffer words = {0};
    if (result->rows > 0) return;
    buffer_printf(&words,
                  cli_say(cli, "登记簿“%.*s”中没有记录，没有可计算的",
                          "The register `%.*s` has no records: there is nothing to evaluate"),
                  TEXT_ARGS(label_in(label, cli->language)));
    report_text(report, "empty", "说明", "Note", buffer_get(&words));
    buffer_fini(&words);
}

static int evaluate(const struct cli *cli, const struct evaluation *evaluation, struct err *err)
{
    const struct push_question question = {&evaluation->pack->schema, &evaluation->node, 1, evaluation->reg,
                                           evaluation->as_of};
    const struct answers_request request = {.questions = &question,
                                            .count = 1,
                                            .name = evaluation->text,
                                            .entry = evaluation->recorded.entry,
                                            .wish = evaluation->wish};
    struct answers answers;
    int code = answers_compute(evaluation->database, &request, &answers, err);
    if (code == 0) {
        struct report *report = report_new(cli);
        struct buffer formula = {0};
        formula_print(&evaluation->pack->schema, evaluation->node, cli->language, &formula);
        report_text(report, "formula", "公式", "Formula", buffer_get(&formula));
        recorded_say(report, cli, &evaluation->recorded);
        if (evaluation->reg >= 0) say_empty(report, cli, evaluation, answers.results[0]);
        if (evaluation->level < 0)
            print_records(cli, report, evaluation, answers.frame, answers.results[0]);
        else
            print_tallies(cli, report, evaluation, answers.frame, answers.results[0]);
        engine_say(report, cli, &answers.engine);
        report_print(report);
        buffer_fini(&formula);
        report_free(report);
    }
    answers_fini(&answers);
    return code;
}

static int prepare(const struct arguments *arguments, struct evaluation *evaluation, struct err *err)
{
    int code = work_register(evaluation->pack, argument_text(arguments, "on"), &evaluation->reg, err);
    if (code == 0)
        code = work_level(evaluation->pack, argument_text(arguments, "by"), &evaluation->level, err);
    if (code == 0) code = engine_wish_read(arguments, &evaluation->wish, err);
    if (code == 0) code = recorded_read(evaluation->database, arguments, &evaluation->recorded, err);
    if (code == 0) code = work_variant(evaluation->pack, arguments, &evaluation->reform, err);
    if (code != 0) return code;
    if (evaluation->reform != NULL) evaluation->pack = evaluation->reform;
    evaluation->text = argument_text(arguments, "FORMULA");
    return work_formula(evaluation->pack, &evaluation->arena, evaluation->reg, evaluation->text,
                        &evaluation->node, NULL, err);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct evaluation evaluation = {.as_of = argument_date(arguments, "as-of", date_today()),
                                    .limit = argument_number(arguments, "limit", INT64_MAX)};
    struct err err = {0};
    evaluation.database = work_open(cli, arguments, true);
    if (evaluation.database == NULL) return EXIT_FAILED;
    evaluation.pack = database_pack(evaluation.database);
    int code = prepare(arguments, &evaluation, &err);
    if (code == 0) code = evaluate(cli, &evaluation, &err);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    recorded_fini(&evaluation.recorded);
    arena_fini(&evaluation.arena);
    pack_free(evaluation.reform);
    database_close(evaluation.database);
    return status;
}

const struct command command_eval = {"eval",
                                     "对登记簿的每条记录计算公式，或按地区汇总",
                                     "evaluate a formula for every record, or by division",
                                     positionals,
                                     options,
                                     run};
