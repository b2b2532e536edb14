/* Memory by lifetime: a pack, a request or a batch takes what it needs here and drops it in one call. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

void arena_fini(struct arena *arena)
{
    struct arena_block *block = arena->head;
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena){0};
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - BLOCK_SIZE) mem_exhausted();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *block = arena->head;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE;
        struct arena_block *fresh = mem_new(1, sizeof *fresh + room);
        fresh->size = room;
        /* A large piece gets its own block behind the head, so that the head's rest stays in use. */
        if (block != NULL && room == size) {
            fresh->next = block->next;
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->head = fresh;
        }
        block = fresh;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    arena->used += size;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size) mem_exhausted();
    return arena_alloc(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *at, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size > 0) memcpy(copy, at, size);
    return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
    return arena_copy(arena, string, strlen(string));
}

struct text arena_text(struct arena *arena, struct text text)
{
    return (struct text){arena_copy(arena, text.at, text.size), text.size};
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(arena, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) return items;
    size_t wanted = *capacity < 8 ? 8 : *capacity * 2;
    if (wanted < need) wanted = need;
    void *grown = arena_array(arena, wanted, size);
    if (*capacity > 0) memcpy(grown, items, *capacity * size);
    *capacity = wanted;
    return grown;
}
