/* Logic, comparisons and arithmetic: what types each admits and gives. The table stands in node.h. */
#include "formula/check.h"

bool check_bool(struct check *check, struct node **node, const struct ast *at)
{
    if (check_adapt(check, node, type_of(TYPE_BOOL))) return true;
    err_set(&check->err, ERR_INPUT, "此处要一个条件（是或否），却是%s%.0s",
            "a condition is wanted here, not %.0s%s", check_type_name(check, (*node)->type, "zh"),
            check_type_name(check, (*node)->type, "en"));
    check_stop_at(check, at);
    return false;
}

/* ---- Comparisons ---- */

static bool ordered(struct check *check, struct type type, const struct ast *at)
{
    if (check_is_ordered(type.kind)) return true;
    err_set(&check->err, ERR_INPUT, "%s%.0s没有大小之分；请用 = 或 <>", "%.0s%s has no order; use = or <>",
            check_type_name(check, type, "zh"), check_type_name(check, type, "en"));
    check_stop_op(check, at);
    return false;
}

struct node *check_comparison(struct check *check, const struct ast *ast, int scope)
{
    struct node *sides[2] = {0};
    struct type type;
    if (!check_alike(check, ast->children, 2, scope, -1, sides)) return NULL;
    if (!check_unify(check, sides, 2, ast->children, ast, UNIFY_COMPARE, &type)) return NULL;
    bool equality = ast->op == NODE_EQUAL || ast->op == NODE_UNEQUAL;
    if (!equality && !ordered(check, type, ast)) return NULL;
    return check_parent(check, ast->op, type_of(TYPE_BOOL), ast, sides, 2);
}

struct node *check_between(struct check *check, const struct ast *ast, int scope)
{
    struct node *sides[3] = {0};
    struct type type;
    if (!check_alike(check, ast->children, 3, scope, -1, sides)) return NULL;
    if (!check_unify(check, sides, 3, ast->children, NULL, UNIFY_COMPARE, &type)) return NULL;
    if (!ordered(check, type, ast)) return NULL;
    return check_parent(check, NODE_BETWEEN, type_of(TYPE_BOOL), ast, sides, 3);
}

/* ---- Arithmetic ---- */

static bool is_count(struct type type)
{
    return type.kind == TYPE_INT || type.kind == TYPE_DECIMAL;
}

static bool is_time(struct type type)
{
    return type.kind == TYPE_DATE || type.kind == TYPE_MONTH;
}

static bool is_amount(struct type type)
{
    return is_count(type) || type.kind == TYPE_MONEY || type.kind == TYPE_RATIO;
}

static enum unify_purpose purpose_of(enum node_op op)
{
    return op == NODE_ADD        ? UNIFY_ADD
           : op == NODE_SUBTRACT ? UNIFY_SUBTRACT
           : op == NODE_MULTIPLY ? UNIFY_MULTIPLY
                                 : UNIFY_DIVIDE;
}

static struct node *clash(struct check *check, const struct ast *ast, struct node *const *sides)
{
    check_clash(check, sides[0], sides[1], purpose_of(ast->op));
    return check_stop_op(check, ast);
}

/* Dates and months move by whole days and months, and their difference is a count of them. */
static struct node *check_time_sum(struct check *check, const struct ast *ast, struct node *const *sides)
{
    struct type left = sides[0]->type, right = sides[1]->type;
    if (is_time(left) && right.kind == TYPE_INT) return check_parent(check, ast->op, left, ast, sides, 2);
    if (ast->op == NODE_SUBTRACT && is_time(left) && left.kind == right.kind)
        return check_parent(check, ast->op, type_of(TYPE_INT), ast, sides, 2);
    return clash(check, ast, sides);
}

static struct node *check_sum(struct check *check, const struct ast *ast, struct node **sides)
{
    struct type type;
    if (is_time(sides[0]->type) || is_time(sides[1]->type)) return check_time_sum(check, ast, sides);
    if (!is_amount(sides[0]->type) || !is_amount(sides[1]->type)) return clash(check, ast, sides);
    if (!check_unify(check, sides, 2, ast->children, ast, purpose_of(ast->op), &type)) return NULL;
    return check_parent(check, ast->op, type, ast, sides, 2);
}

static struct node *check_product(struct check *check, const struct ast *ast, struct node **sides)
{
    struct type left = sides[0]->type, right = sides[1]->type, type;
    if (!is_amount(left) || !is_amount(right)) return clash(check, ast, sides);
    if (is_count(left) && is_count(right)) {
        if (left.unit >= 0 && right.unit >= 0) return clash(check, ast, sides);
        enum type_kind kind = left.kind == TYPE_INT && right.kind == TYPE_INT ? TYPE_INT : TYPE_DECIMAL;
        type = (struct type){kind, -1, left.unit >= 0 ? left.unit : right.unit, -1};
    } else if (left.kind == TYPE_MONEY || right.kind == TYPE_MONEY) {
        if (left.kind == right.kind) return clash(check, ast, sides);
        type = type_of(TYPE_MONEY);
    } else
        type = type_of(left.kind == right.kind ? TYPE_RATIO : TYPE_DECIMAL);
    return check_parent(check, ast->op, type, ast, sides, 2);
}

/* What a quotient is; TYPE_NULL when there is none. A quotient of two units is a bare number (亩 a head). */
static struct type quotient(struct type left, struct type right)
{
    if (left.kind == TYPE_MONEY && right.kind != TYPE_MONEY) return type_of(TYPE_MONEY);
    if (left.kind == right.kind) return type_of(TYPE_RATIO);
    if (left.kind == TYPE_INT && right.kind == TYPE_DECIMAL) return type_of(TYPE_RATIO);
    if (left.kind == TYPE_DECIMAL && right.kind == TYPE_INT) {
        bool same = left.unit == right.unit;
        return (struct type){TYPE_DECIMAL, -1, same || right.unit >= 0 ? -1 : left.unit, -1};
    }
    return type_of(TYPE_NULL);
}

static struct node *check_quotient(struct check *check, const struct ast *ast, struct node **sides)
{
    if (!is_amount(sides[0]->type) || !is_amount(sides[1]->type)) return clash(check, ast, sides);
    if (sides[0]->type.kind == TYPE_RATIO) check_adapt(check, &sides[1], type_of(TYPE_RATIO));
    if (sides[1]->type.kind == TYPE_RATIO) check_adapt(check, &sides[0], type_of(TYPE_RATIO));
    struct type type = quotient(sides[0]->type, sides[1]->type);
    if (type.kind == TYPE_NULL) return clash(check, ast, sides);
    if (sides[0]->type.kind == TYPE_INT && sides[1]->type.kind == TYPE_DECIMAL &&
        !check_adapt(check, &sides[0], type_of(TYPE_DECIMAL)))
        return clash(check, ast, sides);
    return check_parent(check, ast->op, type, ast, sides, 2);
}

static struct node *check_logic(struct check *check, const struct ast *ast, struct node **sides)
{
    if (!check_bool(check, &sides[0], ast->children[0]) || !check_bool(check, &sides[1], ast->children[1]))
        return NULL;
    return check_parent(check, ast->op, type_of(TYPE_BOOL), ast, sides, 2);
}

struct node *check_binary(struct check *check, const struct ast *ast, struct node *left, int scope)
{
    struct node *sides[2] = {left, check_ast(check, ast->children[1], scope, -1)};
    if (sides[1] == NULL) return NULL;
    if (ast->op == NODE_AND || ast->op == NODE_OR) return check_logic(check, ast, sides);
    if (ast->op == NODE_ADD || ast->op == NODE_SUBTRACT) return check_sum(check, ast, sides);
    if (ast->op == NODE_MULTIPLY) return check_product(check, ast, sides);
    return check_quotient(check, ast, sides);
}
