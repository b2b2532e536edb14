/* Operators by precedence, one function a level. Chains of one level are built in a loop and lean to the
 * left, so that a formula of a hundred thousand terms needs no deeper stack than one of two. */
#include "formula/parse.h"

#include <stdio.h>

#include "formula/formula.h"

/* ---- Tools ---- */

int parse_advance(struct parser *parser)
{
    return lexer_next(&parser->lexer, &parser->token);
}

bool parse_at_word(const struct parser *parser, enum word word)
{
    return parser->token.kind == TOKEN_WORD && parser->token.word == word;
}

int parse_take_word(struct parser *parser, enum word word)
{
    if (!parse_at_word(parser, word)) return 0;
    int code = parse_advance(parser);
    return code < 0 ? code : 1;
}

void *parse_fail(struct parser *parser, const struct token *at)
{
    err_at(parser->err, NULL, at->line, at->column);
    return NULL;
}

const char *parse_shown(struct parser *parser, const struct token *token)
{
    struct text text = token->text;
    size_t offset = 0, count = 0;
    while (offset < text.size && count++ < 40) text_next(text, &offset);
    return arena_printf(parser->arena, "%.*s%s", (int)offset, text.at, offset < text.size ? "…" : "");
}

void *parse_unexpected(struct parser *parser, const char *zh, const char *en)
{
    const struct token *token = &parser->token;
    const char *glued = NULL;
    if (token->kind == TOKEN_END)
        err_set(parser->err, ERR_INPUT, "公式到此中断，还缺%s%.0s",
                "the formula breaks off here; expected %.0s%s", zh, en);
    else if (token->kind == TOKEN_NAME && word_glued(token->content, &glued) != WORD_NONE)
        err_set(parser->err, ERR_INPUT, "此处应为%s%.0s，却是“%s”；“%s”两边要加空格",
                "expected %.0s%s here, not '%s'; put blanks around '%s'", zh, en, parse_shown(parser, token),
                glued);
    else
        err_set(parser->err, ERR_INPUT, "此处应为%s%.0s，却是“%s”", "expected %.0s%s here, not '%s'", zh, en,
                parse_shown(parser, token));
    return parse_fail(parser, token);
}

int parse_expect(struct parser *parser, enum token_kind kind, const char *what)
{
    if (parser->token.kind == kind) return parse_advance(parser);
    char zh[32], en[32];
    snprintf(zh, sizeof zh, "“%s”", what);
    snprintf(en, sizeof en, "'%s'", what);
    parse_unexpected(parser, zh, en);
    return ERR_INPUT;
}

int parse_expect_word(struct parser *parser, enum word word)
{
    if (parse_at_word(parser, word)) return parse_advance(parser);
    char zh[64], en[64];
    snprintf(zh, sizeof zh, "“%s”", word_spelling(word, false));
    snprintf(en, sizeof en, "'%s'", word_spelling(word, true));
    parse_unexpected(parser, zh, en);
    return ERR_INPUT;
}

int parse_enter(struct parser *parser)
{
    if (++parser->depth <= FORMULA_DEPTH_MAX) return 0;
    err_set(parser->err, ERR_LIMIT, "公式在此处嵌套超过%d层；请拆成几个指标",
            "the formula nests deeper than %d levels here; split it into definitions",
            (int)FORMULA_DEPTH_MAX);
    parse_fail(parser, &parser->token);
    return ERR_LIMIT;
}

struct ast *parse_new(struct parser *parser, enum ast_kind kind, const struct token *at)
{
    struct ast *ast = arena_alloc(parser->arena, sizeof *ast);
    ast->kind = kind;
    ast->line = ast->op_line = at->line;
    ast->column = ast->op_column = at->column;
    return ast;
}

struct ast *parse_with(struct parser *parser, struct ast *ast, struct ast **children, size_t count)
{
    ast->children = arena_array(parser->arena, count, sizeof *children);
    for (size_t i = 0; i < count; i++) ast->children[i] = children[i];
    ast->child_count = count;
    return ast;
}

void ast_list_add(struct parser *parser, struct ast_list *list, struct ast *ast)
{
    if (list->count == list->capacity)
        list->items =
            arena_grow(parser->arena, list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = ast;
}

/* An operator's tree: it begins where its left operand does. */
static struct ast *operation(struct parser *parser, enum ast_kind kind, struct ast *left,
                             const struct token *op)
{
    struct ast *ast = parse_new(parser, kind, op);
    ast->line = left->line;
    ast->column = left->column;
    return ast;
}

int parse_comma_list(struct parser *parser, struct ast_list *list)
{
    for (;;) {
        struct ast *item = parse_expression(parser);
        if (item == NULL) return ERR_INPUT;
        ast_list_add(parser, list, item);
        if (parser->token.kind != TOKEN_COMMA) return 0;
        int code = parse_advance(parser);
        if (code < 0) return code;
    }
}

int parse_list(struct parser *parser, struct ast_list *list)
{
    int code = parse_expect(parser, TOKEN_OPEN, "(");
    if (code < 0 || (code = parse_enter(parser)) < 0) return code;
    if ((code = parse_comma_list(parser, list)) < 0) return code;
    parser->depth--;
    return parse_expect(parser, TOKEN_CLOSE, ")");
}

/* ---- Arithmetic ---- */

static struct ast *parse_unary(struct parser *parser)
{
    if (parser->token.kind != TOKEN_MINUS) return parse_primary(parser);
    struct token minus = parser->token;
    if (parse_advance(parser) < 0 || parse_enter(parser) < 0) return NULL;
    struct ast *operand = parse_unary(parser);
    if (operand == NULL) return NULL;
    parser->depth--;
    return parse_with(parser, parse_new(parser, AST_NEGATE, &minus), &operand, 1);
}

static bool binary_op(const struct token *token, int level, enum node_op *op)
{
    switch (token->kind) {
    case TOKEN_PLUS:
        *op = NODE_ADD;
        return level == 0;
    case TOKEN_MINUS:
        *op = NODE_SUBTRACT;
        return level == 0;
    case TOKEN_TIMES:
        *op = NODE_MULTIPLY;
        return level == 1;
    case TOKEN_OVER:
        *op = NODE_DIVIDE;
        return level == 1;
    case TOKEN_END:
    case TOKEN_NUMBER:
    case TOKEN_DATE:
    case TOKEN_MONTH:
    case TOKEN_TEXT:
    case TOKEN_NAME:
    case TOKEN_WORD:
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
    case TOKEN_COMMA:
    case TOKEN_COLON:
    case TOKEN_DOT:
    case TOKEN_EQUAL:
    case TOKEN_UNEQUAL:
    case TOKEN_LESS:
    case TOKEN_LESS_EQUAL:
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
        break;
    }
    return false;
}

static struct ast *parse_arithmetic(struct parser *parser, int level)
{
    struct ast *left = level == 0 ? parse_arithmetic(parser, 1) : parse_unary(parser);
    enum node_op op;
    while (left != NULL && binary_op(&parser->token, level, &op)) {
        struct ast *ast = operation(parser, AST_BINARY, left, &parser->token);
        ast->op = op;
        if (parse_advance(parser) < 0) return NULL;
        struct ast *right = level == 0 ? parse_arithmetic(parser, 1) : parse_unary(parser);
        if (right == NULL) return NULL;
        left = parse_with(parser, ast, (struct ast *[]){left, right}, 2);
    }
    return left;
}

struct ast *parse_operand(struct parser *parser)
{
    return parse_arithmetic(parser, 0);
}

/* ---- Comparisons ---- */

static bool comparison_op(const struct token *token, enum node_op *op)
{
    static const enum node_op ops[] = {NODE_EQUAL,      NODE_UNEQUAL, NODE_LESS,
                                       NODE_LESS_EQUAL, NODE_GREATER, NODE_GREATER_EQUAL};
    if (token->kind < TOKEN_EQUAL || token->kind > TOKEN_GREATER_EQUAL) return false;
    *op = ops[token->kind - TOKEN_EQUAL];
    return true;
}

static struct ast *parse_between(struct parser *parser, struct ast *value, struct ast *ast)
{
    struct ast *low = parse_operand(parser);
    if (low == NULL) return NULL;
    bool named = parser->token.kind == TOKEN_NAME || parser->token.kind == TOKEN_WORD;
    if (!named || !word_is_range(parser->token.text)) return parse_unexpected(parser, "“至”", "'and'");
    if (parse_advance(parser) < 0) return NULL;
    struct ast *high = parse_operand(parser);
    if (high == NULL) return NULL;
    if (parser->token.kind == TOKEN_NAME && text_is(parser->token.text, "之间") && parse_advance(parser) < 0)
        return NULL;
    ast->kind = AST_BETWEEN;
    return parse_with(parser, ast, (struct ast *[]){value, low, high}, 3);
}

static struct ast *parse_in(struct parser *parser, struct ast *value, struct ast *ast)
{
    struct ast_list list = {0};
    ast_list_add(parser, &list, value);
    if (parse_list(parser, &list) < 0) return NULL;
    ast->kind = AST_IN;
    return parse_with(parser, ast, list.items, list.count);
}

static struct ast *parse_has(struct parser *parser, struct ast *set, struct ast *ast, enum ast_kind kind)
{
    struct ast_list list = {0};
    ast_list_add(parser, &list, set);
    if (parser->token.kind == TOKEN_OPEN) {
        if (parse_list(parser, &list) < 0) return NULL;
    } else {
        struct ast *item = parse_name_or_text(parser);
        if (item == NULL) return NULL;
        ast_list_add(parser, &list, item);
    }
    ast->kind = kind;
    return parse_with(parser, ast, list.items, list.count);
}

static struct ast *negated(struct parser *parser, struct ast *ast)
{
    if (ast == NULL) return NULL;
    struct ast *not = arena_alloc(parser->arena, sizeof *not );
    *not = (struct ast){.kind = AST_NOT,
                        .line = ast->line,
                        .column = ast->column,
                        .op_line = ast->op_line,
                        .op_column = ast->op_column};
    return parse_with(parser, not, &ast, 1);
}

/* Behind "is". */
static struct ast *parse_is(struct parser *parser, struct ast *value, struct ast *ast)
{
    int not = parse_take_word(parser, WORD_NOT);
    if (not < 0) return NULL;
    bool null = parse_at_word(parser, WORD_NULL);
    if (!null && parser->token.kind == TOKEN_NAME && text_fold_equal(parser->token.text, TEXT("unknown")))
        null = true;
    else if (!null && parser->token.kind == TOKEN_NAME && text_fold_equal(parser->token.text, TEXT("known")))
        not = !not ;
    else if (!null)
        return parse_unexpected(parser, "“null”或“known”（比较请用 = ）",
                                "'null' or 'known' (to compare, use =)");
    if (parse_advance(parser) < 0) return NULL;
    ast->kind = not ? AST_KNOWN : AST_IS_NULL;
    return parse_with(parser, ast, &value, 1);
}

/* What may stand behind an operand: in, between, has, only, is, most of them with a "not" before or within.
 */
static struct ast *parse_predicate(struct parser *parser, struct ast *value)
{
    struct ast *ast = operation(parser, AST_IS_NULL, value, &parser->token);
    int not = parse_take_word(parser, WORD_NOT);
    if (not < 0) return NULL;
    enum word word = parser->token.kind == TOKEN_WORD ? parser->token.word : WORD_NONE;
    bool is = word == WORD_IS || word == WORD_IS_NULL || word == WORD_IS_NOT_NULL;
    if (word < WORD_IN || word > WORD_IS_NOT_NULL || (not &&is))
        return parse_unexpected(parser, "“属于”、“介于”或“含”", "'in', 'between', 'has' or 'only'");
    if (parse_advance(parser) < 0) return NULL;
    if (word == WORD_IS) return parse_is(parser, value, ast);
    if (is) {
        ast->kind = word == WORD_IS_NULL ? AST_IS_NULL : AST_KNOWN;
        return parse_with(parser, ast, &value, 1);
    }
    if (word == WORD_NOT_IN || word == WORD_NOT_BETWEEN || word == WORD_NOT_HAS) not = !not ;
    struct ast *made = word == WORD_IN || word == WORD_NOT_IN             ? parse_in(parser, value, ast)
                       : word == WORD_BETWEEN || word == WORD_NOT_BETWEEN ? parse_between(parser, value, ast)
                       : word == WORD_ONLY ? parse_has(parser, value, ast, AST_ONLY)
                                           : parse_has(parser, value, ast, AST_HAS);
    return not ? negated(parser, made) : made;
}

static bool at_predicate(const struct parser *parser)
{
    if (parser->token.kind != TOKEN_WORD) return false;
    enum word word = parser->token.word;
    return word == WORD_NOT || (word >= WORD_IN && word <= WORD_IS_NOT_NULL);
}

static struct ast *parse_comparison(struct parser *parser)
{
    struct ast *left = parse_operand(parser);
    if (left == NULL) return NULL;
    enum node_op op;
    if (comparison_op(&parser->token, &op)) {
        struct ast *ast = operation(parser, AST_BINARY, left, &parser->token);
        ast->op = op;
        if (parse_advance(parser) < 0) return NULL;
        struct ast *right = parse_operand(parser);
        if (right == NULL) return NULL;
        left = parse_with(parser, ast, (struct ast *[]){left, right}, 2);
    } else if (at_predicate(parser))
        left = parse_predicate(parser, left);
    else
        return left;
    if (left == NULL || !(comparison_op(&parser->token, &op) || at_predicate(parser))) return left;
    err_set(parser->err, ERR_INPUT, "比较不能连写；请用“且”分开，如 1 < a 且 a < 5",
            "comparisons do not chain; join them with 'and': 1 < a and a < 5");
    return parse_fail(parser, &parser->token);
}

/* ---- Logic ---- */

static struct ast *parse_not(struct parser *parser)
{
    if (!parse_at_word(parser, WORD_NOT)) return parse_comparison(parser);
    struct token token = parser->token;
    if (parse_advance(parser) < 0 || parse_enter(parser) < 0) return NULL;
    struct ast *operand = parse_not(parser);
    if (operand == NULL) return NULL;
    parser->depth--;
    return parse_with(parser, parse_new(parser, AST_NOT, &token), &operand, 1);
}

static struct ast *parse_logic(struct parser *parser, enum word word)
{
    struct ast *left = word == WORD_OR ? parse_logic(parser, WORD_AND) : parse_not(parser);
    while (left != NULL && parse_at_word(parser, word)) {
        struct ast *ast = operation(parser, AST_BINARY, left, &parser->token);
        ast->op = word == WORD_OR ? NODE_OR : NODE_AND;
        if (parse_advance(parser) < 0) return NULL;
        struct ast *right = word == WORD_OR ? parse_logic(parser, WORD_AND) : parse_not(parser);
        if (right == NULL) return NULL;
        left = parse_with(parser, ast, (struct ast *[]){left, right}, 2);
    }
    return left;
}

struct ast *parse_expression(struct parser *parser)
{
    return parse_logic(parser, WORD_OR);
}

int ast_parse(const struct schema *schema, struct arena *arena, struct text text, struct ast **out,
              struct err *err)
{
    struct parser parser = {.arena = arena, .err = err};
    int code = lexer_start(&parser.lexer, schema, arena, text, err);
    if (code < 0 || (code = parse_advance(&parser)) < 0) return code;
    if (parser.token.kind == TOKEN_END) {
        err_set(err, ERR_INPUT, "公式是空的", "the formula is empty");
        return err_at(err, NULL, 1, 1);
    }
    *out = parse_expression(&parser);
    if (*out == NULL) return err->code;
    if (parser.token.kind == TOKEN_END) return 0;
    parse_unexpected(&parser, "运算符或公式结尾", "an operator or the end");
    return err->code;
}
