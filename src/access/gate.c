/* A counting lock whose queue is bounded: whoever would only lengthen it is told so at once. */
#include "access/gate.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t left;
    size_t places, waiting, most_waiting;
};

struct gate *gate_new(size_t at_once, size_t waiting)
{
    struct gate *gate = mem_new(1, sizeof *gate);
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->left, NULL);
    gate->places = at_once;
    gate->most_waiting = waiting;
    return gate;
}

void gate_free(struct gate *gate)
{
    if (gate == NULL) return;
    pthread_cond_destroy(&gate->left);
    pthread_mutex_destroy(&gate->lock);
    free(gate);
}

int gate_enter(struct gate *gate, struct err *err)
{
    if (gate == NULL) return 0;
    pthread_mutex_lock(&gate->lock);
    bool full = gate->places == 0 && gate->waiting == gate->most_waiting;
    if (!full) {
        gate->waiting++;
        while (gate->places == 0) pthread_cond_wait(&gate->left, &gate->lock);
        gate->waiting--;
        gate->places--;
    }
    pthread_mutex_unlock(&gate->lock);
    return !full ? 0
                 : err_set(err, ERR_BUSY, "同时登录的人太多，请稍等片刻再试",
                           "Too many people are logging in at once; try again in a moment");
}

void gate_leave(struct gate *gate)
{
    if (gate == NULL) return;
    pthread_mutex_lock(&gate->lock);
    gate->places++;
    pthread_cond_signal(&gate->left);
    pthread_mutex_unlock(&gate->lock);
}
