/* One thread that sleeps, looks at the clock every minute, and has a connection only while there is something
 * to do. */
#include "api/postman.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/case_call.h"
#include "base/mem.h"
#include "casework/calendar.h"
#include "notify/notify.h"

enum { MINUTE = 60 };

struct postman {
    struct app *app;
    const struct notify_settings *settings;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    atomic_bool stopping;
    /* Of the thread alone. */
    int32_t day;   /* whose messages were begun */
    bool again;    /* something of that day is still to be tried */
    int64_t tried; /* when, seconds since 1970 */
};

static void told(void *context, const struct notice *notice)
{
    const struct postman *postman = context;
    const struct log *log = postman->app->log;
    if (notice->state == NOTICE_FAILED || notice->state == NOTICE_GIVEN_UP)
        log_say(log, LOG_WARNING, "提醒没有发成（%.*s %.*s，第 %lld 次）：%s%.0s",
                "A message was not sent (%.*s %.*s, try %lld): %.0s%s", TEXT_ARGS(notice->channel),
                TEXT_ARGS(notice->recipient), (long long)notice->attempts, notice->why.zh, notice->why.en);
    if (notice->state == NOTICE_UNCERTAIN)
        log_say(log, LOG_WARNING, "提醒不知是否送到，今天不再发（%.*s %.*s）：%s%.0s",
                "A message may or may not have arrived and is not sent again today (%.*s %.*s): %.0s%s",
                TEXT_ARGS(notice->channel), TEXT_ARGS(notice->recipient), notice->why.zh, notice->why.en);
}

static bool is_stopping(void *context)
{
    const struct postman *postman = context;
    return atomic_load(&postman->stopping);
}

static int send_all(struct postman *postman, struct case_moment moment, struct notify_report *report,
                    struct err *err)
{
    const struct server_hooks hooks = app_hooks();
    const struct notify_options how = {.told = told, .cancelled = is_stopping, .context = postman};
    struct casework *casework;
    void *context = NULL;
    int code = hooks.worker_new(postman->app, &context, err);
    if (code != 0) return code;
    struct worker *worker = context;
    code = case_call_open(worker, &casework, err);
    if (code == 0) code = notify_run(casework, worker->access, postman->settings, moment, &how, report, err);
    hooks.worker_free(postman->app, context);
    return code;
}

/* Is it time: the day's first, or a further try? */
static bool is_time(const struct postman *postman, struct case_moment moment)
{
    time_t now = (time_t)moment.now;
    struct tm local;
    bool known = true;
    localtime_r(&now, &local);
    if (!postman->settings->every_day &&
        !calendar_is_working(postman->app->pack->calendar, moment.today, &known))
        return false;
    if (local.tm_hour * MINUTE + local.tm_min < postman->settings->minute) return false;
    if (postman->day != moment.today) return true;
    return postman->again && moment.now - postman->tried >= NOTIFY_PAUSE;
}

static void go(struct postman *postman)
{
    const struct log *log = postman->app->log;
    const struct case_moment moment = case_call_moment();
    struct notify_report report = {0};
    struct err err;
    if (!is_time(postman, moment)) return;
    postman->day = moment.today;
    postman->tried = moment.now;
    int code = send_all(postman, moment, &report, &err);
    postman->again = code != 0 || report.failed + report.waiting > 0;
    if (code == ERR_CANCELLED) return;
    if (code != 0)
        log_say(log, LOG_WARNING, "提醒没有发：%s%.0s", "No messages were sent: %.0s%s", err.zh, err.en);
    else
        log_say(log, LOG_NOTICE, "提醒：已发 %zu，没有发成 %zu，不知是否送到 %zu，没有要说的 %zu",
                "Messages: %zu sent, %zu failed, %zu uncertain, %zu with nothing to say", report.sent,
                report.failed, report.uncertain, report.nothing);
}

static void *deliver_days(void *context)
{
    struct postman *postman = context;
    while (!atomic_load(&postman->stopping)) {
        struct timespec until;
        go(postman);
        pthread_mutex_lock(&postman->mutex);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += MINUTE;
        if (!atomic_load(&postman->stopping)) pthread_cond_timedwait(&postman->wake, &postman->mutex, &until);
        pthread_mutex_unlock(&postman->mutex);
    }
    return NULL;
}

int postman_start(struct app *app, const struct notify_settings *settings, struct postman **out,
                  struct err *err)
{
    struct postman *postman = mem_new(1, sizeof *postman);
    *postman = (struct postman){.app = app, .settings = settings};
    *out = postman;
    deliver_start();
    pthread_mutex_init(&postman->mutex, NULL);
    pthread_cond_init(&postman->wake, NULL);
    int failed = pthread_create(&postman->thread, NULL, deliver_days, postman);
    if (failed == 0) return 0;
    pthread_cond_destroy(&postman->wake);
    pthread_mutex_destroy(&postman->mutex);
    free(postman);
    *out = NULL;
    return err_set(err, ERR_IO, "不能启动发送提醒的线程：%s",
                   "Cannot start the thread that sends messages: %s", strerror(failed));
}

void postman_stop(struct postman *postman)
{
    if (postman == NULL) return;
    pthread_mutex_lock(&postman->mutex);
    atomic_store(&postman->stopping, true);
    pthread_cond_signal(&postman->wake);
    pthread_mutex_unlock(&postman->mutex);
    pthread_join(postman->thread, NULL);
    pthread_cond_destroy(&postman->wake);
    pthread_mutex_destroy(&postman->mutex);
    free(postman);
}
