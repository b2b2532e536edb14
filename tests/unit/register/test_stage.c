/* Imports as their authors see them: what is new, what changed, what is refused and why, and that nothing
 * else happens. */
#include "sheet.h"

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
    add_village(county->database, "430421101002", "金兰镇", "乙村");
    add_village(county->database, "430421102001", "洪市镇", "甲村");
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

static void put_place(struct sheet *sheet, const char *township, const char *village)
{
    sheet_put(sheet, 0, VILLAGE_TOWNSHIP, words(township));
    sheet_put(sheet, 0, VILLAGE_NAME, words(village));
}

/* One row of the national export: place, household, person; the ledger is silent. */
static void put_member(struct sheet *sheet, const char *village, const char *household, const char *person,
                       const char *name)
{
    put_place(sheet, "金兰镇", village);
    sheet_put(sheet, 1, HOUSEHOLD_NUMBER, words(household));
    sheet_put(sheet, 2, PERSON_NUMBER, words(person));
    sheet_put(sheet, 2, PERSON_NAME, words(name));
}

static int64_t entries(struct county *county)
{
    return count_of(county->database, "SELECT count(*) FROM zs_entry WHERE action = 'import'");
}

/* ---- One register ---- */

static void new_records_arrive(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words("A1"));
    sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words("张三"));
    sheet_look(&sheet, 0, HOUSEHOLD_VILLAGE, "430421101002");
    sheet_put(&sheet, 0, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    sheet_put(&sheet, 0, HOUSEHOLD_ARABLE, whole(25000));
    sheet_put(&sheet, 0, HOUSEHOLD_INCOME, whole(123456));
    sheet_put(&sheet, 0, HOUSEHOLD_GROWTH, share(0.055));
    sheet_put(&sheet, 0, HOUSEHOLD_MONITORED, on_day(2022, 9, 30));
    sheet_put(&sheet, 0, HOUSEHOLD_RISK, in_month(2022, 8));
    sheet_put(&sheet, 0, HOUSEHOLD_SAFE, whole(1));
    sheet_row(&sheet);
    sheet_import(&sheet);
    assert_counts(&sheet, 0, 1, 0, 0);
    assert_int_equal(sheet.rejected, 0);
    assert_string_equal(text_from(county->database,
                                  "SELECT number || head || village || category || arable || ' ' || income "
                                  "|| ' ' || growth || ' ' || "
                                  "monitored || ' ' || risk || safe || version FROM household"),
                        "A1张三2monitored25000 123456 0.055 2022-09-30 2022-0811");
    assert_int_equal(entries(county), 1);
    assert_int_equal(
        count_of(county->database, "SELECT created = (SELECT max(id) FROM zs_entry) FROM household"), 1);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_change"), 0);
    assert_string_equal(text_from(county->database, "SELECT detail FROM zs_entry WHERE action = 'import'"),
                        "{\"file\":\"sheet.xlsx\"}");
}

static void put_ledger(struct sheet *sheet, const char *household, int month, int wheel, int64_t amount)
{
    sheet_look(sheet, 0, LEDGER_HOUSEHOLD, household);
    sheet_put(sheet, 0, LEDGER_MONTH, in_month(2022, month));
    sheet_put(sheet, 0, LEDGER_WHEEL, whole(wheel));
    sheet_put(sheet, 0, LEDGER_AMOUNT, whole(amount));
    sheet_row(sheet);
}

static void fill_ledger(struct sheet *sheet, int64_t last)
{
    for (int month = 1; month <= 12; month++)
        put_ledger(sheet, month % 2 == 0 ? "A1" : "A2", month, WHEEL_WAGE, month * 100);
    put_ledger(sheet, "A1", 12, WHEEL_TRANSFER, last);
}

static void the_same_file_again_changes_nothing(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    add_household(county->database, "A2", 2);
    sheet_begin(&sheet, county->database, LEDGER);
    fill_ledger(&sheet, 7);
    sheet_import(&sheet);
    assert_counts(&sheet, 0, 13, 0, 0);
    assert_int_equal(count_of(county->database, "SELECT sum(amount) FROM income"), 7800 + 7);
    for (int again = 0; again < 2; again++) {
        sheet_begin(&sheet, county->database, LEDGER);
        fill_ledger(&sheet, 7);
        sheet_import(&sheet);
        assert_counts(&sheet, 0, 0, 0, 13);
    }
    assert_int_equal(entries(county), 1);
    assert_int_equal(count_of(county->database, "SELECT max(version) FROM income"), 1);
    /* And one figure other than before. */
    sheet_begin(&sheet, county->database, LEDGER);
    fill_ledger(&sheet, 8);
    sheet_import(&sheet);
    assert_counts(&sheet, 0, 0, 1, 12);
    assert_int_equal(entries(county), 2);
    assert_int_equal(count_of(county->database, "SELECT amount FROM income WHERE version = 2"), 8);
    assert_string_equal(text_from(county->database, "SELECT register || before FROM zs_change"),
                        "income{\"amount\":7}");
}

static void a_blank_says_nothing(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    int64_t id = add_household(county->database, "A1", 1);
    struct draft draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_set(&draft, HOUSEHOLD_INCOME, whole(5));
    draft_save(county->database, &draft);
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words("A1"));
    sheet_blank(&sheet, 0, HOUSEHOLD_HEAD);
    sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words(""));
    sheet_blank(&sheet, 0, HOUSEHOLD_VILLAGE);
    sheet_put(&sheet, 0, HOUSEHOLD_INCOME, whole(6));
    sheet_row(&sheet);
    sheet_import(&sheet);
    assert_counts(&sheet, 0, 0, 1, 0);
    assert_string_equal(text_from(county->database, "SELECT head || income || village FROM household"),
                        "张三61");
    assert_string_equal(
        text_from(county->database, "SELECT before FROM zs_change ORDER BY entry DESC LIMIT 1"),
        "{\"income\":5}");
}

static void refuses_what_cannot_be_a_record(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100);  /* 1: good */
    put_ledger(&sheet, "B9", 1, WHEEL_WAGE, 100);  /* 2: nobody */
    sheet_look(&sheet, 0, LEDGER_HOUSEHOLD, "A1"); /* 3: no month */
    sheet_put(&sheet, 0, LEDGER_WHEEL, whole(0));
    sheet_put(&sheet, 0, LEDGER_AMOUNT, whole(100));
    sheet_row(&sheet);
    sheet_look(&sheet, 0, LEDGER_HOUSEHOLD, "A1"); /* 4: no amount, which a new record must have */
    sheet_put(&sheet, 0, LEDGER_MONTH, in_month(2022, 2));
    sheet_put(&sheet, 0, LEDGER_WHEEL, whole(0));
    sheet_row(&sheet);
    put_ledger(&sheet, "A1", 3, 9, 100); /* 5: no such wheel */
    sheet_match(&sheet);
    assert_counts(&sheet, 0, 1, 0, 0);
    assert_int_equal(sheet.rejected, 4);
    assert_int_equal(sheet.counts[0].rejected_rows, 4);
    assert_rejected(&sheet, 2, "“B9” is no record of Household; write its Household number");
    assert_rejected(&sheet, 3, "“Month” is required");
    assert_rejected(&sheet, 4, "“Amount” is required");
    assert_rejected(&sheet, 5, "outside its type's range");
    /* One reason a cell: a bad value is not also a missing one. */
    assert_int_equal(sheet.reject_count, 4);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM income"), 1);
}

static void refusals_from_before_count_too(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100);
    OK(stage_refuse(sheet.stage, 2, 0, LEDGER_AMOUNT, TEXT("不是金额"), TEXT("not an amount"), &err));
    sheet_look(&sheet, 0, LEDGER_HOUSEHOLD, "A1"); /* row 2, staged without its amount */
    sheet_put(&sheet, 0, LEDGER_MONTH, in_month(2022, 2));
    sheet_put(&sheet, 0, LEDGER_WHEEL, whole(0));
    sheet_row(&sheet);
    OK(stage_refuse(sheet.stage, 3, -1, -1, TEXT("一行空白"), TEXT("a line of nothing"),
                    &err)); /* never staged */
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 2);
    assert_int_equal(sheet.reject_count, 2);
    assert_rejected(&sheet, 2, "not an amount");
    assert_rejected(&sheet, 3, "a line of nothing");
    assert_counts(&sheet, 0, 1, 0, 0);
    sheet_free(&sheet);
}

static void the_same_key_twice_is_refused(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100); /* 1 and 3 differ */
    put_ledger(&sheet, "A1", 2, WHEEL_WAGE, 200); /* 2 and 4 are equal */
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 101);
    put_ledger(&sheet, "A1", 2, WHEEL_WAGE, 200);
    put_ledger(&sheet, "A1", 3, WHEEL_WAGE, 300);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 3);
    assert_int_equal(sheet.reject_count, 3);
    assert_rejected(&sheet, 1, "has the same key as row 3");
    assert_rejected(&sheet, 3, "has the same key as row 1");
    assert_rejected(&sheet, 4, "repeats row 2");
    assert_counts(&sheet, 0, 2, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT sum(amount) FROM income"), 500);
}

static void references_are_found_as_people_write_them(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    int64_t a = add_household(county->database, "A1", 1);
    struct draft draft = draft_of(HOUSEHOLD, a, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("张三"));
    draft_save(county->database, &draft);
    draft = draft_of(HOUSEHOLD, add_household(county->database, "A2", 1), 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("李四"));
    draft_save(county->database, &draft);
    draft = draft_of(HOUSEHOLD, add_household(county->database, "A3", 1), 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("李四"));
    draft_save(county->database, &draft);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "Ａ１", 1, WHEEL_WAGE, 1); /* full width */
    put_ledger(&sheet,
               "\xe3\x80\x80"
               "A1 ",
               2, WHEEL_WAGE, 1);                 /* blanks around */
    put_ledger(&sheet, "张三", 3, WHEEL_WAGE, 1); /* a name that only one bears */
    put_ledger(&sheet, "李四", 4, WHEEL_WAGE, 1); /* … and one that two bear */
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 2);   /* another spelling of row 1's record */
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 3);
    assert_rejected(&sheet, 1, "has the same key as row 5");
    assert_rejected(&sheet, 4, "“李四” is more than one record of Household");
    assert_counts(&sheet, 0, 2, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM income WHERE household = 1"), 2);
}

static void keys_of_several_parts_are_joined_by_slashes(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    static int key[] = {VILLAGE_TOWNSHIP, VILLAGE_NAME};
    county->pack->registers[VILLAGE].key = key;
    county->pack->registers[VILLAGE].key_count = 2;
    struct database_report report;
    OK(database_init(county->place.path, county->pack, &report, &err));
    database_report_fini(&report);
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    static const char *const villages[] = {"洪市镇/甲村", "甲村", "乙村", "洪市镇／甲村", "金兰镇/丙村"};
    for (size_t i = 0; i < 5; i++) {
        char household[8];
        snprintf(household, sizeof household, "A%zu", i + 1);
        sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words(household));
        sheet_look(&sheet, 0, HOUSEHOLD_VILLAGE, villages[i]);
        sheet_row(&sheet);
    }
    sheet_match(&sheet);
    assert_counts(&sheet, 0, 3, 0, 0);
    assert_rejected(&sheet, 2, "“甲村” is more than one record of Village; write its Township/Name");
    assert_rejected(&sheet, 5, "“金兰镇/丙村” is no record of Village");
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(
        text_from(county->database,
                  says("SELECT group_concat(number || ':' || village, ' ') FROM household",
                       "SELECT string_agg(number || ':' || village, ' ' ORDER BY id) FROM household")),
        "A1:3 A3:2 A4:3");
}

/* ---- Several registers on one row ---- */

static void one_row_fills_several_registers(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "甲村", "A1", "P1", "张三");
    sheet_put(&sheet, 1, HOUSEHOLD_HEAD, words("张三"));
    sheet_put(&sheet, 3, LEDGER_MONTH, in_month(2022, 1));
    sheet_put(&sheet, 3, LEDGER_WHEEL, whole(0));
    sheet_put(&sheet, 3, LEDGER_AMOUNT, whole(100));
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P2", "张小三"); /* the household's other columns are blank here */
    sheet_put(&sheet, 3, LEDGER_MONTH, in_month(2022, 1));
    sheet_put(&sheet, 3, LEDGER_WHEEL, whole(0));
    sheet_put(&sheet, 3, LEDGER_AMOUNT, whole(100));
    sheet_row(&sheet);
    put_member(&sheet, "乙村", "A2", "P3", "李四");
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 0);
    assert_counts(&sheet, 0, 0, 0, 2);
    assert_counts(&sheet, 1, 2, 0, 0);
    assert_counts(&sheet, 2, 3, 0, 0);
    assert_counts(&sheet, 3, 1, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(
        text_from(county->database,
                  says("SELECT group_concat(h.number || h.village || p.number || p.name, ' ') "
                       "FROM person p JOIN household h ON h.id = p.household",
                       "SELECT string_agg(h.number || h.village || p.number || p.name, ' ' "
                       "ORDER BY p.id) FROM person p JOIN household h ON h.id = p.household")),
        "A11P1张三 A11P2张小三 A22P3李四");
    assert_string_equal(
        text_from(county->database,
                  "SELECT h.number || i.amount FROM income i JOIN household h ON h.id = i.household"),
        "A1100");
    assert_int_equal(entries(county), 1);
}

static void unknown_places_are_refused_for_all_parts(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "丁村", "A1", "P1", "张三");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P2", "李四");
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_rejected(&sheet, 1, "Village: “金兰镇/丁村” is not there");
    assert_int_equal(sheet.counts[0].rejected_rows, 1);
    assert_int_equal(sheet.counts[1].rejected_rows, 0);
    assert_counts(&sheet, 1, 1, 0, 0);
    assert_counts(&sheet, 2, 1, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM household"), 1);
}

static void contradictions_are_reported_not_guessed(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "甲村", "A1", "P1", "张三");
    sheet_put(&sheet, 1, HOUSEHOLD_CATEGORY, whole(CATEGORY_MONITORED));
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P2", "李四");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P3", "张二"); /* blank: no difference */
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P4", "张四");
    sheet_put(&sheet, 1, HOUSEHOLD_CATEGORY, whole(CATEGORY_GENERAL));
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 3);
    for (int64_t row = 1; row <= 4; row++)
        if (row != 2)
            assert_rejected(
                &sheet, row,
                "rows of one record of Household differ in Category: row 1 has monitored, row 4 has general");
    assert_counts(&sheet, 1, 1, 0, 0);
    assert_int_equal(sheet.counts[1].rejected_rows, 3);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(text_from(county->database, "SELECT number FROM household"), "A2");
}

static void a_person_in_two_households_is_a_contradiction(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "甲村", "A1", "P1", "张三");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P1", "张三");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P2", "李四");
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 2);
    assert_rejected(&sheet, 1, "differ in Its household: row 1 has A1, row 2 has A2");
    assert_rejected(&sheet, 2, "differ in Its household");
    assert_counts(&sheet, 1, 1, 0, 0); /* A1 has no good row left */
    assert_counts(&sheet, 2, 1, 0, 0);
    sheet_free(&sheet);
}

static void a_person_twice_in_one_household(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "甲村", "A1", "P1", "张三");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P1", "张三丰");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P2", "李四");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P2", "李四");
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.reject_count, 3);
    assert_rejected(&sheet, 1, "has the same key as row 2");
    assert_rejected(&sheet, 2, "has the same key as row 1");
    assert_rejected(&sheet, 4, "repeats row 3");
    assert_int_equal(sheet.rejects[0].part, 2);
    assert_counts(&sheet, 1, 1, 0, 0);
    assert_counts(&sheet, 2, 1, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM person"), 1);
}

static void rows_without_a_person_describe_the_household(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    put_place(&sheet, "金兰镇", "甲村");
    sheet_put(&sheet, 1, HOUSEHOLD_NUMBER, words("A1"));
    sheet_put(&sheet, 1, HOUSEHOLD_HEAD, words("张三"));
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P1", "张三");
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(text_from(county->database, "SELECT head FROM household"), "张三");
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM person"), 1);
}

static void a_person_may_move(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    int64_t person = add_person(county->database, "P1", add_household(county->database, "A1", 1));
    struct draft job = draft_new(JOB);
    draft_set(&job, JOB_PERSON, whole(person));
    draft_set(&job, JOB_MONTH, in_month(2022, 1));
    draft_save(county->database, &job); /* what hangs on the person must not be in the way */
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "乙村", "A2", "P1", "某人"); /* into a household that comes with the same row */
    sheet_row(&sheet);
    sheet_import(&sheet);
    assert_counts(&sheet, 1, 1, 0, 0);
    assert_counts(&sheet, 2, 0, 1, 0);
    assert_string_equal(
        text_from(
            county->database,
            "SELECT h.number || p.id || p.version FROM person p JOIN household h ON h.id = p.household"),
        "A212");
    assert_string_equal(text_from(county->database, "SELECT before FROM zs_change"), "{\"household\":1}");
    assert_int_equal(broken_references(county->database), 0);
}

static void what_a_refused_row_said_is_not_used(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    struct pack_field *head = fixture_meta(county->pack, HOUSEHOLD, HOUSEHOLD_HEAD);
    head->required = true;
    sheet_begin_national(&sheet, county->database);
    put_member(&sheet, "甲村", "A1", "P1",
               "张三"); /* alone knows the head, but its person is without a name */
    sheet_blank(&sheet, 2, PERSON_NAME);
    sheet_put(&sheet, 1, HOUSEHOLD_HEAD, words("张三"));
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A1", "P2", "李四");
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P3", "王五");
    sheet_put(&sheet, 1, HOUSEHOLD_HEAD, words("王五"));
    sheet_row(&sheet);
    put_member(&sheet, "甲村", "A2", "P4", "王六"); /* has its head from the row above */
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 2);
    assert_rejected(&sheet, 1, "“Name” is required");
    assert_rejected(&sheet, 2, "“Head” is required");
    assert_counts(&sheet, 1, 1, 0, 0);
    assert_counts(&sheet, 2, 2, 0, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_string_equal(text_from(county->database, "SELECT number || head FROM household"), "A2王五");
}

static void constants_and_chosen_fields(void **state)
{
    struct county *county = *state;
    struct sheet sheet = {.feed.part_count = 2};
    static const int household_key[] = {HOUSEHOLD_NUMBER},
                     ledger_key[] = {LEDGER_HOUSEHOLD, LEDGER_MONTH, LEDGER_WHEEL};
    static const int set_fields[] = {LEDGER_WHEEL, LEDGER_NOTE};
    const struct value set_values[] = {whole(WHEEL_TRANSFER), words("national")};
    static const bool some[16] = {[HOUSEHOLD_INCOME] = true};
    add_household(county->database, "A1", 1);
    sheet.parts[0] = (struct feed_part){
        .reg = HOUSEHOLD, .mode = FEED_WRITE, .key = household_key, .key_count = 1, .fields = some};
    sheet.parts[1] = (struct feed_part){.reg = LEDGER,
                                        .mode = FEED_WRITE,
                                        .key = ledger_key,
                                        .key_count = 3,
                                        .set_fields = set_fields,
                                        .set_values = set_values,
                                        .set_count = 2};
    sheet_begin_feed(&sheet, county->database);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words("A1"));
    sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words("not wanted"));
    sheet_put(&sheet, 0, HOUSEHOLD_INCOME, whole(9));
    sheet_put(&sheet, 1, LEDGER_MONTH, in_month(2022, 1));
    sheet_put(&sheet, 1, LEDGER_AMOUNT, whole(5));
    sheet_row(&sheet);
    sheet_import(&sheet);
    assert_string_equal(text_from(county->database, "SELECT coalesce(head, '-') || income FROM household"),
                        "-9");
    assert_string_equal(text_from(county->database, "SELECT wheel || note || amount FROM income"),
                        "transfernational5");
}

static void one_register_twice_on_a_row(void **state)
{
    struct county *county = *state;
    struct sheet sheet = {.feed.part_count = 3};
    static const int household_key[] = {HOUSEHOLD_NUMBER},
                     ledger_key[] = {LEDGER_HOUSEHOLD, LEDGER_MONTH, LEDGER_WHEEL};
    add_household(county->database, "A1", 1);
    add_household(county->database, "A2", 1);
    sheet.parts[0] =
        (struct feed_part){.reg = HOUSEHOLD, .mode = FEED_MATCH, .key = household_key, .key_count = 1};
    sheet.parts[1] = (struct feed_part){.reg = LEDGER, .mode = FEED_WRITE, .key = ledger_key, .key_count = 3};
    sheet.parts[2] = sheet.parts[1];
    sheet_begin_feed(&sheet, county->database);
    for (int row = 0; row < 2; row++) {
        sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words(row == 0 ? "A1" : "A2"));
        for (int part = 1; part <= 2; part++) {
            sheet_put(&sheet, part, LEDGER_MONTH,
                      in_month(2022, row == 0 ? part : 1)); /* on row 2 both say January */
            sheet_put(&sheet, part, LEDGER_WHEEL, whole(0));
            sheet_put(&sheet, part, LEDGER_AMOUNT, whole(part));
        }
        sheet_row(&sheet);
    }
    sheet_match(&sheet);
    assert_int_equal(sheet.rejected, 1);
    assert_rejected(&sheet, 2, "the same record stands in two groups of columns");
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT sum(amount) FROM income"), 3);
}

static void villages_found_by_another_key(void **state)
{
    struct county *county = *state;
    struct sheet sheet = {.feed.part_count = 1};
    static const int key[] = {VILLAGE_TOWNSHIP, VILLAGE_NAME};
    sheet.parts[0] = (struct feed_part){.reg = VILLAGE, .mode = FEED_WRITE, .key = key, .key_count = 2};
    sheet_begin_feed(&sheet, county->database);
    static const char *const rows[][4] = {
        {"金兰镇", "甲村", "", "good"},               /* known; its people change */
        {"金兰镇", "丙村", "", "without code"},       /* new, but a village must have a code */
        {"金兰镇", "丁村", "430421101009", "good"},   /* new */
        {"金兰镇", "戊村", "430421101002", "taken"},  /* somebody else's code */
        {"金兰镇", "己村", "430421101010", "shared"}, /* two new ones with one code */
        {"金兰镇", "庚村", "430421101010", "shared"},
    };
    for (size_t i = 0; i < 6; i++) {
        put_place(&sheet, rows[i][0], rows[i][1]);
        if (rows[i][2][0] != '\0') sheet_put(&sheet, 0, VILLAGE_CODE, words(rows[i][2]));
        sheet_put(&sheet, 0, VILLAGE_PEOPLE, whole(100));
        sheet_row(&sheet);
    }
    sheet_match(&sheet);
    assert_rejected(&sheet, 2, "“Code” is required");
    assert_rejected(&sheet, 4, "this key belongs to another record");
    assert_rejected(&sheet, 5, "another record of the sheet has the same key");
    assert_rejected(&sheet, 6, "another record of the sheet has the same key");
    assert_counts(&sheet, 0, 1, 1, 0);
    OK(sheet_apply(&sheet, &err));
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM village"), 4);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM village WHERE people = 100"), 2);
}

static void an_ambiguous_key_is_refused(void **state)
{
    struct county *county = *state;
    struct sheet sheet = {.feed.part_count = 1};
    static const int key[] = {VILLAGE_NAME};
    sheet.parts[0] = (struct feed_part){.reg = VILLAGE, .mode = FEED_WRITE, .key = key, .key_count = 1};
    sheet_begin_feed(&sheet, county->database);
    sheet_put(&sheet, 0, VILLAGE_NAME, words("甲村"));
    sheet_put(&sheet, 0, VILLAGE_PEOPLE, whole(1));
    sheet_row(&sheet);
    sheet_match(&sheet);
    assert_rejected(&sheet, 1, "Village: “甲村” fits several records");
    assert_counts(&sheet, 0, 0, 0, 0);
    sheet_free(&sheet);
}

/* ---- Any sheet ---- */

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* Few households and persons, so that rows meet in every way: repeated, contradicting, incomplete, in unknown
 * places. */
static void fill_at_random(struct sheet *sheet, unsigned seed)
{
    static const char *const villages[] = {"甲村", "乙村", "乙村", "丁村"};
    static const char *const households[] = {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"};
    static const char *const persons[] = {"P1", "P2", "P3", "P4", "P5", "P6",
                                          "P7", "P8", "P9", "Q1", "Q2", "Q3"};
    unsigned rows = 1 + draw(&seed, 14);
    for (unsigned i = 0; i < rows; i++) {
        unsigned household = draw(&seed, 8);
        put_place(sheet, "金兰镇", villages[draw(&seed, 8) == 0 ? draw(&seed, 4) : household % 3]);
        sheet_put(sheet, 1, HOUSEHOLD_NUMBER, words(households[household]));
        if (draw(&seed, 2)) sheet_put(sheet, 1, HOUSEHOLD_HEAD, words("张三"));
        if (draw(&seed, 2)) sheet_put(sheet, 1, HOUSEHOLD_CATEGORY, whole(draw(&seed, 6) == 0));
        if (draw(&seed, 4)) {
            sheet_put(sheet, 2, PERSON_NUMBER, words(persons[draw(&seed, 12)]));
            if (draw(&seed, 6)) sheet_put(sheet, 2, PERSON_NAME, words("某人"));
        }
        if (draw(&seed, 2)) {
            sheet_put(sheet, 3, LEDGER_MONTH, in_month(2022, 1 + (int)draw(&seed, 2)));
            sheet_put(sheet, 3, LEDGER_WHEEL, whole(0));
            if (draw(&seed, 3))
                sheet_put(sheet, 3, LEDGER_AMOUNT, whole(household * 10 + (draw(&seed, 8) == 0)));
        }
        sheet_row(sheet);
    }
}

/* Whatever was on it, a second import of the same sheet finds every accepted row as it left it, and refuses
 * the same rows. */
static void any_sheet_twice_changes_nothing_more(void **state)
{
    struct county *county = *state;
    fixture_meta(county->pack, HOUSEHOLD, HOUSEHOLD_HEAD)->required = true;
    int64_t accepted = 0, refused = 0;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct sheet first, second;
        sheet_begin_national(&first, county->database);
        fill_at_random(&first, seed);
        sheet_import(&first);
        int64_t before = entries(county);
        sheet_begin_national(&second, county->database);
        fill_at_random(&second, seed);
        sheet_import(&second);
        for (int part = 0; part < SHEET_PARTS; part++)
            assert_counts(
                &second, part, 0, 0,
                (int)(first.counts[part].fresh + first.counts[part].changed + first.counts[part].unchanged));
        assert_int_equal(second.rejected, first.rejected);
        assert_int_equal(second.reject_count, first.reject_count);
        assert_int_equal(entries(county), before);
        refused += first.rejected;
        accepted += first.row - first.rejected;
        assert_int_equal(broken_references(county->database), 0);
        assert_int_equal(count_of(county->database, "SELECT count(*) FROM household WHERE head IS NULL"), 0);
        /* From an empty county again, in half of the cases. */
        if (seed % 2 == 0)
            OK(store_run(database_store(county->database),
                         "DELETE FROM income; DELETE FROM person; DELETE FROM household", &err));
    }
    assert_true(accepted > 50 && refused > 50);
}

/* ---- Before and while applying ---- */

struct seen {
    int64_t rows[8];
    int fields[8];
    int64_t before[8], after[8];
    size_t count;
};

static int see(void *context, const struct stage_difference *difference)
{
    struct seen *seen = context;
    assert_true(seen->count < 8);
    seen->rows[seen->count] = difference->row;
    seen->fields[seen->count] = difference->field;
    seen->before[seen->count] = difference->before.known ? difference->before.integer : -1;
    seen->after[seen->count++] = difference->after.integer;
    return 0;
}

static void differences_can_be_looked_at(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    char number[8];
    for (int i = 1; i <= 4; i++) {
        snprintf(number, sizeof number, "A%d", i);
        add_household(county->database, number, 1);
    }
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    for (int i = 4; i >= 1; i--) {
        snprintf(number, sizeof number, "A%d", i);
        sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words(number));
        sheet_look(&sheet, 0, HOUSEHOLD_VILLAGE, i == 4 ? "430421101002" : "430421101001");
        if (i % 2 == 0) sheet_put(&sheet, 0, HOUSEHOLD_INCOME, whole(i * 100));
        sheet_row(&sheet);
    }
    sheet_match(&sheet);
    assert_counts(&sheet, 0, 0, 2, 2);
    struct seen seen = {0};
    OK(stage_differences(sheet.stage, 0, 10, see, &seen, &err));
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.rows[0], 1);
    assert_int_equal(seen.fields[0], HOUSEHOLD_VILLAGE);
    assert_int_equal(seen.before[0], 1);
    assert_int_equal(seen.after[0], 2);
    assert_int_equal(seen.fields[1], HOUSEHOLD_INCOME);
    assert_int_equal(seen.before[1], -1);
    assert_int_equal(seen.after[1], 400);
    assert_int_equal(seen.rows[2], 3);
    seen.count = 0;
    OK(stage_differences(sheet.stage, 0, 1, see, &seen, &err));
    assert_int_equal(seen.count, 2);
    OK(stage_differences(sheet.stage, 0, 0, see, &seen, &err));
    assert_int_equal(seen.count, 2);
    sheet_free(&sheet);
    assert_int_equal(entries(county), 0); /* looking writes nothing */
}

static void looking_works_on_a_database_that_may_only_be_read(void **state)
{
    struct county *county = *state;
    struct database *reader;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    OK(database_open_with(county->place.path, true, county->pack, &reader, &err));
    sheet_begin(&sheet, reader, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100);
    sheet_match(&sheet);
    assert_counts(&sheet, 0, 1, 0, 0);
    REFUSED(sheet_apply(&sheet, &err), ERR_IO, "can be read but not written");
    sheet_free(&sheet);
    database_close(reader);
}

static void somebody_else_was_faster(void **state)
{
    struct county *county = *state;
    struct database *other;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100);
    sheet_match(&sheet);
    OK(database_open_with(county->place.path, false, county->pack, &other, &err));
    add_household(other, "A2", 1);
    database_close(other);
    REFUSED(sheet_apply(&sheet, &err), ERR_CONFLICT, "nothing was imported");
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM income"), 0);
}

static void another_program_holds_the_file(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    add_household(county->database, "A1", 1);
    sheet_begin(&sheet, county->database, LEDGER);
    put_ledger(&sheet, "A1", 1, WHEEL_WAGE, 100);
    struct store *other = opened(county->place.path, (struct store_options){0});
    OK(store_begin(other, &err));
    OK(store_run(database_store(county->database), says("PRAGMA busy_timeout = 1", "SET lock_timeout = 1"),
                 &err));
    sheet_match(&sheet); /* reading and comparing go on */
    REFUSED(sheet_apply(&sheet, &err), ERR_BUSY, "in use by another program");
    store_close(other);
    OK(sheet_apply(&sheet, &err)); /* and the import can be tried again */
    sheet_free(&sheet);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM income"), 1);
}

static void an_empty_sheet(void **state)
{
    struct county *county = *state;
    struct sheet sheet;
    sheet_begin_national(&sheet, county->database);
    sheet_import(&sheet);
    assert_counts(&sheet, 1, 0, 0, 0);
    sheet_begin_national(&sheet, county->database);
    sheet_row(&sheet); /* a row that says nothing at all … */
    sheet_row(&sheet); /* … and again: no double of anything */
    sheet_import(&sheet);
    assert_int_equal(sheet.rejected, 0);
    assert_int_equal(entries(county), 0);
}

static void a_stage_may_be_abandoned(void **state)
{
    struct county *county = *state;
    struct sheet sheet, second;
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words("A1"));
    sheet_row(&sheet);
    stage_free(sheet.stage);
    stage_free(NULL);
    /* Two at once do not meet. */
    sheet_begin(&sheet, county->database, HOUSEHOLD);
    sheet_begin(&second, county->database, HOUSEHOLD);
    sheet_put(&second, 0, HOUSEHOLD_NUMBER, words("A2"));
    sheet_row(&second);
    stage_free(second.stage);
    stage_free(sheet.stage);
    OK(store_begin(database_store(county->database), &err));
    store_rollback(database_store(county->database));
}

static void a_register_without_a_key_cannot_be_imported(void **state)
{
    struct county *county = *state;
    struct stage *stage;
    struct feed_part part = {.reg = JOB, .mode = FEED_WRITE};
    struct pack_feed feed = {.parts = &part, .part_count = 1};
    REFUSED(stage_begin(county->database, &fixture_everything, &feed, &stage, &err), ERR_INPUT, "has no key");
    assert_null(stage);
}

#define IN_COUNTY(test) cmocka_unit_test_setup_teardown(test, settle, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_COUNTY(new_records_arrive),
        IN_COUNTY(the_same_file_again_changes_nothing),
        IN_COUNTY(a_blank_says_nothing),
        IN_COUNTY(refuses_what_cannot_be_a_record),
        IN_COUNTY(refusals_from_before_count_too),
        IN_COUNTY(the_same_key_twice_is_refused),
        IN_COUNTY(references_are_found_as_people_write_them),
        IN_COUNTY(keys_of_several_parts_are_joined_by_slashes),
        IN_COUNTY(one_row_fills_several_registers),
        IN_COUNTY(unknown_places_are_refused_for_all_parts),
        IN_COUNTY(contradictions_are_reported_not_guessed),
        IN_COUNTY(a_person_in_two_households_is_a_contradiction),
        IN_COUNTY(a_person_twice_in_one_household),
        IN_COUNTY(rows_without_a_person_describe_the_household),
        IN_COUNTY(a_person_may_move),
        IN_COUNTY(what_a_refused_row_said_is_not_used),
        IN_COUNTY(constants_and_chosen_fields),
        IN_COUNTY(one_register_twice_on_a_row),
        IN_COUNTY(villages_found_by_another_key),
        IN_COUNTY(an_ambiguous_key_is_refused),
        IN_COUNTY(any_sheet_twice_changes_nothing_more),
        IN_COUNTY(differences_can_be_looked_at),
        IN_COUNTY(looking_works_on_a_database_that_may_only_be_read),
        IN_COUNTY(somebody_else_was_faster),
        IN_COUNTY(another_program_holds_the_file),
        IN_COUNTY(an_empty_sheet),
        IN_COUNTY(a_stage_may_be_abandoned),
        IN_COUNTY(a_register_without_a_key_cannot_be_imported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
