/* A job outlives the request that asked for it and the browser that watches it; it belongs to its owner and
 * to nobody else. */
#include "server/jobs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/jobs_private.h"

enum { SWEEP_EVERY_MS = 60 * 1000 };

struct runner {
    struct jobs *jobs;
    void *context;
    bool has_context, started;
    pthread_t thread;
};

int64_t jobs_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *job_state_name(enum job_state state)
{
    static const char *const names[] = {"queued", "running", "done", "failed", "cancelled", "interrupted"};
    return names[state];
}

bool job_finished(const struct job *job)
{
    return job->state != JOB_QUEUED && job->state != JOB_RUNNING;
}

void job_free(struct job *job)
{
    if (job == NULL) return;
    body_free(job->parameters_read);
    buffer_fini(&job->result);
    free(job->kind_name);
    free(job->parameters);
    free(job->file_path);
    free(job->file_name);
    free(job->file_type);
    free(job);
}

bool job_is_for(const struct job *job, const struct request *request)
{
    return job->owner == 0 ? request->steward : job->owner == request->owner;
}

struct job *jobs_find(struct jobs *jobs, int64_t id, const struct request *request)
{
    for (struct job *job = jobs->first; job != NULL; job = job->next)
        if (job->id == id) return job_is_for(job, request) ? job : NULL;
    return NULL;
}

/* ---- Adding ---- */

static int check_room(struct jobs *jobs, int64_t owner, struct err *err)
{
    size_t waiting = 0, own = 0;
    for (const struct job *job = jobs->first; job != NULL; job = job->next) {
        waiting += job->state == JOB_QUEUED;
        own += !job_finished(job) && job->owner == owner;
    }
    if (jobs->stopping)
        return err_set(err, ERR_BUSY, "服务器正在停止，请稍后再试",
                       "The server is stopping; try again later");
    if (own >= jobs->options.per_owner)
        return err_set(err, ERR_TOO_MANY, "您已有 %zu 个任务没有完成，请等其中之一完成后再试",
                       "You have %zu unfinished jobs; try again when one has finished", own);
    if (waiting >= jobs->options.queue)
        return err_set(err, ERR_BUSY, "排队的任务太多，请稍后再试",
                       "Too many jobs are waiting; try again later");
    return 0;
}

static const struct job_kind *find_kind(const struct jobs *jobs, const char *name)
{
    for (size_t i = 0; i < jobs->options.kind_count; i++)
        if (strcmp(jobs->options.kinds[i].name, name) == 0) return &jobs->options.kinds[i];
    return NULL;
}

static void append(struct jobs *jobs, struct job *job)
{
    if (jobs->last == NULL)
        jobs->first = job;
    else
        jobs->last->next = job;
    jobs->last = job;
}

int jobs_add(struct jobs *jobs, const char *kind, int64_t owner, struct text parameters, int64_t *id,
             struct err *err)
{
    struct body *read;
    int code = body_parse(parameters, &read, err);
    if (code != 0) return code;
    pthread_mutex_lock(&jobs->lock);
    code = check_room(jobs, owner, err);
    if (code == 0) {
        struct job *job = mem_new(1, sizeof *job);
        int64_t now = jobs_now();
        *job = (struct job){
            .jobs = jobs, .owner = owner, .kind = find_kind(jobs, kind), .parameters_read = read};
        job->id = jobs->last_id = now > jobs->last_id ? now : jobs->last_id + 1;
        job->kind_name = mem_copy_text(kind, strlen(kind));
        job->parameters = mem_copy_text(parameters.at, parameters.size);
        append(jobs, job);
        journal_write(jobs, job);
        pthread_cond_signal(&jobs->changed);
        *id = job->id;
    } else {
        body_free(read);
    }
    pthread_mutex_unlock(&jobs->lock);
    return code;
}

bool jobs_unfinished(struct jobs *jobs, int64_t id)
{
    pthread_mutex_lock(&jobs->lock);
    const struct job *job = jobs->first;
    while (job != NULL && job->id != id) job = job->next;
    bool unfinished = job != NULL && !job_finished(job);
    pthread_mutex_unlock(&jobs->lock);
    return unfinished;
}

/* ---- For run() ---- */

void *job_app(const struct job *job)
{
    return job->jobs->options.app;
}

int64_t job_id(const struct job *job)
{
    return job->id;
}

int64_t job_owner(const struct job *job)
{
    return job->owner;
}

const struct body *job_parameters(const struct job *job)
{
    return job->parameters_read;
}

void job_progress(struct job *job, int64_t done, int64_t total, const char *zh, const char *en)
{
    pthread_mutex_lock(&job->jobs->lock);
    job->done = done;
    job->total = total;
    if (zh != NULL) snprintf(job->phase_zh, sizeof job->phase_zh, "%s", zh);
    if (en != NULL) snprintf(job->phase_en, sizeof job->phase_en, "%s", en);
    jobs_notify(job->jobs, job);
    pthread_mutex_unlock(&job->jobs->lock);
}

bool job_stopping(struct job *job)
{
    pthread_mutex_lock(&job->jobs->lock);
    bool stopping = job->cancel || job->jobs->stopping;
    pthread_mutex_unlock(&job->jobs->lock);
    return stopping;
}

struct json_writer *job_result(struct job *job)
{
    buffer_clear(&job->result);
    job->result_writer = json_start(&job->result);
    return &job->result_writer;
}

const char *job_file(struct job *job, const char *name, const char *type)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%lld.out", job->jobs->options.folder, (long long)job->id);
    free(job->file_path);
    free(job->file_name);
    free(job->file_type);
    job->file_path = mem_copy_text(path, (size_t)size < sizeof path ? (size_t)size : sizeof path - 1);
    job->file_name = mem_copy_text(name, strlen(name));
    job->file_type = mem_copy_text(type, strlen(type));
    return job->file_path;
}

/* ---- Running ---- */

static enum job_state state_after(const struct job *job, int code)
{
    if (code == 0) return JOB_DONE;
    if (job->cancel) return JOB_CANCELLED;
    if (!job->jobs->stopping || code != ERR_CANCELLED) return JOB_FAILED;
    /* What can be run anew is taken up again after the restart. */
    return job->kind->resumable ? JOB_QUEUED : JOB_INTERRUPTED;
}

static void finish(struct job *job, int code, const struct err *err)
{
    struct jobs *jobs = job->jobs;
    job->state = state_after(job, code);
    job->finished_at = jobs_now();
    if (job->state == JOB_FAILED) job->err = *err;
    if (job->state == JOB_FAILED && err->code == 0)
        err_set(&job->err, (enum err_code)code, "任务失败", "The job failed");
    if (job->state != JOB_DONE) {
        buffer_clear(&job->result);
        if (job->file_path != NULL) unlink(job->file_path);
        free(job->file_path);
        job->file_path = NULL;
    }
    journal_write(jobs, job);
    jobs_notify(jobs, job);
}

static struct job *next_queued(struct jobs *jobs)
{
    struct job *job = jobs->first;
    while (job != NULL && job->state != JOB_QUEUED) job = job->next;
    return job;
}

static void *serve(void *argument)
{
    struct runner *runner = argument;
    struct jobs *jobs = runner->jobs;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stopping) {
        struct job *job = next_queued(jobs);
        if (job == NULL) {
            pthread_cond_wait(&jobs->changed, &jobs->lock);
            continue;
        }
        job->state = JOB_RUNNING;
        journal_write(jobs, job);
        jobs_notify(jobs, job);
        pthread_mutex_unlock(&jobs->lock);
        struct err err = {0};
        int code = job->kind == NULL ? err_set(&err, ERR_VERSION, "本版本没有这种任务：%s",
                                               "This version has no such kind of job: %s", job->kind_name)
                                     : job->kind->run(job, runner->context, &err);
        pthread_mutex_lock(&jobs->lock);
        finish(job, code, &err);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

static int start(struct jobs *jobs, struct err *err)
{
    int code = 0;
    for (unsigned i = 0; i < jobs->runner_count && code == 0; i++) {
        struct runner *runner = &jobs->runners[i];
        runner->jobs = jobs;
        if (jobs->options.context_new != NULL)
            code = jobs->options.context_new(jobs->options.app, &runner->context, err);
        runner->has_context = code == 0;
    }
    for (unsigned i = 0; i < jobs->runner_count && code == 0; i++) {
        struct runner *runner = &jobs->runners[i];
        runner->started = pthread_create(&runner->thread, NULL, serve, runner) == 0;
        if (!runner->started)
            code = err_set(err, ERR_IO, "无法启动线程，请检查系统的线程数限制",
                           "Cannot start a thread; check the system's limit");
    }
    return code;
}

/* What a former process left: unfinished ones are queued again or said to be interrupted. */
static void settle(struct jobs *jobs)
{
    for (struct job *job = jobs->first; job != NULL; job = job->next) {
        jobs->last_id = job->id > jobs->last_id ? job->id : jobs->last_id;
        job->kind = find_kind(jobs, job->kind_name);
        if (job->state != JOB_RUNNING) continue;
        job->state = job->kind != NULL && job->kind->resumable ? JOB_QUEUED : JOB_INTERRUPTED;
        job->finished_at = jobs_now();
        journal_write(jobs, job);
    }
}

int jobs_new(const struct jobs_options *options, struct jobs **out, struct err *err)
{
    *out = NULL;
    if (mkdir(options->folder, 0700) != 0 && errno != EEXIST)
        return err_errno(err, options->folder, "无法建立任务文件夹", "Cannot make the folder of jobs");
    struct jobs *jobs = mem_new(1, sizeof *jobs);
    jobs->options = *options;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->changed, NULL);
    jobs->runners = mem_new(options->runners, sizeof *jobs->runners);
    jobs->runner_count = options->runners;
    int code = journal_read(jobs, err);
    if (code == 0) {
        for (jobs->last = jobs->first; jobs->last != NULL && jobs->last->next != NULL;)
            jobs->last = jobs->last->next;
        settle(jobs);
        code = start(jobs, err);
    }
    if (code != 0) {
        jobs_free(jobs);
        return code;
    }
    *out = jobs;
    return 0;
}

void jobs_stop(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    pthread_cond_broadcast(&jobs->changed);
    for (struct job *job = jobs->first; job != NULL; job = job->next) jobs_notify(jobs, job);
    pthread_mutex_unlock(&jobs->lock);
}

void jobs_free(struct jobs *jobs)
{
    if (jobs == NULL) return;
    jobs_stop(jobs);
    for (unsigned i = 0; i < jobs->runner_count; i++)
        if (jobs->runners[i].started) pthread_join(jobs->runners[i].thread, NULL);
    for (unsigned i = 0; i < jobs->runner_count; i++)
        if (jobs->runners[i].has_context && jobs->options.context_free != NULL)
            jobs->options.context_free(jobs->options.app, jobs->runners[i].context);
    for (struct job *job = jobs->first, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    pthread_cond_destroy(&jobs->changed);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs->runners);
    free(jobs);
}

static void sweep(struct jobs *jobs)
{
    int64_t now = jobs_now();
    struct job *before = NULL;
    for (struct job *job = jobs->first, *next; job != NULL; job = next) {
        next = job->next;
        if (!job_finished(job) || job->users > 0 || now - job->finished_at < jobs->options.keep_ms) {
            before = job;
            continue;
        }
        if (before == NULL)
            jobs->first = next;
        else
            before->next = next;
        journal_remove(jobs, job);
        job_free(job);
    }
    jobs->last = before;
}

void jobs_tick(struct jobs *jobs, int64_t now_ms)
{
    pthread_mutex_lock(&jobs->lock);
    jobs_beat(jobs, now_ms);
    if (now_ms - jobs->swept_at >= SWEEP_EVERY_MS) {
        jobs->swept_at = now_ms;
        sweep(jobs);
    }
    pthread_mutex_unlock(&jobs->lock);
}
