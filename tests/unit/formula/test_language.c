/* What an editor is told: offers at a place, the word under the pointer, the words of the language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fixture.h"
#include "formula/language.h"

static struct arena arena;
static struct schema *schema;
static int household;

static int setup(void **state)
{
    schema = fixture_schema(&arena);
    household = schema_register_find(schema, TEXT("household"));
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&arena);
    return 0;
}

/* '|' marks the place. */
static struct offers offers_at(const char *marked, const char *language, struct text *text)
{
    const char *bar = strchr(marked, '|');
    assert_non_null(bar);
    struct offers offers;
    char *copy = arena_string(&arena, marked);
    size_t at = (size_t)(bar - marked);
    memmove(copy + at, copy + at + 1, strlen(copy + at));
    *text = text_of(copy);
    language_offers(schema, household, *text, at, language, &arena, &offers);
    return offers;
}

static const struct offer *find(const struct offers *offers, enum offer_kind kind, const char *text)
{
    for (size_t i = 0; i < offers->count; i++)
        if (offers->items[i].kind == kind && text_is(offers->items[i].text, text)) return &offers->items[i];
    return NULL;
}

static void a_blank_formula_may_begin_with_anything(void **state)
{
    struct text text;
    struct offers offers = offers_at("|", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "net_income"));
    assert_non_null(find(&offers, OFFER_DEFINITION, "growth"));
    assert_non_null(find(&offers, OFFER_PARAMETER, "income_line"));
    assert_non_null(find(&offers, OFFER_BUILT_IN, "as_of"));
    assert_non_null(find(&offers, OFFER_REFERENCE, "village"));
    assert_non_null(find(&offers, OFFER_AGGREGATE, "sum"));
    assert_non_null(find(&offers, OFFER_FUNCTION, "age"));
    assert_non_null(find(&offers, OFFER_KEYWORD, "not"));
    offers = offers_at("|", "zh", &text);
    const struct offer *income = find(&offers, OFFER_FIELD, "纯收入");
    assert_non_null(income);
    assert_true(text_is(income->type, "金额"));
    assert_true(income->en.size > 0);
    assert_non_null(find(&offers, OFFER_FIELD, "[承包地面积（亩）]"));
}

static void the_word_under_way_is_replaced(void **state)
{
    struct text text;
    struct offers offers = offers_at("plots > 1 and net_|inc", "en", &text);
    assert_int_equal(offers.from, 14);
    assert_int_equal(offers.to, 21);
    offers = offers_at("plots > |", "en", &text);
    assert_int_equal(offers.from, 8);
    assert_int_equal(offers.to, 8);
}

static void within_an_aggregate_the_names_are_its_registers(void **state)
{
    struct text text;
    struct offers offers = offers_at("poor and sum(|", "en", &text);
    assert_non_null(find(&offers, OFFER_REGISTER, "income"));
    assert_null(find(&offers, OFFER_FIELD, "net_income"));
    offers = offers_at("sum(income.|", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "amount"));
    assert_null(find(&offers, OFFER_KEYWORD, "not"));
    offers = offers_at("exists(person where age(birth_date) > 6 and |", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "insured"));
    assert_null(find(&offers, OFFER_FIELD, "net_income"));
    offers = offers_at("count(person where insured) > 0 and |", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "net_income"));
    assert_null(find(&offers, OFFER_FIELD, "insured"));
}

static void up_a_reference_the_names_are_the_others(void **state)
{
    struct text text;
    struct offers offers = offers_at("village.|rural", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "rural_population"));
    assert_null(find(&offers, OFFER_FIELD, "net_income"));
    offers = offers_at("count(person where household.|", "en", &text);
    assert_non_null(find(&offers, OFFER_FIELD, "net_income"));
}

static void beside_a_code_its_dictionary_is_offered(void **state)
{
    static const char *const places[] = {"category = |", "category in (graduated, |",
                                         "poor and category <> |gra", "household_category.|"};
    struct text text;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct offers offers = offers_at(places[i], "en", &text);
        assert_non_null(find(&offers, OFFER_CODE, "marginal"));
    }
    struct offers offers = offers_at("致贫原因 含 |", "zh", &text);
    assert_non_null(find(&offers, OFFER_CODE, "因病"));
    offers = offers_at("category = graduated and |", "en", &text);
    assert_null(find(&offers, OFFER_CODE, "marginal"));
}

static void broken_text_still_gets_offers(void **state)
{
    static const char *const broken[] = {"plots > > ! |", ")))|", "\"open |", "sum(sum(sum(|", "\xff|", "[|"};
    struct text text;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) offers_at(broken[i], "zh", &text);
    struct buffer deep = {0};
    for (int i = 0; i < 5000; i++) buffer_string(&deep, "sum(income: ");
    struct offers offers;
    language_offers(schema, household, buffer_get(&deep), deep.size, "en", &arena, &offers);
    language_offers(schema, household, TEXT("plots"), 99, "en", &arena, &offers);
    language_offers(schema, -1, TEXT(""), 0, "en", &arena, &offers);
    assert_null(find(&offers, OFFER_FIELD, "net_income"));
    assert_non_null(find(&offers, OFFER_PARAMETER, "income_line"));
    buffer_fini(&deep);
}

static const struct offer *hover(const char *text, size_t at)
{
    struct offers offers;
    if (!language_hover(schema, household, text_of(text), at, "en", &arena, &offers)) return NULL;
    assert_int_equal(offers.count, 1);
    return offers.items;
}

static void the_word_under_the_pointer_is_explained(void **state)
{
    assert_true(text_is(hover("net_income > 1元", 2)->type, "money"));
    assert_int_equal(hover("growth < 0", 0)->kind, OFFER_DEFINITION);
    assert_true(hover("growth < 0", 0)->note.size > 0);
    assert_int_equal(hover("poor and strict", 6)->kind, OFFER_KEYWORD);
    assert_int_equal(hover("exists (person)", 2)->kind, OFFER_AGGREGATE);
    assert_int_equal(hover("exists (person)", 9)->kind, OFFER_REGISTER);
    assert_int_equal(hover("category = graduated", 14)->kind, OFFER_CODE);
    assert_int_equal(hover("village.rural_population", 10)->kind, OFFER_FIELD);
    assert_null(hover("nobody > 1", 2));
    assert_null(hover("1 + 1", 2));
}

static void every_word_has_a_note_in_both_languages(void **state)
{
    struct offers zh, en;
    language_words("zh", &arena, &zh);
    language_words("en", &arena, &en);
    assert_int_equal(zh.count, en.count);
    assert_true(zh.count > 60);
    for (size_t i = 0; i < zh.count; i++) {
        assert_true(zh.items[i].text.size > 0 && en.items[i].text.size > 0);
        if (zh.items[i].note.size == 0 || en.items[i].note.size == 0)
            fail_msg("no note: %.*s", TEXT_ARGS(en.items[i].text));
        if (en.items[i].kind != OFFER_KEYWORD && (zh.items[i].type.size == 0 || en.items[i].type.size == 0))
            fail_msg("no shape: %.*s", TEXT_ARGS(en.items[i].text));
        for (size_t j = 0; j < i; j++) assert_false(text_equal(en.items[i].text, en.items[j].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blank_formula_may_begin_with_anything),
        cmocka_unit_test(the_word_under_way_is_replaced),
        cmocka_unit_test(within_an_aggregate_the_names_are_its_registers),
        cmocka_unit_test(up_a_reference_the_names_are_the_others),
        cmocka_unit_test(beside_a_code_its_dictionary_is_offered),
        cmocka_unit_test(broken_text_still_gets_offers),
        cmocka_unit_test(the_word_under_the_pointer_is_explained),
        cmocka_unit_test(every_word_has_a_note_in_both_languages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
