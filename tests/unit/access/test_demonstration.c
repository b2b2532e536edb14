/* Accounts to try with follow from the pack and the records. */
#include "support.h"

static const struct demonstration_account *of_role(const struct demonstration_account *accounts, size_t count,
                                                   const char *role)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(accounts[i].role, role)) return &accounts[i];
    fail_msg("no account for %s", role);
    return NULL;
}

/* Two villages; the first family lives in the second, and so does the third. */
static void settle(struct stand *stand)
{
    int64_t first = add_village(stand->database, "430421101002", "金兰镇", "乙村");
    int64_t second = add_village(stand->database, "430421101001", "金兰镇", "甲村");
    add_household(stand->database, "B1", second);
    add_household(stand->database, "A1", first);
    add_household(stand->database, "B2", second);
}

static void with_divisions(struct stand *stand)
{
    stand->pack->division_register = VILLAGE;
    stand->pack->division_code = VILLAGE_CODE;
    stand->pack->division_name = VILLAGE_NAME;
}

static void one_account_a_role(void **state)
{
    struct stand *stand = stand_new(*state);
    with_divisions(stand);
    settle(stand);
    struct arena arena = {0};
    struct demonstration_account *accounts;
    size_t count;
    OK(user_demonstrate(stand->access, TEXT("root"), TEXT(PASSWORD), &arena, &accounts, &count, &err));
    assert_int_equal(count, ROLES);
    for (size_t i = 0; i < count; i++)
        if (accounts[i].closed_en.size > 0) fail_msg("%.*s", TEXT_ARGS(accounts[i].closed_en));
    struct user_record user;
    OK(user_find(stand->access, of_role(accounts, count, "village")->name, &arena, &user, &err));
    assert_true(text_is(user.facts.divisions[0], "430421101001"));
    assert_true(text_is(user.facts.display_name, "village（甲村）"));
    OK(user_find(stand->access, of_role(accounts, count, "township")->name, &arena, &user, &err));
    assert_true(text_is(user.facts.divisions[0], "430421101"));
    OK(user_find(stand->access, of_role(accounts, count, "helper")->name, &arena, &user, &err));
    assert_int_equal(user.facts.subject_count, 2); /* those of one village */
    assert_int_equal(user.facts.subjects[1], 3);
    OK(user_find(stand->access, of_role(accounts, count, "department")->name, &arena, &user, &err));
    assert_true(text_is(user.facts.unit, "labour")); /* the bureau leads for the households */
    int64_t demonstrations;
    OK(user_demonstrations(stand->access, &demonstrations, &err));
    assert_int_equal(demonstrations, ROLES);
    struct principal *principal;
    OK(access_session(stand->access, log_in(stand, "helper"), &principal, &err));
    assert_true(principal->demonstration);
    assert_false(principal->must_change_password);
    principal_free(principal);
    arena_fini(&arena);
    stand_free(stand);
}

static void again_with_another_password(void **state)
{
    struct stand *stand = stand_new(*state);
    with_divisions(stand);
    struct arena arena = {0};
    struct demonstration_account *accounts;
    size_t count;
    OK(user_demonstrate(stand->access, TEXT("root"), TEXT("the first Password"), &arena, &accounts, &count,
                        &err));
    assert_true(of_role(accounts, count, "helper")->closed_en.size > 0); /* no households yet */
    settle(stand);
    OK(user_demonstrate(stand->access, TEXT("root"), TEXT(PASSWORD), &arena, &accounts, &count, &err));
    assert_int_equal(of_role(accounts, count, "helper")->closed_en.size, 0);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_user"), ROLES);
    log_in(stand, "admin");
    arena_fini(&arena);
    stand_free(stand);
}

static void real_users_are_left_alone(void **state)
{
    struct stand *stand = stand_new(*state);
    with_divisions(stand);
    int64_t id;
    const struct user_new real = {TEXT("Leader"), TEXT(PASSWORD), settings_of("leader"), false};
    OK(user_add(stand->access, TEXT("root"), &real, &id, &err));
    struct arena arena = {0};
    struct demonstration_account *accounts;
    size_t count;
    REFUSED(user_demonstrate(stand->access, TEXT("root"), TEXT(PASSWORD), &arena, &accounts, &count, &err),
            ERR_CONFLICT, "real user called 'leader'");
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_user"), 1);
    stand->pack->role_count = 0;
    REFUSED(user_demonstrate(stand->access, TEXT("root"), TEXT(PASSWORD), &arena, &accounts, &count, &err),
            ERR_NOT_FOUND, "no roles");
    arena_fini(&arena);
    stand_free(stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_account_a_role, place_make, place_drop),
        cmocka_unit_test_setup_teardown(again_with_another_password, place_make, place_drop),
        cmocka_unit_test_setup_teardown(real_users_are_left_alone, place_make, place_drop),
    };
    return cmocka_run_group_tests_name("demonstration", tests, NULL, NULL);
}
