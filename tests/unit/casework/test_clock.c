/* Deadlines that nothing makes vanish: the clock of the whole case, which a return does not begin anew, and dates
 * that nobody wrote down. And papers that a step wants anew after what they attest may have changed. */
#include "support.h"

#include "casework/figures.h"

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

static int plan_reg(const struct hall *hall)
{
    return schema_register_find(&hall->pack->schema, TEXT("plan"));
}

static const struct pack_workflow *plan_workflow(const struct hall *hall)
{
    return &hall->pack->workflows[pack_workflow_find(hall->pack, TEXT("plan"))];
}

static int64_t open_plan(struct hall *hall, const char *asked_on)
{
    const struct case_actor actor = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    int64_t record = 0;
    gift_int(hall, &gift, plan_reg(hall), "household", 1);
    gift_int(hall, &gift, plan_reg(hall), "year", 2022);
    if (asked_on != NULL) gift_int(hall, &gift, plan_reg(hall), "asked_on", day_of(asked_on));
    const struct case_opening opening = {.workflow = pack_workflow_find(hall->pack, TEXT("plan")),
                                         .given = gift.given,
                                         .values = gift.values};
    GOOD(case_open(hall->casework, &actor, hall->moment, &opening, &record, NULL, &hall_err));
    return record;
}

static int step(struct hall *hall, int user, int64_t record, const char *transition, const struct gift *gift)
{
    const struct case_actor actor = hall_actor(hall, user);
    struct case_done done;
    const struct case_act act = {.reg = plan_reg(hall),
                                 .record = record,
                                 .version = look(hall, plan_reg(hall), record).version,
                                 .transition =
                                     workflow_transition_find(plan_workflow(hall), text_of(transition)),
                                 .given = gift == NULL ? NULL : gift->given,
                                 .values = gift == NULL ? NULL : gift->values,
                                 .comment = TEXT("理由")};
    return case_do(hall->casework, &actor, hall->moment, &act, &done, &hall_err);
}

static int64_t paper(struct hall *hall, int64_t record, const char *content)
{
    const struct case_actor actor = hall_actor(hall, USER_V1);
    const struct attachment_new file = {
        .reg = plan_reg(hall), .record = record, .name = TEXT("signed.txt"), .bytes = text_of(content)};
    int64_t id = 0;
    GOOD(case_attach(hall->casework, &actor, hall->moment, &file, &id, NULL, &hall_err));
    return id;
}

static void is_due(struct hall *hall, int64_t record, const char *state_due, const char *clock_due)
{
    struct case_view view = look(hall, plan_reg(hall), record);
    assert_int_equal(view.state_due.known, state_due != NULL);
    if (state_due != NULL) assert_int_equal(view.state_due.integer, day_of(state_due));
    assert_int_equal(view.clock_due.known, clock_due != NULL);
    if (clock_due != NULL) assert_int_equal(view.clock_due.integer, day_of(clock_due));
}

static void tick(struct hall *hall)
{
    struct tick_report report;
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    if (report.failed > 0) fail_msg("%s", report.first.en);
}

/* Of the clock, as the figures have it; .passed 0: none was met. */
static struct figures_line whole(struct hall *hall)
{
    const struct case_actor actor = hall_actor(hall, USER_C1);
    const struct figures_query query = {.workflow = pack_workflow_find(hall->pack, TEXT("plan")),
                                        .from = day_of("2022-01-01"),
                                        .to = day_of("2022-12-31"),
                                        .division = -1};
    struct figures_table table;
    struct fault_list faults = {0};
    int64_t cases, *records;
    size_t count;
    GOOD(casework_verify(hall->casework, &cases, &faults, &hall_err));
    if (faults.count > 0) fail_msg("%s", faults.items[0].en);
    fault_list_fini(&faults);
    GOOD(figures_table(hall->casework, &actor, &query, &hall->arena, &table, &hall_err));
    struct figures_line line = {.state = -1};
    if (table.state_count > 0 && table.states[0].state < 0) line = table.states[0];
    for (size_t i = 1; i < table.state_count; i++) assert_true(table.states[i].state >= 0);
    GOOD(figures_cases(hall->casework, &actor, &query, -1, FIGURES_LATE, 0, 10, &hall->arena, &records,
                       &count, &hall_err));
    assert_int_equal(count, line.late > 0);
    return line;
}

static void a_return_gains_no_time(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_plan(hall, NULL);
    is_due(hall, record, "2022-03-11", "2022-03-11");
    hall_day(hall, "2022-03-09");
    paper(hall, record, "the first");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    is_due(hall, record, "2022-03-11", "2022-03-11");
    hall_day(hall, "2022-03-14");
    assert_true(look(hall, plan_reg(hall), record).overdue);
    GOOD(step(hall, USER_T1, record, "back", NULL));
    is_due(hall, record, "2022-03-24", "2022-03-11"); /* the state's days again, the whole's not */
    assert_true(look(hall, plan_reg(hall), record).overdue);
    assert_int_equal(record_value(hall, plan_reg(hall), record, "case_due").integer, day_of("2022-03-11"));
    paper(hall, record, "the second");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    assert_int_equal(whole(hall).passed, 0);
    hall_day(hall, "2022-03-16");
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    is_due(hall, record, NULL, NULL);
    struct figures_line line = whole(hall);
    assert_int_equal(line.passed, 1);
    assert_int_equal(line.longest, 15);
    assert_int_equal(line.late, 1);
    assert_int_equal(line.with_deadline, 1);
    /* Taken back: the clock was never met. */
    hall_day(hall, "2022-03-17");
    GOOD(step(hall, USER_T1, record, "undo", NULL));
    is_due(hall, record, "2022-03-16", "2022-03-11");
    assert_int_equal(whole(hall).passed, 0);
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    assert_int_equal(whole(hall).longest, 16);
    /* Met once it stays met. */
    GOOD(step(hall, USER_T1, record, "back", NULL));
    is_due(hall, record, "2022-03-27", NULL);
    GOOD(step(hall, USER_T1, record, "give_up", NULL));
    assert_int_equal(whole(hall).passed, 1);
    hall_free(hall);
}

/* What was given up says nothing of how long it takes. */
static void given_up(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_plan(hall, NULL);
    GOOD(step(hall, USER_T1, record, "give_up", NULL));
    assert_int_equal(whole(hall).passed, 0);
    hall_free(hall);
}

static void begun_anew(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_plan(hall, NULL);
    paper(hall, record, "the first");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    assert_int_equal(whole(hall).longest, 0);
    hall_day(hall, "2022-04-01");
    set_household(hall, 1, "members", 6);
    tick(hall);
    /* From the date that the step itself wrote. */
    is_due(hall, record, "2022-04-11", "2022-04-08");
    tick(hall);
    is_due(hall, record, "2022-04-11", "2022-04-08");
    assert_int_equal(step(hall, USER_V1, record, "hand_in", NULL), ERR_INPUT);
    paper(hall, record, "signed anew");
    hall_day(hall, "2022-04-08");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    struct figures_line line = whole(hall);
    assert_int_equal(line.passed, 2);
    assert_int_equal(line.longest, 10);
    assert_int_equal(line.late, 0);
    hall_free(hall);
}

/* Days after a date that is not there are counted from when the case came; a date that is itself the deadline is
 * missed aloud. */
static void dates_that_are_not_there(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_plan(hall, NULL);
    assert_null(look(hall, plan_reg(hall), record).due_lacks);
    is_due(hall, record, "2022-03-11", "2022-03-11");
    struct gift gift = {0};
    gift_int(hall, &gift, plan_reg(hall), "asked_on", day_of("2022-03-05"));
    const struct case_actor village = hall_actor(hall, USER_V1);
    const struct record_change change = {plan_reg(hall), record, look(hall, plan_reg(hall), record).version,
                                         gift.given, gift.values};
    GOOD(case_edit(hall->casework, &village, hall->moment, &change, &hall_err));
    tick(hall);
    is_due(hall, record, "2022-03-15", "2022-03-11");
    paper(hall, record, "the first");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    const struct label *lacks = look(hall, plan_reg(hall), record).due_lacks;
    assert_non_null(lacks);
    assert_true(text_is(lacks->name, "ends_on"));
    GOOD(step(hall, USER_T1, record, "back", NULL));
    paper(hall, record, "the second");
    struct gift end = {0};
    gift_int(hall, &end, plan_reg(hall), "ends_on", day_of("2022-12-31"));
    GOOD(step(hall, USER_V1, record, "hand_in", &end));
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    is_due(hall, record, "2022-12-31", NULL);
    assert_null(look(hall, plan_reg(hall), record).due_lacks);
    GOOD(step(hall, USER_V1, record, "finish", NULL));
    assert_null(look(hall, plan_reg(hall), record).due_lacks);
    hall_free(hall);
}

/* Entry of the log after which files serve for handing it in; the words of what stands in its way, if it is that. */
static int64_t files_since(struct hall *hall, int64_t record, bool *lacks)
{
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct case_action *actions;
    size_t count;
    GOOD(case_actions(hall->casework, &village, hall->moment, plan_reg(hall), record, &hall->arena, &actions,
                      &count, &hall_err));
    *lacks = false;
    for (size_t i = 0; i < count; i++) {
        if (actions[i].transition != workflow_transition_find(plan_workflow(hall), TEXT("hand_in"))) continue;
        for (size_t k = 0; k < actions[i].obstacle_count; k++)
            *lacks = *lacks || actions[i].obstacles[k].kind == OBSTACLE_ATTACHMENT;
        return actions[i].files_since;
    }
    fail_msg("%s", "it cannot be handed in");
    return 0;
}

static void papers_anew(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_plan(hall, NULL);
    bool lacks;
    assert_int_equal(files_since(hall, record, &lacks), 0);
    assert_true(lacks);
    assert_int_equal(step(hall, USER_V1, record, "hand_in", NULL), ERR_INPUT);
    int64_t first = paper(hall, record, "the first");
    assert_int_equal(files_since(hall, record, &lacks), 0);
    assert_false(lacks);
    /* Taken back by who handed it in it is as if it had never gone, however often. */
    for (int i = 0; i < 3; i++) {
        GOOD(step(hall, USER_V1, record, "hand_in", NULL));
        GOOD(step(hall, USER_V1, record, "unsay", NULL));
    }
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_T1, record, "back", NULL));
    int64_t came = files_since(hall, record, &lacks);
    assert_true(came > 0 && lacks);
    assert_int_equal(step(hall, USER_V1, record, "hand_in", NULL), ERR_INPUT);
    assert_non_null(strstr(hall_err.en, "since “Back” (2022-03-01)"));
    assert_non_null(strstr(hall_err.zh, "“退回修改”以后"));
    assert_int_equal(paper(hall, record, "the first"), first); /* the same one once more */
    assert_int_equal(step(hall, USER_V1, record, "hand_in", NULL), ERR_INPUT);
    paper(hall, record, "the second");
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_V1, record, "unsay", NULL));
    assert_int_equal(files_since(hall, record, &lacks), came);
    assert_false(lacks);
    GOOD(step(hall, USER_V1, record, "hand_in", NULL));
    GOOD(step(hall, USER_T1, record, "approve", NULL));
    GOOD(step(hall, USER_T1, record, "back", NULL)); /* revised while it runs */
    assert_true(files_since(hall, record, &lacks) > came);
    assert_true(lacks);
    hall_free(hall);
}

/* What would end it by itself waits for the answer to what somebody brought. */
static void held_by_a_clue(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    struct case_clue_done done;
    gift_int(hall, &gift, plan_reg(hall), "household", 1);
    gift_int(hall, &gift, plan_reg(hall), "year", 2022);
    struct case_clue clue = {.workflow = pack_workflow_find(hall->pack, TEXT("plan")),
                             .actor = TEXT("screening"),
                             .source = TEXT("income_fell"),
                             .digest = TEXT("a"),
                             .zh = TEXT("收入下降"),
                             .en = TEXT("Income fell"),
                             .transition = -1,
                             .given = gift.given,
                             .values = gift.values};
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_OPENED);
    int64_t record = done.record;
    clue.digest = TEXT("b");
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_BESIDE);
    set_household(hall, 1, "income", 20000000);
    tick(hall);
    assert_false(look(hall, plan_reg(hall), record).closed.known);
    GOOD(case_proposal_answer(hall->casework, &village, hall->moment, done.proposal, true, TEXT("知道了"),
                              &hall_err));
    tick(hall);
    assert_true(look(hall, plan_reg(hall), record).closed.known);
    assert_int_equal(whole(hall).passed, 1);
    hall_free(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(a_return_gains_no_time),    AT_A_PLACE(given_up),    AT_A_PLACE(begun_anew),
        AT_A_PLACE(dates_that_are_not_there), AT_A_PLACE(papers_anew), AT_A_PLACE(held_by_a_clue),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
