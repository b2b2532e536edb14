/* The workbooks: what somebody who opens or imports them finds. */
#include "../base/cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/idcard.h"
#include "base/map.h"
#include "base/mem.h"
#include "demo/demo.h"
#include "exchange/sheet.h"

enum { HOUSEHOLDS = 400, SEED = 11, HEADING_ROW = 3 };

static const char *pack_folder;
static struct pack *pack;

struct written {
    char folder[64];
    struct demo_report report;
};

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

static struct written *write_county(uint64_t households, uint64_t seed)
{
    struct written *written = calloc(1, sizeof *written);
    struct err err = {0};
    snprintf(written->folder, sizeof written->folder, "/tmp/zengshou-demo-XXXXXX");
    assert_non_null(mkdtemp(written->folder));
    struct demo_options options = {.folder = written->folder, .households = households, .seed = seed};
    int result = demo_write(pack, &options, &written->report, &err);
    if (result < 0) print_error("%s\n", err.en);
    assert_int_equal(result, 0);
    return written;
}

static void throw_away(struct written *written)
{
    for (size_t i = 0; i < written->report.file_count; i++)
        assert_int_equal(unlink(written->report.files[i].path), 0);
    assert_int_equal(rmdir(written->folder), 0); /* nothing else was left in it */
    demo_report_fini(&written->report);
    free(written);
}

static const struct demo_file *file_of(const struct written *written, const char *feed)
{
    for (size_t i = 0; i < written->report.file_count; i++)
        if (text_is(written->report.files[i].feed, feed)) return &written->report.files[i];
    fail_msg("no file for the feed %s", feed);
    return NULL;
}

static struct buffer contents(const char *path)
{
    struct buffer buffer = {0};
    char part[65536];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;) buffer_add(&buffer, part, size);
    fclose(file);
    return buffer;
}

/* ---- Reading a workbook: its headings, and each row's cells. ---- */

struct table {
    struct sheet *sheet;
    struct text headings[256];
    size_t heading_count;
    struct arena arena;
    struct sheet_row row;
};

static void table_open(struct table *table, const char *path)
{
    struct err err = {0};
    bool more;
    *table = (struct table){0};
    assert_int_equal(sheet_open(path, NULL, &table->sheet, &err), 0);
    for (int i = 1; i < HEADING_ROW; i++) {
        assert_int_equal(sheet_next(table->sheet, &table->row, &more, &err), 0);
        assert_true(more);
        assert_int_equal(table->row.count, 1); /* a title */
        if (i == 2) assert_true(text_find(table->row.cells[0].text, TEXT("虚构")) >= 0);
    }
    assert_int_equal(sheet_next(table->sheet, &table->row, &more, &err), 0);
    for (size_t i = 0; i < table->row.count; i++)
        table->headings[table->heading_count++] = arena_text(&table->arena, table->row.cells[i].text);
}

static bool table_next(struct table *table)
{
    struct err err = {0};
    bool more;
    assert_int_equal(sheet_next(table->sheet, &table->row, &more, &err), 0);
    return more;
}

static struct text table_cell(const struct table *table, const char *heading)
{
    for (size_t i = 0; i < table->heading_count; i++)
        if (text_is(table->headings[i], heading))
            return i < table->row.count ? table->row.cells[i].text : (struct text){0};
    fail_msg("no column %s", heading);
    return (struct text){0};
}

static void table_close(struct table *table)
{
    sheet_close(table->sheet);
    arena_fini(&table->arena);
}

/* ---- */

static void same_seed_gives_equal_bytes(void **state)
{
    (void)state;
    struct written *a = write_county(120, 3), *b = write_county(120, 3), *other = write_county(120, 4);
    bool differs = false;
    assert_int_equal(a->report.file_count, b->report.file_count);
    for (size_t i = 0; i < a->report.file_count; i++) {
        struct buffer x = contents(a->report.files[i].path), y = contents(b->report.files[i].path);
        struct buffer z = contents(other->report.files[i].path);
        assert_int_equal(x.size, y.size);
        assert_memory_equal(x.data, y.data, x.size);
        differs = differs || x.size != z.size || memcmp(x.data, z.data, x.size) != 0;
        buffer_fini(&x);
        buffer_fini(&y);
        buffer_fini(&z);
    }
    assert_true(differs);
    throw_away(a);
    throw_away(b);
    throw_away(other);
}

static void files_hold_what_the_report_says(void **state)
{
    (void)state;
    struct written *written = write_county(HOUSEHOLDS, SEED);
    const struct demo_report *report = &written->report;
    assert_int_equal(report->households, HOUSEHOLDS);
    assert_int_equal(report->graduated + report->monitored + report->ordinary, HOUSEHOLDS);
    assert_true(report->people > HOUSEHOLDS * 2);
    uint64_t people = 0;
    for (size_t i = 0; i < report->file_count; i++) {
        struct table table;
        uint64_t rows = 0;
        table_open(&table, report->files[i].path);
        while (table_next(&table)) rows++;
        table_close(&table);
        assert_int_equal(rows, report->files[i].rows);
        assert_true(pack_feed_find(pack, report->files[i].feed) >= 0);
        bool persons = text_is(report->files[i].feed, "national_graduated") ||
                       text_is(report->files[i].feed, "national_monitored") ||
                       text_is(report->files[i].feed, "national_household");
        if (persons) people += rows;
    }
    assert_in_range(people, report->people,
                    report->people + report->people / 100); /* some rows stand twice */
    throw_away(written);
}

/* The county's name, and people's names beside their numbers, are columns that the registers have no field
 * for. */
static bool heading_known(const struct pack_feed *feed, struct text heading)
{
    if (text_is(heading, "县") || text_is(heading, "户主姓名") || text_is(heading, "姓名")) return true;
    for (size_t i = 0; i < feed->part_count; i++) {
        const struct feed_part *part = &feed->parts[i];
        for (size_t j = 0; j < part->column_count; j++)
            if (text_fold_equal(part->columns[j].heading, heading)) return true;
        for (size_t j = 0; j < pack->schema.registers[part->reg].field_count; j++) {
            const struct pack_field *field = &pack->registers[part->reg].fields[j];
            if (part->fields != NULL && !part->fields[j]) continue;
            for (size_t k = 0; k < field->heading_count; k++)
                if (text_fold_equal(field->headings[k].heading, heading)) return true;
        }
    }
    return false;
}

static void feeds_know_all_headings(void **state)
{
    (void)state;
    struct written *written = write_county(60, SEED);
    for (size_t i = 0; i < written->report.file_count; i++) {
        const struct pack_feed *feed = &pack->feeds[pack_feed_find(pack, written->report.files[i].feed)];
        struct table table;
        table_open(&table, written->report.files[i].path);
        for (size_t j = 0; j < table.heading_count; j++)
            if (!heading_known(feed, table.headings[j]))
                fail_msg("%s: unknown heading %.*s", written->report.files[i].path,
                         TEXT_ARGS(table.headings[j]));
        table_close(&table);
    }
    throw_away(written);
}

static void all_villages_have_a_row(void **state)
{
    (void)state;
    struct written *written = write_county(HOUSEHOLDS, SEED);
    struct map villages = {0};
    struct table table;
    char key[256];
    table_open(&table, file_of(written, "national_village")->path);
    while (table_next(&table)) {
        snprintf(key, sizeof key, "%.*s/%.*s", TEXT_ARGS(table_cell(&table, "乡")),
                 TEXT_ARGS(table_cell(&table, "村")));
        assert_true(map_add(&villages, text_of(key), 0, NULL));
    }
    table_close(&table);
    size_t expected = 0;
    for (size_t i = 0; i < pack->division_count; i++) {
        if (pack->divisions[i].level != DIVISION_VILLAGE) continue;
        const struct pack_division *township = &pack->divisions[pack->divisions[i].parent];
        snprintf(key, sizeof key, "%.*s/%.*s", TEXT_ARGS(township->name), TEXT_ARGS(pack->divisions[i].name));
        assert_true(map_get(&villages, text_of(key), NULL));
        expected++;
    }
    assert_int_equal(villages.count, expected);
    map_fini(&villages);
    throw_away(written);
}

static void persons_look_like_the_export(void **state)
{
    (void)state;
    struct written *written = write_county(3000, SEED);
    struct table table;
    struct map numbers = {0}, people = {0};
    int rows = 0, wrong = 0, again = 0, twice = 0, stray = 0;
    table_open(&table, file_of(written, "national_graduated")->path);
    while (table_next(&table)) {
        rows++;
        struct text id = table_cell(&table, "证件号码"), sex = table_cell(&table, "性别");
        for (size_t i = 0; i < table.row.count; i++)
            assert_true(table.row.cells[i].kind <= SHEET_TEXT); /* never a number */
        stray += text_ends(text_trim(table_cell(&table, "出生日期")), TEXT(".0"));
        if (sex.size > 0 && !text_starts(sex, TEXT("1")) && !text_starts(sex, TEXT("2")))
            assert_true(text_starts(sex, TEXT("男")) || text_starts(sex, TEXT("女")));
        twice += !map_add(&people, table_cell(&table, "人口编号"), 0, NULL);
        id = text_trim(id);
        if (id.size < 18) continue;
        struct text number = {id.at, 18};
        wrong += !idcard_valid(number);
        again += !map_add(&numbers, number, 0, NULL);
    }
    table_close(&table);
    map_fini(&numbers);
    map_fini(&people);
    assert_in_range(wrong, rows / 1000, rows / 100); /* demo.yaml: 0.4% */
    assert_in_range(again, 1, rows / 200);
    assert_in_range(twice, 1, rows / 500);
    assert_in_range(stray, rows / 20, rows / 5);
    throw_away(written);
}

static void ledger_covers_months_but_few(void **state)
{
    (void)state;
    struct written *written = write_county(HOUSEHOLDS, SEED);
    int64_t months = 0, rows = 0, zero = 0;
    for (size_t i = 0; i < written->report.file_count; i++) {
        if (!text_is(written->report.files[i].feed, "income_ledger")) continue;
        struct table table;
        struct map seen = {0};
        char key[128];
        table_open(&table, written->report.files[i].path);
        while (table_next(&table)) {
            struct text month = table_cell(&table, "月份");
            rows++;
            zero += text_is(text_trim(table_cell(&table, "金额（元）")), "0");
            if (month.size != 6) continue; /* one of the rarer spellings */
            snprintf(key, sizeof key, "%.*s/%.*s", TEXT_ARGS(table_cell(&table, "户编号")), TEXT_ARGS(month));
            months += map_add(&seen, text_of(key), 0, NULL);
        }
        table_close(&table);
        map_fini(&seen);
    }
    assert_in_range(months, HOUSEHOLDS * 24 * 90 / 100, HOUSEHOLDS * 24 - 1);
    assert_in_range(rows, HOUSEHOLDS * 24, HOUSEHOLDS * 24 * 13 / 10);
    assert_true(zero > 0);
    throw_away(written);
}

static void refuses_what_it_cannot_do(void **state)
{
    (void)state;
    struct demo_report report;
    struct err err = {0};
    struct demo_options options = {.folder = "/tmp/no/such/folder", .households = 10};
    assert_int_equal(demo_write(pack, &options, &report, &err), ERR_NOT_FOUND);
    assert_int_equal(report.file_count, 0);
    demo_report_fini(&report);
    options = (struct demo_options){.folder = "/tmp", .households = DEMO_HOUSEHOLDS_MAX + 1};
    assert_int_equal(demo_write(pack, &options, &report, &err), ERR_INPUT);
    assert_true(strlen(err.zh) > 0 && strlen(err.en) > 0);
    demo_report_fini(&report);
    options = (struct demo_options){.folder = "/tmp", .households = 10, .as_of = -20000};
    assert_int_equal(demo_write(pack, &options, &report, &err), ERR_INPUT);
    demo_report_fini(&report);
}

static void one_household_is_a_county_too(void **state)
{
    (void)state;
    struct written *written = write_county(1, 1);
    assert_int_equal(written->report.households, 1);
    throw_away(written);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    pack_folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_equal_bytes),  cmocka_unit_test(files_hold_what_the_report_says),
        cmocka_unit_test(feeds_know_all_headings),      cmocka_unit_test(all_villages_have_a_row),
        cmocka_unit_test(persons_look_like_the_export), cmocka_unit_test(ledger_covers_months_but_few),
        cmocka_unit_test(refuses_what_it_cannot_do),    cmocka_unit_test(one_household_is_a_county_too),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
