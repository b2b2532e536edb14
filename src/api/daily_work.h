/* The job of every day. */
#ifndef ZENGSHOU_API_DAILY_WORK_H
#define ZENGSHOU_API_DAILY_WORK_H

#include "server/jobs.h"

#define DAILY_KIND "daily"

/* Kind "daily", without owner or parameters; begun by the server (server_options.daily). */
int daily_work_run(struct job *job, void *worker, struct err *err);

#endif
