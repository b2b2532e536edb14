/* Figures of a whole county are asked for again and again between two writes. Kept answers are found by all
 * that decides what is seen: role, unit, divisions and families of who asks, route, language and parameters.
 */
#include "api/memo.h"

#include <pthread.h>
#include <stdlib.h>

#include "api/call.h"
#include "base/map.h"
#include "base/mem.h"
#include "monitor/found.h"
#include "pack/adopted.h"

enum { MEMO_BYTES = 32 << 20, MEMO_ANSWER_MAX = 4 << 20 };

struct answer {
    int64_t entry; /* the last of the log when it was made */
    struct buffer json;
};

struct memo {
    pthread_mutex_t lock;
    struct map keys;
    struct answer *answers;
    size_t count, capacity, bytes;
};

struct memo *memo_new(void)
{
    struct memo *memo = mem_new(1, sizeof *memo);
    pthread_mutex_init(&memo->lock, NULL);
    return memo;
}

static void forget(struct memo *memo)
{
    for (size_t i = 0; i < memo->count; i++) buffer_fini(&memo->answers[i].json);
    free(memo->answers);
    map_fini(&memo->keys);
    memo->answers = NULL;
    memo->count = memo->capacity = memo->bytes = 0;
}

void memo_free(struct memo *memo)
{
    if (memo == NULL) return;
    forget(memo);
    pthread_mutex_destroy(&memo->lock);
    free(memo);
}

/* ---- Keys ---- */

static void add_eyes(const struct request *request, struct buffer *key)
{
    const struct principal *principal = call_principal(request);
    const struct scope *scope = &principal->scope;
    buffer_printf(key, "%d %d", principal->role, principal->unit);
    for (size_t i = 0; i < scope->division_count; i++) buffer_printf(key, " d%d", scope->divisions[i]);
    for (size_t i = 0; i < scope->subject_count; i++)
        buffer_printf(key, " s%lld", (long long)scope->subjects[i]);
}

static void make_key(const struct request *request, struct text detail, struct buffer *key)
{
    const char *name;
    struct text value;
    size_t cursor = 0;
    add_eyes(request, key);
    buffer_printf(key, "\ng%llu", (unsigned long long)pack_generation(call_pack(request)));
    buffer_printf(key, "\n%s\n%s\n", request->route->path, request->language);
    buffer_text(key, detail);
    while (request_query_next(request, &cursor, &name, &value)) {
        buffer_printf(key, "\n%s=%zu:", name, value.size);
        buffer_text(key, value);
    }
    bool is_int;
    struct text param;
    for (const char *at = request->route->path; route_next_param(&at, &param, &is_int);) {
        char word[64];
        snprintf(word, sizeof word, "%.*s", TEXT_ARGS(param));
        buffer_char(key, '\n');
        if (is_int)
            buffer_printf(key, "%lld", (long long)request_param_int(request, word));
        else
            buffer_text(key, request_param(request, word));
    }
}

/* ---- Keeping ---- */

static bool recall(struct memo *memo, struct text key, int64_t entry, struct buffer *out)
{
    size_t at;
    pthread_mutex_lock(&memo->lock);
    bool known = map_get(&memo->keys, key, &at) && memo->answers[at].entry == entry;
    if (known) buffer_text(out, buffer_get(&memo->answers[at].json));
    pthread_mutex_unlock(&memo->lock);
    return known;
}

static void keep(struct memo *memo, struct text key, int64_t entry, struct text json)
{
    size_t at;
    if (json.size > MEMO_ANSWER_MAX) return;
    pthread_mutex_lock(&memo->lock);
    if (memo->bytes + key.size + json.size > MEMO_BYTES) forget(memo);
    if (map_add(&memo->keys, key, memo->count, &at)) {
        memo->answers = mem_grow(memo->answers, &memo->capacity, memo->count + 1, sizeof *memo->answers);
        memo->answers[memo->count++] = (struct answer){0};
        memo->bytes += key.size;
    }
    struct answer *answer = &memo->answers[at];
    memo->bytes -= answer->json.size;
    buffer_clear(&answer->json);
    buffer_text(&answer->json, json);
    answer->entry = entry;
    memo->bytes += json.size;
    pthread_mutex_unlock(&memo->lock);
}

int memo_get(struct request *request, struct text detail, memo_write *write, void *context,
             struct buffer *out, struct err *err)
{
    struct memo *memo = call_app(request)->memo;
    struct buffer key = {0}, json = {0};
    int64_t entry;
    make_key(request, detail, &key);
    int code = database_last_entry(database_store(call_database(request)), &entry, err);
    if (code == 0 && !recall(memo, buffer_get(&key), entry, &json)) {
        code = write(request, context, &json, err);
        /* Made of something newer than `entry`, it is asked for anew by whoever sees a later one. */
        if (code == 0) keep(memo, buffer_get(&key), entry, buffer_get(&json));
    }
    if (code == 0) buffer_text(out, buffer_get(&json));
    buffer_fini(&key);
    buffer_fini(&json);
    return code;
}

int memo_reply(struct request *request, struct text detail, memo_write *write, void *context, struct err *err)
{
    struct buffer json = {0};
    int code = memo_get(request, detail, write, context, &json, err);
    if (code == 0) json_put_raw(reply_json(request), buffer_get(&json));
    buffer_fini(&json);
    return code;
}
