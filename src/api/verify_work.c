/* Checking reads the whole database, so it is a job. What it found is on the log itself: who checked, when,
 * and up to which entry; an auditor sees it at the head of the audit page. */
#include "api/verify_work.h"

#include "api/call.h"
#include "api/case_call.h"
#include "api/say.h"
#include "assessment/verify.h"
#include "casework/verify.h"
#include "files/attachments.h"
#include "register/verify.h"

struct task {
    struct job *job;
    struct worker *worker;
    struct principal *principal;
    bool english;
    struct verify_report report;
    struct fault_list faults;
    int64_t files, cases;
    struct assessment_verified assessment;
};

/* The same members in the log's detail and in the job's result. */
static void put_findings(struct json_writer *json, const struct task *task)
{
    json_member_int(json, "head", task->report.head);
    json_member_string(json, "hash", task->report.hash);
    json_member_int(json, "entries", task->report.entries);
    json_member_int(json, "records", task->report.records);
    json_member_int(json, "files", task->files);
    json_member_int(json, "cases", task->cases);
    json_member_int(json, "assessments", task->assessment.runs);
    json_member_int(json, "unproved", task->assessment.unproved);
    json_member_int(json, "faults", (int64_t)(task->faults.count + task->faults.dropped));
}

static void say_result(const struct task *task)
{
    struct json_writer *json = job_result(task->job);
    json_put_object(json);
    put_findings(json, task);
    json_put_key(json, "found");
    json_put_array(json);
    for (size_t i = 0; i < task->faults.count; i++)
        json_put_string(json, task->english ? task->faults.items[i].en : task->faults.items[i].zh);
    json_put_array_end(json);
    json_put_object_end(json);
}

static int note(void *context, struct err *err)
{
    const struct task *task = context;
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t entry;
    json_put_object(&json);
    put_findings(&json, task);
    json_put_object_end(&json);
    int code = database_entry(task->worker->database, task->principal->name, TEXT("verify"),
                              buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

static int verify(struct task *task, struct err *err)
{
    if (job_stopping(task->job)) return err_set(err, ERR_CANCELLED, "核对已取消", "The check was cancelled");
    if (!principal_can(task->principal, ABILITY_AUDIT))
        return err_set(err, ERR_FORBIDDEN, "您的角色不能查看操作日志", "Your role may not read the log");
    struct casework *casework;
    job_progress(task->job, 0, 0, "正在核对日志的校验链和登记簿",
                 "Checking the log's chain and the registers");
    int code = database_verify(task->worker->database, body_get_text(job_parameters(task->job), "head"),
                               &task->report, &task->faults, err);
    if (code == 0)
        job_progress(task->job, 0, 0, "正在核对附件、办件和考核", "Checking files, cases and assessments");
    if (code == 0) code = files_verify(task->worker->database, &task->files, &task->faults, err);
    if (code == 0) code = case_call_open(task->worker, &casework, err);
    if (code == 0) code = casework_verify(casework, &task->cases, &task->faults, err);
    if (code == 0) code = assessment_verify(task->worker->database, &task->assessment, &task->faults, err);
    if (code == 0) code = store_transact(database_store(task->worker->database), note, task, err);
    if (code == 0) say_result(task);
    return code;
}

int verify_work_run(struct job *job, void *worker, struct err *err)
{
    struct task task = {.job = job, .worker = worker};
    task.english = text_is(body_get_text(job_parameters(job), "language"), "en");
    int code = call_owner(worker, job_owner(job), &task.principal, err);
    if (code == 0) code = verify(&task, err);
    fault_list_fini(&task.faults);
    principal_free(task.principal);
    return code;
}
