/* What a role makes of a user, and that whatever is missing gives nothing at all. */
#include "support.h"

static struct user_facts facts_of(const char *role)
{
    struct user_settings settings = settings_of(role);
    return (struct user_facts){
        .id = 7,
        .name = TEXT("somebody"),
        .role = settings.role,
        .unit = settings.unit,
        .divisions = settings.divisions,
        .division_count = settings.division_count,
        .subjects = settings.subjects,
        .subject_count = settings.subject_count,
        .preferences = TEXT("{}"),
    };
}

/* Nothing, by every way there is, and a reason in both languages. */
static void assert_closed(const struct pack *pack, const struct user_facts *facts, const char *because)
{
    struct principal *principal = principal_new(pack, facts);
    const struct scope *scope = &principal->scope;
    if (principal->closed.code != ERR_FORBIDDEN)
        fail_msg("%.*s: open though %s", TEXT_ARGS(facts->role), because);
    if (strstr(principal->closed.en, because) == NULL)
        fail_msg("“%s” does not say “%s”", principal->closed.en, because);
    assert_true(principal->closed.zh[0] != '\0');
    static const enum scope_action actions[] = {SCOPE_READ, SCOPE_CREATE, SCOPE_EDIT, SCOPE_RETIRE,
                                                SCOPE_EXPORT};
    for (int reg = 0; reg < REGISTERS; reg++)
        for (size_t i = 0; i < 5; i++)
            assert_true(scope->actions == NULL || (scope->actions[reg] & actions[i]) == 0);
    assert_false(scope->everywhere);
    assert_int_equal(scope->division_count + scope->subject_count, 0);
    assert_int_equal(scope->unmasked, 0);
    for (int ability = 0; ability < ABILITY_COUNT; ability++)
        assert_false(principal_can(principal, (enum role_ability)ability));
    for (int feed = 0; feed < FEEDS; feed++) assert_false(principal_may_import(principal, feed));
    assert_true(text_is(scope->actor, "somebody")); /* the log still knows whom it was */
    principal_free(principal);
}

static const char *const role_names[ROLES] = {"admin",   "department", "township",
                                              "village", "helper",     "leader"};

static void every_role_gives_what_it_says(void **state)
{
    struct pack *pack = access_pack();
    for (int role = 0; role < ROLES; role++) {
        struct user_facts facts = facts_of(role_names[role]);
        struct principal *principal = principal_new(pack, &facts);
        const struct pack_role *said = &pack->roles[role];
        if (principal->closed.code != 0) fail_msg("%s: %s", role_names[role], principal->closed.en);
        assert_int_equal(principal->role, role);
        assert_int_equal(principal->abilities, said->abilities);
        assert_int_equal(principal->scope.unmasked, said->unmasked);
        assert_int_equal(principal->scope.everywhere, said->rows == ROWS_EVERYWHERE);
        assert_int_equal(principal->scope.division_count, said->rows == ROWS_DIVISION ? 1 : 0);
        assert_int_equal(principal->scope.subject_count, said->rows == ROWS_ASSIGNED ? 2 : 0);
        for (int reg = 0; reg < REGISTERS; reg++) {
            uint8_t owned = role == ROLE_DEPARTMENT && reg == JOB ? said->owned : 0;
            assert_int_equal(principal->scope.actions[reg], said->rights[reg] | owned);
        }
        principal_free(principal);
    }
    fixture_free(pack);
}

static void divisions_are_those_given(void **state)
{
    static const struct text both[] = {{"430421101001", 12}, {"430421101002", 12}};
    struct pack *pack = access_pack();
    struct user_facts facts = facts_of("village");
    facts.divisions = both;
    facts.division_count = 2;
    struct principal *principal = principal_new(pack, &facts);
    assert_int_equal(principal->scope.division_count, 2);
    assert_int_equal(principal->scope.divisions[0], 2);
    assert_int_equal(principal->scope.divisions[1], 3);
    principal_free(principal);
    fixture_free(pack);
}

/* Lists that the role does not read give nothing, whatever stands in them. */
static void other_lists_are_not_read(void **state)
{
    static const struct text county = {"430421", 6};
    static const int64_t subjects[] = {5, 6};
    struct pack *pack = access_pack();
    struct user_facts helper = facts_of("helper"), township = facts_of("township");
    helper.divisions = &county;
    helper.division_count = 1;
    township.subjects = subjects;
    township.subject_count = 2;
    struct principal *principal = principal_new(pack, &helper);
    assert_int_equal(principal->scope.division_count, 0);
    assert_int_equal(principal->scope.subject_count, 2);
    principal_free(principal);
    principal = principal_new(pack, &township);
    assert_int_equal(principal->scope.division_count, 1);
    assert_int_equal(principal->scope.subject_count, 0);
    principal_free(principal);
    fixture_free(pack);
}

static void a_zeroed_scope_is_closed(void **state)
{
    const struct scope scope = {0};
    assert_null(scope.actions);
    assert_false(scope.everywhere);
    assert_int_equal(scope.division_count + scope.subject_count + scope.unmasked, 0);
}

static void an_unknown_role_gives_nothing(void **state)
{
    struct pack *pack = access_pack();
    static const char *const unknown[] = {"", "root", "Admin", "admin ", "admi"};
    for (size_t i = 0; i < 5; i++) {
        struct user_facts facts = facts_of("admin");
        facts.role = text_of(unknown[i]);
        assert_closed(pack, &facts, "has no role");
    }
    pack->role_count = 0;
    for (int role = 0; role < ROLES; role++) {
        struct user_facts facts = facts_of(role_names[role]);
        assert_closed(pack, &facts, "The pack has no roles");
    }
    fixture_free(pack);
}

static void a_division_that_left_gives_nothing(void **state)
{
    static const struct text one_left[] = {{"430421101001", 12}, {"430421101009", 12}};
    static const struct text empty = {"", 0}, township = {"430421101", 9}, county = {"430421", 6};
    struct pack *pack = access_pack();
    struct user_facts facts = facts_of("village");
    facts.divisions = one_left; /* one of two: an administrator has to look */
    facts.division_count = 2;
    assert_closed(pack, &facts, "no division 430421101009");
    facts.divisions = &empty;
    facts.division_count = 1;
    assert_closed(pack, &facts, "no division");
    facts.divisions = &township;
    assert_closed(pack, &facts, "not of the level");
    facts.divisions = &county;
    assert_closed(pack, &facts, "not of the level");
    facts.role = TEXT("township");
    assert_closed(pack, &facts, "not of the level");
    fixture_free(pack);
}

static void empty_lists_give_nothing(void **state)
{
    struct pack *pack = access_pack();
    for (int role = 0; role < ROLES; role++) {
        struct user_facts facts = facts_of(role_names[role]);
        facts.division_count = facts.subject_count = 0;
        facts.divisions = NULL;
        facts.subjects = NULL;
        if (pack->roles[role].rows == ROWS_DIVISION) assert_closed(pack, &facts, "need a division");
        if (pack->roles[role].rows == ROWS_ASSIGNED) assert_closed(pack, &facts, "No household");
    }
    fixture_free(pack);
}

static void a_unit_that_is_not_there_gives_nothing(void **state)
{
    struct pack *pack = access_pack();
    struct user_facts facts = facts_of("department");
    facts.unit = TEXT("");
    assert_closed(pack, &facts, "need a unit");
    facts.unit = TEXT("labor");
    assert_closed(pack, &facts, "did you mean 'labour'");
    facts = facts_of("leader");
    facts.unit = TEXT("gone");
    assert_closed(pack, &facts, "has no unit 'gone'");
    fixture_free(pack);
}

static void a_password_to_be_changed_comes_first(void **state)
{
    struct pack *pack = access_pack();
    for (int role = 0; role < ROLES; role++) {
        struct user_facts facts = facts_of(role_names[role]);
        facts.must_change_password = true;
        assert_closed(pack, &facts, "Change your password first");
    }
    fixture_free(pack);
}

static void feeds_follow_rights_and_units(void **state)
{
    struct pack *pack = access_pack();
    struct {
        const char *role, *unit;
        bool jobs, people;
    } cases[] = {
        {"admin", "", true, true},
        {"township", "", true, true},
        {"village", "", false, false},          /* may write, but not import */
        {"department", "labour", true, false},  /* its clause, its register; people are only matched */
        {"department", "bureau", false, false}, /* its feed also writes people, whom it may only read */
        {"leader", "", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct user_facts facts = facts_of(cases[i].role);
        facts.unit = text_of(cases[i].unit);
        struct principal *principal = principal_new(pack, &facts);
        assert_int_equal(principal->closed.code, 0);
        assert_int_equal(principal_may_import(principal, FEED_JOBS), cases[i].jobs);
        assert_int_equal(principal_may_import(principal, FEED_PEOPLE), cases[i].people);
        principal_free(principal);
    }
    fixture_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_gives_what_it_says),
        cmocka_unit_test(divisions_are_those_given),
        cmocka_unit_test(other_lists_are_not_read),
        cmocka_unit_test(a_zeroed_scope_is_closed),
        cmocka_unit_test(an_unknown_role_gives_nothing),
        cmocka_unit_test(a_division_that_left_gives_nothing),
        cmocka_unit_test(empty_lists_give_nothing),
        cmocka_unit_test(a_unit_that_is_not_there_gives_nothing),
        cmocka_unit_test(a_password_to_be_changed_comes_first),
        cmocka_unit_test(feeds_follow_rights_and_units),
    };
    return cmocka_run_group_tests_name("principal", tests, NULL, NULL);
}
