/* Headings as real exports have them (shared facts: brackets, widths, units, repeated and renamed columns).
 */
#include "support.h"

#include <stdio.h>

#include "exchange/heading_key.h"
#include "exchange/headings.h"
#include "exchange/table.h"
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
    support_cleanup();
    return 0;
}

/* Rows written as "a|b|c\n…". */
static size_t make_rows(struct arena *arena, const char *text, struct sheet_row *rows)
{
    size_t count = 0;
    for (const char *line = text; *line != '\0'; count++) {
        size_t size = strcspn(line, "\n");
        struct sheet_cell *cells = arena_array(arena, 64, sizeof *cells);
        size_t cell_count = 0;
        for (const char *at = line; at <= line + size;) {
            size_t width = strcspn(at, "|\n");
            cells[cell_count++] = (struct sheet_cell){width == 0 ? SHEET_BLANK : SHEET_TEXT, {at, width}};
            at += width + 1;
        }
        rows[count] = (struct sheet_row){(int64_t)count + 1, cells, cell_count};
        line += size + (line[size] == '\n');
    }
    return count;
}

/* "row; column: part.field*scale …" of what was found, or "!message". */
static char *find_with(const char *feed_name, const char *text, const struct heading_override *overrides,
                       size_t override_count)
{
    struct arena arena = {0};
    struct sheet_row rows[16];
    size_t count = make_rows(&arena, text, rows);
    const struct pack_feed *feed = small_feed(pack, feed_name);
    struct headings headings;
    struct err err = {0};
    struct buffer out = {0};
    int code = headings_find(pack, feed, overrides, override_count, rows, count, &headings, &err);
    if (code < 0) {
        assert_true(err.zh[0] != '\0');
        buffer_printf(&out, "!%s", err.en);
        arena_fini(&arena);
        return out.data;
    }
    buffer_printf(&out, "%lld", (long long)headings.row);
    for (size_t i = 0; i < headings.column_count; i++) {
        const struct heading_column *column = &headings.columns[i];
        buffer_printf(&out, " %s", (const char *[]){"blank", "", "repeated", "ignored", "?"}[column->state]);
        if (column->nearest.size > 0) buffer_printf(&out, "%.*s", TEXT_ARGS(column->nearest));
        for (size_t k = 0; k < column->target_count; k++) {
            const struct schema_register *reg =
                &pack->schema.registers[feed->parts[column->targets[k].part].reg];
            buffer_printf(&out, "%s%.*s.%.*s", k == 0 ? "" : "+", TEXT_ARGS(reg->label.name),
                          TEXT_ARGS(reg->fields[column->targets[k].field].label.name));
            if (column->targets[k].scale_by != 1)
                buffer_printf(&out, "*%lld", (long long)column->targets[k].scale_by);
        }
    }
    buffer_string(&out, " /");
    for (size_t i = 0; i < feed->part_count; i++) buffer_char(&out, headings.parts[i] ? '1' : '0');
    headings_fini(&headings);
    arena_fini(&arena);
    return out.data;
}

static void expect(const char *feed, const char *text, const char *wanted)
{
    char *got = find_with(feed, text, NULL, 0);
    assert_string_equal(got, wanted);
    free(got);
}

static void expect_error(const char *feed, const char *text, const char *words)
{
    char *got = find_with(feed, text, NULL, 0);
    if (got[0] != '!' || strstr(got, words) == NULL) fail_msg("\"%s\" does not say \"%s\"", got, words);
    free(got);
}

static void finds_the_row_below_titles(void **state)
{
    expect("full", "监测对象信息\n导出时间|2022-09-30\n户编号|户主姓名|人口编号|姓名\n1|张三|11|张三\n",
           "3 household.number household.head person.number person.name /0110");
    expect("full", "户编号|人口编号\n", "1 household.number person.number /0110");
}

static void absorbs_spelling(void **state)
{
    expect("full", "* 户 号|家庭人口数：|耕地面积（亩）|户主姓明\n",
           "1 household.number household.members household.arable ?户主姓名 /0100");
    expect("full", "户编号|是否 脱贫户|HEAD\n", "1 household.number household.poor household.head /0100");
}

static void the_feeds_own_columns_go_first(void **state)
{
    expect("full", "户编号|户主\n", "1 household.number household.head /0100");
}

static void units_in_brackets_scale(void **state)
{
    expect("incomes", "户编号|年度|工资性收入（万元）\n",
           "1 household.number income.year income.wage*10000 /11");
    expect("incomes", "户编号|年度|工资性收入【元】\n", "1 household.number income.year income.wage /11");
    expect("incomes", "户编号|年度|务工收入\n", "1 household.number income.year income.wage*10000 /11");
    /* 务工收入 is known only in 万元, so in another unit it follows that unit; a bracket that is no unit is
     * another column. */
    expect("incomes", "户编号|年度|工资性收入（上年）\n", "1 household.number income.year ?工资性收入 /11");
    expect("full", "户编号|家庭人口数（人）|耕地面积（公顷）\n",
           "1 household.number household.members ? /0100");
}

static void a_repeated_column_is_left_aside(void **state)
{
    expect("full", "户编号|识别监测时间|识别监测时间0|是否脱贫户.1|是否脱贫户\n",
           "1 household.number household.identified repeated repeated household.poor /0100");
}

static void a_marked_heading_without_the_plain_one_counts(void **state)
{
    expect("full", "户编号|识别监测时间0\n", "1 household.number household.identified /0100");
}

static void known_but_not_taken_is_ignored(void **state)
{
    expect("members", "户编号|户主姓名|人编号|姓名|出生日期\n",
           "1 household.number ignored person.number person.name ignored /11");
}

static void our_own_columns_come_back_unharmed(void **state)
{
    expect("members", "户编号|人编号|原因 / Reason|行号 / Row\n",
           "1 household.number person.number ignored ignored /11");
}

static void a_sheet_may_be_silent_on_a_part_that_needs_a_column(void **state)
{
    expect("full", "户编号|工资性收入\n", "1 household.number income.wage /0100");
    expect("full", "户编号|年度|工资性收入\n", "1 household.number income.year income.wage /0101");
}

static void missing_keys_are_named_with_the_nearest(void **state)
{
    expect_error("full", "户编码|户主姓名\n",
                 "for `Household`: `Household number` (the nearest heading is `户编码`)");
    expect_error("full", "户编号|姓名|性别\n", "for `Person`: `Person number`");
    expect_error("full", "户编号|行政村\n", "for `Village`: `Township`");
    expect_error("incomes", "户编号\n", "for `Yearly income`: `Year`");
}

static void no_heading_row_says_what_was_expected(void **state)
{
    expect_error("members", "甲|乙\n1|2\n", "`Household number`, `Person number`");
    expect_error("full", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n户编号\n", "first 10 rows");
}

static void two_columns_for_one_field_are_an_error(void **state)
{
    expect_error("full", "户编号|户主姓名|联系电话|户号\n", "columns A `户编号` and D `户号`");
    expect_error("full", "户编号|户主姓名|户主姓名\n", "columns B `户主姓名` and C `户主姓名`");
}

static void overrides_decide(void **state)
{
    const struct heading_override one[] = {
        {TEXT("门牌"), TEXT("household.number")}, {TEXT("户主姓名"), TEXT("-")}, {TEXT("x"), TEXT("姓名")}};
    char *got = find_with("full", "门牌|户主姓名|X|人编号\n", one, 3);
    assert_string_equal(got, "1 household.number ignored person.name person.number /0110");
    free(got);
    got = find_with("full", "户编号\n", one, 1);
    assert_non_null(strstr(got, "no heading `门牌`"));
    free(got);
    const struct heading_override wrong = {TEXT("户编号"), TEXT("household.nunber")};
    got = find_with("full", "户编号\n", &wrong, 1);
    assert_non_null(strstr(got, "no field `household.nunber`"));
    free(got);
    const struct heading_override near = {TEXT("户编号"), TEXT("nunber")};
    got = find_with("full", "户编号\n", &near, 1);
    assert_non_null(strstr(got, "did you mean `number`"));
    free(got);
}

static void tables_give_the_rows_below(void **state)
{
    const char *path = support_path("table.csv");
    static const char bytes[] = "标题\n\n户编号,姓名,人编号\n1,甲,11\n\n2,乙,21\n";
    support_write(path, bytes, sizeof bytes - 1);
    struct table *table;
    struct err err;
    struct sheet_row row;
    bool more = true;
    int64_t numbers[4] = {0};
    size_t count = 0;
    assert_int_equal(table_open(pack, small_feed(pack, "full"), path, NULL, &table, &err), 0);
    assert_int_equal(table_headings(table)->row, 3);
    while (table_next(table, &row, &more, &err) == 0 && more) numbers[count++] = row.number;
    assert_int_equal(count, 2);
    assert_int_equal(numbers[0], 4);
    assert_int_equal(numbers[1], 6);
    table_close(table);
    support_write(path, "\n\n", 2);
    assert_int_equal(table_open(pack, small_feed(pack, "full"), path, NULL, &table, &err), ERR_INPUT);
    assert_says(&err, "empty");
    assert_string_equal(err.file, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_row_below_titles),
        cmocka_unit_test(absorbs_spelling),
        cmocka_unit_test(the_feeds_own_columns_go_first),
        cmocka_unit_test(units_in_brackets_scale),
        cmocka_unit_test(a_repeated_column_is_left_aside),
        cmocka_unit_test(a_marked_heading_without_the_plain_one_counts),
        cmocka_unit_test(known_but_not_taken_is_ignored),
        cmocka_unit_test(our_own_columns_come_back_unharmed),
        cmocka_unit_test(a_sheet_may_be_silent_on_a_part_that_needs_a_column),
        cmocka_unit_test(missing_keys_are_named_with_the_nearest),
        cmocka_unit_test(no_heading_row_says_what_was_expected),
        cmocka_unit_test(two_columns_for_one_field_are_an_error),
        cmocka_unit_test(overrides_decide),
        cmocka_unit_test(tables_give_the_rows_below),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
