/* Cases as people live them: from a cadre's clue to a decision and beyond, and everything that is refused on
 * the way. */
#include "support.h"

#include "register/case_record.h"

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

static void expect(struct hall *hall, int64_t record, const char *state)
{
    assert_string_equal(state_of(hall, record), state);
}

static void sound(struct hall *hall)
{
    struct fault_list faults = {0};
    int64_t cases;
    GOOD(casework_verify(hall->casework, &cases, &faults, &hall_err));
    if (faults.count > 0) fail_msg("%s", faults.items[0].en);
    fault_list_fini(&faults);
}

/* From opening to where the county decides, on days that allow it. */
static int64_t bring_to_decision(struct hall *hall, int64_t household)
{
    hall_day(hall, "2022-03-01");
    int64_t record = open_aid(hall, USER_V1, household);
    submit(hall, USER_V1, record, "2022-03-01");
    hall_day(hall, "2022-03-07");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "sign", NULL, NULL);
    DO(hall, USER_CLINIC, record, "sign", NULL, NULL);
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    expect(hall, record, "decision");
    return record;
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

static void a_whole_life(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = bring_to_decision(hall, 1);
    DO(hall, USER_C2, record, "grant", NULL, "同意");
    expect(hall, record, "granted");
    struct case_view view = look(hall, hall->aid_reg, record);
    assert_true(text_is(view.number, "2022-000001"));
    assert_int_equal(view.closed.integer, day_of("2022-03-07"));
    assert_false(view.due.known);
    assert_int_equal(record_value(hall, hall->aid_reg, record, "decided_on").integer, day_of("2022-03-07"));
    assert_int_equal(record_value(hall, hall->household_reg, 1, "category").integer, 1);
    /* It opened a follow-up on the same household, whose deadline counts from a date of its own. */
    int follow = schema_register_find(&hall->pack->schema, TEXT("follow_up"));
    assert_int_equal(record_value(hall, follow, 1, "household").integer, 1);
    assert_true(text_is(record_value(hall, follow, 1, "cause").text, "洪水"));
    assert_int_equal(look(hall, follow, 1).due.integer, day_of("2022-03-27"));
    /* What the step of another case said is a fact: who has the case now does not mend it, though it stands in its
     * first state. */
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    gift_text(hall, &gift, follow, "cause", "别的");
    struct record_change change = {follow, 1, look(hall, follow, 1).version, gift.given, gift.values};
    assert_int_equal(case_edit(hall->casework, &village, hall->moment, &change, &hall_err), ERR_FORBIDDEN);
    struct gift date = {0};
    gift_int(hall, &date, follow, "planned", day_of("2022-03-08"));
    change.given = date.given;
    change.values = date.values;
    GOOD(case_edit(hall->casework, &village, hall->moment, &change, &hall_err));
    sound(hall);
    hall_free(hall);
}

static void steps_tell_what_was_known(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor actor = hall_actor(hall, USER_C1);
    int64_t record = bring_to_decision(hall, 1);
    struct case_step *steps;
    size_t count;
    GOOD(case_steps(hall->casework, &actor, hall->aid_reg, record, 0, &hall->arena, &steps, &count,
                    &hall_err));
    assert_int_equal(count, 6);
    assert_int_equal(steps[0].kind, STEP_OPENED);
    assert_true(text_is(steps[0].fields, "household,reason"));
    assert_true(text_is(steps[1].actor, "v1"));
    assert_true(text_is(steps[1].fields, "amount,notice_from"));
    assert_int_equal(steps[3].kind, STEP_ANSWERED);
    assert_int_equal(steps[5].kind, STEP_MOVED);
    assert_int_equal(steps[1].due.integer, day_of("2022-03-04")); /* three working days after a Tuesday */
    for (size_t i = 1; i < count; i++) {
        assert_int_equal(steps[i].basis, steps[i].entry - 1);
        assert_true(steps[i].version > steps[i - 1].version);
    }
    hall_free(hall);
}

static void rights(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record, none;
    assert_int_equal(try_open(hall, USER_C1, 1, "x", &none), ERR_FORBIDDEN); /* not its role */
    assert_int_equal(try_open(hall, USER_V2, 1, "x", &none), ERR_NOT_FOUND); /* another village's household */
    assert_int_equal(try_open(hall, USER_READER, 1, "x", &none), ERR_FORBIDDEN);
    assert_int_equal(try_open(hall, USER_V1, 1, NULL, &none), ERR_INPUT); /* a reason is needed */
    record = open_aid(hall, USER_V1, 1);
    assert_int_equal(try_open(hall, USER_V1, 1, "x", &none), ERR_CONFLICT); /* one at a time */
    int64_t before = entries(hall);
    assert_int_equal(try_do(hall, USER_V2, record, "drop", NULL, "x"), ERR_NOT_FOUND);
    assert_int_equal(try_do(hall, USER_T2, record, "drop", NULL, "x"), ERR_NOT_FOUND);
    assert_int_equal(try_do(hall, USER_C1, record, "drop", NULL, "x"), ERR_FORBIDDEN);
    assert_int_equal(try_do(hall, USER_READER, record, "drop", NULL, "x"), ERR_FORBIDDEN);
    assert_int_equal(try_do(hall, USER_V1, record, "drop", NULL, "  "), ERR_INPUT); /* without a reason */
    assert_int_equal(try_do(hall, USER_V1, record, "grant", NULL, NULL), ERR_FORBIDDEN);
    assert_int_equal(try_do(hall, USER_V1, record, "lapse", NULL, NULL), ERR_FORBIDDEN);
    assert_int_equal(entries(hall), before);
    expect(hall, record, "check");
    DO(hall, USER_T1, record, "drop", NULL, "重复");
    expect(hall, record, "dropped");
    sound(hall);
    hall_free(hall);
}

static void what_has_to_be_there(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_aid(hall, USER_V1, 1), before = entries(hall);
    struct gift gift = {0};
    gift_int(hall, &gift, hall->aid_reg, "amount", 200000);
    /* What was given goes with the step that failed. */
    assert_int_equal(try_do(hall, USER_V1, record, "submit", &gift, NULL), ERR_INPUT);
    assert_non_null(strstr(hall_err.en, "Posted on"));
    assert_false(record_value(hall, hall->aid_reg, record, "amount").known);
    assert_int_equal(entries(hall), before);
    submit(hall, USER_V1, record, "2022-03-02");
    hall_day(hall, "2022-03-06");
    assert_int_equal(try_do(hall, USER_T1, record, "post", NULL, NULL), ERR_INPUT);
    assert_non_null(strstr(hall_err.en, "2022-03-07"));
    hall_day(hall, "2022-03-07");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    sound(hall);
    hall_free(hall);
}

static void guards_and_four_eyes(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = bring_to_decision(hall, 1);
    assert_int_equal(try_do(hall, USER_C1, record, "grant", NULL, NULL), ERR_FORBIDDEN); /* signed before */
    set_household(hall, 1, "members", 0);
    assert_int_equal(try_do(hall, USER_C2, record, "grant", NULL, NULL), ERR_INPUT);
    assert_non_null(strstr(hall_err.zh, "人口数须大于零"));
    expect(hall, record, "decision");
    assert_int_equal(record_value(hall, hall->household_reg, 1, "category").integer, 0);
    set_household(hall, 1, "members", 2);
    DO(hall, USER_C2, record, "grant", NULL, NULL);
    hall_free(hall);
}

static void countersigning(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor township = hall_actor(hall, USER_T1);
    int64_t record = open_aid(hall, USER_V1, 1);
    submit(hall, USER_V1, record, "2022-03-01");
    hall_day(hall, "2022-03-07");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "sign", NULL, NULL);
    assert_int_equal(try_do(hall, USER_T1, record, "sign", NULL, NULL), ERR_FORBIDDEN); /* once is enough */
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    assert_int_equal(try_do(hall, USER_C2, record, "sign", NULL, NULL),
                     ERR_FORBIDDEN); /* the role has answered */
    expect(hall, record, "review");
    /* A refusal needs its reason, and leads back. */
    const struct case_actor clinic = hall_actor(hall, USER_CLINIC);
    struct case_done done;
    struct case_act act = {.reg = hall->aid_reg,
                           .record = record,
                           .version = look(hall, hall->aid_reg, record).version,
                           .transition = transition_of(hall, "sign"),
                           .refuse = true};
    assert_int_equal(case_do(hall->casework, &clinic, hall->moment, &act, &done, &hall_err), ERR_INPUT);
    act.comment = TEXT("材料不全");
    GOOD(case_do(hall->casework, &clinic, hall->moment, &act, &done, &hall_err));
    expect(hall, record, "check");
    (void)township;
    sound(hall);
    hall_free(hall);
}

static void taking_back(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int64_t record = open_aid(hall, USER_V1, 1);
    submit(hall, USER_V1, record, "2022-03-01");
    hall_day(hall, "2022-03-07");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "take_back", NULL, NULL);
    expect(hall, record, "notice");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    assert_int_equal(try_do(hall, USER_T1, record, "take_back", NULL, NULL), ERR_FORBIDDEN);
    expect(hall, record, "review");
    hall_free(hall);
}

/* Who was slower is told what happened, and changes nothing. */
static void two_at_once(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct case_done done;
    int64_t record = open_aid(hall, USER_V1, 1);
    const struct case_act act = {.reg = hall->aid_reg,
                                 .record = record,
                                 .version = look(hall, hall->aid_reg, record).version,
                                 .transition = transition_of(hall, "drop"),
                                 .comment = TEXT("重复")};
    submit(hall, USER_V1, record, "2022-03-01");
    int64_t before = entries(hall);
    assert_int_equal(case_do(hall->casework, &village, hall->moment, &act, &done, &hall_err), ERR_CONFLICT);
    assert_non_null(strstr(hall_err.en, "v1 did “Submit” on 2022-03-01"));
    assert_non_null(strstr(hall_err.zh, "公示"));
    assert_int_equal(entries(hall), before);
    /* A changed field is a change of the case too. */
    struct case_view view = look(hall, hall->aid_reg, record);
    struct gift gift = {0};
    gift_int(hall, &gift, hall->aid_reg, "amount", 100);
    const struct record_change change = {hall->aid_reg, record, view.version, gift.given, gift.values};
    assert_int_equal(case_edit(hall->casework, &village, hall->moment, &change, &hall_err), ERR_FORBIDDEN);
    DO(hall, USER_T1, record, "send_back", NULL, "补齐");
    view = look(hall, hall->aid_reg, record);
    GOOD(try_edit(hall, USER_V1, record, &gift));
    struct case_act late = act;
    late.version = view.version;
    assert_int_equal(case_do(hall->casework, &village, hall->moment, &late, &done, &hall_err), ERR_CONFLICT);
    hall_free(hall);
}

static void handing_over(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct case_done done;
    int64_t record = open_aid(hall, USER_V1, 1);
    struct case_act act = {.reg = hall->aid_reg,
                           .record = record,
                           .version = look(hall, hall->aid_reg, record).version,
                           .transition = transition_of(hall, "hand_over"),
                           .assignee = hall->users[USER_V2]};
    assert_int_equal(case_do(hall->casework, &village, hall->moment, &act, &done, &hall_err),
                     ERR_INPUT); /* not there */
    act.assignee = 99;
    assert_int_equal(case_do(hall->casework, &village, hall->moment, &act, &done, &hall_err), ERR_NOT_FOUND);
    act.assignee = hall->users[USER_V1];
    GOOD(case_do(hall->casework, &village, hall->moment, &act, &done, &hall_err));
    struct case_view view = look(hall, hall->aid_reg, record);
    assert_int_equal(view.assignee, hall->users[USER_V1]);
    assert_true(text_is(view.assignee_name, "v1"));
    submit(hall, USER_V1, record, "2022-03-01");
    assert_int_equal(look(hall, hall->aid_reg, record).assignee, 0);
    sound(hall);
    hall_free(hall);
}

/* The door keeps what casework keeps. */
static void the_door(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1), county = hall_actor(hall, USER_C1);
    int64_t record = open_aid(hall, USER_V1, 1), id;
    struct gift gift = {0}, state_gift = {0}, fact = {0}, plain = {0};
    gift_int(hall, &gift, hall->aid_reg, "household", 2);
    struct record_change change = {hall->aid_reg, 0, 0, gift.given, gift.values};
    assert_int_equal(records_write(hall->database, village.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_METHOD);
    gift_int(hall, &state_gift, hall->aid_reg, "case_state", 4);
    change = (struct record_change){hall->aid_reg, record, look(hall, hall->aid_reg, record).version,
                                    state_gift.given, state_gift.values};
    assert_int_equal(records_write(hall->database, county.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_FORBIDDEN);
    gift_int(hall, &fact, hall->aid_reg, "decided_on", 19000);
    change.given = fact.given;
    change.values = fact.values;
    assert_int_equal(records_write(hall->database, county.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_FORBIDDEN);
    assert_int_equal(try_do(hall, USER_V1, record, "submit", &fact, NULL), ERR_FORBIDDEN);
    gift_text(hall, &plain, hall->aid_reg, "reason", "火灾");
    change.given = plain.given;
    change.values = plain.values;
    assert_int_equal(records_write(hall->database, village.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_FORBIDDEN);
    GOOD(case_edit(hall->casework, &village, hall->moment, &change, &hall_err));
    DO(hall, USER_V1, record, "drop", NULL, "重复");
    change.version = look(hall, hall->aid_reg, record).version;
    gift_text(hall, &plain, hall->aid_reg, "reason", "水灾");
    assert_int_equal(records_write(hall->database, village.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_CONFLICT);
    hall_free(hall);
}

/* A step's fields are its doer's word: nobody else writes them, before or beside it. */
static void words_of_others(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct gift amount = {0}, reason = {0}, both = {0};
    int64_t record = open_aid(hall, USER_T1, 1);
    gift_int(hall, &amount, hall->aid_reg, "amount", 200000);
    gift_text(hall, &reason, hall->aid_reg, "reason", "火灾");
    /* The township opened it and may drop it, so it may mend the opening; what `submit` asks for is the
     * village's. */
    assert_int_equal(try_edit(hall, USER_T1, record, &amount), ERR_FORBIDDEN);
    assert_non_null(strstr(hall_err.en, "Submit"));
    assert_non_null(strstr(hall_err.zh, "村干部"));
    GOOD(try_edit(hall, USER_T1, record, &reason));
    assert_int_equal(try_edit(hall, USER_V2, record, &reason), ERR_NOT_FOUND);
    GOOD(try_edit(hall, USER_CLINIC, record, &reason)); /* says what stands there already: nothing */
    gift_text(hall, &reason, hall->aid_reg, "reason", "水灾");
    assert_int_equal(try_edit(hall, USER_CLINIC, record, &reason), ERR_FORBIDDEN);
    GOOD(try_edit(hall, USER_V1, record, &amount));
    int64_t before = entries(hall);
    GOOD(try_edit(hall, USER_V1, record, &amount)); /* as it stands */
    assert_int_equal(entries(hall), before);
    gift_int(hall, &both, hall->aid_reg, "notice_from", day_of("2022-03-01"));
    DO(hall, USER_V1, record, "submit", &both, NULL); /* the amount was the village's word already */
    /* Gone from the village: neither with PATCH nor with anybody else's step. */
    gift_int(hall, &amount, hall->aid_reg, "amount", 1);
    gift_text(hall, &reason, hall->aid_reg, "reason", "病");
    assert_int_equal(try_edit(hall, USER_V1, record, &amount), ERR_FORBIDDEN);
    assert_int_equal(try_edit(hall, USER_T1, record, &reason), ERR_FORBIDDEN);
    hall_day(hall, "2022-03-20");
    assert_int_equal(try_do(hall, USER_T1, record, "post", &amount, NULL), ERR_FORBIDDEN);
    struct case_rights rights;
    const struct case_actor village = hall_actor(hall, USER_V1), township = hall_actor(hall, USER_T1);
    GOOD(case_rights(hall->casework, &village, hall->moment, hall->aid_reg, record, &hall->arena, &rights,
                     &hall_err));
    assert_false(rights.any || rights.acts);
    assert_true(rights.zh.size > 0 && rights.en.size > 0);
    GOOD(case_rights(hall->casework, &township, hall->moment, hall->aid_reg, record, &hall->arena, &rights,
                     &hall_err));
    assert_true(rights.acts);
    sound(hall);
    hall_free(hall);
}

/* What somebody wrote who could not do the step has to be given again by who does it. */
static void confirmed(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor township = hall_actor(hall, USER_T1);
    struct gift opening = {0}, again = {0};
    int64_t record;
    gift_int(hall, &opening, hall->aid_reg, "household", 1);
    gift_text(hall, &opening, hall->aid_reg, "reason", "洪水");
    gift_int(hall, &opening, hall->aid_reg, "amount", 200000);
    gift_int(hall, &opening, hall->aid_reg, "notice_from", day_of("2022-03-01"));
    const struct case_opening asked = {
        .workflow = hall->aid, .given = opening.given, .values = opening.values};
    GOOD(case_open(hall->casework, &township, hall->moment, &asked, &record, NULL, &hall_err));
    assert_int_equal(try_do(hall, USER_V1, record, "submit", NULL, NULL), ERR_INPUT);
    assert_non_null(strstr(hall_err.en, "not filled in by those"));
    gift_int(hall, &again, hall->aid_reg, "amount", 200000); /* the same value, confirmed */
    assert_int_equal(try_do(hall, USER_V1, record, "submit", &again, NULL), ERR_INPUT);
    gift_int(hall, &again, hall->aid_reg, "notice_from", day_of("2022-03-01"));
    DO(hall, USER_V1, record, "submit", &again, NULL);
    hall_free(hall);
}

/* It stays with what it is about, and there is one. */
static void about(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct scope all = scope_everything(hall->pack, TEXT("test"), &hall->arena);
    struct gift other = {0};
    int64_t record = open_aid(hall, USER_V1, 1), next;
    gift_int(hall, &other, hall->aid_reg, "household", 2);
    assert_int_equal(try_edit(hall, USER_V1, record, &other), ERR_FORBIDDEN);
    assert_non_null(strstr(hall_err.en, "cannot change once"));
    gift_int(hall, &other, hall->aid_reg, "amount", 200000);
    gift_int(hall, &other, hall->aid_reg, "notice_from", day_of("2022-03-01"));
    assert_int_equal(try_do(hall, USER_V1, record, "submit", &other, NULL), ERR_FORBIDDEN);
    const struct write_terms kept = {.action = TEXT("test")};
    const struct record_change change = {hall->aid_reg, record, look(hall, hall->aid_reg, record).version,
                                         other.given, other.values};
    assert_int_equal(records_write_kept(hall->database, &all, &kept, &change, 1, NULL, &hall_err),
                     ERR_CONFLICT);
    /* Dropped, another one opened: the first cannot be reopened beside it. */
    DO(hall, USER_V1, record, "drop", NULL, "重复");
    next = open_aid(hall, USER_V1, 1);
    assert_int_equal(try_do(hall, USER_C1, record, "again", NULL, "重查"), ERR_CONFLICT);
    DO(hall, USER_V1, next, "drop", NULL, "重复");
    DO(hall, USER_C1, record, "again", NULL, "重查");
    sound(hall);
    hall_free(hall);
}

static int retire(struct hall *hall, int reg, int64_t id, int64_t version)
{
    const struct case_actor county = hall_actor(hall, USER_C1);
    return record_retire(hall->database, county.scope, reg, id, version, TEXT("不办了"), &hall_err);
}

/* No case is put away, and none goes unseen with its household. */
static void not_buried(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor county = hall_actor(hall, USER_C1);
    int64_t record = open_aid(hall, USER_V1, 1), before;
    before = entries(hall);
    assert_int_equal(retire(hall, hall->aid_reg, record, look(hall, hall->aid_reg, record).version),
                     ERR_CONFLICT);
    assert_non_null(strstr(hall_err.en, "is open"));
    assert_int_equal(retire(hall, hall->household_reg, 1, 1), ERR_CONFLICT);
    assert_non_null(strstr(hall_err.en, "2022-000001"));
    assert_int_equal(entries(hall), before);
    DO(hall, USER_V1, record, "drop", NULL, "重复");
    assert_int_equal(retire(hall, hall->aid_reg, record, look(hall, hall->aid_reg, record).version),
                     ERR_CONFLICT);
    assert_non_null(strstr(hall_err.en, "is closed"));
    GOOD(retire(hall, hall->household_reg, 1, 1));
    GOOD(record_restore(hall->database, county.scope, hall->household_reg, 1, 2, TEXT("误销"), &hall_err));
    sound(hall);
    hall_free(hall);
}

static int attach(struct hall *hall, int user, int64_t record, const char *words, int64_t *id)
{
    const struct case_actor actor = hall_actor(hall, user);
    const struct attachment_new file = {
        .reg = hall->aid_reg, .record = record, .name = TEXT("note.txt"), .bytes = text_of(words)};
    return case_attach(hall->casework, &actor, hall->moment, &file, id, NULL, &hall_err);
}

static int detach(struct hall *hall, int user, int64_t record, int64_t id)
{
    const struct case_actor actor = hall_actor(hall, user);
    return case_detach(hall->casework, &actor, hall->moment, hall->aid_reg, record, id, TEXT("传错"),
                       &hall_err);
}

/* Files come from who has the case, and stay once it is closed. */
static void evidence(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    int64_t record = open_aid(hall, USER_V1, 1), first, second, id;
    GOOD(attach(hall, USER_V1, record, "first", &first));
    assert_int_equal(attach(hall, USER_C1, record, "county", &id), ERR_FORBIDDEN);
    const struct attachment_new bare = {
        .reg = hall->aid_reg, .record = record, .name = TEXT("x.txt"), .bytes = TEXT("beside")};
    assert_int_equal(attachment_add(hall->database, village.scope, &bare, &id, NULL, &hall_err),
                     ERR_FORBIDDEN);
    assert_int_equal(
        attachment_retire(hall->database, village.scope, hall->aid_reg, record, first, TEXT("x"), &hall_err),
        ERR_FORBIDDEN);
    assert_int_equal(detach(hall, USER_C1, record, first), ERR_FORBIDDEN);
    GOOD(detach(hall, USER_V1, record, first));
    GOOD(attach(hall, USER_V1, record, "second", &second));
    submit(hall, USER_V1, record, "2022-03-01");
    assert_int_equal(attach(hall, USER_V1, record, "late", &id), ERR_FORBIDDEN);
    GOOD(detach(hall, USER_T1, record, second)); /* who acts now; no step rests on it */
    GOOD(attach(hall, USER_T1, record, "third", &second));
    DO(hall, USER_T1, record, "send_back", NULL, "补齐");
    DO(hall, USER_V1, record, "drop", NULL, "重复");
    assert_int_equal(detach(hall, USER_T1, record, second), ERR_CONFLICT);
    assert_int_equal(attach(hall, USER_V1, record, "afterwards", &id), ERR_CONFLICT);
    sound(hall);
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

/* What only cases write: no hand, not even the county's, and the way is said. */
static int put_payout(struct hall *hall, int64_t id, int64_t version, int64_t aid, int64_t amount,
                      int64_t *out)
{
    int reg = schema_register_find(&hall->pack->schema, TEXT("payout"));
    struct gift gift = {0};
    gift_int(hall, &gift, reg, "aid", aid);
    gift_int(hall, &gift, reg, "paid_on", hall->moment.today);
    gift_int(hall, &gift, reg, "paid", amount);
    const struct record_change change = {reg, id, version, gift.given, gift.values};
    return records_write(hall->database, hall_actor(hall, USER_C1).scope, TEXT("edit"), &change, 1, out,
                         &hall_err);
}

/* What hangs on a case ends with it, and may be written again when the case is reopened. */
static void what_hangs_on_it(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    int reg = schema_register_find(&hall->pack->schema, TEXT("payout"));
    const struct scope *county = hall_actor(hall, USER_C1).scope;
    int64_t record = open_aid(hall, USER_V1, 1), other = open_aid(hall, USER_V1, 2), payout, more, before;
    const struct case_actor actor = hall_actor(hall, USER_C1);
    const struct attachment_new file = {
        .reg = reg, .record = 1, .kind = 0, .name = TEXT("a.txt"), .bytes = TEXT("paid")};
    int64_t attached;
    bool settled, cleaned;
    GOOD(put_payout(hall, 0, 0, record, 100, &payout));
    GOOD(put_payout(hall, payout, 1, record, 200, &more));
    GOOD(record_is_settled(hall->database, reg, payout, &settled, &hall_err));
    assert_false(settled);
    DO(hall, USER_V1, record, "drop", NULL, "算了");
    before = entries(hall);
    assert_int_equal(put_payout(hall, 0, 0, record, 300, &more), ERR_CONFLICT);
    assert_non_null(strstr(hall_err.zh, "“帮扶办理”已经办结"));
    assert_non_null(strstr(hall_err.en, "“Aid case”"));
    assert_int_equal(put_payout(hall, payout, 2, record, 300, &more), ERR_CONFLICT);
    assert_int_equal(put_payout(hall, payout, 2, other, 300, &more), ERR_CONFLICT); /* not away from it … */
    assert_int_equal(record_retire(hall->database, county, reg, payout, 2, TEXT("误"), &hall_err),
                     ERR_CONFLICT);
    assert_int_equal(case_attach(hall->casework, &actor, hall->moment, &file, &attached, &cleaned, &hall_err),
                     ERR_CONFLICT);
    assert_int_equal(entries(hall), before);
    GOOD(record_is_settled(hall->database, reg, payout, &settled, &hall_err));
    assert_true(settled);
    GOOD(put_payout(hall, 0, 0, other, 100, &more));
    int64_t moved = more;
    assert_int_equal(put_payout(hall, moved, 1, record, 100, &more), ERR_CONFLICT); /* … nor to it */
    DO(hall, USER_C1, record, "again", NULL, "再看");
    GOOD(put_payout(hall, payout, 2, record, 300, &more));
    GOOD(record_retire(hall->database, county, reg, payout, 3, TEXT("误"), &hall_err));
    DO(hall, USER_V1, record, "drop", NULL, "算了");
    assert_int_equal(record_restore(hall->database, county, reg, payout, 4, TEXT("回"), &hall_err),
                     ERR_CONFLICT);
    hall_free(hall);
}

static void kept_by_workflow(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor county = hall_actor(hall, USER_C1);
    struct gift gift = {0}, fresh = {0};
    int64_t id;
    gift_int(hall, &gift, hall->household_reg, "category", 1);
    struct record_change change = {hall->household_reg, 1, 1, gift.given, gift.values};
    assert_int_equal(records_write(hall->database, county.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_FORBIDDEN);
    assert_non_null(strstr(hall_err.en, "“Household category”"));
    assert_non_null(strstr(hall_err.en, "“Aid case”"));
    assert_non_null(strstr(hall_err.zh, "帮扶办理"));
    gift_text(hall, &fresh, hall->household_reg, "number", "H-new");
    gift_int(hall, &fresh, hall->household_reg, "village", 1);
    gift_int(hall, &fresh, hall->household_reg, "category", 0);
    change = (struct record_change){hall->household_reg, 0, 0, fresh.given, fresh.values};
    assert_int_equal(records_write(hall->database, county.scope, TEXT("w"), &change, 1, &id, &hall_err),
                     ERR_FORBIDDEN);
    fresh.given[field_of(hall, hall->household_reg, "category")] = false;
    GOOD(records_write(hall->database, county.scope, TEXT("w"), &change, 1, &id, &hall_err));
    assert_int_equal(record_value(hall, hall->household_reg, id, "category").integer, 0); /* as it begins */
    /* Rights come before values: of one that could not even be read, beside others that are wrong. */
    struct gift wrong = {0};
    struct record_faults faults;
    bool unread[32] = {false};
    gift_text(hall, &wrong, hall->household_reg, "number", NULL);
    change = (struct record_change){hall->household_reg, 1, 1, wrong.given, wrong.values};
    GOOD(record_check(hall->database, county.scope, &change, unread, &faults, &hall_err));
    assert_int_equal(faults.count, 1);
    record_faults_fini(&faults);
    unread[field_of(hall, hall->household_reg, "category")] = true;
    assert_int_equal(record_check(hall->database, county.scope, &change, unread, &faults, &hall_err),
                     ERR_FORBIDDEN);
    gift_int(hall, &wrong, hall->household_reg, "category", 1);
    assert_int_equal(record_check(hall->database, county.scope, &change, NULL, &faults, &hall_err),
                     ERR_FORBIDDEN);
    gift_int(hall, &wrong, hall->household_reg, "category", 0); /* as it stands: no change */
    GOOD(record_check(hall->database, county.scope, &change, NULL, &faults, &hall_err));
    assert_int_equal(faults.count, 1);
    record_faults_fini(&faults);
    hall_free(hall);
}

/* Over Spring Festival and a weekend at work; up the chain once each; never two of the same. */
static void going_up(void **state)
{
    struct hall *hall = hall_new(*state, "2022-01-28");
    struct tick_report report;
    int64_t record = open_aid(hall, USER_V1, 1);
    /* A Friday; the 29th and 30th are worked, then off until the 6th: due on Monday the 7th. */
    assert_int_equal(look(hall, hall->aid_reg, record).due.integer, day_of("2022-02-07"));
    hall_day(hall, "2022-02-07");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.escalated, 0);
    assert_false(look(hall, hall->aid_reg, record).overdue);
    hall_day(hall, "2022-02-08");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.escalated, 1);
    int64_t before = entries(hall);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.escalated + report.moved + report.failed, 0);
    assert_int_equal(entries(hall), before);
    assert_int_equal(look(hall, hall->aid_reg, record).level, 1);
    /* Both steps of the chain at once, when nobody ticked for long. */
    hall_day(hall, "2022-03-01");
    int64_t other = open_aid(hall, USER_V3, 5);
    hall_day(hall, "2022-03-20");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.escalated, 3);
    assert_int_equal(look(hall, hall->aid_reg, other).level, 2);
    sound(hall);
    hall_free(hall);
}

static void by_itself(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    int64_t record = open_aid(hall, USER_V1, 1);
    submit(hall, USER_V1, record, "2022-03-01");
    hall_day(hall, "2022-03-12");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.moved, 1);
    expect(hall, record, "check");
    assert_int_equal(look(hall, hall->aid_reg, record).since.integer, day_of("2022-03-12"));
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

/* Books match facts: the ledger reopens what it contradicts, once for each contradiction. */
static void facts_reopen(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct tick_report report;
    int64_t record = bring_to_decision(hall, 1);
    DO(hall, USER_C2, record, "grant", NULL, NULL);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.reopened, 0);
    set_household(hall, 1, "income", 1500000);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.reopened, 1);
    expect(hall, record, "check");
    assert_false(look(hall, hall->aid_reg, record).closed.known);
    assert_true(look(hall, hall->aid_reg, record).clock_due.known);
    submit(hall, USER_V1, record, "2022-03-07");
    hall_day(hall, "2022-03-14");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "sign", NULL, NULL);
    DO(hall, USER_CLINIC, record, "sign", NULL, NULL);
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    DO(hall, USER_C2, record, "grant", NULL, "仍然批准");
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.reopened, 0); /* the same facts, decided on by people */
    set_household(hall, 1, "income", 1600000);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(report.reopened, 1);
    sound(hall);
    hall_free(hall);
}

static struct case_clue clue_of(struct hall *hall, struct gift *gift, const char *digest)
{
    gift_int(hall, gift, hall->aid_reg, "household", 1);
    gift_text(hall, gift, hall->aid_reg, "reason", "规则：收入下降");
    return (struct case_clue){.workflow = hall->aid,
                              .actor = TEXT("screening"),
                              .source = TEXT("income_fell"),
                              .digest = text_of(digest),
                              .zh = TEXT("收入下降"),
                              .en = TEXT("Income fell"),
                              .transition = -1,
                              .given = gift->given,
                              .values = gift->values};
}

static void proposals(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    struct gift gift = {0};
    struct case_clue clue = clue_of(hall, &gift, "a");
    struct case_clue_done done;
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_OPENED);
    int64_t record = done.record;
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_KNOWN);
    /* Other facts: beside the open case. */
    clue.digest = TEXT("b");
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_BESIDE);
    assert_int_equal(done.record, record);
    assert_int_equal(case_proposal_answer(hall->casework, &village, hall->moment, done.proposal, false,
                                          TEXT(""), &hall_err),
                     ERR_INPUT);
    GOOD(case_proposal_answer(hall->casework, &village, hall->moment, done.proposal, false, TEXT("已核实"),
                              &hall_err));
    assert_int_equal(case_proposal_answer(hall->casework, &village, hall->moment, done.proposal, true,
                                          TEXT(""), &hall_err),
                     ERR_CONFLICT);
    /* Refused and closed: the same facts stay refused; new ones are a new clue. */
    DO(hall, USER_V1, record, "drop", NULL, "不属实");
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_KNOWN);
    clue.digest = TEXT("a");
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_KNOWN);
    clue.digest = TEXT("c");
    clue.only_beside = true;
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_NOWHERE);
    clue.only_beside = false;
    GOOD(case_propose(hall->casework, hall->moment, &clue, &done, &hall_err));
    assert_int_equal(done.end, CLUE_OPENED);
    assert_int_not_equal(done.record, record);
    sound(hall);
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
        "UPDATE zs_proposal SET entry = (SELECT entry FROM zs_proposal WHERE id = 1), state = 'accepted' "
        "WHERE id = 4",
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

static size_t count_list(struct hall *hall, int user, enum case_list_kind kind)
{
    const struct case_actor actor = hall_actor(hall, user);
    const struct case_query query = case_query_of(kind);
    struct case_row *rows;
    size_t count;
    struct text next;
    GOOD(case_list(hall->casework, &actor, hall->moment, &query, "zh", &hall->arena, &rows, &count, &next,
                   &hall_err));
    assert_int_equal(next.size, 0);
    return count;
}

static void inboxes(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    struct case_counts counts[4]; /* one a workflow */
    struct tick_report report;
    int64_t first = open_aid(hall, USER_V1, 1);
    open_aid(hall, USER_V1, 2);
    open_aid(hall, USER_V3, 5);
    assert_int_equal(count_list(hall, USER_V1, CASES_MINE), 2);
    assert_int_equal(count_list(hall, USER_V2, CASES_MINE), 0);
    assert_int_equal(count_list(hall, USER_V3, CASES_MINE), 1);
    assert_int_equal(count_list(hall, USER_T1, CASES_MINE), 0);
    assert_int_equal(count_list(hall, USER_T1, CASES_OPEN), 2);
    assert_int_equal(count_list(hall, USER_READER, CASES_OPEN), 3);
    assert_int_equal(count_list(hall, USER_V1, CASES_STARTED), 2);
    submit(hall, USER_V1, first, "2022-03-01");
    assert_int_equal(count_list(hall, USER_V1, CASES_MINE), 1);
    assert_int_equal(count_list(hall, USER_T1, CASES_MINE), 1);
    hall_day(hall, "2022-03-08");
    assert_int_equal(count_list(hall, USER_T1, CASES_OVERDUE_BELOW), 1);
    assert_int_equal(count_list(hall, USER_C1, CASES_OVERDUE_BELOW), 2);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    /* Overdue ones lie in the township's inbox too. */
    assert_int_equal(count_list(hall, USER_T1, CASES_MINE), 2);
    assert_int_equal(count_list(hall, USER_T2, CASES_MINE), 1);
    const struct case_actor township = hall_actor(hall, USER_T1);
    GOOD(case_counts(hall->casework, &township, hall->moment, 7, counts, &hall_err));
    assert_int_equal(counts[hall->aid].open, 2);
    assert_int_equal(counts[hall->aid].mine, 2);
    assert_int_equal(counts[hall->aid].mine_overdue, 1);
    assert_int_equal(counts[hall->aid].mine_due, 1); /* the notice, on the 11th */
    int64_t days[10];
    GOOD(case_calendar(hall->casework, &township, hall->moment, day_of("2022-03-03"), 10, days, &hall_err));
    assert_int_equal(days[1], 1);
    assert_int_equal(days[8], 1);
    DO(hall, USER_T1, first, "send_back", NULL, "材料不全");
    hall_free(hall);
}

/* Pages meet every case once, whatever the number of workflows. */
static void pages(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor county = hall_actor(hall, USER_C1);
    struct case_query query = case_query_of(CASES_OPEN);
    bool seen[HOUSEHOLDS + 1] = {false};
    size_t total = 0;
    for (int64_t i = 1; i <= HOUSEHOLDS; i++)
        open_aid(hall, (int)(i <= 2 ? USER_V1 : i <= 4 ? USER_V2 : USER_T2), i);
    query.limit = 3;
    do {
        struct case_row *rows;
        size_t count;
        struct text next;
        GOOD(case_list(hall->casework, &county, hall->moment, &query, "zh", &hall->arena, &rows, &count,
                       &next, &hall_err));
        for (size_t i = 0; i < count; i++) {
            assert_false(seen[rows[i].subject_id]);
            seen[rows[i].subject_id] = true;
            assert_true(rows[i].subject.key.size > 0 && rows[i].view.number.size > 0);
        }
        total += count;
        query.after = next;
    } while (query.after.size > 0);
    assert_int_equal(total, HOUSEHOLDS);
    query.after = TEXT("nonsense");
    struct case_row *rows;
    size_t count;
    struct text next;
    assert_int_equal(case_list(hall->casework, &county, hall->moment, &query, "zh", &hall->arena, &rows,
                               &count, &next, &hall_err),
                     ERR_INPUT);
    hall_free(hall);
}

static void many_at_once(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    int64_t first = open_aid(hall, USER_V1, 1), second = open_aid(hall, USER_V1, 2),
            other = open_aid(hall, USER_V3, 5);
    const int64_t records[] = {first, other, second};
    struct case_act acts[3];
    struct case_result results[3];
    for (int i = 0; i < 3; i++)
        acts[i] = (struct case_act){.reg = hall->aid_reg,
                                    .record = records[i],
                                    .version = look(hall, hall->aid_reg, records[i]).version,
                                    .transition = transition_of(hall, "drop"),
                                    .comment = TEXT("批量")};
    acts[2].version--;
    GOOD(case_batch(hall->casework, &village, hall->moment, acts, 3, results, &hall_err));
    assert_int_equal(results[0].code, 0);
    assert_int_equal(results[1].code, ERR_NOT_FOUND);
    assert_int_equal(results[2].code, ERR_CONFLICT);
    expect(hall, first, "dropped");
    expect(hall, second, "check");
    sound(hall);
    hall_free(hall);
}

static void what_can_be_done(void **state)
{
    struct hall *hall = hall_new(*state, "2022-03-01");
    const struct case_actor village = hall_actor(hall, USER_V1);
    int64_t record = open_aid(hall, USER_V1, 1);
    struct case_action *actions;
    size_t count;
    GOOD(case_actions(hall->casework, &village, hall->moment, hall->aid_reg, record, &hall->arena, &actions,
                      &count, &hall_err));
    assert_int_equal(count, 3); /* submit, hand over, drop */
    assert_int_equal(actions[0].obstacle_count, 2);
    assert_int_equal(actions[0].obstacles[0].kind, OBSTACLE_FIELD);
    assert_true(actions[0].listed);
    assert_int_equal(actions[2].obstacle_count, 0);
    hall_free(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(the_day_of_an_act),
        AT_A_PLACE(a_whole_life),
        AT_A_PLACE(steps_tell_what_was_known),
        AT_A_PLACE(rights),
        AT_A_PLACE(what_has_to_be_there),
        AT_A_PLACE(guards_and_four_eyes),
        AT_A_PLACE(countersigning),
        AT_A_PLACE(taking_back),
        AT_A_PLACE(two_at_once),
        AT_A_PLACE(handing_over),
        AT_A_PLACE(the_door),
        AT_A_PLACE(words_of_others),
        AT_A_PLACE(confirmed),
        AT_A_PLACE(about),
        AT_A_PLACE(not_buried),
        AT_A_PLACE(evidence),
        AT_A_PLACE(looked_into_first),
        AT_A_PLACE(what_hangs_on_it),
        AT_A_PLACE(kept_by_workflow),
        AT_A_PLACE(going_up),
        AT_A_PLACE(by_itself),
        AT_A_PLACE(written_while_it_ticks),
        AT_A_PLACE(a_row_that_cannot_be_adopted),
        AT_A_PLACE(facts_reopen),
        AT_A_PLACE(proposals),
        AT_A_PLACE(altered_answers),
        AT_A_PLACE(inboxes),
        AT_A_PLACE(pages),
        AT_A_PLACE(many_at_once),
        AT_A_PLACE(what_can_be_done),
    };
    return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
