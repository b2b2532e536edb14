/* The interface's description, made from the routes: for programs and for the web client's compiler. */
#ifndef ZENGSHOU_SERVER_DESCRIBE_H
#define ZENGSHOU_SERVER_DESCRIBE_H

#include "server/route.h"

/* An OpenAPI 3.1 document. prefix: "/api/v1". */
void openapi_write(const struct route *routes, size_t count, const char *prefix, const char *version,
                   struct buffer *out);

/* TypeScript: an interface for each named shape, and `Routes`, a type that maps "GET /path" to parameters,
 * query, body and answer. */
void typescript_write(const struct route *routes, size_t count, const char *prefix, struct buffer *out);

/* Named shapes in the order in which they are first met; used by both. Ends with NULL; free() the list. */
const struct shape **describe_shapes(const struct route *routes, size_t count);

#endif
