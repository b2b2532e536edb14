/* Call: what a handler needs to know of who asks and of what, from a request that was admitted. */
#ifndef ZENGSHOU_API_CALL_H
#define ZENGSHOU_API_CALL_H

#include "api/app.h"
#include "server/request.h"

#define SESSION_COOKIE "zengshou_session"

static inline struct app *call_app(const struct request *request)
{
    return request->app;
}
static inline struct worker *call_worker(const struct request *request)
{
    return request->context;
}
static inline struct database *call_database(const struct request *request)
{
    return call_worker(request)->database;
}
static inline const struct pack *call_pack(const struct request *request)
{
    return call_app(request)->pack;
}

/* Who asks. Asking on a public route is our own bug. */
const struct principal *call_principal(const struct request *request);
const struct scope *call_scope(const struct request *request);

/* The token of the session's cookie; empty when the request bears an API token. */
struct text call_session_token(const struct request *request);

/* The register, rule, feed named by a parameter of the path. ERR_NOT_FOUND; a register that the user may not
 * read answers as one that does not exist. */
int call_register(const struct request *request, int *reg, struct err *err);
int call_rule(const struct request *request, int *rule, struct err *err);
int call_feed(const struct request *request, int *feed, struct err *err);

/* The query parameter `as_of`, or today. */
int32_t call_as_of(const struct request *request);

/* The query parameter `division` as an index of the pack's; -1 when absent. ERR_NOT_FOUND: none with that
 * code, or outside of the user's scope. */
int call_division(const struct request *request, int *division, struct err *err);

/* Is the division in the user's scope, or does something of the scope lie within it? */
bool call_sees_division(const struct request *request, int division);

/* The same for a scope. */
bool call_scope_sees(const struct pack *pack, const struct scope *scope, int division);

/* Loads the principal of a job's owner anew: rights may have changed since it was queued.
 * ERR_UNAUTHENTICATED. */
int call_owner(struct worker *worker, int64_t owner, struct principal **out, struct err *err);

#endif
