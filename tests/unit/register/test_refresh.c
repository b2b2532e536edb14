/* A refreshed frame is the frame that would be loaded now, whatever was written in between. */
#include "../formula/frame_compare.h"
#include "county.h"
#include "sheet.h"

#include "register/frame_refresh.h"

enum { STEPS = 150, EDITS_MAX = 6, SHEET_ROWS = 5 };

static void stand(struct county *county, struct frame_standing *standing)
{
    bool flags[REGISTERS][16], *fields[REGISTERS];
    memset(flags, 1, sizeof flags);
    for (int i = 0; i < REGISTERS; i++) fields[i] = flags[i];
    const struct frame_request request = {.used = fields};
    OK(frame_standing_load(county->database, &request, standing, &err));
}

/* From here on `standing` is the refreshed one. */
static void refresh(struct county *county, struct frame_standing *standing)
{
    struct frame_standing next;
    OK(frame_refresh(county->database, standing, &next, &err));
    assert_int_equal(next.entry, county_last_entry(county));
    frame_standing_fini(standing);
    *standing = next;
}

static void assert_fresh(struct county *county, const struct frame_standing *standing)
{
    struct frame *frame = county_loaded(county, 0);
    assert_frames_equal(standing->frame, frame);
    frame_free(frame);
}

/* New persons and new facts about those that are there. */
static void import_people(struct county *county)
{
    struct sheet sheet;
    char number[SHEET_ROWS][32], household[SHEET_ROWS][64];
    sheet_begin(&sheet, county->database, PERSON);
    for (int i = 0; i < SHEET_ROWS; i++) {
        int64_t under = county_some_record(county, HOUSEHOLD), person = county_some_record(county, PERSON);
        char sql[100];
        if (under == 0) continue;
        snprintf(sql, sizeof sql, "SELECT number FROM household WHERE id = %lld", (long long)under);
        snprintf(household[i], sizeof household[i], "%s", text_from(county->database, sql));
        snprintf(number[i], sizeof number[i], "S%lld", (long long)(county->seed >> 24));
        snprintf(sql, sizeof sql, "SELECT number FROM person WHERE id = %lld", (long long)person);
        if (person != 0 && county_some(county, 2) == 0)
            snprintf(number[i], sizeof number[i], "%s", text_from(county->database, sql));
        sheet_put(&sheet, 0, PERSON_NUMBER, words(number[i]));
        sheet_put(&sheet, 0, PERSON_NAME, words(county_some(county, 2) == 0 ? "甲" : "长一些的名字"));
        sheet_put(&sheet, 0, PERSON_BIRTH, on_day(1900 + (int)county_some(county, 100), 1, 1));
        sheet_look(&sheet, 0, PERSON_HOUSEHOLD, household[i]);
        sheet_row(&sheet);
    }
    sheet_import(&sheet);
}

/* What hangs on a retired record stands in no frame, and so cannot be retired the test's way. */
static void leave_or_return(struct county *county, int reg, int64_t id)
{
    struct frame *frame = county_loaded(county, 0);
    bool able =
        frame_row(frame, reg, id) != FRAME_NO_ROW || county_of_record(county, reg, id, "retired") != 0;
    frame_free(frame);
    if (able) county_retire_or_restore(county, reg, id);
}

static void whatever_is_written_arrives(void **state)
{
    struct county *county = *state;
    struct frame_standing standing;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    stand(county, &standing);
    for (int i = 0; i < STEPS; i++) {
        for (int64_t edits = county_some(county, EDITS_MAX); edits > 0; edits--) county_edit(county);
        int gone = (int[]){JOB, LEDGER, PERSON, HOUSEHOLD}[county_some(county, 4)];
        int64_t id = county_some(county, 5) == 0 ? county_some_record(county, gone) : 0;
        if (id != 0) leave_or_return(county, gone, id);
        if (county_some(county, 10) == 0) import_people(county);
        refresh(county, &standing);
        assert_fresh(county, &standing);
    }
    assert_true(standing.frame->registers[LEDGER].rows > 5);
    assert_true(count_of(county->database, "SELECT count(*) FROM zs_entry WHERE action = 'import'") > 5);
    frame_standing_fini(&standing);
}

static void only_what_was_loaded_is_refreshed(void **state)
{
    struct county *county = *state;
    bool flags[REGISTERS][16] = {{0}}, *fields[REGISTERS];
    for (int i = 0; i < REGISTERS; i++) fields[i] = flags[i];
    flags[PERSON][PERSON_BIRTH] = true;
    const struct frame_request request = {.used = fields};
    struct frame_standing standing;
    struct frame *fresh;
    OK(frame_standing_load(county->database, &request, &standing, &err)); /* of an empty county */
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    for (int i = 0; i < 40; i++) county_edit(county);
    refresh(county, &standing);
    OK(frame_load(county->database, &request, &fresh, &err));
    assert_frames_equal(standing.frame, fresh);
    assert_true(fresh->registers[PERSON].rows > 0);
    assert_int_equal(standing.frame->registers[PERSON].columns[PERSON_NAME].width, COLUMN_ABSENT);
    assert_false(standing.frame->registers[JOB].declared);
    frame_free(fresh);
    frame_standing_fini(&standing);
}

static void readers_of_the_old_frame_go_on(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t household = add_household(county->database, "A1", 1);
    struct frame_standing old, same, next;
    stand(county, &old);
    /* Nothing was written: the same frame, once more owned. */
    OK(frame_refresh(county->database, &old, &same, &err));
    assert_ptr_equal(same.frame, old.frame);
    frame_standing_fini(&same);
    struct draft draft = draft_of(HOUSEHOLD, household, 1);
    draft_set(&draft, HOUSEHOLD_INCOME, whole(123456789012));
    draft_save(county->database, &draft);
    add_person(county->database, "P1", household);
    OK(frame_refresh(county->database, &old, &next, &err));
    assert_false(frame_get(old.frame, HOUSEHOLD, HOUSEHOLD_INCOME, 0).known);
    assert_int_equal(old.frame->registers[PERSON].rows, 0);
    assert_int_equal(frame_get(next.frame, HOUSEHOLD, HOUSEHOLD_INCOME, 0).integer, 123456789012);
    assert_int_equal(next.frame->registers[PERSON].rows, 1);
    assert_ptr_equal(next.frame->registers[VILLAGE].columns[VILLAGE_NAME].heap,
                     old.frame->registers[VILLAGE].columns[VILLAGE_NAME].heap);
    frame_standing_fini(&old);
    assert_string_equal(frame_get(next.frame, VILLAGE, VILLAGE_NAME, 0).text.at, "甲村");
    frame_standing_fini(&next);
    assert_false(store_in_transaction(database_store(county->database)));
}

static void faults_are_reported_and_leave_the_old_frame(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    struct frame_standing old, next;
    stand(county, &old);
    add_household(county->database, "A1", 1);
    OK(store_run(database_store(county->database), "UPDATE household SET category = 'martian'", &err));
    REFUSED(frame_refresh(county->database, &old, &next, &err), ERR_CORRUPT, "household.category");
    assert_null(next.frame);
    OK(store_run(database_store(county->database), "UPDATE household SET category = NULL", &err));
    OK(store_run(database_store(county->database), "UPDATE zs_meta SET value = 'other' WHERE key = 'digest'",
                 &err));
    REFUSED(frame_refresh(county->database, &old, &next, &err), ERR_VERSION, "another version of its pack");
    assert_int_equal(old.frame->registers[HOUSEHOLD].rows, 0);
    assert_false(store_in_transaction(database_store(county->database)));
    frame_standing_fini(&old);
}

#define IN_COUNTY(test) cmocka_unit_test_setup_teardown(test, county_settle, county_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_COUNTY(whatever_is_written_arrives),
        IN_COUNTY(only_what_was_loaded_is_refreshed),
        IN_COUNTY(readers_of_the_old_frame_go_on),
        IN_COUNTY(faults_are_reported_and_leave_the_old_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
