/* The HTTP server: starts, serves a table of routes and the web application, stops cleanly. */
#ifndef ZENGSHOU_SERVER_SERVER_H
#define ZENGSHOU_SERVER_SERVER_H

#include <stdio.h>

#include "base/log.h"
#include "server/jobs.h"
#include "server/route.h"

struct server_hooks {
    /* Each worker's own context, e.g. a database connection; both may be NULL. Jobs' runners have one too. */
    int (*worker_new)(void *app, void **context, struct err *err);
    void (*worker_free)(void *app, void *context);
    /* Every request passes here before its handler, public ones too: may this one do what needs `who`? Sets
     * request->session and request->owner. Checks the CSRF token where a session came by cookie. Never NULL.
     */
    int (*admit)(struct request *request, const char *who, struct err *err);
    void (*release)(void *session); /* what admit has set, at the request's end; may be NULL. On any thread */
};

struct server_limits {
    unsigned threads, workers, runners;  /* of sockets, requests, jobs */
    unsigned queue;                      /* requests that wait for a worker; more: 503 */
    unsigned connections, per_address;   /* at one time */
    int64_t header_ms, body_ms, idle_ms; /* until a header, a body has come; without a request */
    int64_t answer_ms;    /* until an answer is taken, and a second more for each 64 KiB of it */
    int64_t grace_ms;     /* for requests in flight when the server stops */
    int64_t heartbeat_ms; /* of event streams */
};

struct server_options {
    const char *listen;            /* "127.0.0.1:8080", "[::1]:0" */
    const char *certificate, *key; /* PEM files; both or neither */
    const char *data;              /* folder for uploads and jobs; must exist */
    const char *web;               /* folder of the web application, or NULL */
    const char *prefix;            /* "/api/v1" */
    const struct route *routes;    /* those of jobs are added when there are kinds */
    size_t route_count;
    const struct job_kind *kinds;
    size_t kind_count;
    const char *daily; /* the kind of a job that is begun, without an owner, at the start and after each
                          midnight; NULL: none */
    const char *const *proxies,
        *const *origins; /* numeric addresses; "https://host" accepted besides Host; NULL ends */
    struct server_hooks hooks;
    void *app;
    struct server_limits limits; /* server_limits_default() */
    FILE *access_log;            /* a line a request, or NULL */
    const struct log *log;
};

struct server_limits server_limits_default(void);

struct server;

/* Blocks SIGTERM and SIGINT in the calling thread (all threads inherit it); server_wait() receives them. What
 * options points to must live as long as the server. */
int server_start(const struct server_options *options, struct server **out, struct err *err);
unsigned server_port(const struct server *server);
struct jobs *server_jobs(struct server *server);
void server_wait(struct server *server); /* until SIGTERM or SIGINT */

/* Accepts nothing more, tells jobs and requests, gives them limits.grace_ms, ends. NULL is harmless. A
 * handler that does not end is waited for: it holds the app. */
void server_stop(struct server *server);

#endif
