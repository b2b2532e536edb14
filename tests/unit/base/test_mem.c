/* mem.h: growth, and the one sentence before the end when memory is out. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

/* Under ASan an absurd size shall come back as NULL, as it does from malloc, instead of ending the process.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void new_memory_is_zeroed(void **state)
{
    char *memory = mem_new(100, 3);
    for (int i = 0; i < 300; i++) assert_int_equal(memory[i], 0);
    free(memory);
    free(mem_new(0, 5));
    free(mem_new(5, 0));
}

static void arrays_grow_by_doubling(void **state)
{
    size_t capacity = 0, moves = 0;
    int *items = NULL;
    for (size_t i = 0; i < 100000; i++) {
        size_t before = capacity;
        items = mem_grow(items, &capacity, i + 1, sizeof *items);
        if (capacity != before) moves++;
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 100000; i++) assert_int_equal(items[i], i);
    assert_true(moves < 20);
    int *same = mem_grow(items, &capacity, 5, sizeof *items);
    assert_ptr_equal(same, items);
    free(items);
}

static void copies_text(void **state)
{
    char *copy = mem_copy_text("户编号", 3);
    assert_string_equal(copy, "户");
    free(copy);
    copy = mem_copy_text(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
}

/* Runs `work` in a child; gives its exit status and what it said on stderr. */
static int outcome(void (*work)(void), char *said, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        work();
        _exit(77);
    }
    close(ends[1]);
    size_t length = 0;
    for (ssize_t got; length + 1 < size && (got = read(ends[0], said + length, size - 1 - length)) > 0;)
        length += (size_t)got;
    said[length] = '\0';
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void third_allocation_fails(void)
{
    mem_fail_at(3);
    free(mem_new(1, 1));
    free(mem_copy_text("a", 1));
    free(mem_new(1, 1));
}

static void growth_fails(void)
{
    size_t capacity = 0;
    mem_fail_at(1);
    free(mem_grow(NULL, &capacity, 1, 1));
}

static void absurd_count(void)
{
    free(mem_new(SIZE_MAX / 2, 16));
}

static void absurd_growth(void)
{
    size_t capacity = 0;
    free(mem_grow(NULL, &capacity, SIZE_MAX / 4, 16));
}

static void growth_beyond_all_doubling(void)
{
    size_t capacity = 0;
    free(mem_grow(NULL, &capacity, SIZE_MAX, 1));
}

static void absurd_arena_piece(void)
{
    struct arena arena = {0};
    arena_alloc(&arena, SIZE_MAX - 5);
}

static void absurd_arena_array(void)
{
    struct arena arena = {0};
    arena_array(&arena, SIZE_MAX / 4, 16);
}

static void running_out_says_so_and_ends(void **state)
{
    static void (*const works[])(void) = {
        third_allocation_fails,     growth_fails,       absurd_count,      absurd_growth,
        growth_beyond_all_doubling, absurd_arena_piece, absurd_arena_array};
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        char said[2000];
        int status = outcome(works[i], said, sizeof said);
        if (status != 1) fail_msg("case %zu ended with %d: %s", i, status, said);
        assert_non_null(strstr(said, "内存不足"));
        assert_non_null(strstr(said, "Out of memory"));
    }
}

static void only_the_chosen_allocation_fails(void **state)
{
    mem_fail_at(0);
    for (int i = 0; i < 100; i++) free(mem_new(1, 1));
    mem_fail_at(1000);
    for (int i = 0; i < 999; i++) free(mem_new(1, 1));
    mem_fail_at(0);
    free(mem_new(1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zeroed),
        cmocka_unit_test(arrays_grow_by_doubling),
        cmocka_unit_test(copies_text),
        cmocka_unit_test(running_out_says_so_and_ends),
        cmocka_unit_test(only_the_chosen_allocation_fails),
    };
    return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
