/* What a day brings by itself: cases that became overdue go up, imported records become cases, automatic
 * transitions happen. Doing it twice changes nothing, so that several servers of one database may all do it.
 */
#include "api/daily_work.h"

#include "api/app.h"
#include "api/case_call.h"
#include "base/date.h"
#include "casework/tick.h"

static bool is_stopping(void *job)
{
    return job_stopping(job);
}

static void say(struct job *job, const struct tick_report *report)
{
    const struct log *log = ((const struct app *)job_app(job))->log;
    struct json_writer *json = job_result(job);
    json_put_object(json);
    json_member_int(json, "adopted", (int64_t)report->adopted);
    json_member_int(json, "beside", (int64_t)report->beside);
    json_member_int(json, "escalated", (int64_t)report->escalated);
    json_member_int(json, "moved", (int64_t)report->moved);
    json_member_int(json, "reopened", (int64_t)report->reopened);
    json_member_int(json, "failed", (int64_t)report->failed);
    json_put_key(json, "first");
    if (report->failed > 0) {
        json_put_object(json);
        json_member_string(json, "zh", report->first.zh);
        json_member_string(json, "en", report->first.en);
        json_put_object_end(json);
    } else {
        json_put_null(json);
    }
    json_put_object_end(json);
    log_say(log, LOG_NOTICE,
            "办件每日检查：导入立件 %zu，附在已立件上 %zu，逾期上报 %zu，自动流转 %zu，自动重开 "
            "%zu，未能流转 %zu",
            "Cases, daily: %zu taken over from imports, %zu put beside open ones, %zu gone up, %zu moved, "
            "%zu reopened, %zu failed",
            report->adopted, report->beside, report->escalated, report->moved, report->reopened,
            report->failed);
    if (report->failed > 0)
        log_say(log, LOG_WARNING, "未能流转的第一件：%s%.0s", "The first that failed: %.0s%s",
                report->first.zh, report->first.en);
    if (report->unknown_year)
        log_say(
            log, LOG_WARNING, "今年的放假安排不在包里（holidays.yaml），工作日只按周末推算",
            "This year's holidays are not in the pack (holidays.yaml); working days are counted by weekends");
}

int daily_work_run(struct job *job, void *context, struct err *err)
{
    const struct tick_options options = {is_stopping, job, true};
    struct tick_report report;
    struct casework *casework;
    job_progress(job, 0, 0, "正在检查办件的期限", "Looking at the deadlines of cases");
    int code = case_call_open(context, &casework, err);
    if (code == 0) code = casework_tick(casework, case_call_moment(), &options, &report, err);
    if (code == 0) say(job, &report);
    return code;
}
