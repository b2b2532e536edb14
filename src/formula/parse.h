/* What the two halves of the parser share. Private to parse*.c. */
#ifndef ZENGSHOU_FORMULA_PARSE_H
#define ZENGSHOU_FORMULA_PARSE_H

#include "formula/ast.h"

enum { AST_PATH_MAX = 16 };

struct parser {
    struct lexer lexer;
    struct token token; /* the next one, not yet consumed */
    struct arena *arena;
    int depth; /* of what is being nested just now */
    struct err *err;
};

struct ast_list {
    struct ast **items;
    size_t count, capacity;
};

/* All of these give NULL (or a negative code) with the error set. */
struct ast *parse_expression(struct parser *parser);
struct ast *parse_operand(struct parser *parser); /* sums and products, no comparison */
struct ast *parse_primary(struct parser *parser);
struct ast *parse_name_or_text(struct parser *parser);

int parse_advance(struct parser *parser);
bool parse_at_word(const struct parser *parser, enum word word);
/* Consumes the token if it is that keyword; 1 if so, 0 if not, negative on error. */
int parse_take_word(struct parser *parser, enum word word);
int parse_expect(struct parser *parser, enum token_kind kind, const char *what);
int parse_expect_word(struct parser *parser, enum word word);
/* "(" expression, … ")" */
int parse_list(struct parser *parser, struct ast_list *list);
int parse_comma_list(struct parser *parser, struct ast_list *list);

struct ast *parse_new(struct parser *parser, enum ast_kind kind, const struct token *at);
struct ast *parse_with(struct parser *parser, struct ast *ast, struct ast **children, size_t count);
void ast_list_add(struct parser *parser, struct ast_list *list, struct ast *ast);

/* Enters one level of nesting; an error when that is too deep. Leave with parser->depth--. */
int parse_enter(struct parser *parser);
void *parse_fail(struct parser *parser, const struct token *at); /* sets the position; NULL */
/* The token as it may stand in a message: not longer than a line. */
const char *parse_shown(struct parser *parser, const struct token *token);
void *parse_unexpected(struct parser *parser, const char *zh, const char *en); /* what was expected instead */

#endif
