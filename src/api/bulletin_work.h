/* The job that writes a bulletin to a file. */
#ifndef ZENGSHOU_API_BULLETIN_WORK_H
#define ZENGSHOU_API_BULLETIN_WORK_H

#include "bulletin/bulletin.h"
#include "server/jobs.h"

struct worker;

/* What making one takes, of a worker. */
struct bulletin_tools bulletin_work_tools(const struct worker *worker);

int bulletin_work_run(struct job *job, void *worker, struct err *err);

#endif
