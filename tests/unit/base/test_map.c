/* map.h: names to numbers, small and large. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

static void an_empty_map_has_nothing(void **state)
{
    struct map map = {0};
    size_t value = 7, cursor = 0;
    assert_false(map_get(&map, TEXT("a"), &value));
    assert_int_equal(value, 7);
    assert_false(map_next(&map, &cursor, NULL, NULL));
    map_fini(&map);
    map_fini(&map);
}

static void puts_and_adds(void **state)
{
    struct map map = {0};
    size_t value = 0, standing = 0;
    map_put(&map, TEXT("户"), 1);
    map_put(&map, TEXT("户"), 2);
    assert_int_equal(map.count, 1);
    assert_true(map_get(&map, TEXT("户"), &value));
    assert_int_equal(value, 2);
    assert_false(map_add(&map, TEXT("户"), 9, &standing));
    assert_int_equal(standing, 2);
    assert_true(map_add(&map, TEXT("人"), 3, &standing));
    assert_int_equal(standing, 3);
    assert_true(map_get(&map, TEXT("人"), NULL));
    assert_false(map_add(&map, TEXT("人"), 4, NULL));
    map_fini(&map);
}

static void the_empty_key_and_keys_with_nuls_are_keys(void **state)
{
    struct map map = {0};
    size_t value;
    assert_false(map_get(&map, TEXT(""), &value));
    map_put(&map, (struct text){NULL, 0}, 5);
    assert_true(map_get(&map, TEXT(""), &value));
    assert_int_equal(value, 5);
    map_put(&map, (struct text){"a\0b", 3}, 1);
    map_put(&map, (struct text){"a\0c", 3}, 2);
    map_put(&map, TEXT("a"), 3);
    assert_int_equal(map.count, 4);
    assert_true(map_get(&map, (struct text){"a\0c", 3}, &value));
    assert_int_equal(value, 2);
    map_fini(&map);
}

static void keys_are_copied(void **state)
{
    struct map map = {0};
    char key[] = "name";
    map_put(&map, text_of(key), 1);
    memset(key, 'x', sizeof key - 1);
    assert_true(map_get(&map, TEXT("name"), NULL));
    assert_false(map_get(&map, text_of(key), NULL));
    map_fini(&map);
}

static struct text key_of(size_t i, char out[32])
{
    return (struct text){out, (size_t)snprintf(out, 32, "43042110%08zu", i)};
}

static void a_hundred_thousand_keys(void **state)
{
    enum { KEYS = 100000 };
    struct map map = {0};
    char text[32];
    for (size_t i = 0; i < KEYS; i++) assert_true(map_add(&map, key_of(i, text), i * 3, NULL));
    assert_int_equal(map.count, KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        size_t value;
        if (!map_get(&map, key_of(i, text), &value) || value != i * 3) fail_msg("lost %s", text);
        if (map_get(&map, key_of(i + KEYS, text), NULL)) fail_msg("invented %s", text);
    }
    bool *seen = calloc(KEYS, sizeof *seen);
    size_t cursor = 0, value, walked = 0;
    struct text key;
    while (map_next(&map, &cursor, &key, &value)) {
        assert_true(text_equal(key, key_of(value / 3, text)));
        assert_false(seen[value / 3]);
        seen[value / 3] = true;
        walked++;
    }
    assert_int_equal(walked, KEYS);
    free(seen);
    map_fini(&map);
}

static void similar_keys_spread(void **state)
{
    /* Keys that differ in their last digit only must not share their low bits. */
    enum { KEYS = 4096 };
    size_t taken[1024] = {0}, fullest = 0;
    char text[32];
    for (size_t i = 0; i < KEYS; i++) {
        size_t *bucket = &taken[map_hash(key_of(i, text)) % 1024];
        if (++*bucket > fullest) fullest = *bucket;
    }
    assert_true(fullest <= 20); /* 4 on average; a poor hash gives hundreds */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(puts_and_adds),
        cmocka_unit_test(the_empty_key_and_keys_with_nuls_are_keys),
        cmocka_unit_test(keys_are_copied),
        cmocka_unit_test(a_hundred_thousand_keys),
        cmocka_unit_test(similar_keys_spread),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
