/* zengshou tasks: the plan as a tree, who leads each task, and the lights of its indicators. */
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "cli/plan_year.h"
#include "cli/report.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    PLAN_YEAR_ARGUMENTS,
    {"unit", ARGUMENT_TEXT, "UNIT", false, "只看这个单位牵头或负责的任务",
     "only tasks that this unit leads or answers for"},
    {0}};

struct asked {
    struct database *database;
    const struct pack *pack;
    int unit; /* -1: all */
    struct plan_year plan;
};

static bool has(const int *items, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == wanted) return true;
    return false;
}

static bool lies_in(const struct pack *pack, const struct pack_indicator *indicator, int clause)
{
    for (size_t i = 0; i < indicator->clause.count; i++)
        for (int at = indicator->clause.items[i]; at >= 0; at = pack->clauses[at].parent)
            if (at == clause) return true;
    return false;
}

static void count_lights(const struct asked *asked, const enum light *lights, int clause,
                         int64_t counts[LIGHTS])
{
    for (int i = 0; i < LIGHTS; i++) counts[i] = 0;
    for (size_t i = 0; i < asked->pack->indicator_count; i++)
        if (lies_in(asked->pack, &asked->pack->indicators[i], clause)) counts[lights[i]]++;
}

static void add_units(struct report *report, const struct cli *cli, const struct pack *pack, const int *units,
                      size_t count)
{
    struct buffer names = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_string(&names, cli_say(cli, "、", ", "));
        buffer_text(&names, label_in(&pack->units[units[i]].label, cli->language));
    }
    report_cell(report, buffer_get(&names));
    buffer_fini(&names);
}

static void add_task(struct report *report, const struct cli *cli, const struct asked *asked,
                     const enum light *lights, int index)
{
    const struct pack_plan_clause *clause = &asked->pack->clauses[index];
    const struct label title = {clause->id, clause->title_zh, clause->title_en};
    int64_t counts[LIGHTS];
    count_lights(asked, lights, index, counts);
    report_cell(report, clause->id);
    report_cell(report, label_in(&title, cli->language));
    add_units(report, cli, asked->pack, clause->lead, clause->lead_count);
    for (int i = 0; i < LIGHTS; i++) report_cell_int(report, counts[i]);
}

static void print(const struct cli *cli, const struct asked *asked)
{
    const struct pack *pack = asked->pack;
    struct report *report = report_new(cli);
    enum light *lights = mem_new(pack->indicator_count + 1, sizeof *lights);
    char day[DATE_TEXT];
    for (size_t i = 0; i < pack->indicator_count; i++) {
        struct progress_line line;
        progress_line(&asked->plan.year, &asked->plan.scope, (int)i, -1, &line);
        lights[i] = line.judged.light;
    }
    report_text(report, "as_of", "截至", "As of", text_of(date_format(asked->plan.year.as_of, day)));
    report_table(report, "tasks", "", "");
    report_column(report, "clause", "条款", "Clause", false);
    report_column(report, "title", "任务", "Task", false);
    report_column(report, "lead", "牵头单位", "Lead", false);
    report_column(report, "green", "绿", "Green", true);
    report_column(report, "yellow", "黄", "Yellow", true);
    report_column(report, "red", "红", "Red", true);
    report_column(report, "none", "当年无目标", "No target", true);
    report_column(report, "unknown", "尚不能判定", "Not known", true);
    for (size_t i = 0; i < pack->clause_count; i++) {
        const struct pack_plan_clause *clause = &pack->clauses[i];
        if (asked->unit < 0 || has(clause->lead, clause->lead_count, asked->unit) ||
            has(clause->responsible, clause->responsible_count, asked->unit))
            add_task(report, cli, asked, lights, (int)i);
    }
    report_print(report);
    free(lights);
    report_free(report);
}

static int prepare(const struct arguments *arguments, struct asked *asked, struct err *err)
{
    int code = plan_unit(asked->pack, argument_text(arguments, "unit"), &asked->unit, err);
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

const struct command command_tasks = {"tasks",
                                      "方案的任务树：牵头单位和各指标的灯",
                                      "the plan as a tree of tasks: who leads, and the lights",
                                      positionals,
                                      options,
                                      run};
