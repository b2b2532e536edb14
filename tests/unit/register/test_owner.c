/* Records that name their owner: a unit of the plan or a division. A unit has its own alone; what hangs on a
 * family is also of those who answer for where it lives, and of those who help it. */
#include "fixture.h"

#include "register/query.h"
#include "register/scope_sql.h"

enum { TOWNSHIP = 1, FIRST_VILLAGE = 2 };
enum { OWNED = JOB, OWNER = JOB_PLACE };

/* The fixture's jobs, owned by whoever stands in the field of their place; villages come from the divisions.
 */
static struct pack *owned_pack(void)
{
    static const int owners[] = {OWNER};
    struct pack *pack = fixture_pack();
    pack->registers[OWNED].owners = owners;
    pack->registers[OWNED].owner_count = 1;
    pack->division_register = VILLAGE;
    pack->division_code = VILLAGE_CODE;
    pack->division_name = VILLAGE_NAME;
    pack->division_township = VILLAGE_TOWNSHIP;
    return pack;
}

static const uint8_t all[REGISTERS] = {31, 31, 31, 31, 31};

static struct scope unit_of(const char *unit)
{
    return (struct scope){.actor = TEXT("clerk"), .actions = all, .everywhere = true, .unit = text_of(unit)};
}

static struct scope place_of(const int *division)
{
    return (struct scope){.actor = TEXT("clerk"), .actions = all, .divisions = division, .division_count = 1};
}

static int64_t add_job(struct database *database, int64_t person, int month, const char *owner)
{
    struct draft draft = draft_new(OWNED);
    draft_set(&draft, JOB_PERSON, whole(person));
    draft_set(&draft, JOB_MONTH, in_month(2022, month));
    draft_set(&draft, OWNER, words(owner));
    return draft_save(database, &draft);
}

static int64_t counted(struct database *database, const struct scope *scope)
{
    struct query query = query_of(OWNED);
    int64_t count = -1;
    OK(query_count(database, scope, &query, 0, &count, &err));
    return count;
}

static void owners_decide(void **state)
{
    struct pack *pack = owned_pack();
    struct database *database = fixture_database(*state, pack);
    int64_t person = add_person(database, "P1", add_household(database, "H1", 1));
    int64_t labour = add_job(database, person, 1, "county_labour");
    add_job(database, person, 2, "430421101");
    int64_t first = add_job(database, person, 3, "430421101001");
    add_job(database, person, 4, "430421101002");
    static const int township = TOWNSHIP, one = FIRST_VILLAGE, county = 0;
    struct scope labours = unit_of("county_labour"), others = unit_of("county_finance"),
                 towns = place_of(&township), villages = place_of(&one), countys = place_of(&county);
    assert_int_equal(counted(database, &fixture_everything), 4);
    assert_int_equal(counted(database, &countys), 4);
    assert_int_equal(counted(database, &labours), 1);
    assert_int_equal(counted(database, &others), 0);
    assert_int_equal(counted(database, &towns), 4);
    assert_int_equal(counted(database, &villages), 4);
    static const int64_t helped = 1, other = 99;
    struct scope helper = {.actor = TEXT("helper"), .actions = all, .subjects = &helped, .subject_count = 1};
    assert_int_equal(counted(database, &helper), 4);
    helper.subjects = &other;
    assert_int_equal(counted(database, &helper), 0);
    bool has;
    OK(scope_has(database, &labours, OWNED, labour, false, &has, &err));
    assert_true(has);
    OK(scope_has(database, &labours, OWNED, first, false, &has, &err));
    assert_false(has);
    database_close(database);
    fixture_free(pack);
}

static int try_owner(struct database *database, const struct scope *scope, struct draft *draft,
                     struct err *err)
{
    int64_t id;
    draft->change.given = draft->given;
    draft->change.values = draft->values;
    return records_write(database, scope, TEXT("edit"), &draft->change, 1, &id, err);
}

static void nobody_writes_for_another(void **state)
{
    struct pack *pack = owned_pack();
    struct database *database = fixture_database(*state, pack);
    int64_t person = add_person(database, "P1", add_household(database, "H1", 1));
    int64_t own = add_job(database, person, 1, "county_labour"),
            foreign = add_job(database, person, 2, "county_finance");
    struct scope labours = unit_of("county_labour");
    struct draft draft = draft_of(OWNED, own, 1);
    draft_set(&draft, OWNER, words("county_finance"));
    REFUSED(try_owner(database, &labours, &draft, &err), ERR_FORBIDDEN, "outside your area");
    draft = draft_of(OWNED, foreign, 1);
    draft_set(&draft, JOB_MONTH, in_month(2022, 7));
    REFUSED(try_owner(database, &labours, &draft, &err), ERR_NOT_FOUND, "no record with id");
    draft = draft_new(OWNED);
    draft_set(&draft, JOB_PERSON, whole(person));
    draft_set(&draft, JOB_MONTH, in_month(2022, 8));
    draft_set(&draft, OWNER, words("county_finance"));
    REFUSED(try_owner(database, &labours, &draft, &err), ERR_FORBIDDEN, "outside your area");
    draft_set(&draft, OWNER, words("county_labour"));
    OK(try_owner(database, &labours, &draft, &err));
    assert_int_equal(counted(database, &labours), 2);
    database_close(database);
    fixture_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(owners_decide, place_make, place_drop),
        cmocka_unit_test_setup_teardown(nobody_writes_for_another, place_make, place_drop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
