/* Private to sqlgen: a formula as hash-consed SQL expressions, and the layers in which they are computed. */
#ifndef ZENGSHOU_FORMULA_SQLGEN_PLAN_H
#define ZENGSHOU_FORMULA_SQLGEN_PLAN_H

#include "base/map.h"
#include "formula/sqlgen.h"
#include "formula/sqlgen_phrases.h"

enum sql_form {
    SQL_LITERAL, /* text */
    SQL_FIELD,   /* field of reg, as the register's lowest layer gives it */
    SQL_SAY,     /* phrase over in[], all of the same register */
    SQL_UP,      /* in[0], of the register `other`, where in[1] (a SQL_FIELD of reg) leads */
    SQL_GROUP /* phrase over in[0], in[1] of the register `other`, grouped by in[2] (a SQL_FIELD of other) */
};

enum { SQL_OPERANDS = 4, SQL_NONE = -1 };

struct sql_expr {
    enum sql_form form;
    enum phrase phrase;
    int reg, other, field;
    int in[SQL_OPERANDS];  /* SQL_NONE where there is none; always smaller than the expression's own number */
    const char *otherwise; /* SQL_GROUP: the value for a record without rows; NULL: unknown */
    struct text text;
    struct text name; /* of the definition it came from, for the reader */
    /* The plan. A column is computed in its register's layer `level` and can be read above it; what is no
     * column is spelled out where it is used, in layers from `level` on. */
    bool needed, column;
    size_t uses;
    int level, depth;
    int least; /* SQL_GROUP: no level below this, so that it stands in one group with others */
};

struct sql_answer {
    const struct node *node;
    int expr;
    char name[24]; /* of its column in the result */
};

struct sql_scene {
    int reg;
    bool dated;
    int32_t as_of;
};

struct sql_plan {
    const struct schema *schema;
    const struct sqlgen_options *options;
    struct sql_expr *exprs;
    size_t count, capacity;
    struct map known; /* expressions, and nodes in their scenes, by what they consist of */
    struct arena arena;
    int scope, nesting;
    const struct sql_answer *answers; /* what is asked for */
    size_t answer_count;
    int root; /* the highest of their expressions; -1 when nothing is asked for */
    const struct node
        *at; /* being lowered; its position is in the text of the definition below, or of the formula when */
    int definition; /* that is -1 */
    int status;
    struct err *err;
};

/* Expressions. */
int sql_literal(struct sql_plan *plan, const char *text);
int sql_number(struct sql_plan *plan, int64_t value);
int sql_constant(struct sql_plan *plan, struct type type, const struct value *value);
int sql_unknown(struct sql_plan *plan, enum type_kind kind);
int sql_column(struct sql_plan *plan, int reg, int field);
int sql_up(struct sql_plan *plan, int reg, int field, int operand);
int sql_group(struct sql_plan *plan, enum phrase phrase, const struct node *node, int reg, int value,
              int condition, const char *otherwise);
int sql_say(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b, int c);
int sql_say_all(struct sql_plan *plan, int reg, enum phrase phrase, const int in[SQL_OPERANDS]);
bool sql_is_literal(const struct sql_plan *plan, int expr, const char *text);
/* Notes the first reason why the formula cannot be said; returns an expression so that the walk can go on. */
int sql_refuse(struct sql_plan *plan, const char *what);
const char *sql_phrase(enum sqlgen_dialect dialect, enum phrase phrase);
void sql_quote(struct buffer *out, struct text text); /* 'it''s' */
void sql_identifier(struct buffer *out, struct text name);

/* Trees. */
int sql_lower(struct sql_plan *plan, const struct node *node, struct sql_scene scene);
int sql_lower_as(struct sql_plan *plan, const struct node *node, struct sql_scene scene, enum type_kind kind);
int sql_lower_call(struct sql_plan *plan, const struct node *node, struct sql_scene scene);
int sql_lower_aggregate(struct sql_plan *plan, const struct node *node, struct sql_scene scene);
/* A COUNT compared with 0 or 1 (see node.h), or SQL_NONE. */
int sql_lower_any(struct sql_plan *plan, enum node_op op, const struct node *a, const struct node *b,
                  struct sql_scene scene);

/* The value of a tree that needs no record; false when it needs one after all. */
bool sql_fold(struct sql_plan *plan, const struct node *node, struct sql_scene scene, struct value *value);

/* Arithmetic by types. */
int sql_convert(struct sql_plan *plan, int reg, enum type_kind from, int a, enum type_kind to);
int sql_compare(struct sql_plan *plan, int reg, enum node_op op, enum type_kind a_kind, int a,
                enum type_kind b_kind, int b);
int sql_arithmetic(struct sql_plan *plan, int reg, enum node_op op, enum type_kind a_kind, int a,
                   enum type_kind b_kind, int b, enum type_kind result);
int sql_integer_operation(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b);
int sql_scaled(struct sql_plan *plan, int reg, int value, int by, int over);
int sql_round(struct sql_plan *plan, int reg, int value, int64_t digits, int64_t grain);
int sql_whole(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b);

/* Which expressions are columns, and of which layer. */
void sql_layers(struct sql_plan *plan);
bool sql_is_window(enum phrase phrase); /* looks at all rows of the layer */
void sql_print(struct sql_plan *plan, struct buffer *out);

static inline struct sql_expr *sql_at(const struct sql_plan *plan, int expr)
{
    return &plan->exprs[expr];
}
static inline bool sql_is_text(enum type_kind kind)
{
    return kind == TYPE_TEXT || kind == TYPE_DATE || kind == TYPE_MONTH || kind == TYPE_CODE ||
           kind == TYPE_CODES;
}

#endif
