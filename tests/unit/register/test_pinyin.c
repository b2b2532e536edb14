/* Names are found by how they are typed: initials, whole readings, surnames that are read their own way; also
 * after every way in which a name comes into a register. */
#include "sheet.h"

#include "register/pinyin.h"
#include "register/search.h"

static void check(const char *name, const char *initials, const char *whole)
{
    struct buffer first = {0}, all = {0};
    assert_true(pinyin_of(text_of(name), &first, &all));
    assert_string_equal(first.data, initials);
    assert_string_equal(all.data, whole);
    buffer_fini(&first);
    buffer_fini(&all);
}

static void names_are_read_as_people_read_them(void **state)
{
    (void)state;
    check("张小明", "zxm", "zhangxiaoming");
    check("曾小明", "zxm", "zengxiaoming");
    check("单雄信", "sxx", "shanxiongxin");
    check("张单", "zd", "zhangdan");
    check("仇和", "qh", "qiuhe");
    check("区伟", "ow", "ouwei");
    check("解缙", "xj", "xiejin");
    check("查良", "zl", "zhaliang");
    check("任伟", "rw", "renwei");
    check("朴明", "pm", "piaoming");
    check("盖伟", "gw", "gewei");
    check("尉迟恭", "ycg", "yuchigong");
    check("万俟明", "mqm", "moqiming");
    check("万明", "wm", "wanming");
    check("吕女", "ln", "lvnv");
    check(" 阿迪力·买买提 ", "adlmmt", "adilimaimaiti");
    check("一心2号A社", "yx2has", "yixin2haoashe");
}

static void what_is_no_chinese_name_has_no_pinyin(void **state)
{
    static const char *const names[] = {"", "  ", "Smith", "123", "·", "\xe3\x80\x80", "\xf0\x9f\x98\x80"};
    struct buffer first = {0}, all = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(pinyin_of(text_of(names[i]), &first, &all));
    assert_int_equal(first.size + all.size, 0);
    struct buffer longest = {0};
    for (int i = 0; i < 1000; i++) buffer_string(&longest, "张");
    assert_true(pinyin_of(buffer_get(&longest), &first, &all));
    assert_int_equal(first.size, PINYIN_MAX);
    assert_true(all.size <= PINYIN_MAX && all.size > PINYIN_MAX - 6);
    buffer_fini(&longest);
    buffer_fini(&first);
    buffer_fini(&all);
}

static void what_may_be_meant_as_pinyin(void **state)
{
    static const char *const no[] = {"", "z", "12", "z m", "zx'm", "张x", "z%", "z\xff"};
    struct buffer out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) assert_false(pinyin_asked(text_of(no[i]), &out));
    assert_int_equal(out.size, 0);
    assert_true(pinyin_asked(TEXT("ZxM2"), &out));
    assert_true(text_is(buffer_get(&out), "zxm2"));
    buffer_fini(&out);
}

/* ---- In a database ---- */

struct home {
    struct place place;
    struct pack *pack;
    struct database *database;
    int64_t village;
};

static int settle(void **state)
{
    void *place;
    place_make(&place);
    struct home *home = calloc(1, sizeof *home);
    home->place = *(struct place *)place;
    free(place);
    home->pack = fixture_pack();
    home->database = fixture_database(&home->place, home->pack);
    home->village = add_village(home->database, "430421101001", "金兰镇", "甲村");
    *state = home;
    return 0;
}

static int leave(void **state)
{
    struct home *home = *state;
    database_close(home->database);
    fixture_free(home->pack);
    struct place *place = malloc(sizeof *place);
    *place = home->place;
    free(home);
    void *as_state = place;
    return place_drop(&as_state);
}

/* How many records a search finds by pinyin. */
static size_t found(struct home *home, const struct scope *scope, const char *typed)
{
    struct arena arena = {0};
    struct search_hit *hits;
    size_t count;
    OK(record_search(home->database, scope, text_of(typed), &arena, &hits, &count, &err));
    for (size_t i = 0; i < count; i++) assert_int_equal(hits[i].by, SEARCH_PINYIN);
    arena_fini(&arena);
    return count;
}

static int64_t save_head(struct home *home, const char *number, const char *head)
{
    struct draft draft = draft_new(HOUSEHOLD);
    draft_set(&draft, HOUSEHOLD_NUMBER, words(number));
    draft_set(&draft, HOUSEHOLD_HEAD, words(head));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(home->village));
    return draft_save(home->database, &draft);
}

static void a_written_name_is_found(void **state)
{
    struct home *home = *state;
    int64_t id = save_head(home, "A1", "张小明");
    save_head(home, "A2", "曾小明");
    assert_int_equal(found(home, &fixture_everything, "zxm"), 2);
    assert_int_equal(found(home, &fixture_everything, " ZX "), 2);
    assert_int_equal(found(home, &fixture_everything, "ｚｘｍ"), 2);
    assert_int_equal(found(home, &fixture_everything, "zengx"), 1);
    assert_int_equal(found(home, &fixture_everything, "zhangxiaoming"), 1);
    assert_int_equal(found(home, &fixture_everything, "zxmm"), 0);
    assert_int_equal(found(home, &fixture_everything, "z%"), 0);
    /* Renamed: by the new name, no longer by the old one. */
    struct draft draft = draft_of(HOUSEHOLD, id, 1);
    draft_set(&draft, HOUSEHOLD_HEAD, words("李四"));
    draft_save(home->database, &draft);
    assert_int_equal(found(home, &fixture_everything, "zxm"), 1);
    assert_int_equal(found(home, &fixture_everything, "ls"), 1);
    /* Retired and brought back. */
    OK(record_retire(home->database, &fixture_everything, HOUSEHOLD, id, 2, TEXT("搬走"), &err));
    assert_int_equal(found(home, &fixture_everything, "ls"), 0);
    OK(record_restore(home->database, &fixture_everything, HOUSEHOLD, id, 3, TEXT("搬回"), &err));
    assert_int_equal(found(home, &fixture_everything, "lisi"), 1);
}

static void what_was_rolled_back_left_nothing(void **state)
{
    struct home *home = *state;
    save_head(home, "A1", "张小明");
    struct draft draft = draft_new(HOUSEHOLD);
    struct err err;
    draft_set(&draft, HOUSEHOLD_NUMBER, words("A1"));
    draft_set(&draft, HOUSEHOLD_HEAD, words("王五"));
    draft_set(&draft, HOUSEHOLD_VILLAGE, whole(home->village));
    assert_int_equal(draft_try(home->database, &draft, &err), ERR_CONFLICT);
    assert_int_equal(count_of(home->database, "SELECT count(*) FROM zs_spelling WHERE name = '王五'"), 0);
}

static void import_head(struct home *home, const char *number, const char *head, int fresh, int changed)
{
    struct sheet sheet;
    sheet_begin(&sheet, home->database, HOUSEHOLD);
    sheet_put(&sheet, 0, HOUSEHOLD_NUMBER, words(number));
    sheet_put(&sheet, 0, HOUSEHOLD_HEAD, words(head));
    sheet_look(&sheet, 0, HOUSEHOLD_VILLAGE, "430421101001");
    sheet_row(&sheet);
    sheet_import(&sheet);
    assert_counts(&sheet, 0, fresh, changed, 0);
}

static void an_imported_name_is_found(void **state)
{
    struct home *home = *state;
    import_head(home, "A1", "尉迟恭", 1, 0);
    import_head(home, "A2", "尉迟恭", 1, 0);
    assert_int_equal(found(home, &fixture_everything, "ycg"), 2);
    import_head(home, "A2", "单雄信", 0, 1);
    assert_int_equal(found(home, &fixture_everything, "ycg"), 1);
    assert_int_equal(found(home, &fixture_everything, "shanx"), 1);
}

static void another_village_is_not_found(void **state)
{
    static const uint8_t actions[REGISTERS] = {31, 31, 31, 31, 31};
    const int64_t other = 99;
    struct home *home = *state;
    const struct scope nobody = {.actor = TEXT("nobody"), .actions = actions},
                       helper = {.actor = TEXT("helper"),
                                 .actions = actions,
                                 .subjects = &other,
                                 .subject_count = 1};
    save_head(home, "A1", "张小明");
    assert_int_equal(found(home, &nobody, "zxm"), 0);
    assert_int_equal(found(home, &helper, "zxm"), 0);
}

static void an_older_database_learns_its_names(void **state)
{
    struct home *home = *state;
    struct database_report report;
    save_head(home, "A1", "张小明");
    OK(store_run(database_store(home->database), "DROP TABLE zs_spelling", &err));
    database_close(home->database);
    OK(database_init(home->place.path, home->pack, &report, &err));
    database_report_fini(&report);
    OK(database_open_with(home->place.path, false, home->pack, &home->database, &err));
    assert_int_equal(found(home, &fixture_everything, "zxm"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_as_people_read_them),
        cmocka_unit_test(what_is_no_chinese_name_has_no_pinyin),
        cmocka_unit_test(what_may_be_meant_as_pinyin),
        cmocka_unit_test_setup_teardown(a_written_name_is_found, settle, leave),
        cmocka_unit_test_setup_teardown(what_was_rolled_back_left_nothing, settle, leave),
        cmocka_unit_test_setup_teardown(an_imported_name_is_found, settle, leave),
        cmocka_unit_test_setup_teardown(another_village_is_not_found, settle, leave),
        cmocka_unit_test_setup_teardown(an_older_database_learns_its_names, settle, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
