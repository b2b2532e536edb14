/* seal.h: what is sealed opens only whole, in its place, with its key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/seal.h"

struct fixture {
    char path[64];
    struct keyring *ring;
    struct sealer *sealer;
};

#define SECRET "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
static const char sm_file[] = "zengshou keys 1\n1 sm4-hmac-sm3 2026-01-01T00:00:00Z " SECRET "\n";
static const char aes_file[] = "zengshou keys 1\n1 aes-256-gcm 2026-01-01T00:00:00Z " SECRET "\n";

static struct fixture *fixture_new(const char *content)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->path, "/tmp/zengshou-seal-XXXXXX");
    int file = mkstemp(fixture->path);
    assert_true(file >= 0);
    assert_int_equal(write(file, content, strlen(content)), strlen(content));
    close(file);
    assert_int_equal(keyring_load(fixture->path, &fixture->ring, NULL), 0);
    assert_int_equal(sealer_new(fixture->ring, &fixture->sealer, NULL), 0);
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    sealer_free(fixture->sealer);
    keyring_free(fixture->ring);
    unlink(fixture->path);
    free(fixture);
}

static const char *const files[] = {sm_file, aes_file};
static const struct text place = {"person.id_number", 16};

static void what_was_sealed_opens(void **state)
{
    static const char *const values[] = {"430421190001011234", "", "x", "长期慢性病,残疾"};
    for (size_t f = 0; f < 2; f++) {
        struct fixture *fixture = fixture_new(files[f]);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            struct buffer sealed = {0}, again = {0}, plain = {0};
            assert_int_equal(seal(fixture->sealer, place, text_of(values[i]), &sealed, NULL), 0);
            assert_int_equal(seal(fixture->sealer, place, text_of(values[i]), &again, NULL), 0);
            assert_true(seal_is(buffer_get(&sealed)));
            assert_int_equal(seal_key(buffer_get(&sealed)), 1);
            assert_false(text_equal(buffer_get(&sealed), buffer_get(&again)));
            if (strlen(values[i]) > 2)
                assert_int_equal(text_find(buffer_get(&sealed), text_of(values[i])), -1);
            buffer_string(&plain, "before ");
            assert_int_equal(unseal(fixture->sealer, place, buffer_get(&sealed), &plain, NULL), 0);
            assert_string_equal(plain.data + 7, values[i]);
            buffer_fini(&sealed);
            buffer_fini(&again);
            buffer_fini(&plain);
        }
        fixture_free(fixture);
    }
}

/* For what has to be compared and lives no longer than its key. */
static void sealed_alike_where_it_is_asked_for(void **state)
{
    for (enum suite suite = SUITE_SM; suite <= SUITE_AES; suite++) {
        struct buffer first = {0}, again = {0}, other = {0}, plain = {0};
        struct keyring *ring, *stranger;
        struct sealer *sealer, *foreign;
        assert_int_equal(keyring_ephemeral(suite, &ring, NULL), 0);
        assert_int_equal(keyring_ephemeral(suite, &stranger, NULL), 0);
        assert_int_equal(sealer_new(ring, &sealer, NULL), 0);
        assert_int_equal(sealer_new(stranger, &foreign, NULL), 0);
        seal_same(sealer, place, TEXT("430421190001011234"), &first);
        seal_same(sealer, place, TEXT("430421190001011234"), &again);
        seal_same(sealer, TEXT("person.phone"), TEXT("430421190001011234"), &other);
        assert_true(text_equal(buffer_get(&first), buffer_get(&again)));
        assert_false(text_equal(buffer_get(&first), buffer_get(&other)));
        assert_int_equal(unseal(sealer, place, buffer_get(&first), &plain, NULL), 0);
        assert_string_equal(plain.data, "430421190001011234");
        assert_int_equal(unseal(foreign, place, buffer_get(&first), &plain, NULL), ERR_CORRUPT);
        buffer_fini(&first);
        buffer_fini(&again);
        buffer_fini(&other);
        buffer_fini(&plain);
        sealer_free(sealer);
        sealer_free(foreign);
        keyring_free(ring);
        keyring_free(stranger);
    }
}

static void every_altered_character_is_seen(void **state)
{
    for (size_t f = 0; f < 2; f++) {
        struct fixture *fixture = fixture_new(files[f]);
        struct buffer sealed = {0}, plain = {0};
        struct err err;
        assert_int_equal(seal(fixture->sealer, place, TEXT("430421190001011234"), &sealed, NULL), 0);
        for (size_t i = 0; i < sealed.size; i++) {
            char before = sealed.data[i];
            sealed.data[i] = before == 'A' ? 'B' : 'A';
            assert_int_not_equal(unseal(fixture->sealer, place, buffer_get(&sealed), &plain, &err), 0);
            assert_int_equal(plain.size, 0);
            sealed.data[i] = before;
        }
        for (size_t size = 0; size < sealed.size; size++) {
            struct text cut = {sealed.data, size};
            assert_int_equal(unseal(fixture->sealer, place, cut, &plain, &err), ERR_CORRUPT);
        }
        assert_int_equal(unseal(fixture->sealer, TEXT("person.phone"), buffer_get(&sealed), &plain, &err),
                         ERR_CORRUPT);
        assert_int_equal(unseal(fixture->sealer, place, TEXT("430421190001011234"), &plain, &err),
                         ERR_CORRUPT);
        assert_int_equal(unseal(fixture->sealer, place, TEXT("~7~AAAA"), &plain, &err), ERR_NOT_FOUND);
        assert_null(strstr(err.zh, "430421"));
        buffer_fini(&sealed);
        buffer_fini(&plain);
        fixture_free(fixture);
    }
}

/* Values sealed by the first version must open for ever: made with independent calls of `openssl kdf`, `enc`
 * and `mac`. */
static void the_stored_form_stays(void **state)
{
    struct fixture *fixture = fixture_new(sm_file);
    struct buffer plain = {0}, index = {0};
    struct err err;
    assert_int_equal(unseal(fixture->sealer, place,
                            TEXT("~1~oKGio6SlpqeoqaqrrK2ur3LkqS6wD-JAeDAph_MZxFmRvHlTpFKoq1kAdL3olJuRnQo"),
                            &plain, &err),
                     0);
    assert_string_equal(plain.data, "430421190001011234");
    assert_int_equal(seal_index(fixture->sealer, 0, place, TEXT("430421190001011234"), &index, &err), 0);
    assert_string_equal(index.data, "1~ebYUwPnjGAHQPmJkpiVM_Q");
    buffer_fini(&plain);
    buffer_fini(&index);
    fixture_free(fixture);
}

static void equal_values_of_a_field_have_equal_indexes(void **state)
{
    for (size_t f = 0; f < 2; f++) {
        struct fixture *fixture = fixture_new(files[f]);
        struct buffer a = {0}, b = {0}, c = {0}, d = {0};
        assert_int_equal(seal_index(fixture->sealer, 0, place, TEXT("1"), &a, NULL), 0);
        assert_int_equal(seal_index(fixture->sealer, 0, place, TEXT("1"), &b, NULL), 0);
        assert_int_equal(seal_index(fixture->sealer, 0, place, TEXT("2"), &c, NULL), 0);
        assert_int_equal(seal_index(fixture->sealer, 0, TEXT("person.phone"), TEXT("1"), &d, NULL), 0);
        assert_string_equal(a.data, b.data);
        assert_string_not_equal(a.data, c.data);
        assert_string_not_equal(a.data, d.data);
        assert_int_equal(seal_index(fixture->sealer, 1, place, TEXT("1"), &a, NULL), ERR_NOT_FOUND);
        buffer_fini(&a);
        buffer_fini(&b);
        buffer_fini(&c);
        buffer_fini(&d);
        fixture_free(fixture);
    }
}

static void after_a_rotation_old_values_open_until_the_key_goes(void **state)
{
    struct fixture *fixture = fixture_new(sm_file);
    struct buffer old = {0}, fresh = {0}, plain = {0};
    struct keyring *ring;
    struct sealer *sealer;
    uint32_t number;
    assert_int_equal(seal(fixture->sealer, place, TEXT("a"), &old, NULL), 0);
    assert_int_equal(keyring_add(fixture->path, SUITE_AES, &number, NULL), 0);
    assert_int_equal(keyring_load(fixture->path, &ring, NULL), 0);
    assert_int_equal(sealer_new(ring, &sealer, NULL), 0);
    assert_int_equal(unseal(sealer, place, buffer_get(&old), &plain, NULL), 0);
    assert_int_equal(seal(sealer, place, TEXT("b"), &fresh, NULL), 0);
    assert_int_equal(seal_key(buffer_get(&fresh)), 2);
    assert_int_equal(unseal(sealer, place, buffer_get(&fresh), &plain, NULL), 0);
    assert_string_equal(plain.data, "ab");
    sealer_free(sealer);
    keyring_free(ring);
    assert_int_equal(keyring_drop(fixture->path, 1, NULL), 0);
    assert_int_equal(keyring_load(fixture->path, &ring, NULL), 0);
    assert_int_equal(sealer_new(ring, &sealer, NULL), 0);
    assert_int_equal(unseal(sealer, place, buffer_get(&old), &plain, NULL), ERR_NOT_FOUND);
    sealer_free(sealer);
    keyring_free(ring);
    buffer_fini(&old);
    buffer_fini(&fresh);
    buffer_fini(&plain);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens),
        cmocka_unit_test(sealed_alike_where_it_is_asked_for),
        cmocka_unit_test(every_altered_character_is_seen),
        cmocka_unit_test(the_stored_form_stays),
        cmocka_unit_test(equal_values_of_a_field_have_equal_indexes),
        cmocka_unit_test(after_a_rotation_old_values_open_until_the_key_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
