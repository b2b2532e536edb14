/* A server with routes of its own, so that the room of the server is tested without registers or users. What
 * it can do stands in its table; the Python suites beside it drive it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/describe.h"
#include "server/server.h"

static const struct shape_field member_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 20},
    {.name = "born", .kind = SHAPE_DATE, .flags = SHAPE_NULLABLE},
    {.name = NULL},
};
static const struct shape member = {.name = "Member", .fields = member_fields};

static const struct shape_field echo_fields[] = {
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "comes back"},
    {.name = "count", .kind = SHAPE_INT, .min = 1, .max = 10},
    {.name = "state", .kind = SHAPE_WORD, .words = "hit|fresh"},
    {.name = "members", .kind = SHAPE_OBJECT, .flags = SHAPE_LIST, .of = &member},
    {.name = "values", .kind = SHAPE_MAP},
    {.name = NULL},
};
static const struct shape echo_shape = {.name = "Echo", .fields = echo_fields};

static const struct shape_field list_query[] = {
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = 500},
    {.name = "as_of", .kind = SHAPE_DATE},
    {.name = "retired", .kind = SHAPE_BOOL},
    {.name = "state", .kind = SHAPE_WORD, .words = "hit|fresh"},
    {.name = "f.", .kind = SHAPE_TEXT, .flags = SHAPE_FAMILY | SHAPE_LIST},
    {.name = NULL},
};

static const struct shape_field size_fields[] = {
    {.name = "size", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL},
};
static const struct shape size_shape = {.name = "Size", .fields = size_fields};

static const struct shape_field nap_query[] = {{.name = "ms", .kind = SHAPE_INT, .min = 0, .max = 60000},
                                               {.name = NULL}};
static const struct shape_field work_fields[] = {
    {.name = "steps", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 0, .max = 100000},
    {.name = NULL},
};
static const struct shape work_shape = {.name = "Work", .fields = work_fields};

static void nap(int64_t ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static int echo(struct request *request, struct err *err)
{
    struct buffer out = {0};
    (void)err;
    body_write(request->body, &out);
    json_put_raw(reply_json(request), buffer_get(&out));
    buffer_fini(&out);
    return 0;
}

static int list(struct request *request, struct err *err)
{
    struct json_writer *json = reply_json(request);
    const char *name;
    struct text value;
    (void)err;
    json_put_object(json);
    json_member_text(json, "register", request_param(request, "register"));
    json_member_string(json, "address", request->address);
    for (size_t cursor = 0; request_query_next(request, &cursor, &name, &value);) {
        json_member_text(json, name, value);
    }
    json_put_object_end(json);
    return 0;
}

static int one(struct request *request, struct err *err)
{
    int64_t id = request_param_int(request, "id");
    if (id == 404) return err_set(err, ERR_NOT_FOUND, "没有这条记录", "There is no such record");
    if (id == 500) return err_set(err, ERR_IO, "磁盘 /secret/path 坏了", "The disk /secret/path is broken");
    if (id == 409) {
        json_put_int(request_fault_member(request, "current"), 7);
        request_fault_field(request, "version");
        return err_set(err, ERR_CONFLICT, "已被别人修改", "Somebody else changed it");
    }
    json_put_int(reply_json(request), id);
    return 0;
}

static int sleep_well(struct request *request, struct err *err)
{
    int64_t left = request_query_int(request, "ms", 0);
    (void)err;
    for (; left > 0; left -= 10) nap(10);
    json_put_string(reply_json(request), "slept");
    return 0;
}

static int upload(struct request *request, struct err *err)
{
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_object(json);
    json_member_int(json, "size", request->upload_size);
    json_put_object_end(json);
    return 0;
}

static int login(struct request *request, struct err *err)
{
    (void)err;
    reply_cookie(request, "zengshou_session", "abc", 3600);
    reply_empty(request);
    return 0;
}

static int start_work(struct request *request, struct err *err)
{
    struct buffer out = {0};
    body_write(request->body, &out);
    int code = jobs_reply(request, "work", buffer_get(&out), err);
    buffer_fini(&out);
    return code;
}

static int start_again(struct request *request, struct err *err)
{
    struct buffer out = {0};
    body_write(request->body, &out);
    int code = jobs_reply(request, "again", buffer_get(&out), err);
    buffer_fini(&out);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/ping",
     .who = "public",
     .name = "ping",
     .zh = "在吗",
     .en = "Is anybody there",
     .out_type = "application/json",
     .handler = sleep_well,
     .query = nap_query},
    {.method = "POST",
     .path = "/echo",
     .who = "public",
     .name = "echo",
     .zh = "回声",
     .en = "Says it back",
     .in = &echo_shape,
     .out = &echo_shape,
     .handler = echo},
    {.method = "GET",
     .path = "/registers/{register}/records",
     .who = "public",
     .name = "listRecords",
     .zh = "列表",
     .en = "A list",
     .query = list_query,
     .out_type = "application/json",
     .handler = list},
    {.method = "GET",
     .path = "/registers/{register}/records/{id:int}",
     .who = "session",
     .name = "getRecord",
     .zh = "一条",
     .en = "One",
     .out_type = "application/json",
     .handler = one},
    {.method = "DELETE",
     .path = "/registers/{register}/records/{id:int}",
     .who = "administer",
     .name = "removeRecord",
     .zh = "删除",
     .en = "Removes it",
     .handler = one},
    {.method = "POST",
     .path = "/upload",
     .who = "session",
     .name = "upload",
     .zh = "上传",
     .en = "Takes a file",
     .streams = true,
     .body_max = 100 << 20,
     .body_seconds = 600,
     .out = &size_shape,
     .handler = upload},
    {.method = "POST",
     .path = "/session",
     .who = "public",
     .name = "logIn",
     .zh = "登录",
     .en = "Logs in",
     .handler = login},
    {.method = "POST",
     .path = "/work",
     .who = "session",
     .name = "startWork",
     .zh = "开始",
     .en = "Starts work",
     .in = &work_shape,
     .out = &jobs_shape,
     .success = 202,
     .handler = start_work},
    {.method = "POST",
     .path = "/again",
     .who = "session",
     .name = "startAgain",
     .zh = "开始",
     .en = "Starts work that is resumed",
     .in = &work_shape,
     .out = &jobs_shape,
     .success = 202,
     .handler = start_again},
};

static int run_work(struct job *job, void *context, struct err *err)
{
    int64_t steps = body_get_int(job_parameters(job), "steps", 0);
    (void)context;
    for (int64_t i = 0; i < steps; i++) {
        if (job_stopping(job)) return err_set(err, ERR_CANCELLED, "已停止", "Stopped");
        job_progress(job, i, steps, "正在工作", "Working");
        nap(5);
    }
    if (steps == 13) return err_set(err, ERR_INPUT, "第十三步不行", "Step thirteen does not work");
    FILE *file = fopen(job_file(job, "结果.txt", "text/plain; charset=utf-8"), "we");
    if (file == NULL) return err_errno(err, "result", "无法写", "Cannot write");
    fputs("done\n", file);
    fclose(file);
    json_put_int(job_result(job), steps);
    return 0;
}

static const struct job_kind kinds[] = {{.name = "work", .run = run_work},
                                        {.name = "again", .resumable = true, .run = run_work}};

/* "Authorization: Bearer N" is the user N; only user 1 administers. */
static int admit(struct request *request, const char *who, struct err *err)
{
    const char *header = request_header(request, "Authorization");
    if (header != NULL && strncmp(header, "Bearer ", 7) == 0) request->owner = atoll(header + 7);
    if (strcmp(who, "public") == 0) return 0;
    if (request->owner == 0) return err_set(err, ERR_UNAUTHENTICATED, "请先登录", "Log in first");
    if (strcmp(who, "administer") == 0 && request->owner != 1)
        return err_set(err, ERR_FORBIDDEN, "没有权限", "Not allowed");
    return 0;
}

static int context_new(void *app, void **context, struct err *err)
{
    (void)app, (void)err;
    *context = mem_new(1, 1);
    return 0;
}

static void context_free(void *app, void *context)
{
    (void)app;
    free(context);
}

static int describe(const char *how)
{
    struct buffer out = {0};
    if (strcmp(how, "openapi") == 0)
        openapi_write(routes, sizeof routes / sizeof *routes, "/api/v1", "1", &out);
    else
        typescript_write(routes, sizeof routes / sizeof *routes, "/api/v1", &out);
    fwrite(out.data, 1, out.size, stdout);
    buffer_fini(&out);
    return 0;
}

/* NAME=VALUE arguments: the limits by their names. */
static void set_limit(struct server_limits *limits, const char *argument)
{
    const struct {
        const char *name;
        unsigned *small;
        int64_t *large;
    } known[] = {{"workers", &limits->workers, NULL},         {"queue", &limits->queue, NULL},
                 {"per_address", &limits->per_address, NULL}, {"connections", &limits->connections, NULL},
                 {"header_ms", NULL, &limits->header_ms},     {"body_ms", NULL, &limits->body_ms},
                 {"idle_ms", NULL, &limits->idle_ms},         {"answer_ms", NULL, &limits->answer_ms},
                 {"grace_ms", NULL, &limits->grace_ms},       {"heartbeat_ms", NULL, &limits->heartbeat_ms}};
    size_t size = strcspn(argument, "=");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) != size || strncmp(known[i].name, argument, size) != 0) continue;
        int64_t value = atoll(argument + size + 1);
        if (known[i].small != NULL) *known[i].small = (unsigned)value;
        if (known[i].large != NULL) *known[i].large = value;
    }
}

static const char *option(char **argv, const char *name)
{
    size_t size = strlen(name);
    for (; *argv != NULL; argv++)
        if (strncmp(*argv, name, size) == 0 && (*argv)[size] == '=') return *argv + size + 1;
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strncmp(argv[1], "describe=", 9) == 0) return describe(argv[1] + 9);
    const struct log log = {.level = LOG_NOTICE, .language = "en"};
    const char *proxies[] = {option(argv, "proxy"), NULL}, *origins[] = {"https://county.example", NULL};
    struct server_options options = {
        .listen = "127.0.0.1:0",
        .certificate = option(argv, "certificate"),
        .key = option(argv, "key"),
        .data = option(argv, "data"),
        .web = option(argv, "web"),
        .prefix = "/api/v1",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .kinds = kinds,
        .kind_count = sizeof kinds / sizeof *kinds,
        .proxies = proxies,
        .origins = origins,
        .hooks = {.worker_new = context_new, .worker_free = context_free, .admit = admit},
        .limits = server_limits_default(),
        .access_log = stderr,
        .log = &log};
    for (int i = 1; i < argc; i++) set_limit(&options.limits, argv[i]);
    struct server *server;
    struct err err = {0};
    if (options.data == NULL || server_start(&options, &server, &err) != 0) {
        fprintf(stderr, "%s\n", options.data == NULL ? "data=FOLDER is needed" : err.en);
        return 1;
    }
    printf("%u\n", server_port(server));
    fflush(stdout);
    server_wait(server);
    server_stop(server);
    return 0;
}
