/* zengshou verify: is the database what the program wrote, and does its log go back to what was noted down?
 */
#include "register/verify.h"

#include "assessment/verify.h"
#include "casework/verify.h"
#include "cli/report.h"
#include "cli/work.h"
#include "files/attachments.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"head", ARGUMENT_TEXT, "HASH", false, "以前记下的校验值，日志必须能追溯到它",
     "a hash noted down before, to which the log must go back"},
    {0}};

static void print_faults(const struct cli *cli, struct report *report, const struct fault_list *faults)
{
    report_table(report, "faults", "发现的问题", "Faults");
    report_column(report, "fault", "", "", false);
    for (size_t i = 0; i < faults->count; i++)
        report_cell(report, text_of(cli_say(cli, faults->items[i].zh, faults->items[i].en)));
    if (faults->dropped > 0)
        report_line(report, "另有 %zu 个问题没有列出。", "%zu more faults are not listed.", faults->dropped);
}

static void print_head(struct report *report, const struct verify_report *done)
{
    report_int(report, "head_entry", "最后一条", "Last entry", done->head);
    report_text(report, "head", "它的校验值", "Its hash", text_of(done->hash));
    if (done->head > 0)
        report_line(report, "请把校验值记在数据库以外的地方；以后用 --head 核对。",
                    "Note the hash down outside the database; later compare with --head.");
}

/* What each room found. */
struct verified {
    struct verify_report base;
    int64_t files, cases;
    struct assessment_verified assessment;
};

/* Neither sound nor altered: nobody can tell. */
static void print_unproved(struct report *report, const struct assessment_verified *done)
{
    if (done->unproved == 0) return;
    report_int(report, "unproved", "其中无从核对的", "Of those, not to be checked", done->unproved);
    report_line(report,
                "这些考核是旧版本生成或公布的，日志里没有校验值：它们的分数有没有被人改过，查不出来。",
                "An older version made or published these; the log has no digest of them. Whether their "
                "points were altered cannot be said.");
}

static void print_report(const struct cli *cli, const struct verified *all, const struct fault_list *faults)
{
    const struct verify_report *done = &all->base;
    struct report *report = report_new(cli);
    bool sound = faults->count == 0;
    if (sound) report_line(report, "没有发现问题。", "No fault was found.");
    report_bool(report, "sound", "完好", "Sound", sound);
    report_int(report, "records", "记录", "Records", done->records);
    report_int(report, "files", "附件文件", "Attached files", all->files);
    report_int(report, "cases", "办件", "Cases", all->cases);
    report_int(report, "assessments", "考核", "Assessments", all->assessment.runs);
    print_unproved(report, &all->assessment);
    report_int(report, "entries", "日志条数", "Entries of the log", done->entries);
    report_int(report, "changes", "其中的改动", "Changes in it", done->changes);
    if (done->sealed > 0) report_int(report, "sealed", "加密的值", "Sealed values", done->sealed);
    if (done->unopened)
        report_line(report, "没有可用的密钥文件，加密的值没有核对。",
                    "There is no key file that fits; sealed values were not checked.");
    if (done->unchained > 0)
        report_int(report, "unchained", "校验值是后来补算的，到第几条为止",
                   "Hashes computed later, up to entry", done->unchained);
    if (done->noted > 0)
        report_int(report, "noted", "记下的校验值属于第几条", "The noted hash is that of entry", done->noted);
    if (sound)
        print_head(report, done);
    else
        print_faults(cli, report, faults);
    report_print(report);
    report_free(report);
}

/* What was found before something kept it from going on is still worth knowing. */
static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    struct verified done = {0};
    struct fault_list faults = {0};
    const char *noted = argument_text(arguments, "head");
    struct database *database = work_open(cli, arguments, true);
    if (database == NULL) return EXIT_FAILED;
    int status = EXIT_DONE;
    int code = database_verify(database, text_of(noted == NULL ? "" : noted), &done.base, &faults, &err);
    if (code == 0) code = files_verify(database, &done.files, &faults, &err);
    if (code == 0) code = casework_verify_database(database, &done.cases, &faults, &err);
    if (code == 0) code = assessment_verify(database, &done.assessment, &faults, &err);
    if (code != 0) {
        if (faults.count > 0) cli_faults(cli, &faults);
        status = cli_fail(cli, &err);
    } else {
        print_report(cli, &done, &faults);
        if (faults.count > 0) status = EXIT_FAILED;
    }
    fault_list_fini(&faults);
    database_close(database);
    return status;
}

const struct command command_verify = {"verify",
                                       "核对数据库和日志：有没有损坏，有没有被人改过",
                                       "check the database and its log: damaged? altered by somebody?",
                                       positionals,
                                       options,
                                       run};
