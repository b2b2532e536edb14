/* One small file a job, replaced as a whole: after a crash each is as it was before or after a change, never
 * between. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/mem.h"
#include "server/jobs_private.h"

enum { PATH_SIZE = 4096, JOURNAL_BYTES_MAX = 64 << 20 };

static void describe(const struct job *job, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_int(&json, "id", job->id);
    json_member_int(&json, "owner", job->owner);
    json_member_string(&json, "kind", job->kind_name);
    json_member_int(&json, "state", job->state);
    json_member_int(&json, "done", job->done);
    json_member_int(&json, "total", job->total);
    json_member_int(&json, "finished_at", job->finished_at);
    json_member_int(&json, "error", job->err.code);
    json_member_string(&json, "error_zh", job->err.zh);
    json_member_string(&json, "error_en", job->err.en);
    json_member_string(&json, "file_path", job->file_path);
    json_member_string(&json, "file_name", job->file_name);
    json_member_string(&json, "file_type", job->file_type);
    json_member_string(&json, "parameters", job->parameters);
    json_member_text(&json, "result", job->state == JOB_DONE ? buffer_get(&job->result) : text_of(""));
    json_put_object_end(&json);
}

void journal_write(struct jobs *jobs, const struct job *job)
{
    char path[PATH_SIZE];
    struct buffer out = {0};
    snprintf(path, sizeof path, "%s/%lld.json", jobs->options.folder, (long long)job->id);
    describe(job, &out);
    /* The job itself goes on without its journal; after a restart it would only be forgotten. */
    if (!disk_replace(path, buffer_get(&out)))
        log_say(jobs->options.log, LOG_WARNING, "无法记录任务 %s：%s", "Cannot keep a job's record %s: %s",
                path, strerror(errno));
    buffer_fini(&out);
}

void journal_remove(struct jobs *jobs, const struct job *job)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%lld.json", jobs->options.folder, (long long)job->id);
    unlink(path);
    if (job->file_path != NULL) unlink(job->file_path);
}

/* ---- Reading ---- */

static bool is_text(const struct body *record, const char *key)
{
    const struct body *value = body_get(record, key);
    return value == NULL || body_kind(value) == BODY_TEXT || body_kind(value) == BODY_NULL;
}

static bool is_int(const struct body *record, const char *key)
{
    const struct body *value = body_get(record, key);
    return value != NULL && body_kind(value) == BODY_INT;
}

static bool sound(const struct body *record)
{
    static const char *const texts[] = {"kind",      "error_zh",  "error_en",   "file_path",
                                        "file_name", "file_type", "parameters", "result"};
    static const char *const ints[] = {"id", "owner", "state", "done", "total", "finished_at", "error"};
    bool good = body_kind(record) == BODY_OBJECT;
    for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++) good = is_text(record, texts[i]);
    for (size_t i = 0; good && i < sizeof ints / sizeof *ints; i++) good = is_int(record, ints[i]);
    return good && body_get_int(record, "state", -1) >= JOB_QUEUED &&
           body_get_int(record, "state", -1) <= JOB_INTERRUPTED;
}

static char *copy_of(const struct body *record, const char *key)
{
    struct text value = body_get_text(record, key);
    return value.size == 0 ? NULL : mem_copy_text(value.at, value.size);
}

static struct job *job_of(struct jobs *jobs, const struct body *record)
{
    struct text parameters = body_get_text(record, "parameters");
    struct body *read;
    if (!sound(record) || body_parse(parameters, &read, NULL) != 0) return NULL;
    struct job *job = mem_new(1, sizeof *job);
    struct text kind = body_get_text(record, "kind");
    *job = (struct job){.jobs = jobs, .parameters_read = read};
    job->id = body_get_int(record, "id", 0);
    job->owner = body_get_int(record, "owner", 0);
    job->kind_name = mem_copy_text(kind.at, kind.size);
    job->parameters = mem_copy_text(parameters.at, parameters.size);
    job->state = (enum job_state)body_get_int(record, "state", JOB_FAILED);
    job->done = body_get_int(record, "done", 0);
    job->total = body_get_int(record, "total", 0);
    job->finished_at = body_get_int(record, "finished_at", 0);
    fault_say(&job->err, (enum err_code)body_get_int(record, "error", 0),
              body_get_text(record, "error_zh").at, body_get_text(record, "error_en").at);
    job->file_path = copy_of(record, "file_path");
    job->file_name = copy_of(record, "file_name");
    job->file_type = copy_of(record, "file_type");
    buffer_text(&job->result, body_get_text(record, "result"));
    return job;
}

static void insert(struct jobs *jobs, struct job *job)
{
    struct job **at = &jobs->first;
    while (*at != NULL && (*at)->id < job->id) at = &(*at)->next;
    job->next = *at;
    *at = job;
}

static void read_one(struct jobs *jobs, const char *name)
{
    char path[PATH_SIZE];
    struct buffer bytes = {0};
    struct body *record = NULL;
    snprintf(path, sizeof path, "%s/%s", jobs->options.folder, name);
    struct job *job = NULL;
    if (disk_read(path, JOURNAL_BYTES_MAX, &bytes) && body_parse(buffer_get(&bytes), &record, NULL) == 0)
        job = job_of(jobs, record);
    if (job != NULL)
        insert(jobs, job);
    else
        log_say(jobs->options.log, LOG_WARNING, "任务记录 %s 无法读取，已跳过",
                "The record of a job %s cannot be read and is left out", path);
    body_free(record);
    buffer_fini(&bytes);
}

int journal_read(struct jobs *jobs, struct err *err)
{
    DIR *folder = opendir(jobs->options.folder);
    if (folder == NULL)
        return err_errno(err, jobs->options.folder, "无法打开任务文件夹", "Cannot open the folder of jobs");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (text_ends(text_of(entry->d_name), TEXT(".json"))) read_one(jobs, entry->d_name);
    closedir(folder);
    return 0;
}
