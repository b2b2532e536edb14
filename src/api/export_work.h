/* Export work: the job that writes a sheet. */
#ifndef ZENGSHOU_API_EXPORT_WORK_H
#define ZENGSHOU_API_EXPORT_WORK_H

#include "server/jobs.h"

/* Kind "export"; parameters {"register", "format", "filter", "plain", "language"}; `filter` is the text of a
 * JSON object, sealed as EXPORT_FILTER where the database seals (sealed_text). */
#define EXPORT_FILTER TEXT("export.filter")
int export_work_run(struct job *job, void *worker, struct err *err);

#endif
