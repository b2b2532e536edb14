/* What the world does to a file: full disks, kills, damage. Nothing acknowledged may be lost, nothing half
 * done kept. */
#include "place.h"

#include <signal.h>
#include <sys/resource.h>

static struct store *with_table(struct place *place)
{
    struct store *store = opened(place->path, (struct store_options){.create = true});
    OK(store_run(store, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (0, 'kept')",
                 &err));
    return store;
}

static int fill(struct store *store, struct err *err)
{
    int code = store_begin(store, err);
    if (code != 0) return code;
    struct statement *insert;
    code = store_prepare(store, TEXT("INSERT INTO t VALUES (?1, hex(zeroblob(2000)))"), &insert, err);
    for (int64_t i = 1; code == 0 && i <= 2000; i++) {
        statement_bind_int(insert, 1, i);
        code = statement_run(insert, err);
    }
    statement_free(insert);
    if (code == 0)
        code = store_commit(store, err);
    else
        store_rollback(store);
    return code;
}

static void a_text_file_is_not_a_database(void **state)
{
    struct place *place = *state;
    FILE *file = fopen(place->path, "w");
    for (int i = 0; i < 1000; i++) fputs("户编号,户主姓名\n", file);
    fclose(file);
    struct store *store;
    REFUSED(store_open(place->path, &(struct store_options){.create = true}, &store, &err), ERR_CORRUPT,
            "is not a database");
    assert_null(store);
}

static void damage_in_the_middle_is_reported(void **state)
{
    struct place *place = *state;
    struct store *store = with_table(place);
    OK(fill(store, &err));
    store_close(store);
    FILE *file = fopen(place->path, "r+");
    char rubbish[4096];
    memset(rubbish, 0xA5, sizeof rubbish);
    for (long page = 2; page < 40; page++) {
        fseek(file, page * 4096, SEEK_SET);
        fwrite(rubbish, sizeof rubbish, 1, file);
    }
    fclose(file);
    store = opened(place->path, (struct store_options){0});
    int64_t value;
    bool found;
    REFUSED(store_query_int(store, "SELECT sum(length(b)) FROM t", &value, &found, &err), ERR_CORRUPT,
            "damaged");
    store_close(store);
}

static void a_full_database_changes_nothing(void **state)
{
    struct place *place = *state;
    struct store *store = with_table(place);
    OK(store_run(store, "PRAGMA max_page_count = 50", &err));
    REFUSED(fill(store, &err), ERR_IO, "No room left");
    assert_false(store_in_transaction(store));
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 1);
    OK(store_run(store, "PRAGMA max_page_count = 100000", &err));
    OK(fill(store, &err));
    store_close(store);
}

static void with_small_files(void *context)
{
    struct rlimit limit = {1 << 20, 1 << 20};
    signal(SIGXFSZ, SIG_IGN);
    struct store *store = opened(context, (struct store_options){0});
    /* A small cache lets the write meet the limit before the commit does. */
    if (store_run(store, "PRAGMA cache_size = 50", NULL) != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(2);
    struct err err = {0};
    if (fill(store, &err) != ERR_IO || strstr(err.en, "No room left") == NULL) _exit(3);
    if (ask(store, "SELECT count(*) FROM t") != 1) _exit(4);
    store_close(store);
}

static void a_full_disk_changes_nothing(void **state)
{
    struct place *place = *state;
    store_close(with_table(place));
    int status = in_child(with_small_files, place->path);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    struct store *store = opened(place->path, (struct store_options){0});
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 1);
    store_close(store);
}

struct killed {
    const char *path;
    bool commit;
};

static void write_and_die(void *context)
{
    const struct killed *killed = context;
    struct store *store = opened(killed->path, (struct store_options){0});
    if (store_run(store, "PRAGMA cache_size = 50", NULL) != 0 || store_begin(store, NULL) != 0) _exit(2);
    struct statement *insert;
    if (store_prepare(store, TEXT("INSERT INTO t VALUES (?1, hex(zeroblob(2000)))"), &insert, NULL) != 0)
        _exit(3);
    for (int64_t i = 1; i <= 500; i++) {
        statement_bind_int(insert, 1, i);
        if (statement_run(insert, NULL) != 0) _exit(4);
    }
    if (killed->commit && store_commit(store, NULL) != 0) _exit(5);
    raise(SIGKILL);
}

static void a_killed_writer_keeps_only_what_it_committed(void **state)
{
    struct place *place = *state;
    store_close(with_table(place));
    for (int commit = 0; commit <= 1; commit++) {
        struct killed killed = {place->path, commit != 0};
        int status = in_child(write_and_die, &killed);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        struct store *store = opened(place->path, (struct store_options){0});
        assert_int_equal(ask(store, "SELECT count(*) FROM t"), commit ? 501 : 1);
        assert_int_equal(
            ask(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
        store_close(store);
    }
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_text_file_is_not_a_database),
        IN_PLACE(damage_in_the_middle_is_reported),
        IN_PLACE(a_full_database_changes_nothing),
        IN_PLACE(a_full_disk_changes_nothing),
        IN_PLACE(a_killed_writer_keeps_only_what_it_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
