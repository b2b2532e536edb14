/* See support.h. */
#include "support.h"

#include "register/record.h"

struct err hall_err;

#define PASSWORD "Plum-Rain-77-river"

/* ---- The pack ---- */

static struct text read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot read %s", path);
    struct buffer content = {0};
    char part[4096];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0) buffer_add(&content, part, got);
    fclose(file);
    struct text text = arena_text(arena, buffer_get(&content));
    buffer_fini(&content);
    return text;
}

static struct pack *load_pack(void)
{
    static const char *const names[] = {"pack.yaml",         "divisions.csv",   "units.yaml",
                                        "dictionaries.yaml", "parameters.yaml", "registers.yaml",
                                        "roles.yaml",        "workflows.yaml",  "attachments.yaml"};
    enum { COUNT = sizeof names / sizeof *names };
    struct arena arena = {0};
    struct pack_file files[COUNT + 1];
    struct fault_list faults = {0};
    struct pack *pack;
    for (size_t i = 0; i < COUNT; i++)
        files[i] = (struct pack_file){
            text_of(names[i]),
            read_file(&arena,
                      arena_printf(&arena, ZENGSHOU_SOURCE "/tests/unit/casework/pack/%s", names[i]))};
    files[COUNT] = (struct pack_file){
        TEXT("holidays.yaml"), read_file(&arena, ZENGSHOU_SOURCE "/packs/hengyang-2022/holidays.yaml")};
    if (pack_load_files("test", files, COUNT + 1, &pack, &faults, &hall_err) != 0)
        fail_msg("%s: %s:%d", faults.items[0].en, faults.items[0].file, faults.items[0].line);
    fault_list_fini(&faults);
    arena_fini(&arena);
    return pack;
}

/* ---- The county ---- */

static void add_households(struct hall *hall)
{
    const struct scope scope = scope_everything(hall->pack, TEXT("test"), &hall->arena);
    for (int64_t i = 0; i < HOUSEHOLDS; i++) {
        struct gift gift = {0};
        gift_text(hall, &gift, hall->household_reg, "number", arena_printf(&hall->arena, "H%d", (int)i + 1));
        gift_int(hall, &gift, hall->household_reg, "village", i / 2 + 1);
        gift_int(hall, &gift, hall->household_reg, "members", 3);
        gift_int(hall, &gift, hall->household_reg, "income", 500000);
        const struct record_change change = {hall->household_reg, 0, 0, gift.given, gift.values};
        int64_t id;
        GOOD(records_write(hall->database, &scope, TEXT("test"), &change, 1, &id, &hall_err));
        assert_int_equal(id, i + 1);
    }
}

static const struct {
    const char *name, *role, *division, *unit;
} people[USER_COUNT] = {
    [USER_V1] = {"v1", "village", "V1", NULL},        [USER_V2] = {"v2", "village", "V2", NULL},
    [USER_V3] = {"v3", "village", "V3", NULL},        [USER_T1] = {"t1", "township", "T1", NULL},
    [USER_T2] = {"t2", "township", "T2", NULL},       [USER_C1] = {"c1", "county", NULL, NULL},
    [USER_C2] = {"c2", "county", NULL, NULL},         [USER_CLINIC] = {"clinic", "clinic", NULL, "clinic"},
    [USER_READER] = {"reader", "reader", NULL, NULL},
};

static void add_people(struct hall *hall)
{
    for (int i = 0; i < USER_COUNT; i++) {
        struct text division = text_of(people[i].division);
        struct user_new user = {
            .name = text_of(people[i].name), .password = TEXT(PASSWORD), .demonstration = true};
        user.settings = (struct user_settings){.display_name = user.name,
                                               .role = text_of(people[i].role),
                                               .unit = text_of(people[i].unit),
                                               .divisions = &division,
                                               .division_count = people[i].division != NULL};
        GOOD(user_add(hall->access, TEXT("test"), &user, &hall->users[i], &hall_err));
        GOOD(access_user(hall->access, hall->users[i], &hall->principals[i], &hall_err));
        assert_int_equal(hall->principals[i]->closed.code, 0);
    }
}

struct hall *hall_new(const struct place *place, const char *today)
{
    struct hall *hall = mem_new(1, sizeof *hall);
    struct database_report report = {0};
    /* The least that Argon2id allows. */
    const struct access_options options = {.memory = 8192, .passes = 1};
    hall->place = place;
    hall->pack = load_pack();
    hall->aid = pack_workflow_find(hall->pack, TEXT("aid"));
    hall->aid_reg = hall->pack->workflows[hall->aid].reg;
    hall->household_reg = schema_register_find(&hall->pack->schema, TEXT("household"));
    GOOD(database_init(place->path, hall->pack, &report, &hall_err));
    database_report_fini(&report);
    GOOD(access_init(place->path, &hall_err));
    GOOD(files_init(place->path, &hall_err));
    GOOD(casework_init(place->path, &hall_err));
    GOOD(casework_init(place->path, &hall_err));
    GOOD(database_open_with(place->path, false, hall->pack, &hall->database, &hall_err));
    GOOD(access_open(hall->database, &options, &hall->access, &hall_err));
    GOOD(casework_open(hall->database, hall->access, &hall->casework, &hall_err));
    hall_day(hall, today);
    add_households(hall);
    add_people(hall);
    return hall;
}

void hall_free(struct hall *hall)
{
    for (int i = 0; i < USER_COUNT; i++) principal_free(hall->principals[i]);
    casework_close(hall->casework);
    access_close(hall->access);
    database_close(hall->database);
    pack_free(hall->pack);
    arena_fini(&hall->arena);
    free(hall);
}

int32_t day_of(const char *text)
{
    int32_t date;
    assert_true(date_parse(text_of(text), &date));
    return date;
}

void hall_day(struct hall *hall, const char *today)
{
    hall->moment.today = day_of(today);
    hall->moment.now = (int64_t)hall->moment.today * 86400 + 36000;
}

struct case_actor hall_actor(const struct hall *hall, int user)
{
    return case_actor_of(hall->principals[user]);
}

/* ---- Words ---- */

int field_of(const struct hall *hall, int reg, const char *name)
{
    int field = schema_field_find(&hall->pack->schema.registers[reg], text_of(name));
    assert_true(field >= 0);
    return field;
}

int transition_of(const struct hall *hall, const char *name)
{
    int transition = workflow_transition_find(&hall->pack->workflows[hall->aid], text_of(name));
    assert_true(transition >= 0);
    return transition;
}

void gift_text(const struct hall *hall, struct gift *gift, int reg, const char *field, const char *value)
{
    int index = field_of(hall, reg, field);
    gift->given[index] = true;
    gift->values[index] = (struct value){.known = value != NULL, .text = text_of(value)};
}

void gift_int(const struct hall *hall, struct gift *gift, int reg, const char *field, int64_t value)
{
    int index = field_of(hall, reg, field);
    gift->given[index] = true;
    gift->values[index] = (struct value){.known = true, .integer = value};
}

/* ---- Acts ---- */

int try_open(struct hall *hall, int user, int64_t household, const char *reason, int64_t *record)
{
    const struct case_actor actor = hall_actor(hall, user);
    struct gift gift = {0};
    gift_int(hall, &gift, hall->aid_reg, "household", household);
    if (reason != NULL) gift_text(hall, &gift, hall->aid_reg, "reason", reason);
    const struct case_opening opening = {.workflow = hall->aid, .given = gift.given, .values = gift.values};
    return case_open(hall->casework, &actor, hall->moment, &opening, record, NULL, &hall_err);
}

int64_t open_aid(struct hall *hall, int user, int64_t household)
{
    int64_t record = 0;
    GOOD(try_open(hall, user, household, "洪水", &record));
    return record;
}

int try_do(struct hall *hall, int user, int64_t record, const char *transition, const struct gift *gift,
           const char *comment)
{
    const struct case_actor actor = hall_actor(hall, user);
    struct case_done done;
    const struct case_act act = {.reg = hall->aid_reg,
                                 .record = record,
                                 .version = look(hall, hall->aid_reg, record).version,
                                 .transition = transition_of(hall, transition),
                                 .given = gift == NULL ? NULL : gift->given,
                                 .values = gift == NULL ? NULL : gift->values,
                                 .comment = text_of(comment)};
    return case_do(hall->casework, &actor, hall->moment, &act, &done, &hall_err);
}

int try_edit(struct hall *hall, int user, int64_t record, const struct gift *gift)
{
    const struct case_actor actor = hall_actor(hall, user);
    const struct record_change change = {hall->aid_reg, record, look(hall, hall->aid_reg, record).version,
                                         gift->given, gift->values};
    return case_edit(hall->casework, &actor, hall->moment, &change, &hall_err);
}

void submit(struct hall *hall, int user, int64_t record, const char *notice_from)
{
    struct gift gift = {0};
    gift_int(hall, &gift, hall->aid_reg, "amount", 200000);
    gift_int(hall, &gift, hall->aid_reg, "notice_from", day_of(notice_from));
    DO(hall, user, record, "submit", &gift, NULL);
}

struct case_view look(struct hall *hall, int reg, int64_t record)
{
    const struct case_actor actor = hall_actor(hall, USER_C1);
    struct case_view view;
    GOOD(case_get(hall->casework, &actor, hall->moment, reg, record, &hall->arena, &view, &hall_err));
    return view;
}

const char *state_of(struct hall *hall, int64_t record)
{
    struct case_view view = look(hall, hall->aid_reg, record);
    struct text name = hall->pack->workflows[view.workflow].states[view.state].label.name;
    return arena_copy(&hall->arena, name.at, name.size);
}

int64_t entries(struct hall *hall)
{
    int64_t count = 0;
    bool found;
    GOOD(store_query_int(database_store(hall->database), "SELECT count(*) FROM zs_entry", &count, &found,
                         &hall_err));
    return count;
}

void set_household(struct hall *hall, int64_t household, const char *field, int64_t value)
{
    const struct scope scope = scope_everything(hall->pack, TEXT("test"), &hall->arena);
    struct record record;
    struct gift gift = {0};
    GOOD(record_get(hall->database, &scope, hall->household_reg, household, "en", &hall->arena, &record,
                    &hall_err));
    gift_int(hall, &gift, hall->household_reg, field, value);
    const struct record_change change = {hall->household_reg, household, record.version, gift.given,
                                         gift.values};
    GOOD(records_write(hall->database, &scope, TEXT("test"), &change, 1, NULL, &hall_err));
}

struct value record_value(struct hall *hall, int reg, int64_t record, const char *field)
{
    const struct scope scope = scope_everything(hall->pack, TEXT("test"), &hall->arena);
    struct record got;
    GOOD(record_get(hall->database, &scope, reg, record, "en", &hall->arena, &got, &hall_err));
    return got.values[field_of(hall, reg, field)];
}

void sound(struct hall *hall)
{
    struct fault_list faults = {0};
    int64_t cases;
    GOOD(casework_verify(hall->casework, &cases, &faults, &hall_err));
    if (faults.count > 0) fail_msg("%s", faults.items[0].en);
    fault_list_fini(&faults);
}

/* From opening to where the county decides, on days that allow it. */
int64_t bring_to_decision(struct hall *hall, int64_t household)
{
    hall_day(hall, "2022-03-01");
    int64_t record = open_aid(hall, USER_V1, household);
    submit(hall, USER_V1, record, "2022-03-01");
    hall_day(hall, "2022-03-07");
    DO(hall, USER_T1, record, "post", NULL, NULL);
    DO(hall, USER_T1, record, "sign", NULL, NULL);
    DO(hall, USER_CLINIC, record, "sign", NULL, NULL);
    DO(hall, USER_C1, record, "sign", NULL, NULL);
    assert_string_equal(state_of(hall, record), "decision");
    return record;
}

struct case_clue clue_of(struct hall *hall, struct gift *gift, const char *digest)
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

size_t count_list(struct hall *hall, int user, enum case_list_kind kind)
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
