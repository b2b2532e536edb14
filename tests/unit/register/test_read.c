/* From tables to frames, and between records and the words people use for them. */
#include "fixture.h"

#include "register/frame_load.h"

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
};

static int settle(void **state)
{
    void *place;
    place_make(&place);
    struct county *county = calloc(1, sizeof *county);
    county->place = *(struct place *)place;
    free(place);
    county->pack = fixture_pack();
    county->database = fixture_database(&county->place, county->pack);
    struct database *database = county->database;
    add_village(database, "430421101001", "金兰镇", "甲村（旧）");
    add_village(database, "430421101002", "金兰镇", "乙村");
    int64_t a = add_household(database, "A1", 2), b = add_household(database, "A2", 1);
    struct draft draft = draft_of(HOUSEHOLD, a, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    draft_set(&draft, HOUSEHOLD_ARABLE, whole(15000));
    draft_set(&draft, HOUSEHOLD_INCOME, whole(-123456789012));
    draft_set(&draft, HOUSEHOLD_GROWTH, share(0.055));
    draft_set(&draft, HOUSEHOLD_MONITORED, on_day(2022, 2, 28));
    draft_set(&draft, HOUSEHOLD_RISK, in_month(2021, 12));
    draft_set(&draft, HOUSEHOLD_SAFE, whole(0));
    draft_save(database, &draft);
    int64_t later = add_person(database, "P2", b);
    int64_t person = add_person(database, "P1", a);
    add_person(database, "P3", b);
    draft = draft_of(PERSON, person, 1);
    draft_set(&draft, PERSON_HEALTH, whole(1 << HEALTH_CHRONIC | 1 << HEALTH_DISABLED));
    draft_save(database, &draft);
    draft = draft_new(JOB);
    draft_set(&draft, JOB_PERSON, whole(later));
    draft_set(&draft, JOB_MONTH, in_month(2022, 9));
    draft_save(database, &draft);
    *state = county;
    return 0;
}

static int leave(void **state)
{
    struct county *county = *state;
    database_close(county->database);
    fixture_free(county->pack);
    struct place *place = malloc(sizeof *place);
    *place = county->place;
    free(county);
    void *as_state = place;
    return place_drop(&as_state);
}

struct wanted {
    bool flags[REGISTERS][16];
    bool *fields[REGISTERS];
};

static int load(struct county *county, struct wanted *wanted, const bool *registers, struct frame **frame,
                struct err *err)
{
    for (int i = 0; i < REGISTERS; i++) wanted->fields[i] = wanted->flags[i];
    const struct frame_request request = {.used = wanted->fields, .wanted = registers};
    return frame_load(county->database, &request, frame, err);
}

static void every_type_arrives(void **state)
{
    struct county *county = *state;
    struct wanted wanted;
    struct frame *frame;
    memset(&wanted, 1, sizeof wanted);
    OK(load(county, &wanted, NULL, &frame, &err));
    uint32_t a = frame_row(frame, HOUSEHOLD, 1);
    assert_true(text_is(frame_get(frame, HOUSEHOLD, HOUSEHOLD_HEAD, a).text, "张三"));
    assert_int_equal(frame_get(frame, HOUSEHOLD, HOUSEHOLD_VILLAGE, a).integer, 2);
    assert_int_equal(frame_get(frame, HOUSEHOLD, HOUSEHOLD_CATEGORY, a).integer, CATEGORY_MONITORED);
    assert_int_equal(frame_get(frame, HOUSEHOLD, HOUSEHOLD_ARABLE, a).integer, 15000);
    assert_true(frame_get(frame, HOUSEHOLD, HOUSEHOLD_INCOME, a).integer == -123456789012);
    assert_true(frame_get(frame, HOUSEHOLD, HOUSEHOLD_GROWTH, a).ratio == 0.055);
    assert_int_equal(frame_get(frame, HOUSEHOLD, HOUSEHOLD_MONITORED, a).integer,
                     on_day(2022, 2, 28).integer);
    assert_int_equal(frame_get(frame, HOUSEHOLD, HOUSEHOLD_RISK, a).integer, in_month(2021, 12).integer);
    assert_true(frame_get(frame, HOUSEHOLD, HOUSEHOLD_SAFE, a).known);
    assert_false(frame_get(frame, HOUSEHOLD, HOUSEHOLD_HEAD, frame_row(frame, HOUSEHOLD, 2)).known);
    uint32_t person = frame_row(frame, PERSON, 2);
    assert_int_equal(frame_get(frame, PERSON, PERSON_HEALTH, person).integer,
                     1 << HEALTH_CHRONIC | 1 << HEALTH_DISABLED);
    assert_int_equal(frame_parent(frame, PERSON, person), a);
    assert_int_equal(frame->registers[JOB].rows, 1);
    frame_free(frame);
}

static void only_what_is_used_is_loaded(void **state)
{
    struct county *county = *state;
    struct wanted wanted = {0};
    struct frame *frame;
    wanted.flags[PERSON][PERSON_BIRTH] = true;
    OK(load(county, &wanted, NULL, &frame, &err));
    assert_int_equal(frame->registers[PERSON].rows, 3);
    assert_int_equal(frame->registers[HOUSEHOLD].rows, 2); /* what it hangs on */
    assert_int_equal(frame->registers[VILLAGE].rows, 2);
    assert_int_equal(frame->registers[JOB].rows, 0);
    assert_int_equal(frame->registers[PERSON].columns[PERSON_NAME].width, COLUMN_ABSENT);
    frame_free(frame);
    /* A register may be wanted for its records alone. */
    struct wanted none = {0};
    const bool registers[REGISTERS] = {[JOB] = true};
    OK(load(county, &none, registers, &frame, &err));
    assert_int_equal(frame->registers[JOB].rows, 1);
    assert_int_equal(frame->registers[PERSON].rows, 3);
    frame_free(frame);
    assert_false(store_in_transaction(database_store(county->database)));
}

static void a_reference_brings_its_register(void **state)
{
    struct county *county = *state;
    int helper =
        fixture_add_field(county->pack, VILLAGE, "keeper", (struct type){TYPE_RECORD, -1, -1, PERSON}, false);
    struct database_report report;
    OK(database_init(county->place.path, county->pack, &report, &err));
    database_report_fini(&report);
    struct draft draft = draft_of(VILLAGE, 1, 1);
    draft_set(&draft, helper, whole(3));
    draft_save(county->database, &draft);
    struct wanted wanted = {0};
    struct frame *frame;
    wanted.flags[VILLAGE][helper] = true;
    OK(load(county, &wanted, NULL, &frame, &err));
    struct value value = frame_get(frame, VILLAGE, helper, frame_row(frame, VILLAGE, 1));
    assert_true(value.known);
    assert_int_equal(value.integer, 3);
    frame_free(frame);
}

static void foreign_values_are_reported_with_their_place(void **state)
{
    static const struct {
        const char *sql, *words;
        int field;
    } cases[] = {
        {"UPDATE household SET category = 'martian' WHERE id = 1", "household.category", HOUSEHOLD_CATEGORY},
        {"UPDATE household SET monitored = '2022-02-30' WHERE id = 1", "household.monitored",
         HOUSEHOLD_MONITORED},
        {"UPDATE household SET monitored = '28.2.2022 ' WHERE id = 1", "household.monitored",
         HOUSEHOLD_MONITORED},
        {"UPDATE household SET risk = '2022-13' WHERE id = 1", "household.risk", HOUSEHOLD_RISK},
        {"UPDATE household SET safe = 2 WHERE id = 1", "household.safe", HOUSEHOLD_SAFE},
    };
    struct county *county = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct store *store = database_store(county->database);
        struct wanted wanted = {0};
        struct frame *frame;
        wanted.flags[HOUSEHOLD][cases[i].field] = true;
        OK(store_begin(store, &err));
        OK(store_run(store, cases[i].sql, &err));
        REFUSED(load(county, &wanted, NULL, &frame, &err), ERR_CORRUPT, cases[i].words);
        store_rollback(store);
        assert_null(frame);
    }
}

static int64_t find(struct county *county, int reg, const char *key)
{
    int64_t id = -1;
    OK(record_find(county->database, reg, text_of(key), &id, &err));
    return id;
}

static void records_are_found_as_people_type(void **state)
{
    struct county *county = *state;
    assert_int_equal(find(county, HOUSEHOLD, "A1"), 1);
    assert_int_equal(find(county, HOUSEHOLD, "　Ａ１ "), 1);
    assert_int_equal(find(county, HOUSEHOLD, "张三"), 1);
    assert_int_equal(find(county, HOUSEHOLD, "a1"), 0);
    assert_int_equal(find(county, HOUSEHOLD, ""), 0);
    assert_int_equal(find(county, PERSON, "某人"), 0); /* three bear that name */
    assert_int_equal(find(county, VILLAGE, "甲村（旧）"), 1);
    assert_int_equal(find(county, JOB, "P2/2022-09"), 1);
    assert_int_equal(find(county, JOB, "P2/2022年9月"), 1);
    assert_int_equal(find(county, JOB, "P2/2022-10"), 0);
    assert_int_equal(find(county, JOB, "P2"), 0);
    assert_int_equal(find(county, JOB, "P2/soon"), 0);
    struct draft draft = draft_new(LEDGER);
    draft_set(&draft, LEDGER_HOUSEHOLD, whole(2));
    draft_set(&draft, LEDGER_MONTH, in_month(2022, 1));
    draft_set(&draft, LEDGER_WHEEL, whole(WHEEL_PROPERTY));
    draft_set(&draft, LEDGER_AMOUNT, whole(1));
    draft_save(county->database, &draft);
    assert_int_equal(find(county, LEDGER, "A2/202201/property"), 1);
    assert_int_equal(find(county, LEDGER, "A2/202201/wage"), 0);
    assert_int_equal(find(county, LEDGER, "A2/202201"), 0);
}

static void assert_named(struct county *county, int reg, int64_t id, const char *expected)
{
    struct buffer out = {0};
    OK(record_name(county->database, reg, id, &out, &err));
    assert_string_equal(out.data, expected);
    buffer_fini(&out);
}

static void records_have_names(void **state)
{
    struct county *county = *state;
    assert_named(county, HOUSEHOLD, 1, "A1（张三）");
    assert_named(county, HOUSEHOLD, 2, "A2");
    assert_named(county, JOB, 1, "P2/2022-09");
    assert_named(county, PERSON, 99, "#99");
}

#define IN_COUNTY(test) cmocka_unit_test_setup_teardown(test, settle, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_COUNTY(every_type_arrives),
        IN_COUNTY(only_what_is_used_is_loaded),
        IN_COUNTY(a_reference_brings_its_register),
        IN_COUNTY(foreign_values_are_reported_with_their_place),
        IN_COUNTY(records_are_found_as_people_type),
        IN_COUNTY(records_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
