/* What a server holds for all: one pack, one cache of frames, one gate for passwords; and for each thread a
 * connection. */
#include "api/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/admit.h"
#include "api/routes.h"
#include "assessment/adoption.h"
#include "assessment/warden.h"
#include "base/mem.h"
#include "casework/casework.h"
#include "declare/declare.h"
#include "files/attachments.h"
#include "monitor/describe.h"

enum { HASHES_AT_ONCE = 2, HASHES_WAITING = 64 };

/* A database of before these rooms needs init once more. */
static int need_tables(struct store *store, struct err *err)
{
    int code = access_need(store, err);
    if (code == 0) code = files_need(store, err);
    if (code == 0) code = casework_need(store, err);
    if (code == 0) code = assessment_need(store, err);
    return code == 0 ? declare_need(store, err) : code;
}

/* The database's own copy of the pack, kept after the connection that read it is closed. */
static int read_pack(struct app *app, struct err *err)
{
    struct database *database;
    struct fault_list faults = {0};
    int code = database_open(app->url, true, &database, err);
    if (code != 0) return code;
    const struct pack *pack = database_pack(database);
    code = pack_load_files(store_name(database_store(database)), pack->files, pack->file_count, &app->pack,
                           &faults, err);
    fault_list_fini(&faults);
    if (code == 0) code = need_tables(database_store(database), err);
    database_close(database);
    return code;
}

int app_new(const char *url, const char *data, const struct log *log, struct app **out, struct err *err)
{
    struct app *app = mem_new(1, sizeof *app);
    *out = NULL;
    *app = (struct app){.url = url, .data = data, .log = log};
    int code = read_pack(app, err);
    if (code == 0) code = import_shelf_new(data, &app->imports, err);
    if (code == 0) code = progress_book_new(app->pack, &app->book, err);
    if (code == 0) code = bulletin_counts_new(app->pack, &app->counts, err);
    if (code != 0) {
        progress_book_free(app->book);
        import_shelf_free(app->imports);
        pack_free(app->pack);
        free(app);
        return code;
    }
    app->routes = routes_all(&app->route_count);
    app->frames = frame_cache_new(app->pack);
    app->rulebook = rulebook_new(app->pack);
    app->shelf = progress_shelf_new(app->book);
    app->memo = memo_new();
    app->gate = gate_new(HASHES_AT_ONCE, HASHES_WAITING);
    *out = app;
    return 0;
}

void app_free(struct app *app)
{
    if (app == NULL) return;
    memo_free(app->memo);
    rulebook_free(app->rulebook);
    bulletin_counts_free(app->counts);
    progress_shelf_free(app->shelf);
    progress_book_free(app->book);
    frame_cache_free(app->frames);
    gate_free(app->gate);
    import_shelf_free(app->imports);
    pack_free(app->pack);
    free(app->routes);
    free(app);
}

static void worker_free(void *app, void *context)
{
    struct worker *worker = context;
    (void)app;
    if (worker == NULL) return;
    describer_free(worker->describer);
    rulebook_desk_free(worker->desk);
    casework_close(worker->casework);
    access_close(worker->access);
    database_close(worker->database);
    free(worker);
}

static int worker_new(void *context, void **out, struct err *err)
{
    struct app *app = context;
    struct worker *worker = mem_new(1, sizeof *worker);
    struct access_options options = {.gate = app->gate, .keep_manager = true};
    worker->app = app;
    worker->desk = rulebook_desk_new();
    int code = database_open_with(app->url, false, app->pack, &worker->database, err);
    if (code == 0) assessment_watch(worker->database);
    if (code == 0) code = access_open(worker->database, &options, &worker->access, err);
    if (code != 0) {
        worker_free(app, worker);
        worker = NULL;
    }
    *out = worker;
    return code;
}

void app_warm(struct app *app)
{
    struct frame *frame = NULL;
    void *context;
    struct err err = {0};
    int code = worker_new(app, &context, &err);
    if (code == 0) {
        const struct worker *worker = context;
        code = rulebook_frame(app->rulebook, app->frames, worker->database, FRAME_CACHE_NEWEST, &frame, NULL,
                              &err);
        if (code == 0) frame_free(frame);
        worker_free(app, context);
    }
    if (code != 0 && app->log != NULL)
        log_say(app->log, LOG_WARNING, "登记簿没有预先装入：%s",
                "The registers were not loaded beforehand: %s",
                app->log->language[0] == 'e' ? err.en : err.zh);
}

struct server_hooks app_hooks(void)
{
    return (struct server_hooks){
        .worker_new = worker_new, .worker_free = worker_free, .admit = admit, .release = admit_release};
}

int app_put_file(const char *path, struct text bytes, struct err *err)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return err_errno(err, path, "写不了临时文件", "Cannot write a temporary file");
    int code = 0;
    for (size_t put = 0; code == 0 && put < bytes.size;) {
        ssize_t more = write(file, bytes.at + put, bytes.size - put);
        if (more < 0 && errno != EINTR)
            code = err_errno(err, path, "写不了临时文件", "Cannot write a temporary file");
        put += more > 0 ? (size_t)more : 0;
    }
    close(file);
    if (code != 0) unlink(path);
    return code;
}
