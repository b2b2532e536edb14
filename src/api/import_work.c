/* An import is read twice: for the preview, and again when it is applied, so that what is written is what
 * stands in the sheet and in the registers at that moment. It is applied only if that is what was shown. */
#include "api/import_work.h"

#include <stdio.h>
#include <string.h>

#include "api/case_call.h"
#include "casework/propose.h"
#include "exchange/import_report.h"
#include "register/history.h"

/* A guest's file costs less than what the command line takes from its owner. */
enum { INFLATED_MAX_GIB = 4, SHARED_MAX_MIB = 128, ATTEMPTS = 10 };

struct task {
    struct job *job;
    struct worker *worker;
    struct principal *principal;
    struct import_item item;
    struct import_options options;
    struct sheet_limits limits;
    struct import_report report;
    bool changed; /* the preview is no longer what would be done */
    struct arena arena;
};

static const char *const interrupted[] = {
    "写入中途停止，没有写入任何内容。可以再次写入",
    "Applying was interrupted and nothing was written. It can be applied again"};
static const char *const unread[] = {"读取中途停止，请重新上传",
                                     "Reading was stopped before its end; upload the file again"};

/* ---- Changes of the record ---- */

static int check_state(const struct import_item *item, enum import_state state, struct err *err)
{
    if (item->state == state) return 0;
    return err_set(err, ERR_CANCELLED, "这次导入已放弃", "This import has been dropped");
}

static void set_reports(struct import_item *item, struct task *task)
{
    const struct pack *pack = task->worker->app->pack;
    for (int i = 0; i < 2; i++) {
        struct buffer out = {0};
        struct json_writer json = json_start(&out);
        import_report_json(&json, pack, &task->report, i == 0 ? "zh" : "en", NULL);
        item->reports[i] = arena_text(&task->arena, buffer_get(&out));
        buffer_fini(&out);
    }
    item->digest = text_of(arena_string(&task->arena, task->report.digest));
}

static void set_errors(struct import_item *item, struct text zh, struct text en)
{
    item->errors[0] = zh;
    item->errors[1] = en;
}

static int to_ready(void *context, struct import_item *item, struct err *err)
{
    struct task *task = context;
    int code = check_state(item, IMPORT_STATE_READING, err);
    if (code != 0) return code;
    set_reports(item, task);
    item->state = IMPORT_STATE_READY;
    return 0;
}

static int to_applied(void *context, struct import_item *item, struct err *err)
{
    (void)err;
    set_reports(item, context);
    set_errors(item, TEXT(""), TEXT(""));
    item->state = IMPORT_STATE_APPLIED;
    return 0;
}

struct failing {
    struct task *task;
    enum import_state from, to;
    const struct err *why;
};

static int to_failed(void *context, struct import_item *item, struct err *err)
{
    struct failing *failing = context;
    int code = check_state(item, failing->from, err);
    if (code != 0) return code;
    if (failing->task->changed) set_reports(item, failing->task);
    set_errors(item, text_of(failing->why->zh), text_of(failing->why->en));
    item->state = failing->to;
    return 0;
}

static int change(struct task *task, import_change *how, void *context, struct err *err)
{
    return import_shelf_change(task->worker->app->imports, task->item.id, task->item.owner, how, context,
                               err);
}

/* ---- The way of a job ---- */

static void progress(void *context, enum import_phase phase, uint64_t done, uint64_t total)
{
    static const char *const zh[] = {"读取", "核对", "写退回表", "写入"};
    static const char *const en[] = {"Reading", "Matching", "Writing refused rows", "Applying"};
    struct task *task = context;
    job_progress(task->job, (int64_t)done, (int64_t)total, zh[phase], en[phase]);
}

static bool cancelled(void *context)
{
    struct task *task = context;
    return job_stopping(task->job);
}

static int confirm(void *context, const struct import_report *report, struct err *err)
{
    struct task *task = context;
    task->changed = !text_is(task->item.digest, report->digest);
    if (!task->changed) return 0;
    return err_set(err, ERR_CONFLICT,
                   "预览之后登记簿有了改动，写入的结果会与预览不同，没有写入。请看过新的预览再写入",
                   "The registers were changed since the preview, so that the outcome would be another; "
                   "nothing was written. Look at the new preview and apply again");
}

static int check_right(const struct task *task, int feed, struct err *err)
{
    if (feed >= 0 && principal_can(task->principal, ABILITY_IMPORT) &&
        principal_may_import(task->principal, feed))
        return 0;
    return err_set(err, ERR_FORBIDDEN, "您已无权导入这种表", "You may not import such sheets any more");
}

static int begin(struct task *task, struct job *job, void *worker, struct err *err)
{
    *task = (struct task){.job = job, .worker = worker, .limits = sheet_limits_default()};
    struct import_shelf *shelf = task->worker->app->imports;
    int64_t id = body_get_int(job_parameters(job), "import", 0);
    int code = import_shelf_get(shelf, id, job_owner(job), &task->arena, &task->item, err);
    if (code == 0) code = call_owner(worker, job_owner(job), &task->principal, err);
    task->limits.inflated_bytes = (uint64_t)INFLATED_MAX_GIB << 30;
    task->limits.shared_bytes = (size_t)SHARED_MAX_MIB << 20;
    task->options = (struct import_options){
        .errors_path = import_shelf_refused(shelf, id, &task->arena),
        .language = arena_copy(&task->arena, task->item.language.at, task->item.language.size),
        .table = {.sheet = {.limits = &task->limits}},
        .progress = progress,
        .cancelled = cancelled,
        .context = task,
        .name = task->item.filename,
        .reference = id,
        .digest = true};
    return code;
}

static void end(struct task *task)
{
    principal_free(task->principal);
    import_report_fini(&task->report);
    arena_fini(&task->arena);
}

static int import_once(struct task *task, struct err *err)
{
    const struct pack *pack = task->worker->app->pack;
    int feed = pack_feed_find(pack, task->item.feed);
    int code = check_right(task, feed, err);
    import_report_fini(&task->report);
    task->changed = false;
    return code != 0 ? code
                     : import_run(task->worker->database, &task->principal->scope, &pack->feeds[feed],
                                  import_shelf_sheet(task->worker->app->imports, task->item.id, &task->arena),
                                  &task->options, &task->report, err);
}

/* adopted: what became of rows that are cases; NULL: nothing was written yet. */
static void put_result(struct job *job, int64_t id, const struct case_adopted *adopted)
{
    struct json_writer *json = job_result(job);
    json_put_object(json);
    json_member_int(json, "import", id);
    json_put_key(json, "cases");
    if (adopted == NULL) {
        json_put_null(json);
    } else {
        json_put_object(json);
        json_member_int(json, "opened", (int64_t)adopted->opened);
        json_member_int(json, "beside", (int64_t)adopted->beside);
        json_member_int(json, "waiting", (int64_t)(adopted->waiting + adopted->failed));
        json_put_object_end(json);
    }
    json_put_object_end(json);
}

/* The path of our copy is nobody's business. */
static void hide_path(struct err *err)
{
    if (err != NULL) err->file[0] = '\0';
}

/* When the server stops, the job is run anew after the restart: the import goes on as it is. */
static void fail(struct task *task, enum import_state from, enum import_state to, const struct err *why)
{
    struct failing failing = {.task = task, .from = from, .to = to, .why = why};
    if (task->item.id != 0) change(task, to_failed, &failing, NULL);
}

int import_preview_run(struct job *job, void *worker, struct err *err)
{
    struct task task;
    int code = begin(&task, job, worker, err);
    task.options.dry_run = true;
    if (code == 0) code = import_once(&task, err);
    hide_path(err);
    if (code == 0) code = change(&task, to_ready, &task, err);
    if (code == 0) {
        put_result(job, task.item.id, NULL);
    } else if (code != ERR_CANCELLED) {
        fail(&task, IMPORT_STATE_READING, IMPORT_STATE_FAILED, err);
        import_shelf_remove_sheet(task.worker->app->imports, task.item.id);
    }
    end(&task);
    return code;
}

/* Between comparing and writing somebody else may have written something else; then it is compared again. */
static int import_apply(struct task *task, struct err *err)
{
    int code = ERR_CONFLICT;
    for (int i = 0; i < ATTEMPTS && code == ERR_CONFLICT && !task->changed; i++)
        code = import_once(task, err);
    return code;
}

/* Rows that are cases by the pack become cases at once. What does not work now, the next tick does: the
 * import has happened. */
static struct case_adopted adopt(const struct task *task)
{
    struct casework *casework;
    struct err unused;
    struct case_adopted adopted = {0};
    if (case_call_open(task->worker, &casework, &unused) == 0)
        case_adopt(casework, case_call_moment(), &adopted, &unused);
    return adopted;
}

int import_apply_run(struct job *job, void *worker, struct err *err)
{
    struct task task;
    int code = begin(&task, job, worker, err);
    task.options.confirm = confirm;
    if (code == 0) code = check_state(&task.item, IMPORT_STATE_APPLYING, err);
    if (code == 0) code = import_apply(&task, err);
    hide_path(err);
    if (code == 0) {
        code = change(&task, to_applied, &task, err);
        import_shelf_remove_sheet(task.worker->app->imports, task.item.id);
        const struct case_adopted adopted = adopt(&task);
        put_result(job, task.item.id, &adopted);
    } else {
        fail(&task, IMPORT_STATE_APPLYING, IMPORT_STATE_READY, err);
    }
    end(&task);
    return code;
}

/* ---- What was cut off ---- */

struct settling {
    enum import_state from;
    bool applied;
};

static int settle(void *context, struct import_item *item, struct err *err)
{
    const struct settling *settling = context;
    (void)err;
    if (item->state != settling->from) return 0;
    if (settling->applied) {
        item->state = IMPORT_STATE_APPLIED;
        set_errors(item, TEXT(""), TEXT(""));
    } else if (settling->from == IMPORT_STATE_APPLYING) {
        item->state = IMPORT_STATE_READY;
        set_errors(item, text_of(interrupted[0]), text_of(interrupted[1]));
    } else {
        item->state = IMPORT_STATE_FAILED;
        set_errors(item, text_of(unread[0]), text_of(unread[1]));
    }
    return 0;
}

static bool in_hand(const struct import_item *item)
{
    return item->state == IMPORT_STATE_READING || item->state == IMPORT_STATE_APPLYING;
}

int import_settled(struct worker *worker, struct jobs *jobs, int64_t id, int64_t owner, struct arena *arena,
                   struct import_item *item, struct err *err)
{
    struct import_shelf *shelf = worker->app->imports;
    struct settling settling = {0};
    int64_t entry = 0;
    int code = import_shelf_get(shelf, id, owner, arena, item, err);
    if (code != 0 || !in_hand(item) || item->job == 0 || jobs_unfinished(jobs, item->job)) return code;
    /* The job writes down what it did before it ends: only what stands now counts. */
    code = import_shelf_get(shelf, id, owner, arena, item, err);
    if (code != 0 || !in_hand(item) || jobs_unfinished(jobs, item->job)) return code;
    settling.from = item->state;
    if (item->state == IMPORT_STATE_APPLYING) code = history_import(worker->database, id, &entry, err);
    settling.applied = entry != 0;
    if (code == 0) code = import_shelf_change(shelf, id, owner, settle, &settling, err);
    return code != 0 ? code : import_shelf_get(shelf, id, owner, arena, item, err);
}
