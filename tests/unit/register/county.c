/* A county that is edited at random: what the tests of past states and of refreshed frames have in common. */
#include "county.h"

#include "register/value.h"

enum { HOUSEHOLDS_MAX = 12 };

int county_settle(void **state)
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

int county_leave(void **state)
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

int county_load(struct county *county, int64_t entry, struct frame **frame, struct err *err)
{
    bool flags[REGISTERS][16];
    bool *fields[REGISTERS];
    memset(flags, 1, sizeof flags);
    for (int i = 0; i < REGISTERS; i++) fields[i] = flags[i];
    const struct frame_request request = {.used = fields, .entry = entry};
    return frame_load(county->database, &request, frame, err);
}

struct frame *county_loaded(struct county *county, int64_t entry)
{
    struct frame *frame;
    OK(county_load(county, entry, &frame, &err));
    return frame;
}

int64_t county_last_entry(struct county *county)
{
    return count_of(county->database, "SELECT coalesce(max(id), 0) FROM zs_entry");
}

/* ---- Random edits ---- */

int64_t county_some(struct county *county, int64_t below)
{
    county->seed = county->seed * 6364136223846793005U + 1442695040888963407U;
    return (int64_t)(county->seed >> 33) % below;
}

int64_t county_of_record(struct county *county, int reg, int64_t id, const char *what)
{
    char sql[120];
    struct text table = county->pack->schema.registers[reg].label.name;
    snprintf(sql, sizeof sql, "SELECT coalesce(max(%s), 0) FROM \"%.*s\"", what, TEXT_ARGS(table));
    if (id != 0) snprintf(sql + strlen(sql), sizeof sql - strlen(sql), " WHERE id = %lld", (long long)id);
    return count_of(county->database, sql);
}

int64_t county_some_record(struct county *county, int reg)
{
    int64_t most = county_of_record(county, reg, 0, "id"), id = 0;
    for (int tries = 0; most > 0 && id == 0 && tries < 20; tries++)
        id = county_of_record(county, reg, county_some(county, most) + 1, "id");
    return id;
}

static struct value random_value(struct county *county, int reg, size_t field)
{
    static const char *const texts[] = {"甲", "a \"quoted\" one", "反斜杠\\和\n换行", "乙乙"};
    struct type type = county->pack->schema.registers[reg].fields[field].type;
    bool required = county->pack->registers[reg].fields[field].required;
    if (!required && county_some(county, 4) == 0) return (struct value){0};
    switch (type.kind) {
    case TYPE_BOOL:
        return whole(county_some(county, 2));
    case TYPE_RATIO:
        return share((double)(county_some(county, 2000) - 1000) / 700);
    case TYPE_TEXT:
        return words(texts[county_some(county, 4)]);
    case TYPE_DATE:
        return on_day(1950 + (int)county_some(county, 70), 1 + (int)county_some(county, 12),
                      1 + (int)county_some(county, 28));
    case TYPE_MONTH:
        return in_month(2020 + (int)county_some(county, 3), 1 + (int)county_some(county, 12));
    case TYPE_CODE:
        return whole(
            county_some(county, (int64_t)county->pack->schema.dictionaries[type.dictionary].code_count));
    case TYPE_CODES:
        return whole(1 + county_some(county, 7));
    case TYPE_RECORD:
        return whole(county_some_record(county, type.record));
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_NULL:
        break;
    }
    return whole(county_some(county, 1000000));
}

/* Some are refused because their key is taken, they are retired, or what they hang on is not there; that is
 * another test's subject. */
void county_edit(struct county *county)
{
    static const int chances[] = {VILLAGE, HOUSEHOLD, HOUSEHOLD, PERSON, PERSON, PERSON, LEDGER, LEDGER, JOB};
    int reg = chances[county_some(county, sizeof chances / sizeof *chances)];
    bool fresh = county_some(county, 3) == 0;
    int64_t id = fresh ? 0 : county_some_record(county, reg);
    if (id == 0 && reg == HOUSEHOLD && county_of_record(county, reg, 0, "id") >= HOUSEHOLDS_MAX) return;
    struct draft draft =
        id == 0 ? draft_new(reg) : draft_of(reg, id, county_of_record(county, reg, id, "version"));
    char key[32];
    for (size_t i = 0; i < county->pack->schema.registers[reg].field_count; i++) {
        bool is_text_key = i == 0 && reg != LEDGER && reg != JOB;
        if (id != 0 && (is_text_key || county_some(county, 3) > 0)) continue;
        draft_set(&draft, (int)i, random_value(county, reg, i));
        if (!is_text_key) continue;
        snprintf(key, sizeof key, "K%lld", (long long)(county->seed >> 20));
        draft_set(&draft, (int)i, words(key));
    }
    struct err err = {0};
    if (draft_try(county->database, &draft, &err) != 0)
        assert_true(err.code == ERR_CONFLICT || err.code == ERR_INPUT || err.code == ERR_NOT_FOUND);
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
    struct frame *frame = county_loaded(county, 0);
    struct json_writer json = json_start(before);
    json_put_object(&json);
    for (size_t i = 0; i < meta->field_count; i++) {
        struct value value = frame_get(frame, reg, (int)i, frame_row(frame, reg, id));
        json_put_key(&json, meta->fields[i].label.name.at);
        value_json(&json, &county->pack->schema, meta->fields[i].type, &value);
    }
    json_member_int(&json, "created", county_of_record(county, reg, id, "created"));
    json_put_object_end(&json);
    frame_free(frame);
}

/* A record leaves its register or comes back, in the form that database.h describes. */
void county_retire_or_restore(struct county *county, int reg, int64_t id)
{
    struct store *store = database_store(county->database);
    bool there = county_of_record(county, reg, id, "coalesce(retired, 0)") == 0;
    struct buffer before = {0}, sql = {0};
    int64_t entry;
    if (there)
        before_retiring(county, reg, id, &before);
    else
        buffer_printf(&before, "{\"retired\":%lld}", (long long)county_of_record(county, reg, id, "retired"));
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
