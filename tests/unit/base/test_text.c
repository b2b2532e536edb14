/* text.h: slices and buffers over valid and broken UTF-8. */
#include "cmocka_all.h"

#include <string.h>

#include "base/text.h"

static void assert_text(struct text got, const char *expected)
{
    assert_int_equal(got.size, strlen(expected));
    if (got.size > 0) assert_memory_equal(got.at, expected, got.size);
}

static void empty_texts_are_equal_wherever_they_point(void **state)
{
    assert_true(text_equal(text_of(NULL), TEXT("")));
    assert_true(text_equal((struct text){NULL, 0}, (struct text){NULL, 0}));
    assert_int_equal(text_compare((struct text){NULL, 0}, TEXT("")), 0);
    assert_true(text_starts(TEXT("a"), (struct text){NULL, 0}));
    assert_true(text_ends((struct text){NULL, 0}, TEXT("")));
    assert_int_equal(text_find((struct text){NULL, 0}, TEXT("")), 0);
    assert_int_equal(text_find((struct text){NULL, 0}, TEXT("a")), -1);
}

static void compares_by_bytes(void **state)
{
    assert_true(text_is(TEXT("户编号"), "户编号"));
    assert_false(text_is(TEXT("户编号"), "户编"));
    assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
    assert_true(text_compare(TEXT("b"), TEXT("ab")) > 0);
    assert_true(text_compare(TEXT("z"), TEXT("一")) < 0);
    assert_true(text_compare((struct text){"a\0b", 3}, (struct text){"a\0c", 3}) < 0);
}

static void finds_parts(void **state)
{
    assert_true(text_starts(TEXT("人均纯收入"), TEXT("人均")));
    assert_false(text_starts(TEXT("人"), TEXT("人均")));
    assert_true(text_ends(TEXT("人均纯收入"), TEXT("收入")));
    assert_false(text_ends(TEXT("入"), TEXT("收入")));
    assert_int_equal(text_find(TEXT("人均纯收入"), TEXT("纯")), 6);
    assert_int_equal(text_find(TEXT("aaab"), TEXT("ab")), 2);
    assert_int_equal(text_find(TEXT("abc"), TEXT("abcd")), -1);
    assert_int_equal(text_find((struct text){"a\0b", 3}, (struct text){"\0b", 2}), 1);
}

static void trims_every_blank_that_spreadsheets_hold(void **state)
{
    assert_text(text_trim(TEXT(" \t\r\n\xC2\xA0\xE3\x80\x80\xE2\x80\x8B\xEF\xBB\xBF张 三\xE3\x80\x80 ")),
                "张 三");
    assert_text(text_trim(TEXT(" \xE3\x80\x80 ")), "");
    assert_text(text_trim(TEXT("")), "");
    assert_text(text_trim((struct text){NULL, 0}), "");
    assert_text(text_trim(TEXT("无空格")), "无空格");
}

static void trimming_broken_bytes_keeps_them(void **state)
{
    assert_text(text_trim(TEXT(" \xFF\xE3 ")), "\xFF\xE3");
}

static void judges_utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t size, valid_prefix;
    } cases[] = {
        {"", 0, 0},
        {"abc", 3, 3},
        {"\0", 1, 1},
        {"é你𠮷", 9, 9},
        {"\xF4\x8F\xBF\xBF", 4, 4}, /* U+10FFFF */
        {"\xF4\x90\x80\x80", 4, 0}, /* above */
        {"\xF5\x80\x80\x80", 4, 0}, /* no such lead */
        {"\xC0\x80", 2, 0},         /* overlong NUL */
        {"\xC1\xBF", 2, 0},         /* overlong */
        {"\xE0\x9F\xBF", 3, 0},     /* overlong */
        {"\xE0\xA0\x80", 3, 3},     /* U+0800 */
        {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
        {"\xED\x9F\xBF", 3, 3},     /* U+D7FF */
        {"\xED\xA0\x80", 3, 0},     /* surrogate */
        {"\xED\xBF\xBF", 3, 0},     /* surrogate */
        {"\xEF\xBF\xBD", 3, 3},     /* U+FFFD itself is valid */
        {"ab\x80", 3, 2},           /* stray continuation */
        {"ab\xE4\xBD", 4, 2},       /* cut off */
        {"ab\xE4", 3, 2},
        {"你\xE4好", 7, 3}, /* a lead followed by a lead */
        {"\xFE", 1, 0},
        {"\xFF", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text = {cases[i].bytes, cases[i].size};
        assert_int_equal(text_valid_prefix(text), cases[i].valid_prefix);
        assert_int_equal(text_valid(text), cases[i].valid_prefix == cases[i].size);
    }
}

static void decoding_broken_text_always_moves_on(void **state)
{
    /* Every pair of bytes, and every lead with every second byte, ends and never reads beyond the slice. */
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char bytes[2] = {(char)a, (char)b};
            struct text text = {bytes, 2};
            size_t offset = 0, steps = 0;
            while (offset < text.size) {
                size_t before = offset;
                text_next(text, &offset);
                assert_true(offset > before && offset <= text.size);
                steps++;
            }
            assert_true(steps <= 2);
        }
    }
    size_t offset = 0;
    struct text broken = TEXT("\xE4\xBD"
                              "A");
    assert_int_equal(text_next(broken, &offset), 0xFFFD);
    assert_int_equal(offset, 1);
    assert_int_equal(text_next(broken, &offset), 0xFFFD);
    assert_int_equal(text_next(broken, &offset), 'A');
}

static void every_code_point_goes_round(void **state)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        char bytes[4];
        struct text text = {bytes, text_put(c, bytes)};
        size_t offset = 0;
        if (text_next(text, &offset) != c || offset != text.size)
            fail_msg("U+%04X does not go round", (unsigned)c);
    }
}

static void counts_characters_and_columns(void **state)
{
    assert_int_equal(text_length(TEXT("张三a")), 3);
    assert_int_equal(text_length(TEXT("")), 0);
    assert_int_equal(text_length(TEXT("\xFF\xFF")), 2);
    assert_int_equal(text_width(TEXT("张三a")), 5);
    assert_int_equal(text_width(TEXT("（１）")), 6);
    assert_int_equal(text_width(TEXT("ｱ")), 1);            /* half-width katakana */
    assert_int_equal(text_width(TEXT("e\xCC\x81")), 1);    /* combining acute */
    assert_int_equal(text_width(TEXT("\xE2\x80\x8B")), 0); /* zero-width space */
    assert_int_equal(text_width(TEXT("𠮷")), 2);
    assert_int_equal(text_width(TEXT("√×")), 2);
    assert_int_equal(text_width(TEXT("\t\n\x7F")), 0);
}

static void folds_headings_to_one_form(void **state)
{
    static const char *const same[] = {"户主（姓名）A1", "户主(姓名)a1", " 户 主\n(姓名)\xE3\x80\x80Ａ１",
                                       "户主（姓名)ａ１"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct buffer out = {0};
        text_fold(text_of(same[i]), &out);
        assert_string_equal(out.data, "户主(姓名)a1");
        assert_true(text_fold_equal(text_of(same[i]), text_of(same[0])));
        buffer_fini(&out);
    }
}

static void other_headings_do_not_fold_to_the_same(void **state)
{
    static const char *const other[] = {"户主(姓名)a", "户主(姓名)a11", "", "户主[姓名]a1", "\xFF"};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        assert_false(text_fold_equal(text_of(other[i]), TEXT("户主（姓名）A1")));
        assert_false(text_fold_equal(TEXT("户主（姓名）A1"), text_of(other[i])));
    }
    assert_true(text_fold_equal(TEXT(" \xE3\x80\x80"), (struct text){NULL, 0}));
}

static void folding_nothing_gives_a_string(void **state)
{
    static const char *const nothing[] = {"", "  ", "\xE3\x80\x80\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        struct buffer out = {0};
        text_fold(text_of(nothing[i]), &out);
        assert_non_null(out.data);
        assert_string_equal(out.data, "");
        buffer_fini(&out);
    }
}

static void folding_broken_bytes_gives_valid_text(void **state)
{
    struct buffer out = {0};
    text_fold(TEXT("A\xFF B"), &out);
    assert_string_equal(out.data, "a\xEF\xBF\xBD"
                                  "b");
    buffer_fini(&out);
}

static void narrowing_keeps_case_and_blanks(void **state)
{
    struct buffer out = {0};
    buffer_string(&out, "= ");
    text_narrow(TEXT("Ａｂ　１２．５％，。"), &out);
    assert_string_equal(out.data, "= Ab 12.5%,。");
    buffer_fini(&out);
}

static void a_buffer_grows_and_stays_terminated(void **state)
{
    struct buffer buffer = {0};
    assert_int_equal(buffer_get(&buffer).size, 0);
    buffer_clear(&buffer);
    for (int i = 0; i < 10000; i++) buffer_printf(&buffer, "%d,", i % 10);
    assert_int_equal(buffer.size, 20000);
    assert_int_equal(strlen(buffer.data), 20000);
    buffer_char(&buffer, 'x');
    buffer_text(&buffer, TEXT("尾"));
    buffer_text(&buffer, (struct text){NULL, 0});
    assert_string_equal(buffer.data + 20000, "x尾");
    buffer_clear(&buffer);
    assert_string_equal(buffer.data, "");
    assert_int_equal(buffer.size, 0);
    buffer_add(&buffer, "a\0b", 3);
    assert_int_equal(buffer_get(&buffer).size, 3);
    buffer_fini(&buffer);
    buffer_fini(&buffer);
}

static void printing_long_text_into_a_buffer(void **state)
{
    char long_text[5000];
    memset(long_text, 'z', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    struct buffer buffer = {0};
    buffer_printf(&buffer, "<%s|%d>", long_text, 7);
    assert_int_equal(buffer.size, sizeof long_text - 1 + 4);
    assert_string_equal(buffer.data + buffer.size - 3, "|7>");
    buffer_fini(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_texts_are_equal_wherever_they_point),
        cmocka_unit_test(compares_by_bytes),
        cmocka_unit_test(finds_parts),
        cmocka_unit_test(trims_every_blank_that_spreadsheets_hold),
        cmocka_unit_test(trimming_broken_bytes_keeps_them),
        cmocka_unit_test(judges_utf8),
        cmocka_unit_test(decoding_broken_text_always_moves_on),
        cmocka_unit_test(every_code_point_goes_round),
        cmocka_unit_test(counts_characters_and_columns),
        cmocka_unit_test(folds_headings_to_one_form),
        cmocka_unit_test(other_headings_do_not_fold_to_the_same),
        cmocka_unit_test(folding_nothing_gives_a_string),
        cmocka_unit_test(folding_broken_bytes_gives_valid_text),
        cmocka_unit_test(narrowing_keeps_case_and_blanks),
        cmocka_unit_test(a_buffer_grows_and_stays_terminated),
        cmocka_unit_test(printing_long_text_into_a_buffer),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
