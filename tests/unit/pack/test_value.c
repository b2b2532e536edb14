/* value.h: the spellings of every type, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "pack/value.h"
#include "small_pack.h"

struct type_case {
    struct type type;
    const char *text;
    int64_t wanted;
};

static struct type of_dictionary(enum type_kind kind)
{
    struct type type = type_of(kind);
    type.dictionary = 0;
    return type;
}

static struct type in_mu(enum type_kind kind)
{
    struct type type = type_of(kind);
    type.unit = 0;
    return type;
}

static void right_spellings(void **state)
{
    struct loaded loaded = small_pack_load(NULL, NULL);
    assert_non_null(loaded.pack);
    int32_t day = 0, month = 0;
    assert_true(date_make(2022, 9, 30, &day));
    assert_true(month_make(2022, 9, &month));
    const struct type_case cases[] = {
        {type_of(TYPE_BOOL), "是", 1},
        {type_of(TYPE_BOOL), "Ｙ", 1},
        {type_of(TYPE_BOOL), " FALSE ", 0},
        {type_of(TYPE_INT), "1,200", 1200},
        {type_of(TYPE_INT), "12.0", 12},
        {type_of(TYPE_INT), "3.0000000000000004", 3},
        {type_of(TYPE_INT), "-7", -7},
        {in_mu(TYPE_INT), "12亩", 12},
        {in_mu(TYPE_DECIMAL), "1.5 mu", 15000},
        {type_of(TYPE_DECIMAL), "１２．５", 125000},
        {type_of(TYPE_MONEY), "10000元", 1000000},
        {type_of(TYPE_MONEY), "1万元", 1000000},
        {type_of(TYPE_MONEY), "￥1,234.5", 123450},
        {type_of(TYPE_DATE), "2022年9月30日", day},
        {type_of(TYPE_MONTH), "202209", month},
        {of_dictionary(TYPE_CODE), "low", 0},
        {of_dictionary(TYPE_CODE), "低收入", 0},
        {of_dictionary(TYPE_CODE), " ILL ", 1},
        {of_dictionary(TYPE_CODES), "老年，患病", 6},
        {of_dictionary(TYPE_CODES), "low;low|ill、", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = {0};
        struct err err = {0};
        if (pack_value_parse(&loaded.pack->schema, cases[i].type, text_of(cases[i].text), &value, &err) != 0)
            fail_msg("%s: %s", cases[i].text, err.en);
        assert_true(value.known);
        if (value.integer != cases[i].wanted) fail_msg("%s: %lld", cases[i].text, (long long)value.integer);
    }
    small_pack_done(&loaded);
}

static void ratios_are_correctly_rounded(void **state)
{
    struct schema schema = {0};
    const struct {
        const char *text;
        double wanted;
    } cases[] = {{"5.5%", 0.055},   {"5.5％", 0.055}, {"0.055", 0.055}, {"0.055000000000000003", 0.055},
                 {"-6.4%", -0.064}, {"3‰", 0.003},    {"100%", 1.0},    {"33.33 %", 0.3333}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value;
        assert_int_equal(pack_value_parse(&schema, type_of(TYPE_RATIO), text_of(cases[i].text), &value, NULL),
                         0);
        assert_memory_equal(&value.ratio, &cases[i].wanted, sizeof value.ratio);
    }
}

static void further_separators(void **state)
{
    struct loaded loaded = small_pack_load(NULL, NULL);
    struct value value;
    struct type type = of_dictionary(TYPE_CODES);
    assert_int_equal(
        pack_codes_parse(&loaded.pack->schema, type, TEXT("患病+老年 低"), TEXT("+ "), &value, NULL), 0);
    assert_int_equal(value.integer, 7);
    assert_int_equal(pack_value_parse(&loaded.pack->schema, type, TEXT("患病+老年"), &value, NULL),
                     ERR_INPUT);
    small_pack_done(&loaded);
}

static void wrong_spellings(void **state)
{
    struct loaded loaded = small_pack_load(NULL, NULL);
    const struct {
        struct type type;
        const char *text, *en, *zh;
    } cases[] = {
        {type_of(TYPE_BOOL), "maybe", "`maybe` is not yes or no", "“maybe”不是是或否"},
        {type_of(TYPE_INT), "1.5", "`1.5` is not a whole number (such as 12)", "“1.5”不是整数（例如 12）"},
        {type_of(TYPE_INT), "12亩", "`12亩` is not a whole number (such as 12)", "“12亩”不是整数（例如 12）"},
        {type_of(TYPE_INT), "99999999999999999999", "is not a whole number", "不是整数"},
        {type_of(TYPE_DECIMAL), "x", "`x` is not a number (such as 12.5)", "“x”不是数（例如 12.5）"},
        {type_of(TYPE_MONEY), "ten", "`ten` is not money (such as 10000元, 1万元, 1,234.50)",
         "“ten”不是金额"},
        {type_of(TYPE_RATIO), "%", "is not a ratio", "不是比率"},
        {type_of(TYPE_DATE), "2022-02-30", "is not a date (such as 2022-09-30)", "不是日期"},
        {type_of(TYPE_MONTH), "2022-13", "is not a month (such as 2022-09)", "不是月份"},
        {of_dictionary(TYPE_CODE), "lwo", "`lwo` is not in the dictionary `类别`; did you mean `low`?",
         "是否应为“low”？"},
        {of_dictionary(TYPE_CODE), "qqqqqqqq", "(which has `低` and others, 3 in all)", "等 3 个代码"},
        {of_dictionary(TYPE_CODES), "低,zzzzz", "`zzzzz` is not in the dictionary", "“zzzzz”不在"},
        {of_dictionary(TYPE_CODES), ",;", "is not a list of codes", "不是代码"},
        {type_of(TYPE_TEXT), " 　", "there is no value", "没有值"},
        {type_of(TYPE_RECORD), "x", "cannot be written here", "不能这样写"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = {.integer = 77};
        struct err err = {0};
        assert_int_equal(
            pack_value_parse(&loaded.pack->schema, cases[i].type, text_of(cases[i].text), &value, &err),
            ERR_INPUT);
        assert_int_equal(value.integer, 77);
        if (strstr(err.en, cases[i].en) == NULL) fail_msg("%s: %s", cases[i].text, err.en);
        if (strstr(err.zh, cases[i].zh) == NULL) fail_msg("%s: %s", cases[i].text, err.zh);
    }
    small_pack_done(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_spellings),
        cmocka_unit_test(ratios_are_correctly_rounded),
        cmocka_unit_test(further_separators),
        cmocka_unit_test(wrong_spellings),
    };
    return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
