/* What a handler sees of a request and says in answer. Handlers run on worker threads and may block. */
#ifndef ZENGSHOU_SERVER_REQUEST_H
#define ZENGSHOU_SERVER_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "server/body.h"
#include "server/fault.h"

struct exchange;
struct jobs;
struct route;

struct request {
    const struct route *route;
    const char *method;
    const char *language;    /* "zh" or "en" */
    const char *id;          /* 16 hexadecimal digits; stands in the log, the answer's header and in errors */
    const char *address;     /* the client's, behind a trusted proxy too */
    bool secure;             /* came over TLS, here or at the trusted proxy */
    struct arena *arena;     /* lives until the answer is sent */
    void *app;               /* server_options.app */
    void *context;           /* of this worker thread, made by server_hooks.worker_new */
    void *session;           /* set by server_hooks.admit */
    int64_t owner;           /* set by server_hooks.admit: the user; 0 is nobody */
    bool steward;            /* set by server_hooks.admit: sees the server's own jobs, which are nobody's */
    const struct body *body; /* checked against the route's shape; NULL when the route takes none */
    const char *upload;      /* the file of a streamed body, or NULL; removed at the end unless taken */
    int64_t upload_size;
    struct jobs *jobs;         /* NULL when the server has none */
    struct exchange *exchange; /* the server's own */
};

/* NULL when absent. */
const char *request_header(const struct request *request, const char *name);
/* The value of a cookie in the request's arena, or NULL. */
const char *request_cookie(const struct request *request, const char *name);

/* Parameters of the path. Asking for one that the route does not have is our own bug. */
struct text request_param(const struct request *request, const char *name);
int64_t request_param_int(const struct request *request, const char *name);

/* Parameters of the query; they fit the route's table. Of a repeated name the first. */
bool request_has(const struct request *request, const char *name);
struct text request_query(const struct request *request, const char *name); /* else the empty text */
int64_t request_query_int(const struct request *request, const char *name, int64_t otherwise);
bool request_query_bool(const struct request *request, const char *name);
/* All of them in order: start with *cursor = 0; false at the end. */
bool request_query_next(const struct request *request, size_t *cursor, const char **name, struct text *value);

/* Moves the streamed body to `path` on the same file system; it stays there. */
int request_upload_take(struct request *request, const char *path, struct err *err);

/* Is the server stopping? Long handlers ask now and then and end with ERR_CANCELLED. */
bool request_stopping(const struct request *request);

/* Beside a failure: the field it belongs to, further faults, a member of the answer ({"error": …, "current":
 * …}). */
void request_fault_field(struct request *request, const char *field);
void request_fault(struct request *request, const char *field, const struct err *err);
struct json_writer *request_fault_member(struct request *request, const char *name); /* write one value */

/* ---- The answer. What was said before a failure is forgotten, except headers and cookies. ---- */

void reply_status(struct request *request, unsigned http); /* else 200 */
void reply_header(struct request *request, const char *name, const char *value);

/* HttpOnly, SameSite=Strict, Path=/, Secure under TLS. seconds 0 removes it, below 0: until the browser
 * closes. */
void reply_cookie(struct request *request, const char *name, const char *value, int64_t seconds);

struct json_writer *reply_json(struct request *request); /* the writer of the body: write one value */
void reply_empty(struct request *request);               /* 204 */

/* A file as the body; `name` is what the browser saves it as (any language), or NULL to show it. With
 * `remove`, the name is unlinked at once; what is sent stays readable until the end. */
int reply_file(struct request *request, const char *path, const char *type, const char *name, bool remove,
               struct err *err);

#endif
