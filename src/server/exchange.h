/* One request and its answer on their way through the server. Private to the room. */
#ifndef ZENGSHOU_SERVER_EXCHANGE_H
#define ZENGSHOU_SERVER_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "server/assets.h"
#include "server/guard.h"
#include "server/pool.h"
#include "server/route.h"
#include "server/server.h"

struct server {
    struct server_options options;
    struct router *router;
    struct route *routes; /* the app's and those of jobs */
    struct assets *assets;
    struct guard *guard;
    struct pool *pool;
    struct jobs *jobs;
    struct target prefix;
    struct arena arena;
    struct MHD_Daemon *daemon;
    char *certificate, *key;
    pthread_t ticker;
    bool ticking;
    int32_t day; /* on which the daily job was begun last; the ticker's */
    unsigned port;
    atomic_bool stopping, over; /* over: the grace too */
    atomic_bool ended;          /* the ticker's end */
    atomic_size_t in_flight;
};

/* Turns only as each is done: ADMIT and HANDLE are a worker's, all else the socket threads'. */
enum exchange_stage {
    EXCHANGE_NEW,
    EXCHANGE_ADMIT,  /* a large body is not taken from just anybody */
    EXCHANGE_BODY,   /* it comes */
    EXCHANGE_SKIP,   /* it comes and is thrown away: the answer stands already */
    EXCHANGE_HANDLE, /* a worker has it */
    EXCHANGE_SENT
};

struct exchange_header {
    const char *name, *value;
    struct exchange_header *next;
};

struct exchange {
    struct request request;
    struct server *server;
    struct MHD_Connection *connection;
    struct guard_connection *guarded;
    struct arena arena;
    struct text raw;
    struct target target;
    struct route_match match;
    enum exchange_stage stage;
    bool admitted, close, head, entered, counted;
    int64_t started;
    char id[17];

    bool has_body;
    struct buffer bytes;
    int upload_fd;                        /* -1: none */
    int64_t declared, received, body_max; /* declared: -1 is chunked */
    struct body *document;

    int code; /* 0, or the failure that is answered */
    struct err err;
    char field[FAULT_FIELD_SIZE];
    struct faults faults;
    struct buffer members;
    struct json_writer member_writer;
    unsigned status;
    struct buffer out;
    struct json_writer writer;
    bool has_json;
    int file_fd; /* -1: none */
    const char *type;
    int64_t size; /* of the answer's body, for the log and the deadline; -1: unknown */
    const struct asset *asset;
    struct exchange_header *headers;
    struct MHD_Response *response;
};

/* The callbacks of libmicrohttpd. */
void *exchange_begin(void *server, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_step(void *server, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **context);
void exchange_end(void *server, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode how);
void exchange_work(void *exchange, void *context); /* the workers' part */

/* Checks all that can be checked before the body; fills the exchange. 0, or the failure to answer. */
int exchange_inspect(struct exchange *exchange, const char *method);

/* Takes a piece of the body; a failure stands in exchange->code. */
void exchange_take(struct exchange *exchange, const char *data, size_t size);

/* Makes exchange->response out of what was said. */
void exchange_answer(struct exchange *exchange);

/* The body is what `read` gives, until it returns MHD_CONTENT_READER_END_OF_STREAM; `release` is called at
 * the end. */
void exchange_stream(struct request *request, const char *type, MHD_ContentReaderCallback read, void *state,
                     MHD_ContentReaderFreeCallback release);

int exchange_fail(struct exchange *exchange, enum err_code code, const char *zh,
                  const char *en); /* returns code */
const char *exchange_header(const struct exchange *exchange, const char *name);

#endif
