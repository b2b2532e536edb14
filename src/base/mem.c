/* The one place that calls malloc for whole structures, so that tests can make any allocation fail. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The only mutable global of the house: the fault injector of the tests. Zero means off. */
static _Atomic size_t fail_countdown;

void mem_fail_at(size_t nth)
{
    atomic_store(&fail_countdown, nth);
}

static int must_fail(void)
{
    if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) == 0) return 0;
    return atomic_fetch_sub(&fail_countdown, 1) == 1;
}

_Noreturn void mem_exhausted(void)
{
    /* Not "nothing was changed": the work may have been committed, and only its report be missing. */
    fputs("内存不足，操作没有做完；没有留下只改了一半的数据。/ "
          "Out of memory: the operation was not finished; nothing is left half done.\n",
          stderr);
    exit(1);
}

void *mem_new(size_t count, size_t size)
{
    void *memory = must_fail() ? NULL : calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (memory == NULL) mem_exhausted();
    return memory;
}

void *mem_grow(void *items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) return items;
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) mem_exhausted();
        wanted *= 2;
    }
    if (wanted > SIZE_MAX / size) mem_exhausted();
    void *grown = must_fail() ? NULL : realloc(items, wanted * size);
    if (grown == NULL) mem_exhausted();
    *capacity = wanted;
    return grown;
}

char *mem_copy_text(const char *at, size_t size)
{
    char *copy = mem_new(size + 1, 1);
    if (size > 0) memcpy(copy, at, size);
    return copy;
}
