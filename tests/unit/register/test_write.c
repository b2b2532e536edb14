/* The one door: what gets in, what is refused with which words, and what the log keeps. */
#include "fixture.h"

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
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
    add_village(county->database, "430421101001", "金兰镇", "甲村");
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

static void a_record_lives(void **state)
{
    struct county *county = *state;
    int64_t id = add_household(county->database, "A1", 1);
    assert_int_equal(id, 1);
    struct draft draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_set(&draft, HOUSEHOLD_ARABLE, whole(25000));
    draft_set(&draft, HOUSEHOLD_MONITORED, on_day(2022, 9, 30));
    draft_set(&draft, HOUSEHOLD_CATEGORY, whole(CATEGORY_RELIEVED));
    draft_set(&draft, HOUSEHOLD_GROWTH, share(-0.25));
    draft_save(county->database, &draft);
    draft = draft_of(HOUSEHOLD, id, 2);
    draft_set(&draft, HOUSEHOLD_HEAD, words("李四"));
    draft_set(&draft, HOUSEHOLD_ARABLE, (struct value){0});      /* cleared */
    draft_set(&draft, HOUSEHOLD_MONITORED, on_day(2022, 9, 30)); /* as it was */
    draft_set(&draft, HOUSEHOLD_GROWTH, share(0.5));
    draft_save(county->database, &draft);
    assert_string_equal(text_from(county->database,
                                  "SELECT head || coalesce(CAST(arable AS TEXT), '-') || monitored || "
                                  "category || growth || version FROM household"),
                        "李四-2022-09-30relieved0.53");
    assert_string_equal(
        text_from(county->database, "SELECT before FROM zs_change ORDER BY entry DESC LIMIT 1"),
        "{\"head\":\"张三\",\"arable\":25000,\"growth\":-0.25}");
    assert_string_equal(
        text_from(county->database, "SELECT kind || register || record FROM zs_change LIMIT 1"),
        "changedhousehold1");
    assert_string_equal(text_from(county->database, "SELECT DISTINCT actor || action FROM zs_entry"),
                        "testeredit");
    assert_int_equal(count_of(county->database, "SELECT created = 2 AND entry = 4 FROM household"), 1);
    assert_int_equal(
        count_of(county->database, "SELECT at LIKE '20__-__-__T__:__:__Z' FROM zs_entry WHERE id = 1"), 1);
}

static void saying_the_same_writes_nothing(void **state)
{
    struct county *county = *state;
    int64_t id = add_household(county->database, "A1", 1);
    struct draft draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_NUMBER, words("A1"));
    draft_set(&draft, HOUSEHOLD_HEAD, words("")); /* the empty text is no value */
    assert_int_equal(draft_save(county->database, &draft), id);
    assert_int_equal(count_of(county->database, "SELECT version FROM household"), 1);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_entry"), 2);
}

static void a_stale_version_is_refused(void **state)
{
    struct county *county = *state;
    int64_t id = add_household(county->database, "A1", 1);
    struct draft draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_save(county->database, &draft);
    draft_set(&draft, HOUSEHOLD_HEAD, words("李四"));
    REFUSED(draft_try(county->database, &draft, &err), ERR_CONFLICT, "it is at version 2, you saw version 1");
    assert_string_equal(text_from(county->database, "SELECT head FROM household"), "张三");
    draft = draft_of(HOUSEHOLD, 99, 1);
    REFUSED(draft_try(county->database, &draft, &err), ERR_NOT_FOUND, "no record with id 99");
}

static void keys_and_references_are_checked(void **state)
{
    struct county *county = *state;
    int64_t id = add_household(county->database, "A1", 1);
    add_household(county->database, "A2", 1);
    struct draft draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, words("A1"));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(1));
    REFUSED(draft_try(county->database, &draft, &err), ERR_CONFLICT,
            "already has a record with Household number A1 (id 1)");
    draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_NUMBER, words("A2"));
    REFUSED(draft_try(county->database, &draft, &err), ERR_CONFLICT, "already has a record");
    draft_set(&draft, HOUSEHOLD_NUMBER, words("A3"));
    draft_save(county->database, &draft);
    draft = draft_of(HOUSEHOLD, id, 2);
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(7));
    REFUSED(draft_try(county->database, &draft, &err), ERR_NOT_FOUND,
            "refers to a record of village, 7, that does not exist");
    draft = draft_new(LEDGER);
    draft_set(&draft, LEDGER_MONTH, in_month(2022, 1));
    draft_set(&draft, LEDGER_WHEEL, whole(0));
    draft_set(&draft, LEDGER_AMOUNT, whole(1));
    REFUSED(draft_try(county->database, &draft, &err), ERR_INPUT, "“Its household” is required");
    draft_set(&draft, LEDGER_HOUSEHOLD, whole(id));
    draft_save(county->database, &draft);
    REFUSED(draft_try(county->database, &draft, &err), ERR_CONFLICT, "Month 2022-01");
}

static void all_or_none(void **state)
{
    struct county *county = *state;
    struct draft good = draft_new(HOUSEHOLD), bad = draft_new(HOUSEHOLD);
    draft_set(&good, HOUSEHOLD_NUMBER, words("A1"));
    draft_set(&good, HOUSEHOLD_VILLAGE, whole(1));
    draft_set(&bad, HOUSEHOLD_NUMBER, words("A2"));
    struct record_change changes[] = {good.change, bad.change};
    changes[0].given = good.given, changes[0].values = good.values;
    changes[1].given = bad.given, changes[1].values = bad.values;
    int64_t ids[2];
    struct arena arena = {0};
    struct scope scope = scope_everything(county->pack, TEXT("t"), &arena);
    REFUSED(records_write(county->database, &scope, TEXT("edit"), changes, 2, ids, &err), ERR_INPUT,
            "“Its village” is required");
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM household"), 0);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_entry"), 1);
    /* Inside somebody's transaction, a failure takes back this call only. */
    struct store *store = database_store(county->database);
    OK(store_begin(store, &err));
    add_household(county->database, "A9", 1);
    REFUSED(records_write(county->database, &scope, TEXT("edit"), changes, 2, ids, &err), ERR_INPUT,
            "is required");
    assert_true(store_in_transaction(store));
    OK(store_commit(store, &err));
    assert_string_equal(text_from(county->database, says("SELECT group_concat(number) FROM household",
                                                         "SELECT string_agg(number, ',') FROM household")),
                        "A9");
    draft_set(&bad, HOUSEHOLD_VILLAGE, whole(1));
    OK(records_write(county->database, &scope, TEXT("edit"), changes, 2, ids, &err));
    assert_int_equal(ids[0], 2);
    assert_int_equal(ids[1], 3);
    assert_int_equal(count_of(county->database, "SELECT count(DISTINCT entry) FROM household WHERE id > 1"),
                     1);
    arena_fini(&arena);
}

static void a_person_moves_to_another_household(void **state)
{
    struct county *county = *state;
    int64_t a = add_household(county->database, "A1", 1), b = add_household(county->database, "A2", 1);
    int64_t person = add_person(county->database, "P1", a);
    struct draft draft = draft_of(PERSON, person, 1);
    draft_set(&draft, PERSON_HOUSEHOLD, whole(b));
    draft_save(county->database, &draft);
    assert_int_equal(count_of(county->database, "SELECT household FROM person WHERE id = 1"), b);
    assert_string_equal(text_from(county->database, "SELECT before FROM zs_change"), "{\"household\":1}");
}

/* ---- Values ---- */

static void refuse_value(struct county *county, int reg, int field, struct value value, int code,
                         const char *words_in_it)
{
    REFUSED(field_validate(county->pack, reg, field, &value, &err), code, words_in_it);
}

static void accept_value(struct county *county, int reg, int field, struct value value)
{
    OK(field_validate(county->pack, reg, field, &value, &err));
}

static void fields_accept_what_they_should(void **state)
{
    struct county *county = *state;
    accept_value(county, HOUSEHOLD, HOUSEHOLD_SAFE, whole(1));
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_SAFE, whole(2), ERR_INPUT, "“Safe house”");
    accept_value(county, HOUSEHOLD, HOUSEHOLD_MONITORED, on_day(2200, 12, 31));
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_MONITORED, whole(INT64_MAX), ERR_INPUT, "range");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_RISK, whole(0), ERR_INPUT, "range");
    accept_value(county, HOUSEHOLD, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_CATEGORY, whole(3), ERR_INPUT, "range");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_CATEGORY, whole(-1), ERR_INPUT, "range");
    accept_value(county, PERSON, PERSON_HEALTH, whole(7));
    refuse_value(county, PERSON, PERSON_HEALTH, whole(8), ERR_INPUT, "range");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_GROWTH, share(1.0 / 0.0), ERR_INPUT, "range");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_VILLAGE, whole(0), ERR_INPUT, "range");
    accept_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, (struct value){0});
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_NUMBER, (struct value){0}, ERR_INPUT,
                 "“Household number” is required");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_NUMBER, words(""), ERR_INPUT, "is required");
}

static void bounds_are_named(void **state)
{
    struct county *county = *state;
    accept_value(county, HOUSEHOLD, HOUSEHOLD_ARABLE, whole(0));
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_ARABLE, whole(-1), ERR_INPUT, "below the least allowed, 0");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_ARABLE, whole(10000 * 10000LL + 1), ERR_INPUT,
                 "above the most allowed");
    struct err said;
    struct value low = whole(-5000);
    field_validate(county->pack, HOUSEHOLD, HOUSEHOLD_ARABLE, &low, &said);
    assert_non_null(strstr(said.zh, "“耕地面积”的值 -0.5"));
    struct pack_field *growth = fixture_meta(county->pack, HOUSEHOLD, HOUSEHOLD_GROWTH);
    growth->most = share(1);
    accept_value(county, HOUSEHOLD, HOUSEHOLD_GROWTH, share(1));
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_GROWTH, share(1.5), ERR_INPUT, "above the most allowed");
}

static void texts_are_clean(void **state)
{
    struct county *county = *state;
    struct value text = {.known = true};
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_NUMBER, words("A1 "), ERR_INPUT,
                 "does not have the required form");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_NUMBER, words("xA1"), ERR_INPUT, "required form");
    text.text = (struct text){"a\xff", 2};
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, text, ERR_INPUT, "cannot be read");
    text.text = (struct text){"a\0b", 3};
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, text, ERR_INPUT, "cannot be read");
    char *long_text = malloc(3 * 32768);
    for (size_t i = 0; i < 32768; i++) memcpy(long_text + 3 * i, "户", 3);
    text.text = (struct text){long_text, 3 * 32767};
    accept_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, text);
    text.text.size += 3;
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, text, ERR_LIMIT, "longer than 32,767 characters");
    free(long_text);
}

static void patterns_are_bounded(void **state)
{
    struct county *county = *state;
    struct pack_field *head = fixture_meta(county->pack, HOUSEHOLD, HOUSEHOLD_HEAD);
    head->pattern = TEXT("(a+)+b");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, words("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                 ERR_INPUT, "“Head”");
    head->pattern = TEXT("[");
    refuse_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, words("x"), ERR_INPUT, "correct the pack");
    head->pattern = TEXT("王.");
    accept_value(county, HOUSEHOLD, HOUSEHOLD_HEAD, words("王五"));
}

#define IN_COUNTY(test) cmocka_unit_test_setup_teardown(test, settle, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_COUNTY(a_record_lives),
        IN_COUNTY(saying_the_same_writes_nothing),
        IN_COUNTY(a_stale_version_is_refused),
        IN_COUNTY(keys_and_references_are_checked),
        IN_COUNTY(all_or_none),
        IN_COUNTY(a_person_moves_to_another_household),
        IN_COUNTY(fields_accept_what_they_should),
        IN_COUNTY(bounds_are_named),
        IN_COUNTY(texts_are_clean),
        IN_COUNTY(patterns_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
