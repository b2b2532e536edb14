/* The parts of jobs that its files share. */
#ifndef ZENGSHOU_SERVER_JOBS_PRIVATE_H
#define ZENGSHOU_SERVER_JOBS_PRIVATE_H

#include <pthread.h>

#include "server/jobs.h"

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED, JOB_INTERRUPTED };

struct job {
    struct jobs *jobs;
    int64_t id, owner;
    const struct job_kind *kind; /* NULL: read from a journal of another version; never run */
    char *kind_name;
    char *parameters; /* JSON */
    struct body *parameters_read;
    /* Below: under jobs->lock. */
    enum job_state state;
    bool cancel;
    int64_t done, total, finished_at; /* finished_at: ms of the wall clock */
    char phase_zh[200], phase_en[200];
    struct buffer result; /* the runner's own until it is finished */
    struct json_writer result_writer;
    struct err err;
    char *file_path, *file_name, *file_type;
    uint64_t version; /* counts changes: the id of an event */
    unsigned users;   /* streams and readers that hold it */
    struct job *next;
};

struct stream;

struct jobs {
    struct jobs_options options;
    pthread_mutex_t lock;
    pthread_cond_t changed;   /* the queue, or stopping */
    struct job *first, *last; /* in the order of their ids */
    struct stream *streams;
    int64_t last_id, swept_at;
    bool stopping;
    struct runner *runners;
    unsigned runner_count;
};

int64_t jobs_now(void); /* ms of the wall clock */
const char *job_state_name(enum job_state state);
bool job_finished(const struct job *job);

/* Under the lock: a changed job wakes those who watch it. */
void jobs_notify(struct jobs *jobs, struct job *job);
void jobs_beat(struct jobs *jobs, int64_t now_ms);
bool job_is_for(const struct job *job, const struct request *request); /* may they see it? */
struct job *jobs_find(struct jobs *jobs, int64_t id,
                      const struct request *request); /* NULL: none that is for them */

/* The journal: one file a job. write is called under the lock. */
void journal_write(struct jobs *jobs, const struct job *job);
void journal_remove(struct jobs *jobs, const struct job *job);
int journal_read(struct jobs *jobs, struct err *err); /* fills the list at the start */
void job_free(struct job *job);

#endif
