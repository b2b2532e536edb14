/* Every role on every register, down to the rows that the reading door gives; and no row at all to whoever is
 * closed. */
#include "support.h"

#include "register/query.h"

static const char *const role_names[ROLES] = {"admin",   "department", "township",
                                              "village", "helper",     "leader"};

/* Two families in the first village, one in the second, one in a place that the county does not have; each
 * with one person, who has one job, and one month of income. */
static void settle(struct stand *stand)
{
    stand->pack->division_register = VILLAGE;
    stand->pack->division_code = VILLAGE_CODE;
    stand->pack->division_name = VILLAGE_NAME;
    int64_t first = add_village(stand->database, "430421101001", "金兰镇", "甲村");
    int64_t second = add_village(stand->database, "430421101002", "金兰镇", "乙村");
    int64_t nowhere = add_village(stand->database, "999", "无名镇", "无名村");
    const int64_t villages[] = {first, first, second, nowhere};
    for (int i = 0; i < 4; i++) {
        char number[8];
        snprintf(number, sizeof number, "H%d", i);
        int64_t household = add_household(stand->database, number, villages[i]);
        snprintf(number, sizeof number, "P%d", i);
        int64_t person = add_person(stand->database, number, household);
        struct draft ledger = draft_new(LEDGER), job = draft_new(JOB);
        draft_set(&ledger, LEDGER_HOUSEHOLD, whole(household));
        draft_set(&ledger, LEDGER_MONTH, in_month(2022, 1));
        draft_set(&ledger, LEDGER_WHEEL, whole(WHEEL_WAGE));
        draft_set(&ledger, LEDGER_AMOUNT, whole(100));
        draft_save(stand->database, &ledger);
        draft_set(&job, JOB_PERSON, whole(person));
        draft_set(&job, JOB_MONTH, in_month(2022, 1));
        draft_save(stand->database, &job);
    }
}

static struct principal *principal_of(struct stand *stand, const char *role)
{
    struct principal *principal;
    OK(access_session(stand->access, log_in(stand, role), &principal, &err));
    return principal;
}

/* Rows by counting and by listing, which must agree; -1: the register is not for them. */
static int64_t rows_of(struct stand *stand, const struct scope *scope, int reg)
{
    struct query query = query_of(reg);
    struct query_page page = {0};
    int64_t count = -1;
    query.limit = 100;
    int counted = query_count(stand->database, scope, &query, 0, &count, NULL);
    int listed = query_list(stand->database, scope, &query, &page, NULL);
    assert_int_equal(counted, listed);
    if (counted == 0)
        assert_int_equal(page.count, count);
    else
        assert_int_equal(counted, ERR_FORBIDDEN);
    query_page_fini(&page);
    return counted == 0 ? count : -1;
}

static void every_role_sees_its_rows(void **state)
{
    /* village, household, person, ledger, job */
    static const int64_t seen[ROLES][REGISTERS] = {
        [ROLE_ADMIN] = {3, 4, 4, 4, 4},    [ROLE_DEPARTMENT] = {-1, -1, 4, -1, 4},
        [ROLE_TOWNSHIP] = {2, 3, 3, 3, 3}, [ROLE_VILLAGE] = {1, 2, 2, 2, 2},
        [ROLE_HELPER] = {0, 2, 2, 2, -1},  [ROLE_LEADER] = {3, 4, 4, 4, 4},
    };
    struct stand *stand = stand_new(*state);
    settle(stand);
    for (int role = 0; role < ROLES; role++) {
        struct user_settings settings = settings_of(role_names[role]);
        add_user(stand, role_names[role], &settings);
        struct principal *principal = principal_of(stand, role_names[role]);
        for (int reg = 0; reg < REGISTERS; reg++) {
            int64_t rows = rows_of(stand, &principal->scope, reg);
            if (rows != seen[role][reg])
                fail_msg("%s sees %lld of register %d, not %lld", role_names[role], (long long)rows, reg,
                         (long long)seen[role][reg]);
        }
        principal_free(principal);
    }
    stand_free(stand);
}

static void whoever_is_closed_sees_no_row(void **state)
{
    struct stand *stand = stand_new(*state);
    settle(stand);
    const struct scope zeroed = {0};
    for (int reg = 0; reg < REGISTERS; reg++) assert_int_equal(rows_of(stand, &zeroed, reg), -1);
    static const struct text gone = {"430421101009", 12};
    for (int role = 0; role < ROLES; role++) {
        struct user_settings settings = settings_of(role_names[role]);
        struct user_facts whole_facts = {.id = 1,
                                         .name = TEXT("x"),
                                         .role = settings.role,
                                         .unit = settings.unit,
                                         .divisions = settings.divisions,
                                         .division_count = settings.division_count,
                                         .subjects = settings.subjects,
                                         .subject_count = settings.subject_count};
        struct user_facts broken[4] = {whole_facts, whole_facts, whole_facts, whole_facts};
        size_t count = 3;
        broken[0].role = TEXT("unknown");
        broken[1].must_change_password = true;
        broken[2].unit = TEXT("unknown");
        if (stand->pack->roles[role].rows != ROWS_EVERYWHERE) {
            broken[count].division_count = broken[count].subject_count = 0;
            count++;
        }
        for (size_t i = 0; i < count; i++) {
            struct principal *principal = principal_new(stand->pack, &broken[i]);
            for (int reg = 0; reg < REGISTERS; reg++)
                assert_int_equal(rows_of(stand, &principal->scope, reg), -1);
            principal_free(principal);
        }
    }
    struct user_facts moved = {
        .id = 1, .name = TEXT("x"), .role = TEXT("village"), .divisions = &gone, .division_count = 1};
    struct principal *principal = principal_new(stand->pack, &moved);
    for (int reg = 0; reg < REGISTERS; reg++) assert_int_equal(rows_of(stand, &principal->scope, reg), -1);
    principal_free(principal);
    stand_free(stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_role_sees_its_rows, place_make, place_drop),
        cmocka_unit_test_setup_teardown(whoever_is_closed_sees_no_row, place_make, place_drop),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
