/* Map from text to a number (an index into somebody's array). Keys are copied. */
#ifndef ZENGSHOU_BASE_MAP_H
#define ZENGSHOU_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct map_slot;

struct map { /* zero-initialised is empty */
    struct map_slot *slots;
    size_t count, capacity;
    struct arena keys;
};

void map_fini(struct map *map);

/* False when the key is absent; *value is then untouched. value may be NULL. */
bool map_get(const struct map *map, struct text key, size_t *value);

/* Adds or replaces. */
void map_put(struct map *map, struct text key, size_t value);

/* Adds only if absent and gives the value that now stands there; true when it was added. */
bool map_add(struct map *map, struct text key, size_t value, size_t *standing);

/* Walks all keys in no order: start with *cursor = 0; false at the end. */
bool map_next(const struct map *map, size_t *cursor, struct text *key, size_t *value);

uint64_t map_hash(struct text key);

#endif
