/* Blocks count their owners in front of themselves, so that a column needs no more than its pointers. */
#include "formula/frame_block.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

union head {
    atomic_size_t owners;
    max_align_t alignment;
};

static union head *head_of(void *block)
{
    return (union head *)block - 1;
}

void *block_new(size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - sizeof(union head)) / size) mem_exhausted();
    union head *head = mem_new(1, sizeof *head + count * size);
    atomic_init(&head->owners, 1);
    return head + 1;
}

void *block_share(void *block)
{
    if (block != NULL) atomic_fetch_add_explicit(&head_of(block)->owners, 1, memory_order_relaxed);
    return block;
}

void block_free(void *block)
{
    if (block == NULL) return;
    size_t owners = atomic_fetch_sub_explicit(&head_of(block)->owners, 1, memory_order_acq_rel);
    assert(owners > 0);
    if (owners == 1) free(head_of(block));
}
