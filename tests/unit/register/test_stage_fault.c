/* The world during an import: killed at every stage of applying, or out of disk. Either all of it stands
 * afterwards, or nothing. */
#include "sheet.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { HOUSEHOLDS = 150 };

/* ---- Where the axe falls ---- */

static long steps_left; /* of SQLite's virtual machine, in hundreds; 0: nobody counts */
static bool kill_at_commit;

static int count_steps(void *context)
{
    if (steps_left > 0 && --steps_left == 0) raise(SIGKILL);
    return 0;
}

static int at_commit(void *context)
{
    if (kill_at_commit) raise(SIGKILL);
    return 0;
}

/* SQLite calls it for every connection it opens: the only way in that the port does not need to know of. */
static int on_open(sqlite3 *handle, const char **message, const struct sqlite3_api_routines *api)
{
    sqlite3_progress_handler(handle, 100, count_steps, NULL);
    sqlite3_commit_hook(handle, at_commit, NULL);
    return SQLITE_OK;
}

/* ---- The import ---- */

struct import {
    const char *path;
    const struct pack *pack;
    long steps;
    bool at_commit, after_commit; /* after: also whether to try again with room */
};

/* Half of the households are there already and change; the others, and two persons each, are new. */
static void fill(struct sheet *sheet)
{
    char numbers[HOUSEHOLDS][2][24];
    for (int i = 0; i < HOUSEHOLDS; i++) {
        for (int member = 0; member < 2; member++) {
            snprintf(numbers[i][0], sizeof numbers[i][0], "A%d", i);
            snprintf(numbers[i][1], sizeof numbers[i][1], "P%d.%d", i, member);
            sheet_put(sheet, 0, VILLAGE_TOWNSHIP, words("金兰镇"));
            sheet_put(sheet, 0, VILLAGE_NAME, words("甲村"));
            sheet_put(sheet, 1, HOUSEHOLD_NUMBER, words(numbers[i][0]));
            sheet_put(sheet, 1, HOUSEHOLD_HEAD, words("张三"));
            sheet_put(sheet, 2, PERSON_NUMBER, words(numbers[i][1]));
            sheet_put(sheet, 2, PERSON_NAME, words("某人"));
            sheet_row(sheet);
        }
    }
}

static void import_and_die(void *context)
{
    const struct import *import = context;
    struct sheet sheet;
    struct database *database;
    sqlite3_auto_extension((void (*)(void))(void *)on_open);
    OK(database_open_with(import->path, false, import->pack, &database, &err));
    sheet_begin_national(&sheet, database);
    fill(&sheet);
    sheet_match(&sheet);
    steps_left = import->steps;
    kill_at_commit = import->at_commit;
    OK(sheet_apply(&sheet, &err));
    if (import->after_commit) raise(SIGKILL);
    steps_left = 0;
    sheet_free(&sheet);
    database_close(database);
}

static void settle(const struct place *place, const struct pack *pack)
{
    struct database *database = fixture_database(place, pack);
    int64_t village = add_village(database, "430421101001", "金兰镇", "甲村");
    char number[24];
    OK(store_begin(database_store(database), &err));
    for (int i = 0; i < HOUSEHOLDS; i += 2) {
        snprintf(number, sizeof number, "A%d", i);
        add_household(database, number, village);
    }
    OK(store_commit(database_store(database), &err));
    database_close(database);
}

/* True: all of the import is there. Fails unless it is all or nothing, in an intact file. */
static bool all_or_nothing(const struct place *place, const struct pack *pack)
{
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    assert_int_equal(
        count_of(database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    assert_int_equal(count_of(database, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    int64_t households = count_of(database, "SELECT count(*) FROM household");
    int64_t persons = count_of(database, "SELECT count(*) FROM person");
    int64_t heads = count_of(database, "SELECT count(head) FROM household");
    int64_t changes = count_of(database, "SELECT count(*) FROM zs_change");
    int64_t entries = count_of(database, "SELECT count(*) FROM zs_entry WHERE action = 'import'");
    database_close(database);
    if (entries == 0) {
        assert_int_equal(households, HOUSEHOLDS / 2);
        assert_int_equal(persons + heads + changes, 0);
        return false;
    }
    assert_int_equal(entries, 1);
    assert_int_equal(households, HOUSEHOLDS);
    assert_int_equal(persons, 2 * HOUSEHOLDS);
    assert_int_equal(heads, HOUSEHOLDS);
    assert_int_equal(changes, HOUSEHOLDS / 2);
    return true;
}

static bool was_killed(int status)
{
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return true;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return false;
}

static void killed_anywhere_in_the_middle(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    settle(place, pack);
    int kills = 0;
    for (long steps = 1;; steps += steps / 4 + 1) {
        struct import import = {place->path, pack, steps, false, false};
        bool killed = was_killed(in_child(import_and_die, &import));
        assert_int_equal(all_or_nothing(place, pack), !killed);
        if (!killed) break;
        kills++;
    }
    assert_true(kills >= 10);
    fixture_free(pack);
}

static void killed_at_the_commit(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    settle(place, pack);
    struct import before = {place->path, pack, 0, true, false};
    assert_true(was_killed(in_child(import_and_die, &before)));
    assert_false(all_or_nothing(place, pack));
    /* Once it was acknowledged it counts. */
    struct import after = {place->path, pack, 0, false, true};
    assert_true(was_killed(in_child(import_and_die, &after)));
    assert_true(all_or_nothing(place, pack));
    fixture_free(pack);
}

static void on_a_full_disk(void *context)
{
    const struct import *import = context;
    struct sheet sheet;
    struct database *database;
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    OK(database_open_with(import->path, false, import->pack, &database, &err));
    OK(store_run(database_store(database), "PRAGMA cache_size = 20", &err));
    sheet_begin_national(&sheet, database);
    fill(&sheet);
    sheet_match(&sheet);
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    rlim_t all = limit.rlim_cur;
    limit.rlim_cur = 30000;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(3);
    REFUSED(sheet_apply(&sheet, &err), ERR_IO, "No room left");
    if (count_of(database, "SELECT count(*) FROM person") != 0) _exit(5);
    limit.rlim_cur = all;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(6);
    /* With room again, the same import goes through. */
    if (import->after_commit) OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    database_close(database);
}

static void a_full_disk_leaves_nothing_half_done(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    settle(place, pack);
    struct import import = {place->path, pack, 0, false, false};
    assert_false(was_killed(in_child(on_a_full_disk, &import)));
    assert_false(all_or_nothing(place, pack));
    import.after_commit = true;
    assert_false(was_killed(in_child(on_a_full_disk, &import)));
    assert_true(all_or_nothing(place, pack));
    fixture_free(pack);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(killed_anywhere_in_the_middle),
        IN_PLACE(killed_at_the_commit),
        IN_PLACE(a_full_disk_leaves_nothing_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
