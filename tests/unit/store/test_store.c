/* The port as its callers see it: values go in and come out, transactions hold or vanish. Run for every kind
 * of store. */
#include "place.h"

#include <math.h>

static struct store *fresh(void **state)
{
    struct place *place = *state;
    return opened(place->path, (struct store_options){.create = true});
}

static void missing_database_is_not_made_silently(void **state)
{
    struct place *place = *state;
    struct store *store;
    REFUSED(store_open(place->path, &(struct store_options){0}, &store, &err), ERR_NOT_FOUND,
            "There is no database");
    assert_null(store);
    assert_int_equal(access(place->path, F_OK), -1);
}

static void refuses_what_cannot_be_a_database(void **state)
{
    struct place *place = *state;
    struct store *store;
    struct store_options create = {.create = true};
    REFUSED(store_open("", &create, &store, &err), ERR_INPUT, "No database was named");
    REFUSED(store_open(place->folder, &create, &store, &err), ERR_INPUT, "is a folder");
    char path[160];
    snprintf(path, sizeof path, "%s/nowhere/county.db", place->folder);
    REFUSED(store_open(path, &create, &store, &err), ERR_IO, "Check that its folder exists");
}

static void a_name_that_looks_like_a_uri_is_a_file(void **state)
{
    struct place *place = *state;
    char before[256];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(place->folder), 0);
    struct store *store = opened("file:memory?mode=memory", (struct store_options){.create = true});
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    store_close(store);
    assert_int_equal(unlink("file:memory?mode=memory"), 0);
    assert_int_equal(chdir(before), 0);
}

static void values_come_back_as_they_went_in(void **state)
{
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(n INTEGER, i INTEGER, d REAL, s TEXT, b BLOB)", &err));
    struct statement *insert, *select;
    OK(store_prepare(store, TEXT("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)"), &insert, &err));
    statement_bind_int(insert, 1, 1);
    statement_bind_int(insert, 2, INT64_MIN);
    statement_bind_double(insert, 3, 0.1);
    statement_bind_text(insert, 4, TEXT("衡阳县"));
    statement_bind_blob(insert, 5, (struct text){"a\0\xff", 3});
    OK(statement_run(insert, &err));
    assert_int_equal(store_changes(store), 1);
    /* Bindings stay from row to row; the empty text is not null. */
    statement_bind_int(insert, 1, 2);
    statement_bind_null(insert, 2);
    statement_bind_null(insert, 3);
    statement_bind_text(insert, 4, (struct text){NULL, 0});
    OK(statement_run(insert, &err));
    statement_free(insert);

    OK(store_prepare(store, TEXT("SELECT i, d, s AS name, b FROM t ORDER BY n"), &select, &err));
    assert_string_equal(statement_column_name(select, 2), "name");
    bool row;
    OK(statement_step(select, &row, &err));
    assert_true(row);
    assert_true(statement_int(select, 0) == INT64_MIN);
    assert_true(statement_double(select, 1) == 0.1);
    assert_true(text_is(statement_text(select, 2), "衡阳县"));
    assert_true(text_equal(statement_text(select, 3), (struct text){"a\0\xff", 3}));
    /* The same all at once. */
    struct cell cells[4];
    statement_cells(select, cells);
    assert_true(cells[0].kind == CELL_INT && cells[0].integer == INT64_MIN);
    assert_true(cells[1].kind == CELL_REAL && cells[1].real == 0.1);
    assert_true(cells[2].kind == CELL_TEXT && text_is(cells[2].text, "衡阳县"));
    assert_true(cells[3].kind == CELL_TEXT && text_equal(cells[3].text, (struct text){"a\0\xff", 3}));
    OK(statement_step(select, &row, &err));
    statement_cells(select, cells);
    assert_true(cells[0].kind == CELL_NULL && cells[1].kind == CELL_NULL && cells[2].kind == CELL_TEXT);
    assert_int_equal(cells[2].text.size, 0);
    assert_true(row && statement_is_null(select, 0) && statement_is_null(select, 1) &&
                !statement_is_null(select, 2));
    assert_int_equal(statement_text(select, 2).size, 0);
    assert_int_equal(statement_text(select, 3).size, 3);
    OK(statement_step(select, &row, &err));
    assert_false(row);
    /* After the end it stands ready again. */
    OK(statement_step(select, &row, &err));
    assert_true(row);
    statement_free(select);
    store_close(store);
}

static void one_parameter_may_be_used_twice(void **state)
{
    struct store *store = fresh(state);
    struct statement *select;
    OK(store_prepare(store, TEXT("SELECT ?2 - CAST(?1 AS BIGINT), ?2"), &select, &err));
    statement_bind_int(select, 1, 1);
    statement_bind_int(select, 2, 10);
    bool row;
    OK(statement_step(select, &row, &err));
    assert_int_equal(statement_int(select, 0), 9);
    assert_int_equal(statement_int(select, 1), 10);
    statement_free(select);
    store_close(store);
}

/* SQLite's side keeps statements that were freed for whoever asks the same again. */
static void a_question_asked_again_begins_anew(void **state)
{
    enum { MORE_THAN_ARE_KEPT = 200 };
    static const struct text ask = TEXT("SELECT a, CAST(?1 AS BIGINT) FROM t ORDER BY a");
    struct store *store = fresh(state);
    struct statement *first, *second;
    bool row;
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    OK(store_run(store, "INSERT INTO t VALUES (1), (2)", &err));
    OK(store_prepare(store, ask, &first, &err));
    statement_bind_int(first, 1, 7);
    OK(statement_step(first, &row, &err));
    OK(store_prepare(store, ask, &second, &err)); /* while the first is being read */
    OK(statement_step(second, &row, &err));
    assert_true(row && statement_int(second, 0) == 1 && statement_is_null(second, 1));
    OK(statement_step(first, &row, &err));
    assert_true(row && statement_int(first, 0) == 2 && statement_int(first, 1) == 7);
    statement_free(first);
    statement_free(second); /* both in the middle of their rows */
    OK(store_run(store, "DROP TABLE t", &err));
    OK(run_said(store, "CREATE TABLE t(b INTEGER, a INTEGER)", &err));
    OK(store_run(store, "INSERT INTO t VALUES (5, 3)", &err));
    OK(store_prepare(store, ask, &first, &err));
    OK(statement_step(first, &row, &err));
    assert_true(row && statement_int(first, 0) == 3 && statement_is_null(first, 1));
    statement_free(first);
    for (int i = 0; i < MORE_THAN_ARE_KEPT; i++) {
        char sql[40];
        snprintf(sql, sizeof sql, "SELECT %d", i % (MORE_THAN_ARE_KEPT / 2));
        OK(store_prepare(store, text_of(sql), &first, &err));
        OK(statement_step(first, &row, &err));
        assert_int_equal(statement_int(first, 0), i % (MORE_THAN_ARE_KEPT / 2));
        statement_free(first);
    }
    store_close(store);
}

static void types_and_references_are_enforced(void **state)
{
    struct store *store = fresh(state);
    struct buffer sql = {0};
    const struct store_dialect *say = store_dialect(store);
    buffer_printf(&sql,
                  "CREATE TABLE parent(id %s PRIMARY KEY)%s;"
                  "CREATE TABLE child(parent %s NOT NULL REFERENCES parent(id), id %s NOT NULL, PRIMARY "
                  "KEY(parent, id))%s",
                  say->integer, say->table_end, say->integer, say->integer, say->clustered_end);
    OK(store_run(store, sql.data, &err));
    buffer_fini(&sql);
    REFUSED(store_run(store, "INSERT INTO parent VALUES ('one')", &err), ERR_CONFLICT, "refused to write");
    REFUSED(store_run(store, "INSERT INTO child VALUES (7, 1)", &err), ERR_CONFLICT,
            says("FOREIGN KEY", "foreign key"));
    OK(store_run(store, "INSERT INTO parent VALUES (7); INSERT INTO child VALUES (7, 1)", &err));
    REFUSED(store_run(store, "INSERT INTO parent VALUES (7)", &err), ERR_CONFLICT, says("UNIQUE", "unique"));
    store_close(store);
}

static void an_error_leaves_the_statement_usable(void **state)
{
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(a INTEGER PRIMARY KEY)", &err));
    struct statement *insert;
    OK(store_prepare(store, TEXT("INSERT INTO t VALUES (?1)"), &insert, &err));
    statement_bind_int(insert, 1, 1);
    OK(statement_run(insert, &err));
    REFUSED(statement_run(insert, &err), ERR_CONFLICT, says("UNIQUE", "unique"));
    statement_bind_int(insert, 1, 2);
    OK(statement_run(insert, &err));
    statement_free(insert);
    struct statement *none;
    REFUSED(store_prepare(store, TEXT("SELECT a FROM absent"), &none, &err), ERR_CORRUPT,
            says("no such table", "does not exist"));
    assert_null(none);
    store_close(store);
}

static void transactions_hold_or_vanish(void **state)
{
    struct place *place = *state;
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    assert_false(store_in_transaction(store));
    OK(store_begin(store, &err));
    assert_true(store_in_transaction(store));
    OK(store_run(store, "INSERT INTO t VALUES (1)", &err));
    OK(store_commit(store, &err));
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (2)", &err));
    store_rollback(store);
    store_rollback(store);
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 1);
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (3)", &err));
    store_close(store); /* without commit */

    store = opened(place->path, (struct store_options){0});
    assert_int_equal(ask(store, "SELECT sum(a) FROM t"), 1);
    store_close(store);
}

static int add_mark(struct store *store, int64_t mark, struct err *err)
{
    char sql[64];
    if (mark < 0) return err_set(err, ERR_INPUT, "不行", "no");
    snprintf(sql, sizeof sql, "INSERT INTO t VALUES (%lld)", (long long)mark);
    return store_run(store, sql, err);
}

static void work_before_the_commit_is_part_of_it(void **state)
{
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    OK(store_begin(store, &err));
    store_before_commit(store, add_mark, 10);
    store_before_commit(store, add_mark, 20); /* the first call stands */
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 0);
    OK(store_commit(store, &err));
    assert_int_equal(ask(store, "SELECT sum(a) FROM t"), 10);
    OK(store_begin(store, &err)); /* it was for that one transaction */
    OK(store_commit(store, &err));
    OK(store_begin(store, &err));
    store_before_commit(store, add_mark, 30);
    store_rollback(store);
    OK(store_begin(store, &err));
    OK(store_commit(store, &err));
    assert_int_equal(ask(store, "SELECT sum(a) FROM t"), 10);
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (40)", &err));
    store_before_commit(store, add_mark, -1);
    REFUSED(store_commit(store, &err), ERR_INPUT, "no");
    assert_false(store_in_transaction(store));
    assert_int_equal(ask(store, "SELECT sum(a) FROM t"), 10);
    store_close(store);
}

/* A damaged file is another test's subject (tests/cli). */
static void a_sound_database_has_no_faults(void **state)
{
    struct store *store = fresh(state);
    struct fault_list faults = {0};
    OK(run_said(store, "CREATE TABLE t(a INTEGER PRIMARY KEY, b INTEGER REFERENCES t(a))", &err));
    OK(store_check(store, &faults, &err));
    assert_int_equal(faults.count, 0);
    if (given_postgres() != NULL) {
        OK(store_run(store, "ALTER TABLE t DISABLE TRIGGER ALL", &err));
        OK(store_check(store, &faults, &err));
        assert_true(faults.count > 0);
        assert_non_null(strstr(faults.items[0].en, "is not in force"));
    }
    fault_list_fini(&faults);
    store_close(store);
}

static void a_second_writer_is_told_to_wait(void **state)
{
    struct place *place = *state;
    struct store *store = fresh(state), *other = opened(place->path, (struct store_options){.busy_ms = 1});
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (1)", &err));
    REFUSED(store_begin(other, &err), ERR_BUSY, "in use by another program");
    assert_false(store_in_transaction(other));
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 0); /* reading goes on */
    OK(store_commit(store, &err));
    OK(store_begin(other, &err));
    OK(store_commit(other, &err));
    store_close(other);
    store_close(store);
}

static void reading_sees_one_state(void **state)
{
    struct place *place = *state;
    struct store *store = fresh(state),
                 *other = opened(place->path, (struct store_options){.read_only = true});
    OK(run_said(store, "CREATE TABLE t(a INTEGER)", &err));
    OK(store_begin_read(other, &err));
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 0);
    OK(store_run(store, "INSERT INTO t VALUES (1)", &err));
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 0);
    OK(run_said(other, "CREATE TEMP TABLE mine(a INTEGER); INSERT INTO mine VALUES (1)", &err));
    OK(store_commit(other, &err));
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 1);
    REFUSED(store_run(other, "INSERT INTO t VALUES (2)", &err), ERR_IO, "can be read but not written");
    store_close(other);
    store_close(store);
}

static void a_question_without_an_answer(void **state)
{
    struct store *store = fresh(state);
    int64_t value = 42;
    bool found = true;
    OK(store_query_int(store, "SELECT 1 WHERE 1 = 0", &value, &found, &err));
    assert_false(found);
    assert_int_equal(value, 42);
    store_close(store);
}

static void bulk_fills_a_table(void **state)
{
    struct store *store = fresh(state);
    static const char *const columns[] = {"row INTEGER PRIMARY KEY", "money INTEGER", "share REAL",
                                          "name TEXT"};
    struct bulk *bulk, *second;
    OK(bulk_begin(store, "staged", columns, 4, &bulk, &err));
    OK(bulk_begin(store, "second", columns, 4, &second, &err));
    assert_false(store_in_transaction(store));
    for (int64_t i = 1; i <= 1000; i++) {
        bulk_int(bulk, 0, i);
        if (i % 2 == 0) bulk_int(bulk, 1, i * 100);
        if (i % 4 == 0) bulk_double(bulk, 2, 0.5);
        if (i % 5 == 0) bulk_text(bulk, 3, i % 10 == 0 ? TEXT("") : TEXT("村"));
        OK(bulk_row(bulk, &err));
    }
    OK(bulk_end(bulk, &err));
    OK(bulk_end(second, &err));
    assert_int_equal(ask(store, "SELECT count(*) FROM staged"), 1000);
    assert_int_equal(ask(store, "SELECT count(*) FROM second"), 0);
    assert_int_equal(ask(store, "SELECT sum(money) FROM staged"), 100 * 500 * 501);
    assert_int_equal(ask(store, "SELECT count(share) FROM staged"), 250);
    assert_int_equal(ask(store, "SELECT count(name) FROM staged"), 200);
    assert_int_equal(ask(store, "SELECT count(*) FROM staged WHERE name = '村'"), 100);
    /* It is this connection's own: the file has no such table. */
    bool empty;
    OK(store_is_empty(store, &empty, &err));
    assert_true(empty);
    store_close(store);
}

static void a_bad_bulk_row_is_refused(void **state)
{
    struct store *store = fresh(state);
    static const char *const columns[] = {"row INTEGER PRIMARY KEY", "name TEXT"};
    struct bulk *bulk;
    OK(bulk_begin(store, "staged", columns, 2, &bulk, &err));
    bulk_int(bulk, 0, 1);
    OK(bulk_row(bulk, &err));
    bulk_int(bulk, 0, 1);
    bulk_text(bulk, 1, TEXT("again"));
    if (store_kind(store) == STORE_SQLITE) {
        REFUSED(bulk_row(bulk, &err), ERR_CONFLICT, "UNIQUE");
        bulk_int(bulk, 0, 2);
        OK(bulk_row(bulk, &err));
        OK(bulk_end(bulk, &err));
        assert_int_equal(ask(store, "SELECT count(*) FROM staged"), 2);
        assert_int_equal(ask(store, "SELECT count(name) FROM staged"), 0);
    } else {
        OK(bulk_row(bulk, &err)); /* sent later, with others */
        REFUSED(bulk_end(bulk, &err), ERR_CONFLICT, "unique");
        assert_int_equal(ask(store, "SELECT count(*) FROM staged"), 0);
    }
    REFUSED(bulk_begin(store, "staged", columns, 2, &bulk, &err), ERR_CORRUPT, "already exists");
    assert_null(bulk);
    store_close(store);
}

static void bulks_and_transactions_leave_each_other_alone(void **state)
{
    struct store *store = fresh(state);
    static const char *const columns[] = {"row INTEGER PRIMARY KEY"};
    struct bulk *bulk;
    OK(bulk_begin(store, "other", columns, 1, &bulk, &err));
    bulk_abandon(bulk);
    bulk_abandon(NULL);
    OK(store_begin(store, &err)); /* nothing of theirs is left open */
    OK(bulk_begin(store, "inside", columns, 1, &bulk, &err));
    bulk_int(bulk, 0, 1);
    OK(bulk_row(bulk, &err));
    OK(bulk_end(bulk, &err));
    assert_true(store_in_transaction(store));
    OK(store_commit(store, &err));
    assert_int_equal(ask(store, "SELECT count(*) FROM inside"), 1);
    store_close(store);
}

/* Longer than what is sent at once, and read while other statements run in between. */
static void much_is_written_and_read_in_turns(void **state)
{
    enum { ROWS = 120000 };
    struct store *store = fresh(state);
    static const char *const columns[] = {"row INTEGER PRIMARY KEY", "name TEXT"};
    struct bulk *bulk;
    struct statement *rows, *insert;
    char name[200];
    memset(name, 'n', sizeof name);
    OK(run_said(store, "CREATE TABLE copy(row INTEGER, name TEXT)", &err));
    OK(bulk_begin(store, "staged", columns, 2, &bulk, &err));
    for (int64_t i = 1; i <= ROWS; i++) {
        bulk_int(bulk, 0, i);
        bulk_text(bulk, 1, (struct text){name, (size_t)(i % 200)});
        OK(bulk_row(bulk, &err));
    }
    OK(bulk_end(bulk, &err));
    OK(store_begin(store, &err));
    OK(store_prepare(store, TEXT("INSERT INTO copy VALUES (?1, ?2)"), &insert, &err));
    for (int parameters = 0; parameters <= 1; parameters++) {
        struct text sql = parameters ? TEXT("SELECT row, name FROM staged WHERE row >= ?1 ORDER BY row")
                                     : TEXT("SELECT row, name FROM staged ORDER BY row");
        OK(store_prepare(store, sql, &rows, &err));
        if (parameters) statement_bind_int(rows, 1, 1);
        bool row;
        int64_t count = 0;
        for (;;) {
            OK(statement_step(rows, &row, &err));
            if (!row) break;
            count++;
            assert_int_equal(statement_int(rows, 0), count);
            assert_int_equal(statement_text(rows, 1).size, count % 200);
            if (count % 1000 != 0) continue;
            statement_bind_int(insert, 1, count);
            statement_bind_text(insert, 2, statement_text(rows, 1));
            OK(statement_run(insert, &err));
            /* The present row is still there. */
            assert_int_equal(statement_int(rows, 0), count);
        }
        assert_int_equal(count, ROWS);
        statement_free(rows);
    }
    statement_free(insert);
    OK(store_commit(store, &err));
    assert_int_equal(ask(store, "SELECT count(*) FROM copy"), 2 * ROWS / 1000);
    store_close(store);
}

static void what_is_quoted_is_no_parameter(void **state)
{
    struct store *store = fresh(state);
    struct statement *row;
    bool found;
    OK(store_prepare(
        store,
        TEXT("SELECT ?1 || '?2 it''s ?3' || CAST(?2 AS TEXT) AS \"what?4\" -- ?5 '\n/* ?6 \" */ WHERE 1 = 1"),
        &row, &err));
    statement_bind_text(row, 1, TEXT("a"));
    statement_bind_text(row, 2, TEXT("b"));
    OK(statement_step(row, &found, &err));
    assert_true(text_is(statement_text(row, 0), "a?2 it's ?3b"));
    assert_string_equal(statement_column_name(row, 0), "what?4");
    statement_free(row);
    store_close(store);
}

/* PostgreSQL refuses to go on after an error; what was done before it must not be committed by accident. */
static void a_failed_transaction_stays_failed(void **state)
{
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(a INTEGER PRIMARY KEY)", &err));
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (1)", &err));
    REFUSED(store_run(store, "INSERT INTO t VALUES (1)", &err), ERR_CONFLICT, says("UNIQUE", "unique"));
    if (store_kind(store) == STORE_POSTGRES) {
        int64_t value;
        bool found;
        assert_true(store_in_transaction(store));
        REFUSED(store_query_int(store, "SELECT 1", &value, &found, &err), ERR_IO, "An earlier write");
        REFUSED(store_commit(store, &err), ERR_IO, "everything was rolled back");
    } else {
        store_rollback(store);
    }
    assert_false(store_in_transaction(store));
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 0);
    /* A savepoint is the way back, on both. */
    OK(store_begin(store, &err));
    OK(store_run(store, "INSERT INTO t VALUES (1); SAVEPOINT here", &err));
    REFUSED(store_run(store, "INSERT INTO t VALUES (1)", &err), ERR_CONFLICT, "refused to write");
    OK(store_run(store, "ROLLBACK TO here; RELEASE here", &err));
    OK(store_commit(store, &err));
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 1);
    store_close(store);
}

struct attempts {
    struct store *store;
    int made;
};

static int work(void *context, struct err *err)
{
    struct attempts *attempts = context;
    attempts->made++;
    int code = store_run(attempts->store, "INSERT INTO t VALUES (2)", err);
    return code == 0 ? store_run(attempts->store, "INSERT INTO t VALUES (1)", err) : code;
}

static void work_is_done_or_undone_as_a_whole(void **state)
{
    struct store *store = fresh(state);
    struct attempts attempts = {store, 0};
    OK(run_said(store, "CREATE TABLE t(a INTEGER PRIMARY KEY)", &err));
    OK(store_run(store, "INSERT INTO t VALUES (1)", &err));
    REFUSED(store_transact(store, work, &attempts, &err), ERR_CONFLICT, "refused to write");
    assert_int_equal(attempts.made, 1); /* nobody came in between: once is enough */
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 1);
    OK(store_run(store, "DELETE FROM t", &err));
    OK(store_transact(store, work, &attempts, &err));
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 2);
    assert_false(store_in_transaction(store));
    store_close(store);
}

static void urls_are_shown_without_passwords(void **state)
{
    static const char *const shown[][2] = {
        {"county.db", "county.db"},
        {"postgresql://clerk:pa%20ss@host:5433/county", "postgresql://clerk@host:5433/county"},
        {"postgres://host/county?password=pass&user=clerk", "postgresql://clerk@host/county"},
        {"postgresql://clerk:pass@[broken", "postgresql://…"},
        {"postgresql:///county?host=/run/pg", "postgresql:///county?host=/run/pg"}};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct buffer out = {0};
        store_shown_url(shown[i][0], &out);
        assert_string_equal(out.data, shown[i][1]);
        buffer_fini(&out);
    }
}

static void text_is_ordered_by_bytes(void **state)
{
    static const char *const expected[] = {"", "B", "_", "a", "é", "一", "丁", "中", "𠀀"};
    struct store *store = fresh(state);
    OK(run_said(store, "CREATE TABLE t(a TEXT)", &err));
    OK(store_run(store,
                 "INSERT INTO t VALUES ('中'), ('a'), ('丁'), ('B'), (''), ('_'), ('𠀀'), ('一'), ('é')",
                 &err));
    struct statement *rows;
    OK(store_prepare(store, TEXT("SELECT a FROM t ORDER BY a"), &rows, &err));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        bool row;
        OK(statement_step(rows, &row, &err));
        assert_true(row && text_is(statement_text(rows, 0), expected[i]));
    }
    statement_free(rows);
    store_close(store);
}

static void numbers_are_read_whatever_their_type(void **state)
{
    struct store *store = fresh(state);
    struct statement *row;
    bool found;
    OK(run_said(store, "CREATE TABLE t(a INTEGER, d REAL)", &err));
    OK(store_run(store, "INSERT INTO t VALUES (9223372036854775806, 1.5), (1, -0.25), (NULL, NULL)", &err));
    OK(store_prepare(
        store,
        TEXT("SELECT sum(a), sum(d), count(*), avg(d), sum(-a), 1 = 1, NULL, sum(d) * 0, max(a) = 1 FROM t"),
        &row, &err));
    OK(statement_step(row, &found, &err));
    assert_true(statement_int(row, 0) == INT64_MAX);
    assert_true(text_is(statement_text(row, 0), "9223372036854775807"));
    assert_true(statement_double(row, 1) == 1.25);
    assert_int_equal(statement_int(row, 1), 1);
    assert_true(statement_double(row, 2) == 3);
    assert_true(statement_double(row, 3) == 0.625);
    assert_true(statement_int(row, 4) == -INT64_MAX);
    assert_int_equal(statement_int(row, 5), 1);
    assert_true(statement_is_null(row, 6));
    assert_int_equal(statement_int(row, 8), 0);
    statement_free(row);
    store_close(store);
}

static void tables_tell_their_columns(void **state)
{
    struct store *store = fresh(state);
    char **names;
    size_t count;
    bool empty;
    OK(store_is_empty(store, &empty, &err));
    assert_true(empty);
    OK(store_table_columns(store, "household", &names, &count, &err));
    assert_int_equal(count, 0);
    store_names_free(names, count);
    OK(run_said(store, "CREATE TABLE household(id INTEGER PRIMARY KEY, \"order\" TEXT, village INTEGER)",
                &err));
    OK(store_table_columns(store, "household", &names, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(names[0], "id");
    assert_string_equal(names[1], "order");
    assert_string_equal(names[2], "village");
    store_names_free(names, count);
    OK(store_is_empty(store, &empty, &err));
    assert_false(empty);
    store_close(store);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest files[] = {
        IN_PLACE(missing_database_is_not_made_silently),
        IN_PLACE(refuses_what_cannot_be_a_database),
        IN_PLACE(a_name_that_looks_like_a_uri_is_a_file),
    };
    const struct CMUnitTest tests[] = {
        IN_PLACE(values_come_back_as_they_went_in),
        IN_PLACE(one_parameter_may_be_used_twice),
        IN_PLACE(a_question_asked_again_begins_anew),
        IN_PLACE(types_and_references_are_enforced),
        IN_PLACE(an_error_leaves_the_statement_usable),
        IN_PLACE(transactions_hold_or_vanish),
        IN_PLACE(work_before_the_commit_is_part_of_it),
        IN_PLACE(a_sound_database_has_no_faults),
        IN_PLACE(a_second_writer_is_told_to_wait),
        IN_PLACE(reading_sees_one_state),
        IN_PLACE(a_question_without_an_answer),
        IN_PLACE(bulk_fills_a_table),
        IN_PLACE(a_bad_bulk_row_is_refused),
        IN_PLACE(bulks_and_transactions_leave_each_other_alone),
        IN_PLACE(much_is_written_and_read_in_turns),
        IN_PLACE(what_is_quoted_is_no_parameter),
        IN_PLACE(a_failed_transaction_stays_failed),
        IN_PLACE(work_is_done_or_undone_as_a_whole),
        IN_PLACE(urls_are_shown_without_passwords),
        IN_PLACE(text_is_ordered_by_bytes),
        IN_PLACE(numbers_are_read_whatever_their_type),
        IN_PLACE(tables_tell_their_columns),
    };
    int failed = given_postgres() == NULL ? cmocka_run_group_tests(files, NULL, NULL) : 0;
    return cmocka_run_group_tests(tests, NULL, NULL) + failed;
}
