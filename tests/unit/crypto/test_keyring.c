/* keyring.h: the key file is made once, read strictly, and never harmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/keyring.h"

struct place {
    char folder[64], file[96], beside[96];
};

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->folder, "/tmp/zengshou-keys-XXXXXX");
    if (mkdtemp(place->folder) == NULL) return -1;
    snprintf(place->file, sizeof place->file, "%s/county.keys", place->folder);
    snprintf(place->beside, sizeof place->beside, "%s.new", place->file);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    unlink(place->file);
    unlink(place->beside);
    rmdir(place->folder);
    free(place);
    return 0;
}

static void write_file(const struct place *place, const char *content, mode_t mode)
{
    FILE *file = fopen(place->file, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    chmod(place->file, mode);
}

static void a_new_ring_has_one_key_and_a_private_file(void **state)
{
    const struct place *place = *state;
    struct keyring *ring;
    struct stat status;
    enum suite suite;
    assert_int_equal(keyring_create(place->file, SUITE_SM, NULL), 0);
    assert_int_equal(stat(place->file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(keyring_load(place->file, &ring, NULL), 0);
    assert_int_equal(keyring_count(ring), 1);
    assert_int_equal(keyring_info(ring, 0).number, 1);
    assert_int_equal(keyring_info(ring, 0).created.size, 20);
    assert_non_null(keyring_secret(ring, 1, &suite));
    assert_int_equal(suite, SUITE_SM);
    assert_null(keyring_secret(ring, 2, &suite));
    keyring_free(ring);
    keyring_free(NULL);
}

static void keys_are_never_overwritten(void **state)
{
    const struct place *place = *state;
    struct err err;
    struct keyring *ring;
    write_file(place, "precious", 0600);
    assert_int_equal(keyring_create(place->file, SUITE_SM, &err), ERR_CONFLICT);
    assert_int_equal(keyring_load(place->file, &ring, &err), ERR_INPUT);
    assert_int_equal(err.line, 1);
}

static void a_key_is_added_and_the_old_one_dropped(void **state)
{
    const struct place *place = *state;
    struct keyring *before, *after;
    struct err err;
    enum suite suite;
    uint32_t number = 0;
    assert_int_equal(keyring_create(place->file, SUITE_SM, NULL), 0);
    assert_int_equal(keyring_load(place->file, &before, NULL), 0);
    assert_int_equal(keyring_add(place->file, SUITE_AES, &number, NULL), 0);
    assert_int_equal(number, 2);
    assert_int_equal(keyring_load(place->file, &after, NULL), 0);
    assert_int_equal(keyring_count(after), 2);
    assert_int_equal(keyring_info(after, 1).suite, SUITE_AES);
    assert_memory_equal(keyring_secret(before, 1, &suite), keyring_secret(after, 1, &suite), KEY_SECRET);
    keyring_free(before);
    keyring_free(after);
    assert_int_equal(keyring_drop(place->file, 2, &err), ERR_CONFLICT);
    assert_int_equal(keyring_drop(place->file, 9, &err), ERR_NOT_FOUND);
    assert_int_equal(keyring_drop(place->file, 1, &err), 0);
    assert_int_equal(keyring_load(place->file, &after, NULL), 0);
    assert_int_equal(keyring_count(after), 1);
    assert_int_equal(keyring_info(after, 0).number, 2);
    keyring_free(after);
    assert_int_equal(access(place->beside, F_OK), -1);
}

static void a_ring_is_full_at_last(void **state)
{
    const struct place *place = *state;
    struct err err;
    uint32_t number;
    assert_int_equal(keyring_create(place->file, SUITE_SM, NULL), 0);
    for (int i = 1; i < KEYRING_MAX; i++)
        assert_int_equal(keyring_add(place->file, SUITE_SM, &number, NULL), 0);
    assert_int_equal(keyring_add(place->file, SUITE_SM, &number, &err), ERR_LIMIT);
}

static void others_eyes_are_refused(void **state)
{
    const struct place *place = *state;
    struct err err;
    struct keyring *ring;
    assert_int_equal(keyring_create(place->file, SUITE_SM, NULL), 0);
    chmod(place->file, 0640);
    assert_int_equal(keyring_load(place->file, &ring, &err), ERR_FORBIDDEN);
    assert_non_null(strstr(err.en, "chmod 600"));
    unlink(place->file);
    assert_int_equal(keyring_load(place->file, &ring, &err), ERR_NOT_FOUND);
    assert_null(ring);
}

#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void a_damaged_file_names_its_line(void **state)
{
    const struct place *place = *state;
    static const struct {
        const char *content;
        int line;
    } cases[] = {
        {"", 0},
        {"zengshou keys 1\n", 0},
        {"zengshou keys 2\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET "\n", 1},
        {"zengshou keys 1\n1 sm4 2026-01-01T00:00:00Z " SECRET "\n", 2},
        {"zengshou keys 1\n0 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET "\n", 2},
        {"zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET "00\n", 2},
        {"zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET " x\n", 2},
        {"zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z zz\n", 2},
        {"zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z and on and on and on " SECRET "\n", 2},
        {"zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET
         "\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET "\n",
         3},
        {"zengshou keys 1\n\n", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keyring *ring;
        struct err err;
        write_file(place, cases[i].content, 0600);
        assert_int_equal(keyring_load(place->file, &ring, &err), ERR_INPUT);
        assert_int_equal(err.line, cases[i].line);
        assert_null(strstr(err.zh, "00112233"));
    }
}

static void a_change_that_fails_leaves_the_file(void **state)
{
    const struct place *place = *state;
    struct keyring *ring;
    struct err err;
    uint32_t number;
    assert_int_equal(keyring_create(place->file, SUITE_SM, NULL), 0);
    assert_int_equal(mkdir(place->beside, 0700), 0);
    assert_int_equal(keyring_add(place->file, SUITE_SM, &number, &err), ERR_CONFLICT);
    rmdir(place->beside);
    assert_int_equal(keyring_load(place->file, &ring, NULL), 0);
    assert_int_equal(keyring_count(ring), 1);
    keyring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_ring_has_one_key_and_a_private_file, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_are_never_overwritten, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_is_added_and_the_old_one_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ring_is_full_at_last, setup, teardown),
        cmocka_unit_test_setup_teardown(others_eyes_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_file_names_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_that_fails_leaves_the_file, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
