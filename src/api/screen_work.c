/* A screening takes seconds for a county, so it is a job. What it stores is one transaction: begun anew after
 * a restart it finds either nothing of itself, or the run that stands. */
#include "api/screen_work.h"

#include "api/call.h"
#include "api/case_call.h"
#include "api/say.h"
#include "base/date.h"
#include "casework/clues.h"
#include "monitor/screening.h"

static void say_cases(struct json_writer *json, const struct clues_report *report)
{
    json_put_key(json, "cases");
    json_put_object(json);
    json_member_int(json, "opened", (int64_t)report->opened);
    json_member_int(json, "beside", (int64_t)report->beside);
    json_member_int(json, "known", (int64_t)report->known);
    json_member_int(json, "failed", (int64_t)report->failed);
    json_put_key(json, "reason"); /* of the first that failed; the next screening brings it again */
    if (report->failed > 0)
        say_two(json, text_of(report->first.zh), text_of(report->first.en));
    else
        json_put_null(json);
    json_put_object_end(json);
}

static void say_result(struct job *job, const struct screening *screening, const struct clues_report *report)
{
    struct json_writer *json = job_result(job);
    char as_of[DATE_TEXT];
    json_put_object(json);
    json_member_int(json, "run", screening->run);
    json_member_string(json, "as_of", date_format(screening->as_of, as_of));
    json_member_bool(json, "repeated", screening->repeated);
    say_cases(json, report);
    json_put_object_end(json);
}

static bool is_cancelled(void *job)
{
    return job_stopping(job);
}

/* What was found becomes work for somebody. */
static int bring_clues(struct job *job, struct worker *worker, int64_t run, struct clues_report *report,
                       struct err *err)
{
    const struct clues_options options = {is_cancelled, job};
    struct casework *casework;
    int code = case_call_open(worker, &casework, err);
    job_progress(job, 0, 0, "正在按线索立办件", "Opening cases for what was found");
    return code == 0 ? clues_bring(casework, case_call_moment(), run, &options, report, err) : code;
}

static int screen(struct job *job, struct worker *worker, const struct principal *principal, struct err *err)
{
    struct screening_options options = {.actor = principal->name};
    struct screening *screening;
    struct clues_report report = {0};
    if (!date_parse(body_get_text(job_parameters(job), "as_of"), &options.as_of))
        return err_set(err, ERR_INPUT, "筛查日期无法识别，例如 2022-09-30",
                       "The date of the screening cannot be read; it is written as 2022-09-30");
    job_progress(job, 0, 0, "正在读入登记簿并运行规则", "Reading the registers and running the rules");
    int code = screening_run(worker->database, &options, &screening, err);
    if (code != 0) return code;
    job_progress(job, (int64_t)screening->rule_count, (int64_t)screening->rule_count, "已存档", "Stored");
    code = bring_clues(job, worker, screening->run, &report, err);
    if (code == 0) say_result(job, screening, &report);
    screening_free(screening);
    return code;
}

int screen_work_run(struct job *job, void *context, struct err *err)
{
    struct worker *worker = context;
    struct principal *principal;
    int code = call_owner(worker, job_owner(job), &principal, err);
    if (code != 0) return code;
    if (job_stopping(job))
        code = err_set(err, ERR_CANCELLED, "筛查已取消", "The screening was cancelled");
    else if (!principal_can(principal, ABILITY_SCREEN))
        code = err_set(err, ERR_FORBIDDEN, "您的角色不能运行筛查", "Your role may not run screenings");
    else
        code = screen(job, worker, principal, err);
    principal_free(principal);
    return code;
}
