/* The county's figures against sums by hand: three families in two villages and one that is nowhere, incomes
 * of two years, and what a user with a part of the county sees of it. */
#include "county.h"

#include "formula/formula.h"
#include "monitor/gather.h"
#include "monitor/picture.h"

enum { COUNTY, TOWNSHIP, FIRST, SECOND, NOWHERE };
enum { NET, MEMBERS, DEFINITIONS };

struct shown {
    struct county county;
    struct arena arena;
    int64_t households[4];
    int32_t as_of;
};

static void put_definition(struct pack *pack, int index, const char *name, const char *formula)
{
    struct schema_definition *definition = &pack->schema.definitions[index];
    *definition = (struct schema_definition){
        .label = {text_of(name), text_of(name), text_of(name)},
        .scope = HOUSEHOLD,
        .source = {.text = text_of(formula)},
    };
    OK(formula_check(&pack->schema, &pack->arena, HOUSEHOLD, definition->source, NULL, &definition->node,
                     &err));
}

/* Names are read from the schema while it grows: nothing stands behind the definitions that are there. */
static void put_dashboard(struct pack *pack)
{
    static const int income[] = {NET};
    pack->schema.definitions = arena_array(&pack->arena, DEFINITIONS, sizeof *pack->schema.definitions);
    put_definition(pack, NET, "net", "sum(income.amount where year(month) = this_year)");
    put_definition(pack, MEMBERS, "members", "count(person)");
    pack->schema.definition_count = DEFINITIONS;
    pack->dashboard = (struct pack_dashboard){.income = income,
                                              .income_count = 1,
                                              .total = NET,
                                              .members = MEMBERS,
                                              .rule = -1,
                                              .comparable = -1,
                                              .ledger = {.kept = -1, .complete = -1}};
    pack->division_register = VILLAGE;
    pack->division_code = VILLAGE_CODE;
    pack->division_name = VILLAGE_NAME;
    pack->division_township = VILLAGE_TOWNSHIP;
    pack->subcategory = -1;
}

static void earn(struct database *database, int64_t household, int year, int64_t fen)
{
    struct draft draft = draft_new(LEDGER);
    draft_set(&draft, LEDGER_HOUSEHOLD, whole(household));
    draft_set(&draft, LEDGER_MONTH, in_month(year, 3));
    draft_set(&draft, LEDGER_WHEEL, whole(WHEEL_WAGE));
    draft_set(&draft, LEDGER_AMOUNT, whole(fen));
    draft_save(database, &draft);
}

static int64_t family(struct database *database, const char *number, int64_t village, int category,
                      int members)
{
    struct draft draft = draft_new(HOUSEHOLD);
    char name[32];
    draft_set(&draft, HOUSEHOLD_NUMBER, words(number));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village));
    if (category >= 0) draft_set(&draft, HOUSEHOLD_CATEGORY, whole(category));
    int64_t id = draft_save(database, &draft);
    for (int i = 0; i < members; i++) {
        snprintf(name, sizeof name, "%s-%d", number, i);
        add_person(database, name, id);
    }
    return id;
}

static int settle(void **state)
{
    struct shown *shown = calloc(1, sizeof *shown);
    void *county;
    county_settle(&county);
    shown->county = *(struct county *)county;
    free(county);
    put_dashboard(shown->county.pack);
    struct database *database = shown->county.database;
    int64_t first = add_village(database, "430421101001", "金兰镇", "甲村"),
            second = add_village(database, "430421101002", "金兰镇", "乙村"),
            away = add_village(database, "999999999999", "外地", "别村");
    shown->households[0] = family(database, "H1", first, CATEGORY_RELIEVED, 2);
    shown->households[1] = family(database, "H2", first, CATEGORY_MONITORED, 4);
    shown->households[2] = family(database, "H3", second, -1, 0); /* without members nothing is per capita */
    shown->households[3] = family(database, "H4", away, CATEGORY_RELIEVED, 1);
    earn(database, shown->households[0], 2021, 1000000);
    earn(database, shown->households[0], 2022, 1200000);
    earn(database, shown->households[1], 2022, 600001);
    earn(database, shown->households[2], 2022, 50000);
    earn(database, shown->households[3], 2022, 7);
    shown->as_of = (int32_t)on_day(2022, 9, 30).integer;
    *state = shown;
    return 0;
}

static int leave(void **state)
{
    struct shown *shown = *state;
    struct county *county = malloc(sizeof *county);
    arena_fini(&shown->arena);
    *county = shown->county;
    free(shown);
    void *as_state = county;
    return county_leave(&as_state);
}

static void make(struct shown *shown, const struct scope *scope, int division, struct picture *out)
{
    struct program_root *roots;
    size_t count;
    struct frame *frame;
    const struct found_view view = {scope, division};
    OK(picture_roots(shown->county.pack, &shown->arena, &roots, &count, &err));
    assert_int_equal(count, 6);
    OK(gather_frame(shown->county.database, roots, count, true, 0, &frame, &err));
    OK(picture_make(shown->county.database, frame, &view, shown->as_of, roots, count, out, &err));
    frame_free(frame);
}

static void families_and_people_by_category(void **state)
{
    struct shown *shown = *state;
    struct picture picture;
    make(shown, &fixture_everything, -1, &picture);
    assert_int_equal(picture.categories[CATEGORY_GENERAL].subjects, 0);
    assert_int_equal(picture.categories[CATEGORY_RELIEVED].subjects, 2);
    assert_int_equal(picture.categories[CATEGORY_RELIEVED].people, 3);
    assert_int_equal(picture.categories[CATEGORY_MONITORED].people, 4);
    assert_int_equal(picture.categories[CATEGORY_MONITORED + 1].subjects, 1); /* without a category */
    assert_int_equal(picture.all.count.subjects, 4);
    assert_int_equal(picture.all.count.people, 7);
    picture_fini(&picture);
}

static void places_hold_what_lies_in_them(void **state)
{
    struct shown *shown = *state;
    struct picture picture;
    make(shown, &fixture_everything, -1, &picture);
    assert_int_equal(picture.places[FIRST].count.subjects, 2);
    assert_int_equal(picture.places[SECOND].count.subjects, 1);
    assert_int_equal(picture.places[TOWNSHIP].count.subjects, 3);
    assert_int_equal(picture.places[COUNTY].count.people, 6);
    assert_int_equal(picture.places[NOWHERE].count.subjects, 1);
    picture_fini(&picture);
}

static void incomes_add_up_to_the_fen(void **state)
{
    struct shown *shown = *state;
    struct picture picture;
    make(shown, &fixture_everything, -1, &picture);
    /* Of whom the year before is not known is left out. */
    assert_int_equal(picture.income_now[0].integer, 1200000 + 600001 + 7);
    assert_int_equal(picture.income_before[0].integer, 1000000);
    /* Per capita counts who has members: H1 and H2 in the first village, 1,800,001 fen over 6 people. */
    struct value per_capita = picture_per_capita(&picture.places[FIRST].now);
    assert_true(per_capita.known);
    assert_int_equal(per_capita.integer, 300000);
    assert_false(picture_per_capita(&picture.places[SECOND].now).known);
    picture_fini(&picture);
}

static void growth_compares_the_same_families(void **state)
{
    struct shown *shown = *state;
    struct picture picture;
    make(shown, &fixture_everything, -1, &picture);
    /* H2 earned nothing that was written down in 2021: its year before is nought, and known. */
    struct value growth = picture_growth(&picture.places[FIRST]);
    assert_true(growth.known);
    assert_true(growth.ratio > 0.7999 && growth.ratio < 0.8001);
    assert_false(picture_growth(&picture.places[SECOND]).known);
    picture_fini(&picture);
}

static void nobody_counts_what_they_do_not_see(void **state)
{
    struct shown *shown = *state;
    static const int own[] = {FIRST};
    struct scope scope = fixture_everything;
    struct picture picture;
    scope.everywhere = false;
    make(shown, &scope, -1, &picture);
    assert_int_equal(picture.all.count.subjects, 0);
    picture_fini(&picture);
    scope.divisions = own;
    scope.division_count = 1;
    make(shown, &scope, -1, &picture);
    assert_int_equal(picture.all.count.subjects, 2);
    assert_int_equal(picture.places[SECOND].count.subjects, 0);
    assert_int_equal(picture.income_now[0].integer, 1800001);
    picture_fini(&picture);
    make(shown, &fixture_everything, SECOND, &picture);
    assert_int_equal(picture.all.count.subjects, 1);
    picture_fini(&picture);
}

static void without_members_nothing_is_divided(void **state)
{
    (void)state;
    const struct picture_income none = {100, 0}, more = {(__int128)INT64_MAX * 4, 2};
    assert_false(picture_per_capita(&none).known);
    assert_false(picture_per_capita(&more).known);
    const struct picture_place fallen = {.now = {500, 1}, .before = {1000, 1}},
                               debts = {.now = {500, 1}, .before = {-1000, 1}};
    assert_true(picture_growth(&fallen).ratio == -0.5);
    assert_true(picture_growth(&debts).ratio == 1.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_and_people_by_category),
        cmocka_unit_test(places_hold_what_lies_in_them),
        cmocka_unit_test(incomes_add_up_to_the_fen),
        cmocka_unit_test(growth_compares_the_same_families),
        cmocka_unit_test(nobody_counts_what_they_do_not_see),
        cmocka_unit_test(without_members_nothing_is_divided),
    };
    return cmocka_run_group_tests(tests, settle, leave);
}
