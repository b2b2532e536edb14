/* The lock is held only to look and to exchange: reading the database happens outside it, by one thread at a
 * time. Fields that somebody wanted stay wanted, so that users of different pages do not drive out each
 * other's columns. */
#include "register/frame_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "register/frame_refresh.h"

struct wanted {
    bool **used; /* [register][field] */
    bool *registers;
};

struct frame_cache {
    const struct pack *pack;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* somebody finished reading */
    bool reading;           /* somebody reads: only that one writes what is below */
    struct frame_standing standing;
    struct wanted wanted; /* all of it is in the frame */
};

/* ---- What is wanted ---- */

static struct wanted wanted_new(const struct schema *schema)
{
    struct wanted wanted = {mem_new(schema->register_count, sizeof *wanted.used),
                            mem_new(schema->register_count, sizeof *wanted.registers)};
    for (size_t r = 0; r < schema->register_count; r++)
        wanted.used[r] = mem_new(schema->registers[r].field_count, sizeof **wanted.used);
    return wanted;
}

static void wanted_free(const struct schema *schema, struct wanted *wanted)
{
    for (size_t r = 0; r < schema->register_count; r++) free(wanted->used[r]);
    free(wanted->used);
    free(wanted->registers);
}

static bool wants(const struct frame_request *request, size_t reg, size_t field)
{
    return request->used[reg] != NULL && request->used[reg][field];
}

static bool has_all(const struct schema *schema, const struct wanted *wanted,
                    const struct frame_request *request)
{
    for (size_t r = 0; r < schema->register_count; r++) {
        if (request->wanted != NULL && request->wanted[r] && !wanted->registers[r]) return false;
        for (size_t f = 0; f < schema->registers[r].field_count; f++)
            if (wants(request, r, f) && !wanted->used[r][f]) return false;
    }
    return true;
}

static struct wanted wanted_both(const struct schema *schema, const struct wanted *wanted,
                                 const struct frame_request *request)
{
    struct wanted both = wanted_new(schema);
    for (size_t r = 0; r < schema->register_count; r++) {
        both.registers[r] = wanted->registers[r] || (request->wanted != NULL && request->wanted[r]);
        for (size_t f = 0; f < schema->registers[r].field_count; f++)
            both.used[r][f] = wanted->used[r][f] || wants(request, r, f);
    }
    return both;
}

/* ---- The cache ---- */

struct frame_cache *frame_cache_new(const struct pack *pack)
{
    struct frame_cache *cache = mem_new(1, sizeof *cache);
    cache->pack = pack;
    cache->wanted = wanted_new(&pack->schema);
    int failed = pthread_mutex_init(&cache->lock, NULL);
    if (failed == 0) failed = pthread_cond_init(&cache->changed, NULL);
    if (failed != 0) mem_exhausted(); /* nothing else makes them fail */
    return cache;
}

void frame_cache_free(struct frame_cache *cache)
{
    if (cache == NULL) return;
    assert(!cache->reading);
    frame_standing_fini(&cache->standing);
    wanted_free(&cache->pack->schema, &cache->wanted);
    pthread_cond_destroy(&cache->changed);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static void give(const struct frame_cache *cache, struct frame **out, int64_t *stands)
{
    *out = frame_share(cache->standing.frame);
    if (stands != NULL) *stands = cache->standing.entry;
}

/* Outside the lock; nobody else changes what is read here. */
static int read_newer(struct frame_cache *cache, struct database *database,
                      const struct frame_request *request, struct frame_standing *next, struct wanted *both,
                      struct err *err)
{
    *both = wanted_both(&cache->pack->schema, &cache->wanted, request);
    const struct frame_request all = {.used = both->used, .wanted = both->registers};
    if (cache->standing.frame == NULL || !has_all(&cache->pack->schema, &cache->wanted, request))
        return frame_standing_load(database, &all, next, err);
    return frame_refresh(database, &cache->standing, next, err);
}

/* With the lock, which is given up meanwhile. */
static int take_turn(struct frame_cache *cache, struct database *database,
                     const struct frame_request *request, struct err *err)
{
    struct frame_standing next = {0};
    struct wanted both;
    cache->reading = true;
    pthread_mutex_unlock(&cache->lock);
    int code = read_newer(cache, database, request, &next, &both, err);
    pthread_mutex_lock(&cache->lock);
    if (code == 0) {
        struct frame_standing former = cache->standing;
        struct wanted before = cache->wanted;
        cache->standing = next;
        cache->wanted = both;
        next = former;
        both = before;
    }
    cache->reading = false;
    pthread_cond_broadcast(&cache->changed);
    frame_standing_fini(&next);
    wanted_free(&cache->pack->schema, &both);
    return code;
}

int frame_cache_get(struct frame_cache *cache, struct database *database, const struct frame_request *request,
                    int64_t entry, struct frame **out, int64_t *stands, struct err *err)
{
    const struct schema *schema = &cache->pack->schema;
    int code = 0;
    bool own = false; /* what this thread read itself is as new as the database can give */
    assert(database_pack(database) == cache->pack && request->entry == 0 && request->part == NULL);
    *out = NULL;
    pthread_mutex_lock(&cache->lock);
    while (code == 0) {
        bool suits = cache->standing.frame != NULL && has_all(schema, &cache->wanted, request) &&
                     (own || (entry != FRAME_CACHE_NEWEST && cache->standing.entry >= entry));
        if (suits) break;
        if (cache->reading) {
            pthread_cond_wait(&cache->changed, &cache->lock);
            continue;
        }
        code = take_turn(cache, database, request, err);
        own = code == 0;
    }
    if (code == 0) give(cache, out, stands);
    pthread_mutex_unlock(&cache->lock);
    return code;
}
