/* What a password must be, how it is kept, and that only so many are hashed at once. */
#include "../store/place.h"

#include <pthread.h>
#include <sodium.h>

#include "access/gate.h"
#include "access/password.h"

static const struct password_cost cheap = {8192, 1};

static void weak_ones_are_refused(void **state)
{
    static const struct {
        const char *password, *because;
    } cases[] = {
        {"", "too short"},
        {"Ab3$efgh9", "too short"},
        {"中文密码九个字不够", "too short"},
        {"aaaaaaaaaaaaaaaa", "too simple"},
        {"abababababab12", "too simple"},
        {"abcdefghijklmn", "too simple"},
        {"9876543210", "too simple"},
        {"Zhang-San-and-more", "contain the user's name"},
        {"ＺＨＡＮＧ-SAN rides on", "contain the user's name"},
        {"张三丰的秘密口令有点长", "contain the user's name"},
        {"Qwerty12345", "too common"},
        {"HENGYANG430421", "too common"},
        {"bad \xff bytes here", "characters that are none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        REFUSED(password_check(text_of(cases[i].password), TEXT("zhang-san"), TEXT("张三"), &err), ERR_INPUT,
                cases[i].because);
    char long_one[PASSWORD_MOST + 2] = "";
    for (int i = 0; i <= PASSWORD_MOST; i++) long_one[i] = (char)('a' + i % 20);
    REFUSED(password_check(text_of(long_one), TEXT("x"), TEXT("y"), &err), ERR_INPUT, "too long");
    REFUSED(password_check((struct text){"abcde\0fghijk", 12}, TEXT("x"), TEXT("y"), &err), ERR_INPUT,
            "none");
    OK(password_check(TEXT("correct horse battery"), TEXT("zhang-san"), TEXT("张三"), &err));
    OK(password_check(TEXT("一行白鹭上青天窗含西岭"), TEXT("zhang-san"), TEXT("张三"), &err));
}

static void a_hash_knows_its_password(void **state)
{
    char hash[PASSWORD_HASH], other[PASSWORD_HASH];
    bool right;
    OK(password_hash(&cheap, TEXT("correct horse"), hash, &err));
    OK(password_hash(&cheap, TEXT("correct horse"), other, &err));
    assert_string_not_equal(hash, other); /* a salt of its own */
    assert_null(strstr(hash, "correct"));
    OK(password_verify(&cheap, hash, TEXT("correct horse"), &right, &err));
    assert_true(right);
    static const char *const wrong[] = {"", "correct hors", "correct horse ", "Correct horse"};
    for (size_t i = 0; i < 4; i++) {
        OK(password_verify(&cheap, hash, text_of(wrong[i]), &right, &err));
        assert_false(right);
    }
    OK(password_verify(&cheap, NULL, TEXT("correct horse"), &right, &err));
    assert_false(right);
    OK(password_verify(&cheap, "garbage", TEXT("correct horse"), &right, &err));
    assert_false(right);
}

static void the_ordinary_cost_is_in_the_hash(void **state)
{
    const struct password_cost ordinary = {crypto_pwhash_MEMLIMIT_INTERACTIVE,
                                           crypto_pwhash_OPSLIMIT_INTERACTIVE};
    char hash[PASSWORD_HASH];
    OK(password_hash(&ordinary, TEXT("correct horse"), hash, &err));
    assert_true(text_starts(text_of(hash), TEXT("$argon2id$v=19$m=65536,t=2,p=1$")));
    assert_false(password_is_outdated(&ordinary, hash));
    assert_true(password_is_outdated(&cheap, hash));
}

static void generated_ones_pass_the_rules(void **state)
{
    char one[PASSWORD_GENERATED], two[PASSWORD_GENERATED];
    password_generate(one);
    password_generate(two);
    assert_string_not_equal(one, two);
    assert_int_equal(strlen(one), PASSWORD_GENERATED - 1);
    OK(password_check(text_of(one), TEXT("county_admin"), TEXT("县级管理员"), &err));
}

/* ---- The gate ---- */

struct crowd {
    struct gate *gate;
    pthread_mutex_t lock;
    int inside, most, let_in;
};

static void *go_through(void *context)
{
    struct crowd *crowd = context;
    for (int i = 0; i < 200; i++) {
        if (gate_enter(crowd->gate, NULL) != 0) continue;
        pthread_mutex_lock(&crowd->lock);
        crowd->let_in++;
        if (++crowd->inside > crowd->most) crowd->most = crowd->inside;
        pthread_mutex_unlock(&crowd->lock);
        pthread_mutex_lock(&crowd->lock);
        crowd->inside--;
        pthread_mutex_unlock(&crowd->lock);
        gate_leave(crowd->gate);
    }
    return NULL;
}

static void only_so_many_at_once(void **state)
{
    enum { THREADS = 8 };
    struct crowd crowd = {.gate = gate_new(2, THREADS), .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, go_through, &crowd), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(crowd.let_in, THREADS * 200);
    assert_true(crowd.most <= 2);
    gate_free(crowd.gate);
}

static void a_full_queue_turns_away(void **state)
{
    struct gate *gate = gate_new(1, 0);
    OK(gate_enter(gate, &err));
    REFUSED(gate_enter(gate, &err), ERR_BUSY, "Too many people");
    gate_leave(gate);
    OK(gate_enter(gate, &err));
    gate_leave(gate);
    gate_free(gate);
    OK(gate_enter(NULL, &err));
    gate_leave(NULL);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weak_ones_are_refused),
        cmocka_unit_test(a_hash_knows_its_password),
        cmocka_unit_test(the_ordinary_cost_is_in_the_hash),
        cmocka_unit_test(generated_ones_pass_the_rules),
        cmocka_unit_test(only_so_many_at_once),
        cmocka_unit_test(a_full_queue_turns_away),
    };
    return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
