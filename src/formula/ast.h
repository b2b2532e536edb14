/* The tree as written, before names have meanings. Lives in the checker's own arena. Private to the formula
 * room. */
#ifndef ZENGSHOU_FORMULA_AST_H
#define ZENGSHOU_FORMULA_AST_H

#include "formula/lex.h"
#include "formula/node.h"

enum ast_kind {
    AST_NUMBER,
    AST_DATE,
    AST_MONTH,
    AST_TEXT,
    AST_TRUE,
    AST_FALSE,
    AST_NULL,
    AST_PATH, /* names: one, or several with dots between */
    AST_CALL, /* callable; children: arguments, then `within` keys, then the one behind across if `across` */
    AST_AGGREGATE, /* callable; names: register and the path to the value; via; children: AST_VALUE … as below
                    */
    AST_IF,        /* condition, then, else or NULL */
    AST_BINARY,    /* op: AND, OR, a comparison or arithmetic */
    AST_NOT,
    AST_NEGATE,
    AST_BETWEEN, /* value, low, high */
    AST_IN,      /* value, items */
    AST_HAS,
    AST_ONLY, /* set, items */
    AST_IS_NULL,
    AST_KNOWN
};

/* Children of AST_AGGREGATE; NULL where not written. */
enum { AST_VALUE, AST_WHERE, AST_FROM, AST_TO, AST_AGGREGATE_CHILDREN, AST_BY = AST_FROM };

struct ast_name {
    struct text text;
    int line, column;
};

struct ast {
    enum ast_kind kind;
    enum node_op op;
    bool parenthesised;
    int line, column;       /* where it begins */
    int op_line, op_column; /* where its operator stands: for messages */
    const struct callable *callable;
    struct number number;
    int32_t day;
    struct text text; /* AST_TEXT: content; AST_NUMBER: as written */
    struct ast_name *names;
    size_t name_count;
    struct ast_name *via; /* NULL when not written */
    struct ast **children;
    size_t child_count;
    size_t within;
    bool across;
};

/* Parses the whole text. Fills err with the position within the text. Trees nest at most FORMULA_DEPTH_MAX
 * deep, except that chains of binary operators lean to the left without limit: walk those in a loop. */
int ast_parse(const struct schema *schema, struct arena *arena, struct text text, struct ast **out,
              struct err *err);

#endif
