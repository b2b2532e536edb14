/* Open addressing with linear probing; entries are never removed, because every map here is built once. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct map_slot {
    struct text key; /* at == NULL marks an empty slot */
    uint64_t hash;
    size_t value;
};

uint64_t map_hash(struct text key)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, with a final mix so that the low bits are good */
    for (size_t i = 0; i < key.size; i++) hash = (hash ^ (unsigned char)key.at[i]) * 0x100000001b3u;
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

void map_fini(struct map *map)
{
    free(map->slots);
    arena_fini(&map->keys);
    *map = (struct map){0};
}

static struct map_slot *find(const struct map *map, struct text key, uint64_t hash)
{
    for (size_t at = hash & (map->capacity - 1);; at = (at + 1) & (map->capacity - 1)) {
        struct map_slot *slot = &map->slots[at];
        if (slot->key.at == NULL || (slot->hash == hash && text_equal(slot->key, key))) return slot;
    }
}

bool map_get(const struct map *map, struct text key, size_t *value)
{
    if (map->capacity == 0) return false;
    const struct map_slot *slot = find(map, key, map_hash(key));
    if (slot->key.at == NULL) return false;
    if (value != NULL) *value = slot->value;
    return true;
}

static void rehash(struct map *map)
{
    struct map_slot *old = map->slots;
    size_t old_capacity = map->capacity;
    map->capacity = old_capacity == 0 ? 16 : old_capacity * 2;
    map->slots = mem_new(map->capacity, sizeof *map->slots);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].key.at != NULL) *find(map, old[i].key, old[i].hash) = old[i];
    free(old);
}

bool map_add(struct map *map, struct text key, size_t value, size_t *standing)
{
    if ((map->count + 1) * 4 > map->capacity * 3) rehash(map);
    uint64_t hash = map_hash(key);
    struct map_slot *slot = find(map, key, hash);
    bool fresh = slot->key.at == NULL;
    if (fresh) {
        *slot = (struct map_slot){{arena_copy(&map->keys, key.at, key.size), key.size}, hash, value};
        map->count++;
    }
    if (standing != NULL) *standing = slot->value;
    return fresh;
}

void map_put(struct map *map, struct text key, size_t value)
{
    if (!map_add(map, key, value, NULL)) find(map, key, map_hash(key))->value = value;
}

bool map_next(const struct map *map, size_t *cursor, struct text *key, size_t *value)
{
    while (*cursor < map->capacity) {
        const struct map_slot *slot = &map->slots[(*cursor)++];
        if (slot->key.at == NULL) continue;
        if (key != NULL) *key = slot->key;
        if (value != NULL) *value = slot->value;
        return true;
    }
    return false;
}
