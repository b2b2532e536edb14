/* Formula text to tokens, one at a time, with positions. Private to the formula room. */
#ifndef ZENGSHOU_FORMULA_LEX_H
#define ZENGSHOU_FORMULA_LEX_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/schema.h"
#include "formula/words.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_MONTH,
    TOKEN_TEXT,
    TOKEN_NAME, /* an identifier, a run of Han characters, or a label quoted in brackets */
    TOKEN_WORD, /* a keyword */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_DOT,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_OVER,
    TOKEN_EQUAL,
    TOKEN_UNEQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL
};

enum number_unit { NUMBER_BARE, NUMBER_MONEY, NUMBER_PERCENT, NUMBER_UNIT };

struct number {
    struct text digits; /* ASCII digits with at most one point */
    int exponent;       /* of ten: 4 for 万, 8 for 亿 */
    enum number_unit kind;
    int unit; /* NUMBER_UNIT: index into the schema's units; -1 otherwise */
};

struct token {
    enum token_kind kind;
    enum word word;      /* TOKEN_WORD */
    int line, column;    /* 1-based, in characters */
    struct text text;    /* as it stands in the source */
    struct text content; /* TOKEN_NAME, TOKEN_TEXT: without quotes */
    struct number number;
    int32_t day; /* TOKEN_DATE, TOKEN_MONTH */
};

struct lexer {
    const struct schema *schema;
    struct arena *arena; /* for what cannot point into the text */
    struct text text;
    size_t offset;
    int line, column; /* of the next character */
    struct err *err;  /* not NULL */
};

/* ERR_INPUT when the text is not UTF-8, ERR_LIMIT when it is too long. */
int lexer_start(struct lexer *lexer, const struct schema *schema, struct arena *arena, struct text text,
                struct err *err);

/* ERR_INPUT with the position in err. After the end it keeps giving TOKEN_END. */
int lexer_next(struct lexer *lexer, struct token *token);

/* Whether a name can be written without brackets and is read back as one name. */
bool lex_is_plain_name(struct text name);

#endif
