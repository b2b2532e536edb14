/* What a user of a village may not do through the door, what is hidden from him, and records that are retired
 * and brought back. */
#include "model.h"
#include "sheet.h"

#include "register/query.h"
#include "register/scan.h"
#include "register/search.h"

enum { HIS = 5, HIS_VILLAGE = 4, FOREIGN_VILLAGE = 8 };

/* A clerk of one village: everything with its records. */
static struct scope clerk(void)
{
    static const uint8_t actions[REGISTERS] = {31, 31, 31, 31, 31};
    static const int village = HIS_VILLAGE;
    return (struct scope){
        .actor = TEXT("clerk"), .actions = actions, .divisions = &village, .division_count = 1};
}

static int64_t village_of(const struct model *model, int division)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->records[i].reg == VILLAGE &&
            text_equal(model->records[i].values[VILLAGE_CODE].text, model->pack->divisions[division].code))
            return model->records[i].id;
    return 0;
}

static int64_t household_in(const struct model *model, int division)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->records[i].reg == HOUSEHOLD && model_within(model, division, &model->records[i]))
            return model->records[i].id;
    return 0;
}

static int write_as(struct model *model, const struct scope *scope, struct draft *draft, int64_t *id,
                    struct err *err)
{
    draft->change.given = draft->given;
    draft->change.values = draft->values;
    return records_write(model->database, scope, TEXT("edit"), &draft->change, 1, id, err);
}

static void nobody_writes_outside_his_village(void **state)
{
    struct model *model = *state;
    struct scope scope = clerk();
    int64_t id, mine = household_in(model, HIS_VILLAGE), foreign = household_in(model, FOREIGN_VILLAGE);
    int64_t entries = count_of(model->database, "SELECT count(*) FROM zs_entry");
    struct draft draft = draft_of(HOUSEHOLD, foreign, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("某"));
    REFUSED(write_as(model, &scope, &draft, &id, &err), ERR_NOT_FOUND, "no record with id");
    draft = draft_of(HOUSEHOLD, mine, 1); /* out of it */
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village_of(model, FOREIGN_VILLAGE)));
    REFUSED(write_as(model, &scope, &draft, &id, &err), ERR_NOT_FOUND, "does not exist");
    draft = draft_new(LEDGER);
    draft_set(&draft, LEDGER_HOUSEHOLD, whole(foreign));
    draft_set(&draft, LEDGER_MONTH, in_month(2024, 1));
    draft_set(&draft, LEDGER_WHEEL, whole(0));
    draft_set(&draft, LEDGER_AMOUNT, whole(1));
    REFUSED(write_as(model, &scope, &draft, &id, &err), ERR_NOT_FOUND, "does not exist");
    draft = draft_new(VILLAGE);
    draft_set(&draft, VILLAGE_CODE, words("888888888888"));
    draft_set(&draft, VILLAGE_NAME, words("新村"));
    draft_set(&draft, VILLAGE_TOWNSHIP, words("镇0"));
    REFUSED(write_as(model, &scope, &draft, &id, &err), ERR_FORBIDDEN, "outside your area");
    draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, words("NEW1"));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village_of(model, HIS_VILLAGE)));
    uint8_t none[REGISTERS] = {SCOPE_READ, SCOPE_READ, SCOPE_READ, SCOPE_READ, SCOPE_READ};
    struct scope reader = scope;
    reader.actions = none;
    REFUSED(write_as(model, &reader, &draft, &id, &err), ERR_FORBIDDEN, "may not add to “Household”");
    assert_int_equal(count_of(model->database, "SELECT count(*) FROM zs_entry"), entries);
    OK(write_as(model, &scope, &draft, &id, &err));
    assert_string_equal(text_from(model->database, "SELECT actor FROM zs_entry ORDER BY id DESC"), "clerk");
    /* A taken key says no more than that to somebody who may not see who has it. */
    const struct model_record *other = model_find(model, HOUSEHOLD, foreign);
    draft_set(&draft, HOUSEHOLD_NUMBER, other->values[HOUSEHOLD_NUMBER]);
    struct err err;
    assert_int_equal(write_as(model, &scope, &draft, &id, &err), ERR_CONFLICT);
    assert_non_null(strstr(err.en, "is taken"));
    assert_null(strstr(err.en, "id "));
}

static void a_form_learns_all_faults_at_once(void **state)
{
    struct model *model = *state;
    struct scope scope = clerk();
    struct draft draft = draft_new(HOUSEHOLD);
    struct record_faults faults;
    draft_set(&draft, HOUSEHOLD_NUMBER, words("no such form"));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village_of(model, FOREIGN_VILLAGE)));
    draft_set(&draft, HOUSEHOLD_ARABLE, whole(-1));
    draft.change.given = draft.given;
    draft.change.values = draft.values;
    OK(record_check(model->database, &scope, &draft.change, NULL, &faults, &err));
    assert_int_equal(faults.count, 3);
    assert_int_equal(faults.items[0].field, HOUSEHOLD_NUMBER);
    assert_int_equal(faults.items[1].field, HOUSEHOLD_VILLAGE);
    assert_int_equal(faults.items[2].field, HOUSEHOLD_ARABLE);
    record_faults_fini(&faults);
    draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, words("OK1"));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(village_of(model, HIS_VILLAGE)));
    draft.change.given = draft.given;
    draft.change.values = draft.values;
    OK(record_check(model->database, &scope, &draft.change, NULL, &faults, &err));
    assert_int_equal(faults.count, 0);
    record_faults_fini(&faults);
}

/* ---- Retired ---- */

static int64_t living(struct model *model, const char *table)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE retired IS NULL", table);
    return count_of(model->database, sql);
}

static void a_family_goes_and_comes_back_whole(void **state)
{
    struct model *model = *state;
    struct database *database = model->database;
    const struct scope *all = &fixture_everything;
    int64_t persons = living(model, "person"), rows = living(model, "income"), jobs = living(model, "job");
    int64_t count, id;
    REFUSED(record_retire(database, all, HOUSEHOLD, HIS, 1, TEXT("  "), &err), ERR_INPUT, "reason");
    REFUSED(record_retire(database, all, HOUSEHOLD, HIS, 7, TEXT("迁出"), &err), ERR_CONFLICT, "version");
    REFUSED(record_retire(database, all, VILLAGE, 1, 1, TEXT("撤并"), &err), ERR_CONFLICT, "hang on it");
    OK(record_retire(database, all, HOUSEHOLD, HIS, 1, TEXT("迁出"), &err));
    assert_true(living(model, "income") == rows - 3 && living(model, "person") < persons);
    assert_int_equal(
        count_of(database, "SELECT count(*) FROM person WHERE household = 5 AND retired IS NULL"), 0);
    assert_int_equal(count_of(database, "SELECT count(*) FROM zs_entry WHERE action = 'retire'"), 1);
    struct query query = query_of(HOUSEHOLD);
    OK(query_count(database, all, &query, 0, &count, &err));
    assert_int_equal(count, 59);
    query.retired = true;
    OK(query_count(database, all, &query, 0, &count, &err));
    assert_int_equal(count, 60);
    struct arena arena = {0};
    struct record record;
    OK(record_get(database, all, HOUSEHOLD, HIS, "en", &arena, &record, &err));
    assert_true(record.retired > 0);
    struct draft draft = draft_of(HOUSEHOLD, HIS, 2);
    draft_set(&draft, HOUSEHOLD_HEAD, words("某"));
    REFUSED(draft_try(database, &draft, &err), ERR_CONFLICT, "is retired");
    draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, model_find(model, HOUSEHOLD, HIS)->values[HOUSEHOLD_NUMBER]);
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(1));
    REFUSED(draft_try(database, &draft, &err), ERR_CONFLICT, "retired record");
    draft = draft_new(PERSON);
    draft_set(&draft, PERSON_NUMBER, words("P999"));
    draft_set(&draft, PERSON_NAME, words("某"));
    draft_set(&draft, PERSON_HOUSEHOLD, whole(HIS));
    REFUSED(draft_try(database, &draft, &err), ERR_NOT_FOUND, "does not exist");
    id = count_of(database, "SELECT min(id) FROM income WHERE household = 5");
    REFUSED(record_restore(database, all, LEDGER, id, 2, TEXT("回"), &err), ERR_CONFLICT, "Restore that");
    OK(record_restore(database, all, HOUSEHOLD, HIS, 2, TEXT("误销"), &err));
    assert_int_equal(living(model, "person"), persons);
    assert_int_equal(living(model, "income"), rows);
    assert_int_equal(living(model, "job"), jobs);
    arena_fini(&arena);
}

/* ---- Hidden ---- */

static void hide(struct model *model)
{
    fixture_meta(model->pack, PERSON, PERSON_NAME)->sensitive = SENSITIVE_IDENTITY;
    fixture_meta(model->pack, PERSON, PERSON_HEALTH)->sensitive = SENSITIVE_HEALTH;
}

static void what_is_hidden_stays_hidden(void **state)
{
    struct model *model = *state;
    struct database *database = model->database;
    struct scope scope = fixture_everything;
    struct arena arena = {0};
    struct record record;
    struct query_page page;
    int64_t count;
    scope.unmasked = 0;
    struct draft draft = draft_of(PERSON, 1, 1);
    draft_set(&draft, PERSON_NAME, words("430421197001011234"));
    draft_set(&draft, PERSON_HEALTH, whole(2));
    draft_save(database, &draft);
    hide(model);
    OK(record_get(database, &scope, PERSON, 1, "en", &arena, &record, &err));
    assert_true(text_is(record.masked[PERSON_NAME], "430421********1234"));
    assert_true(text_is(record.named.name, "430421********1234"));
    assert_true(text_is(record.masked[PERSON_HEALTH], "hidden"));
    assert_false(record.values[PERSON_NAME].known || record.values[PERSON_HEALTH].known);
    struct value plain = words("430421197001011234"), ill = whole(2);
    struct query_condition condition = {.field = PERSON_NAME, .test = QUERY_IN, .values = &plain, .count = 1};
    struct query query = query_of(PERSON);
    query.conditions = &condition;
    query.condition_count = 1;
    OK(query_count(database, &scope, &query, 0, &count, &err));
    assert_int_equal(count, 1);
    condition.test = QUERY_CONTAINS;
    REFUSED(query_list(database, &scope, &query, &page, &err), ERR_FORBIDDEN, "is sensitive");
    condition.test = QUERY_FROM;
    REFUSED(query_list(database, &scope, &query, &page, &err), ERR_FORBIDDEN, "is sensitive");
    condition = (struct query_condition){PERSON_HEALTH, QUERY_IN, &ill, 1};
    REFUSED(query_count(database, &scope, &query, 0, &count, &err), ERR_FORBIDDEN, "may not see");
    query.condition_count = 0;
    query.sort = PERSON_NAME;
    REFUSED(query_list(database, &scope, &query, &page, &err), ERR_FORBIDDEN, "is sensitive");
    query.sort = -1;
    query.words = TEXT("4304");
    OK(query_count(database, &scope, &query, 0, &count, &err));
    assert_int_equal(count, 0);
    struct value seen;
    REFUSED(record_unmask(database, &scope, PERSON, 1, PERSON_NAME, &arena, &seen, &err), ERR_FORBIDDEN,
            "in the clear");
    assert_int_equal(count_of(database, "SELECT count(*) FROM zs_entry WHERE action = 'unmask'"), 0);
    OK(record_unmask(database, &fixture_everything, PERSON, 1, PERSON_NAME, &arena, &seen, &err));
    assert_true(text_is(seen.text, "430421197001011234"));
    assert_string_equal(text_from(database, "SELECT detail FROM zs_entry WHERE action = 'unmask'"),
                        "{\"register\":\"person\",\"record\":1,\"field\":\"name\"}");
    arena_fini(&arena);
}

static void the_search_box_keeps_to_the_scope(void **state)
{
    struct model *model = *state;
    struct draft draft = draft_of(PERSON, 1, 1);
    draft_set(&draft, PERSON_NAME, words("430421197001011234"));
    draft_save(model->database, &draft);
    hide(model);
    struct arena arena = {0};
    struct search_hit *hits;
    size_t count;
    OK(record_search(model->database, &fixture_everything, TEXT(" 430421197001011234 "), &arena, &hits,
                     &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(hits[0].by, SEARCH_IDENTITY);
    assert_int_equal(hits[0].subject, model_find(model, PERSON, 1)->values[PERSON_HOUSEHOLD].integer);
    assert_true(text_is(hits[0].named.name, "430421********1234"));
    for (int trial = 0; trial < 30; trial++) {
        struct scope scope = model_scope(model, &arena);
        OK(record_search(model->database, &scope, trial % 2 == 0 ? TEXT("H0") : TEXT("王"), &arena, &hits,
                         &count, &err));
        size_t expected = 0;
        for (size_t i = 0; i < model->count; i++)
            expected +=
                model->records[i].reg == HOUSEHOLD && model_sees(model, &scope, &model->records[i]) &&
                (trial % 2 == 0 || text_starts(model->records[i].values[HOUSEHOLD_HEAD].text, TEXT("王")));
        assert_int_equal(count, expected < SEARCH_MAX ? expected : SEARCH_MAX);
        for (size_t i = 0; i < count; i++)
            assert_true(model_sees(model, &scope, model_find(model, HOUSEHOLD, hits[i].id)));
    }
    arena_fini(&arena);
}

/* ---- In and out by the sheet ---- */

static void exports_keep_to_the_scope(void **state)
{
    struct model *model = *state;
    hide(model);
    for (int trial = 0; trial < 40; trial++) {
        struct arena arena = {0};
        struct scope scope = model_scope(model, &arena);
        int reg = (int)model_random(model, REGISTERS);
        struct record_scan *scan;
        struct record_row row;
        bool more = true;
        size_t expected = 0, met = 0;
        for (size_t i = 0; i < model->count; i++)
            expected += model->records[i].reg == reg && model_sees(model, &scope, &model->records[i]);
        if (!scope_may(&scope, reg, SCOPE_READ)) {
            REFUSED(record_scan_new(model->database, &scope, reg, &scan, &err), ERR_FORBIDDEN, "may not see");
        } else {
            OK(record_scan_new(model->database, &scope, reg, &scan, &err));
            for (; record_scan_next(scan, &row, &more, NULL) == 0 && more; met++) {
                assert_true(model_sees(model, &scope, model_find(model, reg, row.id)));
                if (reg == PERSON && scope.unmasked == 0) assert_false(row.values[PERSON_NAME].known);
            }
            assert_int_equal(met, expected);
            record_scan_free(scan);
        }
        arena_fini(&arena);
    }
}

static void an_import_keeps_to_the_scope(void **state)
{
    struct model *model = *state;
    struct scope scope = clerk();
    struct sheet sheet;
    int64_t mine = household_in(model, HIS_VILLAGE), foreign = household_in(model, FOREIGN_VILLAGE);
    const struct model_record *his = model_find(model, HOUSEHOLD, mine);
    const struct model_record *other = model_find(model, HOUSEHOLD, foreign);
    const struct value keys[] = {his->values[HOUSEHOLD_NUMBER], other->values[HOUSEHOLD_NUMBER],
                                 words("NEW1"), words("NEW2")};
    static const char *const villages[] = {"430421100000", "430421100000", "430421100000", "430421101001"};
    sheet_begin(&sheet, model->database, HOUSEHOLD);
    stage_free(sheet.stage);
    OK(stage_begin(model->database, &scope, &sheet.feed, &sheet.stage, &err));
    for (int i = 0; i < 4; i++) {
        sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, keys[i]);
        sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words("新户主"));
        sheet_look(&sheet, 0, HOUSEHOLD_VILLAGE, villages[i]);
        sheet_row(&sheet);
    }
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 2);
    assert_rejected(&sheet, 2, "is not in your area");
    assert_rejected(&sheet, 4, "is no record of Village");
    assert_counts(&sheet, 0, 1, 1, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(model->database, "SELECT count(*) FROM household WHERE head = '新户主'"), 2);
    assert_string_equal(text_from(model->database, "SELECT actor FROM zs_entry ORDER BY id DESC"), "clerk");
    OK(record_retire(model->database, &fixture_everything, HOUSEHOLD, mine, 2, TEXT("迁出"), &err));
    sheet_begin(&sheet, model->database, HOUSEHOLD);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, keys[0]);
    sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words("再来"));
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_rejected(&sheet, 1, "is retired");
    sheet_free(&sheet);
}

int main(void)
{
#define WITH_MODEL(test) cmocka_unit_test_setup_teardown(test, model_make, model_drop)
    const struct CMUnitTest tests[] = {
        WITH_MODEL(nobody_writes_outside_his_village),  WITH_MODEL(a_form_learns_all_faults_at_once),
        WITH_MODEL(a_family_goes_and_comes_back_whole), WITH_MODEL(what_is_hidden_stays_hidden),
        WITH_MODEL(the_search_box_keeps_to_the_scope),  WITH_MODEL(exports_keep_to_the_scope),
        WITH_MODEL(an_import_keeps_to_the_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
