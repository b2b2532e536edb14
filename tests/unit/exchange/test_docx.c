/* Documents out: the parts of the package as they stand in it, and what happens when it cannot be written.
 * That other programs open them cleanly is tested with the bulletins. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "exchange/docx.h"

static char *part(const char *path, const char *name)
{
    zip_t *zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(zip);
    zip_stat_t status;
    assert_int_equal(zip_stat(zip, name, 0, &status), 0);
    char *bytes = calloc(1, status.size + 1);
    zip_file_t *file = zip_fopen(zip, name, 0);
    assert_int_equal(zip_fread(file, bytes, status.size), (zip_int64_t)status.size);
    zip_fclose(file);
    zip_discard(zip);
    return bytes;
}

static size_t times(const char *text, const char *piece)
{
    size_t count = 0;
    for (const char *at = strstr(text, piece); at != NULL; at = strstr(at + 1, piece)) count++;
    return count;
}

static struct docx *sample(void)
{
    struct docx *docx = docx_new(TEXT("通报 <一>"), false);
    docx_paragraph(docx, DOCX_TITLE, TEXT("关于9月防返贫监测情况的通报"));
    docx_paragraph(docx, DOCX_BODY, TEXT("第一行\n第二行 a<b & c\x01"));
    const struct docx_column columns[] = {{TEXT("乡镇"), 2, DOCX_LEFT, 0}, {TEXT("户数"), 1, DOCX_RIGHT, 0}};
    docx_table(docx, columns, 2);
    for (int i = 0; i < 3; i++) docx_row(docx, (const struct text[]){TEXT("西渡镇"), TEXT("12")});
    docx_table_end(docx);
    return docx;
}

static void rows_are_whole_and_headings_repeat(void **state)
{
    const char *path = support_path("out.docx");
    struct docx *docx = sample();
    assert_int_equal(docx_write(docx, path, NULL), 0);
    char *document = part(path, "word/document.xml");
    assert_int_equal(times(document, "<w:tr>"), 4);
    assert_int_equal(times(document, "<w:cantSplit/>"), 4);
    assert_int_equal(times(document, "<w:tblHeader/>"), 1);
    assert_int_equal(times(document, "西渡镇"), 3);
    free(document);
    docx_free(docx);
}

static void text_is_escaped(void **state)
{
    const char *path = support_path("escaped.docx");
    struct docx *docx = sample();
    assert_int_equal(docx_write(docx, path, NULL), 0);
    char *document = part(path, "word/document.xml"), *properties = part(path, "docProps/core.xml");
    assert_non_null(
        strstr(document, "第一行</w:t><w:br/><w:t xml:space=\"preserve\">第二行 a&lt;b &amp; c</w:t>"));
    assert_non_null(strstr(properties, "<dc:title>通报 &lt;一&gt;</dc:title>"));
    free(document);
    free(properties);
    docx_free(docx);
}

static void two_tables_stay_two(void **state)
{
    const char *path = support_path("two.docx");
    struct docx *docx = sample();
    docx_table(docx, &(struct docx_column){TEXT("村"), 0, DOCX_CENTRE, 0}, 1);
    docx_table_end(docx);
    assert_int_equal(docx_write(docx, path, NULL), 0);
    char *document = part(path, "word/document.xml");
    assert_null(strstr(document, "</w:tbl><w:tbl>"));
    assert_null(strstr(document, "</w:tbl><w:sectPr>"));
    free(document);
    docx_free(docx);
}

static void equal_content_gives_equal_files(void **state)
{
    struct docx *docx = sample();
    const char *paths[] = {support_path("a.docx"), support_path("b.docx")};
    char bytes[2][16384];
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(docx_write(docx, paths[i], NULL), 0);
        FILE *file = fopen(paths[i], "rb");
        sizes[i] = fread(bytes[i], 1, sizeof bytes[i], file);
        fclose(file);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    docx_free(docx);
}

static void a_failure_says_where_and_leaves_nothing(void **state)
{
    struct docx *docx = sample();
    struct err err = {0};
    const char *path = support_path("missing/out.docx");
    assert_int_equal(docx_write(docx, path, &err), ERR_IO);
    assert_string_equal(err.file, path);
    assert_int_equal(access(path, F_OK), -1);
    docx_free(docx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole_and_headings_repeat), cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(two_tables_stay_two), cmocka_unit_test(equal_content_gives_equal_files),
        cmocka_unit_test(a_failure_says_where_and_leaves_nothing)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    support_cleanup();
    return failed;
}
