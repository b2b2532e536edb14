/* Allocation. Running out of memory for small things is not survivable in a useful way: the process says so
 * and ends with status 1; every write to a database stands in a transaction, so nothing is half done.
 * Anything whose size comes from input is bounded by a limit before it is allocated. */
#ifndef ZENGSHOU_BASE_MEM_H
#define ZENGSHOU_BASE_MEM_H

#include <stddef.h>

/* Never NULL. Zeroed memory of count * size bytes (1 byte at least); free() releases it. */
void *mem_new(size_t count, size_t size);

/* Grows an array so that it holds `need` items, doubling; *capacity is updated. New items are not zeroed. */
void *mem_grow(void *items, size_t *capacity, size_t need, size_t size);

/* A copy of size bytes with a NUL behind it. */
char *mem_copy_text(const char *at, size_t size);

/* Tests only: the Nth allocation from now on fails (0 switches it off). Read from the environment variable
 * ZENGSHOU_FAIL_ALLOCATION at start by main. */
void mem_fail_at(size_t nth);

/* Prints the out-of-memory sentence and exits with status 1. */
_Noreturn void mem_exhausted(void);

#endif
