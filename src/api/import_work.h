/* Import work: the jobs that read and apply uploaded sheets, and what becomes of those that were cut off. */
#ifndef ZENGSHOU_API_IMPORT_WORK_H
#define ZENGSHOU_API_IMPORT_WORK_H

#include "api/app.h"
#include "server/jobs.h"
#include "api/import_shelf.h"

/* Kinds "import-preview" and "import-apply"; parameters {"import": ID}. */
int import_preview_run(struct job *job, void *worker, struct err *err);
int import_apply_run(struct job *job, void *worker, struct err *err);

/* The owner's import as it stands now: one whose job has ended without a word (cancelled in the queue, or the
 * server was killed) is settled first. The log knows whether it was applied. */
int import_settled(struct worker *worker, struct jobs *jobs, int64_t id, int64_t owner, struct arena *arena,
                   struct import_item *item, struct err *err);

#endif
