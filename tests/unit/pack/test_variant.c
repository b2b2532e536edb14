/* A pack with things replaced: new answers, the same shape, and the pack itself untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "formula/formula.h"
#include "pack/variant.h"

static const char *source_root;

static struct pack *load_support(void)
{
    struct fault_list faults = {0};
    struct err err = {0};
    struct pack *pack = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/support/pack", source_root);
    assert_int_equal(pack_load(path, &pack, &faults, &err), 0);
    fault_list_fini(&faults);
    return pack;
}

static int vary(const struct pack *pack, const char *name, const char *value, struct pack **out,
                struct err *err)
{
    struct pack_override override = {text_of(name), text_of(value)};
    return pack_variant(pack, &override, 1, out, err);
}

static void a_parameter_holds_on_every_date(void **state)
{
    struct pack *pack = load_support(), *variant;
    struct err err = {0};
    int line = schema_parameter_find(&pack->schema, TEXT("line"));
    assert_false(schema_parameter_at(&pack->schema.parameters[line], 0).known);
    assert_int_equal(vary(pack, "收入线", "2000元", &variant, &err), 0);
    assert_int_equal(schema_parameter_at(&variant->schema.parameters[line], 0).integer, 200000);
    assert_int_equal(schema_parameter_at(&pack->schema.parameters[line], 20000).integer, 700000);
    pack_free(variant);
    pack_free(pack);
}

static void a_rule_is_checked_anew(void **state)
{
    struct pack *pack = load_support(), *variant;
    struct err err = {0};
    struct buffer printed = {0};
    int rule = pack_rule_find(pack, TEXT("large"));
    assert_int_equal(vary(pack, "large", "count(person) >= 2", &variant, &err), 0);
    formula_print(&variant->schema, variant->rules[rule].node, "en", &printed);
    assert_string_equal(printed.data, "count(person) >= 2");
    pack_free(variant);
    buffer_clear(&printed);
    formula_print(&pack->schema, pack->rules[rule].node, "en", &printed);
    assert_string_equal(printed.data, "count(person) >= 3");
    buffer_fini(&printed);
    pack_free(pack);
}

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *name, *value, *sentence;
    } cases[] = {{"lne", "1元", "did you mean `line`"},
                 {"line", "tomorrow", "tomorrow"},
                 {"large", "count(persn) >= 2", "person"},
                 {"large", "1 + 1", "yes/no"}};
    struct pack *pack = load_support(), *variant;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        assert_int_equal(vary(pack, cases[i].name, cases[i].value, &variant, &err), ERR_INPUT);
        assert_null(variant);
        if (strstr(err.en, cases[i].sentence) == NULL) fail_msg("%s: %s", cases[i].sentence, err.en);
    }
    pack_free(pack);
}

int main(int argc, char **argv)
{
    source_root = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_parameter_holds_on_every_date),
                                       cmocka_unit_test(a_rule_is_checked_anew),
                                       cmocka_unit_test(mistakes_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
