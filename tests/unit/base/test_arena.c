/* arena.h: pieces are zeroed, aligned, apart from each other, and stay put until the end. */
#include "cmocka_all.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void pieces_are_zeroed_and_aligned(void **state)
{
    struct arena arena = {0};
    for (size_t size = 0; size < 2000; size += 7) {
        char *piece = arena_alloc(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(piece[i], 0);
        memset(piece, 0xA5, size);
    }
    arena_fini(&arena);
    arena_fini(&arena);
}

static void pieces_do_not_overlap_whatever_their_size(void **state)
{
    enum { PIECES = 600 };
    struct arena arena = {0};
    char *piece[PIECES];
    size_t size[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        size[i] = i % 50 == 49 ? 200000 : i * 37 % 5000 + 1;
        piece[i] = arena_alloc(&arena, size[i]);
        memset(piece[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t at = 0; at < size[i]; at++)
            if ((unsigned char)piece[i][at] != i % 251) fail_msg("piece %zu was overwritten", i);
    arena_fini(&arena);
}

static void it_counts_what_it_hands_out_and_can_be_used_again(void **state)
{
    struct arena arena = {0};
    arena_alloc(&arena, 100);
    arena_alloc(&arena, 100000);
    assert_true(arena.used >= 100100 && arena.used < 100200);
    arena_fini(&arena);
    assert_int_equal(arena.used, 0);
    assert_string_equal(arena_string(&arena, "again"), "again");
    arena_fini(&arena);
}

static void a_large_piece_does_not_waste_the_block_in_use(void **state)
{
    struct arena arena = {0};
    char *before = arena_alloc(&arena, 16);
    arena_alloc(&arena, 1 << 20);
    assert_ptr_equal((char *)arena_alloc(&arena, 16), before + 16);
    arena_fini(&arena);
}

static void copies(void **state)
{
    struct arena arena = {0};
    char source[] = "衡阳县";
    char *copy = arena_copy(&arena, source, 6);
    struct text text = arena_text(&arena, (struct text){source, 3});
    char *string = arena_string(&arena, source);
    memset(source, 'x', sizeof source - 1);
    assert_string_equal(copy, "衡阳");
    assert_string_equal(string, "衡阳县");
    assert_true(text_is(text, "衡"));
    assert_int_equal(text.at[text.size], '\0');
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_non_null(arena_text(&arena, (struct text){NULL, 0}).at);
    arena_fini(&arena);
}

static void prints_short_and_long(void **state)
{
    struct arena arena = {0};
    assert_string_equal(arena_printf(&arena, "%d-%s", 7, "户"), "7-户");
    char long_text[100001];
    memset(long_text, 'z', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    char *printed = arena_printf(&arena, "<%s>", long_text);
    assert_int_equal(strlen(printed), sizeof long_text + 1);
    arena_fini(&arena);
}

static void arrays_grow_and_keep_their_items(void **state)
{
    struct arena arena = {0};
    int *items = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 5000; i++) {
        items = arena_grow(&arena, items, &capacity, (size_t)i + 1, sizeof *items);
        assert_true(capacity > (size_t)i);
        items[i] = i;
    }
    for (int i = 0; i < 5000; i++) assert_int_equal(items[i], i);
    int *same = arena_grow(&arena, items, &capacity, 10, sizeof *items);
    assert_ptr_equal(same, items);
    int *exact = arena_array(&arena, 3, sizeof *exact);
    assert_int_equal(exact[2], 0);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_and_aligned),
        cmocka_unit_test(pieces_do_not_overlap_whatever_their_size),
        cmocka_unit_test(it_counts_what_it_hands_out_and_can_be_used_again),
        cmocka_unit_test(a_large_piece_does_not_waste_the_block_in_use),
        cmocka_unit_test(copies),
        cmocka_unit_test(prints_short_and_long),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
