/* Threads that do what may block, with a bounded queue before them. */
#ifndef ZENGSHOU_SERVER_POOL_H
#define ZENGSHOU_SERVER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct pool;

struct pool_work {
    void *app;
    /* Each thread's own context, made before any thread starts; both may be NULL. */
    int (*context_new)(void *app, void **context, struct err *err);
    void (*context_free)(void *app, void *context);
    void (*run)(void *item, void *context);
};

int pool_new(const struct pool_work *work, unsigned threads, size_t queue, struct pool **out,
             struct err *err);

/* False: the queue is full, the item was not taken. */
bool pool_push(struct pool *pool, void *item);

/* Runs what is queued and ends the threads. NULL is harmless. */
void pool_free(struct pool *pool);

#endif
