/* Sets of things by name: in, has, only; and choices that may be between codes. */
#include <stdlib.h>

#include "base/mem.h"
#include "formula/check.h"

static bool all_constants(struct check *check, struct node *const *nodes, const struct ast *ast)
{
    for (size_t i = 1; i < ast->child_count; i++) {
        if (nodes[i]->op == NODE_CONSTANT) continue;
        err_set(&check->err, ERR_INPUT, "“属于”的括号里只能是常数或代码；与别的值比较请用 =",
                "the list behind 'in' holds constants or codes; to compare with other values use =");
        check_stop_at(check, ast->children[i]);
        return false;
    }
    return true;
}

struct node *check_in(struct check *check, const struct ast *ast, int scope)
{
    size_t count = ast->child_count;
    struct node **nodes = mem_new(count, sizeof *nodes), *made = NULL;
    struct type type;
    if (check_alike(check, ast->children, count, scope, -1, nodes)) {
        if (nodes[0]->type.kind == TYPE_CODES) {
            err_set(&check->err, ERR_INPUT, "多选代码请用“含”或“仅含”",
                    "for a set of codes use 'has' or 'only'");
            check_stop_op(check, ast);
        } else if (check_unify(check, nodes, count, ast->children, NULL, UNIFY_COMPARE, &type) &&
                   all_constants(check, nodes, ast))
            made = check_parent(check, NODE_IN, type_of(TYPE_BOOL), ast, nodes, count);
    }
    free(nodes);
    return made;
}

struct node *check_has(struct check *check, const struct ast *ast, int scope)
{
    struct node *sides[2] = {check_ast(check, ast->children[0], scope, -1)};
    if (sides[0] == NULL) return NULL;
    struct type type = sides[0]->type;
    if (type.kind != TYPE_CODES) {
        err_set(&check->err, ERR_INPUT, "“含”和“仅含”的左边要多选代码，却是%s%.0s；单个代码请用 = 或“属于”",
                "'has' and 'only' want a set of codes on the left, not %.0s%s; for one code use = or 'in'",
                check_type_name(check, type, "zh"), check_type_name(check, type, "en"));
        return check_stop_op(check, ast);
    }
    uint64_t set = 0;
    for (size_t i = 1; i < ast->child_count; i++) {
        struct node *code = check_code_item(check, ast->children[i], scope, type.dictionary);
        if (code == NULL) return NULL;
        if (code->op != NODE_CONSTANT || code->type.kind != TYPE_CODE ||
            code->type.dictionary != type.dictionary) {
            check_clash(check, sides[0], code, UNIFY_COMPARE);
            return check_stop_at(check, ast->children[i]);
        }
        set |= UINT64_C(1) << code->value.integer;
    }
    sides[1] = check_new(check, NODE_CONSTANT, type, ast->children[1]);
    sides[1]->value = (struct value){.known = true, .integer = (int64_t)set};
    struct node *node = check_parent(check, NODE_CALL, type_of(TYPE_BOOL), ast, sides, 2);
    node->function = ast->kind == AST_HAS ? FUNCTION_HAS : FUNCTION_ONLY;
    return node;
}

struct node *check_if(struct check *check, const struct ast *ast, int scope, int hint)
{
    struct node *nodes[3] = {check_ast(check, ast->children[0], scope, -1)};
    struct type type;
    if (nodes[0] == NULL || !check_bool(check, &nodes[0], ast->children[0])) return NULL;
    size_t branches = ast->children[2] == NULL ? 1 : 2;
    if (!check_alike(check, ast->children + 1, branches, scope, hint, nodes + 1)) return NULL;
    if (!check_unify(check, nodes + 1, branches, ast->children + 1, NULL, UNIFY_CHOOSE, &type)) return NULL;
    return check_parent(check, NODE_IF, type, ast, nodes, 3);
}
