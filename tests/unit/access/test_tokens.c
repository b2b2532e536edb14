/* Tokens for scripts: a user's rights, for a time, until somebody takes them away. */
#include "support.h"

enum { DAY = 86400 };

static struct principal *session_of(struct stand *stand, const char *name)
{
    struct principal *principal;
    OK(access_session(stand->access, log_in(stand, name), &principal, &err));
    return principal;
}

static int bear(struct stand *stand, const char *secret, struct err *err)
{
    struct principal *principal;
    int code = access_bearer(stand->access, text_of(secret), &principal, err);
    principal_free(principal);
    return code;
}

static void a_token_has_its_users_rights(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("admin");
    int64_t id = add_user(stand, "chief", &settings), token;
    struct principal *principal = session_of(stand, "chief"), *bearer;
    char secret[ACCESS_TOKEN];
    OK(access_token_new(stand->access, principal, TEXT(" nightly import "), stand->clock + DAY, secret,
                        &token, &err));
    assert_true(text_starts(text_of(secret), TEXT("zs_")));
    OK(access_bearer(stand->access, text_of(secret), &bearer, &err));
    assert_int_equal(bearer->user, id);
    assert_int_equal(bearer->token, token);
    assert_int_equal(bearer->abilities, principal->abilities);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_token WHERE hash LIKE 'zs_%'"), 0);
    struct arena arena = {0};
    struct access_token *tokens;
    size_t count;
    OK(access_tokens(stand->access, id, &arena, &tokens, &count, &err));
    assert_int_equal(count, 1);
    assert_true(text_is(tokens[0].label, "nightly import"));
    assert_int_equal(tokens[0].used, stand->clock);
    assert_int_equal(tokens[0].revoked, 0);
    arena_fini(&arena);
    principal_free(bearer);
    principal_free(principal);
    stand_free(stand);
}

static void a_token_ends(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("admin");
    int64_t id = add_user(stand, "chief", &settings), one, two, three;
    struct principal *principal = session_of(stand, "chief");
    char first[ACCESS_TOKEN], second[ACCESS_TOKEN], third[ACCESS_TOKEN];
    OK(access_token_new(stand->access, principal, TEXT("a"), stand->clock + DAY, first, &one, &err));
    OK(access_token_new(stand->access, principal, TEXT("b"), stand->clock + 2 * DAY, second, &two, &err));
    OK(access_token_new(stand->access, principal, TEXT("c"), stand->clock + 2 * DAY, third, &three, &err));
    stand->clock += DAY;
    REFUSED(bear(stand, first, &err), ERR_UNAUTHENTICATED, "has ended");
    OK(bear(stand, second, &err));
    REFUSED(access_token_revoke(stand->access, TEXT("chief"), id + 1, two, &err), ERR_NOT_FOUND,
            "no such token");
    OK(access_token_revoke(stand->access, TEXT("chief"), id, two, &err));
    OK(access_token_revoke(stand->access, TEXT("chief"), id, two, &err));
    REFUSED(bear(stand, second, &err), ERR_UNAUTHENTICATED, "revoked");
    OK(bear(stand, third, &err));
    OK(user_retire(stand->access, TEXT("root"), id, &err));
    REFUSED(bear(stand, third, &err), ERR_UNAUTHENTICATED, "revoked");
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_entry WHERE action = 'token.add'"),
                     3);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_entry WHERE action = 'token.revoke'"),
                     1);
    principal_free(principal);
    stand_free(stand);
}

static void what_is_no_token_is_refused(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader"), chief = settings_of("admin");
    add_user(stand, "leader1", &settings);
    add_user(stand, "chief", &chief);
    struct text session = log_in(stand, "leader1");
    char as_token[ACCESS_TOKEN], secret[ACCESS_TOKEN];
    snprintf(as_token, sizeof as_token, "zs_%s", session.at);
    static const char *const bad[] = {"", "zs_", "zs_short",
                                      "zs_0000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < 4; i++) REFUSED(bear(stand, bad[i], &err), ERR_UNAUTHENTICATED, "not valid");
    REFUSED(bear(stand, as_token, &err), ERR_UNAUTHENTICATED, "not valid");
    struct principal *principal = session_of(stand, "leader1");
    int64_t id;
    REFUSED(access_token_new(stand->access, principal, TEXT("x"), stand->clock + DAY, secret, &id, &err),
            ERR_FORBIDDEN, "no API tokens");
    principal_free(principal);
    principal = session_of(stand, "chief");
    REFUSED(access_token_new(stand->access, principal, TEXT("  "), stand->clock + DAY, secret, &id, &err),
            ERR_INPUT, "name");
    REFUSED(access_token_new(stand->access, principal, TEXT("x"), stand->clock, secret, &id, &err), ERR_INPUT,
            "within");
    REFUSED(
        access_token_new(stand->access, principal, TEXT("x"), stand->clock + 400 * DAY, secret, &id, &err),
        ERR_INPUT, "366");
    assert_string_equal(secret, "");
    for (int i = 0; i < ACCESS_TOKENS; i++)
        OK(access_token_new(stand->access, principal, TEXT("x"), stand->clock + DAY, secret, &id, &err));
    REFUSED(access_token_new(stand->access, principal, TEXT("x"), stand->clock + DAY, secret, &id, &err),
            ERR_LIMIT, "20 tokens");
    stand->clock += DAY; /* those have ended */
    OK(access_token_new(stand->access, principal, TEXT("x"), stand->clock + DAY, secret, &id, &err));
    principal_free(principal);
    stand_free(stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_has_its_users_rights, place_make, place_drop),
        cmocka_unit_test_setup_teardown(a_token_ends, place_make, place_drop),
        cmocka_unit_test_setup_teardown(what_is_no_token_is_refused, place_make, place_drop),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
