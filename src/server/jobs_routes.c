/* Jobs as clients see them. An event stream sleeps as a suspended connection: it costs no thread. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/progress.h"
#include "server/exchange.h"
#include "server/jobs_private.h"

struct stream {
    struct jobs *jobs;
    struct job *job;
    struct MHD_Connection *connection;
    char language[3];
    int64_t owner, beat_at;
    uint64_t sent; /* version; 0: nothing yet */
    bool waiting;  /* suspended */
    bool ended;    /* the last event was written */
    struct buffer out;
    size_t taken;
    struct stream *next;
};

static const struct shape_field job_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "system", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "begun by the server itself"},
    {.name = "added", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "finished", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "state",
     .kind = SHAPE_WORD,
     .flags = SHAPE_REQUIRED,
     .words = "queued|running|done|failed|cancelled|interrupted"},
    {.name = "done", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "0: not known"},
    {.name = "phase", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "result", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED},
    {.name = "error", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "file",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the name of the file to fetch"},
    {.name = NULL},
};
const struct shape jobs_shape = {.name = "Job", .fields = job_fields};
static const struct shape jobs_list_shape = {.name = "JobList", .list_of = &jobs_shape};

/* Under the lock. */
static void write_job(const struct job *job, const char *language, struct json_writer *json)
{
    bool english = strcmp(language, "en") == 0, done = job->state == JOB_DONE;
    char added[DATE_MOMENT_TEXT], finished[DATE_MOMENT_TEXT];
    json_put_object(json);
    json_member_int(json, "id", job->id);
    json_member_string(json, "kind", job->kind_name);
    json_member_bool(json, "system", job->owner == 0);
    json_member_string(json, "added", date_moment(job->id / 1000, added)); /* ids are moments */
    json_member_string(json, "finished",
                       job->finished_at == 0 ? NULL : date_moment(job->finished_at / 1000, finished));
    json_member_string(json, "state", job_state_name(job->state));
    json_member_int(json, "done", job->done);
    json_member_int(json, "total", job->total);
    json_member_string(json, "phase", english ? job->phase_en : job->phase_zh);
    json_put_key(json, "result");
    if (done && job->result.size > 0)
        json_put_raw(json, buffer_get(&job->result));
    else
        json_put_null(json);
    json_member_string(json, "error", job->state != JOB_FAILED ? NULL : english ? job->err.en : job->err.zh);
    json_member_string(json, "file", done && job->file_path != NULL ? job->file_name : NULL);
    json_put_object_end(json);
}

static int missing(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "没有这个任务；任务完成一天后会删除",
                   "There is no such job; finished ones are removed after a day");
}

static int show_one(struct request *request, struct err *err)
{
    struct jobs *jobs = request->jobs;
    pthread_mutex_lock(&jobs->lock);
    const struct job *job = jobs_find(jobs, request_param_int(request, "id"), request);
    if (job != NULL) write_job(job, request->language, reply_json(request));
    pthread_mutex_unlock(&jobs->lock);
    return job != NULL ? 0 : missing(err);
}

static int show_all(struct request *request, struct err *err)
{
    struct jobs *jobs = request->jobs;
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_array(json);
    pthread_mutex_lock(&jobs->lock);
    for (const struct job *job = jobs->first; job != NULL; job = job->next)
        if (job_is_for(job, request)) write_job(job, request->language, json);
    pthread_mutex_unlock(&jobs->lock);
    json_put_array_end(json);
    return 0;
}

static int cancel(struct request *request, struct err *err)
{
    struct jobs *jobs = request->jobs;
    pthread_mutex_lock(&jobs->lock);
    struct job *job = jobs_find(jobs, request_param_int(request, "id"), request);
    bool own = job != NULL && job->owner != 0;
    if (own && !job_finished(job)) {
        job->cancel = true;
        if (job->state == JOB_QUEUED) {
            job->state = JOB_CANCELLED;
            job->finished_at = jobs_now();
            journal_write(jobs, job);
        }
        jobs_notify(jobs, job);
    }
    if (own) write_job(job, request->language, reply_json(request));
    pthread_mutex_unlock(&jobs->lock);
    if (job != NULL && !own)
        return err_set(err, ERR_FORBIDDEN, "这是系统自己的任务，不能取消",
                       "This is the server's own job; it cannot be cancelled");
    return job != NULL ? 0 : missing(err);
}

static int fetch(struct request *request, struct err *err)
{
    struct jobs *jobs = request->jobs;
    char *path = NULL;
    const char *name = NULL, *type = NULL;
    pthread_mutex_lock(&jobs->lock);
    const struct job *job = jobs_find(jobs, request_param_int(request, "id"), request);
    if (job != NULL && job->state == JOB_DONE && job->file_path != NULL) {
        path = arena_string(request->arena, job->file_path);
        name = arena_string(request->arena, job->file_name);
        type = arena_string(request->arena, job->file_type);
    }
    pthread_mutex_unlock(&jobs->lock);
    if (path == NULL) return missing(err);
    return reply_file(request, path, type, name, false, err);
}

int jobs_show(struct request *request, int64_t id, struct err *err)
{
    struct jobs *jobs = request->jobs;
    pthread_mutex_lock(&jobs->lock);
    const struct job *job = jobs_find(jobs, id, request);
    if (job != NULL) write_job(job, request->language, reply_json(request));
    pthread_mutex_unlock(&jobs->lock);
    if (job == NULL) return missing(err);
    reply_status(request, 202);
    return 0;
}

int jobs_reply(struct request *request, const char *kind, struct text parameters, struct err *err)
{
    int64_t id;
    int code = jobs_add(request->jobs, kind, request->owner, parameters, &id, err);
    return code != 0 ? code : jobs_show(request, id, err);
}

/* ---- Events ---- */

static void wake(struct stream *stream)
{
    if (!stream->waiting) return;
    stream->waiting = false;
    MHD_resume_connection(stream->connection);
}

void jobs_notify(struct jobs *jobs, struct job *job)
{
    job->version++;
    for (struct stream *stream = jobs->streams; stream != NULL; stream = stream->next)
        if (stream->job == job) wake(stream);
}

void jobs_beat(struct jobs *jobs, int64_t now_ms)
{
    for (struct stream *stream = jobs->streams; stream != NULL; stream = stream->next) {
        if (!stream->waiting || now_ms < stream->beat_at) continue;
        buffer_string(&stream->out, ":\n\n");
        wake(stream);
    }
}

/* Under the lock: what is due into stream->out. */
static void write_event(struct stream *stream)
{
    const struct job *job = stream->job;
    if (stream->sent == job->version || stream->ended) return;
    stream->sent = job->version;
    buffer_printf(&stream->out, "id: %llu\nevent: job\ndata: ", (unsigned long long)job->version);
    struct json_writer json = json_start(&stream->out);
    write_job(job, stream->language, &json);
    buffer_string(&stream->out, "\n\n");
    stream->ended = job_finished(job);
}

static ssize_t read_stream(void *state, uint64_t position, char *to, size_t size)
{
    struct stream *stream = state;
    struct jobs *jobs = stream->jobs;
    (void)position;
    pthread_mutex_lock(&jobs->lock);
    if (stream->taken == stream->out.size) {
        buffer_clear(&stream->out);
        stream->taken = 0;
        write_event(stream);
    }
    ssize_t got = (ssize_t)(stream->out.size - stream->taken);
    if (got > (ssize_t)size) got = (ssize_t)size;
    if (got > 0) {
        memcpy(to, stream->out.data + stream->taken, (size_t)got);
        stream->taken += (size_t)got;
        stream->beat_at = progress_clock_ms() + jobs->options.heartbeat_ms;
    } else if (stream->ended || jobs->stopping) {
        got = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        /* Under the lock, so that no change falls between looking and sleeping. */
        stream->waiting = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&jobs->lock);
    return got;
}

static void release_stream(void *state)
{
    struct stream *stream = state;
    struct jobs *jobs = stream->jobs;
    pthread_mutex_lock(&jobs->lock);
    for (struct stream **at = &jobs->streams; *at != NULL; at = &(*at)->next)
        if (*at == stream) {
            *at = stream->next;
            break;
        }
    stream->job->users--;
    pthread_mutex_unlock(&jobs->lock);
    buffer_fini(&stream->out);
    free(stream);
}

/* The stream begins after the event that the client saw last. */
static uint64_t last_seen(const struct request *request)
{
    const char *header = request_header(request, "Last-Event-ID");
    int64_t seen;
    return header != NULL && shape_read_int(text_of(header), &seen) && seen > 0 ? (uint64_t)seen : 0;
}

static int watch(struct request *request, struct err *err)
{
    struct jobs *jobs = request->jobs;
    struct stream *stream = NULL;
    unsigned own = 0;
    pthread_mutex_lock(&jobs->lock);
    struct job *job = jobs_find(jobs, request_param_int(request, "id"), request);
    for (const struct stream *at = jobs->streams; at != NULL; at = at->next)
        own += at->owner == request->owner;
    if (job != NULL && own < jobs->options.streams_per_owner) {
        stream = mem_new(1, sizeof *stream);
        *stream = (struct stream){
            .jobs = jobs, .job = job, .connection = request->exchange->connection, .owner = request->owner};
        snprintf(stream->language, sizeof stream->language, "%s", request->language);
        stream->sent = last_seen(request);
        if (job->version == 0) job->version = 1; /* 0 means nothing was sent */
        stream->next = jobs->streams;
        jobs->streams = stream;
        job->users++;
    }
    pthread_mutex_unlock(&jobs->lock);
    if (job == NULL) return missing(err);
    if (stream == NULL)
        return err_set(err, ERR_TOO_MANY, "同时查看进度的页面太多，请关闭一些",
                       "Too many pages watch jobs at once; close some");
    exchange_stream(request, "text/event-stream; charset=utf-8", read_stream, stream, release_stream);
    return 0;
}

const struct route *jobs_routes(size_t *count)
{
    static const struct route routes[] = {
        {.method = "GET",
         .path = "/jobs",
         .who = "session",
         .name = "listJobs",
         .zh = "本人的任务",
         .en = "One's own jobs",
         .out = &jobs_list_shape,
         .handler = show_all},
        {.method = "GET",
         .path = "/jobs/{id:int}",
         .who = "session",
         .name = "getJob",
         .zh = "一个任务的状态",
         .en = "How a job stands",
         .out = &jobs_shape,
         .handler = show_one},
        {.method = "DELETE",
         .path = "/jobs/{id:int}",
         .who = "session",
         .name = "cancelJob",
         .zh = "取消任务",
         .en = "Cancel a job",
         .out = &jobs_shape,
         .handler = cancel},
        {.method = "GET",
         .path = "/jobs/{id:int}/events",
         .who = "session",
         .name = "watchJob",
         .zh = "任务的进度（事件流）",
         .en = "A job's progress as server-sent events",
         .out_type = "text/event-stream",
         .handler = watch},
        {.method = "GET",
         .path = "/jobs/{id:int}/file",
         .who = "session",
         .name = "getJobFile",
         .zh = "任务产生的文件",
         .en = "The file that a job has made",
         .out_type = "application/octet-stream",
         .handler = fetch},
    };
    *count = sizeof routes / sizeof *routes;
    return routes;
}
