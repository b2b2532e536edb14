/* Any past state comes back from the log exactly as it was loaded when it was the present. */
#include "county.h"

#include "register/value.h"

enum { STEPS = 120, EDITS_MAX = 4 };

static void assert_same(const struct frame *a, const struct frame *b, int64_t entry)
{
    for (int reg = 0; reg < REGISTERS; reg++) {
        const struct schema_register *meta = &a->schema->registers[reg];
        if (a->registers[reg].rows != b->registers[reg].rows)
            fail_msg("entry %lld, register %d: %zu rows, not %zu", (long long)entry, reg,
                     b->registers[reg].rows, a->registers[reg].rows);
        for (size_t row = 0; row < a->registers[reg].rows; row++) {
            assert_int_equal(frame_id(a, reg, row), frame_id(b, reg, row));
            assert_int_equal(frame_parent(a, reg, (uint32_t)row), frame_parent(b, reg, (uint32_t)row));
            for (size_t field = 0; field < meta->field_count; field++) {
                struct value x = frame_get(a, reg, (int)field, row), y = frame_get(b, reg, (int)field, row);
                if (!value_equal(meta->fields[field].type, &x, &y))
                    fail_msg("entry %lld: %.*s #%lld.%.*s differs", (long long)entry,
                             TEXT_ARGS(meta->label.name), (long long)frame_id(a, reg, row),
                             TEXT_ARGS(meta->fields[field].label.name));
            }
        }
    }
}

static void every_past_state_comes_back(void **state)
{
    struct county *county = *state;
    struct {
        int64_t entry;
        struct frame *frame;
    } kept[STEPS];
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    for (int i = 0; i < STEPS; i++) {
        for (int64_t edits = county_some(county, EDITS_MAX) + 1; edits > 0; edits--) county_edit(county);
        int gone = county_some(county, 2) == 0 ? JOB : LEDGER;
        int64_t id = county_some(county, 5) == 0 ? county_some_record(county, gone) : 0;
        if (id != 0) county_retire_or_restore(county, gone, id);
        kept[i].entry = county_last_entry(county);
        kept[i].frame = county_loaded(county, 0);
    }
    assert_true(kept[STEPS - 1].frame->registers[LEDGER].rows > 5);
    assert_true(count_of(county->database, "SELECT count(*) FROM zs_change WHERE kind = 'retired'") > 5);
    assert_true(count_of(county->database, "SELECT count(*) FROM zs_change WHERE kind = 'restored'") > 1);
    assert_true(
        count_of(county->database,
                 "SELECT count(*) FROM zs_change WHERE register = 'person' AND before LIKE '%household%'") >
        3);
    for (int i = 0; i < STEPS; i++) {
        struct frame *frame = county_loaded(county, kept[i].entry);
        assert_same(kept[i].frame, frame, kept[i].entry);
        frame_free(frame);
        frame_free(kept[i].frame);
    }
}

/* ---- By hand ---- */

static void a_member_moved_between_households(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t a = add_household(county->database, "A1", 1), b = add_household(county->database, "A2", 1);
    int64_t first = add_person(county->database, "P1", a), second = add_person(county->database, "P2", b);
    add_person(county->database, "P3", b);
    int64_t before = county_last_entry(county);
    /* One each way, so that one is met too late and one too early. */
    struct draft draft = draft_of(PERSON, first, 1);
    draft_set(&draft, PERSON_HOUSEHOLD, whole(b));
    draft_save(county->database, &draft);
    draft = draft_of(PERSON, second, 1);
    draft_set(&draft, PERSON_HOUSEHOLD, whole(a));
    draft_save(county->database, &draft);
    struct frame *now = county_loaded(county, 0), *then = county_loaded(county, before);
    assert_int_equal(frame_parent(now, PERSON, frame_row(now, PERSON, first)), frame_row(now, HOUSEHOLD, b));
    assert_int_equal(frame_parent(then, PERSON, frame_row(then, PERSON, first)),
                     frame_row(then, HOUSEHOLD, a));
    assert_int_equal(frame_parent(then, PERSON, frame_row(then, PERSON, second)),
                     frame_row(then, HOUSEHOLD, b));
    for (uint32_t row = 0; row < 3; row++) assert_int_equal(frame_id(then, PERSON, row), row + 1);
    frame_free(now);
    frame_free(then);
}

static void before_there_was_anything(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t village = county_last_entry(county);
    add_household(county->database, "A1", 1);
    struct frame *frame = county_loaded(county, village);
    assert_int_equal(frame->registers[VILLAGE].rows, 1);
    assert_int_equal(frame->registers[HOUSEHOLD].rows, 0);
    frame_free(frame);
}

static void what_the_pack_no_longer_knows_is_said(void **state)
{
    struct county *county = *state;
    struct frame *frame;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    struct draft draft = draft_of(HOUSEHOLD, add_household(county->database, "A1", 1), 1);
    int64_t before = county_last_entry(county);
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    draft_save(county->database, &draft);
    OK(store_run(database_store(county->database),
                 "UPDATE zs_change SET before = '{\"category\":\"martian\"}'", &err));
    REFUSED(county_load(county, before, &frame, &err), ERR_CONFLICT, "category");
    OK(store_run(database_store(county->database), "UPDATE zs_change SET before = '{\"category\":'", &err));
    REFUSED(county_load(county, before, &frame, &err), ERR_CORRUPT, "record 1");
    /* A field that left the pack is no longer asked for. */
    OK(store_run(database_store(county->database),
                 "UPDATE zs_change SET before = '{\"gone\":[1,{\"a\":\"]\"}]}'", &err));
    OK(county_load(county, before, &frame, &err));
    frame_free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_past_state_comes_back, county_settle, county_leave),
        cmocka_unit_test_setup_teardown(a_member_moved_between_households, county_settle, county_leave),
        cmocka_unit_test_setup_teardown(before_there_was_anything, county_settle, county_leave),
        cmocka_unit_test_setup_teardown(what_the_pack_no_longer_knows_is_said, county_settle, county_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
