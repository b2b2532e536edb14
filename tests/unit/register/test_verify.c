/* What verify finds: nothing in what the program wrote, however it wrote it, and the place of each thing that
 * somebody else did. */
#include "county.h"

#include "register/verify.h"

enum { EDITS = 40 };

static int settle(void **state)
{
    int code = county_settle(state);
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    for (int i = 0; i < EDITS; i++) county_edit(county);
    return code;
}

struct findings {
    struct verify_report report;
    struct fault_list faults;
};

static struct findings verified(struct county *county, const char *noted)
{
    struct findings found = {0};
    OK(database_verify(county->database, text_of(noted), &found.report, &found.faults, &err));
    return found;
}

static void sound(struct county *county, const char *noted, struct verify_report *report)
{
    struct findings found = verified(county, noted);
    for (size_t i = 0; i < found.faults.count; i++) print_error("%s\n", found.faults.items[i].en);
    assert_int_equal(found.faults.count, 0);
    if (report != NULL) *report = found.report;
    fault_list_fini(&found.faults);
}

/* The faults that verify finds are these, in this order. */
static void finds(struct county *county, const char *noted, const char *const *sentences, size_t count)
{
    struct findings found = verified(county, noted);
    for (size_t i = 0; i < found.faults.count; i++) {
        bool expected = i < count && strstr(found.faults.items[i].en, sentences[i]) != NULL;
        if (!expected) print_error("%s\n", found.faults.items[i].en);
        assert_true(expected);
    }
    assert_int_equal(found.faults.count, count);
    fault_list_fini(&found.faults);
}

#define FINDS(county, noted, ...)                                                                            \
    finds(county, noted, (const char *const[]){__VA_ARGS__},                                                 \
          sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))

static void tamper(struct county *county, const char *sql)
{
    OK(store_run(database_store(county->database), sql, &err));
}

/* As somebody would who is not stopped by references. */
static void tamper_freely(struct county *county, const char *sql)
{
    tamper(county, says("PRAGMA foreign_keys = OFF", "SET session_replication_role = replica"));
    tamper(county, sql);
    tamper(county, says("PRAGMA foreign_keys = ON", "SET session_replication_role = origin"));
}

/* The n-th entry that has changes, or that made records; as a word for SQL. */
#define CHANGED_ENTRY "(SELECT min(entry) FROM zs_change)"

/* ---- What the program writes ---- */

static void what_the_program_writes_is_sound(void **state)
{
    struct county *county = *state;
    struct verify_report before, after;
    sound(county, "", &before);
    assert_int_equal(before.entries, county_last_entry(county));
    assert_int_equal(before.head, before.entries);
    assert_int_equal(before.changes, count_of(county->database, "SELECT count(*) FROM zs_change"));
    assert_true(before.changes > 0);
    assert_int_equal(before.unchained, 0);
    assert_int_equal(count_of(county->database, "SELECT count(DISTINCT hash) FROM zs_entry"), before.entries);
    int64_t family = county_some_record(county, HOUSEHOLD);
    OK(record_retire(county->database, &fixture_everything, HOUSEHOLD, family,
                     county_of_record(county, HOUSEHOLD, family, "version"), TEXT("搬走"), &err));
    sound(county, before.hash, &after);
    assert_int_equal(after.noted, before.head);
    assert_int_equal(after.head, before.head + 1);
    assert_string_not_equal(after.hash, before.hash);
}

/* Several entries in one transaction, one of them taken back, and a transaction that was rolled back. */
static void transactions_of_any_form_are_sound(void **state)
{
    struct county *county = *state;
    struct store *store = database_store(county->database);
    struct draft wrong = draft_new(HOUSEHOLD);
    OK(store_begin(store, &err));
    add_village(county->database, "430421101002", "金兰镇", "乙村");
    draft_set(&wrong, HOUSEHOLD_NUMBER, words("W1"));
    draft_set(&wrong, HOUSEHOLD_VILLAGE, whole(999));
    struct err refused = {0};
    assert_true(draft_try(county->database, &wrong, &refused) != 0);
    add_village(county->database, "430421101003", "金兰镇", "丙村");
    OK(store_commit(store, &err));
    sound(county, "", NULL);
    OK(store_begin(store, &err));
    add_village(county->database, "430421101004", "金兰镇", "丁村");
    store_rollback(store);
    sound(county, "", NULL);
    OK(store_begin_read(store, &err));
    OK(store_commit(store, &err));
    add_village(county->database, "430421101004", "金兰镇", "丁村");
    sound(county, "", NULL);
}

static void two_who_write_at_once_write_one_chain(void **state)
{
    enum { EACH = 15 };
    struct county *county = *state;
    int64_t before = county_last_entry(county);
    pid_t child = fork();
    if (child == 0) {
        struct database *own;
        char code[16];
        bool done = database_open_with(county->place.path, false, county->pack, &own, NULL) == 0;
        for (int i = 0; done && i < EACH; i++) {
            struct draft draft = draft_new(VILLAGE);
            snprintf(code, sizeof code, "430421102%03d", i);
            draft_set(&draft, VILLAGE_CODE, words(code));
            draft_set(&draft, VILLAGE_NAME, words("村"));
            draft_set(&draft, VILLAGE_TOWNSHIP, words("镇"));
            done = draft_try(own, &draft, NULL) == 0;
        }
        _exit(done ? 0 : 1);
    }
    char code[16];
    for (int i = 0; i < EACH; i++) {
        snprintf(code, sizeof code, "430421103%03d", i);
        add_village(county->database, code, "镇", "村");
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    sound(county, "", NULL);
    assert_int_equal(county_last_entry(county), before + 2 * EACH);
}

/* ---- What others do ---- */

static void an_altered_entry_is_named(void **state)
{
    static const char *const alterations[] = {"at = '2022-01-01T00:00:00Z'", "actor = 'nobody'",
                                              "action = 'import'", "detail = '{}'", "hash = 'aa'"};
    struct county *county = *state;
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
        char sql[120], entry[40];
        snprintf(sql, sizeof sql, "UPDATE zs_entry SET %s WHERE id = %zu", alterations[i], 3 * i + 3);
        snprintf(entry, sizeof entry, "Entry %zu of the log", 3 * i + 3);
        OK(store_begin(database_store(county->database), &err));
        tamper(county, sql);
        OK(store_commit(database_store(county->database), &err));
        struct findings found = verified(county, "");
        assert_true(found.faults.count > i);
        bool named = false;
        for (size_t f = 0; f < found.faults.count; f++)
            named = named || strstr(found.faults.items[f].en, entry) != NULL;
        assert_true(named);
        fault_list_fini(&found.faults);
    }
}

static void an_altered_change_is_found_with_its_entry(void **state)
{
    struct county *county = *state;
    char entry[80];
    snprintf(entry, sizeof entry, "Entry %lld of the log (",
             (long long)count_of(county->database, "SELECT min(entry) FROM zs_change"));
    tamper(county, "UPDATE zs_change SET before = '{\"head\":\"nobody\"}' WHERE entry = " CHANGED_ENTRY);
    FINDS(county, "", entry);
}

static void a_change_taken_out_is_found(void **state)
{
    struct county *county = *state;
    char entry[80];
    int64_t last = count_of(county->database, "SELECT max(entry) FROM zs_change");
    snprintf(entry, sizeof entry, "Entry %lld of the log (", (long long)last);
    tamper(county, "DELETE FROM zs_change WHERE entry = (SELECT max(entry) FROM zs_change)");
    FINDS(county, "", entry, "the log does not tell who made or last changed them");
}

static void a_change_put_in_is_found(void **state)
{
    struct county *county = *state;
    tamper(county, "INSERT INTO zs_change (entry, register, record, kind, before) VALUES (1, 'household', 1, "
                   "'changed', '{}')");
    FINDS(county, "", "Entry 1 of the log (");
}

static void a_change_of_an_entry_that_is_not_there_is_found(void **state)
{
    struct county *county = *state;
    tamper_freely(county,
                  "INSERT INTO zs_change (entry, register, record, kind, before) VALUES (9999, 'household', "
                  "1, 'changed', '{}'), (9999, 'household', 2, 'changed', '{}')");
    FINDS(county, "", "register household, record 1, belongs to entry 9999", "2 such changes");
}

static void an_entry_taken_out_is_a_gap(void **state)
{
    struct county *county = *state;
    tamper_freely(county, "DELETE FROM zs_entry WHERE id = 1");
    FINDS(county, "", "Entries 1 to 1 of the log are missing", "In register village there are 1 records");
}

static void an_entry_put_in_is_named(void **state)
{
    struct county *county = *state;
    tamper(
        county,
        "INSERT INTO zs_entry (id, at, actor, action) SELECT max(id) + 1, min(at), 'x', 'y' FROM zs_entry");
    char bare[80];
    snprintf(bare, sizeof bare, "Entry %lld of the log (", (long long)county_last_entry(county));
    struct findings found = verified(county, "");
    assert_int_equal(found.faults.count, 1);
    assert_non_null(strstr(found.faults.items[0].en, bare));
    assert_non_null(strstr(found.faults.items[0].en, "bears no hash"));
    fault_list_fini(&found.faults);
    /* Who writes after it does not make it good. */
    add_village(county->database, "430421101009", "金兰镇", "己村");
    FINDS(county, "", "bears no hash");
}

/* The chain alone cannot know that there was more; who noted the hash down does. */
static void a_log_cut_off_at_its_end_is_found_by_the_noted_hash(void **state)
{
    struct county *county = *state;
    struct verify_report before, after;
    sound(county, "", &before);
    int64_t entry;
    OK(store_begin(database_store(county->database), &err));
    OK(database_entry(county->database, TEXT("clerk"), TEXT("unmask"), TEXT("{}"), &entry, &err));
    OK(store_commit(database_store(county->database), &err));
    sound(county, before.hash, &after);
    assert_int_equal(after.noted, before.head);
    tamper(county, "DELETE FROM zs_entry WHERE action = 'unmask'");
    sound(county, before.hash, NULL);
    FINDS(county, after.hash, "does not go back to the hash");
    struct fault_list faults = {0};
    REFUSED(database_verify(county->database, TEXT("xyz"), &before, &faults, &err), ERR_INPUT,
            "is no hash of a log");
}

static void references_and_writers_are_checked(void **state)
{
    struct county *county = *state;
    int64_t family = add_household(county->database, "V1", 1);
    char sql[160];
    snprintf(sql, sizeof sql, "UPDATE household SET village = 9999 WHERE id = %lld", (long long)family);
    tamper_freely(county, sql);
    FINDS(county, "", "Register household, field village: 1 references lead to no record");
    snprintf(sql, sizeof sql, "UPDATE household SET village = 1, entry = 1 WHERE id = %lld",
             (long long)family);
    tamper(county, sql);
    FINDS(county, "", "In register household there are 1 records");
}

#define EDITED(test) cmocka_unit_test_setup_teardown(test, settle, county_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITED(what_the_program_writes_is_sound),
        EDITED(transactions_of_any_form_are_sound),
        EDITED(two_who_write_at_once_write_one_chain),
        EDITED(an_altered_entry_is_named),
        EDITED(an_altered_change_is_found_with_its_entry),
        EDITED(a_change_taken_out_is_found),
        EDITED(a_change_put_in_is_found),
        EDITED(a_change_of_an_entry_that_is_not_there_is_found),
        EDITED(an_entry_taken_out_is_a_gap),
        EDITED(an_entry_put_in_is_named),
        EDITED(a_log_cut_off_at_its_end_is_found_by_the_noted_hash),
        EDITED(references_and_writers_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
