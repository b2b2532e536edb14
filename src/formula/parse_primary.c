/* What operators stand between: literals, names and paths, calls, aggregates, conditions, parentheses. */
#include "formula/parse.h"

#include <stdio.h>

/* ---- Names ---- */

static void take_name(struct ast_name *name, const struct token *token)
{
    *name = (struct ast_name){token->content, token->line, token->column};
}

/* name { "." name }; the first name is in `first` and already consumed. */
static int parse_path(struct parser *parser, const struct token *first, struct ast *ast)
{
    struct ast_name names[AST_PATH_MAX];
    size_t count = 0;
    take_name(&names[count++], first);
    while (parser->token.kind == TOKEN_DOT) {
        if (parse_advance(parser) < 0) return ERR_INPUT;
        if (parser->token.kind != TOKEN_NAME) {
            parse_unexpected(parser, "“.”后面的名称", "a name behind the '.'");
            return ERR_INPUT;
        }
        if (count == AST_PATH_MAX) {
            err_set(parser->err, ERR_LIMIT, "点号相连的名称超过%d个", "more than %d names joined by dots",
                    (int)AST_PATH_MAX);
            parse_fail(parser, &parser->token);
            return ERR_LIMIT;
        }
        take_name(&names[count++], &parser->token);
        if (parse_advance(parser) < 0) return ERR_INPUT;
    }
    ast->names = arena_array(parser->arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) ast->names[i] = names[i];
    ast->name_count = count;
    return 0;
}

struct ast *parse_name_or_text(struct parser *parser)
{
    struct token token = parser->token;
    if (token.kind == TOKEN_TEXT) {
        struct ast *ast = parse_new(parser, AST_TEXT, &token);
        ast->text = token.content;
        return parse_advance(parser) < 0 ? NULL : ast;
    }
    if (token.kind != TOKEN_NAME) return parse_unexpected(parser, "代码的名称", "the name of a code");
    struct ast *ast = parse_new(parser, AST_PATH, &token);
    return parse_advance(parser) < 0 || parse_path(parser, &token, ast) < 0 ? NULL : ast;
}

/* ")" that belongs to `open`. */
static int parse_close(struct parser *parser, const struct token *open)
{
    if (parser->token.kind == TOKEN_CLOSE) return parse_advance(parser);
    char zh[64], en[64];
    snprintf(zh, sizeof zh, "与%d:%d处“(”相配的“)”", open->line, open->column);
    snprintf(en, sizeof en, "the ')' that closes the '(' at %d:%d", open->line, open->column);
    parse_unexpected(parser, zh, en);
    return ERR_INPUT;
}

/* ---- Calls ---- */

static void *unknown_callable(struct parser *parser, const struct token *name)
{
    struct suggest suggest = suggest_start(name->content);
    callable_offer(&suggest);
    const char *shown = parse_shown(parser, name);
    if (suggest.best.size > 0)
        err_set(parser->err, ERR_INPUT, "没有函数“%s”；您是不是要写“%.*s”？",
                "there is no function '%s'; did you mean '%.*s'?", shown, TEXT_ARGS(suggest.best));
    else
        err_set(parser->err, ERR_INPUT, "没有函数“%s”；括号前应是函数或汇总的名称",
                "there is no function '%s'; only a function or an aggregate stands before a parenthesis",
                shown);
    return parse_fail(parser, name);
}

/* arguments [within keys] [across key] */
static struct ast *parse_call(struct parser *parser, struct ast *ast)
{
    struct ast_list list = {0};
    if (parser->token.kind != TOKEN_CLOSE && parse_comma_list(parser, &list) < 0) return NULL;
    size_t arguments = list.count;
    if (parse_at_word(parser, WORD_WITHIN)) {
        if (parse_advance(parser) < 0 || parse_comma_list(parser, &list) < 0) return NULL;
        ast->within = list.count - arguments;
    }
    if (parse_at_word(parser, WORD_ACROSS)) {
        struct ast *key = parse_advance(parser) < 0 ? NULL : parse_expression(parser);
        if (key == NULL) return NULL;
        ast_list_add(parser, &list, key);
        ast->across = true;
    }
    return parse_with(parser, ast, list.items, list.count);
}

/* ---- Aggregates: register [.path] [via field] [: value] [by key] [where condition] [, from, to] ---- */

static int parse_via(struct parser *parser, struct ast *ast)
{
    int via = parse_take_word(parser, WORD_VIA);
    if (via <= 0) return via;
    if (parser->token.kind != TOKEN_NAME) {
        parse_unexpected(parser, "引用字段的名称", "the name of a reference field");
        return ERR_INPUT;
    }
    ast->via = arena_alloc(parser->arena, sizeof *ast->via);
    take_name(ast->via, &parser->token);
    return parse_advance(parser);
}

/* An optional part: the sign or word that announces it, and an expression. */
static int parse_part(struct parser *parser, bool announced, struct ast **part)
{
    if (!announced) return 0;
    if (parse_advance(parser) < 0) return ERR_INPUT;
    *part = parse_expression(parser);
    return *part == NULL ? ERR_INPUT : 0;
}

static void *not_a_register(struct parser *parser, const struct ast *ast, const struct token *at)
{
    const struct callable *callable = ast->callable;
    if (callable->id == AGGREGATE_MIN || callable->id == AGGREGATE_MAX)
        err_set(parser->err, ERR_INPUT,
                "“%s%.0s”从登记册汇总：%s%.0s(登记册.字段 其中 条件)；两个值中取一个请用“较小”或“较大”",
                "'%.0s%s' gathers from a register: %.0s%s(register.field where condition); for one of two "
                "values use least or greatest",
                callable->zh, callable->en, callable->zh, callable->en);
    else
        err_set(parser->err, ERR_INPUT, "“%s%.0s”从登记册汇总：%s%.0s(登记册.字段 其中 条件)",
                "'%.0s%s' gathers from a register: %.0s%s(register.field where condition)", callable->zh,
                callable->en, callable->zh, callable->en);
    return parse_fail(parser, at);
}

static struct ast *parse_aggregate(struct parser *parser, struct ast *ast)
{
    struct token head = parser->token;
    if (head.kind != TOKEN_NAME) return not_a_register(parser, ast, &head);
    if (parse_advance(parser) < 0 || parse_path(parser, &head, ast) < 0) return NULL;
    struct ast *parts[AST_AGGREGATE_CHILDREN] = {0};
    if (parse_via(parser, ast) < 0) return NULL;
    if (parse_part(parser, parser->token.kind == TOKEN_COLON, &parts[AST_VALUE]) < 0) return NULL;
    bool picks = ast->callable->id == AGGREGATE_LATEST || ast->callable->id == AGGREGATE_EARLIEST;
    if (parse_part(parser, picks && parse_at_word(parser, WORD_BY), &parts[AST_BY]) < 0) return NULL;
    if (parse_part(parser, parse_at_word(parser, WORD_WHERE), &parts[AST_WHERE]) < 0) return NULL;
    bool covers = ast->callable->id == AGGREGATE_COVERS;
    if (parse_part(parser, covers && parser->token.kind == TOKEN_COMMA, &parts[AST_FROM]) < 0) return NULL;
    if (parse_part(parser, covers && parser->token.kind == TOKEN_COMMA, &parts[AST_TO]) < 0) return NULL;
    if (parser->token.kind == TOKEN_COMMA && !covers) return not_a_register(parser, ast, &parser->token);
    return parse_with(parser, ast, parts, AST_AGGREGATE_CHILDREN);
}

static struct ast *parse_callable(struct parser *parser, const struct token *name)
{
    struct token open = parser->token;
    const struct callable *callable = callable_find(name->content);
    if (callable == NULL) return unknown_callable(parser, name);
    bool aggregate = callable->kind == CALLABLE_AGGREGATE;
    struct ast *ast = parse_new(parser, aggregate ? AST_AGGREGATE : AST_CALL, name);
    ast->callable = callable;
    if (parse_advance(parser) < 0 || parse_enter(parser) < 0) return NULL;
    ast = aggregate ? parse_aggregate(parser, ast) : parse_call(parser, ast);
    if (ast == NULL) return NULL;
    parser->depth--;
    return parse_close(parser, &open) < 0 ? NULL : ast;
}

static struct ast *parse_name(struct parser *parser)
{
    struct token name = parser->token;
    if (parse_advance(parser) < 0) return NULL;
    if (parser->token.kind == TOKEN_OPEN) return parse_callable(parser, &name);
    struct ast *ast = parse_new(parser, AST_PATH, &name);
    return parse_path(parser, &name, ast) < 0 ? NULL : ast;
}

/* ---- The rest ---- */

static void *unknown_unit(struct parser *parser)
{
    const struct schema *schema = parser->lexer.schema;
    struct text name = parser->token.content;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < schema->unit_count; i++) {
        suggest_offer(&suggest, schema->units[i].label.name);
        suggest_offer(&suggest, schema->units[i].label.zh);
        suggest_offer(&suggest, schema->units[i].label.en);
    }
    suggest_offer(&suggest, TEXT("元"));
    suggest_offer(&suggest, TEXT("yuan"));
    const char *shown = parse_shown(parser, &parser->token);
    if (suggest.best.size > 0)
        err_set(parser->err, ERR_INPUT, "没有单位“%s”；您是不是要写“%.*s”？",
                "there is no unit '%s'; did you mean '%.*s'?", shown, TEXT_ARGS(suggest.best));
    else
        err_set(parser->err, ERR_INPUT, "数字后面的“%s”不是单位", "'%s' behind the number is not a unit",
                shown);
    return parse_fail(parser, &parser->token);
}

static struct ast *parse_number(struct parser *parser)
{
    struct token token = parser->token;
    struct ast *ast = parse_new(parser, AST_NUMBER, &token);
    ast->number = token.number;
    ast->text = token.text;
    if (parse_advance(parser) < 0) return NULL;
    if (parser->token.kind != TOKEN_NAME || token.number.kind != NUMBER_BARE) return ast;
    struct text next = parser->token.content;
    const char *glued;
    bool between = word_is_range(next) || text_is(next, "之间");
    return between || word_glued(next, &glued) != WORD_NONE ? ast : unknown_unit(parser);
}

static struct ast *parse_constant(struct parser *parser, enum ast_kind kind)
{
    struct ast *ast = parse_new(parser, kind, &parser->token);
    ast->day = parser->token.day;
    ast->text = parser->token.content;
    return parse_advance(parser) < 0 ? NULL : ast;
}

static struct ast *parse_if(struct parser *parser)
{
    struct ast *ast = parse_new(parser, AST_IF, &parser->token), *parts[3] = {0};
    if (parse_advance(parser) < 0 || parse_enter(parser) < 0) return NULL;
    if ((parts[0] = parse_expression(parser)) == NULL) return NULL;
    if (parse_expect_word(parser, WORD_THEN) < 0 || (parts[1] = parse_expression(parser)) == NULL)
        return NULL;
    if (parse_part(parser, parse_at_word(parser, WORD_ELSE), &parts[2]) < 0) return NULL;
    parser->depth--;
    return parse_with(parser, ast, parts, 3);
}

static struct ast *parse_parentheses(struct parser *parser)
{
    struct token open = parser->token;
    if (parse_advance(parser) < 0 || parse_enter(parser) < 0) return NULL;
    struct ast *ast = parse_expression(parser);
    if (ast == NULL || parse_close(parser, &open) < 0) return NULL;
    parser->depth--;
    ast->parenthesised = true;
    return ast;
}

static struct ast *parse_word(struct parser *parser)
{
    enum word word = parser->token.word;
    if (word == WORD_IF) return parse_if(parser);
    if (word == WORD_TRUE) return parse_constant(parser, AST_TRUE);
    if (word == WORD_FALSE) return parse_constant(parser, AST_FALSE);
    if (word == WORD_NULL) return parse_constant(parser, AST_NULL);
    if (word == WORD_NOT)
        return parse_unexpected(parser, "一个值（“非”在此处要加括号）",
                                "a value ('not' needs parentheses here)");
    return parse_unexpected(parser, "一个值（名称若与关键字相同，请加方括号）",
                            "a value (a name that is a keyword goes in [ ])");
}

struct ast *parse_primary(struct parser *parser)
{
    switch (parser->token.kind) {
    case TOKEN_NUMBER:
        return parse_number(parser);
    case TOKEN_DATE:
        return parse_constant(parser, AST_DATE);
    case TOKEN_MONTH:
        return parse_constant(parser, AST_MONTH);
    case TOKEN_TEXT:
        return parse_constant(parser, AST_TEXT);
    case TOKEN_NAME:
        return parse_name(parser);
    case TOKEN_WORD:
        return parse_word(parser);
    case TOKEN_OPEN:
        return parse_parentheses(parser);
    case TOKEN_END:
    case TOKEN_CLOSE:
    case TOKEN_COMMA:
    case TOKEN_COLON:
    case TOKEN_DOT:
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_TIMES:
    case TOKEN_OVER:
    case TOKEN_EQUAL:
    case TOKEN_UNEQUAL:
    case TOKEN_LESS:
    case TOKEN_LESS_EQUAL:
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
        break;
    }
    return parse_unexpected(parser, "一个值", "a value");
}
