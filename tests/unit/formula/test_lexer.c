/* Tokens: kinds, contents and positions, through the private header, because positions in messages hang on
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "formula/lex.h"

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

static void lex(const char *text, struct token *tokens, size_t count)
{
    struct lexer lexer;
    struct err err;
    assert_int_equal(lexer_start(&lexer, schema, &arena, text_of(text), &err), 0);
    for (size_t i = 0; i < count; i++) assert_int_equal(lexer_next(&lexer, &tokens[i]), 0);
    struct token end;
    assert_int_equal(lexer_next(&lexer, &end), 0);
    assert_int_equal(end.kind, TOKEN_END);
}

static void assert_text(struct text text, const char *wanted)
{
    assert_string_equal(arena_copy(&arena, text.at, text.size), wanted);
}

static void positions_count_characters_and_lines(void **state)
{
    struct token tokens[5];
    lex("收入 + -- 注释\n  【耕地（亩）】　且 x", tokens, 5);
    static const int places[5][2] = {{1, 1}, {1, 4}, {2, 3}, {2, 11}, {2, 13}};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(tokens[i].line, places[i][0]);
        assert_int_equal(tokens[i].column, places[i][1]);
    }
    assert_int_equal(tokens[0].kind, TOKEN_NAME);
    assert_int_equal(tokens[1].kind, TOKEN_PLUS);
    assert_text(tokens[2].content, "耕地（亩）");
    assert_int_equal(tokens[3].word, WORD_AND);
}

static void numbers_take_multipliers_and_units(void **state)
{
    struct token token;
    lex("1.5万元", &token, 1);
    assert_int_equal(token.number.kind, NUMBER_MONEY);
    assert_int_equal(token.number.exponent, 4);
    assert_text(token.number.digits, "1.5");
    lex("２．５亿", &token, 1);
    assert_int_equal(token.number.kind, NUMBER_BARE);
    assert_int_equal(token.number.exponent, 8);
    assert_text(token.number.digits, "2.5");
    lex("5.5 ％", &token, 1);
    assert_int_equal(token.number.kind, NUMBER_PERCENT);
    lex("3 [KiloMetre]", &token, 1);
    assert_int_equal(token.number.kind, NUMBER_UNIT);
    assert_int_equal(token.number.unit, 1);
    struct token three[3];
    lex("10000元且 x", three, 3);
    assert_int_equal(three[0].number.kind, NUMBER_MONEY);
    assert_int_equal(three[1].word, WORD_AND);
    lex("6 至 x", three, 3);
    assert_int_equal(three[0].number.kind, NUMBER_BARE);
}

static void a_unit_is_never_cut_out_of_a_longer_word(void **state)
{
    struct token tokens[2];
    lex("6mule", tokens, 2);
    assert_int_equal(tokens[0].number.kind, NUMBER_BARE);
    assert_text(tokens[1].text, "mule");
}

static void dates_and_subtractions_are_told_apart(void **state)
{
    struct token tokens[3];
    lex("2022-09-30", tokens, 1);
    assert_int_equal(tokens[0].kind, TOKEN_DATE);
    lex("2022年9月3日", tokens, 1);
    assert_int_equal(tokens[0].kind, TOKEN_DATE);
    lex("2022-09", tokens, 1);
    assert_int_equal(tokens[0].kind, TOKEN_MONTH);
    lex("2022 - 09", tokens, 3);
    assert_int_equal(tokens[1].kind, TOKEN_MINUS);
    lex("9999-12", tokens, 3);
    assert_int_equal(tokens[1].kind, TOKEN_MINUS);
    lex("2022-9", tokens, 3);
    assert_int_equal(tokens[1].kind, TOKEN_MINUS);
}

static void quotes_double_to_stand_for_themselves(void **state)
{
    struct token tokens[3];
    lex("\"a\"\"b\" “说””完” [x]]y]", tokens, 3);
    assert_text(tokens[0].content, "a\"b");
    assert_text(tokens[1].content, "说”完");
    assert_text(tokens[2].content, "x]y");
    assert_int_equal(tokens[2].kind, TOKEN_NAME);
}

static void quoted_keywords_are_names(void **state)
{
    struct token tokens[2];
    lex("[and] AND", tokens, 2);
    assert_int_equal(tokens[0].kind, TOKEN_NAME);
    assert_int_equal(tokens[1].kind, TOKEN_WORD);
}

static void bytes_that_are_not_utf8_are_refused_where_they_stand(void **state)
{
    struct lexer lexer;
    struct err err;
    assert_int_equal(lexer_start(&lexer, schema, &arena, TEXT("收入 <\n \xff 3"), &err), ERR_INPUT);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 2);
}

static void plain_names_are_those_that_need_no_brackets(void **state)
{
    assert_true(lex_is_plain_name(TEXT("人均纯收入")));
    assert_true(lex_is_plain_name(TEXT("x_1")));
    assert_true(lex_is_plain_name(TEXT("ｆｕｌｌ")));
    assert_false(lex_is_plain_name(TEXT("")));
    assert_false(lex_is_plain_name(TEXT("2022年收入")));
    assert_false(lex_is_plain_name(TEXT("耕地（亩）")));
    assert_false(lex_is_plain_name(TEXT("a b")));
    assert_false(lex_is_plain_name(TEXT("属于")));
    assert_false(lex_is_plain_name(TEXT("Not")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_count_characters_and_lines),
        cmocka_unit_test(numbers_take_multipliers_and_units),
        cmocka_unit_test(a_unit_is_never_cut_out_of_a_longer_word),
        cmocka_unit_test(dates_and_subtractions_are_told_apart),
        cmocka_unit_test(quotes_double_to_stand_for_themselves),
        cmocka_unit_test(quoted_keywords_are_names),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused_where_they_stand),
        cmocka_unit_test(plain_names_are_those_that_need_no_brackets),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
