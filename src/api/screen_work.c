/* A screening takes seconds for a county, so it is a job. What it stores is one transaction: begun anew after
 * a restart it finds either nothing of itself, or the run that stands. */
#include "api/screen_work.h"

#include "api/call.h"
#include "base/date.h"
#include "monitor/screening.h"

static void say_result(struct job *job, const struct screening *screening)
{
    struct json_writer *json = job_result(job);
    char as_of[DATE_TEXT];
    json_put_object(json);
    json_put_key(json, "run");
    json_put_int(json, screening->run);
    json_put_key(json, "as_of");
    json_put_string(json, date_format(screening->as_of, as_of));
    json_put_key(json, "repeated");
    json_put_bool(json, screening->repeated);
    json_put_object_end(json);
}

static int screen(struct job *job, struct worker *worker, const struct principal *principal, struct err *err)
{
    struct screening_options options = {.actor = principal->name};
    struct screening *screening;
    if (!date_parse(body_get_text(job_parameters(job), "as_of"), &options.as_of))
        return err_set(err, ERR_INPUT, "筛查日期无法识别，例如 2022-09-30",
                       "The date of the screening cannot be read; it is written as 2022-09-30");
    job_progress(job, 0, 0, "正在读入登记簿并运行规则", "Reading the registers and running the rules");
    int code = screening_run(worker->database, &options, &screening, err);
    if (code != 0) return code;
    job_progress(job, (int64_t)screening->rule_count, (int64_t)screening->rule_count, "已存档", "Stored");
    say_result(job, screening);
    screening_free(screening);
    return 0;
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
