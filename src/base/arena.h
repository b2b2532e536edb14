/* Arena: many small things with one lifetime, freed at once. Not for threads to share. */
#ifndef ZENGSHOU_BASE_ARENA_H
#define ZENGSHOU_BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used; /* bytes handed out, for limits and reports */
};

void arena_fini(struct arena *arena); /* frees all; the arena may be used again */

/* Zeroed, aligned for any type, never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checks the product */

/* Copies end with a NUL. */
char *arena_copy(struct arena *arena, const char *at, size_t size);
char *arena_string(struct arena *arena, const char *string);
struct text arena_text(struct arena *arena, struct text text);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Grows an array that lives in the arena (the old one stays behind until the end). */
void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t need, size_t size);

#endif
