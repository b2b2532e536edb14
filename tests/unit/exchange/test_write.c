/* Sheets out, seen through our own reader and, for what it does not show, through the package's parts. */
#include "support.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <zip.h>

#include "base/date.h"
#include "exchange/sheet_write.h"

static const struct write_column columns[] = {
    {TEXT("户编号"), 0}, {TEXT("人均纯收入（元）"), 20}, {TEXT("日期"), 12}};

static const struct write_sheet plain = {.name = TEXT("户"), .columns = columns, .column_count = 3};

static void put_rows(struct sheet_writer *writer)
{
    int32_t date = 0;
    date_make(2022, 9, 30, &date);
    const struct write_cell rows[][3] = {
        {write_text(TEXT("43042110")),
         {.kind = WRITE_MONEY, .integer = 843210},
         {.kind = WRITE_DATE, .integer = date}},
        {write_text(TEXT("=1+1")),
         {.kind = WRITE_DECIMAL, .integer = -12500},
         {.kind = WRITE_MONTH, .integer = 2022 * 12 + 8}},
        {{.kind = WRITE_BLANK, .colour = WRITE_RED},
         {.kind = WRITE_RATIO, .ratio = 0.055},
         {.kind = WRITE_INT, .integer = INT64_MAX}},
        {write_text(TEXT("a,\"b\"\n")),
         {.kind = WRITE_TEXT, .text = TEXT(""), .colour = WRITE_RED},
         {.kind = WRITE_DATE, .integer = -40000}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sheet_writer_row(writer, rows[i], 3, NULL), 0);
}

static void write_plain(const char *path)
{
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(path, &writer, NULL), 0);
    assert_int_equal(sheet_writer_sheet(writer, &plain, NULL), 0);
    put_rows(writer);
    assert_int_equal(sheet_writer_finish(writer, NULL), 0);
    sheet_writer_free(writer);
}

static void expect(const char *path, const char *sheet, const char *wanted)
{
    char *got = support_dump(path, &(struct sheet_options){.sheet = sheet});
    assert_string_equal(got, wanted);
    free(got);
}

static void writes_a_workbook(void **state)
{
    const char *path = support_path("out.xlsx");
    write_plain(path);
    expect(path, "户",
           "1|t:户编号|t:人均纯收入（元）|t:日期\n2|t:43042110|n:8432.1|d:2022-09-30\n3|t:=1+1|n:-1.25|t:"
           "2022-09\n"
           "4|b:|n:0.055|t:9223372036854775807\n5|t:a,\"b\"\n|b:|t:1860-06-26\n");
}

static void equal_content_gives_equal_files(void **state)
{
    const char *one = support_path("one.xlsx"), *two = support_path("two.xlsx");
    write_plain(one);
    write_plain(two);
    size_t size_one, size_two;
    char *a = support_read(one, &size_one), *b = support_read(two, &size_two);
    assert_int_equal(size_one, size_two);
    assert_memory_equal(a, b, size_one);
    free(a);
    free(b);
}

static void writes_csv_that_excel_opens_and_cannot_run(void **state)
{
    const char *path = support_path("out.csv");
    write_plain(path);
    size_t size;
    char *bytes = support_read(path, &size);
    assert_string_equal(
        bytes,
        "\xEF\xBB\xBF户编号,人均纯收入（元）,日期\r\n43042110,8432.10,2022-09-30\r\n'=1+1,-1.25,2022-09\r\n"
        ",0.055,9223372036854775807\r\n\"a,\"\"b\"\"\n\",,1860-06-26\r\n");
    free(bytes);
}

static void cleans_and_separates_sheet_names(void **state)
{
    const char *path = support_path("names.xlsx");
    const struct text names[] = {
        TEXT("a/b:c"), TEXT("A/B:C"), TEXT("'q'"), TEXT(""),
        TEXT("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五")};
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(path, &writer, NULL), 0);
    for (size_t i = 0; i < 5; i++) {
        struct write_sheet sheet = {.name = names[i], .columns = columns, .column_count = 1};
        assert_int_equal(sheet_writer_sheet(writer, &sheet, NULL), 0);
    }
    assert_int_equal(sheet_writer_finish(writer, NULL), 0);
    sheet_writer_free(writer);
    char *got = support_dump(path, &(struct sheet_options){.sheet = "?"});
    assert_non_null(strstr(got, "it has: a_b_c, A_B_C (2), _q_, Sheet, "
                                "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"));
    free(got);
}

static void titles_stand_above_the_headings(void **state)
{
    const char *path = support_path("titles.xlsx");
    const struct text titles[] = {TEXT("监测对象信息"), TEXT("导出时间：2022-09-30")};
    struct write_sheet sheet = plain;
    sheet.titles = titles;
    sheet.title_count = 2;
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(path, &writer, NULL), 0);
    assert_int_equal(sheet_writer_sheet(writer, &sheet, NULL), 0);
    assert_int_equal(sheet_writer_finish(writer, NULL), 0);
    sheet_writer_free(writer);
    expect(path, NULL, "1|t:监测对象信息\n2|t:导出时间：2022-09-30\n3|t:户编号|t:人均纯收入（元）|t:日期\n");
}

static void goes_on_in_another_sheet(void **state)
{
    const char *path = support_path("tall.xlsx");
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(path, &writer, NULL), 0);
    struct write_sheet sheet = {.name = TEXT("高"), .columns = columns, .column_count = 1};
    assert_int_equal(sheet_writer_sheet(writer, &sheet, NULL), 0);
    for (int i = 0; i < 1048576; i++) {
        struct write_cell cell = {.kind = WRITE_INT, .integer = i};
        assert_int_equal(sheet_writer_row(writer, &cell, 1, NULL), 0);
    }
    assert_int_equal(sheet_writer_finish(writer, NULL), 0);
    sheet_writer_free(writer);
    expect(path, "高 (2)", "1|t:户编号\n2|n:1048575\n");
}

static void cuts_a_cell_that_no_workbook_can_hold(void **state)
{
    const char *path = support_path("long.xlsx");
    struct buffer text = {0};
    for (int i = 0; i < 40000; i++) buffer_string(&text, "长");
    struct write_cell cell = write_text(buffer_get(&text));
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(path, &writer, NULL), 0);
    assert_int_equal(sheet_writer_sheet(writer, &(struct write_sheet){.name = TEXT("x")}, NULL), 0);
    assert_int_equal(sheet_writer_row(writer, &cell, 1, NULL), 0);
    assert_int_equal(sheet_writer_finish(writer, NULL), 0);
    sheet_writer_free(writer);
    buffer_fini(&text);
    char *got = support_dump(path, NULL);
    assert_int_equal(text_length(text_of(got)), strlen("2|t:") + 32767 + 1);
    assert_non_null(strstr(got, "长…\n"));
    free(got);
}

static int files_in_folder(void)
{
    int count = 0;
    DIR *dir = opendir(support_folder());
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* A limit on the size of files stands for the full disk. */
static void full_disk_leaves_the_old_file(const char *path, size_t room, int rows)
{
    support_write(path, "old", 3);
    int before = files_in_folder();
    struct sheet_writer *writer;
    struct err err = {0};
    struct rlimit old, tight;
    getrlimit(RLIMIT_FSIZE, &old);
    tight = (struct rlimit){room, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    int code = sheet_writer_new(path, &writer, &err);
    assert_int_equal(code, 0);
    code = sheet_writer_sheet(writer, &plain, &err);
    for (int i = 0; i < rows && code == 0; i++) {
        char text[32];
        snprintf(text, sizeof text, "%d %u", i, (unsigned)i * 2654435761u);
        struct write_cell cells[3] = {write_text(text_of(text)), write_text(text_of(text)),
                                      write_text(text_of(text))};
        code = sheet_writer_row(writer, cells, 3, &err);
    }
    if (code == 0) code = sheet_writer_finish(writer, &err);
    sheet_writer_free(writer);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(code, ERR_IO);
    assert_says(&err, "disk is full");
    assert_string_equal(err.file, path);
    size_t size;
    char *bytes = support_read(path, &size);
    assert_string_equal(bytes, "old");
    free(bytes);
    assert_int_equal(files_in_folder(), before);
}

static void full_disk_in_the_middle(void **state)
{
    full_disk_leaves_the_old_file(support_path("full.csv"), 100000, 20000);
    full_disk_leaves_the_old_file(support_path("full.xlsx"), 200000, 20000); /* the rows' temporary file */
}

static void full_disk_at_the_end(void **state)
{
    full_disk_leaves_the_old_file(support_path("end.csv"), 100, 5);
    full_disk_leaves_the_old_file(support_path("end.xlsx"), 2000, 5); /* the package itself */
}

static void refuses_what_it_cannot_write(void **state)
{
    struct sheet_writer *writer;
    struct err err = {0};
    assert_int_equal(sheet_writer_new(support_path("out.ods"), &writer, &err), ERR_INPUT);
    assert_says(&err, ".xlsx or .csv");
    assert_int_equal(sheet_writer_new(support_path("no/such/folder/out.xlsx"), &writer, &err), ERR_IO);
    assert_says(&err, "No such file");
    assert_int_equal(sheet_writer_new(support_path("two.csv"), &writer, &err), 0);
    assert_int_equal(sheet_writer_sheet(writer, &plain, &err), 0);
    assert_int_equal(sheet_writer_sheet(writer, &plain, &err), ERR_INPUT);
    assert_says(&err, "one sheet");
    sheet_writer_free(writer);
    sheet_writer_free(NULL);
}

static void abandoning_leaves_nothing(void **state)
{
    int before = files_in_folder();
    struct sheet_writer *writer;
    assert_int_equal(sheet_writer_new(support_path("gone.xlsx"), &writer, NULL), 0);
    assert_int_equal(sheet_writer_sheet(writer, &plain, NULL), 0);
    sheet_writer_free(writer);
    assert_int_equal(files_in_folder(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_workbook),
        cmocka_unit_test(equal_content_gives_equal_files),
        cmocka_unit_test(writes_csv_that_excel_opens_and_cannot_run),
        cmocka_unit_test(cleans_and_separates_sheet_names),
        cmocka_unit_test(titles_stand_above_the_headings),
        cmocka_unit_test(goes_on_in_another_sheet),
        cmocka_unit_test(cuts_a_cell_that_no_workbook_can_hold),
        cmocka_unit_test(full_disk_in_the_middle),
        cmocka_unit_test(full_disk_at_the_end),
        cmocka_unit_test(refuses_what_it_cannot_write),
        cmocka_unit_test(abandoning_leaves_nothing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    support_cleanup();
    return failed;
}
