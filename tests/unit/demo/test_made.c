/* Rows that demo/….yaml makes up: faults of the settings are told with their place, and rows hang together.
 */
#include "../base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/money.h"
#include "demo/demo.h"
#include "exchange/sheet.h"

enum { HOUSEHOLDS = 300, HEADING_ROW = 3, COLUMNS_MAX = 60 };

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

/* demo_write with the pack's demo.yaml and these made sheets alone. */
static int write_made(const char *sheets, const char *folder, uint64_t households, struct demo_report *report)
{
    struct pack changed = *pack;
    struct pack_file files[2] = {{.path = TEXT("demo/1.yaml"), .content = text_of(sheets)}};
    for (size_t i = 0; i < pack->file_count; i++)
        if (text_is(pack->files[i].path, "demo.yaml")) files[1] = pack->files[i];
    changed.files = files;
    changed.file_count = 2;
    struct err err = {0};
    struct demo_options options = {.folder = folder, .households = households, .seed = 5};
    return demo_write(&changed, &options, report, &err);
}

#define HEADS(n) "file: " n ".xlsx, feed: cooperatives, sheet: s, title: t, "

static void each_fault_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *sheets, *says;
    } faults[] = {
        {"sheets: {a: {" HEADS("a") "each: vilage, columns: {x: y}}}", "village"},
        {"sheets: {a: {file: a.xlsx, feed: cooperativs, sheet: s, title: t, each: county, columns: {x: y}}}",
         "cooperatives"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {pik: [a]}}}}", "pick"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {count: [1, 2], money: [1, 2]}}}}",
         "one way to a value"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {hidden: true}}}}", "one way to a value"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {count: [2, 1]}}}}", "must not exceed"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {count: 3}}}}", "[least, most]"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {count: [one, 2]}}}}", "a number is wanted"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: \"{y}\", y: z}}}", "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: village, entries: [post], columns: {x: y}}}",
         "only sheets for households"},
        {"sheets: {a: {" HEADS("a") "each: household, entries: [posts], columns: {x: y}}}", "post"},
        {"sheets: {a: {" HEADS("a") "each: household, measures: [awrd], columns: {x: y}}}", "award"},
        {"sheets: {a: {" HEADS("a") "each: household, columns: {x: \"{income.month}\"}}}",
         "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: \"{household.number}\"}}}",
         "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: village, columns: {x: \"{village.households}\"}}}",
         "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: \"{serial:0}\"}}}", "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: \"{year}\"}}}", "this row can speak of"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: \"a{village.name\"}}}", "without its"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {pick: {}}}}}", "1 to 200 words"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {by: a}}}}", "what for each word"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: {text: y, hidden: true}}}}", "no columns"},
        {"sheets: {a: {" HEADS("a") "each: county, kinds: {}, columns: {x: y}}}", "1 to 40 kinds"},
        {"sheets: {a: {" HEADS("a") "each: county, years: [1], columns: {x: y}}}", "[least, most]"},
        {"sheets: {a: {" HEADS("a") "each: person, when: il, columns: {x: y}}}", "ill"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: y}}, a: {" HEADS(
             "b") "each: county, columns: {x: y}}}",
         "demo/1.yaml:1"},
        {"sheets: {a: {" HEADS("a") "each: county, columns: {x: y}}, b: {" HEADS(
             "b") "each: county, anywhere: [c], columns: {x: y}}}",
         "sheet before this one"},
        {"sheets: {b: {" HEADS("b") "each: county, columns: {x: \"{a.x}\"}}, a: {" HEADS(
             "a") "each: county, columns: {x: y}}}",
         "this row can speak of"},
        {"shets: {}", "sheets"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct demo_report report;
        char said[4096] = "";
        int result = write_made(faults[i].sheets, "/tmp/zengshou-never-made", 1, &report);
        for (size_t f = 0; f < report.faults.count && strlen(said) + 1200 < sizeof said; f++) {
            err_format(&report.faults.items[f], "en", said + strlen(said), sizeof said - strlen(said));
            assert_true(strlen(report.faults.items[f].zh) > 0 && report.faults.items[f].line > 0);
        }
        if (result != ERR_INPUT || strstr(said, faults[i].says) == NULL ||
            strstr(said, "demo/1.yaml") == NULL)
            fail_msg("%s: result %d, faults: %s", faults[i].sheets, result, said);
        demo_report_fini(&report);
    }
}

/* ---- Rows ---- */

struct rows {
    struct sheet *sheet;
    struct text headings[COLUMNS_MAX];
    size_t count;
    struct arena arena;
    struct sheet_row row;
};

static void rows_open(struct rows *rows, const struct demo_report *report, const char *file)
{
    struct err err = {0};
    bool more;
    *rows = (struct rows){0};
    for (size_t i = 0; i < report->file_count; i++)
        if (strstr(report->files[i].path, file) != NULL)
            assert_int_equal(sheet_open(report->files[i].path, NULL, &rows->sheet, &err), 0);
    assert_non_null(rows->sheet);
    for (int i = 0; i < HEADING_ROW; i++)
        assert_int_equal(sheet_next(rows->sheet, &rows->row, &more, &err), 0);
    for (size_t i = 0; i < rows->row.count; i++)
        rows->headings[rows->count++] = arena_text(&rows->arena, rows->row.cells[i].text);
}

static bool rows_next(struct rows *rows)
{
    struct err err = {0};
    bool more;
    assert_int_equal(sheet_next(rows->sheet, &rows->row, &more, &err), 0);
    return more;
}

static struct text cell(const struct rows *rows, const char *heading)
{
    for (size_t i = 0; i < rows->count && i < rows->row.count; i++)
        if (text_is(rows->headings[i], heading)) return rows->row.cells[i].text;
    return (struct text){0};
}

static void rows_close(struct rows *rows)
{
    sheet_close(rows->sheet);
    arena_fini(&rows->arena);
}

static void throw_away(const char *folder, struct demo_report *report)
{
    for (size_t i = 0; i < report->file_count; i++) unlink(report->files[i].path);
    rmdir(folder);
    demo_report_fini(report);
}

static const char related[] =
    "sheets:\n"
    "  shop:\n"
    "    {file: shop.xlsx, feed: cooperatives, sheet: s, title: t, each: village, count: [1, 3],\n"
    "     columns: {name: \"{village.code}-{serial:4}\", secret: {pick: [a], hidden: true}}}\n"
    "  account:\n"
    "    {file: account.xlsx, feed: cooperatives, sheet: s, title: t, each: shop, years: [-2, 0],\n"
    "     columns: {name: {text: \"{shop.name}\", clean: true}, year: {text: \"{year}\", clean: true},\n"
    "               income: {money: [1000, 2000], then: [150%, 150%], clean: true},\n"
    "               tax: {part: income, share: [10%, 10%], clean: true},\n"
    "               left: {minus: [income, tax], clean: true}}}\n"
    "  member:\n"
    "    {file: member.xlsx, feed: cooperatives, sheet: s, title: t, each: household, kinds: {apples: 100%, "
    "pears: 100%},\n"
    "     needs: [household.arable],\n"
    "     columns: {number: \"{household.number}\", shop: \"{shop.name}\", kind: \"{kind}\",\n"
    "               land: \"{household.arable}\", price: {money: [10, 10]}, due: {times: [land, price]},\n"
    "               note: {by: kind, cases: {apples: red}, else: green}, only: {text: yes, if: {kind: "
    "pears}}}}\n";

static void rows_hang_together(void **state)
{
    (void)state;
    char folder[] = "/tmp/zengshou-demo-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct demo_report report;
    assert_int_equal(write_made(related, folder, HOUSEHOLDS, &report), 0);
    struct map shops = {0}, keys = {0};
    struct rows rows;
    rows_open(&rows, &report, "/shop");
    assert_int_equal(rows.count, 1); /* what is hidden is not written */
    while (rows_next(&rows)) assert_true(map_add(&shops, text_trim(cell(&rows, "name")), 0, NULL));
    rows_close(&rows);

    int64_t before = 0, income, tax, left, seen = 0;
    rows_open(&rows, &report, "/account");
    while (rows_next(&rows)) {
        assert_true(map_get(&shops, text_trim(cell(&rows, "name")), NULL));
        struct text year = text_trim(cell(&rows, "year"));
        assert_true(money_parse(cell(&rows, "income"), &income) && money_parse(cell(&rows, "tax"), &tax) &&
                    money_parse(cell(&rows, "left"), &left));
        assert_int_equal(left, income - tax);
        assert_in_range(tax, income / 10 - 100, income / 10); /* whole yuan */
        if (!text_is(year, "2020") && before > 0) {
            assert_in_range(income, before * 3 / 2 - 100, before * 3 / 2);
            seen++;
        }
        before = income;
    }
    rows_close(&rows);
    assert_true(seen > 100);

    seen = 0;
    rows_open(&rows, &report, "/member");
    while (rows_next(&rows)) {
        struct text number = text_trim(cell(&rows, "number")), shop = text_trim(cell(&rows, "shop"));
        struct text kind = text_trim(cell(&rows, "kind"));
        char key[128];
        snprintf(key, sizeof key, "%.*s/%.*s", TEXT_ARGS(number), TEXT_ARGS(kind));
        assert_true(map_add(&keys, text_of(key), 0, NULL));
        assert_true(map_get(&shops, shop, NULL));
        assert_memory_equal(shop.at, number.at, 12); /* of the household's own village */
        bool apples = text_is(kind, "apples");
        assert_true(text_is(text_trim(cell(&rows, "note")), apples ? "red" : "green"));
        assert_true(text_trim(cell(&rows, "only")).size == (apples ? 0 : 3));
        int64_t land, due;
        if (!fixed_parse(cell(&rows, "land"), 4, &land) || !money_parse(cell(&rows, "due"), &due)) continue;
        assert_in_range(due, land / 10 - 1, land / 10 + 1);
        seen++;
    }
    rows_close(&rows);
    assert_true(seen > HOUSEHOLDS);
    map_fini(&shops);
    map_fini(&keys);
    throw_away(folder, &report);
}

/* A list of the county's keeps its length in proportion to the county; a list of kinds does not. */
static void lists_of_the_county_are_in_proportion(void **state)
{
    (void)state;
    static const char sheets[] = "sheets:\n"
                                 "  a: {file: a.xlsx, feed: cooperatives, sheet: s, title: t, each: county, "
                                 "count: [300, 300], columns: {x: y}}\n"
                                 "  b: {file: b.xlsx, feed: cooperatives, sheet: s, title: t, each: county, "
                                 "kinds: {u: 100%, v: 100%}, columns: {x: \"{kind}\"}}\n";
    char folder[] = "/tmp/zengshou-demo-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct demo_report report;
    assert_int_equal(write_made(sheets, folder, HOUSEHOLDS, &report), 0);
    for (size_t i = 0; i < report.file_count; i++) {
        if (strstr(report.files[i].path, "/a.xlsx") != NULL) assert_int_equal(report.files[i].rows, 3);
        if (strstr(report.files[i].path, "/b.xlsx") != NULL) assert_int_equal(report.files[i].rows, 2);
    }
    throw_away(folder, &report);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    pack_folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_told),
        cmocka_unit_test(rows_hang_together),
        cmocka_unit_test(lists_of_the_county_are_in_proportion),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
