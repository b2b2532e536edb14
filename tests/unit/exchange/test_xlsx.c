/* Workbooks as programs write them, hand-made odd ones, and hostile ones. */
#include "support.h"

#include <stdio.h>
#include <zip.h>

#include "exchange/xlsx_book.h"

static void expect_file(const char *path, const struct sheet_options *options, const char *wanted)
{
    char *got = support_dump(path, options);
    assert_string_equal(got, wanted);
    free(got);
}

static void expect(const char *sheet, const char *strings, const char *styles, const char *wanted)
{
    const char *path = support_path("book.xlsx");
    support_book(path, sheet, strings, styles);
    expect_file(path, NULL, wanted);
}

static void expect_file_error(const char *path, const struct sheet_options *options, const char *words)
{
    char *got = support_dump(path, options);
    const char *message = strchr(got, '!');
    if (message == NULL || strstr(message, words) == NULL)
        fail_msg("\"%.200s\" does not say \"%s\"", got, words);
    free(got);
}

static void expect_error(const char *sheet, const char *strings, const char *words)
{
    const char *path = support_path("book.xlsx");
    support_book(path, sheet, strings, NULL);
    expect_file_error(path, NULL, words);
}

static void reads_every_kind_of_cell(void **state)
{
    expect("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>行内</t></is></c>"
           "<c r=\"C1\" t=\"str\"><f>A1&amp;\"x\"</f><v>算 &lt;出</v></c><c r=\"D1\" t=\"b\"><v>1</v></c>"
           "<c r=\"E1\" t=\"e\"><v>#N/A</v></c><c r=\"F1\"><v>12.5</v></c><c r=\"G1\" "
           "t=\"d\"><v>2022-09-30T00:00:00</v></c>"
           "<c r=\"H1\" t=\"d\"><v>2022-09-30T08:15:00.000Z</v></c></row>",
           "<sst><si><t>共享</t></si></sst>", NULL,
           "1|t:共享|t:行内|t:算 <出|l:1|e:#N/A|n:12.5|d:2022-09-30|d:2022-09-30 08:15:00\n");
}

static void a_formula_nobody_calculated_is_no_blank(void **state)
{
    expect("<row><c><f>A2*2</f></c><c><f>A2*2</f><v></v></c><c "
           "t=\"str\"><f>A2</f><v></v></c><c><f>A2</f><v>3</v></c></row>",
           NULL, NULL, "1|e:#NOT-CALCULATED|e:#NOT-CALCULATED|b:|n:3\n");
}

static void joins_runs_and_drops_phonetics(void **state)
{
    expect("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><r><t>一</t></r><r><t "
           "xml:space=\"preserve\"> 二</t></r>"
           "<rPh sb=\"0\" eb=\"1\"><t>yi</t></rPh></is></c><c t=\"s\"><v>1</v></c></row>",
           "<sst><si><r><rPr/><t>张</t></r><r><t>三</t></r><rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh></si>"
           "<si><t>a_x000D_b_x005F_x_xZZZZ_</t></si></sst>",
           NULL, "1|t:张三|t:一 二|t:a\rb_x_xZZZZ_\n");
}

static void fills_in_missing_places_and_gaps(void **state)
{
    expect("<row><c><v>1</v></c><c r=\"D1\"><v>2</v></c><c><v>3</v></c></row><row r=\"5\"><c "
           "r=\"AA5\"><v>4</v></c></row>"
           "<row><c/><c><v>5</v></c></row>",
           NULL, NULL,
           "1|n:1|b:|b:|n:2|n:3\n5|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:|b:"
           "|b:|n:4\n"
           "6|b:|n:5\n");
}

static void passes_over_blank_rows(void **state)
{
    expect("<row r=\"1\"/><row r=\"2\"><c r=\"A2\" s=\"1\"/></row><row r=\"3\"><c t=\"inlineStr\"><is><t> "
           "\xE3\x80\x80</t></is></c></row>"
           "<row r=\"1048576\"><c r=\"A1048576\"><v>9</v></c></row>",
           NULL, NULL, "1048576|n:9\n");
    expect("", NULL, NULL, "");
}

static void shows_numbers_as_people_see_them(void **state)
{
    expect(
        "<row><c><v>0.10000000000000001</v></c><c><v>12.300000000000001</v></c><c><v>1.3812345678E10</v></c>"
        "<c><v>4.3042119900101E17</v></c><c><v>-1E3</v></c><c><v>100</v></c><c><v>1E-7</v></c><c><v>1E15</"
        "v></c>"
        "<c><v>123456789012345678</v></c><c><v>1.0</v></c></row>",
        NULL, NULL,
        "1|n:0.1|n:12.3|n:13812345678|n:430421199001010000|n:-1000|n:100|n:1e-07|n:1000000000000000|"
        "n:123456789012346000|n:1.0\n");
}

static const char *const date_styles =
    "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;;@\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"0.0&quot;days&quot;\"/></numFmts><cellStyleXfs><xf "
    "numFmtId=\"14\"/></cellStyleXfs>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf "
    "numFmtId=\"22\"/>"
    "<xf numFmtId=\"20\"/></cellXfs></styleSheet>";

static void finds_dates_by_their_format(void **state)
{
    expect(
        "<row><c s=\"1\"><v>44834</v></c><c s=\"2\"><v>44805</v></c><c s=\"3\"><v>44834</v></c><c "
        "s=\"4\"><v>44834.34375</v></c>"
        "<c s=\"5\"><v>0.5</v></c><c s=\"0\"><v>44834</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v></c>"
        "<c s=\"1\"><v>-5</v></c><c s=\"99\"><v>1</v></c></row>",
        NULL, date_styles,
        "1|d:2022-09-30|d:2022-09-01|n:44834|d:2022-09-30 "
        "08:15:00|t:12:00:00|n:44834|d:1900-02-28|d:1900-03-01|n:-5|n:1\n");
}

static void reads_formats(void **state)
{
    assert_int_equal(xlsx_style_of_format("General"), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("#,##0.00;[Red]-#,##0.00"), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("0.00E+00"), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("0\"户\""), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy"), STYLE_DATE);
    assert_int_equal(xlsx_style_of_format("[$-804]m\"月\""), STYLE_DATE);
    assert_int_equal(xlsx_style_of_format("h:mm AM/PM"), STYLE_TIME);
    assert_int_equal(xlsx_style_of_format("[h]:mm"), STYLE_TIME);
    assert_int_equal(xlsx_style_of_format("0_d"), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("\"open"), STYLE_NUMBER);
    assert_int_equal(xlsx_style_of_format("0\\"), STYLE_NUMBER);
}

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define SHEET(text)                                                                                          \
    "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row><x:c t=\"inlineStr\"><x:is><x:t>" text                   \
    "</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"

/* Prefixed names, another folder, odd case, a hidden first sheet, a chart, the 1904 dates. */
static const struct part odd_parts[] = {
    {"_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"" OFFICE
                    "/officeDocument\" Target=\"/Book/Main.xml\"/></Relationships>"},
    {"book/main.xml",
     "<x:workbook xmlns:x=\"m\" xmlns:rel=\"r\"><x:workbookPr date1904=\"1\"/><x:sheets>"
     "<x:sheet name=\"hidden\" state=\"hidden\" rel:id=\"h\"/><x:sheet name=\"chart\" rel:id=\"c\"/>"
     "<x:sheet name=\"第一 表\" rel:id=\"v\"/><x:sheet name=\"二\" rel:id=\"w\"/></x:sheets></x:workbook>"},
    {"Book/_rels/Main.xml.rels",
     "<Relationships><Relationship Id=\"h\" Type=\"" OFFICE "/worksheet\" Target=\"h.xml\"/>"
     "<Relationship Id=\"c\" Type=\"" OFFICE "/chartsheet\" Target=\"c.xml\"/>"
     "<Relationship Id=\"v\" Type=\"" OFFICE "/worksheet\" Target=\"./x/../../sheets/v.xml\"/>"
     "<Relationship Id=\"w\" Type=\"" OFFICE "/worksheet\" Target=\"/sheets/w.xml\"/></Relationships>"},
    {"Book/h.xml", SHEET("hidden")},
    {"sheets/v.xml", SHEET("visible")},
    {"sheets/w.xml", SHEET("second")},
};

static void chooses_the_sheet(void **state)
{
    const char *path = support_path("odd.xlsx");
    support_zip(path, odd_parts, sizeof odd_parts / sizeof odd_parts[0]);
    expect_file(path, NULL, "1|t:visible\n");
    expect_file(path, &(struct sheet_options){.sheet = "二"}, "1|t:second\n");
    expect_file(path, &(struct sheet_options){.sheet = "第一表"}, "1|t:visible\n");
    expect_file(path, &(struct sheet_options){.sheet = "hidden"}, "1|t:hidden\n");
    expect_file_error(path, &(struct sheet_options){.sheet = "户"}, "it has: hidden, chart, 第一 表, 二");
    struct sheet *sheet;
    assert_int_equal(sheet_open(path, NULL, &sheet, NULL), 0);
    assert_true(sheet_epoch_1904(sheet));
    sheet_close(sheet);
    char text[SHEET_DATE_TEXT];
    assert_true(sheet_serial_date(0, true, text));
    assert_string_equal(text, "1904-01-01");
}

static void refuses_packages_that_are_no_workbook(void **state)
{
    const char *path = support_path("other.xlsx");
    support_zip(path, (struct part[]){{"readme.txt", "hello"}}, 1);
    expect_file_error(path, NULL, "not a workbook");
    support_zip(path, (struct part[]){{"content.xml", "<x/>"}}, 1);
    expect_file_error(path, NULL, ".ods");
    support_zip(path, (struct part[]){{"xl/workbook.bin", "x"}}, 1);
    expect_file_error(path, NULL, ".xlsb");
    support_zip(path, (struct part[]){{"xl/workbook.xml", "<workbook><sheets/></workbook>"}}, 1);
    expect_file_error(path, NULL, "not a workbook");
}

static void refuses_a_workbook_without_its_sheet(void **state)
{
    const char *path = support_path("less.xlsx");
    support_zip(path, odd_parts, 4);
    expect_file_error(path, NULL, "lacks sheets/v.xml");
}

/* Cutting the file anywhere gives an error or the whole content, never a crash and never part of the content
 * as if it were all. */
static void survives_truncation_anywhere(void **state)
{
    const char *path = support_path("whole.xlsx"), *cut = support_path("cut.xlsx");
    support_book(path, "<row><c><v>1</v></c></row>", NULL, NULL);
    size_t size;
    char *bytes = support_read(path, &size);
    for (size_t keep = 0; keep < size; keep += 7) {
        support_write(cut, bytes, keep);
        char *got = support_dump(cut, NULL);
        assert_non_null(strchr(got, '!'));
        free(got);
    }
    free(bytes);
}

/* Turning each byte over may at worst give an error. */
static void survives_flipped_bytes(void **state)
{
    const char *path = support_path("flip.xlsx");
    support_book(path, "<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>44834</v></c></row>",
                 "<sst><si><t>a</t></si></sst>", date_styles);
    size_t size;
    char *bytes = support_read(path, &size);
    for (size_t i = 0; i < size; i += 3) {
        bytes[i] = (char)~bytes[i];
        free(support_dump_csv(bytes, size));
        bytes[i] = (char)~bytes[i];
    }
    free(bytes);
}

static void refuses_an_encrypted_package(void **state)
{
    const char *path = support_path("secret.xlsx");
    support_book(path, "", NULL, NULL);
    int fault;
    zip_t *zip = zip_open(path, 0, &fault);
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++)
        assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)i, ZIP_EM_AES_256, "pass"), 0);
    assert_int_equal(zip_close(zip), 0);
    expect_file_error(path, NULL, "encrypted");
}

static void refuses_a_zip_bomb(void **state)
{
    struct buffer sheet = {0};
    char blanks[4096];
    memset(blanks, ' ', sizeof blanks);
    for (int i = 0; i < 8000; i++) buffer_add(&sheet, blanks, sizeof blanks);
    expect_error(sheet.data, NULL, "zip bomb");
    struct sheet_limits limits = sheet_limits_default();
    limits.inflated_bytes = 1 << 20;
    limits.inflate_ratio = 100000;
    expect_file_error(support_path("book.xlsx"), &(struct sheet_options){.limits = &limits},
                      "unpacks to more than 1 MiB");
    buffer_fini(&sheet);
}

static void refuses_a_cell_of_300_mb(void **state)
{
    /* 300 MB of random letters, so that it is not refused as a bomb first, streamed into the package from a
     * file. */
    const char *letters = support_path("letters.xml"), *path = support_path("large.xlsx");
    FILE *file = fopen(letters, "wb");
    static char block[1 << 16];
    uint32_t seed = 1;
    fputs("<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>", file);
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)('a' + ((seed = seed * 1664525u + 1013904223u) >> 24) % 26);
    for (int i = 0; i < 300 * 16; i++) {
        block[i % 1000] = (char)('a' + i % 26);
        fwrite(block, 1, sizeof block, file);
    }
    fputs("</t></is></c></row></sheetData></worksheet>", file);
    fclose(file);
    support_book(path, "", NULL, NULL);
    int fault;
    zip_t *zip = zip_open(path, 0, &fault);
    zip_source_t *source = zip_source_file(zip, letters, 0, -1);
    zip_int64_t index = zip_name_locate(zip, "xl/worksheets/sheet1.xml", 0);
    assert_int_equal(zip_file_replace(zip, (zip_uint64_t)index, source, 0), 0);
    assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0), 0);
    assert_int_equal(zip_close(zip), 0);
    expect_file_error(path, NULL, "row 1, column A is larger than");
}

static void refuses_a_huge_tag(void **state)
{
    struct buffer sheet = {0};
    buffer_string(&sheet, "<row a=\"");
    for (int i = 0; i < 400000; i++) buffer_string(&sheet, "abcdefgh");
    buffer_string(&sheet, "\"/>");
    expect_error(sheet.data, NULL, "tag larger than");
    buffer_fini(&sheet);
}

static void refuses_doctypes_and_depth(void **state)
{
    const char *path = support_path("entity.xlsx");
    struct part parts[] = {{"xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><workbook>&a;</workbook>"}};
    support_zip(path, parts, 1);
    expect_file_error(path, NULL, "DOCTYPE");
    struct buffer deep = {0};
    for (int i = 0; i < 100; i++) buffer_string(&deep, "<a>");
    expect_error(deep.data, NULL, "deeper than");
    buffer_fini(&deep);
}

static void refuses_more_shared_text_than_allowed(void **state)
{
    struct sheet_limits limits = sheet_limits_default();
    limits.shared_bytes = 100;
    const char *path = support_path("strings.xlsx");
    support_book(path, "<row/>",
                 "<sst><si><t>0123456789012345678901234567890123456789</t></"
                 "si><si><t>01234567890123456789012345678901234567890123456789</t></si></sst>",
                 NULL);
    expect_file_error(path, &(struct sheet_options){.limits = &limits}, "MiB of text");
    support_book(
        path, "<row/>",
        "<sst><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/><si/>"
        "<si/><si/><si/><si/><si/><si/><si/><si/><si/><si/></sst>",
        NULL);
    expect_file_error(path, &(struct sheet_options){.limits = &limits}, "MiB of text");
}

static void refuses_absurd_dimensions(void **state)
{
    expect_error("<row r=\"1048577\"><c><v>1</v></c></row>", NULL, "more than 1048576 rows");
    expect_error("<row r=\"99999999999999999999999\"><c><v>1</v></c></row>", NULL, "more than 1048576 rows");
    expect_error("<row><c r=\"XFE1\"><v>1</v></c></row>", NULL, "16384 columns");
    expect_error("<row><c r=\"ZZZZZZ1\"><v>1</v></c></row>", NULL, "damaged");
    expect_error("<row r=\"5\"/><row r=\"5\"/>", NULL, "misnumbered");
    expect_error("<row r=\"-1\"/>", NULL, "misnumbered");
    expect_error("<row r=\"x\"/>", NULL, "misnumbered");
}

static void refuses_wrong_references_and_numbers(void **state)
{
    expect_error("<row><c t=\"s\"><v>1</v></c></row>", "<sst><si><t>a</t></si></sst>", "row 1, column A");
    expect_error("<row><c t=\"s\"><v>99999999999999999999999999</v></c></row>", NULL, "row 1, column A");
    expect_error("<row><c t=\"s\"><v>-1</v></c></row>", NULL, "row 1, column A");
    expect_error("<row><c/><c><v>12x</v></c></row>", NULL, "row 1, column B");
    expect_error("<row><c><v>1e999</v></c></row>", NULL, "row 1, column A");
    expect_error("<row><c><v>1</v></c>", NULL, "XML fault in xl/worksheets/sheet1.xml");
}

static void reads_a_workbook_of_1048576_rows(void **state)
{
    struct buffer sheet = {0};
    for (int i = 1; i <= 1048576; i++)
        buffer_printf(&sheet, "<row r=\"%d\"><c><v>%u</v></c></row>", i, (unsigned)i * 2654435761u);
    const char *path = support_path("tall.xlsx");
    support_book(path, sheet.data, NULL, NULL);
    buffer_fini(&sheet);
    struct sheet *file;
    struct sheet_row row;
    bool more = true;
    int64_t rows = 0;
    assert_int_equal(sheet_open(path, NULL, &file, NULL), 0);
    while (sheet_next(file, &row, &more, NULL) == 0 && more) rows++;
    sheet_close(file);
    assert_int_equal(rows, 1048576);
}

static void names_columns(void **state)
{
    char name[SHEET_COLUMN_TEXT];
    assert_string_equal(sheet_column_name(0, name), "A");
    assert_string_equal(sheet_column_name(25, name), "Z");
    assert_string_equal(sheet_column_name(26, name), "AA");
    assert_string_equal(sheet_column_name(701, name), "ZZ");
    assert_string_equal(sheet_column_name(702, name), "AAA");
    assert_string_equal(sheet_column_name(16383, name), "XFD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind_of_cell),
        cmocka_unit_test(a_formula_nobody_calculated_is_no_blank),
        cmocka_unit_test(joins_runs_and_drops_phonetics),
        cmocka_unit_test(fills_in_missing_places_and_gaps),
        cmocka_unit_test(passes_over_blank_rows),
        cmocka_unit_test(shows_numbers_as_people_see_them),
        cmocka_unit_test(finds_dates_by_their_format),
        cmocka_unit_test(reads_formats),
        cmocka_unit_test(chooses_the_sheet),
        cmocka_unit_test(refuses_packages_that_are_no_workbook),
        cmocka_unit_test(refuses_a_workbook_without_its_sheet),
        cmocka_unit_test(survives_truncation_anywhere),
        cmocka_unit_test(survives_flipped_bytes),
        cmocka_unit_test(refuses_an_encrypted_package),
        cmocka_unit_test(refuses_a_zip_bomb),
        cmocka_unit_test(refuses_a_cell_of_300_mb),
        cmocka_unit_test(refuses_a_huge_tag),
        cmocka_unit_test(refuses_doctypes_and_depth),
        cmocka_unit_test(refuses_more_shared_text_than_allowed),
        cmocka_unit_test(refuses_absurd_dimensions),
        cmocka_unit_test(refuses_wrong_references_and_numbers),
        cmocka_unit_test(reads_a_workbook_of_1048576_rows),
        cmocka_unit_test(names_columns),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    support_cleanup();
    return failed;
}
