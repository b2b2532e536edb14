/* What befalls an office: people come and leave, a row is refused, a date is mended while the tick runs,
 * somebody alters the tables, a file takes long to look into. */
#include "support.h"

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

static int attach(struct hall *hall, int user, int64_t record, const char *words, int64_t *id)
{
    const struct case_actor actor = hall_actor(hall, user);
    const struct attachment_new file = {
        .reg = hall->aid_reg, .record = record, .name = TEXT("note.txt"), .bytes = text_of(words)};
    return case_attach(hall->casework, &actor, hall->moment, &file, id, NULL, &hall_err);
}

/* The day of an act is the one that it is given, by which a date may be as late as that day. */
static void the_day_of_an_act(void **state)
{
    struct hall *hall = hall_new(*state, "2150-03-02");
    struct gift gift = {0};
    int64_t record = open_aid(hall, USER_V1, 1);
    gift_int(hall, &gift, hall->aid_reg, "seen_on", day_of("2150-03-02"));
    GOOD(try_edit(hall, USER_V1, record, &gift));
    gift_int(hall, &gift, hall->aid_reg, "seen_on", day_of("2150-03-03"));
    assert_int_equal(try_edit(hall, USER_V1, record, &gift), ERR_INPUT);
    submit(hall, USER_V1, record, "2150-03-02");
    hall_day(hall, "2150-03-09");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "sign", NULL, NULL);
    DO(hall, USER_CLINIC, record, "sign", NULL, NULL);
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    DO(hall, USER_C2, record, "grant", NULL, NULL);
    assert_int_equal(record_value(hall, hall->aid_reg, record, "decided_on").integer, day_of("2150-03-09"));
    hall_free(hall);
}

/* To look into a file takes seconds: it is done before the database is asked for the right to write. */
static void looked_into_first(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_aid(hall, USER_V1, 1), id;
    struct database *other;
    GOOD(database_open_with(hall->place->path, false, hall->pack, &other, &hall_err));
    GOOD(store_begin(database_store(other), &hall_err)); /* somebody writes */
    assert_int_equal(attach(hall, USER_V1, record, "MZ\x90 is a program", &id), ERR_INPUT);
    assert_int_equal(attach(hall, USER_C1, record, "MZ\x90 is a program", &id), ERR_FORBIDDEN);
    store_rollback(database_store(other));
    database_close(other);
    GOOD(attach(hall, USER_V1, record, "words", &id));
    hall_free(hall);
}

/* The ledger contradicts a case while the next one of the family is open: that one goes on, and once it ends
 * the contradiction is looked at again. */
static void contradicted_while_another_is_open(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    int64_t record = bring_to_decision(hall, 1);
    DO(hall, USER_C2, record, "grant", NULL, NULL);
    int64_t other = open_aid(hall, USER_V1, 1);
    set_household(hall, 1, "income", 1500000);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.failed, 0);
    assert_int_equal(report.reopened, 0);
    assert_string_equal(state_of(hall, record), "granted");
    DO(hall, USER_V1, other, "drop", NULL, "不属实");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.reopened, 1);
    assert_string_equal(state_of(hall, record), "check");
    sound(hall);
    hall_free(hall);
}

/* A date that is mended while the tick is at work on others is counted by the next one. */
struct mending {
    struct hall *hall;
    int reg;
    bool done;
};

static bool mend_once(void *context)
{
    struct mending *mending = context;
    struct hall *hall = mending->hall;
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    if (mending->done) return false;
    mending->done = true;
    gift_int(hall, &gift, mending->reg, "planned", day_of("2022-03-20"));
    const struct record_change change = {mending->reg, 1, look(hall, mending->reg, 1).version, gift.given,
                                         gift.values};
    GOOD(case_edit(hall->casework, &village, hall->moment, &change, &hall_err));
    return false;
}

static void written_while_it_ticks(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    int64_t record = bring_to_decision(hall, 1);
    DO(hall, USER_C2, record, "grant", NULL, NULL);
    struct mending mending = {.hall = hall,
                              .reg = schema_register_find(&hall->pack->schema, TEXT("follow_up"))};
    open_aid(hall, USER_V3, 5);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(look(hall, mending.reg, 1).due.integer, day_of("2022-03-27"));
    hall_day(hall, "2022-03-15"); /* the other one goes up */
    const struct tick_options options = {.cancelled = mend_once, .context = &mending};
    GOOD(casework_tick(hall->casework, hall->moment, &options, &report, &hall_err));
    assert_true(mending.done && report.escalated > 0);
    assert_int_equal(look(hall, mending.reg, 1).due.integer, day_of("2022-03-27"));
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(look(hall, mending.reg, 1).due.integer, day_of("2022-04-09"));
    /* What the ticks wrote was looked at; there is nothing left. */
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    int64_t before = entries(hall);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(entries(hall), before);
    sound(hall);
    hall_free(hall);
}

static int64_t import_listing(struct hall *hall, int64_t household)
{
    const struct scope scope = scope_everything(hall->pack, TEXT("test"), &hall->arena);
    int reg = schema_register_find(&hall->pack->schema, TEXT("listing"));
    struct gift gift = {0};
    int64_t id = 0;
    gift_int(hall, &gift, reg, "household", household);
    gift_text(hall, &gift, reg, "source", "名单");
    const struct record_change change = {reg, 0, 0, gift.given, gift.values};
    GOOD(records_write_kept(hall->database, &scope, &(struct write_terms){.action = TEXT("import")}, &change,
                            1, &id, &hall_err));
    return id;
}

/* One row that cannot become a case stops neither the other rows nor what time does. */
static void a_row_that_cannot_be_adopted(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    int listing = schema_register_find(&hall->pack->schema, TEXT("listing"));
    int64_t late = open_aid(hall, USER_V1, 1);
    import_listing(hall, 8);
    int64_t sound_one = import_listing(hall, 2);
    /* As no door lets it be: what it hangs on is gone. */
    GOOD(store_run(database_store(hall->database), "UPDATE household SET retired = 1 WHERE id = 8",
                   &hall_err));
    hall_day(hall, "2022-03-15");
    for (int tick = 0; tick < 2; tick++) {
        GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
        assert_int_equal(report.adopted, tick == 0);
        assert_int_equal(report.failed, 1);
        if (report.first.code != ERR_NOT_FOUND) fail_msg("%s", report.first.en);
        assert_int_equal(look(hall, hall->aid_reg, late).level, 2);
        assert_true(look(hall, listing, sound_one).due.known);
    }
    hall_free(hall);
}

/* What people answered, and what they were asked, is as safe as the log: whoever alters it behind the
 * program's back is found. */
static void altered_answers(void **state)
{
    static const char *const alterations[] = {
        "UPDATE zs_proposal SET comment = '没有核实' WHERE id = 2",
        "UPDATE zs_proposal SET state = 'refused' WHERE id = 3",
        "UPDATE zs_proposal SET state = 'accepted', comment = '' WHERE id = 2",
        "UPDATE zs_proposal SET answered_by = 'somebody' WHERE id = 2",
        "UPDATE zs_proposal SET state = 'open', answered_by = '', comment = '' WHERE id = 2",
        "UPDATE zs_proposal SET state = 'accepted', answered_by = '' WHERE id = 4",
        "UPDATE zs_proposal SET state = 'accepted', answered_by = 'v1' WHERE id = 4",
        "UPDATE zs_proposal SET state = 'refused', answered_by = 'v1', comment = 'x' WHERE id = 4",
        "UPDATE zs_proposal SET comment = 'x' WHERE id = 4",
        "UPDATE zs_proposal SET zh = '收入上升' WHERE id = 4",
        "UPDATE zs_proposal SET record = 2 WHERE id = 4",
        "UPDATE zs_proposal SET entry = 1 WHERE id = 4",
        ("UPDATE zs_proposal SET entry = (SELECT entry FROM zs_proposal WHERE id = 1), state = 'accepted' "
         "WHERE id = 4"),
        "UPDATE zs_proposal SET transition = 'drop' WHERE id = 4",
        "DELETE FROM zs_proposal WHERE id = 4",
        "DELETE FROM zs_proposal WHERE id = 2",
        "UPDATE zs_proposal SET comment = 'x' WHERE id = 5"};
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    struct case_clue clue = clue_of(hall, &gift, "a");
    struct case_clue_done done;
    for (size_t i = 0; i < 5; i++) {
        clue.digest = text_of(arena_printf(&hall->arena, "%zu", i));
        clue.transition = i == 4 ? transition_of(hall, "hand_over") : -1;
        GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
        assert_int_equal(done.proposal, i + 1);
    }
    GOOD(case_proposal_answer(hall->casework, &village, hall->moment, 2, false, TEXT("已“核实”\n无此事"),
                              &hall_err));
    GOOD(case_proposal_answer(hall->casework, &village, hall->moment, 3, true, TEXT(""), &hall_err));
    DO(hall, USER_V1, done.record, "hand_over", NULL, NULL); /* and so the fifth is followed */
    sound(hall);
    struct store *store = database_store(hall->database);
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
        struct fault_list faults = {0};
        int64_t cases;
        GOOD(store_begin(store, &hall_err));
        GOOD(store_run(store, alterations[i], &hall_err));
        GOOD(casework_verify(hall->casework, &cases, &faults, &hall_err));
        if (faults.count == 0) fail_msg("not found: %s", alterations[i]);
        fault_list_fini(&faults);
        store_rollback(store);
    }
    sound(hall);
    hall_free(hall);
}

/* As many characters as the forms allow, whatever they take in bytes. */
static void words_are_counted_as_people_count(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct buffer words = {0};
    struct gift gift = {0};
    struct case_clue clue = clue_of(hall, &gift, "a");
    struct case_clue_done done;
    for (int i = 0; i < 2000; i++) buffer_string(&words, "字");
    clue.zh = clue.en = buffer_get(&words);
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    clue.digest = TEXT("b");
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    GOOD(case_proposal_answer(hall->casework, &village, hall->moment, done.proposal, false,
                              buffer_get(&words), &hall_err));
    DO(hall, USER_V1, done.record, "drop", NULL, words.data);
    DO(hall, USER_C1, done.record, "again", NULL, "再核");
    buffer_string(&words, "多");
    assert_int_equal(try_do(hall, USER_V1, done.record, "drop", NULL, words.data), ERR_LIMIT);
    assert_non_null(strstr(hall_err.zh, "最多 2000 个字"));
    clue.digest = TEXT("c");
    clue.zh = buffer_get(&words);
    assert_int_equal(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err), ERR_LIMIT);
    sound(hall);
    buffer_fini(&words);
    hall_free(hall);
}

static struct user_settings settled_in(struct hall *hall, int user, struct text *code)
{
    *code = hall->pack->divisions[hall->principals[user]->scope.divisions[0]].code;
    return (struct user_settings){
        .display_name = TEXT("New"), .role = TEXT("village"), .divisions = code, .division_count = 1};
}

static int give_to(struct hall *hall, int64_t record, int64_t user)
{
    const struct case_actor village = hall_actor(hall, USER_V1);
    const struct case_act act = {.reg = hall->aid_reg,
                                 .record = record,
                                 .version = look(hall, hall->aid_reg, record).version,
                                 .transition = transition_of(hall, "hand_over"),
                                 .assignee = user};
    struct case_done done;
    return case_do(hall->casework, &village, hall->moment, &act, &done, &hall_err);
}

/* Somebody new is given a case before they have ever logged in; when they leave, or go to another village, it
 * is in the others' inboxes again. */
static void who_comes_and_leaves(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    struct text here, there;
    int64_t first = open_aid(hall, USER_V1, 1), second = open_aid(hall, USER_V1, 2), leaver, mover;
    struct user_new new = {.name = TEXT("leaver"), .password = TEXT("a long enough one, 2022")};
    new.settings = settled_in(hall, USER_V1, &here);
    GOOD(user_add(hall->access, TEXT("test"), &new, &leaver, &hall_err));
    new.name = TEXT("mover");
    GOOD(user_add(hall->access, TEXT("test"), &new, &mover, &hall_err));
    GOOD(give_to(hall, first, leaver));
    GOOD(give_to(hall, second, mover));
    assert_int_equal(count_list(hall, USER_V1, CASES_MINE), 0);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.released, 0);
    GOOD(user_retire(hall->access, TEXT("test"), leaver, &hall_err));
    assert_int_equal(count_list(hall, USER_V1, CASES_MINE), 1);
    const struct user_settings settings = settled_in(hall, USER_V3, &there);
    GOOD(user_change(hall->access, TEXT("test"), mover, 1, &settings, &hall_err));
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.released, 2);
    assert_int_equal(report.failed, 0);
    assert_int_equal(count_list(hall, USER_V1, CASES_MINE), 2);
    assert_int_equal(look(hall, hall->aid_reg, second).assignee, 0);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.released, 0);
    submit(hall, USER_V1, first, "2022-03-01");
    sound(hall);
    hall_free(hall);
}

/* Before the tick has come by: who acts may, as if it had been given to nobody. */
static void who_left_today(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct text here;
    int64_t record = open_aid(hall, USER_V1, 1), leaver;
    struct user_new new = {.name = TEXT("leaver"), .password = TEXT("a long enough one, 2022")};
    new.settings = settled_in(hall, USER_V1, &here);
    GOOD(user_add(hall->access, TEXT("test"), &new, &leaver, &hall_err));
    GOOD(give_to(hall, record, leaver));
    struct gift gift = {0};
    gift_int(hall, &gift, hall->aid_reg, "amount", 100);
    assert_int_equal(try_do(hall, USER_V1, record, "drop", NULL, "x"), ERR_FORBIDDEN);
    GOOD(user_retire(hall->access, TEXT("test"), leaver, &hall_err));
    GOOD(try_edit(hall, USER_V1, record, &gift));
    DO(hall, USER_V1, record, "drop", NULL, "不办了");
    sound(hall);
    hall_free(hall);
}

/* Ten thousand cases of others do not hide the one that is mine. */
static void one_among_many(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct case_counts counts[8];
    assert_true(hall->pack->workflow_count <= 8);
    bring_to_decision(hall, 1);
    int64_t other = open_aid(hall, USER_V3, 5);
    struct store *store = database_store(hall->database);
#define MANY "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) "
    GOOD(store_run(
        store,
        arena_printf(
            &hall->arena,
            MANY "INSERT INTO aid (id, household, case_number, case_state, case_opened, case_since, "
                 "case_due, created, entry, version) SELECT 1000 + i, household, CAST(i AS TEXT), "
                 "case_state, case_opened, case_since, case_due, created, entry, version FROM aid, n WHERE "
                 "id = %lld",
            (long long)other),
        &hall_err));
    GOOD(store_run(
        store,
        arena_printf(
            &hall->arena,
            MANY "INSERT INTO zs_case (register, record, state, opener, opened, since, entered, step, due, "
                 "state_due, clock_due, due_known, rises, level) SELECT register, 1000 + i, state, opener, "
                 "opened, since, entered, step, due, state_due, clock_due, due_known, rises, level FROM "
                 "zs_case, n WHERE register = 'aid' AND record = %lld",
            (long long)other),
        &hall_err));
    const struct case_actor county = hall_actor(hall, USER_C2);
    GOOD(case_counts(hall->casework, &county, hall->moment, 7, counts, &hall_err));
    assert_int_equal(counts[hall->aid].open, 10000); /* no further than that */
    assert_int_equal(counts[hall->aid].mine, 1);
    assert_int_equal(counts[hall->aid].mine_due, 1);
    hall_day(hall, "2022-05-01");
    GOOD(case_counts(hall->casework, &county, hall->moment, 7, counts, &hall_err));
    assert_int_equal(counts[hall->aid].mine_due, 0);
    assert_int_equal(counts[hall->aid].mine_overdue, 1);
    assert_int_equal(counts[hall->aid].overdue_below, 10000);
    hall_free(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(the_day_of_an_act),      AT_A_PLACE(looked_into_first),
        AT_A_PLACE(written_while_it_ticks), AT_A_PLACE(a_row_that_cannot_be_adopted),
        AT_A_PLACE(altered_answers),        AT_A_PLACE(words_are_counted_as_people_count),
        AT_A_PLACE(who_comes_and_leaves),   AT_A_PLACE(who_left_today),
        AT_A_PLACE(one_among_many),         AT_A_PLACE(contradicted_while_another_is_open),
    };
    return cmocka_run_group_tests_name("mishaps", tests, NULL, NULL);
}
