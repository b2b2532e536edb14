/* Random people doing random things to random cases, allowed and forbidden, on random days. Beside the engine
 * stands a second opinion written down by hand: who may do what (not read from the pack), days counted one by
 * one over a list of holidays, the same county's villages. ZENGSHOU_CASE_STEPS sets how many things are done
 * (2,000 without it, 100,000 by night), ZENGSHOU_CASE_SEED the beginning. */
#include "support.h"

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

/* ---- The second opinion ---- */

enum { V = 1, T = 2, C = 4, U = 8 }; /* village, township, county, clinic */

static const struct {
    const char *name, *from, *to;
    int who;
} moves[] = {
    {"submit", "check", "notice", V},
    {"hand_over", "check", "check", V | T},
    {"post", "notice", "review", T},
    {"sign", "review", "decision", T | C | U},
    {"take_back", "review", "notice", T},
    {"send_back", "notice decision", "check", T | C},
    {"grant", "decision", "granted", C},
    {"refuse", "decision", "refused", C},
    {"drop", "check", "dropped", V | T},
    {"again", "refused dropped", "check", C},
    {"lapse", "", "", 0},
    {"contradict", "", "", 0},
};
enum { MOVES = sizeof moves / sizeof *moves };

static const int role_of[USER_COUNT] = {V, V, V, T, T, C, C, U, 0};

/* Villages 1 and 2 lie in the first township; households 1 and 2 in village 1, and so on. */
static bool reaches(int user, int64_t household)
{
    int village = (int)(household - 1) / 2;
    switch (user) {
    case USER_V1:
    case USER_V2:
    case USER_V3:
        return village == user;
    case USER_T1:
        return village < 2;
    case USER_T2:
        return village >= 2;
    default:
        return true;
    }
}

/* As the notices of 2021 to 2024 have it. */
static const char *const off_days[] = {
    "2022-01-31", "2022-02-01", "2022-02-02", "2022-02-03", "2022-02-04", "2022-04-04", "2022-04-05",
    "2022-05-02", "2022-05-03", "2022-05-04", "2022-06-03", "2022-09-12", "2022-10-03", "2022-10-04",
    "2022-10-05", "2022-10-06", "2022-10-07", "2022-01-03", "2023-01-02", "2023-01-23", "2023-01-24",
    "2023-01-25", "2023-01-26", "2023-01-27", "2023-04-05", "2023-05-01", "2023-05-02", "2023-05-03",
    "2023-06-22", "2023-06-23", "2023-09-29", "2023-10-02", "2023-10-03", "2023-10-04", "2023-10-05",
    "2023-10-06", "2024-01-01", "2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16",
    "2024-04-04", "2024-04-05", "2024-05-01", "2024-05-02", "2024-05-03", "2024-06-10", "2024-09-16",
    "2024-09-17", "2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04", "2024-10-07"};
static const char *const work_days[] = {"2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07",
                                        "2022-10-08", "2022-10-09", "2023-01-28", "2023-01-29", "2023-04-23",
                                        "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08", "2024-02-04",
                                        "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
                                        "2024-09-29", "2024-10-12"};

static bool listed(const char *const *days, size_t count, int32_t date)
{
    for (size_t i = 0; i < count; i++)
        if (day_of(days[i]) == date) return true;
    return false;
}

static int32_t naive_working(int32_t from, int days)
{
    while (days > 0) {
        from++;
        bool weekend = (from - day_of("2022-01-01")) % 7 == 0 || (from - day_of("2022-01-02")) % 7 == 0;
        bool works = weekend ? listed(work_days, sizeof work_days / sizeof *work_days, from)
                             : !listed(off_days, sizeof off_days / sizeof *off_days, from);
        days -= works;
    }
    return from;
}

/* Of the state, 0: none. Five days for a check from 2023 on. */
static int32_t naive_due(const char *state, int32_t since)
{
    if (strcmp(state, "check") == 0) return naive_working(since, since < day_of("2023-01-01") ? 3 : 5);
    if (strcmp(state, "notice") == 0) return since + 10;
    if (strcmp(state, "decision") == 0) return naive_working(since, 2);
    return 0;
}

/* ---- Chance ---- */

struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((dice->state >> 33) % sides);
}

/* ---- One after another ---- */

struct world {
    struct hall *hall;
    struct dice dice;
    int64_t *cases, *households; /* of each case; the record is its place + 1 */
    int64_t count, done, refused, opened, children, files;
    uint32_t pace; /* days pass once in so many times: three years are enough for all steps */
};

static void check_case(struct world *world, int64_t record, int32_t clock_from)
{
    struct hall *hall = world->hall;
    struct case_view view = look(hall, hall->aid_reg, record);
    const char *state = state_of(hall, record);
    bool closed =
        strcmp(state, "granted") == 0 || strcmp(state, "refused") == 0 || strcmp(state, "dropped") == 0;
    int32_t due = naive_due(state, (int32_t)view.since.integer);
    assert_int_equal(view.closed.known, closed);
    assert_int_equal(view.state_due.known, due != 0);
    if (due != 0) assert_int_equal(view.state_due.integer, due);
    assert_int_equal(record_value(hall, hall->aid_reg, record, "case_state").integer, view.state);
    if (view.clock_due.known && clock_from != 0) assert_int_equal(view.clock_due.integer, clock_from + 30);
}

/* How many cases are open on a household. */
static int64_t open_on(const struct world *world, int64_t household)
{
    int64_t count;
    bool found;
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM aid WHERE household = %lld AND case_closed IS NULL AND retired IS NULL",
             (long long)household);
    GOOD(store_query_int(database_store(world->hall->database), sql, &count, &found, &hall_err));
    return count;
}

/* Mostly an open one: of those that are closed there are soon many more. */
static int64_t any_case(struct world *world)
{
    enum { TRIES = 30 };
    int64_t record = 1 + roll(&world->dice, (uint32_t)world->count);
    bool open = roll(&world->dice, 4) != 0;
    for (int i = 0;
         open && i < TRIES && record_value(world->hall, world->hall->aid_reg, record, "case_closed").known;
         i++)
        record = 1 + roll(&world->dice, (uint32_t)world->count);
    return record;
}

static void try_opening(struct world *world)
{
    struct hall *hall = world->hall;
    int user = (int)roll(&world->dice, USER_COUNT);
    int64_t household = 1 + roll(&world->dice, HOUSEHOLDS), record = 0, before = entries(hall);
    int code = try_open(hall, user, household, roll(&world->dice, 8) == 0 ? NULL : "灾", &record);
    if (code != 0) {
        assert_int_equal(entries(hall), before);
        world->refused++;
        return;
    }
    assert_true((role_of[user] & (V | T)) != 0 && reaches(user, household));
    world->count++;
    assert_int_equal(record, world->count); /* none is lost, none is two */
    world->cases[record - 1] = record;
    world->households[record - 1] = household;
    world->opened++;
    assert_string_equal(state_of(hall, record), "check");
    check_case(world, record, hall->moment.today);
}

static void put_gifts(struct world *world, struct gift *gift, bool wanted)
{
    struct hall *hall = world->hall;
    if (!wanted && roll(&world->dice, 5) != 0) return;
    if (roll(&world->dice, 4) != 0) gift_int(hall, gift, hall->aid_reg, "amount", roll(&world->dice, 300000));
    if (roll(&world->dice, 4) != 0)
        gift_int(hall, gift, hall->aid_reg, "notice_from", hall->moment.today - (int)roll(&world->dice, 8));
    if (roll(&world->dice, 40) == 0) gift_int(hall, gift, hall->aid_reg, "case_state", roll(&world->dice, 7));
    if (roll(&world->dice, 40) == 0) gift_int(hall, gift, hall->aid_reg, "decided_on", hall->moment.today);
    if (roll(&world->dice, 20) == 0)
        gift_int(hall, gift, hall->aid_reg, "household", 1 + roll(&world->dice, HOUSEHOLDS));
}

static bool is_in(const char *states, const char *state)
{
    const char *found = strstr(states, state);
    return found != NULL && state[0] != '\0';
}

/* Half of them know their trade: they do what the state asks for, where they may. Else cases would hardly
 * ever move. */
static void choose(struct world *world, int64_t record, const char *from, int *user, int *move)
{
    enum { TRIES = 200 };
    *user = (int)roll(&world->dice, USER_COUNT);
    *move = (int)roll(&world->dice, MOVES);
    if (roll(&world->dice, 2) == 0) return;
    for (int i = 0; i < TRIES; i++) {
        if (is_in(moves[*move].from, from) && (moves[*move].who & role_of[*user]) != 0 &&
            reaches(*user, world->households[record - 1]))
            return;
        *user = (int)roll(&world->dice, USER_COUNT);
        *move = (int)roll(&world->dice, MOVES);
    }
}

/* What is given as it stands already is no change. */
static bool would_change(struct hall *hall, int64_t record, const struct gift *gift, const char *field)
{
    int index = field_of(hall, hall->aid_reg, field);
    if (!gift->given[index]) return false;
    struct value stands = record_value(hall, hall->aid_reg, record, field);
    return !stands.known || stands.integer != gift->values[index].integer;
}

static void try_move(struct world *world)
{
    struct hall *hall = world->hall;
    struct dice *dice = &world->dice;
    int user, move;
    int64_t record = any_case(world), before = entries(hall);
    struct case_view view = look(hall, hall->aid_reg, record);
    const char *from = state_of(hall, record);
    choose(world, record, from, &user, &move);
    const struct case_actor actor = hall_actor(hall, user);
    bool stale = roll(dice, 10) == 0, given = roll(dice, 3) != 0;
    struct gift gift = {0};
    struct case_done done;
    put_gifts(world, &gift, strcmp(moves[move].name, "submit") == 0);
    bool kept = given && (would_change(hall, record, &gift, "case_state") ||
                          would_change(hall, record, &gift, "decided_on"));
    const struct case_act act = {.reg = hall->aid_reg,
                                 .record = record,
                                 .version = view.version - stale,
                                 .transition = transition_of(hall, moves[move].name),
                                 .given = given ? gift.given : NULL,
                                 .values = gift.values,
                                 .comment = roll(dice, 4) == 0 ? TEXT("") : TEXT("理由"),
                                 .assignee = roll(dice, 6) == 0 ? hall->users[roll(dice, USER_COUNT)] : 0,
                                 .refuse = roll(dice, 12) == 0};
    int code = case_do(hall->casework, &actor, hall->moment, &act, &done, &hall_err);
    struct case_view after = look(hall, hall->aid_reg, record);
    assert_int_equal(record_value(hall, hall->aid_reg, record, "household").integer,
                     world->households[record - 1]);
    const char *to = state_of(hall, record);
    if (code != 0) {
        assert_int_equal(entries(hall), before); /* nothing half done */
        assert_int_equal(after.version, view.version);
        assert_string_equal(to, from);
        world->refused++;
        return;
    }
    if ((moves[move].who & role_of[user]) == 0 || !reaches(user, world->households[record - 1]) || stale ||
        kept || !is_in(moves[move].from, from))
        fail_msg("user %d did %s from %s on case %lld", user, moves[move].name, from, (long long)record);
    bool sign = strcmp(moves[move].name, "sign") == 0;
    if (sign)
        assert_true(strcmp(to, "decision") == 0 || strcmp(to, "check") == 0 || strcmp(to, "review") == 0);
    else
        assert_string_equal(to, moves[move].to);
    world->done++;
    check_case(world, record, 0);
}

/* Writing without a step: only what `submit` asks for, by the village, and the reason by who acts in the
 * first state. What a case is about never changes. */
static void try_writing(struct world *world)
{
    static const char *const fields[] = {"amount", "notice_from", "reason", "household"};
    struct hall *hall = world->hall;
    struct dice *dice = &world->dice;
    int user = (int)roll(dice, USER_COUNT), field = (int)roll(dice, 4);
    int64_t record = any_case(world), before = entries(hall);
    const char *state = state_of(hall, record);
    struct value stands = record_value(hall, hall->aid_reg, record, fields[field]);
    struct gift gift = {0};
    if (field == 2)
        gift_text(hall, &gift, hall->aid_reg, "reason", roll(dice, 2) == 0 ? "火灾" : "病");
    else
        gift_int(hall, &gift, hall->aid_reg, fields[field],
                 field == 3 ? 1 + roll(dice, HOUSEHOLDS) : hall->moment.today - (int64_t)roll(dice, 8));
    int code = try_edit(hall, user, record, &gift);
    if (code != 0) {
        assert_int_equal(entries(hall), before);
        world->refused++;
        return;
    }
    bool same = entries(hall) == before;
    if (!same && (((field == 2 ? V | T : V) & role_of[user]) == 0 ||
                  !reaches(user, world->households[record - 1]) || strcmp(state, "check") != 0 || field == 3))
        fail_msg("user %d wrote %s in %s of case %lld", user, fields[field], state, (long long)record);
    if (field == 3)
        assert_int_equal(record_value(hall, hall->aid_reg, record, fields[field]).integer, stands.integer);
    world->done += !same;
}

/* Nothing is put away that is open or was decided; a household only without open cases, and it comes back. */
static void try_burying(struct world *world)
{
    struct hall *hall = world->hall;
    const struct case_actor county = hall_actor(hall, USER_C1);
    int64_t record = 1 + roll(&world->dice, (uint32_t)world->count);
    int64_t household = 1 + roll(&world->dice, HOUSEHOLDS);
    struct case_view view = look(hall, hall->aid_reg, record);
    struct record stands;
    assert_int_equal(record_retire(hall->database, county.scope, hall->aid_reg, record, view.version,
                                   TEXT("埋"), &hall_err),
                     ERR_CONFLICT);
    GOOD(record_get(hall->database, county.scope, hall->household_reg, household, "en", &hall->arena, &stands,
                    &hall_err));
    int code = record_retire(hall->database, county.scope, hall->household_reg, household, stands.version,
                             TEXT("迁出"), &hall_err);
    if (open_on(world, household) > 0) assert_int_equal(code, ERR_CONFLICT);
    if (code != 0) return;
    GOOD(record_restore(hall->database, county.scope, hall->household_reg, household, stands.version + 1,
                        TEXT("回"), &hall_err));
    world->done++;
}

/* What hangs on a case is added and changed while that is open, by who has it in their scope, and never
 * afterwards. */
static void try_child(struct world *world)
{
    struct hall *hall = world->hall;
    struct dice *dice = &world->dice;
    int reg = schema_register_find(&hall->pack->schema, TEXT("payout"));
    int user = (int)roll(dice, USER_COUNT);
    int64_t record = any_case(world), before = entries(hall), id = 0;
    bool again = world->children > 0 && roll(dice, 2) == 0,
         closed = look(hall, hall->aid_reg, record).closed.known;
    struct gift gift = {0};
    gift_int(hall, &gift, reg, "paid", roll(dice, 100000));
    if (!again) {
        gift_int(hall, &gift, reg, "aid", record);
        gift_int(hall, &gift, reg, "paid_on", hall->moment.today);
    }
    const struct case_actor actor = hall_actor(hall, user), county = hall_actor(hall, USER_C1);
    struct record_change change = {.reg = reg, .given = gift.given, .values = gift.values};
    struct record stands;
    if (again) {
        change.id = 1 + roll(dice, (uint32_t)world->children);
        GOOD(
            record_get(hall->database, county.scope, reg, change.id, "en", &hall->arena, &stands, &hall_err));
        change.version = stands.version;
        record = record_value(hall, reg, change.id, "aid").integer;
        closed = look(hall, hall->aid_reg, record).closed.known;
    }
    int code = again && roll(dice, 4) == 0
                   ? case_edit(hall->casework, &actor, hall->moment, &change, &hall_err)
                   : records_write(hall->database, actor.scope, TEXT("edit"), &change, 1, &id, &hall_err);
    if (code != 0) {
        assert_int_equal(entries(hall), before);
        world->refused++;
        return;
    }
    if (closed && entries(hall) != before)
        fail_msg("user %d wrote what hangs on the closed case %lld", user, (long long)record);
    if ((role_of[user] & (V | T | C)) == 0 || !reaches(user, world->households[record - 1]))
        fail_msg("user %d wrote what hangs on case %lld", user, (long long)record);
    world->children += !again;
    world->done++;
}

/* Files come from who acts where the case stands, and go while it is open; nobody touches a closed one's. */
static void try_file(struct world *world)
{
    struct hall *hall = world->hall;
    struct dice *dice = &world->dice;
    int user = (int)roll(dice, USER_COUNT);
    const struct case_actor actor = hall_actor(hall, user);
    int64_t record = any_case(world), before = entries(hall), id = 0;
    const char *state = state_of(hall, record);
    const struct attachment_new file = {.reg = hall->aid_reg,
                                        .record = record,
                                        .name = TEXT("note.txt"),
                                        .bytes =
                                            text_of(arena_printf(&hall->arena, "%u", roll(dice, 100000)))};
    int code = world->files > 0 && roll(dice, 3) == 0
                   ? case_detach(hall->casework, &actor, hall->moment, hall->aid_reg, record,
                                 1 + roll(dice, (uint32_t)world->files), TEXT("误"), &hall_err)
                   : case_attach(hall->casework, &actor, hall->moment, &file, &id, NULL, &hall_err);
    if (code != 0) {
        assert_int_equal(entries(hall), before);
        world->refused++;
        return;
    }
    if (entries(hall) != before && (is_in("granted refused dropped", state) || role_of[user] == 0 ||
                                    !reaches(user, world->households[record - 1])))
        fail_msg("user %d added or took a file in %s of case %lld", user, state, (long long)record);
    if (id > world->files) world->files = id;
    world->done++;
}

/* Many at once: each has its own result, as if it had been done alone. */
static void try_batch(struct world *world)
{
    enum { MANY = 5 };
    struct hall *hall = world->hall;
    int user, move;
    struct case_act acts[MANY];
    struct case_result results[MANY];
    const char *from[MANY];
    choose(world, 1, state_of(hall, 1), &user, &move);
    for (size_t i = 0; i < MANY; i++) {
        int64_t record = any_case(world);
        acts[i] = (struct case_act){.reg = hall->aid_reg,
                                    .record = record,
                                    .version = look(hall, hall->aid_reg, record).version,
                                    .transition = transition_of(hall, moves[move].name),
                                    .comment = TEXT("成批")};
        from[i] = state_of(hall, record);
    }
    const struct case_actor actor = hall_actor(hall, user);
    GOOD(case_batch(hall->casework, &actor, hall->moment, acts, MANY, results, &hall_err));
    for (size_t i = 0; i < MANY; i++) {
        world->done += results[i].code == 0;
        world->refused += results[i].code != 0;
        if (results[i].code == 0 &&
            ((moves[move].who & role_of[user]) == 0 ||
             !reaches(user, world->households[acts[i].record - 1]) || !is_in(moves[move].from, from[i])))
            fail_msg("user %d did %s from %s on case %lld among many", user, moves[move].name, from[i],
                     (long long)acts[i].record);
        check_case(world, acts[i].record, 0);
    }
}

static void pass_time(struct world *world)
{
    struct hall *hall = world->hall;
    struct tick_report report;
    if (roll(&world->dice, world->pace) == 0) hall->moment.today += (int32_t)roll(&world->dice, 4);
    if (hall->moment.today > day_of("2024-11-01")) hall->moment.today = day_of("2024-11-01");
    hall->moment.now = (int64_t)hall->moment.today * 86400;
    if (roll(&world->dice, 3) == 0)
        set_household(hall, 1 + roll(&world->dice, HOUSEHOLDS), "income",
                      500000 + roll(&world->dice, 800000));
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    if (report.failed > 0) fail_msg("%s", report.first.en);
    int64_t before = entries(hall);
    GOOD(casework_tick(hall->casework, hall->moment, NULL, &report, &hall_err));
    assert_int_equal(entries(hall), before); /* twice changes nothing */
}

static int64_t number_of_steps(void)
{
    const char *wanted = getenv("ZENGSHOU_CASE_STEPS");
    return wanted == NULL ? 2000 : strtoll(wanted, NULL, 10);
}

static void all_sound(struct world *world)
{
    struct fault_list faults = {0};
    int64_t cases;
    GOOD(casework_verify(world->hall->casework, &cases, &faults, &hall_err));
    if (faults.count > 0) fail_msg("%s", faults.items[0].en);
    fault_list_fini(&faults);
    assert_true(cases >= world->count);
}

static void anything(void **state)
{
    const char *seed = getenv("ZENGSHOU_CASE_SEED");
    int64_t steps = number_of_steps();
    struct world world = {.hall = hall_new(*state, "2022-01-04"),
                          .pace = 1 + (uint32_t)(steps / 20000),
                          .dice = {seed == NULL ? 20220104 : strtoull(seed, NULL, 10)},
                          .cases = mem_new((size_t)steps + 1, sizeof(int64_t)),
                          .households = mem_new((size_t)steps + 1, sizeof(int64_t))};
    for (int64_t i = 0; i < steps; i++) {
        uint32_t what = roll(&world.dice, 100);
        if (world.count == 0 || what < 6)
            try_opening(&world);
        else if (what < 10)
            pass_time(&world);
        else if (what < 20)
            try_writing(&world);
        else if (what < 22)
            try_burying(&world);
        else if (what < 30)
            try_child(&world);
        else if (what < 34)
            try_file(&world);
        else if (what < 37)
            try_batch(&world);
        else
            try_move(&world);
        for (int64_t k = 1; i % 20 == 0 && k <= HOUSEHOLDS; k++) assert_true(open_on(&world, k) <= 1);
        if (i % 500 == 499) arena_fini(&world.hall->arena);
        if (i % 20000 == 19999) all_sound(&world);
    }
    all_sound(&world);
    print_message("%lld opened, %lld done, %lld refused, %lld hang on them, %lld files\n",
                  (long long)world.opened, (long long)world.done, (long long)world.refused,
                  (long long)world.children, (long long)world.files);
    assert_true(world.done > steps / 50 && world.refused > steps / 10);
    free(world.cases);
    free(world.households);
    hall_free(world.hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {AT_A_PLACE(anything)};
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
