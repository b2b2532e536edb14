/* Starting and stopping: everything a server consists of is made in order and undone in the opposite order.
 */
#include "server/server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/progress.h"
#include "server/exchange.h"

enum {
    TICK_MS = 50,
    CONNECTION_MEMORY = 32 << 10,
    KEY_BYTES_MAX = 1 << 20,
    JOBS_PER_OWNER = 4,
    STREAMS_PER_OWNER = 8
};

static const int64_t DAY_MS = 24LL * 3600 * 1000;

struct server_limits server_limits_default(void)
{
    return (struct server_limits){.threads = 2,
                                  .workers = 4,
                                  .runners = 1,
                                  .queue =
                                      1000, /* as many as connections: nobody is turned away for waiting */
                                  .connections = 1000,
                                  .per_address = 100,
                                  .header_ms = 10000,
                                  .body_ms = 30000,
                                  .idle_ms = 60000,
                                  .answer_ms = 60000,
                                  .grace_ms = 10000,
                                  .heartbeat_ms = 15000};
}

/* ---- Listening ---- */

static int bad_listen(const char *listen, struct err *err)
{
    return err_set(err, ERR_INPUT, "监听地址 %s 写法有误，应如 127.0.0.1:8080 或 [::1]:8080",
                   "The address to listen at, %s, should look like 127.0.0.1:8080 or [::1]:8080", listen);
}

static int resolve(const char *listen, struct addrinfo **out, struct err *err)
{
    char host[256];
    const char *colon = strrchr(listen, ':');
    size_t size = colon == NULL ? 0 : (size_t)(colon - listen);
    if (size == 0 || size >= sizeof host) return bad_listen(listen, err);
    bool brackets = listen[0] == '[' && listen[size - 1] == ']';
    memcpy(host, listen + (brackets ? 1 : 0), size - (brackets ? 2 : 0));
    host[size - (brackets ? 2 : 0)] = '\0';
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    return getaddrinfo(host, colon + 1, &hints, out) == 0 ? 0 : bad_listen(listen, err);
}

static int open_socket(struct server *server, int *out, struct err *err)
{
    struct addrinfo *address;
    int code = resolve(server->options.listen, &address, err), yes = 1;
    if (code != 0) return code;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 512) != 0) {
        code = errno == EADDRINUSE
                   ? err_set(err, ERR_CONFLICT, "%s 已被别的程序占用，请换一个端口",
                             "%s is used by another program; choose another port", server->options.listen)
                   : err_errno(err, server->options.listen, "无法监听", "Cannot listen");
        if (fd >= 0) close(fd);
        fd = -1;
    }
    freeaddrinfo(address);
    if (code != 0) return code;
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } bound = {.six = {.sin6_port = 0}};
    socklen_t length = sizeof bound;
    getsockname(fd, &bound.any, &length);
    server->port = ntohs(bound.any.sa_family == AF_INET6 ? bound.six.sin6_port : bound.four.sin_port);
    *out = fd;
    return 0;
}

/* ---- Files ---- */

static int read_key(const char *path, char **out, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) return err_errno(err, path, "无法读取证书或私钥", "Cannot read the certificate or key");
    *out = mem_new(KEY_BYTES_MAX + 1, 1);
    size_t size = fread(*out, 1, KEY_BYTES_MAX, file);
    fclose(file);
    return size > 0 ? 0
                    : err_set(err, ERR_INPUT, "证书或私钥文件 %s 是空的",
                              "The certificate or key %s is empty", path);
}

/* Uploads that a former process left belong to nobody. */
static int prepare_uploads(struct server *server, struct err *err)
{
    const char *path = arena_printf(&server->arena, "%s/uploads", server->options.data);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_errno(err, path, "无法建立上传文件夹", "Cannot make the folder of uploads");
    DIR *folder = opendir(path);
    if (folder == NULL)
        return err_errno(err, path, "无法打开上传文件夹", "Cannot open the folder of uploads");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.') unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    return 0;
}

/* ---- Parts ---- */

static int make_router(struct server *server, struct err *err)
{
    size_t own = server->options.route_count, extra = 0;
    const struct route *more = jobs_routes(&extra);
    if (server->options.kind_count == 0) extra = 0;
    server->routes = mem_new(own + extra, sizeof *server->routes);
    if (own > 0) memcpy(server->routes, server->options.routes, own * sizeof *server->routes);
    if (extra > 0) memcpy(server->routes + own, more, extra * sizeof *server->routes);
    int code = router_new(server->routes, own + extra, &server->router, err);
    if (code != 0) return code;
    return target_parse(text_of(server->options.prefix), &server->arena, &server->prefix, err);
}

static int make_jobs(struct server *server, struct err *err)
{
    const struct server_options *options = &server->options;
    if (options->kind_count == 0) return 0;
    struct jobs_options jobs = {.folder = arena_printf(&server->arena, "%s/jobs", options->data),
                                .kinds = options->kinds,
                                .kind_count = options->kind_count,
                                .runners = options->limits.runners,
                                .per_owner = JOBS_PER_OWNER,
                                .streams_per_owner = STREAMS_PER_OWNER,
                                .queue = options->limits.queue,
                                .keep_ms = DAY_MS,
                                .heartbeat_ms = options->limits.heartbeat_ms,
                                .app = options->app,
                                .context_new = options->hooks.worker_new,
                                .context_free = options->hooks.worker_free,
                                .log = options->log};
    return jobs_new(&jobs, &server->jobs, err);
}

static int make_pool(struct server *server, struct err *err)
{
    struct pool_work work = {.app = server->options.app,
                             .context_new = server->options.hooks.worker_new,
                             .context_free = server->options.hooks.worker_free,
                             .run = exchange_work};
    return pool_new(&work, server->options.limits.workers, server->options.limits.queue, &server->pool, err);
}

/* ---- libmicrohttpd ---- */

static void notice_connection(void *context, struct MHD_Connection *connection, void **own,
                              enum MHD_ConnectionNotificationCode what)
{
    struct server *server = context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        guard_close(server->guard, *own);
        return;
    }
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    *own = guard_open(server->guard, fd->connect_fd, address == NULL ? NULL : address->client_addr,
                      progress_clock_ms() + server->options.limits.header_ms);
}

/* The target is decoded by target.c, once; what libmicrohttpd splits for itself stays as it came. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

static void hear(void *context, const char *format, va_list arguments)
{
    const struct server *server = context;
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\n")] = '\0';
    log_say(server->options.log, LOG_DEBUG, "HTTP：%s", "HTTP: %s", line);
}

static int start_daemon(struct server *server, struct err *err)
{
    const struct server_limits *limits = &server->options.limits;
    int fd;
    int code = open_socket(server, &fd, err);
    if (code != 0) return code;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, limits->threads < 2 ? 2 : limits->threads, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, limits->connections, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)notice_connection, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_end, server},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_begin, server},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, server},
        {server->certificate == NULL ? MHD_OPTION_END : MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (server->certificate == NULL ? 0U : (unsigned)MHD_USE_TLS);
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_step, server, MHD_OPTION_EXTERNAL_LOGGER,
                                      hear, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    if (server->daemon != NULL) return 0;
    close(fd);
    return err_set(
        err, ERR_IO, "无法启动 HTTP 服务；若用了 TLS，请检查证书与私钥是否匹配",
        "The HTTP server does not start; with TLS, check that certificate and key belong together");
}

/* ---- Time ---- */

/* Where there is no room in the queue, it is tried again. */
static void begin_day(struct server *server)
{
    int64_t id;
    if (server->options.daily == NULL || server->day == date_today()) return;
    if (jobs_add(server->jobs, server->options.daily, 0, TEXT("{}"), &id, NULL) == 0)
        server->day = date_today();
}

static void *tick(void *context)
{
    struct server *server = context;
    const struct timespec pause = {.tv_nsec = TICK_MS * 1000000L};
    while (!atomic_load(&server->ended)) {
        nanosleep(&pause, NULL);
        int64_t now = progress_clock_ms();
        guard_cut_late(server->guard, now);
        if (server->jobs == NULL) continue;
        jobs_tick(server->jobs, now);
        begin_day(server);
    }
    return NULL;
}

static int start_parts(struct server *server, struct err *err)
{
    const struct server_options *options = &server->options;
    if ((options->certificate == NULL) != (options->key == NULL))
        return err_set(err, ERR_INPUT, "TLS 证书与私钥要一起给出", "Certificate and key are given together");
    int code = make_router(server, err);
    if (code == 0 && options->certificate != NULL)
        code = read_key(options->certificate, &server->certificate, err);
    if (code == 0 && options->key != NULL) code = read_key(options->key, &server->key, err);
    if (code == 0 && options->web != NULL) code = assets_load(options->web, &server->assets, err);
    if (code == 0) code = prepare_uploads(server, err);
    server->guard = guard_new(options->proxies, options->limits.per_address);
    if (code == 0) code = make_pool(server, err);
    if (code == 0) code = make_jobs(server, err);
    if (code == 0) code = start_daemon(server, err);
    if (code != 0) return code;
    server->ticking = pthread_create(&server->ticker, NULL, tick, server) == 0;
    return server->ticking ? 0
                           : err_set(err, ERR_IO, "无法启动线程，请检查系统的线程数限制",
                                     "Cannot start a thread; check the system's limit");
}

static void signals_of_end(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

int server_start(const struct server_options *options, struct server **out, struct err *err)
{
    sigset_t signals;
    signals_of_end(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct server *server = mem_new(1, sizeof *server);
    server->options = *options;
    int code = start_parts(server, err);
    if (code != 0) {
        server_stop(server);
        server = NULL;
    }
    *out = server;
    return code;
}

unsigned server_port(const struct server *server)
{
    return server->port;
}

struct jobs *server_jobs(struct server *server)
{
    return server->jobs;
}

void server_wait(struct server *server)
{
    sigset_t signals;
    int received;
    (void)server;
    signals_of_end(&signals);
    while (sigwait(&signals, &received) != 0) continue;
}

static void drain(struct server *server)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000000L};
    int64_t end = progress_clock_ms() + server->options.limits.grace_ms;
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET) close(listening);
    if (server->jobs != NULL) jobs_stop(server->jobs);
    while (atomic_load(&server->in_flight) > 0 && progress_clock_ms() < end) {
        guard_cut_idle(server->guard);
        nanosleep(&pause, NULL);
    }
    atomic_store(&server->over, true);
    guard_cut_all(server->guard);
}

void server_stop(struct server *server)
{
    if (server == NULL) return;
    atomic_store(&server->stopping, true);
    if (server->daemon != NULL) drain(server);
    /* Workers first: a suspended connection is resumed by the worker that has it. */
    pool_free(server->pool);
    atomic_store(&server->ended, true);
    if (server->ticking) pthread_join(server->ticker, NULL);
    if (server->daemon != NULL) MHD_stop_daemon(server->daemon);
    jobs_free(server->jobs);
    guard_free(server->guard);
    assets_free(server->assets);
    router_free(server->router);
    free(server->routes);
    free(server->certificate);
    free(server->key);
    arena_fini(&server->arena);
    free(server);
}
