/* Making databases and migrating them: what is added, what is kept, what is refused and how. */
#include "fixture.h"

#include "register/verify.h"

static struct database_report init(const struct place *place, const struct pack *pack)
{
    struct database_report report;
    OK(database_init(place->path, pack, &report, &err));
    return report;
}

static void expect_note(const struct database_report *report, size_t at, const char *words_in_it)
{
    assert_true(report->note_count > at);
    char note[512];
    snprintf(note, sizeof note, "%.*s", TEXT_ARGS(report->notes[at]));
    assert_non_null(strstr(note, words_in_it));
    assert_non_null(strchr(note, '|'));
}

/* A database with one village, one household and one person. */
static void settle(const struct place *place, struct pack *pack)
{
    struct database *database = fixture_database(place, pack);
    int64_t household =
        add_household(database, "A1", add_village(database, "430421101001", "金兰镇", "甲村"));
    struct draft draft = draft_of(HOUSEHOLD, household, 1);
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    draft_save(database, &draft);
    int64_t person = add_person(database, "P1", household);
    draft = draft_of(PERSON, person, 1);
    draft_set(&draft, PERSON_HEALTH, whole(1 << HEALTH_CHRONIC | 1 << HEALTH_DISABLED));
    draft_save(database, &draft);
    database_close(database);
}

/* SQL: 1 when the table's primary key begins with the column. */
static const char *key_begins_with(const char *table, const char *column)
{
    static char sql[400];
    snprintf(sql, sizeof sql,
             says("SELECT pk FROM pragma_table_info('%s') WHERE name = '%s'",
                  "SELECT count(*) FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = "
                  "conkey[1] WHERE contype = 'p' AND conrelid = '%s'::regclass AND attname = '%s'"),
             table, column);
    return sql;
}

static void makes_one_table_a_register(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database_report report = init(place, pack);
    assert_true(report.created);
    assert_int_equal(report.tables_added, REGISTERS);
    database_report_fini(&report);
    struct store *store = opened(place->path, (struct store_options){0});
    char **names;
    size_t count;
    OK(store_table_columns(store, "household", &names, &count, &err));
    assert_int_equal(count, 10 + 5);
    assert_string_equal(names[0], "id");
    assert_string_equal(names[1], "number");
    assert_string_equal(names[13], "version");
    assert_string_equal(names[14], "retired");
    store_names_free(names, count);
    assert_int_equal(ask(store, "SELECT count(*) FROM zs_pack_file WHERE path = 'pack.yaml'"), 1);
    /* A household's rows lie together: the table is clustered by (household, id). */
    assert_int_equal(ask(store, key_begins_with("person", "household")), 1);
    assert_int_equal(ask(store, key_begins_with("job", "person")), 0);
    store_close(store);
    fixture_free(pack);
}

static void again_changes_nothing(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    pack->division_register = VILLAGE;
    pack->division_code = VILLAGE_CODE;
    pack->division_name = VILLAGE_NAME;
    pack->division_township = VILLAGE_TOWNSHIP;
    struct database_report report = init(place, pack);
    assert_int_equal(report.divisions_added, 2);
    database_report_fini(&report);
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    assert_string_equal(text_from(database, "SELECT township FROM village WHERE code = '430421101002'"),
                        "金兰镇");
    assert_int_equal(count_of(database, "SELECT count(*) FROM zs_entry WHERE action = 'init'"), 1);
    /* What people changed stays. */
    struct draft draft = draft_of(VILLAGE, 1, 1);
    draft_set(&draft, VILLAGE_NAME, words("新甲村"));
    draft_save(database, &draft);
    database_close(database);

    report = init(place, pack);
    assert_false(report.created);
    assert_int_equal(
        report.tables_added + report.columns_added + report.indexes_added + report.divisions_added, 0);
    assert_int_equal(report.note_count, 0);
    database_report_fini(&report);
    OK(database_open_with(place->path, true, pack, &database, &err));
    assert_int_equal(count_of(database, "SELECT count(*) FROM zs_entry"), 2);
    assert_string_equal(text_from(database, "SELECT name FROM village WHERE id = 1"), "新甲村");
    database_close(database);
    fixture_free(pack);
}

static void new_fields_and_registers_are_added(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    pack->schema.register_count = JOB; /* without jobs at first */
    settle(place, pack);
    pack->schema.register_count = REGISTERS;
    int helper = fixture_add_field(pack, PERSON, "helper", (struct type){TYPE_RECORD, -1, -1, PERSON}, false);
    fixture_redigest(pack, "2");
    struct database_report report = init(place, pack);
    assert_false(report.created);
    assert_int_equal(report.tables_added, 1);
    assert_int_equal(report.columns_added, 1);
    database_report_fini(&report);
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    struct draft draft = draft_of(PERSON, 1, 2);
    draft_set(&draft, helper, whole(1));
    draft_save(database, &draft);
    assert_int_equal(count_of(database, "SELECT helper FROM person"), 1);
    assert_int_equal(count_of(database, "SELECT count(*) FROM job"), 0);
    database_close(database);
    fixture_free(pack);
}

static void a_removed_field_keeps_its_data(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack(), *smaller = fixture_pack();
    settle(place, pack);
    fixture_drop_field(smaller, HOUSEHOLD, HOUSEHOLD_CATEGORY);
    fixture_redigest(smaller, "2");
    struct database_report report = init(place, smaller);
    expect_note(&report, 0, "field household.category left the pack");
    database_report_fini(&report);
    report = init(place, smaller);
    assert_int_equal(report.note_count, 0); /* said once */
    database_report_fini(&report);
    struct database *database;
    OK(database_open_with(place->path, false, smaller, &database, &err));
    assert_string_equal(text_from(database, "SELECT category FROM household"), "monitored");
    add_household(database, "A2", 1);
    database_close(database);
    /* And back again. */
    report = init(place, pack);
    assert_int_equal(report.columns_added, 0);
    database_report_fini(&report);
    OK(database_open_with(place->path, false, pack, &database, &err));
    assert_string_equal(text_from(database, "SELECT category FROM household WHERE number = 'A1'"),
                        "monitored");
    database_close(database);
    fixture_free(smaller);
    fixture_free(pack);
}

static void a_removed_register_keeps_its_table(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    settle(place, pack);
    pack->schema.register_count = JOB;
    struct database_report report = init(place, pack);
    expect_note(&report, 0, "register job left the pack");
    database_report_fini(&report);
    struct store *store = opened(place->path, (struct store_options){0});
    assert_int_equal(ask(store, "SELECT count(*) FROM job"), 0);
    store_close(store);
    fixture_free(pack);
}

static void what_would_lose_or_bend_data_is_refused(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database_report report;
    settle(place, pack);
    fixture_redigest(pack, "2");

    struct type *type = &fixture_field(pack, HOUSEHOLD, HOUSEHOLD_INCOME)->type;
    *type = type_of(TYPE_TEXT);
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT, "household.income is money");
    *type = type_of(TYPE_MONEY);

    type = &fixture_field(pack, HOUSEHOLD, HOUSEHOLD_ARABLE)->type;
    type->unit = 1;
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT,
            "decimal mu in the database and decimal hectare");
    type->unit = 0;

    fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_HEAD)->required = true;
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT, "1 records have no value");
    fixture_meta(pack, HOUSEHOLD, HOUSEHOLD_HEAD)->required = false;

    pack->schema.dictionaries[CATEGORY].code_count = 2; /* monitored goes */
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT,
            "1 records with the value “monitored”");
    pack->schema.dictionaries[CATEGORY].code_count = 3;

    pack->subject = VILLAGE; /* persons would no longer be clustered by household */
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT, "now hangs on another register");
    pack->subject = HOUSEHOLD;

    int extra = fixture_add_field(pack, HOUSEHOLD, "phone", type_of(TYPE_TEXT), true);
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT,
            "household.phone has become required");
    fixture_meta(pack, HOUSEHOLD, extra)->required = false;

    /* Nothing of all that was kept: the former pack still fits, and the new one can come in. */
    struct store *store = opened(place->path, (struct store_options){0});
    assert_int_equal(
        ask(store, says("SELECT count(*) FROM pragma_table_info('household') WHERE name = 'phone'",
                        "SELECT count(*) FROM pg_attribute WHERE attname = 'phone' AND attrelid = "
                        "'household'::regclass")),
        0);
    store_close(store);
    report = init(place, pack);
    assert_int_equal(report.columns_added, 1);
    database_report_fini(&report);
    fixture_free(pack);
}

static void dictionaries_may_grow_and_change_their_order(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    settle(place, pack);
    /* good chronic disabled → new disabled chronic good */
    struct schema_code *codes = (struct schema_code *)pack->schema.dictionaries[HEALTH].codes;
    struct schema_code old[3] = {codes[0], codes[1], codes[2]};
    codes[1] = old[2], codes[2] = old[1], codes[3] = old[0];
    codes[0].label.name = TEXT("serious");
    pack->schema.dictionaries[HEALTH].code_count = 4;
    fixture_redigest(pack, "2");
    struct database_report report = init(place, pack);
    database_report_fini(&report);
    struct store *store = opened(place->path, (struct store_options){0});
    assert_int_equal(ask(store, "SELECT count(*) FROM person WHERE health = 'disabled,chronic'"), 1);
    store_close(store);
    fixture_free(pack);
}

static void a_new_key_must_be_unique(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database_report report;
    settle(place, pack);
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    add_village(database, "430421101002", "金兰镇", "乙村");
    database_close(database);
    int township = VILLAGE_TOWNSHIP, name = VILLAGE_NAME;
    pack->registers[VILLAGE].key = &township;
    REFUSED(database_init(place->path, pack, &report, &err), ERR_CONFLICT,
            "1 values with more than one record");
    pack->registers[VILLAGE].key = &name;
    report = init(place, pack);
    assert_int_equal(report.indexes_added, 1);
    database_report_fini(&report);
    OK(database_open_with(place->path, false, pack, &database, &err));
    struct draft draft = draft_new(VILLAGE);
    draft_set(&draft, VILLAGE_CODE, words("430421101003"));
    draft_set(&draft, VILLAGE_TOWNSHIP, words("金兰镇"));
    draft_set(&draft, VILLAGE_NAME, words("乙村"));
    REFUSED(draft_try(database, &draft, &err), ERR_CONFLICT, "already has a record");
    database_close(database);
    fixture_free(pack);
}

static void other_databases_are_left_alone(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database *database;
    struct database_report report;
    struct store *store = opened(place->path, (struct store_options){.create = true});
    OK(store_run(store, "CREATE TABLE somebody_elses(a INTEGER)", &err));
    REFUSED(database_init(place->path, pack, &report, &err), ERR_INPUT,
            "is not a database made by zengshou init");
    REFUSED(database_open(place->path, true, &database, &err), ERR_INPUT,
            "is not a database made by zengshou init");
    assert_null(database);
    OK(store_run(store, "DROP TABLE somebody_elses", &err));
    store_close(store);
    settle(place, pack);
    pack->name = TEXT("other-county");
    REFUSED(database_init(place->path, pack, &report, &err), ERR_VERSION,
            "is a database of pack small-county");
    fixture_redigest(pack, "2");
    REFUSED(database_open_with(place->path, true, pack, &database, &err), ERR_VERSION,
            "made with another pack");
    assert_null(database);
    fixture_free(pack);
}

static void a_newer_format_is_refused(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database *database;
    struct database_report report;
    settle(place, pack);
    struct store *store = opened(place->path, (struct store_options){0});
    OK(store_run(store, "UPDATE zs_meta SET value = '99' WHERE key = 'format'", &err));
    store_close(store);
    REFUSED(database_init(place->path, pack, &report, &err), ERR_VERSION, "format 99");
    REFUSED(database_open(place->path, true, &database, &err), ERR_VERSION, "format 99");
    fixture_free(pack);
}

static void an_older_format_is_brought_up_to_date(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database *database = fixture_database(place, pack);
    int64_t household = add_household(database, "1", add_village(database, "430421101001", "金兰镇", "甲村"));
    database_close(database);
    struct store *store = opened(place->path, (struct store_options){0});
    for (int reg = 0; reg < REGISTERS; reg++) {
        struct buffer sql = {0};
        struct text table = pack->schema.registers[reg].label.name;
        buffer_printf(&sql, "DROP INDEX zs_retired_%.*s; ALTER TABLE \"%.*s\" DROP COLUMN retired",
                      TEXT_ARGS(table), TEXT_ARGS(table));
        OK(store_run(store, sql.data, &err));
        buffer_fini(&sql);
    }
    OK(store_run(store,
                 "ALTER TABLE zs_entry DROP COLUMN hash; UPDATE zs_meta SET value = '1' WHERE key = 'format'",
                 &err));
    store_close(store);
    REFUSED(database_open_with(place->path, true, pack, &database, &err), ERR_VERSION, "zengshou init");
    database = fixture_database(place, pack);
    assert_int_equal(count_of(database, "SELECT id FROM household WHERE retired IS NULL"), household);
    assert_string_equal(text_from(database, "SELECT value FROM zs_meta WHERE key = 'format'"), "3");
    /* Its log became a chain, and says so. */
    struct verify_report report;
    struct fault_list faults = {0};
    OK(database_verify(database, TEXT(""), &report, &faults, &err));
    assert_int_equal(faults.count, 0);
    assert_int_equal(report.unchained, 2);
    assert_int_equal(report.entries, 3);
    assert_string_equal(text_from(database, "SELECT action || detail FROM zs_entry WHERE id = 3"),
                        "chain{\"before\":2}");
    database_close(database);
    fixture_free(pack);
}

static void names_of_the_database_itself_are_refused(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database_report report;
    fixture_add_field(pack, PERSON, "version", type_of(TYPE_INT), false);
    REFUSED(database_init(place->path, pack, &report, &err), ERR_INPUT, "person.version");
    assert_int_equal(access(place->path, F_OK), -1);
    fixture_free(pack);
    pack = fixture_pack();
    char longest[65] = {0};
    memset(longest, 'n', 63);
    int field = fixture_add_field(pack, PERSON, longest, type_of(TYPE_TEXT), false);
    longest[63] = 'n';
    fixture_field(pack, PERSON, field)->label.name = text_of(longest);
    REFUSED(database_init(place->path, pack, &report, &err), ERR_INPUT,
            "has 64 bytes; databases take at most 63");
    fixture_drop_field(pack, PERSON, PERSON_HEALTH + 1);
    pack->schema.registers[JOB].label.name = TEXT("zs_job");
    REFUSED(database_init(place->path, pack, &report, &err), ERR_INPUT, "zs_job");
    /* Words of SQL are ordinary names. */
    pack->schema.registers[JOB].label.name = TEXT("order");
    fixture_add_field(pack, JOB, "group", type_of(TYPE_TEXT), false);
    report = init(place, pack);
    database_report_fini(&report);
    fixture_free(pack);
}

static void waits_in_vain_for_another_writer(void **state)
{
    struct place *place = *state;
    struct pack *pack = fixture_pack();
    struct database_report report;
    settle(place, pack);
    struct database *database;
    OK(database_open_with(place->path, false, pack, &database, &err));
    struct store *other = opened(place->path, (struct store_options){.busy_ms = 1});
    OK(store_run(database_store(database), says("PRAGMA busy_timeout = 1", "SET lock_timeout = 1"), &err));
    OK(store_begin(other, &err));
    struct draft draft = draft_new(VILLAGE);
    REFUSED(draft_try(database, &draft, &err), ERR_BUSY, "in use by another program");
    store_close(other);
    database_close(database);
    fixture_add_field(pack, PERSON, "phone", type_of(TYPE_TEXT), false);
    report = init(place, pack);
    assert_int_equal(report.columns_added, 1);
    database_report_fini(&report);
    fixture_free(pack);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(makes_one_table_a_register),
        IN_PLACE(again_changes_nothing),
        IN_PLACE(new_fields_and_registers_are_added),
        IN_PLACE(a_removed_field_keeps_its_data),
        IN_PLACE(a_removed_register_keeps_its_table),
        IN_PLACE(what_would_lose_or_bend_data_is_refused),
        IN_PLACE(dictionaries_may_grow_and_change_their_order),
        IN_PLACE(a_new_key_must_be_unique),
        IN_PLACE(other_databases_are_left_alone),
        IN_PLACE(a_newer_format_is_refused),
        IN_PLACE(an_older_format_is_brought_up_to_date),
        IN_PLACE(names_of_the_database_itself_are_refused),
        IN_PLACE(waits_in_vain_for_another_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
