/* A database or a password hash may take long; the threads that serve sockets must not wait for them. */
#include "server/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct worker {
    struct pool *pool;
    void *context;
    bool has_context, started;
    pthread_t thread;
};

struct pool {
    struct pool_work work;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    void **queue; /* a ring */
    size_t capacity, first, count;
    bool ending;
    struct worker *workers;
    unsigned worker_count;
};

static void *serve(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        while (pool->count == 0 && !pool->ending) pthread_cond_wait(&pool->filled, &pool->lock);
        if (pool->count == 0) {
            pthread_mutex_unlock(&pool->lock);
            return NULL;
        }
        void *item = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->capacity;
        pool->count--;
        pthread_mutex_unlock(&pool->lock);
        pool->work.run(item, worker->context);
    }
}

bool pool_push(struct pool *pool, void *item)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = pool->count < pool->capacity && !pool->ending;
    if (taken) {
        pool->queue[(pool->first + pool->count++) % pool->capacity] = item;
        pthread_cond_signal(&pool->filled);
    }
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

static int start(struct pool *pool, struct err *err)
{
    int code = 0;
    for (unsigned i = 0; i < pool->worker_count && code == 0; i++) {
        struct worker *worker = &pool->workers[i];
        worker->pool = pool;
        if (pool->work.context_new != NULL)
            code = pool->work.context_new(pool->work.app, &worker->context, err);
        worker->has_context = code == 0;
    }
    for (unsigned i = 0; i < pool->worker_count && code == 0; i++) {
        struct worker *worker = &pool->workers[i];
        worker->started = pthread_create(&worker->thread, NULL, serve, worker) == 0;
        if (!worker->started)
            code = err_set(err, ERR_IO, "无法启动线程，请检查系统的线程数限制",
                           "Cannot start a thread; check the system's limit");
    }
    return code;
}

int pool_new(const struct pool_work *work, unsigned threads, size_t queue, struct pool **out, struct err *err)
{
    struct pool *pool = mem_new(1, sizeof *pool);
    pool->work = *work;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->filled, NULL);
    pool->queue = mem_new(queue, sizeof *pool->queue);
    pool->capacity = queue;
    pool->workers = mem_new(threads, sizeof *pool->workers);
    pool->worker_count = threads;
    int code = start(pool, err);
    if (code != 0) {
        pool_free(pool);
        pool = NULL;
    }
    *out = pool;
    return code;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL) return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->worker_count; i++)
        if (pool->workers[i].started) pthread_join(pool->workers[i].thread, NULL);
    for (unsigned i = 0; i < pool->worker_count; i++)
        if (pool->workers[i].has_context && pool->work.context_free != NULL)
            pool->work.context_free(pool->work.app, pool->workers[i].context);
    pthread_cond_destroy(&pool->filled);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool->queue);
    free(pool);
}
