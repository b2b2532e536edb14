/* Users are added, transferred and retired; nothing half done, nothing unseen by the log. */
#include "support.h"

static int add(struct stand *stand, const char *name, const char *password, struct user_settings settings,
               struct err *err)
{
    int64_t id;
    const struct user_new user = {text_of(name), text_of(password), settings, false};
    return user_add(stand->access, TEXT("root"), &user, &id, err);
}

static int64_t users(struct stand *stand)
{
    return count_of(stand->database, "SELECT count(*) FROM zs_user");
}

static void what_was_entered_is_found(void **state)
{
    struct stand *stand = stand_new(*state);
    static const struct text divisions[] = {{"430421101002", 12}, {"430421101001", 12}, {"430421101002", 12}};
    static const int64_t subjects[] = {9, 3, 9, 5};
    struct user_settings village = settings_of("village"), helper = settings_of("helper");
    village.divisions = divisions;
    village.division_count = 3;
    helper.subjects = subjects;
    helper.subject_count = 4;
    helper.display_name = TEXT(" 王五 ");
    add_user(stand, "zhao", &village);
    add_user(stand, "王五", &helper);
    struct arena arena = {0};
    struct user_record user;
    OK(user_find(stand->access, TEXT("ZHAO"), &arena, &user, &err));
    assert_int_equal(user.facts.division_count, 2);
    assert_true(text_is(user.facts.divisions[0], "430421101001"));
    assert_int_equal(user.created, stand->clock);
    assert_int_equal(user.last_login, 0);
    log_in(stand, "zhao");
    OK(user_find(stand->access, TEXT("王五"), &arena, &user, &err));
    assert_true(text_is(user.facts.display_name, "王五"));
    assert_int_equal(user.facts.subject_count, 3);
    assert_int_equal(user.facts.subjects[0], 3);
    assert_int_equal(user.facts.subjects[2], 9);
    OK(user_get(stand->access, 1, &arena, &user, &err));
    assert_int_equal(user.last_login, stand->clock);
    assert_int_equal(user.sessions, 1);
    REFUSED(user_find(stand->access, TEXT("zha"), &arena, &user, &err), ERR_NOT_FOUND, "no user 'zha'");
    REFUSED(user_get(stand->access, 9, &arena, &user, &err), ERR_NOT_FOUND, "number 9");
    arena_fini(&arena);
    stand_free(stand);
}

static void bad_users_are_refused(void **state)
{
    struct stand *stand = stand_new(*state);
    static const char *const names[] = {
        "",     "x",   "a b",   ".ab",      "a'b",
        "a\tb", "a/b", "<b>ob", "\xff\xfe", "0123456789012345678901234567890123456789012345678"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        REFUSED(add(stand, names[i], PASSWORD, settings_of("leader"), &err), ERR_INPUT, "user's name");
    REFUSED(add(stand, "CLI", PASSWORD, settings_of("leader"), &err), ERR_INPUT, "command line's own");
    REFUSED(add(stand, "ok", "short", settings_of("leader"), &err), ERR_INPUT, "too short");
    REFUSED(add(stand, "ok", PASSWORD, settings_of("leadr"), &err), ERR_INPUT, "did you mean 'leader'");
    struct user_settings settings = settings_of("leader");
    settings.display_name = TEXT(" ");
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "display name");
    settings.display_name = TEXT("two\nlines");
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "display name");
    settings = settings_of("township");
    settings.division_count = 0;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "need a division");
    static const struct text unknown = {"999", 3};
    settings.divisions = &unknown;
    settings.division_count = 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "no division 999");
    settings = settings_of("leader");
    settings.divisions = &unknown;
    settings.division_count = 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "not bounded by divisions");
    settings = settings_of("department");
    settings.unit = TEXT("");
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "need a unit");
    static const int64_t none[] = {0}, one[] = {1};
    settings = settings_of("helper");
    settings.subjects = none;
    settings.subject_count = 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "no record with the id 0");
    settings = settings_of("leader");
    settings.subjects = one;
    settings.subject_count = 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_INPUT, "not bounded by assigned");
    settings.subject_count = USER_SUBJECTS + 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_LIMIT, "2000");
    settings = settings_of("village");
    settings.division_count = USER_DIVISIONS + 1;
    REFUSED(add(stand, "ok", PASSWORD, settings, &err), ERR_LIMIT, "200");
    assert_int_equal(users(stand), 0);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_entry WHERE action LIKE 'user%'"), 0);
    settings = settings_of("helper");
    settings.subject_count = 0; /* may wait for households, and sees nothing till then */
    OK(add(stand, "ok", PASSWORD, settings, &err));
    stand_free(stand);
}

static void a_name_is_given_once(void **state)
{
    struct stand *stand = stand_new(*state);
    OK(add(stand, "li.si", PASSWORD, settings_of("leader"), &err));
    REFUSED(add(stand, "Li.Si", PASSWORD, settings_of("leader"), &err), ERR_CONFLICT, "is taken");
    REFUSED(add(stand, "ｌｉ.ｓｉ", PASSWORD, settings_of("leader"), &err), ERR_INPUT, "user's name");
    OK(user_retire(stand->access, TEXT("root"), 1, &err));
    REFUSED(add(stand, "li.si", PASSWORD, settings_of("leader"), &err), ERR_CONFLICT, "retired user");
    assert_int_equal(users(stand), 1);
    stand_free(stand);
}

static void transferred_users_have_new_rights_at_once(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings before = settings_of("village"), after = settings_of("department");
    int64_t id = add_user(stand, "li.si", &before);
    struct text token = log_in(stand, "li.si");
    struct principal *principal;
    OK(user_change(stand->access, TEXT("root"), id, 1, &after, &err));
    OK(access_session(stand->access, token, &principal, &err));
    assert_int_equal(principal->role, ROLE_DEPARTMENT);
    assert_int_equal(principal->unit, UNIT_LABOUR);
    assert_int_equal(principal->scope.division_count, 0);
    assert_true(principal->scope.everywhere);
    principal_free(principal);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_user_division"), 0);
    const char *detail =
        text_from(stand->database, "SELECT detail FROM zs_entry WHERE action = 'user.change'");
    assert_string_equal(detail,
                        "{\"user\":\"li.si\",\"before\":{\"display_name\":\"某某\",\"role\":\"village\","
                        "\"unit\":null,\"divisions\":[\"430421101001\"],\"subjects\":[]},"
                        "\"after\":{\"display_name\":\"某某\",\"role\":\"department\",\"unit\":\"labour\","
                        "\"divisions\":[],\"subjects\":[]}}");
    stand_free(stand);
}

static void two_administrators_do_not_overwrite(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings leader = settings_of("leader"), helper = settings_of("helper");
    int64_t id = add_user(stand, "li.si", &leader);
    struct database *database;
    struct access *other = second_open(stand, &database);
    struct arena arena = {0};
    struct user_record mine, theirs;
    OK(user_get(stand->access, id, &arena, &mine, &err));
    OK(user_get(other, id, &arena, &theirs, &err));
    OK(user_change(other, TEXT("second"), id, theirs.version, &helper, &err));
    REFUSED(user_change(stand->access, TEXT("first"), id, mine.version, &leader, &err), ERR_CONFLICT,
            "li.si");
    OK(user_get(stand->access, id, &arena, &mine, &err));
    assert_true(text_is(mine.facts.role, "helper"));
    assert_int_equal(mine.facts.subject_count, 2);
    OK(user_retire(other, TEXT("second"), id, &err));
    REFUSED(user_change(stand->access, TEXT("first"), id, mine.version, &leader, &err), ERR_NOT_FOUND,
            "active");
    REFUSED(user_password(stand->access, TEXT("first"), id, TEXT("another Password 2"), false, &err),
            ERR_NOT_FOUND, "active");
    arena_fini(&arena);
    second_close(other, database);
    stand_free(stand);
}

static void the_retired_are_out_but_their_traces_stay(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("helper");
    int64_t id = add_user(stand, "li.si", &settings);
    struct text token = log_in(stand, "li.si");
    OK(user_retire(stand->access, TEXT("root"), id, &err));
    OK(user_retire(stand->access, TEXT("root"), id, &err));
    struct principal *principal;
    REFUSED(access_session(stand->access, token, &principal, &err), ERR_UNAUTHENTICATED, "Log in");
    struct arena arena = {0};
    struct user_record user;
    OK(user_get(stand->access, id, &arena, &user, &err));
    assert_int_equal(user.retired, stand->clock);
    assert_int_equal(user.facts.subject_count, 2);
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_entry WHERE action = 'user.retire'"),
                     1);
    arena_fini(&arena);
    stand_free(stand);
}

static void a_given_password_ends_everything_else(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("admin");
    int64_t id = add_user(stand, "chief", &settings), token_id, wait;
    struct text token = log_in(stand, "chief");
    struct principal *principal;
    char secret[ACCESS_TOKEN], other[ACCESS_SECRET];
    OK(access_session(stand->access, token, &principal, &err));
    OK(access_token_new(stand->access, principal, TEXT("x"), stand->clock + 9, secret, &token_id, &err));
    principal_free(principal);
    for (int i = 0; i < 5; i++) try_log_in(stand->access, "chief", "a wrong guess", other, &wait, NULL);
    int64_t demonstrations;
    OK(user_demonstrations(stand->access, &demonstrations, &err));
    assert_int_equal(demonstrations, 1);
    REFUSED(user_password(stand->access, TEXT("root"), id, TEXT("chief-of-all"), false, &err), ERR_INPUT,
            "name");
    OK(user_password(stand->access, TEXT("root"), id, TEXT("another Password 2"), false, &err));
    REFUSED(access_session(stand->access, token, &principal, &err), ERR_UNAUTHENTICATED, "Log in");
    REFUSED(access_bearer(stand->access, text_of(secret), &principal, &err), ERR_UNAUTHENTICATED, "revoked");
    OK(try_log_in(stand->access, "chief", "another Password 2", other, &wait, &err));
    OK(access_session(stand->access, text_of(other), &principal, &err));
    assert_true(principal->must_change_password);
    principal_free(principal);
    OK(user_demonstrations(stand->access, &demonstrations, &err));
    assert_int_equal(demonstrations, 0);
    stand_free(stand);
}

static void the_log_knows_no_password(void **state)
{
    struct stand *stand = stand_new(*state);
    OK(add(stand, "li.si", PASSWORD, settings_of("leader"), &err));
    OK(user_password(stand->access, TEXT("root"), 1, TEXT("another Password 2"), false, &err));
    char token[ACCESS_SECRET];
    int64_t wait;
    OK(try_log_in(stand->access, "li.si", "another Password 2", token, &wait, &err));
    assert_int_equal(count_of(stand->database, "SELECT count(*) FROM zs_entry WHERE actor = 'root'"), 2);
    assert_int_equal(count_of(stand->database,
                              "SELECT count(*) FROM zs_entry WHERE detail LIKE '%argon2%' OR "
                              "detail LIKE '%Plum%' OR detail LIKE '%another%'"),
                     0);
    stand_free(stand);
}

static void lists_go_page_by_page(void **state)
{
    struct stand *stand = stand_new(*state);
    char name[16];
    for (int i = 0; i < 7; i++) {
        snprintf(name, sizeof name, "user_%d", i);
        OK(add(stand, name, PASSWORD, settings_of(i % 2 == 0 ? "leader" : "village"), &err));
    }
    OK(user_retire(stand->access, TEXT("root"), 7, &err));
    struct arena arena = {0};
    struct user_record *found;
    struct text next;
    size_t count;
    struct user_query query = {.limit = 4};
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 4);
    assert_true(text_is(found[1].facts.name, "user_1"));
    assert_int_equal(found[1].facts.division_count, 1);
    assert_true(next.size > 0);
    query.after = next;
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 2);
    assert_true(text_is(found[0].facts.name, "user_4"));
    assert_int_equal(next.size, 0);
    query = (struct user_query){.with_retired = true};
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 7);
    query.like = TEXT("R_3");
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 1);
    query.like = TEXT("%");
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 0);
    query.like = TEXT("某");
    OK(user_list(stand->access, &query, &arena, &found, &count, &next, &err));
    assert_int_equal(count, 7);
    arena_fini(&arena);
    stand_free(stand);
}

static void sessions_are_shown_and_ended(void **state)
{
    struct stand *stand = stand_new(*state);
    struct user_settings settings = settings_of("leader");
    int64_t id = add_user(stand, "li.si", &settings), ended;
    log_in(stand, "li.si");
    stand->clock += 60;
    log_in(stand, "li.si");
    struct arena arena = {0};
    struct user_session *sessions;
    size_t count;
    OK(user_sessions(stand->access, id, &arena, &sessions, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(sessions[0].created, stand->clock);
    assert_true(text_is(sessions[1].address, "10.1.2.3"));
    OK(access_logout_everywhere(stand->access, TEXT("root"), id, &ended, &err));
    assert_int_equal(ended, 2);
    OK(user_sessions(stand->access, id, &arena, &sessions, &count, &err));
    assert_int_equal(count, 0);
    arena_fini(&arena);
    stand_free(stand);
}

/* ---- Databases ---- */

static void older_databases_get_the_tables(void **state)
{
    const struct place *place = *state;
    struct pack *pack = access_pack();
    struct database *database = fixture_database(place, pack);
    struct access *access;
    REFUSED(access_open(database, &(struct access_options){0}, &access, &err), ERR_VERSION, "zengshou init");
    assert_null(access);
    OK(access_init(place->path, &err));
    OK(access_init(place->path, &err));
    OK(access_open(database, &(struct access_options){0}, &access, &err));
    access_close(access);
    database_close(database);
    fixture_free(pack);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)
    const struct CMUnitTest tests[] = {
        EACH(what_was_entered_is_found),
        EACH(bad_users_are_refused),
        EACH(a_name_is_given_once),
        EACH(transferred_users_have_new_rights_at_once),
        EACH(two_administrators_do_not_overwrite),
        EACH(the_retired_are_out_but_their_traces_stay),
        EACH(a_given_password_ends_everything_else),
        EACH(the_log_knows_no_password),
        EACH(lists_go_page_by_page),
        EACH(sessions_are_shown_and_ended),
        EACH(older_databases_get_the_tables),
    };
    return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
