/* What somebody does to a run behind the programme's back, table by table: verify names it, and the run does
 * not go on. Of runs that an older program made nothing is said. */
#include "fixture.h"

#include "assessment/adoption.h"
#include "assessment/proof.h"
#include "assessment/verify.h"

struct office {
    struct place *place;
    struct pack *pack;
    struct database *database;
};

static const char *const tables[] = {"adoption", "run",    "criterion", "scored", "score",
                                     "led",      "spared", "kept",      "given",  "result"};
enum { TABLES = sizeof tables / sizeof *tables };

static void tell(struct office *office, const char *form, ...)
{
    char sql[4096];
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(sql, sizeof sql, form, arguments);
    va_end(arguments);
    OK(store_run(database_store(office->database), sql, &err));
}

/* ---- As the programme writes it ---- */

static void enter(struct office *office, int run, enum run_state stage, int64_t *entry)
{
    OK(proof_enter(office->database, run, stage, TEXT("bureau"), entry, &err));
}

static void write_rows(struct office *office, int run)
{
    tell(office,
         "INSERT INTO zs_assessment_run (id, scheme, part, year, month, as_of, facts, state, entry) VALUES "
         "(%d, 'towns', 'process', 2022, %d, '2022-09-30', 1, 'made', 0)",
         run, run);
    tell(office,
         "INSERT INTO zs_assessment_criterion (run, criterion, ordinal, kind, label_zh, label_en, points, "
         "indicator, full_at, zero_at) VALUES (%d, 'helped', 0, 'indicator', '帮扶', 'Helped', 300000, "
         "'helped', 1000000, 800000), (%d, 'work', 1, 'reviewed', '工作', 'Work', 300000, NULL, NULL, NULL), "
         "(%d, 'led', 2, 'led', '牵头', 'Led', 400000, NULL, NULL, NULL)",
         run, run, run);
    tell(
        office,
        "INSERT INTO zs_assessment_scored (run, scored, ordinal, name_zh, name_en, division, vetoes, "
        "grade_most) VALUES (%d, 'b', 0, '乙镇', 'B', '430421101', '[]', 0), (%d, 'a', 1, '甲镇', 'A', NULL, "
        "'[]', 1)",
        run, run);
    tell(office,
         "INSERT INTO zs_assessment_score (run, scored, criterion, figure, counted, missing, undetermined, "
         "computed) VALUES (%d, 'a', 'helped', 900000, 9, 1, 0, 150000), (%d, 'a', 'work', NULL, 0, 0, 0, "
         "NULL), (%d, 'a', 'led', NULL, 0, 0, 0, 200000), (%d, 'b', 'helped', NULL, 0, 0, 0, NULL), (%d, "
         "'b', 'work', NULL, 0, 0, 0, NULL), (%d, 'b', 'led', NULL, 0, 0, 0, 400000)",
         run, run, run, run, run, run);
    tell(
        office,
        "INSERT INTO zs_assessment_led (run, scored, criterion, ordinal, indicator, target, figure, counted, "
        "missing, undetermined, attained, points) VALUES (%d, 'a', 'led', 0, 'jobs', 100, 50, 5, 0, 0, "
        "5000, 200000), (%d, 'b', 'led', 0, 'jobs', 100, 100, 10, 0, 0, 10000, 400000)",
        run, run);
    tell(office, "INSERT INTO zs_assessment_spared (run, scored, criterion) VALUES (%d, 'b', 'helped')", run);
}

static void write_publishing(struct office *office, int run)
{
    tell(
        office,
        "INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (%d, 'review', "
        "'a', 'work', 1, 200000), (%d, 'review', 'b', 'work', 2, 250000)",
        run, run);
    tell(office,
         "UPDATE zs_assessment_run SET state = 'published', published = '2022-10-08', objections_until = "
         "'2022-10-15' WHERE id = %d",
         run);
}

static void write_closing(struct office *office, int run)
{
    tell(
        office,
        "INSERT INTO zs_assessment_result (run, scored, points, rank, grade, lists) VALUES (%d, 'a', 550000, "
        "2, 1, 0), (%d, 'b', 928600, 1, 0, 1)",
        run, run);
    tell(
        office,
        "INSERT INTO zs_assessment_given (run, scored, criterion, given) VALUES (%d, 'a', 'helped', 150000), "
        "(%d, 'a', 'work', 200000)",
        run, run);
    tell(office,
         "INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (%d, "
         "'objection', 'a', 'helped', 3, NULL)",
         run);
    tell(office, "UPDATE zs_assessment_run SET state = 'closed', closed = '2022-10-16' WHERE id = %d", run);
}

/* Up to that stage, each a transaction. */
static void write_run(struct office *office, int run, enum run_state stage)
{
    struct store *store = database_store(office->database);
    int64_t entry;
    OK(store_begin(store, &err));
    write_rows(office, run);
    enter(office, run, RUN_MADE, &entry);
    tell(office, "UPDATE zs_assessment_run SET entry = %lld WHERE id = %d", (long long)entry, run);
    OK(store_commit(store, &err));
    OK(store_begin(store, &err));
    if (stage == RUN_DROPPED) {
        tell(office, "UPDATE zs_assessment_run SET state = 'dropped' WHERE id = %d", run);
        enter(office, run, RUN_DROPPED, &entry);
    }
    if (stage == RUN_PUBLISHED || stage == RUN_CLOSED) {
        write_publishing(office, run);
        enter(office, run, RUN_PUBLISHED, &entry);
    }
    if (stage == RUN_CLOSED) {
        write_closing(office, run);
        enter(office, run, RUN_CLOSED, &entry);
    }
    OK(store_commit(store, &err));
}

static void adopt(struct office *office)
{
    struct store *store = database_store(office->database);
    struct buffer detail = {0};
    int64_t entry;
    OK(store_begin(store, &err));
    proof_adoption(TEXT("towns"), 2022, TEXT("{\"of\":\"townships\"}"), &detail);
    OK(database_entry(office->database, TEXT("bureau"), TEXT("assessment.adopt"), buffer_get(&detail), &entry,
                      &err));
    tell(office,
         "INSERT INTO zs_assessment_adoption (scheme, year, content, entry) VALUES ('towns', 2022, "
         "'{\"of\":\"townships\"}', %lld)",
         (long long)entry);
    OK(store_commit(store, &err));
    buffer_fini(&detail);
}

static int settle(void **state)
{
    struct office *office = calloc(1, sizeof *office);
    place_make((void **)&office->place);
    office->pack = fixture_pack();
    office->database = fixture_database(office->place, office->pack);
    OK(assessment_init(office->place->path, &err));
    *state = office;
    return 0;
}

static int leave(void **state)
{
    struct office *office = *state;
    database_close(office->database);
    fixture_free(office->pack);
    place_drop((void **)&office->place);
    free(office);
    return 0;
}

/* ---- As it is found ---- */

static struct assessment_verified verified(struct office *office, struct fault_list *faults)
{
    struct assessment_verified found;
    OK(assessment_verify(office->database, &found, faults, &err));
    return found;
}

static struct assessment_verified sound(struct office *office)
{
    struct fault_list faults = {0};
    struct assessment_verified found = verified(office, &faults);
    for (size_t i = 0; i < faults.count; i++) print_error("%s\n", faults.items[i].en);
    assert_int_equal(faults.count, 0);
    fault_list_fini(&faults);
    return found;
}

/* One fault, with these words. */
static void finds(struct office *office, const char *sql, const char *words)
{
    struct fault_list faults = {0};
    verified(office, &faults);
    if (faults.count != 1 || strstr(faults.items[0].en, words) == NULL) {
        for (size_t i = 0; i < faults.count; i++) print_error("%s\n", faults.items[i].en);
        fail_msg("%s: not the one fault “%s”", sql, words);
    }
    fault_list_fini(&faults);
}

static void keep_all(struct office *office)
{
    for (int i = 0; i < TABLES; i++)
        tell(office, "CREATE TEMPORARY TABLE kept_%s AS SELECT * FROM zs_assessment_%s", tables[i],
             tables[i]);
}

static void put_back(struct office *office)
{
    for (int i = 0; i < TABLES; i++)
        tell(office, "DELETE FROM zs_assessment_%s; INSERT INTO zs_assessment_%s SELECT * FROM kept_%s",
             tables[i], tables[i], tables[i]);
}

/* ---- Tests ---- */

static void what_the_program_writes_is_sound(void **state)
{
    struct office *office = *state;
    struct assessment_verified found = sound(office);
    assert_int_equal(found.runs, 0);
    adopt(office);
    const enum run_state stages[] = {RUN_MADE, RUN_PUBLISHED, RUN_CLOSED, RUN_DROPPED};
    for (int i = 0; i < 4; i++) write_run(office, i + 1, stages[i]);
    found = sound(office);
    assert_int_equal(found.runs, 4);
    assert_int_equal(found.unproved, 0);
    for (int i = 1; i <= 4; i++) OK(proof_need(database_store(office->database), i, &err));
}

#define MAKING     "log of its making"
#define PUBLISHING "log of its publishing"
#define CLOSING    "log of its closing"

/* Run 1 is made, 2 published, 3 closed. */
static const struct {
    const char *sql, *words;
    int run; /* does not go on; 0: none does */
} alterations[] = {
    {"UPDATE zs_assessment_criterion SET points = 350000 WHERE run = 1 AND criterion = 'helped'", MAKING, 1},
    {"UPDATE zs_assessment_criterion SET zero_at = NULL WHERE run = 3 AND criterion = 'helped'", MAKING, 3},
    {"UPDATE zs_assessment_criterion SET label_zh = '别的' WHERE run = 2 AND criterion = 'work'", MAKING, 2},
    {"UPDATE zs_assessment_scored SET vetoes = '[{}]' WHERE run = 2 AND scored = 'a'", MAKING, 2},
    {"UPDATE zs_assessment_scored SET grade_most = 0 WHERE run = 1 AND scored = 'a'", MAKING, 1},
    {"UPDATE zs_assessment_scored SET ordinal = 2 - ordinal WHERE run = 1", MAKING, 1},
    {"DELETE FROM zs_assessment_scored WHERE run = 1 AND scored = 'a'", MAKING, 1},
    {"UPDATE zs_assessment_score SET computed = 300000 WHERE run = 1 AND criterion = 'helped'", MAKING, 1},
    {"UPDATE zs_assessment_score SET computed = 300000 WHERE run = 3 AND computed = 150000", MAKING, 3},
    {"UPDATE zs_assessment_score SET computed = 0 WHERE run = 1 AND scored = 'a' AND criterion = 'work'",
     MAKING, 1},
    {"UPDATE zs_assessment_score SET missing = 0 WHERE run = 2", MAKING, 2},
    {"UPDATE zs_assessment_score SET scored = CASE scored WHEN 'a' THEN 'x' ELSE scored END WHERE run = 1",
     MAKING, 1},
    {"DELETE FROM zs_assessment_score WHERE run = 1 AND computed IS NULL AND scored = 'b' AND criterion = "
     "'work'",
     MAKING, 1},
    {"UPDATE zs_assessment_led SET attained = 10000 WHERE run = 1", MAKING, 1},
    {"UPDATE zs_assessment_led SET ordinal = 1 WHERE run = 1", MAKING, 1},
    {"DELETE FROM zs_assessment_spared WHERE run = 2", MAKING, 2},
    {"INSERT INTO zs_assessment_spared (run, scored, criterion) VALUES (3, 'a', 'helped')", MAKING, 3},
    {"UPDATE zs_assessment_kept SET points = 300000 WHERE run = 2 AND scored = 'a'", PUBLISHING, 2},
    {"UPDATE zs_assessment_kept SET record = 9 WHERE run = 3 AND scored = 'a' AND kind = 'review'",
     PUBLISHING, 3},
    {"INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (1, 'review', "
     "'a', "
     "'work', 1, 300000)",
     MAKING, 1},
    {"INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (2, 'objection', "
     "'a', 'work', 1, 300000)",
     PUBLISHING, 2},
    {"UPDATE zs_assessment_kept SET points = 300000 WHERE run = 3 AND kind = 'objection'", CLOSING, 3},
    {"DELETE FROM zs_assessment_kept WHERE run = 3 AND kind = 'objection'", CLOSING, 3},
    {"UPDATE zs_assessment_given SET given = 300000 WHERE run = 3 AND criterion = 'work'", CLOSING, 3},
    {"INSERT INTO zs_assessment_given (run, scored, criterion, given) VALUES (2, 'a', 'work', 300000)",
     PUBLISHING, 2},
    {"UPDATE zs_assessment_result SET rank = 3 - rank WHERE run = 3", CLOSING, 3},
    {"UPDATE zs_assessment_result SET lists = 0 WHERE run = 3", CLOSING, 3},
    {"DELETE FROM zs_assessment_result WHERE run = 3 AND scored = 'a'", CLOSING, 3},
    {"UPDATE zs_assessment_run SET as_of = '2022-08-31' WHERE id = 1", MAKING, 1},
    {"UPDATE zs_assessment_run SET facts = 2 WHERE id = 3", MAKING, 3},
    {"UPDATE zs_assessment_run SET month = 12 WHERE id = 2", MAKING, 2},
    {"UPDATE zs_assessment_run SET objections_until = '2022-10-09' WHERE id = 2", PUBLISHING, 0},
    {"UPDATE zs_assessment_run SET published = NULL WHERE id = 3", PUBLISHING, 0},
    {"UPDATE zs_assessment_run SET closed = '2022-12-31' WHERE id = 3", CLOSING, 0},
    {"UPDATE zs_assessment_run SET state = 'published' WHERE id = 3", "state of run 3", 0},
    {"UPDATE zs_assessment_run SET state = 'dropped' WHERE id = 1", "state of run 1", 0},
    {"DELETE FROM zs_assessment_run WHERE id = 4", "(number 4;", 0},
    {"INSERT INTO zs_assessment_run (id, scheme, part, year, month, as_of, facts, state, entry) SELECT 9, "
     "scheme, part, year, 12, as_of, facts, state, 0 FROM zs_assessment_run WHERE id = 1",
     "Run 9: no entry", 0},
    {"INSERT INTO zs_assessment_run (id, scheme, part, year, month, as_of, facts, state, entry) SELECT 9, "
     "scheme, part, year, 12, as_of, facts, state, entry FROM zs_assessment_run WHERE id = 1",
     "Run 9: no entry", 0},
    {"INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (10, 'review', "
     "'a', 'work', 1, 300000)",
     "Run 10: its points are there", 0},
    {"UPDATE zs_assessment_adoption SET content = '{}'", "does not match the log", 0},
    {"UPDATE zs_assessment_adoption SET year = 2023", "does not match the log", 0},
    {"DELETE FROM zs_assessment_adoption", "1 adopted schemes", 0},
};

static void every_alteration_is_found(void **state)
{
    struct office *office = *state;
    adopt(office);
    write_run(office, 1, RUN_MADE);
    write_run(office, 2, RUN_PUBLISHED);
    write_run(office, 3, RUN_CLOSED);
    /* Run 4 has no rows but its own, so that its end leaves nothing behind that is found as well. */
    struct store *store = database_store(office->database);
    int64_t entry;
    OK(store_begin(store, &err));
    tell(office,
         "INSERT INTO zs_assessment_run (id, scheme, part, year, month, as_of, facts, state, entry) VALUES "
         "(4, 'towns', 'process', 2022, 4, '2022-09-30', 1, 'made', 0)");
    enter(office, 4, RUN_MADE, &entry);
    tell(office, "UPDATE zs_assessment_run SET entry = %lld WHERE id = 4", (long long)entry);
    OK(store_commit(store, &err));
    keep_all(office);
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
        tell(office, "%s", alterations[i].sql);
        finds(office, alterations[i].sql, alterations[i].words);
        if (alterations[i].run != 0)
            REFUSED(proof_need(store, alterations[i].run, &err), ERR_CONFLICT, "do not match their digest");
        put_back(office);
    }
    sound(office);
}

/* What stood on the log before there were digests. */
static void write_old_run(struct office *office, int run, bool published)
{
    struct store *store = database_store(office->database);
    char detail[64];
    int64_t entry;
    OK(store_begin(store, &err));
    write_rows(office, run);
    OK(database_entry(office->database, TEXT("bureau"), TEXT("assessment.make"),
                      TEXT("{\"scheme\":\"towns\",\"part\":\"process\",\"facts\":1}"), &entry, &err));
    tell(office, "UPDATE zs_assessment_run SET entry = %lld WHERE id = %d", (long long)entry, run);
    if (published) {
        write_publishing(office, run);
        snprintf(detail, sizeof detail, "{\"run\":%d}", run);
        OK(database_entry(office->database, TEXT("bureau"), TEXT("assessment.publish"), text_of(detail),
                          &entry, &err));
    }
    OK(store_commit(store, &err));
}

static void of_older_runs_nothing_is_said(void **state)
{
    struct office *office = *state;
    struct store *store = database_store(office->database);
    int64_t entry;
    write_old_run(office, 1, false);
    write_old_run(office, 2, true);
    write_run(office, 3, RUN_MADE);
    struct assessment_verified found = sound(office);
    assert_int_equal(found.runs, 3);
    assert_int_equal(found.unproved, 2);
    tell(office, "UPDATE zs_assessment_score SET computed = 300000 WHERE run < 3");
    found = sound(office);
    assert_int_equal(found.unproved, 2);
    OK(proof_need(store, 1, &err));
    /* What the log says of them still holds: their state, and that they are there. */
    tell(office, "UPDATE zs_assessment_run SET state = 'made' WHERE id = 2");
    finds(office, "an older run's state", "state of run 2");
    tell(office, "UPDATE zs_assessment_run SET state = 'published' WHERE id = 2");
    /* From its next step on a run is like any other. */
    OK(store_begin(store, &err));
    write_closing(office, 2);
    enter(office, 2, RUN_CLOSED, &entry);
    OK(store_commit(store, &err));
    found = sound(office);
    assert_int_equal(found.unproved, 1);
    tell(office, "UPDATE zs_assessment_score SET computed = 100000 WHERE run = 2 AND scored = 'a'");
    finds(office, "an older run that was closed", CLOSING);
    REFUSED(proof_need(store, 2, &err), ERR_CONFLICT, "do not match their digest");
}

/* The number of a run that somebody deleted is given again; the log still tells of the first. */
static void a_deleted_run_is_missed(void **state)
{
    struct office *office = *state;
    write_run(office, 1, RUN_PUBLISHED);
    for (int i = 1; i < TABLES; i++) tell(office, "DELETE FROM zs_assessment_%s", tables[i]);
    finds(office, "a deleted run", "(number 1;");
    write_run(office, 1, RUN_CLOSED);
    finds(office, "a run in the place of a deleted one", "(number 1;");
    OK(proof_need(database_store(office->database), 1, &err));
}

static void an_older_database_has_no_runs(void **state)
{
    struct office *office = *state;
    for (int i = 0; i < TABLES; i++) tell(office, "DROP TABLE zs_assessment_%s", tables[i]);
    assert_int_equal(sound(office).runs, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, settle, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(what_the_program_writes_is_sound),
                                       TEST(every_alteration_is_found), TEST(of_older_runs_nothing_is_said),
                                       TEST(a_deleted_run_is_missed), TEST(an_older_database_has_no_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
