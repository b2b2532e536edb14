/* The job that checks the database and the log's chain. */
#ifndef ZENGSHOU_API_VERIFY_WORK_H
#define ZENGSHOU_API_VERIFY_WORK_H

#include "server/jobs.h"

/* Kind "verify"; parameters {"head", "language"}. */
int verify_work_run(struct job *job, void *worker, struct err *err);

#endif
