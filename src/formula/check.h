/* What the parts of the checker share: ast → typed nodes. Private to check*.c and definitions.c.
 *
 * A hint is the dictionary in which bare names are looked up first, because the other side is a code of it;
 * -1: none. Everything that gives a node gives NULL, and everything that gives a bool gives false, with the
 * error and its position set. */
#ifndef ZENGSHOU_FORMULA_CHECK_H
#define ZENGSHOU_FORMULA_CHECK_H

#include "base/map.h"
#include "formula/ast.h"
#include "formula/formula.h"
#include "formula/names.h"

/* schema_definition.state. From DEFINITION_DONE on: how deep the definition's tree is, definitions within
 * included. */
enum { DEFINITION_NEW, DEFINITION_OPEN, DEFINITION_FAULTY, DEFINITION_DONE };

struct check {
    const struct schema *schema;
    struct arena *arena;  /* of the nodes */
    struct arena scratch; /* of the ast and the words of messages */
    struct err err;
    int depth, deepest;     /* of the tree being made */
    int needed;             /* a definition that must be checked before this formula can be; -1: none */
    bool blamed_elsewhere;  /* the error is that a definition used is faulty */
    struct map known_names; /* scope and folded name → index into found */
    struct name_found *found;
    size_t found_count, found_capacity;
    struct names_codes codes;
};

void check_init(struct check *check, const struct schema *schema, struct arena *arena);
void check_fini(struct check *check);

/* The whole tree against the wanted type. */
struct node *check_formula(struct check *check, const struct ast *ast, int scope, const struct type *wanted);

/* From a position in the formula's text to one in the file that it stands in. */
void check_place(struct err *err, const struct formula_source *source);

struct node *check_ast(struct check *check, const struct ast *ast, int scope, int hint);

/* ---- check.c: nodes and messages ---- */
struct node *check_new(struct check *check, enum node_op op, struct type type, const struct ast *at);
/* With children, copied; the scope is theirs. */
struct node *check_parent(struct check *check, enum node_op op, struct type type, const struct ast *at,
                          struct node *const *children, size_t count);
void *check_stop(struct check *check, int line, int column);
void *check_stop_at(struct check *check, const struct ast *ast); /* where it begins */
void *check_stop_op(struct check *check, const struct ast *ast); /* at its operator */
/* Words for messages, in the scratch arena. */
const char *check_shown(struct check *check, struct text text);
const char *check_type_name(struct check *check, struct type type, const char *language);
const char *check_label(struct check *check, const struct label *label, const char *language);
bool check_bool(struct check *check, struct node **node, const struct ast *at);

/* ---- check_literals.c ---- */
struct node *check_number(struct check *check, const struct ast *ast);
struct node *check_negated(struct check *check, const struct ast *ast, struct node *operand);
struct node *check_constant(struct check *check, const struct ast *ast);

/* ---- check_names.c ---- */
struct name_found check_resolve(struct check *check, int scope, struct text name);
struct node *check_path(struct check *check, const struct ast *ast, int scope, int hint);
/* names[from..] on the records of scope, as written behind a register or a reference. */
struct node *check_names(struct check *check, const struct ast *ast, size_t from, int scope);
struct node *check_code_constant(struct check *check, const struct ast *ast, int dictionary, int code);
/* A name or text that must be a code. */
struct node *check_code_item(struct check *check, const struct ast *ast, int scope, int dictionary);
/* A single name without parentheses, or a text: what the other side's dictionary can explain. */
bool check_is_bare(const struct ast *ast);

/* ---- check_types.c ---- */
/* Checks operands that must be of one type, giving each the dictionary that another one brings. */
bool check_alike(struct check *check, struct ast *const *asts, size_t count, int scope, int hint,
                 struct node **nodes);

enum unify_purpose { UNIFY_COMPARE, UNIFY_ADD, UNIFY_SUBTRACT, UNIFY_MULTIPLY, UNIFY_DIVIDE, UNIFY_CHOOSE };

/* Brings nodes to one type: bare numbers become what they meet, INT meets DECIMAL, and with UNIFY_CHOOSE null
 * becomes an unknown of that type. *type: of them all. op: where to point when they do not fit (its
 * operator); NULL: to the operand. */
bool check_unify(struct check *check, struct node **nodes, size_t count, struct ast *const *asts,
                 const struct ast *op, enum unify_purpose purpose, struct type *type);
void *check_clash(struct check *check, const struct node *left, const struct node *right,
                  enum unify_purpose purpose);
/* Brings one node to a type if a literal or an INT can be; false without an error if not. */
bool check_adapt(struct check *check, struct node **node, struct type type);
bool check_is_number_literal(const struct node *node);
bool check_is_ordered(enum type_kind kind);

/* ---- check_operators.c, check_calls.c, check_aggregates.c ---- */
struct node *check_binary(struct check *check, const struct ast *ast, struct node *left, int scope);
struct node *check_comparison(struct check *check, const struct ast *ast, int scope);
struct node *check_between(struct check *check, const struct ast *ast, int scope);
struct node *check_in(struct check *check, const struct ast *ast, int scope);
struct node *check_has(struct check *check, const struct ast *ast, int scope);
struct node *check_if(struct check *check, const struct ast *ast, int scope, int hint);
struct node *check_call(struct check *check, const struct ast *ast, int scope, int hint);
struct node *check_aggregate(struct check *check, const struct ast *ast, int scope);

#endif
