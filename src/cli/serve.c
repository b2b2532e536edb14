/* zengshou serve: the county's system in the browser. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/users.h"
#include "api/daily_work.h"
#include "api/postman.h"
#include "base/date.h"
#include "cli/arguments.h"
#include "cli/report.h"
#include "register/seal_database.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"listen", ARGUMENT_TEXT, "ADDR:PORT", false, "在哪里服务，默认 127.0.0.1:8080",
     "where to serve, 127.0.0.1:8080 by default"},
    {"data", ARGUMENT_TEXT, "DIR", false, "存放上传、任务和导出文件的文件夹，默认 数据库.data",
     "folder for uploads, jobs and exports, DB.data by default"},
    {"web", ARGUMENT_TEXT, "DIR", false, "网页所在的文件夹，默认随程序安装的",
     "folder of the web application, the installed one by default"},
    {"tls-cert", ARGUMENT_TEXT, "FILE", false, "证书（PEM）", "certificate (PEM)"},
    {"tls-key", ARGUMENT_TEXT, "FILE", false, "证书的私钥（PEM）", "the certificate's key (PEM)"},
    {"proxy", ARGUMENT_LIST, "ADDR", false, "可信的前置代理的地址，可重复",
     "address of a trusted proxy in front, repeatable"},
    {"origin", ARGUMENT_LIST, "URL", false, "经代理访问时网页的地址，如 https://zs.example.cn，可重复",
     "where browsers find it through a proxy, such as https://zs.example.cn, repeatable"},
    {"notify", ARGUMENT_TEXT, "FILE", false, "通知设置（YAML，权限 600）；没有就不发提醒",
     "settings of messages (YAML, mode 600); none are sent without"},
    {"plain-at-rest", ARGUMENT_FLAG, NULL, false, "数据库没有加密也在非本机地址上服务",
     "serve on other than loopback addresses although the database is not sealed"},
    {"access-log", ARGUMENT_FLAG, NULL, false, "在标准错误逐条记录请求", "a line a request on stderr"},
    {0}};

enum { LIST_MAX = 16 };

static bool is_loopback(const char *listen)
{
    return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]:", 6) == 0 ||
           strncmp(listen, "localhost:", 10) == 0;
}

/* Passwords that everybody may know must not be reachable from elsewhere. */
static int check_demonstration(struct app *app, const char *listen, struct err *err)
{
    struct server_hooks hooks = app_hooks();
    void *context;
    int64_t count = 0;
    if (is_loopback(listen)) return 0;
    int code = hooks.worker_new(app, &context, err);
    if (code == 0) code = user_demonstrations(((struct worker *)context)->access, &count, err);
    if (code == 0) hooks.worker_free(app, context);
    if (code != 0 || count == 0) return code;
    return err_set(err, ERR_FORBIDDEN,
                   "还有%lld个演示账号使用公开的密码，不能在 %s 上服务。请先用 zengshou user retire "
                   "停用它们，或改其密码",
                   "%lld demonstration accounts still have passwords that everybody knows, so nothing is "
                   "served on %s. Retire "
                   "them with zengshou user retire, or change their passwords, first",
                   (long long)count, listen);
}

/* What everybody in the network may reach shall not stand open on the disk, unless somebody says that he
 * knows. */
static int check_sealed(const char *url, const char *listen, bool plain, struct err *err)
{
    bool sealed;
    int code = database_is_sealed(url, &sealed, err);
    if (code != 0 || sealed || plain || is_loopback(listen)) return code;
    return err_set(
        err, ERR_FORBIDDEN,
        "数据库里身份证号等敏感内容没有加密，不在 %s 上服务。请先运行 zengshou keys seal；确要如此，加 "
        "--plain-at-rest",
        "Identity numbers and other sensitive values stand unsealed in the database, so nothing is served on "
        "%s. "
        "Run zengshou keys seal first; to serve it all the same, add --plain-at-rest",
        listen);
}

/* What is decided on a day that is not today must not look like work that was done. */
static int check_today(const struct log *log, const char *listen, struct err *err)
{
    const char *named = getenv(DATE_TODAY_ENVIRONMENT);
    char today[DATE_TEXT];
    if (named == NULL) return 0;
    if (!is_loopback(listen))
        return err_set(err, ERR_FORBIDDEN,
                       "环境变量 " DATE_TODAY_ENVIRONMENT " 只供演示：设了它就不能在 %s 上服务",
                       "The environment variable " DATE_TODAY_ENVIRONMENT
                       " is for demonstrations alone: with it nothing is served on %s",
                       listen);
    log_say(log, LOG_NOTICE, "演示：系统把 %s 当作今天", "Demonstration: the system takes %s for today",
            date_format(date_today(), today));
    return 0;
}

static int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return 0;
    return err_errno(err, path, "建不了文件夹", "Cannot make the folder");
}

static void default_data(const char *url, struct buffer *out)
{
    if (strncmp(url, "postgresql:", 11) == 0 || strncmp(url, "postgres:", 9) == 0)
        buffer_string(out, "zengshou.data");
    else
        buffer_printf(out, "%s.data", url);
}

/* The installed web application, or none: then only the interface is served. */
static const char *default_web(void)
{
    return access(ZENGSHOU_WEB "/index.html", R_OK) == 0 ? ZENGSHOU_WEB : NULL;
}

static void read_list(const struct arguments *arguments, const char *name, const char *list[LIST_MAX + 1])
{
    size_t count = argument_count(arguments, name);
    for (size_t i = 0; i < count && i < LIST_MAX; i++) list[i] = argument_item(arguments, name, i);
    list[count < LIST_MAX ? count : LIST_MAX] = NULL;
}

static int announce(struct cli *cli, const char *listen, unsigned port, bool tls)
{
    const char *colon = strrchr(listen, ':');
    int host = colon == NULL ? (int)strlen(listen) : (int)(colon - listen);
    struct report *report = report_new(cli);
    struct buffer address = {0};
    buffer_printf(&address, "%s://%.*s:%u/", tls ? "https" : "http", host, listen, port);
    report_text(report, "address", "网址", "Address", buffer_get(&address));
    report_line(report, "按 Ctrl+C 停止。", "Press Ctrl+C to stop.");
    report_print(report);
    fflush(stdout);
    report_free(report);
    buffer_fini(&address);
    return 0;
}

/* A thread that once took a large piece shall give it back: large pieces are the system's own pages, always,
 * and the threads share a few heaps instead of keeping one each. */
static void keep_memory_small(void)
{
    enum { HEAPS = 4, LARGE = 512 << 10, KEPT = 4 << 20 };
    mallopt(M_ARENA_MAX, HEAPS);
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, KEPT);
}

static int serve(struct cli *cli, const struct arguments *arguments, struct app *app,
                 const struct notify_settings *notify, struct err *err)
{
    const char *proxies[LIST_MAX + 1], *origins[LIST_MAX + 1];
    const char *listen = argument_text(arguments, "listen");
    struct server_options settings = {.listen = listen == NULL ? "127.0.0.1:8080" : listen,
                                      .certificate = argument_text(arguments, "tls-cert"),
                                      .key = argument_text(arguments, "tls-key"),
                                      .data = app->data,
                                      .web = argument_text(arguments, "web"),
                                      .prefix = "/api/v1",
                                      .daily = DAILY_KIND,
                                      .routes = app->routes,
                                      .route_count = app->route_count,
                                      .proxies = proxies,
                                      .origins = origins,
                                      .hooks = app_hooks(),
                                      .app = app,
                                      .limits = server_limits_default(),
                                      .access_log = argument_flag(arguments, "access-log") ? stderr : NULL,
                                      .log = &cli->log};
    struct server *server;
    struct postman *postman = NULL;
    if (settings.web == NULL) settings.web = default_web();
    if (settings.web == NULL)
        log_say(&cli->log, LOG_NOTICE, "没有网页文件夹，只提供接口；用 --web 指明",
                "There is no web application here, only the interface is served; see --web");
    read_list(arguments, "proxy", proxies);
    read_list(arguments, "origin", origins);
    app->origin = origins[0];
    settings.kinds = app_job_kinds(&settings.kind_count);
    int code = check_sealed(argument_text(arguments, "db"), settings.listen,
                            argument_flag(arguments, "plain-at-rest"), err);
    if (code == 0) code = check_demonstration(app, settings.listen, err);
    if (code == 0) code = check_today(&cli->log, settings.listen, err);
    if (code == 0) code = server_start(&settings, &server, err);
    if (code != 0) return code;
    announce(cli, settings.listen, server_port(server), settings.certificate != NULL);
    if (notify != NULL) code = postman_start(app, notify, &postman, err);
    app_warm(app);
    if (code == 0) server_wait(server);
    log_say(&cli->log, LOG_NOTICE, "正在停止，等待未完的请求……",
            "Stopping; requests in flight are finished …");
    postman_stop(postman);
    server_stop(server);
    return code;
}

static int read_messages(struct cli *cli, const struct arguments *arguments, const struct app *app,
                         struct notify_settings **out, struct err *err)
{
    const char *path = argument_text(arguments, "notify");
    struct fault_list faults = {0};
    if (path == NULL) return 0;
    int code = notify_settings_read(path, app->pack, out, &faults, err);
    if (faults.count > 0) cli_faults(cli, &faults);
    fault_list_fini(&faults);
    return code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *url = argument_text(arguments, "db");
    struct buffer folder = {0};
    struct err err = {0};
    struct app *app = NULL;
    struct notify_settings *notify = NULL;
    keep_memory_small();
    if (argument_text(arguments, "data") != NULL)
        buffer_string(&folder, argument_text(arguments, "data"));
    else
        default_data(url, &folder);
    int code = make_folder(folder.data, &err);
    if (code == 0) code = app_new(url, folder.data, &cli->log, &app, &err);
    if (code == 0) code = read_messages(cli, arguments, app, &notify, &err);
    if (code == 0) code = serve(cli, arguments, app, notify, &err);
    notify_settings_free(notify);
    app_free(app);
    buffer_fini(&folder);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

const struct command command_serve = {"serve",     "启动网页服务", "serve the browser application",
                                      positionals, options,        run};
