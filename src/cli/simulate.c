/* zengshou simulate: who enters and who leaves a list when a parameter, definition or rule is replaced. */
#include "base/money.h"
#include "base/date.h"
#include "cli/engine_words.h"
#include "cli/recorded.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/formula.h"
#include "monitor/place.h"
#include "monitor/simulate.h"

static const struct argument_spec positionals[] = {{"RULE|FORMULA", ARGUMENT_TEXT, NULL, true,
                                                    "规则名，或在 --on 登记簿上的条件",
                                                    "name of a rule, or a condition on the register --on"},
                                                   {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"set", ARGUMENT_LIST, "NAME=VALUE", true, "换掉的参数、定义或规则（可多次），如 income_line=7000元",
     "the parameter, definition or rule to replace (may be repeated), such as income_line=7000"},
    {"on", ARGUMENT_TEXT, "REGISTER", false, "条件所在的登记簿；规则自有",
     "the condition's register; a rule has its own"},
    {"as-of", ARGUMENT_DATE, "DATE", false, "截至日期，默认今天", "as of this date; today by default"},
    {"by", ARGUMENT_TEXT, "LEVEL", false, "按 county、township（默认）或 village 分列",
     "break down by county, township (default) or village"},
    {"sum", ARGUMENT_TEXT, "FORMULA", false, "对名单合计的金额公式", "a money formula to sum over each list"},
    {"limit", ARGUMENT_NUMBER, "N", false, "进出名单各列出前 N 条，默认 10",
     "name the first N that enter and leave; 10 by default"},
    RECORDED_ARGUMENT,
    ENGINE_ARGUMENTS,
    {0}};

struct question {
    const struct pack *pack;
    struct pack *reform;
    struct arena arena;
    struct recorded recorded;
    struct simulation_options how;
    bool divided; /* the pack has divisions */
    int64_t limit;
};

static void cell_total(struct report *report, const struct simulation_side *side)
{
    char text[MONEY_TEXT];
    bool fits = side->total <= INT64_MAX && side->total >= -(__int128)INT64_MAX;
    if (fits)
        report_cell(report, text_of(money_format((int64_t)side->total, text)));
    else
        report_cell_null(report);
}

static void add_row(struct report *report, const struct cli *cli, const struct question *question,
                    const struct simulation_row *row, const char *name)
{
    const struct pack *pack = question->pack;
    if (name == NULL) name = cli_say(cli, "（无地区）", "(nowhere)");
    report_cell(report, row->division < 0 ? text_of(name) : pack->divisions[row->division].name);
    report_cell_int(report, row->records);
    report_cell_int(report, row->base.hits);
    report_cell_int(report, row->variant.hits);
    report_cell_int(report, row->entering);
    report_cell_int(report, row->leaving);
    report_cell_int(report, row->base.undetermined);
    report_cell_int(report, row->variant.undetermined);
    if (question->how.base_sum == NULL) return;
    cell_total(report, &row->base);
    cell_total(report, &row->variant);
    report_cell_int(report, row->base.sum_unknown);
    report_cell_int(report, row->variant.sum_unknown);
}

static void print_rows(struct report *report, const struct cli *cli, const struct question *question,
                       const struct simulation *simulation)
{
    report_table(report, "divisions", "", "");
    report_column(report, "division", "地区", "Division", false);
    report_column(report, "records", "记录数", "Records", true);
    report_column(report, "base", "现行", "Now", true);
    report_column(report, "variant", "方案", "Variant", true);
    report_column(report, "entering", "进入", "Enter", true);
    report_column(report, "leaving", "退出", "Leave", true);
    report_column(report, "base_undetermined", "现行待定", "Undetermined now", true);
    report_column(report, "variant_undetermined", "方案待定", "Undetermined then", true);
    if (question->how.base_sum != NULL) {
        report_column(report, "base_sum", "现行合计(元)", "Sum now (yuan)", true);
        report_column(report, "variant_sum", "方案合计(元)", "Sum then (yuan)", true);
        report_column(report, "base_sum_unknown", "现行金额未知", "Amount unknown now", true);
        report_column(report, "variant_sum_unknown", "方案金额未知", "Amount unknown then", true);
    }
    for (size_t i = 0; question->divided && i < simulation->row_count; i++)
        add_row(report, cli, question, &simulation->rows[i], NULL);
    add_row(report, cli, question, &simulation->all, cli_say(cli, "合计", "All"));
}

static void print_who(struct report *report, const struct question *question,
                      const struct simulation *simulation, const uint64_t *who, const char *key,
                      const char *zh, const char *en)
{
    size_t rows = simulation->frame->registers[simulation->reg].rows;
    int64_t shown = 0;
    struct buffer name = {0};
    report_table(report, key, zh, en);
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "village", "村", "Village", false);
    for (size_t row = 0; row < rows && shown < question->limit; row++) {
        if ((who[row / 64] >> (row % 64) & 1) == 0) continue;
        int division = place_division(question->pack, simulation->frame, simulation->reg, (uint32_t)row);
        buffer_clear(&name);
        place_record(question->pack, simulation->frame, simulation->reg, (uint32_t)row, &name);
        report_cell(report, buffer_get(&name));
        report_cell(report, division < 0 ? TEXT("") : question->pack->divisions[division].name);
        shown++;
    }
    buffer_fini(&name);
}

static void print_simulation(const struct cli *cli, const struct question *question,
                             const struct simulation *simulation)
{
    struct report *report = report_new(cli);
    struct buffer formula = {0};
    formula_print(&question->pack->schema, question->how.base, cli->language, &formula);
    report_text(report, "base", "现行", "Now", buffer_get(&formula));
    buffer_clear(&formula);
    formula_print(&question->reform->schema, question->how.variant, cli->language, &formula);
    report_text(report, "variant", "方案", "Variant", buffer_get(&formula));
    recorded_say(report, cli, &question->recorded);
    print_rows(report, cli, question, simulation);
    if (question->limit > 0) {
        print_who(report, question, simulation, simulation->entering, "enter", "进入名单（前几条）",
                  "Who enters (the first ones)");
        print_who(report, question, simulation, simulation->leaving, "leave", "退出名单（前几条）",
                  "Who leaves (the first ones)");
    }
    engine_say(report, cli, &simulation->engine);
    report_print(report);
    buffer_fini(&formula);
    report_free(report);
}

static int check_sum(struct question *question, const struct pack *pack, const char *text,
                     const struct node **node, struct err *err)
{
    struct type wanted = type_of(TYPE_MONEY);
    struct node *checked = NULL;
    struct formula_source source = {.text = text_of(text)};
    int code =
        formula_check(&pack->schema, &question->arena, question->how.reg, source, &wanted, &checked, err);
    *node = checked;
    return code;
}

/* A rule is taken from each side's own pack, a formula is read twice. */
static int read_condition(struct question *question, const struct arguments *arguments, struct err *err)
{
    const char *text = argument_text(arguments, "RULE|FORMULA"), *on = argument_text(arguments, "on");
    int rule = pack_rule_find(question->pack, text_of(text)), code = 0;
    if (on != NULL)
        code = work_register(question->pack, on, &question->how.reg, err);
    else if (rule >= 0)
        question->how.reg = question->pack->rules[rule].scope;
    else
        return err_set(err, ERR_INPUT, "没有规则“%s”；如果是公式，请用 --on 说明登记簿。",
                       "There is no rule '%s'; for a formula, name its register with --on.", text);
    if (code == 0)
        code = work_formula(question->pack, &question->arena, question->how.reg, text, &question->how.base,
                            NULL, err);
    if (code == 0)
        code = work_formula(question->reform, &question->arena, question->how.reg, text,
                            &question->how.variant, NULL, err);
    if (code == 0 && question->how.base->type.kind != TYPE_BOOL)
        code = err_set(err, ERR_INPUT, "“%s”不是条件：它的结果不是真或假。",
                       "'%s' is not a condition: it is not true or false.", text);
    return code;
}

static int prepare(struct question *question, const struct arguments *arguments, struct err *err)
{
    const char *sum = argument_text(arguments, "sum"), *by = argument_text(arguments, "by");
    int level = DIVISION_TOWNSHIP;
    int code = by == NULL ? 0 : work_level(question->pack, by, &level, err);
    if (code == 0) code = work_variant(question->pack, arguments, &question->reform, err);
    question->how.name = argument_text(arguments, "RULE|FORMULA");
    if (code == 0) code = engine_wish_read(arguments, &question->how.wish, err);
    if (code == 0) code = read_condition(question, arguments, err);
    if (code == 0 && sum != NULL)
        code = check_sum(question, question->pack, sum, &question->how.base_sum, err);
    if (code == 0 && sum != NULL)
        code = check_sum(question, question->reform, sum, &question->how.variant_sum, err);
    question->how.level = (enum division_level)level;
    question->how.reform = question->reform;
    return code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct question question = {.limit = argument_number(arguments, "limit", 10)};
    struct simulation *simulation = NULL;
    struct err err = {0};
    struct database *database = work_open(cli, arguments, true);
    if (database == NULL) return EXIT_FAILED;
    question.pack = database_pack(database);
    question.divided = question.pack->division_register >= 0;
    question.how.as_of = argument_date(arguments, "as-of", date_today());
    int code = prepare(&question, arguments, &err);
    if (code == 0) code = recorded_read(database, arguments, &question.recorded, &err);
    question.how.entry = question.recorded.entry;
    if (code == 0) code = simulation_run(database, &question.how, &simulation, &err);
    if (code == 0) print_simulation(cli, &question, simulation);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    simulation_free(simulation);
    recorded_fini(&question.recorded);
    arena_fini(&question.arena);
    pack_free(question.reform);
    database_close(database);
    return status;
}

const struct command command_simulate = {
    "simulate",
    "推演：换一个参数或规则，谁进名单，谁退名单",
    "what if: who enters and who leaves a list under other parameters or rules",
    positionals,
    options,
    run};
