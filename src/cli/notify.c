/* zengshou notify: tells everybody of the settings what waits for them, once a day; from cron, or by hand. */
#include <stdio.h>
#include <time.h>

#include "base/date.h"
#include "cli/report.h"
#include "cli/work.h"
#include "notify/notify.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"settings", ARGUMENT_TEXT, "FILE", true, "通知设置（YAML，权限 600），见 docs/operations.md",
     "settings of messages (YAML, mode 600), see docs/operations.md"},
    {"dry-run", ARGUMENT_FLAG, NULL, false, "只显示要发什么，不发送",
     "show what would be sent, send nothing"},
    {0}};

struct telling {
    struct cli *cli;
    struct report *report;
};

static struct text state_of(const struct cli *cli, enum notice_state state)
{
    static const char *const words[] = {
        [NOTICE_PLANNED] = "将发送",   [NOTICE_NOTHING] = "没有要说的",  [NOTICE_SENT] = "已发送",
        [NOTICE_FAILED] = "没有发成",  [NOTICE_GIVEN_UP] = "今天不再试", [NOTICE_UNCERTAIN] = "不知是否送到",
        [NOTICE_EARLIER] = "今天已办", [NOTICE_WAITING] = "稍后再试",
    };
    bool chinese = !cli->json && cli->language[0] == 'z';
    return text_of(chinese ? words[state] : notice_state_name(state));
}

static void told(void *context, const struct notice *notice)
{
    const struct telling *telling = context;
    struct report *report = telling->report;
    bool english = telling->cli->language[0] == 'e';
    report_cell(report, notice->channel);
    if (notice->recipient.size > 0)
        report_cell(report, notice->recipient);
    else
        report_cell_null(report);
    report_cell(report, state_of(telling->cli, notice->state));
    report_cell_int(report, notice->attempts);
    if (notice->why.code != 0)
        report_cell(report, text_of(english ? notice->why.en : notice->why.zh));
    else if (notice->state == NOTICE_PLANNED)
        report_cell(report, notice->body);
    else
        report_cell_null(report);
}

static int notify(struct cli *cli, struct database *database, const struct notify_settings *settings,
                  bool dry_run, struct notify_report *done, struct err *err)
{
    struct access *access = NULL;
    struct casework *casework = NULL;
    struct telling telling = {cli, report_new(cli)};
    const struct notify_options how = {
        .dry_run = dry_run, .at_once = true, .told = told, .context = &telling};
    const struct case_moment moment = {.now = (int64_t)time(NULL), .today = date_today()};
    report_table(telling.report, "messages", "", "");
    report_column(telling.report, "channel", "渠道", "Channel", false);
    report_column(telling.report, "recipient", "账号", "Account", false);
    report_column(telling.report, "state", "结果", "Result", false);
    report_column(telling.report, "attempts", "次数", "Tries", true);
    report_column(telling.report, "words", "说明", "Words", false);
    int code = access_open(database, &(struct access_options){0}, &access, err);
    if (code == 0) code = casework_open(database, access, &casework, err);
    deliver_start();
    if (code == 0) code = notify_run(casework, access, settings, moment, &how, done, err);
    if (code == 0) report_print(telling.report);
    report_free(telling.report);
    casework_close(casework);
    access_close(access);
    return code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    bool dry_run = argument_flag(arguments, "dry-run");
    struct database *database = work_open(cli, arguments, false);
    struct notify_settings *settings = NULL;
    struct notify_report done = {0};
    struct fault_list faults = {0};
    struct err err = {0};
    if (database == NULL) return EXIT_FAILED;
    int code = notify_settings_read(argument_text(arguments, "settings"), database_pack(database), &settings,
                                    &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0) code = notify(cli, database, settings, dry_run, &done, &err);
    fault_list_fini(&faults);
    notify_settings_free(settings);
    database_close(database);
    if (code != 0) return cli_fail(cli, &err);
    return done.failed + done.uncertain > 0 ? EXIT_FAILED : EXIT_DONE;
}

const struct command command_notify = {"notify",
                                       "按设置把待办、到期、逾期的件数发给各账号和群，一天一次",
                                       "tell accounts and groups what waits, is due, is overdue; once a day",
                                       positionals,
                                       options,
                                       run};
