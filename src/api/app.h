/* App: what all requests of a server share, and what each of its threads has of its own. */
#ifndef ZENGSHOU_API_APP_H
#define ZENGSHOU_API_APP_H

#include "access/access.h"
#include "api/import_shelf.h"
#include "api/memo.h"
#include "base/log.h"
#include "bulletin/counts.h"
#include "monitor/rulebook.h"
#include "progress/shelf.h"
#include "register/frame_cache.h"
#include "server/server.h"

struct app {
    const char *url; /* of the database */
    struct pack *pack;
    struct frame_cache *frames;
    struct rulebook *rulebook;
    struct progress_book *book;
    struct progress_shelf *shelf;
    struct bulletin_counts *counts;
    struct memo *memo;
    struct gate *gate;
    struct import_shelf *imports;
    const char *origin; /* how browsers find it, without a slash at the end; NULL: as each request says */
    const char *data;   /* folder for imports, exports, jobs */
    const struct log *log;
    struct route *routes; /* of the whole interface */
    size_t route_count;
};

/* A thread's own: request->context, and the context of a job's run. */
struct worker {
    struct app *app;
    struct database *database;
    struct access *access;
    struct describer *describer;   /* of families' warnings, with their formulas compiled; NULL at first */
    int32_t described;             /* its date */
    uint64_t described_generation; /* of the parameters in it */
    struct rulebook_desk *desk;
    struct casework *casework; /* NULL until it is wanted, see case_call.h */
};

/* Opens the database once for its pack. The database must have been made by init. */
int app_new(const char *url, const char *data, const struct log *log, struct app **out, struct err *err);
/* Loads what the first household page would wait for, so that nobody does. What fails now will be said to
 * whoever asks. */
void app_warm(struct app *app);
void app_free(struct app *app); /* after the server has ended */

/* Writes bytes to a file that is not there, for reply_file to send. */
int app_put_file(const char *path, struct text bytes, struct err *err);

/* The hooks of the server: a worker's connection, and who may do what. */
struct server_hooks app_hooks(void);

/* Every kind of job. */
const struct job_kind *app_job_kinds(size_t *count);

#endif
