/* The job that runs a screening. */
#ifndef ZENGSHOU_API_SCREEN_WORK_H
#define ZENGSHOU_API_SCREEN_WORK_H

#include "server/jobs.h"

int screen_work_run(struct job *job, void *context, struct err *err);

#endif
