/* Routes as data. Routing, who may, limits, openapi.json and the web client's types all come from one array.
 */
#ifndef ZENGSHOU_SERVER_ROUTE_H
#define ZENGSHOU_SERVER_ROUTE_H

#include "server/request.h"
#include "server/shape.h"
#include "server/target.h"

typedef int route_handler(struct request *request, struct err *err);

struct route {
    const char *method;  /* GET POST PUT PATCH DELETE; GET answers HEAD too */
    const char *path;    /* "/registers/{register}/records/{id:int}", below the server's prefix */
    const char *who;     /* a word for server_hooks.admit: "public", "session", an ability. Never NULL */
    const char *name;    /* unique, camelCase: operationId */
    const char *zh, *en; /* one sentence each */
    const struct shape_field *query; /* NULL: no parameters */
    const struct shape *in;          /* the JSON body; NULL: none */
    const struct shape *out;         /* the JSON of a success; NULL: none (204) or a file */
    const char *out_type;            /* media type when it is not JSON */
    unsigned success;                /* 0: 200, or 204 when there is nothing in `out` and `out_type` */
    bool streams;                    /* the body goes to a file: request->upload */
    int64_t body_max;                /* bytes; 0: 1 MiB where there is a body */
    int64_t body_seconds;            /* the whole body must have come by then; 0: the server's default */
    route_handler *handler;
};

enum { ROUTE_PARAMS_MAX = 4 };

struct route_match {
    const struct route *route;            /* NULL: no path, or not with this method */
    struct text params[ROUTE_PARAMS_MAX]; /* in the order of the path */
    bool path_exists;
    char allow[64]; /* "GET, HEAD, OPTIONS" when the path exists */
};

struct router;

/* Refuses a table with a fault of ours: no `who`, no handler, two routes for one path and method, a pattern
 * that cannot be read, a name used twice. `routes` is borrowed. */
int router_new(const struct route *routes, size_t count, struct router **out, struct err *err);
void router_free(struct router *router);

/* first: how many segments of the target the prefix takes. */
void router_match(const struct router *router, const char *method, const struct target *target, size_t first,
                  struct route_match *match);

const struct route *router_routes(const struct router *router, size_t *count);

/* Walks the parameters of a path: start with *at = path; false at the end. */
bool route_next_param(const char **at, struct text *name, bool *is_int);

#endif
