/* The log read back: moments, where a field comes from, what happened to a record. */
#include "fixture.h"

#include "register/former.h"
#include "register/history.h"

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
    int64_t house; /* made, then changed twice: entries 2, 3, 4 */
    struct arena arena;
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
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    county->house = add_household(county->database, "A1", 1);
    struct draft draft = draft_of(HOUSEHOLD, county->house, 1);
    draft_set(&draft, HOUSEHOLD_INCOME, whole(500000));
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_save(county->database, &draft);
    draft = draft_of(HOUSEHOLD, county->house, 2);
    draft_set(&draft, HOUSEHOLD_INCOME, whole(900000));
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    draft_save(county->database, &draft);
    OK(store_run(database_store(county->database),
                 "UPDATE zs_entry SET at = '2022-01-05T10:00:00Z';"
                 "UPDATE zs_entry SET at = '2022-03-05T10:00:00Z' WHERE id >= 3;"
                 "UPDATE zs_entry SET at = '2022-04-05T10:00:00Z' WHERE id >= 4",
                 &err));
    *state = county;
    return 0;
}

static int leave(void **state)
{
    struct county *county = *state;
    arena_fini(&county->arena);
    database_close(county->database);
    fixture_free(county->pack);
    struct place *place = malloc(sizeof *place);
    *place = county->place;
    free(county);
    void *as_state = place;
    return place_drop(&as_state);
}

static void moments(void **state)
{
    struct county *county = *state;
    int64_t entry;
    OK(history_entry_at(county->database, TEXT("2022-01-05T10:00:00Z"), &entry, &err));
    assert_int_equal(entry, 2);
    OK(history_entry_at(county->database, TEXT("2022-04-05T09:59:59Z"), &entry, &err));
    assert_int_equal(entry, 3);
    OK(history_entry_at(county->database, TEXT("2023-01-01T00:00:00Z"), &entry, &err));
    assert_int_equal(entry, 4);
    REFUSED(history_entry_at(county->database, TEXT("2022-01-05T09:59:59Z"), &entry, &err), ERR_NOT_FOUND,
            "begins at 2022-01-05T10:00:00Z");
    struct log_entry one;
    OK(history_entry(county->database, 3, &county->arena, &one, &err));
    assert_true(text_is(one.actor, "tester") && text_is(one.action, "edit"));
    REFUSED(history_entry(county->database, 99, &county->arena, &one, &err), ERR_NOT_FOUND, "99");
}

static void each_field_has_its_origin(void **state)
{
    struct county *county = *state;
    int64_t origins[16];
    OK(record_origins(county->database, HOUSEHOLD, county->house, 0, origins, &err));
    assert_int_equal(origins[HOUSEHOLD_NUMBER], 2);
    assert_int_equal(origins[HOUSEHOLD_HEAD], 3);
    assert_int_equal(origins[HOUSEHOLD_INCOME], 4);
    /* As it stood in March, before the income was corrected. */
    OK(record_origins(county->database, HOUSEHOLD, county->house, 3, origins, &err));
    assert_int_equal(origins[HOUSEHOLD_INCOME], 3);
    assert_int_equal(origins[HOUSEHOLD_CATEGORY], 2);
    OK(record_origins(county->database, HOUSEHOLD, county->house, 1, origins, &err));
    assert_int_equal(origins[HOUSEHOLD_NUMBER], 0);
    OK(record_origins(county->database, HOUSEHOLD, 99, 0, origins, &err));
    assert_int_equal(origins[HOUSEHOLD_NUMBER], 0);
}

static void a_records_history(void **state)
{
    struct county *county = *state;
    struct history history;
    OK(record_history(county->database, &fixture_everything, HOUSEHOLD, county->house, 0, 10, &county->arena,
                      &history, &err));
    assert_int_equal(history.count, 3);
    assert_false(history.more);
    const struct history_event *corrected = &history.events[0], *made = &history.events[2];
    assert_int_equal(corrected->kind, HISTORY_CHANGED);
    assert_true(text_is(corrected->entry.at, "2022-04-05T10:00:00Z") &&
                text_is(corrected->entry.actor, "tester"));
    assert_int_equal(corrected->change_count, 2);
    assert_int_equal(corrected->changes[0].field, HOUSEHOLD_CATEGORY);
    assert_false(corrected->changes[0].before.known);
    assert_int_equal(corrected->changes[1].before.integer, 500000);
    assert_int_equal(corrected->changes[1].after.integer, 900000);
    assert_int_equal(history.events[1].changes[1].after.integer, 500000);
    assert_false(history.events[1].changes[1].before.known);
    assert_int_equal(made->kind, HISTORY_CREATED);
    assert_int_equal(made->change_count, 2); /* number and village */
    assert_true(text_is(made->changes[0].after.text, "A1"));
}

static void a_page_at_a_time(void **state)
{
    struct county *county = *state;
    struct history history;
    int64_t below = 0;
    for (int64_t expected = 4; expected >= 2; expected--) {
        OK(record_history(county->database, &fixture_everything, HOUSEHOLD, county->house, below, 1,
                          &county->arena, &history, &err));
        assert_int_equal(history.count, 1);
        assert_int_equal(history.events[0].entry.id, expected);
        assert_int_equal(history.more, expected > 2);
        below = expected;
    }
    OK(record_history(county->database, &fixture_everything, HOUSEHOLD, county->house, below, 1,
                      &county->arena, &history, &err));
    assert_int_equal(history.count, 0);
    assert_false(history.more);
    REFUSED(record_history(county->database, &fixture_everything, HOUSEHOLD, 99, 0, 1, &county->arena,
                           &history, &err),
            ERR_NOT_FOUND, "99");
    /* Somebody else's household is one that does not exist. */
    static const uint8_t actions[REGISTERS] = {31, 31, 31, 31, 31};
    const struct scope other = {.actor = TEXT("other"), .actions = actions};
    REFUSED(record_history(county->database, &other, HOUSEHOLD, county->house, 0, 1, &county->arena, &history,
                           &err),
            ERR_NOT_FOUND, "no record");
    REFUSED(record_history(county->database, &(struct scope){0}, HOUSEHOLD, county->house, 0, 1,
                           &county->arena, &history, &err),
            ERR_FORBIDDEN, "");
}

static void what_the_pack_no_longer_knows_is_shown_as_stored(void **state)
{
    struct county *county = *state;
    struct history history;
    OK(store_run(database_store(county->database),
                 "UPDATE zs_change SET before = '{\"gone\":[1],\"category\":\"martian\"}' WHERE entry = 4",
                 &err));
    OK(record_history(county->database, &fixture_everything, HOUSEHOLD, county->house, 0, 1, &county->arena,
                      &history, &err));
    const struct history_change *changes = history.events[0].changes;
    assert_int_equal(changes[0].field, -1);
    assert_true(text_is(changes[0].name, "gone") && text_is(changes[0].stored, "[1]"));
    assert_true(text_is(changes[1].stored, "\"martian\""));
    assert_false(changes[1].before.known);
    assert_int_equal(changes[1].after.integer, CATEGORY_MONITORED);
    OK(store_run(database_store(county->database), "UPDATE zs_change SET before = '[' WHERE entry = 4",
                 &err));
    REFUSED(record_history(county->database, &fixture_everything, HOUSEHOLD, county->house, 0, 1,
                           &county->arena, &history, &err),
            ERR_CORRUPT, "record 1");
}

static void another_pack_is_on_the_log(void **state)
{
    struct county *county = *state;
    struct log_entry since;
    OK(history_pack_since(county->database, 1, &county->arena, &since, &err));
    assert_int_equal(since.id, 0);
    fixture_redigest(county->pack, "0000000000000002");
    struct database_report report;
    OK(database_init(county->place.path, county->pack, &report, &err));
    database_report_fini(&report);
    OK(history_pack_since(county->database, 4, &county->arena, &since, &err));
    assert_int_equal(since.id, 5);
    assert_true(text_find(since.detail, TEXT("0000000000000001")) > 0);
    OK(history_pack_since(county->database, 5, &county->arena, &since, &err));
    assert_int_equal(since.id, 0);
}

/* What was replaced is kept once, and found again by the entry that was written under it. */
static void replaced_packs_are_kept(void **state)
{
    struct county *county = *state;
    struct store *store = database_store(county->database);
    struct database_report report;
    struct former *former;
    struct text digest;
    static const char *const digests[] = {"0000000000000002", "0000000000000001", "0000000000000002"};
    OK(former_digest(county->database, 1, &county->arena, &digest, &err));
    assert_true(text_is(digest, "0000000000000001"));
    for (size_t i = 0; i < 3; i++) {
        fixture_redigest(county->pack, digests[i]);
        OK(database_init(county->place.path, county->pack, &report, &err));
        database_report_fini(&report);
    }
    int64_t count;
    bool found;
    OK(store_query_int(store, "SELECT count(*) FROM zs_pack WHERE path = 'pack.yaml'", &count, &found, &err));
    assert_int_equal(count, 2);
    for (int64_t entry = 1; entry <= 7; entry++) {
        OK(former_digest(county->database, entry, &county->arena, &digest, &err));
        bool first = entry < 5 || entry == 6;
        assert_true(text_is(digest, first ? "0000000000000001" : "0000000000000002"));
    }
    /* That file alone is no pack; and one that nobody ever had is none either. */
    REFUSED(former_open(county->database, TEXT("0000000000000001"), &former, &err), ERR_VERSION,
            "no longer accepts");
    assert_null(former);
    REFUSED(former_open(county->database, TEXT("0000000000000009"), &former, &err), ERR_NOT_FOUND,
            "not kept");
    assert_null(former);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(moments, settle, leave),
        cmocka_unit_test_setup_teardown(each_field_has_its_origin, settle, leave),
        cmocka_unit_test_setup_teardown(a_records_history, settle, leave),
        cmocka_unit_test_setup_teardown(a_page_at_a_time, settle, leave),
        cmocka_unit_test_setup_teardown(what_the_pack_no_longer_knows_is_shown_as_stored, settle, leave),
        cmocka_unit_test_setup_teardown(another_pack_is_on_the_log, settle, leave),
        cmocka_unit_test_setup_teardown(replaced_packs_are_kept, settle, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
