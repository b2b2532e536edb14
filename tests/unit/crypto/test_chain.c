/* chain.h: what a log's hashes depend on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/chain.h"

static void link_of(const char *before, const char *first, const char *second, char hex[CHAIN_HEX + 1])
{
    struct chain_link *link;
    assert_int_equal(chain_begin(text_of(before), &link, NULL), 0);
    if (first != NULL)
        chain_text(link, text_of(first));
    else
        chain_absent(link);
    if (second != NULL)
        chain_text(link, text_of(second));
    else
        chain_absent(link);
    chain_end(link, hex);
}

/* SM3 over "t" 0 (the hash before), "i" 5, made with `openssl dgst -sm3` from the bytes. */
static void is_sm3_over_tagged_parts(void **state)
{
    char hex[CHAIN_HEX + 1];
    struct chain_link *link;
    assert_int_equal(chain_begin(TEXT(""), &link, NULL), 0);
    chain_int(link, 5);
    chain_end(link, hex);
    assert_string_equal(hex, "80ba17402aaa7bc5c108fbb84e5e2466a7d0d5a494bfdd614e5d6ce68912a100");
}

static void equal_parts_give_equal_hashes(void **state)
{
    char a[CHAIN_HEX + 1], b[CHAIN_HEX + 1];
    link_of("", "改", "x", a);
    link_of("", "改", "x", b);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), CHAIN_HEX);
}

static void every_difference_shows(void **state)
{
    static const char *const cases[][3] = {{"", "ab", "c"},   {"", "a", "bc"},   {"", "abc", ""},
                                           {"", "abc", NULL}, {"", NULL, "abc"}, {"x", "ab", "c"}};
    enum { COUNT = sizeof cases / sizeof *cases };
    char hashes[COUNT][CHAIN_HEX + 1];
    for (size_t i = 0; i < COUNT; i++) {
        link_of(cases[i][0], cases[i][1], cases[i][2], hashes[i]);
        for (size_t j = 0; j < i; j++) assert_string_not_equal(hashes[i], hashes[j]);
    }
}

static void a_link_may_be_given_up(void **state)
{
    struct chain_link *link;
    assert_int_equal(chain_begin(TEXT("00"), &link, NULL), 0);
    chain_int(link, 1);
    chain_free(link);
    chain_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sm3_over_tagged_parts),
        cmocka_unit_test(equal_parts_give_equal_hashes),
        cmocka_unit_test(every_difference_shows),
        cmocka_unit_test(a_link_may_be_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
