/* zengshou indicators: how each indicator of the plan stands, for the county or by township or village. */
#include "base/date.h"
#include "base/money.h"
#include "base/suggest.h"
#include "cli/plan_year.h"
#include "cli/report.h"

static const struct argument_spec positionals[] = {{"INDICATOR", ARGUMENT_TEXT, NULL, false,
                                                    "只看这个指标（名称或标签）",
                                                    "only this indicator, by name or label"},
                                                   {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    PLAN_YEAR_ARGUMENTS,
    {"by", ARGUMENT_TEXT, "LEVEL", false, "按 township（乡镇）或 village（村）分列，须指明指标",
     "break down by township or village; wants INDICATOR"},
    {0}};

struct asked {
    struct database *database;
    const struct pack *pack;
    int indicator, level; /* -1: all, none */
    struct plan_year plan;
};

static const char *light_word(const struct cli *cli, enum light light)
{
    static const char *const words[LIGHTS] = {"绿", "黄", "红", "当年无目标", "尚不能判定"};
    return cli->json || cli->language[0] == 'e' ? light_name(light) : words[light];
}

static void cell_decimal(struct report *report, bool known, int64_t value)
{
    char text[MONEY_TEXT];
    if (known)
        report_cell(report, text_of(decimal_format(value, text)));
    else
        report_cell_null(report);
}

static void add_figures(struct report *report, const struct cli *cli, const struct progress_line *line)
{
    struct value value = judge_value(&line->value);
    cell_decimal(report, value.known, value.integer);
    cell_decimal(report, line->judged.target_given, line->judged.target);
    report_cell(report, text_of(light_word(cli, line->judged.light)));
    cell_decimal(report, line->judged.due_known, line->judged.due);
    cell_decimal(report, line->judged.forecast_known, line->judged.forecast);
    report_cell_int(report, line->figure.counted);
    report_cell_int(report, line->figure.missing);
    report_cell_int(report, line->figure.undetermined);
}

static void add_figure_columns(struct report *report)
{
    report_column(report, "value", "现值", "Value", true);
    report_column(report, "target", "目标", "Target", true);
    report_column(report, "light", "灯", "Light", false);
    report_column(report, "due", "应达", "Due", true);
    report_column(report, "forecast", "年底预计", "Forecast", true);
    report_column(report, "counted", "计入", "Counted", true);
    report_column(report, "missing", "未计入", "Not counted", true);
    report_column(report, "undetermined", "待定", "Undetermined", true);
}

static void print_all(struct report *report, const struct cli *cli, const struct asked *asked)
{
    report_table(report, "indicators", "", "");
    report_column(report, "name", "名称", "Name", false);
    report_column(report, "label", "指标", "Indicator", false);
    report_column(report, "clause", "条款", "Clause", false);
    report_column(report, "unit", "单位", "Unit", false);
    add_figure_columns(report);
    for (size_t i = 0; i < asked->pack->indicator_count; i++) {
        const struct pack_indicator *indicator = &asked->pack->indicators[i];
        struct progress_line line;
        if (asked->indicator >= 0 && asked->indicator != (int)i) continue;
        progress_line(&asked->plan.year, &asked->plan.scope, (int)i, -1, &line);
        report_cell(report, indicator->label.name);
        report_cell(report, label_in(&indicator->label, cli->language));
        report_cell(report, pack_clause_id(asked->pack, &indicator->clause));
        report_cell(report, indicator->unit);
        add_figures(report, cli, &line);
    }
}

static void print_places(struct report *report, const struct cli *cli, const struct asked *asked)
{
    report_table(report, "divisions", "", "");
    report_column(report, "code", "代码", "Code", false);
    report_column(report, "division", "地区", "Division", false);
    add_figure_columns(report);
    for (size_t i = 0; i < asked->pack->division_count; i++) {
        struct progress_line line;
        if ((int)asked->pack->divisions[i].level != asked->level) continue;
        progress_line(&asked->plan.year, &asked->plan.scope, asked->indicator, (int)i, &line);
        if (!line.seen) continue;
        report_cell(report, asked->pack->divisions[i].code);
        report_cell(report, asked->pack->divisions[i].name);
        add_figures(report, cli, &line);
    }
}

static void print(const struct cli *cli, const struct asked *asked)
{
    struct report *report = report_new(cli);
    char day[DATE_TEXT];
    report_text(report, "as_of", "截至", "As of", text_of(date_format(asked->plan.year.as_of, day)));
    if (asked->level >= 0) {
        const struct label *label = &asked->pack->indicators[asked->indicator].label;
        report_text(report, "indicator", "指标", "Indicator", label_in(label, cli->language));
        report_text(report, "unit", "单位", "Unit", asked->pack->indicators[asked->indicator].unit);
        print_places(report, cli, asked);
    } else {
        print_all(report, cli, asked);
    }
    report_print(report);
    report_free(report);
}

static int read_indicator(const struct pack *pack, const char *name, int *indicator, struct err *err)
{
    *indicator = -1;
    if (name == NULL) return 0;
    *indicator = pack_indicator_find(pack, text_of(name));
    if (*indicator >= 0) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    for (size_t i = 0; i < pack->indicator_count; i++) {
        suggest_offer(&suggest, pack->indicators[i].label.name);
        suggest_offer(&suggest, pack->indicators[i].label.zh);
    }
    if (suggest.best.size > 0)
        return err_set(err, ERR_INPUT, "包里没有指标“%s”，是不是“%.*s”？",
                       "The pack has no indicator `%s`; did you mean `%.*s`?", name, TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "包里没有指标“%s”。", "The pack has no indicator `%s`.", name);
}

static int prepare(const struct arguments *arguments, struct asked *asked, struct err *err)
{
    int code = read_indicator(asked->pack, argument_text(arguments, "INDICATOR"), &asked->indicator, err);
    if (code == 0) code = work_level(asked->pack, argument_text(arguments, "by"), &asked->level, err);
    if (code == 0 && asked->level >= 0 && asked->indicator < 0)
        code = err_set(err, ERR_INPUT, "按地区分列时请指明一个指标",
                       "name an indicator to break it down by place");
    return code == 0 ? plan_year_open(asked->database, arguments, &asked->plan, err) : code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct asked asked = {0};
    struct err err = {0};
    asked.database = work_open(cli, arguments, true);
    if (asked.database == NULL) return EXIT_FAILED;
    asked.pack = database_pack(asked.database);
    int code = prepare(arguments, &asked, &err);
    if (code == 0) print(cli, &asked);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    plan_year_close(&asked.plan);
    database_close(asked.database);
    return status;
}

const struct command command_indicators = {
    "indicators",
    "看各项指标完成得怎样，全县或分乡镇、村",
    "how the plan's indicators stand, in all or by township or village",
    positionals,
    options,
    run};
