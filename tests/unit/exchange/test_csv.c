/* CSV as counties' programs write it, and as broken programs do. */
#include "support.h"

#include <stdio.h>

static void expect(const char *bytes, size_t size, const char *wanted)
{
    char *got = support_dump_csv(bytes, size);
    assert_string_equal(got, wanted);
    free(got);
}

static void expect_error(const char *bytes, size_t size, const char *words)
{
    char *got = support_dump_csv(bytes, size);
    const char *message = strchr(got, '!');
    if (message == NULL || strstr(message, words) == NULL) fail_msg("\"%s\" does not say \"%s\"", got, words);
    free(got);
}

#define EXPECT(bytes, wanted)      expect(bytes, sizeof(bytes) - 1, wanted)
#define EXPECT_ERROR(bytes, words) expect_error(bytes, sizeof(bytes) - 1, words)

static void reads_plain_rows(void **state)
{
    EXPECT("姓名,年龄\n张三,41\n李四,\n", "1|t:姓名|t:年龄\n2|t:张三|t:41\n3|t:李四\n");
    EXPECT("a,b\r\n,2\r\n", "1|t:a|t:b\n2|b:|t:2\n");
    EXPECT("a\rb", "1|t:a\n2|t:b\n");
    EXPECT("no end of line", "1|t:no end of line\n");
}

static void drops_the_byte_order_mark(void **state)
{
    EXPECT("\xEF\xBB\xBF"
           "a,b\n1,2\n",
           "1|t:a|t:b\n2|t:1|t:2\n");
    EXPECT("\xFF\xFE"
           "a\0,\0\x11\x62\n\0",
           "1|t:a|t:我\n");
    EXPECT("\xFE\xFF"
           "\0a\0,\x62\x11\0\n",
           "1|t:a|t:我\n");
}

static void finds_the_separator(void **state)
{
    EXPECT("a;b;c\n1,5;2;3\n", "1|t:a|t:b|t:c\n2|t:1,5|t:2|t:3\n");
    EXPECT("a\tb\n1\t2\n", "1|t:a|t:b\n2|t:1|t:2\n");
    EXPECT("标题，只有一格\n\"x;y;z\",b\n", "1|t:标题，只有一格\n2|t:x;y;z|t:b\n");
}

static void reads_quotes(void **state)
{
    EXPECT("\"a \"\"b\"\"\",\"c,d\"\n\"two\nlines\",x\n", "1|t:a \"b\"|t:c,d\n2|t:two\nlines|t:x\n");
    EXPECT("\"\",\"\"\nx\n", "2|t:x\n");
    EXPECT("5\" pipe,\"a\"b\n", "1|t:5\" pipe|t:ab\n");
}

static void passes_over_blank_rows(void **state)
{
    EXPECT("a\n\n , \xE3\x80\x80 ,\n,,\nb\n\n", "1|t:a\n5|t:b\n");
}

static void reads_gb18030(void **state)
{
    /* 姓名,户主 / 㐂 (a four-byte character) */
    EXPECT("\xD0\xD5\xC3\xFB,\xBB\xA7\xD6\xF7\n\x81\x39\xEF\x31,x\n", "1|t:姓名|t:户主\n2|t:㐂|t:x\n");
}

static void reads_gb18030_longer_than_a_block(void **state)
{
    struct buffer bytes = {0}, wanted = {0};
    for (int i = 1; i <= 20000; i++) {
        buffer_printf(&bytes, "%d,\xD0\xD5\xC3\xFB\xD0\xD5\n", i);
        buffer_printf(&wanted, "%d|t:%d|t:姓名姓\n", i, i);
    }
    expect(bytes.data, bytes.size, wanted.data);
    buffer_fini(&bytes);
    buffer_fini(&wanted);
}

static void utf8_cut_by_a_block_is_still_utf8(void **state)
{
    struct buffer bytes = {0};
    buffer_string(&bytes, "ab");
    for (int i = 0; i < 30000; i++) buffer_string(&bytes, "户");
    char *got = support_dump_csv(bytes.data, bytes.size);
    assert_int_equal(strlen(got), 2 + 2 + bytes.size + 1);
    free(got);
    buffer_fini(&bytes);
}

static void refuses_bytes_of_no_encoding(void **state)
{
    EXPECT_ERROR("a,b\n\xFF\xFF,c\n", "line 2");
    EXPECT_ERROR("\xEF\xBB\xBF"
                 "a\n\xD0\xD5\n",
                 "not valid UTF-8");
    EXPECT_ERROR("a\nb\n\xD0", "line 3");
}

static void refuses_nul(void **state)
{
    EXPECT_ERROR("a,b\nc,\0d\n", "line 2 holds a NUL");
    EXPECT_ERROR("\xFF\xFE"
                 "a\0\n\0\0\0b\0",
                 "line 2 holds a NUL");
}

static void refuses_an_open_quote_and_names_its_line(void **state)
{
    EXPECT_ERROR("a,b\n1,\"two\n3,4\n5,6\n", "begins in line 2");
}

static void refuses_a_cell_too_long(void **state)
{
    size_t size = 3 << 20;
    char *bytes = malloc(size);
    memset(bytes, 'x', size);
    memcpy(bytes, "a,b\n1,", 6);
    expect_error(bytes, size, "row 2, column B");
    bytes[6] = '"';
    expect_error(bytes, size, "begins with a quote (\") in line 2");
    free(bytes);
}

static void refuses_too_many_columns(void **state)
{
    char bytes[20000];
    memset(bytes, ',', sizeof bytes);
    expect_error(bytes, sizeof bytes, "16384 columns");
}

static void says_what_else_a_file_may_be(void **state)
{
    EXPECT_ERROR("", "empty");
    EXPECT_ERROR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", "password");
    EXPECT_ERROR("  <html><table>", "web page");
    EXPECT_ERROR("%PDF-1.4", "PDF");
    char *got = support_dump(support_path("absent.csv"), NULL);
    assert_non_null(strstr(got, "No such file"));
    free(got);
    got = support_dump(support_folder(), NULL);
    assert_non_null(strstr(got, "!"));
    free(got);
}

static void tells_progress(void **state)
{
    const char *path = support_path("progress.csv");
    support_write(path, "a,b\n1,2\n", 8);
    struct sheet *sheet;
    struct err err;
    uint64_t done, total;
    struct sheet_row row;
    bool more = true;
    assert_int_equal(sheet_open(path, NULL, &sheet, &err), 0);
    while (more) assert_int_equal(sheet_next(sheet, &row, &more, &err), 0);
    sheet_progress(sheet, &done, &total);
    assert_int_equal(done, 8);
    assert_int_equal(total, 8);
    sheet_close(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_rows),
        cmocka_unit_test(drops_the_byte_order_mark),
        cmocka_unit_test(finds_the_separator),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(passes_over_blank_rows),
        cmocka_unit_test(reads_gb18030),
        cmocka_unit_test(reads_gb18030_longer_than_a_block),
        cmocka_unit_test(utf8_cut_by_a_block_is_still_utf8),
        cmocka_unit_test(refuses_bytes_of_no_encoding),
        cmocka_unit_test(refuses_nul),
        cmocka_unit_test(refuses_an_open_quote_and_names_its_line),
        cmocka_unit_test(refuses_a_cell_too_long),
        cmocka_unit_test(refuses_too_many_columns),
        cmocka_unit_test(says_what_else_a_file_may_be),
        cmocka_unit_test(tells_progress),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    support_cleanup();
    return failed;
}
