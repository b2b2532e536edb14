/* Receipts, counts and questions, on both databases. The whole way of a declaration is in
 * tests/http/test_declare.py. */
#include "../register/county.h"

#include "declare/declare_private.h"

enum { NOW = 1660000000, DAY = 86400 };

static int settle(void **state)
{
    int code = county_settle(state);
    struct county *county = *state;
    OK(declare_init(county->place.path, &err));
    OK(declare_init(county->place.path, &err));
    return code;
}

/* ---- Receipts ---- */

static void a_receipt_is_read_as_people_write_it(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char receipt[RECEIPT], read[RECEIPT], low[RECEIPT];
        receipt_new(receipt);
        for (int k = 0; k < RECEIPT; k++)
            low[k] = (char)(receipt[k] >= 'A' && receipt[k] <= 'Z' ? receipt[k] + 32
                            : receipt[k] == '-'                    ? ' '
                                                                   : receipt[k]);
        assert_true(receipt_read(text_of(receipt), read));
        assert_string_equal(read, receipt);
        assert_true(receipt_read(text_of(low), read));
        assert_string_equal(read, receipt);
    }
}

static void a_slip_of_the_pen_shows(void **state)
{
    char receipt[RECEIPT], read[RECEIPT];
    int missed = 0;
    (void)state;
    receipt_new(receipt);
    for (int k = 0; k < RECEIPT - 2; k++) {
        char slip[RECEIPT];
        memcpy(slip, receipt, RECEIPT);
        if (slip[k] == '-') continue;
        for (char c = '2'; c <= 'Z'; c++) {
            slip[k] = c;
            if (c != receipt[k] && receipt_read(text_of(slip), read)) missed++;
        }
    }
    /* Of 32 signs two are alike to a check of 31. */
    assert_true(missed <= 11);
    assert_false(receipt_read(TEXT(""), read));
    assert_false(receipt_read(TEXT("AAAA-AAAA-AAAA-AAAA"), read));
    assert_false(receipt_read(TEXT("0000-0000-0000"), read));
}

/* ---- Counts ---- */

static void counts_are_of_a_day_and_outlive_a_restart(void **state)
{
    struct county *county = *state;
    struct store *store = database_store(county->database);
    int64_t count;
    OK(declare_count(store, "a", NOW, &count, &err));
    OK(declare_count(store, "a", NOW, &count, &err));
    assert_int_equal(count, 2);
    OK(declare_counted(store, "b", NOW, &count, &err));
    assert_int_equal(count, 0);
    database_close(county->database);
    OK(database_open_with(county->place.path, false, county->pack, &county->database, &err));
    store = database_store(county->database);
    OK(declare_counted(store, "a", NOW, &count, &err));
    assert_int_equal(count, 2);
    OK(declare_count(store, "a", NOW + DAY, &count, &err));
    assert_int_equal(count, 1);
    OK(declare_count(store, "c", NOW + 30 * DAY, &count, &err));
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_declare_count"), 1);
}

/* ---- Questions ---- */

static void a_question_expires_and_is_used_once(void **state)
{
    struct county *county = *state;
    struct store *store = database_store(county->database);
    struct declare_secret secret;
    struct challenge challenge;
    struct arena arena = {0};
    OK(declare_secret_get(store, &secret, &err));
    OK(declare_challenge(county->database, "en", NOW, &arena, &challenge, &err));
    struct declaration said = {.token = text_of(challenge.token), .answer = TEXT("x"), .work = TEXT("x")};
    REFUSED(challenge_check(&secret, &said, NOW + CHALLENGE_SECONDS + 1, &err), ERR_CONFLICT, "expired");
    REFUSED(challenge_check(&secret, &said, NOW, &err), ERR_CONFLICT, "not finished");
    OK(challenge_use(store, &secret, said.token, NOW, &err));
    REFUSED(challenge_use(store, &secret, said.token, NOW, &err), ERR_CONFLICT, "answered already");
    secret.key[0] ^= 1;
    REFUSED(challenge_check(&secret, &said, NOW, &err), ERR_CONFLICT, "expired");
    arena_fini(&arena);
}

static void hashes_keep_their_purposes_and_parts_apart(void **state)
{
    const struct declare_secret secret = {{1}};
    char a[DECLARE_HASH], b[DECLARE_HASH];
    (void)state;
    declare_hash(&secret, "proof", TEXT("ab"), TEXT("c"), a);
    declare_hash(&secret, "proof", TEXT("a"), TEXT("bc"), b);
    assert_string_not_equal(a, b);
    declare_hash(&secret, "wrong", TEXT("ab"), TEXT("c"), b);
    assert_string_not_equal(a, b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, settle, county_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_receipt_is_read_as_people_write_it),       TEST(a_slip_of_the_pen_shows),
        TEST(counts_are_of_a_day_and_outlive_a_restart),  TEST(a_question_expires_and_is_used_once),
        TEST(hashes_keep_their_purposes_and_parts_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
