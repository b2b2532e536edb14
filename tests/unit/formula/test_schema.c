/* Looking things up by any spelling, parameters by date, values and types in words, and which fields a
 * formula reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "fixture.h"
#include "formula/formula.h"

static struct arena arena;
static struct schema *schema;

static int setup(void **state)
{
    schema = fixture_schema(&arena);
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&arena);
    return 0;
}

static void things_are_found_by_name_label_and_alias(void **state)
{
    int household = schema_register_find(schema, TEXT("户"));
    assert_int_equal(household, schema_register_find(schema, TEXT(" HouseHold ")));
    assert_int_equal(schema_register_find(schema, TEXT("Help  measure")),
                     schema_register_find(schema, TEXT("measure")));
    const struct schema_register *reg = &schema->registers[household];
    assert_int_equal(schema_field_find(reg, TEXT("户主")), schema_field_find(reg, TEXT("head_name")));
    assert_int_equal(schema_field_find(reg, TEXT("承包地面积(亩)")), schema_field_find(reg, TEXT("arable")));
    assert_int_equal(schema_code_find(&schema->dictionaries[1], TEXT("工资性收入")), 1);
    assert_int_equal(schema_unit_find(schema, TEXT("公里")), 1);
    assert_int_equal(schema_parameter_find(schema, TEXT("增速线")), 1);
    assert_true(schema_definition_find(schema, household, TEXT("人均纯收入")) >= 0);
    assert_int_equal(schema_definition_find(schema, 0, TEXT("人均纯收入")), -1);
}

static void blank_and_strange_names_are_not_found(void **state)
{
    assert_int_equal(schema_register_find(schema, TEXT("")), -1);
    assert_int_equal(schema_register_find(schema, TEXT("　 ")), -1); /* labels that are missing are not it */
    assert_int_equal(schema_field_find(&schema->registers[0], TEXT("none")), -1);
    assert_int_equal(schema_code_find(&schema->dictionaries[0], TEXT("脱贫")), -1);
}

static void parameters_hold_from_their_date_on(void **state)
{
    const struct schema_parameter *line =
        &schema->parameters[schema_parameter_find(schema, TEXT("income_line"))];
    struct value first, second;
    struct err err;
    assert_int_equal(fixture_value(schema, type_of(TYPE_DATE), TEXT("2020-01-01"), &arena, &first, &err), 0);
    assert_int_equal(fixture_value(schema, type_of(TYPE_DATE), TEXT("2022-01-01"), &arena, &second, &err), 0);
    assert_false(schema_parameter_at(line, (int32_t)first.integer - 1).known);
    assert_int_equal(schema_parameter_at(line, (int32_t)first.integer).integer, 600000);
    assert_int_equal(schema_parameter_at(line, (int32_t)second.integer - 1).integer, 600000);
    assert_int_equal(schema_parameter_at(line, (int32_t)second.integer).integer, 1000000);
}

static void assert_words(struct type type, struct value value, const char *zh, const char *en)
{
    struct buffer words = {0};
    value_format(schema, type, &value, "zh", &words);
    assert_string_equal(words.data, zh);
    buffer_clear(&words);
    value_format(schema, type, &value, "en", &words);
    assert_string_equal(words.data, en);
    buffer_fini(&words);
}

static struct value whole(int64_t integer)
{
    return (struct value){.known = true, .integer = integer};
}

static struct value ratio(double value)
{
    return (struct value){.known = true, .ratio = value};
}

static void values_are_worded_for_people(void **state)
{
    struct type mu = {TYPE_DECIMAL, -1, 0, -1}, category = {TYPE_CODE, 0, -1, -1},
                causes = {TYPE_CODES, 3, -1, -1};
    assert_words(type_of(TYPE_MONEY), whole(1234567), "12,345.67元", "12,345.67 yuan");
    assert_words(type_of(TYPE_RATIO), ratio(0.055), "5.5%", "5.5%");
    assert_words(type_of(TYPE_RATIO), ratio(-0.064), "-6.4%", "-6.4%");
    assert_words(type_of(TYPE_RATIO), ratio(-0.00001), "0%", "0%");
    assert_words(type_of(TYPE_RATIO), ratio(1), "100%", "100%");
    assert_words(type_of(TYPE_RATIO), ratio(1.0 / 3), "33.33%", "33.33%");
    assert_words(mu, whole(125000), "12.5亩", "12.5 mu");
    assert_words(type_of(TYPE_INT), whole(-7), "-7", "-7");
    assert_words(type_of(TYPE_BOOL), whole(1), "是", "yes");
    assert_words(type_of(TYPE_BOOL), whole(0), "否", "no");
    assert_words(type_of(TYPE_DATE), whole(19265), "2022-09-30", "2022-09-30");
    assert_words(type_of(TYPE_MONTH), whole(2022 * 12 + 8), "2022-09", "2022-09");
    assert_words(category, whole(0), "脱贫户", "graduated household");
    assert_words(category, whole(99), "#99", "#99");
    assert_words(causes, whole(5), "因病、因灾", "illness, disaster");
    assert_words(causes, whole(0), "无", "none");
    assert_words(type_of(TYPE_TEXT), (struct value){.known = true, .text = TEXT("石门")}, "石门", "石门");
    assert_words(type_of(TYPE_MONEY), (struct value){0}, "未知", "unknown");
}

static void assert_type(struct type type, const char *zh, const char *en)
{
    struct buffer words = {0};
    type_print(schema, type, "zh", &words);
    assert_string_equal(words.data, zh);
    buffer_clear(&words);
    type_print(schema, type, "en", &words);
    assert_string_equal(words.data, en);
    buffer_fini(&words);
}

static void types_are_worded_with_what_they_are_of(void **state)
{
    assert_type(type_of(TYPE_MONEY), "金额", "money");
    assert_type((struct type){TYPE_DECIMAL, -1, 0, -1}, "小数（亩）", "decimal in mu");
    assert_type((struct type){TYPE_CODE, 0, -1, -1}, "代码（户类别表）", "code of household_category");
    assert_type((struct type){TYPE_RECORD, -1, -1, 0}, "记录（村）", "record of village");
}

/* "household.site household.net_income …" of all that a formula on households reads. */
static char *fields_used(const char *formula)
{
    struct node *node;
    struct err err;
    bool **used = arena_array(&arena, schema->register_count, sizeof *used);
    for (size_t reg = 0; reg < schema->register_count; reg++)
        used[reg] = arena_array(&arena, schema->registers[reg].field_count, sizeof **used);
    int household = schema_register_find(schema, TEXT("household"));
    assert_int_equal(formula_check(schema, &arena, household,
                                   (struct formula_source){.text = text_of(formula)}, NULL, &node, &err),
                     0);
    formula_fields_used(schema, node, used);
    struct buffer words = {0};
    for (size_t reg = 0; reg < schema->register_count; reg++)
        for (size_t field = 0; field < schema->registers[reg].field_count; field++)
            if (used[reg][field])
                buffer_printf(&words, "%s%.*s.%.*s", words.size == 0 ? "" : " ",
                              TEXT_ARGS(schema->registers[reg].label.name),
                              TEXT_ARGS(schema->registers[reg].fields[field].label.name));
    char *copy = arena_string(&arena, words.data == NULL ? "" : words.data);
    buffer_fini(&words);
    return copy;
}

static void the_fields_a_formula_reads_are_told(void **state)
{
    assert_string_equal(fields_used("income_line > 0"), "");
    assert_string_equal(fields_used("poor"), "household.member_count household.net_income");
    assert_string_equal(fields_used("village.distance"), "village.distance household.village");
    assert_string_equal(fields_used("count(person where age > 3)"), "person.household person.birth_date");
    assert_string_equal(fields_used("count(visit via referred)"), "visit.household visit.referred");
    assert_string_equal(fields_used("sum(transfer.area via taker)"), "transfer.taker transfer.area");
    assert_string_equal(fields_used("covers(income.month where wheel = wage, cleared, this_month)"),
                        "household.cleared income.household income.month income.wheel");
    assert_string_equal(fields_used("previous(village.poor_share) > 0"),
                        "household.village household.member_count household.net_income");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_found_by_name_label_and_alias),
        cmocka_unit_test(blank_and_strange_names_are_not_found),
        cmocka_unit_test(parameters_hold_from_their_date_on),
        cmocka_unit_test(values_are_worded_for_people),
        cmocka_unit_test(types_are_worded_with_what_they_are_of),
        cmocka_unit_test(the_fields_a_formula_reads_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
