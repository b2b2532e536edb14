/* Any past state comes back from the log exactly as it was loaded when it was the present. */
#include "fixture.h"

#include "register/frame_load.h"
#include "register/value.h"

enum { STEPS = 120, EDITS_MAX = 4, HOUSEHOLDS_MAX = 12 };

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
    uint64_t seed;
};

static int settle(void **state)
{
    void *place;
    place_make(&place);
    struct county *county = calloc(1, sizeof *county);
    county->place = *(struct place *)place;
    free(place);
    county->pack = fixture_pack();
    county->database = fixture_database(&county->place, county->pack);
    county->seed = 20220930;
    *state = county;
    return 0;
}

static int leave(void **state)
{
    struct county *county = *state;
    database_close(county->database);
    fixture_free(county->pack);
    struct place *place = malloc(sizeof *place);
    *place = county->place;
    free(county);
    void *as_state = place;
    return place_drop(&as_state);
}

/* ---- Frames ---- */

static int load(struct county *county, int64_t entry, struct frame **frame, struct err *err)
{
    bool flags[REGISTERS][16];
    bool *fields[REGISTERS];
    memset(flags, 1, sizeof flags);
    for (int i = 0; i < REGISTERS; i++) fields[i] = flags[i];
    const struct frame_request request = {.used = fields, .entry = entry};
    return frame_load(county->database, &request, frame, err);
}

static struct frame *loaded(struct county *county, int64_t entry)
{
    struct frame *frame;
    OK(load(county, entry, &frame, &err));
    return frame;
}

static void assert_same(const struct frame *a, const struct frame *b, int64_t entry)
{
    for (int reg = 0; reg < REGISTERS; reg++) {
        const struct schema_register *meta = &a->schema->registers[reg];
        if (a->registers[reg].rows != b->registers[reg].rows)
            fail_msg("entry %lld, register %d: %zu rows, not %zu", (long long)entry, reg,
                     b->registers[reg].rows, a->registers[reg].rows);
        for (size_t row = 0; row < a->registers[reg].rows; row++) {
            assert_int_equal(frame_id(a, reg, row), frame_id(b, reg, row));
            assert_int_equal(frame_parent(a, reg, (uint32_t)row), frame_parent(b, reg, (uint32_t)row));
            for (size_t field = 0; field < meta->field_count; field++) {
                struct value x = frame_get(a, reg, (int)field, row), y = frame_get(b, reg, (int)field, row);
                if (!value_equal(meta->fields[field].type, &x, &y))
                    fail_msg("entry %lld: %.*s #%lld.%.*s differs", (long long)entry,
                             TEXT_ARGS(meta->label.name), (long long)frame_id(a, reg, row),
                             TEXT_ARGS(meta->fields[field].label.name));
            }
        }
    }
}

static int64_t last_entry(struct county *county)
{
    return count_of(county->database, "SELECT coalesce(max(id), 0) FROM zs_entry");
}

/* ---- Random edits ---- */

static int64_t some(struct county *county, int64_t below)
{
    county->seed = county->seed * 6364136223846793005U + 1442695040888963407U;
    return (int64_t)(county->seed >> 33) % below;
}

static int64_t of_record(struct county *county, int reg, int64_t id, const char *what)
{
    char sql[120];
    struct text table = county->pack->schema.registers[reg].label.name;
    snprintf(sql, sizeof sql, "SELECT coalesce(max(%s), 0) FROM \"%.*s\"", what, TEXT_ARGS(table));
    if (id != 0) snprintf(sql + strlen(sql), sizeof sql - strlen(sql), " WHERE id = %lld", (long long)id);
    return count_of(county->database, sql);
}

static int64_t some_record(struct county *county, int reg)
{
    int64_t most = of_record(county, reg, 0, "id"), id = 0;
    for (int tries = 0; most > 0 && id == 0 && tries < 20; tries++)
        id = of_record(county, reg, some(county, most) + 1, "id");
    return id;
}

static struct value random_value(struct county *county, int reg, size_t field)
{
    static const char *const texts[] = {"甲", "a \"quoted\" one", "反斜杠\\和\n换行", "乙乙"};
    struct type type = county->pack->schema.registers[reg].fields[field].type;
    bool required = county->pack->registers[reg].fields[field].required;
    if (!required && some(county, 4) == 0) return (struct value){0};
    switch (type.kind) {
    case TYPE_BOOL:
        return whole(some(county, 2));
    case TYPE_RATIO:
        return share((double)(some(county, 2000) - 1000) / 700);
    case TYPE_TEXT:
        return words(texts[some(county, 4)]);
    case TYPE_DATE:
        return on_day(1950 + (int)some(county, 70), 1 + (int)some(county, 12), 1 + (int)some(county, 28));
    case TYPE_MONTH:
        return in_month(2020 + (int)some(county, 3), 1 + (int)some(county, 12));
    case TYPE_CODE:
        return whole(some(county, (int64_t)county->pack->schema.dictionaries[type.dictionary].code_count));
    case TYPE_CODES:
        return whole(1 + some(county, 7));
    case TYPE_RECORD:
        return whole(some_record(county, type.record));
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_NULL:
        break;
    }
    return whole(some(county, 1000000));
}

/* Some are refused because their key is taken or what they hang on is not there yet; that is another test's
 * subject. */
static void edit(struct county *county)
{
    static const int chances[] = {VILLAGE, HOUSEHOLD, HOUSEHOLD, PERSON, PERSON, PERSON, LEDGER, LEDGER, JOB};
    int reg = chances[some(county, sizeof chances / sizeof *chances)];
    bool fresh = some(county, 3) == 0;
    int64_t id = fresh ? 0 : some_record(county, reg);
    if (id == 0 && reg == HOUSEHOLD && of_record(county, reg, 0, "id") >= HOUSEHOLDS_MAX) return;
    struct draft draft = id == 0 ? draft_new(reg) : draft_of(reg, id, of_record(county, reg, id, "version"));
    char key[32];
    for (size_t i = 0; i < county->pack->schema.registers[reg].field_count; i++) {
        bool is_text_key = i == 0 && reg != LEDGER && reg != JOB;
        if (id != 0 && (is_text_key || some(county, 3) > 0)) continue;
        draft_set(&draft, (int)i, random_value(county, reg, i));
        if (!is_text_key) continue;
        snprintf(key, sizeof key, "K%lld", (long long)(county->seed >> 20));
        draft_set(&draft, (int)i, words(key));
    }
    struct err err = {0};
    if (draft_try(county->database, &draft, &err) != 0)
        assert_true(err.code == ERR_CONFLICT || err.code == ERR_INPUT);
}

static void log_change(struct county *county, int64_t *entry, int reg, int64_t id, const char *kind,
                       struct text before)
{
    struct statement *insert;
    OK(database_entry(county->database, TEXT("tester"), text_of(kind), TEXT(""), entry, &err));
    OK(store_prepare(database_store(county->database),
                     TEXT("INSERT INTO zs_change (entry, register, record, kind, before) VALUES "
                          "(?1, ?2, ?3, ?4, ?5)"),
                     &insert, &err));
    statement_bind_int(insert, 1, *entry);
    statement_bind_text(insert, 2, county->pack->schema.registers[reg].label.name);
    statement_bind_int(insert, 3, id);
    statement_bind_text(insert, 4, text_of(kind));
    statement_bind_text(insert, 5, before);
    OK(statement_run(insert, &err));
    statement_free(insert);
}

static void before_retiring(struct county *county, int reg, int64_t id, struct buffer *before)
{
    const struct schema_register *meta = &county->pack->schema.registers[reg];
    struct frame *frame = loaded(county, 0);
    struct json_writer json = json_start(before);
    json_put_object(&json);
    for (size_t i = 0; i < meta->field_count; i++) {
        struct value value = frame_get(frame, reg, (int)i, frame_row(frame, reg, id));
        json_put_key(&json, meta->fields[i].label.name.at);
        value_json(&json, &county->pack->schema, meta->fields[i].type, &value);
    }
    json_put_key(&json, "created");
    json_put_int(&json, of_record(county, reg, id, "created"));
    json_put_object_end(&json);
    frame_free(frame);
}

/* A record leaves its register or comes back, in the form that database.h describes. */
static void retire_or_restore(struct county *county, int reg, int64_t id)
{
    struct store *store = database_store(county->database);
    bool there = of_record(county, reg, id, "coalesce(retired, 0)") == 0;
    struct buffer before = {0}, sql = {0};
    int64_t entry;
    if (there)
        before_retiring(county, reg, id, &before);
    else
        buffer_printf(&before, "{\"retired\":%lld}", (long long)of_record(county, reg, id, "retired"));
    OK(store_begin(store, &err));
    log_change(county, &entry, reg, id, there ? "retired" : "restored", buffer_get(&before));
    buffer_printf(&sql, "UPDATE \"%.*s\" SET version = version + 1, entry = %lld, retired = ",
                  TEXT_ARGS(county->pack->schema.registers[reg].label.name), (long long)entry);
    if (there)
        buffer_printf(&sql, "%lld", (long long)entry);
    else
        buffer_string(&sql, "NULL");
    buffer_printf(&sql, " WHERE id = %lld", (long long)id);
    OK(store_run(store, sql.data, &err));
    OK(store_commit(store, &err));
    buffer_fini(&before);
    buffer_fini(&sql);
}

static void every_past_state_comes_back(void **state)
{
    struct county *county = *state;
    struct {
        int64_t entry;
        struct frame *frame;
    } kept[STEPS];
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    for (int i = 0; i < STEPS; i++) {
        for (int64_t edits = some(county, EDITS_MAX) + 1; edits > 0; edits--) edit(county);
        int gone = some(county, 2) == 0 ? JOB : LEDGER;
        int64_t id = some(county, 5) == 0 ? some_record(county, gone) : 0;
        if (id != 0) retire_or_restore(county, gone, id);
        kept[i].entry = last_entry(county);
        kept[i].frame = loaded(county, 0);
    }
    assert_true(kept[STEPS - 1].frame->registers[LEDGER].rows > 5);
    assert_true(count_of(county->database, "SELECT count(*) FROM zs_change WHERE kind = 'retired'") > 5);
    assert_true(count_of(county->database, "SELECT count(*) FROM zs_change WHERE kind = 'restored'") > 1);
    assert_true(
        count_of(county->database,
                 "SELECT count(*) FROM zs_change WHERE register = 'person' AND before LIKE '%household%'") >
        3);
    for (int i = 0; i < STEPS; i++) {
        struct frame *frame = loaded(county, kept[i].entry);
        assert_same(kept[i].frame, frame, kept[i].entry);
        frame_free(frame);
        frame_free(kept[i].frame);
    }
}

/* ---- By hand ---- */

static void a_member_moved_between_households(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t a = add_household(county->database, "A1", 1), b = add_household(county->database, "A2", 1);
    int64_t first = add_person(county->database, "P1", a), second = add_person(county->database, "P2", b);
    add_person(county->database, "P3", b);
    int64_t before = last_entry(county);
    /* One each way, so that one is met too late and one too early. */
    struct draft draft = draft_of(PERSON, first, 1);
    draft_set(&draft, PERSON_HOUSEHOLD, whole(b));
    draft_save(county->database, &draft);
    draft = draft_of(PERSON, second, 1);
    draft_set(&draft, PERSON_HOUSEHOLD, whole(a));
    draft_save(county->database, &draft);
    struct frame *now = loaded(county, 0), *then = loaded(county, before);
    assert_int_equal(frame_parent(now, PERSON, frame_row(now, PERSON, first)), frame_row(now, HOUSEHOLD, b));
    assert_int_equal(frame_parent(then, PERSON, frame_row(then, PERSON, first)),
                     frame_row(then, HOUSEHOLD, a));
    assert_int_equal(frame_parent(then, PERSON, frame_row(then, PERSON, second)),
                     frame_row(then, HOUSEHOLD, b));
    for (uint32_t row = 0; row < 3; row++) assert_int_equal(frame_id(then, PERSON, row), row + 1);
    frame_free(now);
    frame_free(then);
}

static void before_there_was_anything(void **state)
{
    struct county *county = *state;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t village = last_entry(county);
    add_household(county->database, "A1", 1);
    struct frame *frame = loaded(county, village);
    assert_int_equal(frame->registers[VILLAGE].rows, 1);
    assert_int_equal(frame->registers[HOUSEHOLD].rows, 0);
    frame_free(frame);
}

static void what_the_pack_no_longer_knows_is_said(void **state)
{
    struct county *county = *state;
    struct frame *frame;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    struct draft draft = draft_of(HOUSEHOLD, add_household(county->database, "A1", 1), 1);
    int64_t before = last_entry(county);
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    draft_save(county->database, &draft);
    OK(store_run(database_store(county->database),
                 "UPDATE zs_change SET before = '{\"category\":\"martian\"}'", &err));
    REFUSED(load(county, before, &frame, &err), ERR_CONFLICT, "category");
    OK(store_run(database_store(county->database), "UPDATE zs_change SET before = '{\"category\":'", &err));
    REFUSED(load(county, before, &frame, &err), ERR_CORRUPT, "record 1");
    /* A field that left the pack is no longer asked for. */
    OK(store_run(database_store(county->database),
                 "UPDATE zs_change SET before = '{\"gone\":[1,{\"a\":\"]\"}]}'", &err));
    OK(load(county, before, &frame, &err));
    frame_free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_past_state_comes_back, settle, leave),
        cmocka_unit_test_setup_teardown(a_member_moved_between_households, settle, leave),
        cmocka_unit_test_setup_teardown(before_there_was_anything, settle, leave),
        cmocka_unit_test_setup_teardown(what_the_pack_no_longer_knows_is_said, settle, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
