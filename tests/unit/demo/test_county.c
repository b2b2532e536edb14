/* The simulated people: who they are agrees with itself. */
#include "../base/cmocka_all.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/idcard.h"
#include "base/map.h"
#include "demo/county.h"

enum { HOUSEHOLDS = 3000, SEED = 5 };

static const char *pack_folder;

struct world {
    struct pack *pack;
    struct config *config;
    struct county county;
    struct household household;
};

static int start(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct fault_list faults = {0};
    struct err err = {0};
    *state = world;
    if (pack_load(pack_folder, &world->pack, &faults, &err) < 0 ||
        demo_config_read(world->pack, &world->config, &faults, &err) < 0) {
        char text[1024];
        for (size_t i = 0; i < faults.count; i++) {
            err_format(&faults.items[i], "en", text, sizeof text);
            print_error("%s\n", text);
        }
        err_format(&err, "en", text, sizeof text);
        print_error("%s\n", text);
        return -1;
    }
    return county_init(&world->county, world->pack, world->config, HOUSEHOLDS, SEED, world->config->as_of,
                       &err);
}

static int stop(void **state)
{
    struct world *world = *state;
    county_fini(&world->county);
    demo_config_free(world->config);
    pack_free(world->pack);
    free(world);
    return 0;
}

static void check_person(const struct world *world, const struct person *person)
{
    int32_t birth;
    bool male;
    struct text number = {person->id_number.at, 18};
    assert_true(person->id_number.size == (person->id_kind == ID_KIND_DISABILITY ? 20 : 18));
    assert_true(idcard_valid(number));
    assert_true(idcard_birth(number, &birth) && birth == person->birth);
    assert_true(idcard_male(number, &male) && male == (person->sex == SEX_MALE));
    int kind, grade;
    if (person->id_kind == ID_KIND_DISABILITY)
        assert_true(idcard_disability(person->id_number, &kind, &grade));
    assert_int_equal(person->age, date_years_between(birth, world->county.as_of));
    assert_in_range(text_length(person->name), 2, 4);
    assert_true(person->schooling == DEMO_UNKNOWN || person->education == DEMO_UNKNOWN);
    if (person->age < 16) assert_int_equal(person->employed, YES_NO_NO);
    if (person->in_school == YES_NO_YES) assert_int_equal(person->employed, YES_NO_NO);
    if (person->employed == YES_NO_YES)
        assert_true(person->work_months > 0 && person->channel != DEMO_UNKNOWN);
}

static void people_agree_with_their_numbers(void **state)
{
    struct world *world = *state;
    struct map seen = {0};
    for (uint64_t i = 0; i < HOUSEHOLDS; i++) {
        struct household *household = &world->household;
        county_household(&world->county, i, household);
        assert_true(household->person_count >= 1 &&
                    household->member_count == (int64_t)household->person_count);
        assert_int_equal(household->persons[0].relation, RELATION_HEAD);
        assert_true(text_equal(household->head_name, household->persons[0].name));
        for (size_t j = 0; j < household->person_count; j++) {
            const struct person *person = &household->persons[j];
            check_person(world, person);
            assert_true(j == 0 || person->relation != RELATION_HEAD);
            struct text number = {person->id_number.at, 18};
            assert_true(map_add(&seen, number, 0, NULL)); /* nobody has another's number */
            assert_true(map_add(&seen, person->number, 0, NULL));
        }
    }
    map_fini(&seen);
}

static void check_accounts(const struct world *world, const struct household *household)
{
    for (size_t year = 0; year < DEMO_YEARS; year++) {
        const struct year_account *account = &household->years[year];
        int64_t items = 0, wheels = 0, ledger = 0, cost = 0, self_paid = 0;
        for (size_t i = 0; i < ITEM_COUNT; i++) items += account->items[i];
        for (size_t i = 0; i < WHEEL_COUNT; i++) wheels += account->wheels[i];
        for (size_t month = year * 12; month < year * 12 + 12; month++)
            for (size_t i = 0; i < ITEM_COUNT; i++) {
                assert_true(household->income[month][i] >= 0);
                ledger += household->income[month][i];
            }
        int64_t first = world->county.first_month + (int64_t)year * 12;
        for (size_t i = 0; i < household->expense_count; i++) {
            const struct expense *expense = &household->expenses[i];
            if (expense->month < first || expense->month >= first + 12) continue;
            *(expense->kind <= EXPENSE_TRADE ? &cost : &self_paid) += expense->amount;
        }
        assert_true(items == ledger && wheels == ledger && account->gross == ledger);
        assert_true(account->cost == cost && account->self_paid == self_paid);
        assert_true(account->net == ledger - cost);
        assert_true(account->other_wage >= 0 && account->other_property >= 0 && account->other_transfer >= 0);
    }
}

static void ledger_and_totals_agree_to_the_fen(void **state)
{
    struct world *world = *state;
    for (uint64_t i = 0; i < HOUSEHOLDS; i++) {
        county_household(&world->county, i, &world->household);
        check_accounts(world, &world->household);
    }
}

static void expenses_stand_once_a_month_and_kind(void **state)
{
    struct world *world = *state;
    for (uint64_t i = 0; i < HOUSEHOLDS; i++) {
        struct household *household = &world->household;
        county_household(&world->county, i, household);
        for (size_t a = 0; a < household->expense_count; a++)
            for (size_t b = 0; b < a; b++)
                assert_false(household->expenses[a].month == household->expenses[b].month &&
                             household->expenses[a].kind == household->expenses[b].kind);
    }
}

static void a_household_does_not_hang_on_the_others(void **state)
{
    struct world *world = *state;
    static struct household alone;
    county_household(&world->county, 1234, &alone);
    for (uint64_t i = 1200; i <= 1234; i++) county_household(&world->county, i, &world->household);
    assert_int_equal(alone.person_count, world->household.person_count);
    assert_true(alone.years[1].net == world->household.years[1].net);
    assert_true(text_equal(alone.number, world->household.number));
}

static void groups_come_in_their_shares(void **state)
{
    struct world *world = *state;
    int count[3] = {0}, monitored[3] = {0}, both = 0;
    for (uint64_t i = 0; i < HOUSEHOLDS; i++) {
        const struct household *household = &world->household;
        county_household(&world->county, i, &world->household);
        count[household->category]++;
        assert_int_equal(household->monitor != DEMO_UNKNOWN, household->category == CATEGORY_MONITORED);
        if (household->monitor == DEMO_UNKNOWN) continue;
        monitored[household->monitor]++;
        both += household->kind == KIND_GRADUATED;
        if (household->monitor == MONITOR_UNSTABLE) assert_int_equal(household->kind, KIND_GRADUATED);
        if (household->monitor == MONITOR_MARGINAL) assert_int_equal(household->kind, KIND_ORDINARY);
        if (household->eliminated == YES_NO_YES)
            assert_true(household->eliminated_at > household->monitored_from);
    }
    assert_in_range(count[CATEGORY_GRADUATED], HOUSEHOLDS * 80 / 100, HOUSEHOLDS * 90 / 100);
    assert_in_range(count[CATEGORY_MONITORED], HOUSEHOLDS * 6 / 100, HOUSEHOLDS * 12 / 100);
    assert_true(count[CATEGORY_ORDINARY] > 0 && both > 0);
    assert_true(monitored[0] > 0 && monitored[1] > 0 && monitored[2] > 0);
}

static void households_fill_all_villages(void **state)
{
    struct world *world = *state;
    int64_t planned = 0;
    for (size_t i = 0; i < world->county.village_count; i++) planned += world->county.villages[i].planned;
    assert_int_equal(planned, HOUSEHOLDS);
    for (uint64_t i = 0; i < HOUSEHOLDS; i++) county_household(&world->county, i, &world->household);
    county_finish(&world->county);
    for (size_t i = 0; i < world->county.village_count; i++) {
        const struct village *village = &world->county.villages[i];
        assert_int_equal(village->households, village->planned);
        assert_true(village->rural_population >= village->people);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    pack_folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(people_agree_with_their_numbers, start, stop),
        cmocka_unit_test_setup_teardown(ledger_and_totals_agree_to_the_fen, start, stop),
        cmocka_unit_test_setup_teardown(expenses_stand_once_a_month_and_kind, start, stop),
        cmocka_unit_test_setup_teardown(a_household_does_not_hang_on_the_others, start, stop),
        cmocka_unit_test_setup_teardown(groups_come_in_their_shares, start, stop),
        cmocka_unit_test_setup_teardown(households_fill_all_villages, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
