/* Files on records, on both databases: written with the log or not at all, counted, read back whole, and
 * found when somebody alters them. */
#include "../register/county.h"

#include "files/attachments.h"

enum { PHOTO, PAPER, KINDS };

static const bool on_households[REGISTERS] = {[HOUSEHOLD] = true};

static int settle(void **state)
{
    int code = county_settle(state);
    struct county *county = *state;
    struct pack *pack = county->pack;
    pack->attachments = arena_array(&pack->arena, KINDS, sizeof *pack->attachments);
    pack->attachment_count = KINDS;
    pack->attachments[PHOTO] = (struct pack_attachment){
        .label = {TEXT("photo"), TEXT("照片"), TEXT("Photograph")}, .holds = HOLDS_TEXT | HOLDS_PICTURE};
    pack->attachments[PAPER] = (struct pack_attachment){.label = {TEXT("paper"), TEXT("材料"), TEXT("Paper")},
                                                        .holds = HOLDS_TEXT,
                                                        .registers = on_households,
                                                        .sensitive = SENSITIVE_HEALTH};
    pack->attachment_limits = (struct pack_attachment_limits){.file = 1000, .day = 3000, .record = 3};
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    add_household(county->database, "1", 1);
    add_household(county->database, "2", 1);
    OK(files_init(county->place.path, &err));
    OK(files_init(county->place.path, &err));
    return code;
}

static int add(struct county *county, int64_t record, int kind, const char *bytes, int64_t *id,
               struct err *err)
{
    const struct attachment_new file = {
        .reg = HOUSEHOLD, .record = record, .kind = kind, .name = TEXT("a.txt"), .bytes = text_of(bytes)};
    return attachment_add(county->database, &fixture_everything, &file, id, NULL, err);
}

static int64_t counted(struct county *county, int64_t record, int kind)
{
    int64_t count;
    OK(attachment_count(county->database, HOUSEHOLD, record, kind, 0, &count, &err));
    return count;
}

static void what_is_added_is_there(void **state)
{
    struct county *county = *state;
    struct arena arena = {0};
    struct attachment *items, item;
    struct buffer content = {0};
    size_t count;
    int64_t first, second;
    OK(add(county, 1, PHOTO, "what was seen", &first, &err));
    OK(add(county, 1, PAPER, "what was seen", &second, &err));
    assert_int_not_equal(first, second);
    assert_int_equal(counted(county, 1, PHOTO), 1);
    assert_int_equal(counted(county, 1, -1), 2);
    assert_int_equal(counted(county, 2, -1), 0);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_file"), 1);
    OK(attachment_list(county->database, &fixture_everything, HOUSEHOLD, 1, false, &arena, &items, &count,
                       &err));
    assert_int_equal(count, 2);
    assert_int_equal(items[0].id, first);
    assert_true(text_is(items[0].name, "a.txt"));
    OK(attachment_read(county->database, &fixture_everything, HOUSEHOLD, 1, first, &arena, &item, &content,
                       &err));
    assert_true(text_is(buffer_get(&content), "what was seen"));
    assert_int_equal(item.entry + 1, items[1].entry);
    buffer_fini(&content);
    arena_fini(&arena);
}

static void nothing_of_a_refused_file_stays(void **state)
{
    struct county *county = *state;
    int64_t id, before = county_last_entry(county);
    REFUSED(add(county, 99, PHOTO, "x", &id, &err), ERR_NOT_FOUND, "");
    REFUSED(add(county, 1, PHOTO, "\x01\x02", &id, &err), ERR_INPUT, "");
    REFUSED(add(county, 1, PHOTO, "", &id, &err), ERR_INPUT, "");
    const struct attachment_new other = {
        .reg = VILLAGE, .record = 1, .kind = PAPER, .name = TEXT("a.txt"), .bytes = TEXT("x")};
    REFUSED(attachment_add(county->database, &fixture_everything, &other, &id, NULL, &err), ERR_INPUT, "");
    assert_int_equal(county_last_entry(county), before);
    assert_int_equal(count_of(county->database, "SELECT count(*) FROM zs_file"), 0);
}

/* The caller's transaction goes on after a refusal, and takes the file with it when it is rolled back. */
static void a_file_belongs_to_the_open_transaction(void **state)
{
    struct county *county = *state;
    struct store *store = database_store(county->database);
    int64_t id;
    OK(store_begin(store, &err));
    OK(add(county, 1, PHOTO, "kept", &id, &err));
    REFUSED(add(county, 1, PHOTO, "\x01", &id, &err), ERR_INPUT, "");
    assert_int_equal(counted(county, 1, PHOTO), 1);
    store_rollback(store);
    assert_int_equal(counted(county, 1, PHOTO), 0);
    OK(store_begin(store, &err));
    OK(add(county, 1, PHOTO, "kept", &id, &err));
    OK(store_commit(store, &err));
    assert_int_equal(counted(county, 1, PHOTO), 1);
}

static void limits(void **state)
{
    struct county *county = *state;
    int64_t id;
    char large[1001];
    memset(large, 'a', sizeof large);
    const struct attachment_new file = {
        .reg = HOUSEHOLD, .record = 1, .kind = PHOTO, .name = TEXT("a"), .bytes = {large, sizeof large}};
    REFUSED(attachment_add(county->database, &fixture_everything, &file, &id, NULL, &err), ERR_LIMIT, "");
    large[999] = '\0';
    for (int i = 0; i < 3; i++) {
        large[0] = (char)('b' + i);
        OK(add(county, 1, PHOTO, large, &id, &err));
    }
    REFUSED(add(county, 1, PHOTO, "fourth of the record", &id, &err), ERR_LIMIT, "");
    REFUSED(add(county, 2, PHOTO, "fourth of the day", &id, &err), ERR_LIMIT, "");
}

static void nobody_without_a_scope(void **state)
{
    struct county *county = *state;
    const struct scope closed = {.actor = TEXT("nobody")};
    struct arena arena = {0};
    struct attachment *items, item;
    struct buffer content = {0};
    size_t count;
    int64_t id;
    OK(add(county, 1, PAPER, "private", &id, &err));
    REFUSED(attachment_list(county->database, &closed, HOUSEHOLD, 1, false, &arena, &items, &count, &err),
            ERR_FORBIDDEN, "");
    REFUSED(attachment_read(county->database, &closed, HOUSEHOLD, 1, id, &arena, &item, &content, &err),
            ERR_FORBIDDEN, "");
    REFUSED(attachment_retire(county->database, &closed, HOUSEHOLD, 1, id, TEXT("x"), &err), ERR_FORBIDDEN,
            "");
    struct scope masked = fixture_everything;
    masked.unmasked = 0;
    OK(attachment_list(county->database, &masked, HOUSEHOLD, 1, false, &arena, &items, &count, &err));
    assert_true(items[0].sealed);
    REFUSED(attachment_read(county->database, &masked, HOUSEHOLD, 1, id, &arena, &item, &content, &err),
            ERR_FORBIDDEN, "");
    assert_int_equal(content.size, 0);
    buffer_fini(&content);
    arena_fini(&arena);
}

/* ---- Verifying ---- */

static void finds(struct county *county, const char *sentence)
{
    struct fault_list faults = {0};
    int64_t files;
    OK(files_verify(county->database, &files, &faults, &err));
    assert_int_equal(faults.count, sentence == NULL ? 0 : 1);
    if (sentence != NULL && strstr(faults.items[0].en, sentence) == NULL) fail_msg("%s", faults.items[0].en);
    fault_list_fini(&faults);
}

static void what_was_altered_is_found(void **state)
{
    static const struct {
        const char *change, *undo, *sentence;
    } cases[] = {
        {"UPDATE zs_file SET size = size + 1", "UPDATE zs_file SET size = size - 1",
         "does not match its digest"},
        {"UPDATE zs_attachment SET record = 2 WHERE id = 1",
         "UPDATE zs_attachment SET record = 1 WHERE id = 1", "does not match the log"},
        {"UPDATE zs_attachment SET actor = 'x' WHERE id = 1",
         "UPDATE zs_attachment SET actor = 'test' WHERE id = 1", "does not match the log"},
        {"UPDATE zs_attachment SET retired = 1 WHERE id = 1",
         "UPDATE zs_attachment SET retired = NULL WHERE id = 1", "does not match the log"},
        {"DELETE FROM zs_attachment WHERE id = 1", NULL, "somebody has taken them out"},
    };
    struct county *county = *state;
    int64_t id;
    finds(county, NULL);
    OK(add(county, 1, PHOTO, "first", &id, &err));
    OK(add(county, 2, PHOTO, "first", &id, &err));
    OK(attachment_retire(county->database, &fixture_everything, HOUSEHOLD, 2, id, TEXT("double"), &err));
    finds(county, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OK(store_run(database_store(county->database), cases[i].change, &err));
        finds(county, cases[i].sentence);
        if (cases[i].undo != NULL) OK(store_run(database_store(county->database), cases[i].undo, &err));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, settle, county_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_added_is_there),
        TEST(nothing_of_a_refused_file_stays),
        TEST(a_file_belongs_to_the_open_transaction),
        TEST(limits),
        TEST(nobody_without_a_scope),
        TEST(what_was_altered_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
