/* Coming in and going out, failing and waiting; the clock is the tests' own. */
#include "support.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static int fail_once(struct stand *stand, const char *name, int64_t *wait, struct err *err)
{
    char token[ACCESS_SECRET];
    return try_log_in(stand->access, name, "not the password", token, wait, err);
}

static void a_session_is_who_logged_in(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("township");
    int64_t id = add_user(stand, "li.si", &settings);
    struct principal *principal;
    struct text token = log_in(stand, "  Li.Si ");
    OK(access_session(stand->access, token, &principal, &err));
    assert_int_equal(principal->user, id);
    assert_int_equal(principal->token, 0);
    assert_true(text_is(principal->name, "li.si"));
    assert_true(text_is(principal->scope.actor, "li.si"));
    assert_int_equal(principal->role, ROLE_TOWNSHIP);
    assert_int_equal(principal->scope.division_count, 1);
    assert_true(text_is(principal->preferences, "{}"));
    principal_free(principal);
    stand_free(stand);
}

static void only_hashes_are_kept(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    struct text token = log_in(stand, "leader1");
    assert_true(strlen(text_from(stand->database, "SELECT hash FROM zs_session")) == 64);
    assert_null(strstr(text_from(stand->database, "SELECT hash FROM zs_session"), token.at));
    assert_non_null(strstr(text_from(stand->database, "SELECT password FROM zs_user"), "$argon2id$"));
    stand_free(stand);
}

static void wrong_and_unknown_are_alike(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    struct err wrong = {0}, unknown = {0}, retired = {0};
    int64_t wait;
    assert_int_equal(fail_once(stand, "leader1", &wait, &wrong), ERR_UNAUTHENTICATED);
    assert_int_equal(fail_once(stand, "nobody", &wait, &unknown), ERR_UNAUTHENTICATED);
    OK(user_retire(stand->access, TEXT("root"), 1, &err));
    char token[ACCESS_SECRET];
    assert_int_equal(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &retired),
                     ERR_UNAUTHENTICATED);
    assert_string_equal(token, "");
    assert_string_equal(wrong.en, unknown.en);
    assert_string_equal(wrong.zh, unknown.zh);
    assert_string_equal(wrong.en, retired.en);
    stand_free(stand);
}

static void odd_names_and_passwords_are_just_wrong(void **state)
{
    struct stand *stand = stand_new(*state);
    static const struct text odd[] = {{"", 0},         {NULL, 0},       {"a\0b", 3}, {"\xff\xfe", 2},
                                      {"' OR 1=1", 8}, {"\xe5\xbc", 2}, {"%", 1}};
    char token[ACCESS_SECRET], *giant = mem_new(1 << 20, 1);
    int64_t wait;
    memset(giant, 'x', (1 << 20) - 1);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const struct access_attempt attempt = {odd[i], odd[i], TEXT("")};
        REFUSED(access_login(stand->access, &attempt, token, &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    }
    const struct access_attempt attempt = {text_of(giant), text_of(giant), text_of(giant)};
    REFUSED(access_login(stand->access, &attempt, token, &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    struct principal *principal;
    REFUSED(access_session(stand->access, text_of(giant), &principal, &err), ERR_UNAUTHENTICATED, "Log in");
    REFUSED(access_session(stand->access, TEXT(""), &principal, &err), ERR_UNAUTHENTICATED, "Log in");
    assert_null(principal);
    free(giant);
    stand_free(stand);
}

/* ---- Waiting ---- */

static void failures_make_wait_ever_longer(void **state)
{
    struct stand *stand = stand_new(*state);
    static const int64_t waits[] = {30, 60, 120, 240, 480, 900, 900};
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    int64_t wait;
    char token[ACCESS_SECRET];
    for (int i = 0; i < 4; i++)
        REFUSED(fail_once(stand, "leader1", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        REFUSED(fail_once(stand, "leader1", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
        REFUSED(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err), ERR_TOO_MANY, "seconds");
        assert_int_equal(wait, waits[i]);
        stand->clock += waits[i] - 1;
        REFUSED(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err), ERR_TOO_MANY,
                "1 seconds");
        stand->clock += 1;
    }
    OK(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err)); /* and begins anew */
    REFUSED(fail_once(stand, "leader1", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    OK(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err));
    stand_free(stand);
}

static void names_that_nobody_has_wait_too(void **state)
{
    struct stand *stand = stand_new(*state);
    int64_t wait;
    for (int i = 0; i < 5; i++) REFUSED(fail_once(stand, "ghost", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    REFUSED(fail_once(stand, " GHOST", &wait, &err), ERR_TOO_MANY, "30 seconds");
    REFUSED(fail_once(stand, "other", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_throttle WHERE key LIKE '%ghost%'"),
                     0);
    stand_free(stand);
}

static void a_restart_forgets_no_failure(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    int64_t wait;
    for (int i = 0; i < 5; i++) fail_once(stand, "leader1", &wait, NULL);
    struct database *database;
    struct access *again = second_open(stand, &database);
    char token[ACCESS_SECRET];
    REFUSED(try_log_in(again, "leader1", PASSWORD, token, &wait, &err), ERR_TOO_MANY, "30 seconds");
    second_close(again, database);
    stand_free(stand);
}

static void a_day_of_peace_is_a_new_beginning(void **state)
{
    struct stand *stand = stand_new(*state);
    int64_t wait;
    for (int i = 0; i < 4; i++) fail_once(stand, "ghost", &wait, NULL);
    stand->clock += DAY + 1;
    for (int i = 0; i < 4; i++) REFUSED(fail_once(stand, "ghost", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    REFUSED(fail_once(stand, "ghost", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    REFUSED(fail_once(stand, "ghost", &wait, &err), ERR_TOO_MANY, "30 seconds");
    stand->clock += DAY + 31;
    fail_once(stand, "another", &wait, NULL); /* old counts are swept out */
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_throttle"), 2);
    stand_free(stand);
}

static void an_address_that_tries_many_names_waits(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    int64_t wait;
    char name[16], token[ACCESS_SECRET];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "guess%d", i);
        REFUSED(fail_once(stand, name, &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    }
    REFUSED(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err), ERR_TOO_MANY, "30 seconds");
    const struct access_attempt elsewhere = {TEXT("leader1"), TEXT(PASSWORD), TEXT("10.9.9.9")};
    OK(access_login(stand->access, &elsewhere, token, &wait, &err));
    /* A login of one's own does not wash the address clean. */
    stand->clock += 30;
    OK(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err));
    REFUSED(fail_once(stand, "guess99", &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    REFUSED(fail_once(stand, "guess98", &wait, &err), ERR_TOO_MANY, "seconds");
    stand_free(stand);
}

static void an_administrator_unlocks(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    int64_t id = add_user(stand, "leader1", &settings), wait;
    char token[ACCESS_SECRET];
    for (int i = 0; i < 5; i++) fail_once(stand, "leader1", &wait, NULL);
    struct arena arena = {0};
    struct user_record user;
    OK(user_get(stand->access, id, &arena, &user, &err));
    assert_int_equal(user.locked_until, stand->clock + 30);
    OK(user_unlock(stand->access, TEXT("root"), id, &err));
    OK(user_get(stand->access, id, &arena, &user, &err));
    assert_int_equal(user.locked_until, 0);
    OK(try_log_in(stand->access, "leader1", PASSWORD, token, &wait, &err));
    arena_fini(&arena);
    stand_free(stand);
}

/* ---- Sessions ---- */

static bool is_alive(struct stand *stand, struct text token)
{
    struct principal *principal;
    int code = access_session(stand->access, token, &principal, NULL);
    principal_free(principal);
    assert_true(code == 0 || code == ERR_UNAUTHENTICATED);
    return code == 0;
}

static void an_unused_session_ends(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    struct text token = log_in(stand, "leader1");
    stand->clock += HOUR; /* the stand's idle time */
    assert_true(is_alive(stand, token));
    stand->clock += HOUR;
    assert_true(is_alive(stand, token));
    stand->clock += HOUR + 1;
    assert_false(is_alive(stand, token));
    stand_free(stand);
}

static void no_session_lasts_for_ever(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    struct text token = log_in(stand, "leader1");
    for (int i = 0; i < 20; i++) {
        stand->clock += HOUR / 2;
        assert_true(is_alive(stand, token));
    }
    stand->clock += 1; /* ten hours */
    assert_false(is_alive(stand, token));
    log_in(stand, "leader1"); /* sweeps out what is over */
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_session"), 1);
    stand_free(stand);
}

static void logging_out_ends_that_session(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    int64_t id = add_user(stand, "leader1", &settings), ended, wait;
    char one[ACCESS_SECRET], two[ACCESS_SECRET], three[ACCESS_SECRET];
    OK(try_log_in(stand->access, "leader1", PASSWORD, one, &wait, &err));
    OK(try_log_in(stand->access, "leader1", PASSWORD, two, &wait, &err));
    OK(try_log_in(stand->access, "leader1", PASSWORD, three, &wait, &err));
    OK(access_logout(stand->access, text_of(one), &err));
    OK(access_logout(stand->access, text_of(one), &err));
    OK(access_logout(stand->access, TEXT("nonsense"), &err));
    assert_false(is_alive(stand, text_of(one)));
    assert_true(is_alive(stand, text_of(two)));
    OK(access_logout_everywhere(stand->access, TEXT("leader1"), id, &ended, &err));
    assert_int_equal(ended, 2);
    assert_false(is_alive(stand, text_of(two)));
    assert_false(is_alive(stand, text_of(three)));
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_login WHERE outcome = 'in'"), 3);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_login WHERE outcome = 'out'"), 2);
    stand_free(stand);
}

static void csrf_belongs_to_its_session(void **state)
{
    char one[ACCESS_SECRET], two[ACCESS_SECRET];
    access_csrf(TEXT("a session"), one);
    access_csrf(TEXT("another"), two);
    assert_int_equal(strlen(one), ACCESS_SECRET - 1);
    assert_string_not_equal(one, two);
    assert_true(access_csrf_is(TEXT("a session"), text_of(one)));
    assert_false(access_csrf_is(TEXT("a session"), text_of(two)));
    assert_false(access_csrf_is(TEXT("a session"), TEXT("")));
    assert_false(access_csrf_is(TEXT("a session"), TEXT("a session")));
}

/* ---- One's own password and preferences ---- */

static int change(struct stand *stand, struct text token, const char *old, const char *fresh, struct err *err)
{
    struct principal *principal;
    int64_t wait;
    assert_int_equal(access_session(stand->access, token, &principal, NULL), 0);
    const struct access_new_password asked = {token, text_of(old), text_of(fresh)};
    int code = access_change_password(stand->access, principal, &asked, &wait, err);
    principal_free(principal);
    return code;
}

static void the_first_password_must_be_changed(void **state)
{
    struct stand *stand = stand_new(*state);
    const struct user_new user = {TEXT("leader1"), TEXT(PASSWORD), settings_of("leader"), false};
    int64_t id, wait;
    char other[ACCESS_SECRET];
    OK(user_add(stand->access, TEXT("root"), &user, &id, &err));
    OK(try_log_in(stand->access, "leader1", PASSWORD, other, &wait, &err));
    struct text token = log_in(stand, "leader1");
    struct principal *principal;
    OK(access_session(stand->access, token, &principal, &err));
    assert_true(principal->must_change_password);
    assert_int_equal(principal->closed.code, ERR_FORBIDDEN);
    assert_null(principal->scope.actions);
    principal_free(principal);
    REFUSED(change(stand, token, "no", "a fresh Password 1", &err), ERR_INPUT, "old password is wrong");
    REFUSED(change(stand, token, PASSWORD, "short", &err), ERR_INPUT, "too short");
    REFUSED(change(stand, token, PASSWORD, PASSWORD, &err), ERR_INPUT, "differ");
    REFUSED(change(stand, token, PASSWORD, "I am Leader1 myself", &err), ERR_INPUT, "name");
    OK(change(stand, token, PASSWORD, "a fresh Password 1", &err));
    OK(access_session(stand->access, token, &principal, &err));
    assert_false(principal->must_change_password);
    assert_int_equal(principal->closed.code, 0);
    assert_non_null(principal->scope.actions);
    principal_free(principal);
    assert_false(is_alive(stand, text_of(other))); /* whoever else had the old one is out */
    REFUSED(try_log_in(stand->access, "leader1", PASSWORD, other, &wait, &err), ERR_UNAUTHENTICATED, "wrong");
    OK(try_log_in(stand->access, "leader1", "a fresh Password 1", other, &wait, &err));
    stand_free(stand);
}

static void guessing_the_old_password_waits_too(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    struct text token = log_in(stand, "leader1");
    for (int i = 0; i < 5; i++)
        REFUSED(change(stand, token, "a guess", "a fresh Password 1", &err), ERR_INPUT, "old password");
    REFUSED(change(stand, token, PASSWORD, "a fresh Password 1", &err), ERR_TOO_MANY, "seconds");
    assert_true(is_alive(stand, token));
    stand_free(stand);
}

static void preferences_are_an_object(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    int64_t id = add_user(stand, "leader1", &settings);
    static const char *const bad[] = {
        "", "[]", "1", "{", "{\"a\":1,\"a\":2}", "{\"a\":1} {}", "{\"a\":nul}", "{\"a\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        REFUSED(access_preferences_set(stand->access, id, text_of(bad[i]), &err), ERR_INPUT, "JSON object");
    struct text good = TEXT("{\"language\":\"en\",\"columns\":{\"household\":[\"number\"]}}");
    OK(access_preferences_set(stand->access, id, good, &err));
    REFUSED(access_preferences_set(stand->access, 99, good, &err), ERR_NOT_FOUND, "no such user");
    struct buffer large = {0};
    buffer_string(&large, "{\"a\":\"");
    while (large.size < ACCESS_PREFERENCES) buffer_char(&large, 'x');
    buffer_string(&large, "\"}");
    REFUSED(access_preferences_set(stand->access, id, buffer_get(&large), &err), ERR_LIMIT, "64 KiB");
    buffer_fini(&large);
    struct principal *principal;
    OK(access_session(stand->access, log_in(stand, "leader1"), &principal, &err));
    assert_true(text_equal(principal->preferences, good));
    principal_free(principal);
    stand_free(stand);
}

static void hashes_with_old_parameters_are_renewed(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    add_user(stand, "leader1", &settings);
    const struct access_options dearer = {.memory = 16384, .passes = 2};
    struct access *access;
    char token[ACCESS_SECRET], before[256];
    int64_t wait;
    snprintf(before, sizeof before, "%s", text_from(stand->database, "SELECT password FROM zs_user"));
    OK(access_open(stand->database, &dearer, &access, &err));
    OK(try_log_in(access, "leader1", PASSWORD, token, &wait, &err));
    const char *after = text_from(stand->database, "SELECT password FROM zs_user");
    assert_non_null(strstr(before, "m=8,t=1"));
    assert_non_null(strstr(after, "m=16,t=2"));
    OK(try_log_in(access, "leader1", PASSWORD, token, &wait, &err));
    access_close(access);
    stand_free(stand);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)
    const struct CMUnitTest tests[] = {
        EACH(a_session_is_who_logged_in),
        EACH(only_hashes_are_kept),
        EACH(wrong_and_unknown_are_alike),
        EACH(odd_names_and_passwords_are_just_wrong),
        EACH(failures_make_wait_ever_longer),
        EACH(names_that_nobody_has_wait_too),
        EACH(a_restart_forgets_no_failure),
        EACH(a_day_of_peace_is_a_new_beginning),
        EACH(an_address_that_tries_many_names_waits),
        EACH(an_administrator_unlocks),
        EACH(an_unused_session_ends),
        EACH(no_session_lasts_for_ever),
        EACH(logging_out_ends_that_session),
        EACH(csrf_belongs_to_its_session),
        EACH(the_first_password_must_be_changed),
        EACH(guessing_the_old_password_waits_too),
        EACH(preferences_are_an_object),
        EACH(hashes_with_old_parameters_are_renewed),
    };
    return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
