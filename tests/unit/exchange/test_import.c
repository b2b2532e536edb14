/* Imports as a user sees them: what is new, what is refused and why, what comes back, and that nothing else
 * happens. */
#include "support.h"

#include <stdio.h>
#include <unistd.h>

#include "exchange/export.h"
#include "exchange/import.h"
#include "small_pack.h"

static struct pack *pack;
static struct database *database;
static struct arena rights;
static struct scope everything;

static int setup(void **state)
{
    pack = small_pack();
    everything = scope_everything(pack, TEXT("tester"), &rights);
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&rights);
    pack_free(pack);
    support_cleanup();
    return 0;
}

static int open_fresh(void **state)
{
    const char *path = support_path("test.db");
    struct database_report report = {0};
    struct err err = {0};
    unlink(path);
    unlink(support_path("test.db-wal"));
    unlink(support_path("test.db-shm"));
    if (database_init(path, pack, &report, &err) < 0) fail_msg("%s", err.en);
    database_report_fini(&report);
    if (database_open(path, false, &database, &err) < 0) fail_msg("%s", err.en);
    return 0;
}

static int close_it(void **state)
{
    database_close(database);
    database = NULL;
    return 0;
}

static const struct pack_feed *feed_of(const char *name, struct arena *arena)
{
    const struct pack_feed *feed = NULL;
    struct err err = {0};
    if (import_feed(pack, text_of(name), arena, &feed, &err) < 0) fail_msg("%s", err.en);
    return feed;
}

/* What a part of the report says: "register fresh/changed/unchanged/rejected" … "; N rows, M rejected". */
static char *summary(const struct import_report *report)
{
    struct buffer out = {0};
    for (size_t i = 0; i < report->part_count; i++) {
        const struct import_part *part = &report->parts[i];
        if (!part->spoken) continue;
        buffer_printf(&out, "%.*s %lld/%lld/%lld; ", TEXT_ARGS(pack->schema.registers[part->reg].label.name),
                      (long long)part->counts.fresh, (long long)part->counts.changed,
                      (long long)part->counts.unchanged);
    }
    buffer_printf(&out, "%lld rows, %lld rejected", (long long)report->rows, (long long)report->rejected);
    return out.data;
}

static struct import_options plain_options(void)
{
    return (struct import_options){.language = "en"};
}

static int run_file(const char *feed, const char *path, const struct import_options *options,
                    struct import_report *report, struct err *err)
{
    struct arena arena = {0};
    int code = import_run(database, &everything, feed_of(feed, &arena), path, options, report, err);
    report->feed = NULL;
    arena_fini(&arena);
    return code;
}

static void expect_file(const char *feed, const char *path, const struct import_options *options,
                        const char *wanted)
{
    struct import_report report;
    struct err err = {0};
    if (run_file(feed, path, options, &report, &err) < 0) fail_msg("%s", err.en);
    char *got = summary(&report);
    if (strcmp(got, wanted) != 0)
        for (size_t i = 0; i < report.reason_count; i++)
            print_error("row %lld: %.*s\n", (long long)report.reasons[i].rows[0],
                        TEXT_ARGS(report.reasons[i].en));
    assert_string_equal(got, wanted);
    free(got);
    import_report_fini(&report);
}

static const char *csv(const char *name, const char *text)
{
    const char *path = support_path(name);
    support_write(path, text, strlen(text));
    return path;
}

static void expect_csv(const char *feed, const char *text, const char *wanted)
{
    struct import_options options = plain_options();
    options.errors_path = support_path("errors.xlsx");
    unlink(options.errors_path);
    expect_file(feed, csv("in.csv", text), &options, wanted);
}

static const char *const villages = "村编码,村名,乡镇\n430421100201,甲村,井头镇\n430421100202,乙村,井头镇\n";

static const char *const full_headings =
    "导出\n户编号,户主,乡,行政村,人编号,姓名,性别,健康状况,证件号码,年度,工资性收入\n";

static void add_villages(void)
{
    expect_csv("village", villages, "village 2/0/0; 2 rows, 0 rejected");
}

static int64_t count(const char *reg)
{
    char sql[64];
    int64_t value = 0;
    bool found;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", reg);
    assert_int_equal(store_query_int(database_store(database), sql, &value, &found, NULL), 0);
    return value;
}

static void fills_four_registers_and_twice_changes_nothing(void **state)
{
    add_villages();
    struct buffer text = {0};
    buffer_printf(&text, "%s%s", full_headings,
                  "1,张三,井头镇,甲村,11,张三,男,健康,11010519491231002X,2022,1000\n"
                  "1,张三,井头镇,甲村,12,李四,女,\"残疾,慢性病\",,,\n"
                  "2,王五,井头镇,乙村,21,王五,1,,,2022,2000.5\n");
    expect_csv("full", text.data,
               "village 0/0/2; household 2/0/0; person 3/0/0; income 2/0/0; 3 rows, 0 rejected");
    expect_csv("full", text.data,
               "village 0/0/2; household 0/0/2; person 0/0/3; income 0/0/2; 3 rows, 0 rejected");
    assert_int_equal(count("person"), 3);
    assert_int_equal(access(support_path("errors.xlsx"), F_OK), -1);
    buffer_fini(&text);
}

static void a_dry_run_writes_nothing(void **state)
{
    struct import_options options = plain_options();
    options.dry_run = true;
    expect_file("village", csv("in.csv", villages), &options, "village 2/0/0; 2 rows, 0 rejected");
    assert_int_equal(count("village"), 0);
}

static void a_blank_cell_wipes_nothing_and_a_change_is_shown(void **state)
{
    add_villages();
    expect_csv("village", "村编码,村名,乡镇\n430421100201,,井头乡\n", "village 0/1/0; 1 rows, 0 rejected");
    struct import_report report;
    struct import_options options = plain_options();
    options.dry_run = true;
    assert_int_equal(run_file("village", csv("in.csv", "村编码,村名,乡镇\n430421100201,丙村,井头乡\n"),
                              &options, &report, NULL),
                     0);
    assert_int_equal(report.difference_count, 1);
    const struct import_difference *difference = &report.differences[0];
    assert_int_equal(difference->row, 2);
    assert_true(text_is(difference->before[0], "甲村"));
    assert_true(text_is(difference->after[0], "丙村"));
    assert_true(text_find(difference->record, TEXT("430421100201")) >= 0);
    import_report_fini(&report);
}

static void refused_rows_come_back_coloured_and_can_be_imported_again(void **state)
{
    add_villages();
    struct buffer text = {0};
    buffer_printf(&text, "%s%s", full_headings,
                  "1,张三,井头镇,甲村,11,张三,男,健康,,,\n"
                  "2,王五,井头镇,乙村,21,王五,南,,,2022,一千\n"
                  "3,赵六,井头镇,丁村,31,赵六,女,,,,\n"
                  "4,,,甲村,41,钱七,女,,,,\n");
    expect_csv("full", text.data,
               "village 0/0/1; household 1/0/0; person 1/0/0; income 0/0/0; 4 rows, 3 rejected");
    buffer_fini(&text);
    char *errors = support_dump(support_path("errors.xlsx"), NULL);
    assert_non_null(strstr(errors, "1|t:户编号|t:户主|t:乡|t:行政村|t:人编号|t:姓名|t:性别|t:健康状况|t:"
                                   "证件号码|t:年度|t:工资性收入|t:原因 / Reason|t:行号 / Row\n"));
    assert_non_null(strstr(
        errors, "2|t:2|t:王五|t:井头镇|t:乙村|t:21|t:王五|t:南|b:|b:|t:2022|t:一千|t:column G `性别`: `南`"));
    assert_non_null(strstr(errors, "column K `工资性收入`: `一千` is not money"));
    assert_non_null(strstr(errors, "|n:4\n3|t:3|t:赵六"));
    assert_non_null(strstr(errors, "`Township` is missing"));
    free(errors);
    /* Corrected: the reasons are left alone, the good rows go in. */
    expect_file("full",
                csv("fixed.csv", "户编号,户主,乡,行政村,人编号,姓名,性别,健康状况,证件号码,年度,工资性收入,"
                                 "原因 / Reason,行号 / Row\n"
                                 "2,王五,井头镇,乙村,21,王五,男,,,2022,1000,was wrong,4\n"),
                &(struct import_options){0},
                "village 0/0/1; household 1/0/0; person 1/0/0; income 1/0/0; 1 rows, 0 rejected");
}

static void rows_that_are_no_data_are_refused_as_such(void **state)
{
    expect_csv("village", "村编码,村名\n1,甲\n村编码,村名\n合计,2\n,填表人\n2,乙\n",
               "village 2/0/0; 5 rows, 3 rejected");
    char *errors = support_dump(support_path("errors.xlsx"), NULL);
    assert_non_null(strstr(errors, "t:the headings again|n:3"));
    assert_non_null(strstr(errors, "t:a row of totals, not a record|n:4"));
    assert_non_null(strstr(errors, "`Village code` is missing"));
    free(errors);
}

static void rows_of_one_household_that_contradict_each_other_are_refused(void **state)
{
    add_villages();
    struct buffer text = {0};
    buffer_printf(&text, "%s%s", full_headings,
                  "1,张三,井头镇,甲村,11,张三,男,,,,\n"
                  "1,张四,井头镇,甲村,12,李四,女,,,,\n"
                  "2,王五,井头镇,乙村,21,王五,男,,,,\n");
    expect_csv("full", text.data,
               "village 0/0/1; household 1/0/0; person 1/0/0; income 0/0/0; 3 rows, 2 rejected");
    char *errors = support_dump(support_path("errors.xlsx"), NULL);
    assert_non_null(strstr(errors, "张四"));
    free(errors);
    buffer_fini(&text);
}

static void a_key_twice_is_refused(void **state)
{
    expect_csv("village", "村编码,村名\n1,甲\n1,乙\n2,丙\n", "village 1/0/0; 3 rows, 2 rejected");
}

static void references_are_found_by_key(void **state)
{
    add_villages();
    expect_csv("household", "户编号,所在村\n1,430421100201\n2,999\n", "household 1/0/0; 2 rows, 1 rejected");
}

static void reports_columns_warnings_and_reasons(void **state)
{
    add_villages();
    struct import_report report;
    struct import_options options = plain_options();
    const char *path = csv("in.csv", "户编号,户主姓明,所在村,联系电话,联系电话0,家庭人口数\n"
                                     "1,a,430421100201,123,x,3\n2,b,430421100201,456,x,99\n3,c,430421100201,"
                                     "13812345678,x,一\n4,d,430421100201,,x,88\n");
    assert_int_equal(run_file("household", path, &options, &report, NULL), 0);
    assert_int_equal(report.heading_row, 1);
    assert_int_equal(report.heading_count, 2);
    assert_int_equal(report.headings[0].state, HEADING_UNKNOWN);
    assert_int_equal(report.headings[0].column, 1);
    assert_true(text_is(report.headings[0].nearest, "户主姓名"));
    assert_int_equal(report.headings[1].state, HEADING_REPEATED);
    assert_int_equal(report.warning_count, 1);
    assert_int_equal(report.warnings[0].kind, CELL_PHONE_FORM);
    assert_int_equal(report.warnings[0].count, 2);
    assert_int_equal(report.warnings[0].rows[1], 3);
    assert_int_equal(report.reason_count, 1);
    assert_int_equal(report.reasons[0].count, 3);
    assert_int_equal(report.reasons[0].rows[0], 3);
    assert_int_equal(report.rejected, 3);
    assert_true(report.applied);
    import_report_fini(&report);
}

static bool always(void *context)
{
    (void)context;
    return true;
}

static void stopping_leaves_everything_as_it_was(void **state)
{
    struct import_report report;
    struct import_options options = plain_options();
    struct err err;
    options.cancelled = always;
    assert_int_equal(run_file("village", csv("in.csv", villages), &options, &report, &err), ERR_CANCELLED);
    import_report_fini(&report);
    assert_int_equal(count("village"), 0);
}

static void the_refused_rows_never_replace_the_source(void **state)
{
    struct import_report report;
    struct import_options options = plain_options();
    struct err err;
    const char *path = csv("in.csv", "村编码,村名\n合计,1\n");
    options.errors_path = path;
    assert_int_equal(run_file("village", path, &options, &report, &err), ERR_INPUT);
    assert_says(&err, "cannot replace");
    import_report_fini(&report);
}

static void a_full_place_for_refused_rows_applies_nothing(void **state)
{
    struct import_report report;
    struct import_options options = plain_options();
    struct err err;
    options.errors_path = support_path("no/such/folder/errors.xlsx");
    assert_int_equal(
        run_file("village", csv("in.csv", "村编码,村名\n1,甲\n合计,1\n"), &options, &report, &err), ERR_IO);
    import_report_fini(&report);
    assert_int_equal(count("village"), 0);
}

static void unknown_feeds_get_a_suggestion(void **state)
{
    struct arena arena = {0};
    const struct pack_feed *feed;
    struct err err;
    assert_int_equal(import_feed(pack, TEXT("vilage"), &arena, &feed, &err), ERR_NOT_FOUND);
    assert_says(&err, "did you mean `village`");
    arena_fini(&arena);
}

static void export_to(const char *reg, const char *path, const char *language, const char *where,
                      struct export_report *report)
{
    struct export_options options = {.language = language, .where = text_of(where), .as_of = 19000};
    struct err err = {0};
    if (export_run(database, &everything, small_register(pack, reg), path, &options, report, &err) < 0)
        fail_msg("%s", err.en);
}

static void fill(void)
{
    add_villages();
    expect_csv("village", "村编码,村级集体经济收入（万元）\n430421100201,12.34567\n",
               "village 0/1/0; 1 rows, 0 rejected");
    struct buffer text = {0};
    buffer_printf(&text, "%s%s", full_headings,
                  "1,=张三,井头镇,甲村,11,张三,男,\"残疾,健康\",11010519491231002x,2022,1000.05\n"
                  "1,=张三,井头镇,甲村,12,李四,女,,乱号,2023,-1\n"
                  "2,王五,井头镇,乙村,21,王五,1,,,2022,2000.5\n");
    expect_csv("full", text.data,
               "village 0/0/2; household 2/0/0; person 3/0/0; income 3/0/0; 3 rows, 0 rejected");
    buffer_fini(&text);
    expect_csv("household",
               "户编号,是否脱贫户,家庭人口数,耕地面积,识别监测时间,联系电话,占比\n1,是,2,3.3333,202209,"
               "13812345678,5.5%\n",
               "household 0/1/0; 1 rows, 0 rejected");
    expect_csv("person", "人口编号,出生日期,银行卡号\n11,1949-12-31,6222021234567890123\n12,1850-01-01,\n",
               "person 0/2/0; 2 rows, 0 rejected");
}

static void what_is_exported_imports_unchanged(void **state)
{
    static const char *const registers[] = {"village", "household", "person", "income"};
    static const int64_t sizes[] = {2, 2, 3, 3};
    static const char *const files[] = {"round.xlsx", "round.csv"};
    static const char *const languages[] = {"zh", "en"};
    fill();
    for (int i = 0; i < 4; i++)
        for (int f = 0; f < 2; f++)
            for (int l = 0; l < 2; l++) {
                char wanted[64];
                struct export_report report;
                struct import_options options = plain_options();
                const char *path = support_path(files[f]);
                export_to(registers[i], path, languages[l], "", &report);
                assert_int_equal(report.records, sizes[i]);
                snprintf(wanted, sizeof wanted, "%s 0/0/%d; %d rows, 0 rejected", registers[i], (int)sizes[i],
                         (int)sizes[i]);
                expect_file(registers[i], path, &options, wanted);
            }
}

static void exports_in_words(void **state)
{
    fill();
    const char *path = support_path("words.csv");
    export_to("person", path, "zh", "", NULL);
    char *got = support_dump(path, NULL);
    assert_string_equal(
        got, "1|t:人口编号|t:所属户|t:姓名|t:证件号码|t:性别|t:健康状况|t:出生日期|t:银行卡号\n"
             "2|t:11|t:1|t:张三|t:11010519491231002X|t:男|t:健康,残疾|t:1949-12-31|t:6222021234567890123\n"
             "3|t:12|t:1|t:李四|t:乱号|t:女|b:|t:1850-01-01\n"
             "4|t:21|t:2|t:王五|b:|t:男\n");
    free(got);
}

static void exports_what_a_formula_chooses(void **state)
{
    fill();
    const char *path = support_path("where.csv");
    struct export_report report;
    export_to("household", path, "zh", "poor", &report);
    assert_int_equal(report.records, 1);
    assert_int_equal(report.undetermined, 1);
    export_to("person", path, "zh", "household.number = \"2\"", &report);
    assert_int_equal(report.records, 1);
    struct export_options options = {.where = TEXT("pour")};
    struct err err;
    assert_int_equal(
        export_run(database, &everything, small_register(pack, "household"), path, &options, NULL, &err),
        ERR_INPUT);
    assert_true(err.column > 0);
}

static void templates_are_recognised(void **state)
{
    const char *path = support_path("template.xlsx");
    assert_int_equal(export_template(pack, small_feed(pack, "full"), path, "zh", NULL), 0);
    char *got = support_dump(path, NULL);
    assert_string_equal(
        got, "1|t:村名|t:乡镇|t:户编号|t:户主|t:是否脱贫户|t:家庭人口数|t:耕地面积|t:识别监测时间|t:联系电话|"
             "t:占比|"
             "t:人口编号|t:姓名|t:证件号码|t:性别|t:健康状况|t:出生日期|t:银行卡号|t:年度|t:工资性收入\n");
    free(got);
    struct import_options options = plain_options();
    expect_file("full", path, &options,
                "village 0/0/0; household 0/0/0; person 0/0/0; income 0/0/0; 0 rows, 0 rejected");
}

#define ON_DATABASE(test) cmocka_unit_test_setup_teardown(test, open_fresh, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DATABASE(fills_four_registers_and_twice_changes_nothing),
        ON_DATABASE(a_dry_run_writes_nothing),
        ON_DATABASE(a_blank_cell_wipes_nothing_and_a_change_is_shown),
        ON_DATABASE(refused_rows_come_back_coloured_and_can_be_imported_again),
        ON_DATABASE(rows_that_are_no_data_are_refused_as_such),
        ON_DATABASE(rows_of_one_household_that_contradict_each_other_are_refused),
        ON_DATABASE(a_key_twice_is_refused),
        ON_DATABASE(references_are_found_by_key),
        ON_DATABASE(reports_columns_warnings_and_reasons),
        ON_DATABASE(stopping_leaves_everything_as_it_was),
        ON_DATABASE(the_refused_rows_never_replace_the_source),
        ON_DATABASE(a_full_place_for_refused_rows_applies_nothing),
        cmocka_unit_test(unknown_feeds_get_a_suggestion),
        ON_DATABASE(what_is_exported_imports_unchanged),
        ON_DATABASE(exports_in_words),
        ON_DATABASE(exports_what_a_formula_chooses),
        ON_DATABASE(templates_are_recognised),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
