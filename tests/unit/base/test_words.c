/* words.h: people count characters. */
#include "cmocka_all.h"

#include "base/words.h"

static void characters_not_bytes(void **state)
{
    struct buffer words = {0};
    struct err err = {0};
    for (int i = 0; i < WORDS_MOST; i++) buffer_string(&words, "字");
    assert_int_equal(words_check(buffer_get(&words), WORDS_MOST, "理由", "The reason", &err), 0);
    buffer_char(&words, 'x');
    assert_int_equal(words_check(buffer_get(&words), WORDS_MOST, "理由", "The reason", &err), ERR_LIMIT);
    assert_string_equal(err.zh, "理由最多 2000 个字，现在有 2001 个，请写短些");
    assert_string_equal(err.en, "The reason has at most 2000 characters; these are 2001. Make it shorter");
    assert_int_equal(words_check(TEXT("\xE5\xAD"), 10, "理由", "The reason", &err), ERR_INPUT);
    assert_int_equal(words_check(TEXT(""), 0, "理由", "The reason", &err), 0);
    buffer_fini(&words);
}

static void cut_between_characters(void **state)
{
    assert_true(text_is(words_cut(TEXT("住院 9 天"), 3), "住院 "));
    assert_true(text_is(words_cut(TEXT("住院"), 2), "住院"));
    assert_true(text_is(words_cut(TEXT("住院"), 9), "住院"));
    assert_int_equal(words_cut(TEXT("住院"), 0).size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(characters_not_bytes),
                                       cmocka_unit_test(cut_between_characters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
