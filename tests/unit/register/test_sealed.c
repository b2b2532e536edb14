/* What is sealed, from the inside: nothing plain in an import's temporary tables, keys that change under a
 * connection that is open, and a database whose keys are away. */
#include "fixture.h"
#include "sheet.h"

#include "register/database_private.h"
#include "register/query.h"
#include "register/rotate.h"
#include "register/sealed.h"

#define NUMBER "43042119700101"

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
    int64_t household, person;
};

static int settle(void **state)
{
    void *place;
    setenv("ZENGSHOU_TEST_SEALED", "1", 1);
    place_make(&place);
    struct county *county = calloc(1, sizeof *county);
    county->place = *(struct place *)place;
    free(place);
    county->pack = fixture_pack();
    county->database = fixture_database(&county->place, county->pack);
    int64_t village = add_village(county->database, "430421101001", "金兰镇", "甲村");
    county->household = add_household(county->database, "A1", village);
    county->person = add_person(county->database, NUMBER "0001", county->household);
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

static struct database *open_again(const struct county *county)
{
    struct database *database;
    OK(database_open_with(county->place.path, false, county->pack, &database, &err));
    return database;
}

/* ---- Temporary tables ---- */

static bool any_plain(struct store *store, const char *table)
{
    struct buffer sql = {0};
    struct statement *statement;
    char **names;
    size_t count;
    bool row, found = false;
    OK(store_table_columns(store, table, &names, &count, &err));
    store_names_free(names, count);
    buffer_printf(&sql, "SELECT * FROM %s", table);
    OK(store_prepare(store, buffer_get(&sql), &statement, &err));
    for (;;) {
        OK(statement_step(statement, &row, &err));
        if (!row) break;
        struct cell *cells = calloc(count + 1, sizeof *cells);
        statement_cells(statement, cells);
        for (size_t i = 0; i < count; i++)
            found =
                found || (cells[i].kind == CELL_TEXT && (text_find(cells[i].text, TEXT("430421197")) >= 0 ||
                                                         text_find(cells[i].text, TEXT("chronic")) >= 0));
        free(cells);
    }
    statement_free(statement);
    buffer_fini(&sql);
    return found;
}

/* All temporary tables of the connection; how many there are. */
static int look_through(struct database *database)
{
    struct statement *statement;
    char names[64][64];
    int count = 0;
    bool row;
    OK(store_prepare(database_store(database),
                     text_of(says("SELECT name FROM sqlite_temp_schema WHERE type = 'table'",
                                  "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relnamespace = "
                                  "pg_my_temp_schema() AND relkind = 'r'")),
                     &statement, &err));
    for (;;) {
        OK(statement_step(statement, &row, &err));
        if (!row || count == 64) break;
        snprintf(names[count++], 64, "%.*s", TEXT_ARGS(statement_text(statement, 0)));
    }
    statement_free(statement);
    for (int i = 0; i < count; i++)
        if (any_plain(database_store(database), names[i]))
            fail_msg("%s holds what is to be sealed", names[i]);
    return count;
}

static void put_job(struct sheet *sheet, const char *worker, int month, const char *place)
{
    sheet_look(sheet, 0, JOB_PERSON, worker);
    sheet_put(sheet, 0, JOB_MONTH, in_month(2022, month));
    sheet_put(sheet, 0, JOB_PLACE, words(place));
    sheet_row(sheet);
}

static void references_are_closed(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin(&sheet, county->database, JOB);
    put_job(&sheet, NUMBER "0001", 1, "430421197 上海");
    put_job(&sheet, NUMBER "0009", 1, "430421197 北京");
    put_job(&sheet, NUMBER "0009", 2, "430421197 北京");
    sheet_match(&sheet);
    assert_true(look_through(county->database) > 5);
    assert_counts(&sheet, 0, 1, 0, 0);
    assert_rejected(&sheet, 3, "“" NUMBER "0009” is no record of Person");
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(text_from(county->database, "SELECT place FROM job"), "430421197 上海");
    /* What was refused is not kept. */
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_sealed WHERE place = 'job.place'"),
                     1);
}

static void put_person(struct sheet *sheet, const char *number, int64_t health)
{
    sheet_look(sheet, 0, PERSON_HOUSEHOLD, "A1");
    sheet_put(sheet, 0, PERSON_NUMBER, words(number));
    sheet_put(sheet, 0, PERSON_NAME, words("某人"));
    sheet_put(sheet, 0, PERSON_HEALTH, whole(health));
    sheet_row(sheet);
}

static void values_and_reasons_are_closed(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    for (int time = 0; time < 2; time++) {
        sheet_begin(&sheet, county->database, PERSON);
        put_person(&sheet, NUMBER "0001", 2);
        put_person(&sheet, NUMBER "0002", 6);
        put_person(&sheet, NUMBER "0003", 2);
        put_person(&sheet, NUMBER "0003", 4); /* the same person, ill in another way */
        put_person(&sheet, NUMBER "0004", 2);
        put_person(&sheet, NUMBER "0004", 2);
        sheet_match(&sheet);
        assert_true(look_through(county->database) > 5);
        assert_counts(&sheet, 0, time == 0 ? 2 : 0, time == 0 ? 1 : 0, time == 0 ? 0 : 3);
        assert_int_equal(sheet.rejected, 3);
        OK(sheet_apply(&sheet, &err));
        sheet_free(&sheet);
    }
    assert_string_equal(text_from(county->database, "SELECT health FROM person WHERE id = 2"),
                        "chronic,disabled");
}

/* ---- Keys ---- */

static struct value health_of(struct database *database, int64_t person)
{
    struct arena arena = {0};
    struct value value;
    OK(record_unmask(database, &fixture_everything, PERSON, person, PERSON_HEALTH, &arena, &value, &err));
    arena_fini(&arena);
    return value;
}

static void set_health(struct database *database, int64_t person, int64_t version, int64_t health)
{
    struct draft draft = draft_of(PERSON, person, version);
    draft_set(&draft, PERSON_HEALTH, whole(health));
    draft_save(database, &draft);
}

static void keys_change_under_an_open_connection(void **state)
{
    struct county *county = *state;
    struct database *other = open_again(county);
    uint32_t number;
    int64_t values;
    set_health(county->database, county->person, 1, 1);
    OK(keys_add(other, SUITE_AES, &number, &err));
    OK(keys_rotate(other, &values, &err));
    assert_true(values >= 2);
    OK(keys_drop(other, 1, &err));
    /* This one loaded the file before: it reads and writes under the new key, and never again under the
     * former. */
    assert_int_equal(health_of(county->database, county->person).integer, 1);
    set_health(county->database, county->person, 2, 2);
    add_person(county->database, NUMBER "0005", county->household);
    assert_int_equal(count_of(other, "SELECT count(*) FROM zs_sealed WHERE key <> 2"), 0);
    assert_int_equal(health_of(other, county->person).integer, 2);
    database_close(other);
}

static void an_import_over_a_change_of_keys_is_refused(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    uint32_t number;
    sheet_begin(&sheet, county->database, PERSON);
    put_person(&sheet, NUMBER "0002", 2);
    sheet_match(&sheet);
    /* Behind the log's back: the entry alone would be told as somebody's change. */
    OK(keyring_add(vault_path(county->database->vault), SUITE_SM, &number, &err));
    OK(vault_reload(county->database->vault, &err));
    REFUSED(sheet_apply(&sheet, &err), ERR_CONFLICT, "The keys were changed after the comparison");
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM person"), 1);
}

static void without_the_key(void **state)
{
    struct county *county = *state;
    char keys[400], away[420];
    snprintf(keys, sizeof keys, "%s/keys", county->place.folder);
    snprintf(away, sizeof away, "%s/away", county->place.folder);
    set_health(county->database, county->person, 1, 1);
    assert_int_equal(rename(keys, away), 0);
    struct database *database = open_again(county);
    struct query query = query_of(PERSON);
    struct query_page page;
    REFUSED(query_list(database, &fixture_everything, &query, &page, &err), ERR_NOT_FOUND,
            "There is no key file");
    query = query_of(VILLAGE);
    OK(query_list(database, &fixture_everything, &query, &page, &err));
    assert_int_equal(page.count, 1);
    query_page_fini(&page);
    struct draft draft = draft_new(PERSON);
    draft_set(&draft, PERSON_NUMBER, words(NUMBER "0009"));
    draft_set(&draft, PERSON_NAME, words("某人"));
    draft_set(&draft, PERSON_HOUSEHOLD, whole(county->household));
    REFUSED(draft_try(database, &draft, &err), ERR_NOT_FOUND, "There is no key file");
    database_close(database);
    assert_int_equal(rename(away, keys), 0);
}

/* ---- Searching ---- */

static size_t found(struct database *database, int field, struct value value)
{
    const struct query_condition condition = {.field = field, .test = QUERY_IN, .values = &value, .count = 1};
    struct query query = query_of(PERSON);
    struct query_page page;
    int64_t counted;
    query.conditions = &condition;
    query.condition_count = 1;
    OK(query_list(database, &fixture_everything, &query, &page, &err));
    OK(query_count(database, &fixture_everything, &query, 0, &counted, &err));
    assert_int_equal(page.count, counted);
    query_page_fini(&page);
    return (size_t)counted;
}

static void whole_values_are_found(void **state)
{
    struct county *county = *state;
    int64_t other = add_person(county->database, NUMBER "0002", county->household);
    set_health(county->database, county->person, 1, 2);
    set_health(county->database, other, 1, 6);
    assert_int_equal(found(county->database, PERSON_NUMBER, words(NUMBER "0002")), 1);
    assert_int_equal(found(county->database, PERSON_NUMBER, words(NUMBER "0003")), 0);
    assert_int_equal(found(county->database, PERSON_HEALTH, whole(2)), 2);
    assert_int_equal(found(county->database, PERSON_HEALTH, whole(4)), 1);
    assert_int_equal(found(county->database, PERSON_HEALTH, whole(1)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(references_are_closed, settle, leave),
        cmocka_unit_test_setup_teardown(values_and_reasons_are_closed, settle, leave),
        cmocka_unit_test_setup_teardown(keys_change_under_an_open_connection, settle, leave),
        cmocka_unit_test_setup_teardown(an_import_over_a_change_of_keys_is_refused, settle, leave),
        cmocka_unit_test_setup_teardown(without_the_key, settle, leave),
        cmocka_unit_test_setup_teardown(whole_values_are_found, settle, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
