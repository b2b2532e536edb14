/* What an explanation says to whom: one family whose member is ill, asked about by people with different
 * rights. Nothing that is hidden may stand anywhere in the sentence or the tree. */
#include "county.h"

#include "formula/formula.h"
#include "monitor/hidden.h"

struct told {
    struct county county;
    struct arena arena;
    struct frame *frame;
    struct explainer *explainer;
    int64_t household;
};

static const char NUMBER[] = "430421198802101234";

static int settle(void **state)
{
    struct told *told = calloc(1, sizeof *told);
    void *county;
    county_settle(&county);
    told->county = *(struct county *)county;
    free(county);
    struct pack *pack = told->county.pack;
    fixture_meta(pack, PERSON, PERSON_HEALTH)->sensitive = SENSITIVE_HEALTH;
    fixture_meta(pack, PERSON, PERSON_NUMBER)->sensitive = SENSITIVE_IDENTITY;
    struct database *database = told->county.database;
    int64_t village = add_village(database, "430421101001", "金兰镇", "甲村");
    struct draft household = draft_new(HOUSEHOLD);
    draft_set(&household, HOUSEHOLD_NUMBER, words("H1"));
    draft_set(&household, HOUSEHOLD_VILLAGE, whole(village));
    draft_set(&household, HOUSEHOLD_INCOME, whole(800000));
    told->household = draft_save(database, &household);
    struct draft person = draft_new(PERSON);
    draft_set(&person, PERSON_NUMBER, words(NUMBER));
    draft_set(&person, PERSON_NAME, words("某人"));
    draft_set(&person, PERSON_HOUSEHOLD, whole(told->household));
    draft_set(&person, PERSON_HEALTH, whole(1 << HEALTH_DISABLED));
    draft_save(database, &person);
    told->frame = county_loaded(&told->county, 0);
    told->explainer = explainer_new(&pack->schema, told->frame, (int32_t)on_day(2022, 9, 30).integer);
    *state = told;
    return 0;
}

static int leave(void **state)
{
    struct told *told = *state;
    struct county *county = malloc(sizeof *county);
    explainer_free(told->explainer);
    frame_free(told->frame);
    arena_fini(&told->arena);
    *county = told->county;
    free(told);
    void *as_state = county;
    return county_leave(&as_state);
}

/* What is told of a formula on the family: the sentence, or the tree. */
static void tell(struct told *told, const struct scope *scope, const char *formula, bool sentence, bool *all,
                 struct buffer *out)
{
    const struct pack *pack = told->county.pack;
    struct node *node;
    struct explain whole, shown;
    OK(formula_check(&pack->schema, &told->arena, HOUSEHOLD,
                     (struct formula_source){.text = text_of(formula)}, NULL, &node, &err));
    OK(explain_record(told->explainer, node, HOUSEHOLD, frame_row(told->frame, HOUSEHOLD, told->household),
                      &told->arena, &whole, &err));
    hidden_explain(scope, pack, &whole, "zh", sentence, &told->arena, &shown, all);
    if (sentence)
        explain_sentence(told->explainer, &shown, "zh", out);
    else
        explain_tree(told->explainer, &shown, "zh", true, out);
}

static bool says_to(struct told *told, const struct scope *scope, const char *formula, bool sentence,
                    const char *words)
{
    struct buffer out = {0};
    tell(told, scope, formula, sentence, NULL, &out);
    bool found = text_find(buffer_get(&out), text_of(words)) >= 0;
    buffer_fini(&out);
    return found;
}

static const char ILL[] = "income < 10000元 and exists(person where health has disabled)";

static void who_may_see_it_all_is_told_all(void **state)
{
    struct told *told = *state;
    assert_true(says_to(told, &fixture_everything, ILL, false, "健康状况"));
    assert_true(says_to(told, &fixture_everything, ILL, false, "8,000.00"));
    assert_false(says_to(told, &fixture_everything, ILL, false, "已隐藏"));
}

static void an_illness_is_hidden_from_who_may_not_see_it(void **state)
{
    struct told *told = *state;
    struct scope scope = fixture_everything;
    scope.unmasked = 0;
    for (int sentence = 0; sentence < 2; sentence++) {
        assert_false(says_to(told, &scope, ILL, sentence == 1, "某人"));
        assert_true(says_to(told, &scope, ILL, sentence == 1, "8,000.00"));
        assert_true(says_to(told, &scope, ILL, sentence == 1, "已隐藏"));
    }
    /* The tree is the rule's own words with the answer left out. In a sentence not even the condition is
     * named: it stands there because it decided. */
    assert_true(says_to(told, &scope, ILL, false, "健康状况"));
    assert_false(says_to(told, &scope, ILL, true, "健康状况"));
    assert_false(says_to(told, &scope, ILL, true, "disabled"));
}

static void a_register_that_may_not_be_read_is_not_spoken_of(void **state)
{
    struct told *told = *state;
    uint8_t actions[REGISTERS] = {31, 31, 31, 31, 31};
    struct scope scope = fixture_everything;
    actions[PERSON] = 0;
    scope.actions = actions;
    static const char members[] = "income < 10000元 and count(person) = 1";
    assert_true(says_to(told, &fixture_everything, members, false, "1"));
    for (int sentence = 0; sentence < 2; sentence++) {
        assert_true(says_to(told, &scope, members, sentence == 1, "8,000.00"));
        assert_true(says_to(told, &scope, members, sentence == 1, "已隐藏"));
    }
    bool all = false;
    struct buffer out = {0};
    tell(told, &scope, "count(person) = 1", true, &all, &out);
    assert_true(all);
    buffer_fini(&out);
}

static void a_number_is_shown_to_nobody(void **state)
{
    struct told *told = *state;
    static const char other[] = "income < 10000元 and exists(person where number <> \"X\")";
    struct scope blind = fixture_everything;
    blind.unmasked = 0;
    for (int sentence = 0; sentence < 2; sentence++) {
        assert_false(says_to(told, &fixture_everything, other, sentence == 1, NUMBER));
        assert_false(says_to(told, &blind, other, sentence == 1, NUMBER));
        assert_true(says_to(told, &blind, other, sentence == 1, "已隐藏"));
    }
}

static void what_is_missing_in_a_hidden_register_is_not_named(void **state)
{
    struct told *told = *state;
    const struct pack *pack = told->county.pack;
    static const char born[] = "exists(person where birth < 2000-01-01)";
    uint8_t actions[REGISTERS] = {31, 31, 31, 31, 31};
    struct scope scope = fixture_everything;
    struct node *node;
    struct explain whole, shown;
    OK(formula_check(&pack->schema, &told->arena, HOUSEHOLD, (struct formula_source){.text = text_of(born)},
                     NULL, &node, &err));
    OK(explain_record(told->explainer, node, HOUSEHOLD, frame_row(told->frame, HOUSEHOLD, told->household),
                      &told->arena, &whole, &err));
    assert_int_equal(whole.missing_count, 1);
    hidden_explain(&scope, pack, &whole, "zh", true, &told->arena, &shown, NULL);
    assert_int_equal(shown.missing_count, 1);
    actions[PERSON] = 0;
    scope.actions = actions;
    hidden_explain(&scope, pack, &whole, "zh", true, &told->arena, &shown, NULL);
    assert_int_equal(shown.missing_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_see_it_all_is_told_all),
        cmocka_unit_test(an_illness_is_hidden_from_who_may_not_see_it),
        cmocka_unit_test(a_register_that_may_not_be_read_is_not_spoken_of),
        cmocka_unit_test(a_number_is_shown_to_nobody),
        cmocka_unit_test(what_is_missing_in_a_hidden_register_is_not_named),
    };
    return cmocka_run_group_tests(tests, settle, leave);
}
