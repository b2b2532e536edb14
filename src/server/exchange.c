/* A request's way: its head is inspected by a socket thread, its body gathered there, then the connection is
 * suspended and a worker admits it and runs the handler; resumed, the socket thread sends the answer. */
#include "server/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/progress.h"

enum {
    ADMIT_FIRST_BYTES = 64 << 10, /* bodies above it are taken from those only who may send them */
    SKIP_BYTES_MAX = 16 << 20, /* a refused body is read to its end, unless it is so much above the limit */
    BYTES_A_SECOND = 64 << 10  /* slower than that is not a connection that we wait for */
};

int exchange_fail(struct exchange *exchange, enum err_code code, const char *zh, const char *en)
{
    return fault_say(&exchange->err, code, zh, en);
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static void make_id(char id[17])
{
    unsigned char bytes[8];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) memset(bytes, 0, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) snprintf(id + 2 * i, 3, "%02x", bytes[i]);
}

void *exchange_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct server *server = context;
    struct exchange *exchange = mem_new(1, sizeof *exchange);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->server = server;
    exchange->connection = connection;
    exchange->guarded = info == NULL ? NULL : info->socket_context;
    exchange->raw = arena_text(&exchange->arena, text_of(uri));
    exchange->upload_fd = exchange->file_fd = -1;
    exchange->started = progress_clock_ms();
    exchange->request = (struct request){.method = "?",
                                         .language = "zh",
                                         .address = "?",
                                         .id = exchange->id,
                                         .arena = &exchange->arena,
                                         .app = server->options.app,
                                         .jobs = server->jobs,
                                         .exchange = exchange};
    make_id(exchange->id);
    atomic_fetch_add(&server->in_flight, 1);
    if (exchange->guarded != NULL)
        guard_set(server->guard, exchange->guarded, exchange->started + server->options.limits.header_ms,
                  false);
    return exchange;
}

/* ---- Body ---- */

static int open_upload(struct exchange *exchange)
{
    char *path =
        arena_printf(&exchange->arena, "%s/uploads/%s", exchange->server->options.data, exchange->id);
    exchange->upload_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (exchange->upload_fd < 0)
        return err_errno(&exchange->err, path, "无法保存上传的文件", "Cannot keep the uploaded file");
    exchange->request.upload = path;
    return 0;
}

static int append(struct exchange *exchange, const char *data, size_t size)
{
    if (!exchange->match.route->streams) {
        buffer_add(&exchange->bytes, data, size);
        return 0;
    }
    for (size_t put = 0; put < size;) {
        ssize_t more = write(exchange->upload_fd, data + put, size - put);
        if (more < 0 && errno != EINTR)
            return err_errno(&exchange->err, exchange->request.upload, "无法保存上传的文件",
                             "Cannot keep the uploaded file");
        put += more > 0 ? (size_t)more : 0;
    }
    return 0;
}

void exchange_take(struct exchange *exchange, const char *data, size_t size)
{
    exchange->received += (int64_t)size;
    if (exchange->received > exchange->body_max)
        exchange->code = exchange->body_max > 0 ? exchange_fail(exchange, ERR_LIMIT, "内容超过允许的大小",
                                                                "The body is larger than is accepted here")
                                                : exchange_fail(exchange, ERR_INPUT, "这个网址不接受请求体",
                                                                "This address takes no body");
    else
        exchange->code = append(exchange, data, size);
    if (exchange->code == 0) return;
    exchange->stage = EXCHANGE_SKIP;
    exchange->received = 0;
}

static int read_body(struct exchange *exchange)
{
    const struct route *route = exchange->match.route;
    if (exchange->upload_fd >= 0) {
        close(exchange->upload_fd);
        exchange->upload_fd = -1;
        exchange->request.upload_size = exchange->received;
    }
    if (route->in == NULL) return 0;
    int code = body_parse(buffer_get(&exchange->bytes), &exchange->document, &exchange->err);
    if (code != 0) return code;
    buffer_fini(&exchange->bytes);
    exchange->bytes = (struct buffer){0};
    shape_check(route->in, exchange->document, &exchange->faults);
    exchange->request.body = exchange->document;
    return exchange->faults.count == 0 ? 0 : exchange_fail(exchange, ERR_INPUT, "", "");
}

/* ---- Workers ---- */

/* Under load people reload: what they no longer wait for must not stand before what they do. A write is
 * carried out all the same. */
static bool is_abandoned(const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd fd = {.fd = info == NULL ? -1 : info->connect_fd, .events = POLLRDHUP};
    return strcmp(exchange->request.method, "GET") == 0 && poll(&fd, 1, 0) == 1 &&
           (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static int work(struct exchange *exchange, void *context)
{
    struct server *server = exchange->server;
    struct request *request = &exchange->request;
    int code = 0;
    request->context = context;
    if (atomic_load(&server->over))
        return exchange_fail(exchange, ERR_CANCELLED, "服务器正在停止，请稍后再试",
                             "The server is stopping; try again later");
    if (is_abandoned(exchange))
        return exchange_fail(exchange, ERR_CANCELLED, "连接已由对方关闭",
                             "The client has closed the connection");
    if (!exchange->admitted)
        code = server->options.hooks.admit(request, exchange->match.route->who, &exchange->err);
    exchange->admitted = true;
    if (code != 0 || exchange->stage == EXCHANGE_ADMIT) return code;
    code = read_body(exchange);
    if (code != 0) return code;
    if (exchange->match.route->success != 0) exchange->status = exchange->match.route->success;
    return exchange->match.route->handler(request, &exchange->err);
}

void exchange_work(void *item, void *context)
{
    struct exchange *exchange = item;
    exchange->code = work(exchange, context);
    if (exchange->stage == EXCHANGE_HANDLE && exchange->request.upload != NULL) {
        unlink(exchange->request.upload); /* not taken: gone before the client has its answer */
        exchange->request.upload = NULL;
    }
    if (exchange->stage == EXCHANGE_HANDLE) exchange_answer(exchange);
    /* From here on it is the socket thread's, which may free it at any moment. */
    MHD_resume_connection(exchange->connection);
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
    const struct server_limits *limits = &exchange->server->options.limits;
    if (exchange->response == NULL) exchange_answer(exchange);
    int64_t deadline = progress_clock_ms() + limits->answer_ms + exchange->size * 1000 / BYTES_A_SECOND;
    guard_set(exchange->server->guard, exchange->guarded, exchange->size < 0 ? 0 : deadline, false);
    exchange->stage = EXCHANGE_SENT;
    return MHD_queue_response(exchange->connection, exchange->status, exchange->response);
}

/* Suspended before the worker can see it: it may be done before this function returns. */
static enum MHD_Result hand_over(struct exchange *exchange, enum exchange_stage stage)
{
    exchange->stage = stage;
    guard_set(exchange->server->guard, exchange->guarded, 0, false);
    MHD_suspend_connection(exchange->connection);
    if (pool_push(exchange->server->pool, exchange)) return MHD_YES;
    exchange->code =
        exchange_fail(exchange, ERR_BUSY, "服务器正忙，请稍后再试", "The server is busy; try again later");
    MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

/* ---- Socket threads ---- */

static void wait_for_body(struct exchange *exchange)
{
    const struct route *route = exchange->match.route;
    int64_t wait = route != NULL && route->body_seconds > 0 ? route->body_seconds * 1000
                                                            : exchange->server->options.limits.body_ms;
    guard_set(exchange->server->guard, exchange->guarded, progress_clock_ms() + wait, false);
}

static int64_t skip_max(const struct exchange *exchange)
{
    return exchange->body_max + SKIP_BYTES_MAX;
}

/* The answer stands before the body has come. A short body is read first, so that the connection can be kept
 * and the client reads the answer; a long one is not waited for. */
static enum MHD_Result refuse(struct exchange *exchange)
{
    exchange->stage = EXCHANGE_SKIP;
    exchange->close = exchange->close || exchange->declared > skip_max(exchange);
    return exchange->close ? send_answer(exchange) : MHD_YES;
}

static enum MHD_Result begin(struct exchange *exchange, const char *method)
{
    exchange->code = exchange_inspect(exchange, method);
    wait_for_body(exchange);
    if (exchange->code != 0 || exchange->match.route == NULL) return refuse(exchange);
    exchange->stage = EXCHANGE_BODY;
    bool large =
        exchange->match.route->streams || exchange->declared < 0 || exchange->declared > ADMIT_FIRST_BYTES;
    return exchange->has_body && large ? hand_over(exchange, EXCHANGE_ADMIT) : MHD_YES;
}

/* A worker has said who it is. libmicrohttpd repeats its first call after the pause: no body has come yet. */
static enum MHD_Result admitted(struct exchange *exchange)
{
    if (exchange->code == 0 && exchange->match.route->streams) exchange->code = open_upload(exchange);
    wait_for_body(exchange);
    if (exchange->code != 0) return refuse(exchange);
    exchange->stage = EXCHANGE_BODY;
    return MHD_YES;
}

static enum MHD_Result take_piece(struct exchange *exchange, const char *data, size_t *size)
{
    if (exchange->stage == EXCHANGE_BODY)
        exchange_take(exchange, data, *size);
    else
        exchange->received += (int64_t)*size;
    bool endless = exchange->stage == EXCHANGE_SKIP && exchange->received > skip_max(exchange);
    *size = 0;
    return endless ? MHD_NO : MHD_YES;
}

enum MHD_Result exchange_step(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **own)
{
    struct exchange *exchange = *own;
    (void)context, (void)connection, (void)url, (void)version;
    if (exchange->stage == EXCHANGE_NEW) return begin(exchange, method);
    if (exchange->stage == EXCHANGE_ADMIT) return admitted(exchange);
    if (*size > 0) return take_piece(exchange, data, size);
    switch (exchange->stage) {
    case EXCHANGE_BODY:
        return hand_over(exchange, EXCHANGE_HANDLE);
    case EXCHANGE_SKIP:
    case EXCHANGE_HANDLE:
        return send_answer(exchange);
    case EXCHANGE_NEW:
    case EXCHANGE_ADMIT:
    case EXCHANGE_SENT:
        break;
    }
    return MHD_YES;
}

/* One line; no query, no header, no body: they hold names and numbers of people. */
static void write_log(const struct exchange *exchange, bool whole)
{
    FILE *log = exchange->server->options.access_log;
    if (log == NULL) return;
    char when[DATE_MOMENT_TEXT];
    date_moment(time(NULL), when);
    struct text path = exchange->target.raw_path;
    fprintf(log, "%s %s %s %lld %.16s %.*s %u %lld %lldms%s\n", when, exchange->id, exchange->request.address,
            (long long)exchange->request.owner, exchange->request.method,
            path.size > 200 ? 200 : (int)path.size, path.size == 0 ? "" : path.at, exchange->status,
            (long long)exchange->size, (long long)(progress_clock_ms() - exchange->started),
            whole ? "" : " cut");
    fflush(log);
}

void exchange_end(void *context, struct MHD_Connection *connection, void **own,
                  enum MHD_RequestTerminationCode how)
{
    struct exchange *exchange = *own;
    (void)context, (void)connection;
    if (exchange == NULL) return;
    struct server *server = exchange->server;
    write_log(exchange, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    if (exchange->guarded != NULL)
        guard_set(server->guard, exchange->guarded, progress_clock_ms() + server->options.limits.idle_ms,
                  true);
    if (exchange->entered) guard_leave(server->guard, exchange->request.address);
    if (exchange->upload_fd >= 0) close(exchange->upload_fd);
    if (exchange->file_fd >= 0) close(exchange->file_fd);
    if (exchange->request.upload != NULL) unlink(exchange->request.upload);
    if (exchange->response != NULL) MHD_destroy_response(exchange->response);
    if (exchange->request.session != NULL && server->options.hooks.release != NULL)
        server->options.hooks.release(exchange->request.session);
    body_free(exchange->document);
    buffer_fini(&exchange->bytes);
    buffer_fini(&exchange->members);
    buffer_fini(&exchange->out);
    faults_fini(&exchange->faults);
    arena_fini(&exchange->arena);
    free(exchange);
    *own = NULL;
    atomic_fetch_sub(&server->in_flight, 1);
}
