/* suggest.h: the nearest name, and none when nothing is near. */
#include "cmocka_all.h"

#include <string.h>

#include "base/suggest.h"

static void distances(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},         {"", "abc", 3},           {"abc", "", 3},    {"abc", "abc", 0},
        {"abc", "abd", 1},   {"abc", "ab", 1},         {"abc", "acb", 1}, {"income", "incmoe", 1},
        {"ca", "abc", 3},    {"kitten", "sitting", 3}, {"ABC", "abc", 0}, {"人均收入", "人均纯收入", 1},
        {"收人", "收入", 1}, {"人均", "均人", 1},      {"户", "人", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(suggest_distance(text_of(cases[i].a), text_of(cases[i].b)), cases[i].distance);
        assert_int_equal(suggest_distance(text_of(cases[i].b), text_of(cases[i].a)), cases[i].distance);
    }
}

static void long_words_are_cut(void **state)
{
    char a[5000], b[5000];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    assert_int_equal(suggest_distance((struct text){a, sizeof a}, (struct text){b, sizeof b}), 64);
    assert_int_equal(suggest_distance((struct text){a, sizeof a}, (struct text){a, sizeof a - 100}), 0);
    assert_int_equal(suggest_distance(TEXT("\xFF\xFF"), TEXT("ab")), 2);
}

static const char *nearest(const char *wanted, const char *const *names)
{
    struct suggest suggest = suggest_start(text_of(wanted));
    for (; *names != NULL; names++) suggest_offer(&suggest, text_of(*names));
    return suggest.best.size == 0 ? "" : suggest.best.at;
}

static void offers_the_nearest(void **state)
{
    static const char *const names[] = {"household", "person",     "income", "village", "户编号",
                                        "户主姓名",  "人均纯收入", "",       NULL};
    assert_string_equal(nearest("houshold", names), "household");
    assert_string_equal(nearest("incmoe", names), "income");
    assert_string_equal(nearest("Person", names), "person");
    assert_string_equal(nearest("户编码", names), "户编号");
    assert_string_equal(nearest("人均收入", names), "人均纯收入");
    assert_string_equal(nearest("zebra", names), "");
    assert_string_equal(nearest("", names), "");
    assert_string_equal(nearest("x", names), "");
}

static void the_first_of_equals_wins(void **state)
{
    static const char *const names[] = {"wheel_a", "wheel_b", NULL};
    assert_string_equal(nearest("wheel_c", names), "wheel_a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(offers_the_nearest),
        cmocka_unit_test(the_first_of_equals_wins),
    };
    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
