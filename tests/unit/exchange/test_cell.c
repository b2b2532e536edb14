/* What clerks and programs put into cells, field by field. */
#include "support.h"

#include <stdio.h>

#include "exchange/cell.h"
#include "base/date.h"
#include "small_pack.h"

static struct pack *pack;

static int setup(void **state)
{
    pack = small_pack();
    return 0;
}

static int teardown(void **state)
{
    pack_free(pack);
    return 0;
}

struct result {
    int code;
    struct value value;
    enum cell_warning warning;
    struct err err;
    char text[128];
};

static struct result read_scaled(const char *reg, const char *field, enum sheet_kind kind, const char *text,
                                 int64_t scale)
{
    struct cell_reader *reader = cell_reader_new(pack, false);
    struct arena arena = {0};
    struct sheet_cell cell = {kind, text_of(text)};
    struct result result = {0};
    result.code = cell_read(reader, small_register(pack, reg), small_field(pack, reg, field), scale, &cell,
                            &arena, &result.value, &result.warning, &result.err);
    snprintf(result.text, sizeof result.text, "%.*s", TEXT_ARGS(result.value.text));
    arena_fini(&arena);
    cell_reader_free(reader);
    return result;
}

static struct result read_cell(const char *reg, const char *field, enum sheet_kind kind, const char *text)
{
    return read_scaled(reg, field, kind, text, 1);
}

static void gives(const char *reg, const char *field, enum sheet_kind kind, const char *text, int64_t wanted)
{
    struct result result = read_cell(reg, field, kind, text);
    if (result.code < 0) fail_msg("%s: %s", text, result.err.en);
    assert_true(result.value.known);
    assert_int_equal(result.value.integer, wanted);
}

static void gives_text(const char *reg, const char *field, enum sheet_kind kind, const char *text,
                       const char *wanted, enum cell_warning warning)
{
    struct result result = read_cell(reg, field, kind, text);
    if (result.code < 0) fail_msg("%s: %s", text, result.err.en);
    assert_string_equal(result.text, wanted);
    assert_int_equal(result.warning, warning);
}

static void gives_nothing(const char *reg, const char *field, const char *text)
{
    struct result result = read_cell(reg, field, SHEET_TEXT, text);
    assert_int_equal(result.code, 0);
    assert_false(result.value.known);
}

static void refuses(const char *reg, const char *field, enum sheet_kind kind, const char *text,
                    const char *words)
{
    struct result result = read_cell(reg, field, kind, text);
    if (result.code == 0) fail_msg("%s was taken", text);
    assert_says(&result.err, words);
}

static void knows_blanks(void **state)
{
    static const char *const blanks[] = {"", "  ", "\xE3\x80\x80", "-", "—", "——", "无数据", "null", "NULL"};
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        gives_nothing("household", "members", blanks[i]);
        gives_nothing("household", "head", blanks[i]);
        gives_nothing("person", "health", blanks[i]);
    }
    gives_nothing("person", "birth", "不详");
    refuses("household", "members", SHEET_TEXT, "不详", "whole number");
}

static void reads_numbers(void **state)
{
    gives("household", "members", SHEET_TEXT, " ３ ", 3);
    gives("household", "members", SHEET_TEXT, "3.0", 3);
    gives("household", "members", SHEET_NUMBER, "4", 4);
    gives("household", "arable", SHEET_TEXT, "900.5亩", 9005000);
    gives("household", "arable", SHEET_NUMBER, "0.1", 1000);
    refuses("household", "members", SHEET_TEXT, "3.5", "whole number");
    refuses("household", "members", SHEET_TEXT, "31", "most allowed");
    refuses("household", "members", SHEET_TEXT, "-1", "least allowed");
    refuses("household", "arable", SHEET_TEXT, "很多", "number");
    gives("household", "arable", SHEET_TEXT, "999.99995", 10000000);
    refuses("household", "members", SHEET_ERROR, "#REF!", "#REF!");
}

static void reads_money_by_the_headings_unit(void **state)
{
    gives("income", "wage", SHEET_TEXT, "12,345.67", 1234567);
    gives("income", "wage", SHEET_TEXT, "1.2万元", 1200000);
    assert_int_equal(read_scaled("income", "wage", SHEET_NUMBER, "1.234567", 10000).value.integer, 1234567);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "1.2万元", 10000).value.integer, 1200000);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "300元", 10000).value.integer, 30000);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "3", 7).value.integer, 2100);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "99999999999999", 100000000).code, ERR_INPUT);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "99999999999999", 70000000).code, ERR_INPUT);
    assert_int_equal(read_scaled("income", "wage", SHEET_TEXT, "x", 10000).code, ERR_INPUT);
}

static void reads_ratios(void **state)
{
    assert_true(read_cell("household", "share", SHEET_TEXT, "5.5%").value.ratio == 0.055);
    assert_true(read_cell("household", "share", SHEET_NUMBER, "0.055").value.ratio == 0.055);
}

static void reads_yes_and_no(void **state)
{
    gives("household", "poor", SHEET_TEXT, "是", 1);
    gives("household", "poor", SHEET_TEXT, "脱贫户", 1);
    gives("household", "poor", SHEET_TEXT, "普通农户 ", 0);
    gives("household", "poor", SHEET_BOOL, "1", 1);
    gives("household", "poor", SHEET_TEXT, "无", 0);
    refuses("household", "poor", SHEET_TEXT, "也许", "yes or no");
}

static void reads_dates(void **state)
{
    int32_t date = 0, month = 2022 * 12 + 8;
    date_make(2022, 9, 30, &date);
    static const char *const texts[] = {"2022-09-30",    "20220930",  "20220930.0",
                                        "2022年9月30日", "2022/9/30", "２０２２.9.30"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        gives("person", "birth", SHEET_TEXT, texts[i], date);
    gives("person", "birth", SHEET_DATE, "2022-09-30 08:15:00", date);
    gives("person", "birth", SHEET_NUMBER, "44834", date);
    gives("person", "birth", SHEET_NUMBER, "44834.34375", date);
    gives("person", "birth", SHEET_NUMBER, "20220930", date);
    gives("household", "identified", SHEET_TEXT, "202209", month);
    gives("household", "identified", SHEET_NUMBER, "202209", month);
    gives("household", "identified", SHEET_TEXT, "2022年09月", month);
    gives("household", "identified", SHEET_DATE, "2022-09-01", month);
    gives("household", "identified", SHEET_NUMBER, "44805", month);
    refuses("person", "birth", SHEET_TEXT, "2022-02-30", "date");
    refuses("person", "birth", SHEET_TEXT, "44834", "date");
    refuses("household", "identified", SHEET_NUMBER, "2021", "month");
}

static void old_macintosh_days_count_from_1904(void **state)
{
    struct cell_reader *reader = cell_reader_new(pack, true);
    struct sheet_cell cell = {SHEET_NUMBER, TEXT("43372")};
    struct value value;
    enum cell_warning warning;
    int32_t date = 0;
    date_make(2022, 9, 30, &date);
    assert_int_equal(cell_read(reader, small_register(pack, "person"), small_field(pack, "person", "birth"),
                               1, &cell, NULL, &value, &warning, NULL),
                     0);
    assert_int_equal(value.integer, date);
    cell_reader_free(reader);
}

static void reads_codes(void **state)
{
    gives("person", "sex", SHEET_TEXT, "女", 1);
    gives("person", "sex", SHEET_TEXT, "male", 0);
    gives("person", "sex", SHEET_TEXT, "男性", 0);
    gives("person", "sex", SHEET_NUMBER, "2", 1);
    gives("person", "sex", SHEET_TEXT, "2.0", 1);
    gives("person", "health", SHEET_TEXT, "残疾,长期慢性病", 6);
    gives("person", "health", SHEET_TEXT, "长期慢性病，残疾", 6);
    gives("person", "health", SHEET_TEXT, "慢性病、残疾；残疾", 6);
    gives("person", "health", SHEET_TEXT, "健康|", 1);
    refuses("person", "health", SHEET_TEXT, "残疾,长期慢姓病", "did you mean `长期慢性病`");
    refuses("person", "sex", SHEET_TEXT, "3", "dictionary");
}

static void a_code_met_before_reads_the_same(void **state)
{
    struct cell_reader *reader = cell_reader_new(pack, false);
    struct sheet_cell cell = {SHEET_TEXT, TEXT("残疾,健康")};
    for (int i = 0; i < 3; i++) {
        struct value value;
        enum cell_warning warning;
        assert_int_equal(cell_read(reader, small_register(pack, "person"),
                                   small_field(pack, "person", "health"), 1, &cell, NULL, &value, &warning,
                                   NULL),
                         0);
        assert_int_equal(value.integer, 5);
    }
    cell_reader_free(reader);
}

static void keeps_wrong_numbers_with_a_warning(void **state)
{
    gives_text("person", "id_number", SHEET_TEXT, "11010519491231002x", "11010519491231002X", CELL_FINE);
    gives_text("person", "id_number", SHEET_TEXT, "'110105 19491231 002X", "11010519491231002X", CELL_FINE);
    gives_text("person", "id_number", SHEET_TEXT, "１１０１０５１９４９１２３１００２Ｘ",
               "11010519491231002X", CELL_FINE);
    gives_text("person", "id_number", SHEET_TEXT, "11010519491231002X43", "11010519491231002X43", CELL_FINE);
    gives_text("person", "id_number", SHEET_TEXT, "110105194912310021", "110105194912310021",
               CELL_IDCARD_CHECK);
    gives_text("person", "id_number", SHEET_TEXT, "1101051949", "1101051949", CELL_IDCARD_FORM);
    gives_text("person", "id_number", SHEET_TEXT, "号码", "号码", CELL_IDCARD_FORM);
    gives_text("person", "id_number", SHEET_NUMBER, "110105194912310000", "110105194912310000",
               CELL_DIGITS_LOST);
    gives_text("household", "phone", SHEET_TEXT, "138-1234 5678", "13812345678", CELL_FINE);
    gives_text("household", "phone", SHEET_NUMBER, "13812345678", "13812345678", CELL_FINE);
    gives_text("household", "phone", SHEET_TEXT, "07341234567", "07341234567", CELL_PHONE_FORM);
    gives_text("household", "phone", SHEET_TEXT, "13812345678.0", "13812345678", CELL_FINE);
    gives_text("person", "bank", SHEET_TEXT, "6222 0212", "62220212", CELL_FINE);
    gives_text("person", "bank", SHEET_TEXT, "6222a", "6222a", CELL_DIGITS_FORM);
}

static void warnings_are_worded(void **state)
{
    for (int i = CELL_FINE + 1; i < CELL_WARNINGS; i++) {
        assert_true(strlen(cell_warning_text((enum cell_warning)i, "zh")) > 0);
        assert_true(strlen(cell_warning_text((enum cell_warning)i, "en")) > 0);
    }
}

static void checks_text_by_its_pattern(void **state)
{
    gives_text("person", "name", SHEET_TEXT, " 张三（小）\t", "张三（小）", CELL_FINE);
    gives_text("person", "name", SHEET_TEXT, "'=cmd", "=cmd", CELL_FINE);
    gives_text("person", "name", SHEET_TEXT, "'quoted", "'quoted", CELL_FINE);
    refuses("person", "name", SHEET_TEXT, "张3", "required form");
}

static void gives_references_as_written(void **state)
{
    gives_text("person", "household", SHEET_NUMBER, "43042110", "43042110", CELL_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_blanks),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_money_by_the_headings_unit),
        cmocka_unit_test(reads_ratios),
        cmocka_unit_test(reads_yes_and_no),
        cmocka_unit_test(reads_dates),
        cmocka_unit_test(old_macintosh_days_count_from_1904),
        cmocka_unit_test(reads_codes),
        cmocka_unit_test(a_code_met_before_reads_the_same),
        cmocka_unit_test(keeps_wrong_numbers_with_a_warning),
        cmocka_unit_test(warnings_are_worded),
        cmocka_unit_test(checks_text_by_its_pattern),
        cmocka_unit_test(gives_references_as_written),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
