/* Long work: queued, run by a few threads, watched over HTTP, kept for a day, and honest after a restart. */
#ifndef ZENGSHOU_SERVER_JOBS_H
#define ZENGSHOU_SERVER_JOBS_H

#include "base/json.h"
#include "base/log.h"
#include "server/route.h"

struct job;
struct jobs;

struct job_kind {
    const char *name; /* "import" */
    /* Interrupted by a stop or crash, it is run anew from its parameters after the restart; otherwise it is
     * said to be interrupted. What waits in the queue is run after a restart in either case. */
    bool resumable;
    int (*run)(struct job *job, void *context, struct err *err); /* context: this runner's own */
};

struct jobs_options {
    const char *folder; /* made if missing */
    const struct job_kind *kinds;
    size_t kind_count;
    unsigned runners, per_owner, streams_per_owner;
    size_t queue;
    int64_t keep_ms; /* finished ones and their files */
    int64_t heartbeat_ms;
    void *app;
    int (*context_new)(void *app, void **context, struct err *err);
    void (*context_free)(void *app, void *context);
    const struct log *log;
};

int jobs_new(const struct jobs_options *options, struct jobs **out, struct err *err);
void jobs_stop(struct jobs *jobs); /* tells all of them, ends the event streams; returns at once */
void jobs_free(struct jobs *jobs); /* waits for the running ones; NULL is harmless */
void jobs_tick(struct jobs *jobs, int64_t now_ms); /* heartbeats; forgets what is old */

/* parameters: JSON that run() finds again, after a restart too. ERR_TOO_MANY: the owner has per_owner
 * unfinished ones; ERR_BUSY: the queue is full. */
int jobs_add(struct jobs *jobs, const char *kind, int64_t owner, struct text parameters, int64_t *id,
             struct err *err);

/* As an answer of a handler: adds it and answers 202 with the job. */
int jobs_reply(struct request *request, const char *kind, struct text parameters, struct err *err);
/* The same for one that was added. ERR_NOT_FOUND. */
int jobs_show(struct request *request, int64_t id, struct err *err);

/* Is it waiting or running? False for one that is not known. */
bool jobs_unfinished(struct jobs *jobs, int64_t id);

/* ---- For run() ---- */

void *job_app(const struct job *job);
int64_t job_id(const struct job *job);
int64_t job_owner(const struct job *job);
const struct body *job_parameters(const struct job *job);

/* phase: what is being done, in both languages; static text, or NULL: as before. Cheap. total 0: not known.
 */
void job_progress(struct job *job, int64_t done, int64_t total, const char *zh, const char *en);

/* Cancelled, or the server stops: end soon, with ERR_CANCELLED. */
bool job_stopping(struct job *job);

struct json_writer *job_result(struct job *job); /* write one value */

/* Where to write a file that the owner may fetch afterwards as `name`. The path lives as long as the job. */
const char *job_file(struct job *job, const char *name, const char *type);

/* ---- Routes: /jobs, /jobs/{id}, /jobs/{id}/events, /jobs/{id}/file; who: "session" ---- */

const struct route *jobs_routes(size_t *count);
extern const struct shape jobs_shape; /* a job */

#endif
