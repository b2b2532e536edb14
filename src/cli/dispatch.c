/* zengshou dispatch: opens the month's round of reports, and says who owes what. */
#include <time.h>

#include "base/date.h"
#include "cli/plan_year.h"
#include "cli/report.h"
#include "progress/dispatch.h"
#include "progress/round.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"month", ARGUMENT_TEXT, "MONTH", true, "调度的月份，如 2024-03",
     "the month reported on, such as 2024-03"},
    {"unit", ARGUMENT_TEXT, "UNIT", false, "只发给这个单位（名称，或乡镇的名称、代码）",
     "only to this unit (its name, or a township's name or code)"},
    {"look", ARGUMENT_FLAG, NULL, false, "只看，不发起", "only look, open nothing"},
    {0}};

struct asked {
    struct database *database;
    const struct pack *pack;
    struct casework *casework;
    struct scope scope;
    struct arena arena;
    int32_t month;
    struct dispatch_done done;
};

/* ---- How it stands ---- */

static struct text day_text(const struct value *day, char text[DATE_TEXT])
{
    return day->known ? text_of(date_format((int32_t)day->integer, text)) : TEXT("");
}

/* People read labels, programs names; a task has a clause that both know. */
static void add_row(struct report *out, const struct cli *cli, const struct pack *pack,
                    const struct round_report *report)
{
    char due[DATE_TEXT], on[DATE_TEXT];
    struct label unit = pack_owner_label(pack, report->unit), lead = pack_owner_label(pack, report->lead);
    if (cli->json) {
        report_cell(out, report->unit);
        report_cell(out, report->lead);
    }
    report_cell(out, label_in(&unit, cli->language));
    report_cell(out, label_in(&lead, cli->language));
    report_cell(out, cli->json || report->indicator < 0 ? report->item : TEXT(""));
    report_cell(out, report->title);
    report_cell(out, label_in(report->stands, cli->language));
    report_cell(out, report->by);
    report_cell(out, day_text(&report->on, on));
    report_cell(out, report->closed.known ? TEXT("") : day_text(&report->due, due));
    report_cell(out, report->overdue ? text_of(cli_say(cli, "逾期", "late")) : TEXT(""));
}

static int add_rows(struct report *report, const struct cli *cli, const struct asked *asked, struct text unit,
                    struct err *err)
{
    struct arena arena = {0};
    struct round round;
    int code = round_read(asked->database, &asked->scope, asked->month, TEXT(""), cli->language, date_today(),
                          &arena, &round, err);
    for (size_t i = 0; code == 0 && i < round.count; i++)
        if (unit.size == 0 || text_equal(round.reports[i].unit, unit))
            add_row(report, cli, asked->pack, &round.reports[i]);
    arena_fini(&arena);
    return code;
}

static int print(const struct cli *cli, const struct asked *asked, struct text unit, struct err *err)
{
    struct report *report = report_new(cli);
    char month[DATE_TEXT];
    report_text(report, "month", "月份", "Month", text_of(month_format(asked->month, month)));
    report_int(report, "due", "应报", "Reports due", (int64_t)asked->done.due);
    report_int(report, "opened", "本次新发", "Opened now", (int64_t)asked->done.opened);
    report_table(report, "reports", "", "");
    if (cli->json) {
        report_column(report, "unit", "", "", false);
        report_column(report, "lead", "", "", false);
    }
    report_column(report, "unit_label", "单位", "Unit", false);
    report_column(report, "lead_label", "牵头单位", "Lead unit", false);
    report_column(report, "item", cli->json ? "" : "条款", "Clause", false);
    report_column(report, "title", "名称", "Title", false);
    report_column(report, "state", "状态", "State", false);
    report_column(report, "reported_by", "报送人", "Reported by", false);
    report_column(report, "reported_on", "报送日期", "Reported on", false);
    report_column(report, "due", "期限", "Due", false);
    report_column(report, "late", "逾期", "Late", false);
    int code = add_rows(report, cli, asked, unit, err);
    if (code == 0) report_print(report);
    report_free(report);
    return code;
}

/* ---- The command ---- */

static int open_round(struct asked *asked, struct text unit, bool look, struct err *err)
{
    const struct case_actor actor = {&asked->scope, -1, -1, 0};
    const struct case_moment moment = {(int64_t)time(NULL), date_today()};
    struct arena arena = {0};
    if (!look) {
        int code = casework_open(asked->database, NULL, &asked->casework, err);
        return code == 0
                   ? dispatch_open(asked->casework, &actor, moment, asked->month, unit, &asked->done, err)
                   : code;
    }
    if (asked->pack->progress.dispatch.unit < 0)
        return err_set(err, ERR_INPUT, "包里没有月度调度（pack.yaml 的 progress.dispatch）",
                       "The pack has no rounds of reports (`progress.dispatch` in pack.yaml)");
    dispatch_items(asked->pack, asked->month, &arena, &asked->done.due);
    arena_fini(&arena);
    return 0;
}

static int work(const struct cli *cli, const struct arguments *arguments, struct asked *asked,
                struct err *err)
{
    const char *written = argument_text(arguments, "month");
    struct text only;
    if (!month_parse(text_of(written), &asked->month))
        return err_set(err, ERR_INPUT, "“%s”不是月份；请写成 2024-03",
                       "`%s` is no month; write it as 2024-03", written);
    int code = plan_owner(asked->pack, argument_text(arguments, "unit"), &only, err);
    if (code == 0) code = open_round(asked, only, argument_flag(arguments, "look"), err);
    return code == 0 ? print(cli, asked, only, err) : code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct asked asked = {0};
    struct err err = {0};
    asked.database = work_open(cli, arguments, argument_flag(arguments, "look"));
    if (asked.database == NULL) return EXIT_FAILED;
    asked.pack = database_pack(asked.database);
    asked.scope = scope_everything(asked.pack, TEXT("cli"), &asked.arena);
    int code = work(cli, arguments, &asked, &err);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    casework_close(asked.casework);
    arena_fini(&asked.arena);
    database_close(asked.database);
    return status;
}

const struct command command_dispatch = {"dispatch",
                                         "发起一个月的调度，看各单位报到了哪一步",
                                         "open a month's round of reports, and see where each stands",
                                         positionals,
                                         options,
                                         run};
