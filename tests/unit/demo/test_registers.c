/* The pack's registers, one by one: each is named, stands under a clause of the plan, has a sheet of its own
 * to be filled by, and demonstration rows; each dictionary is used. */
#include "../base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo/demo.h"

enum { HOUSEHOLDS = 1500 }; /* enough for the rarest rows */

static const char *pack_folder;
static struct pack *pack;

/* Cases come about by their workflow, not from sheets; so does what people add to them. */
static const char *const without_sheets[] = {"plan_measure", "unsalable_deal", "buyer", "assessment_review"};
/* What families themselves bring. */
static const char *const without_rows[] = {"declaration"};

static bool among(const char *const *names, size_t count, struct text name)
{
    for (size_t i = 0; i < count && names[i] != NULL; i++)
        if (text_is(name, names[i])) return true;
    return false;
}
#define AMONG(list, name) among(list, sizeof(list) / sizeof *(list), name)

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

static bool writes(const struct pack_feed *feed, int reg)
{
    for (size_t i = 0; i < feed->part_count; i++)
        if (feed->parts[i].reg == reg && feed->parts[i].mode == FEED_WRITE) return true;
    return false;
}

static void each_is_named_and_stands_under_a_clause(void **state)
{
    (void)state;
    for (size_t r = 0; r < pack->schema.register_count; r++) {
        const struct schema_register *reg = &pack->schema.registers[r];
        if (reg->label.zh.size == 0 || reg->label.en.size == 0)
            fail_msg("%.*s has no label", TEXT_ARGS(reg->label.name));
        if (pack->registers[r].clause.count == 0) fail_msg("%.*s has no clause", TEXT_ARGS(reg->label.name));
        for (size_t f = 0; f < reg->field_count; f++)
            if (reg->fields[f].label.zh.size == 0 || reg->fields[f].label.en.size == 0 ||
                (pack->registers[r].fields[f].heading_count == 0 &&
                 pack->registers[r].fields[f].keeper == KEEPER_PEOPLE))
                fail_msg("%.*s.%.*s has no label", TEXT_ARGS(reg->label.name),
                         TEXT_ARGS(reg->fields[f].label.name));
    }
}

static void each_has_a_sheet(void **state)
{
    (void)state;
    for (size_t r = 0; r < pack->schema.register_count; r++) {
        struct text name = pack->schema.registers[r].label.name;
        bool found = pack->registers[r].workflow != NULL || AMONG(without_sheets, name);
        for (size_t i = 0; i < pack->feed_count && !found; i++) found = writes(&pack->feeds[i], (int)r);
        if (!found) fail_msg("no feed fills %.*s", TEXT_ARGS(name));
    }
    for (size_t i = 0; i < pack->feed_count; i++)
        if (pack->feeds[i].clause.count == 0)
            fail_msg("the feed %.*s has no clause", TEXT_ARGS(pack->feeds[i].label.name));
}

static void each_has_demonstration_rows(void **state)
{
    (void)state;
    char folder[] = "/tmp/zengshou-demo-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct demo_report report;
    struct err err = {0};
    struct demo_options options = {.folder = folder, .households = HOUSEHOLDS};
    assert_int_equal(demo_write(pack, &options, &report, &err), 0);
    for (size_t r = 0; r < pack->schema.register_count; r++) {
        struct text name = pack->schema.registers[r].label.name;
        uint64_t rows = 0;
        for (size_t i = 0; i < report.file_count; i++)
            if (writes(&pack->feeds[pack_feed_find(pack, report.files[i].feed)], (int)r))
                rows += report.files[i].rows;
        if (rows == 0 && pack->registers[r].workflow == NULL && !AMONG(without_sheets, name) &&
            !AMONG(without_rows, name))
            fail_msg("no demonstration row for %.*s", TEXT_ARGS(name));
    }
    for (size_t i = 0; i < report.file_count; i++) {
        if (report.files[i].rows == 0) fail_msg("%s has no rows", report.files[i].path);
        unlink(report.files[i].path);
    }
    rmdir(folder);
    demo_report_fini(&report);
}

static void each_dictionary_is_used(void **state)
{
    (void)state;
    bool *used = calloc(pack->schema.dictionary_count, sizeof *used);
    for (size_t r = 0; r < pack->schema.register_count; r++)
        for (size_t f = 0; f < pack->schema.registers[r].field_count; f++) {
            int dictionary = pack->schema.registers[r].fields[f].type.dictionary;
            if (dictionary >= 0) used[dictionary] = true;
        }
    for (size_t i = 0; i < pack->schema.dictionary_count; i++)
        if (!used[i])
            fail_msg("nobody uses the dictionary %.*s", TEXT_ARGS(pack->schema.dictionaries[i].label.name));
    free(used);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    pack_folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_named_and_stands_under_a_clause),
        cmocka_unit_test(each_has_a_sheet),
        cmocka_unit_test(each_has_demonstration_rows),
        cmocka_unit_test(each_dictionary_is_used),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
