/* A bulletin leaves as an export does: as a job, with the rights that its owner has when it runs, and on the
 * log before anybody gets the file. */
#include "api/bulletin_work.h"

#include <stdio.h>

#include "api/call.h"
#include "base/date.h"

#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

struct task {
    struct job *job;
    struct worker *worker;
    struct principal *principal;
    struct bulletin_question question;
    bool xlsx;
    struct document *document;
    struct arena arena;
};

struct bulletin_tools bulletin_work_tools(const struct worker *worker)
{
    const struct app *app = worker->app;
    return (struct bulletin_tools){worker->database, app->frames, app->book,
                                   app->shelf,       app->counts, app->rulebook};
}

/* ---- What was asked for ---- */

static int begin(struct task *task, struct err *err)
{
    const struct body *order = job_parameters(task->job);
    const struct pack *pack = task->worker->app->pack;
    struct text language = body_get_text(order, "language"), division = body_get_text(order, "division");
    struct bulletin_question *question = &task->question;
    int code = call_owner(task->worker, job_owner(task->job), &task->principal, err);
    if (code != 0) return code;
    task->xlsx = text_is(body_get_text(order, "format"), "xlsx");
    *question =
        (struct bulletin_question){.bulletin = pack_bulletin_find(pack, body_get_text(order, "bulletin")),
                                   .year = (int)body_get_int(order, "year", 0),
                                   .month = (int)body_get_int(order, "month", 0),
                                   .division = -1,
                                   .subject = body_get_int(order, "record", 0),
                                   .scope = &task->principal->scope,
                                   .action = SCOPE_EXPORT,
                                   .language = arena_copy(&task->arena, language.at, language.size),
                                   .today = date_today()};
    if (question->bulletin < 0)
        return err_set(err, ERR_NOT_FOUND, "这种文件已不在包里", "The bulletin is no longer in the pack");
    if (pack->bulletins[question->bulletin].about == ABOUT_SUBJECT) return 0;
    if (!principal_can(task->principal, ABILITY_DASHBOARD))
        return err_set(err, ERR_FORBIDDEN, "您的角色不能看这些数字", "Your role may not see these figures");
    return bulletin_place(pack, question->scope, division, &question->division, err);
}

/* ---- The file ---- */

static int write_file(struct task *task, struct err *err)
{
    const char *ending = task->xlsx ? "xlsx" : "docx";
    const char *name =
        arena_printf(&task->arena, "%s.%s", bulletin_file_name(task->document, &task->arena), ending);
    const char *path = job_file(task->job, name, task->xlsx ? XLSX : DOCX);
    const char *made = arena_printf(&task->arena, "%s.%s", path, ending); /* the ending says the format */
    int code = bulletin_write(task->document, task->question.language, made, err);
    if (code == 0 && rename(made, path) != 0)
        code = err_errno(err, path, "无法保存生成的文件", "Cannot keep the file that was made");
    if (code != 0) remove(made);
    return code;
}

static int note_export(void *context, struct err *err)
{
    const struct task *task = context;
    struct buffer detail = {0};
    int64_t entry;
    bulletin_log_detail(task->worker->app->pack, &task->question, task->document,
                        task->xlsx ? "xlsx" : "docx", &detail);
    int code = database_entry(task->worker->database, task->principal->name, TEXT("export"),
                              buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

static void put_result(const struct task *task)
{
    struct json_writer *json = job_result(task->job);
    json_put_object(json);
    json_member_int(json, "records", task->document->records);
    json_put_object_end(json);
}

int bulletin_work_run(struct job *job, void *worker, struct err *err)
{
    struct task task = {.job = job, .worker = worker};
    const struct bulletin_tools tools = bulletin_work_tools(worker);
    int code = begin(&task, err);
    job_progress(job, 0, 0, "正在生成文件", "Writing the document");
    if (code == 0 && job_stopping(job)) code = err_set(err, ERR_CANCELLED, "已停止", "It was stopped");
    if (code == 0) code = bulletin_make(&tools, &task.question, &task.document, err);
    if (code == 0) code = write_file(&task, err);
    /* Nobody gets the file before the log has it. */
    if (code == 0) code = store_transact(database_store(task.worker->database), note_export, &task, err);
    if (code == 0) put_result(&task);
    document_free(task.document);
    principal_free(task.principal);
    arena_fini(&task.arena);
    return code;
}
