/* demo.yaml with faults: refused, each fault at its place, with the nearest right name. */
#include "../base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/demo.h"

static const char *pack_folder;
static struct pack *pack;

static int load(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct err err = {0};
    return pack_load(pack_folder, &pack, &faults, &err);
}

static int unload(void **state)
{
    (void)state;
    pack_free(pack);
    return 0;
}

/* demo.yaml with the first `from` replaced by `to`. */
static char *edited(struct text content, const char *from, const char *to)
{
    struct buffer out = {0};
    ptrdiff_t at = text_find(content, text_of(from));
    if (at < 0) fail_msg("demo.yaml has no longer: %s", from);
    buffer_add(&out, content.at, (size_t)at);
    buffer_string(&out, to);
    buffer_add(&out, content.at + at + strlen(from), content.size - (size_t)at - strlen(from));
    return out.data;
}

/* What demo_write says of the pack with that change. The files of the loaded pack are all it looks at, so a
 * shallow copy with another demo.yaml is a pack. */
static int try_edit(const char *from, const char *to, char *faults, size_t size)
{
    struct pack changed = *pack;
    struct pack_file *files = mem_new(pack->file_count, sizeof *files);
    char *content = NULL;
    for (size_t i = 0; i < pack->file_count; i++) {
        files[i] = pack->files[i];
        if (!text_is(files[i].path, "demo.yaml")) continue;
        if (from == NULL) {
            files[i].path = TEXT("other.yaml");
            continue;
        }
        content = edited(files[i].content, from, to);
        files[i].content = text_of(content);
    }
    changed.files = files;
    struct demo_report report;
    struct err err = {0};
    struct demo_options options = {.folder = "/tmp/zengshou-never-made", .households = 1};
    int result = demo_write(&changed, &options, &report, &err);
    faults[0] = '\0';
    size_t used = 0;
    for (size_t i = 0; i < report.faults.count && used + 1024 < size; i++) {
        err_format(&report.faults.items[i], "en", faults + used, size - used);
        used += strlen(faults + used);
        faults[used++] = '\n';
        faults[used] = '\0';
        assert_true(strlen(report.faults.items[i].zh) > 0);
        assert_true(report.faults.items[i].line > 0);
    }
    demo_report_fini(&report);
    free(files);
    free(content);
    return result;
}

static void each_fault_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } edits[] = {
        {"  households: 30000", "  households: many", "demo.yaml:"},
        {"  households: 30000", "  households: 0", "demo.yaml:"},
        {"  as_of: 2022-09-30", "  as_of: 2022-02-30", "demo.yaml:"},
        {"head_male: 88%", "head_male: most", "a share is wanted"},
        {"head_male: 88%", "head_mail: 88%", "head_male"},
        {"elimination_months: [6, 18]", "elimination_months: [18, 6]", "range"},
        {"elimination_months: [6, 18]", "elimination_months: [6]", "2 values"},
        {"groups: [850,", "groups: [", "5 values"},
        {"married_child: 72%", "maried_child: 72%", "married_child"},
        {"sex: {male: [\"1\", 男], female: [\"2\", 女]}", "sex: {male: \"1\"}", "female"},
        {"when: unsafe_house}", "when: unsafe_hose}", "unsafe_house"},
        {"{kind: industry, word: 发展种植", "{kind: industri, word: 发展种植", "industry"},
        {"户主姓名: household.head_name", "户主姓名: household.hed_name", "household.head_name"},
        {"总户数: {of: village.total_households", "总户数: {of: person.name", "cannot speak of person"},
        {"forms: {ten_thousands: 1}", "forms: {dash: 1}", "does not fit"},
        {"forms: {ten_thousands: 1}", "forms: {tenthousands: 1}", "ten_thousands"},
        {"group: industry", "group: indstry", "industry"},
        {"feed: national_village", "feed: national_vilage", "national_village"},
        {"file: 01-行政村信息.xlsx", "file: ../01.xlsx", "has no /"},
        {"rows: village", "rows: villages", "village"},
        {"- place", "- plaice", "place"},
        {"notice: ", "notise: ", "notice"},
        {"sheets:\n  - file", "sheets:\n  - &anchor\n    file", "demo.yaml:"},
    };
    char faults[16384];
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        int result = try_edit(edits[i].from, edits[i].to, faults, sizeof faults);
        if (result != ERR_INPUT || strstr(faults, edits[i].says) == NULL)
            fail_msg("%s → %s: result %d, faults:\n%s", edits[i].from, edits[i].to, result, faults);
    }
}

static void without_settings_there_is_no_county(void **state)
{
    (void)state;
    char faults[4096];
    assert_int_equal(try_edit(NULL, NULL, faults, sizeof faults), ERR_NOT_FOUND);
}

/* Every place of the file cut off: an error, never a crash. What is left may be whole by chance; then the
 * folder cannot be made. */
static void cut_anywhere_it_is_refused(void **state)
{
    (void)state;
    struct text whole = {0};
    for (size_t i = 0; i < pack->file_count; i++)
        if (text_is(pack->files[i].path, "demo.yaml")) whole = pack->files[i].content;
    for (size_t size = 0; size < whole.size; size += 499) {
        struct pack changed = *pack;
        struct pack_file file = {TEXT("demo.yaml"), {whole.at, size}};
        changed.files = &file;
        changed.file_count = 1;
        struct demo_report report;
        struct err err = {0};
        struct demo_options options = {.folder = "/tmp/no/such/folder", .households = 1};
        assert_true(demo_write(&changed, &options, &report, &err) < 0);
        demo_report_fini(&report);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    pack_folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_told),
        cmocka_unit_test(without_settings_there_is_no_county),
        cmocka_unit_test(cut_anywhere_it_is_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
