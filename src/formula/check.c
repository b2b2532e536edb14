/* The checker's entry: dispatch over the ast, the words of its messages, and positions in the source's file.
 */
#include "formula/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void check_init(struct check *check, const struct schema *schema, struct arena *arena)
{
    *check = (struct check){.schema = schema, .arena = arena, .needed = -1, .codes = {.schema = schema}};
}

void check_fini(struct check *check)
{
    names_codes_fini(&check->codes);
    free(check->found);
    map_fini(&check->known_names);
    arena_fini(&check->scratch);
}

/* ---- Nodes ---- */

struct node *check_new(struct check *check, enum node_op op, struct type type, const struct ast *at)
{
    struct node *node = arena_alloc(check->arena, sizeof *node);
    node->op = op;
    node->type = type;
    node->scope = node->index = node->other = -1;
    node->line = at->line;
    node->column = at->column;
    return node;
}

struct node *check_parent(struct check *check, enum node_op op, struct type type, const struct ast *at,
                          struct node *const *children, size_t count)
{
    struct node *node = check_new(check, op, type, at);
    node->children = arena_array(check->arena, count, sizeof *children);
    node->child_count = count;
    for (size_t i = 0; i < count; i++) {
        node->children[i] = children[i];
        if (children[i] != NULL && children[i]->scope > node->scope) node->scope = children[i]->scope;
    }
    return node;
}

/* ---- Messages ---- */

void *check_stop(struct check *check, int line, int column)
{
    err_at(&check->err, NULL, line, column);
    return NULL;
}

void *check_stop_at(struct check *check, const struct ast *ast)
{
    return check_stop(check, ast->line, ast->column);
}

void *check_stop_op(struct check *check, const struct ast *ast)
{
    return check_stop(check, ast->op_line, ast->op_column);
}

const char *check_shown(struct check *check, struct text text)
{
    size_t offset = 0, count = 0;
    while (offset < text.size && count++ < 40) text_next(text, &offset);
    return arena_printf(&check->scratch, "%.*s%s", (int)offset, offset == 0 ? "" : text.at,
                        offset < text.size ? "…" : "");
}

const char *check_type_name(struct check *check, struct type type, const char *language)
{
    struct buffer name = {0};
    type_print(check->schema, type, language, &name);
    const char *copy = check_shown(check, buffer_get(&name));
    buffer_fini(&name);
    return copy;
}

const char *check_label(struct check *check, const struct label *label, const char *language)
{
    return check_shown(check, strcmp(language, "en") == 0 ? label->name : label_in(label, language));
}

/* ---- Dispatch ---- */

/* A chain of and, or, + … leans to the left as deep as it is long: down it in a loop, then up again. */
static struct node *check_chain(struct check *check, const struct ast *ast, int scope)
{
    size_t count = 0;
    const struct ast *first = ast;
    while (first->kind == AST_BINARY && (first->op < NODE_EQUAL || first->op > NODE_GREATER_EQUAL)) {
        first = first->children[0];
        count++;
    }
    const struct ast **chain = mem_new(count, sizeof *chain);
    for (size_t i = count; i > 0; i--, ast = ast->children[0]) chain[i - 1] = ast;
    struct node *node = check_ast(check, first, scope, -1);
    for (size_t i = 0; node != NULL && i < count; i++) node = check_binary(check, chain[i], node, scope);
    free(chain);
    return node;
}

static struct node *check_one(struct check *check, const struct ast *ast, int scope, int hint)
{
    struct node *child;
    switch (ast->kind) {
    case AST_NUMBER:
        return check_number(check, ast);
    case AST_DATE:
    case AST_MONTH:
    case AST_TRUE:
    case AST_FALSE:
    case AST_NULL:
        return check_constant(check, ast);
    case AST_TEXT:
        return hint >= 0 ? check_code_item(check, ast, scope, hint) : check_constant(check, ast);
    case AST_PATH:
        return check_path(check, ast, scope, hint);
    case AST_CALL:
        return check_call(check, ast, scope, hint);
    case AST_AGGREGATE:
        return check_aggregate(check, ast, scope);
    case AST_IF:
        return check_if(check, ast, scope, hint);
    case AST_BINARY:
        return ast->op >= NODE_EQUAL && ast->op <= NODE_GREATER_EQUAL ? check_comparison(check, ast, scope)
                                                                      : check_chain(check, ast, scope);
    case AST_NOT:
        child = check_ast(check, ast->children[0], scope, -1);
        if (child == NULL || !check_bool(check, &child, ast->children[0])) return NULL;
        return check_parent(check, NODE_NOT, type_of(TYPE_BOOL), ast, &child, 1);
    case AST_NEGATE:
        child = check_ast(check, ast->children[0], scope, -1);
        return child == NULL ? NULL : check_negated(check, ast, child);
    case AST_BETWEEN:
        return check_between(check, ast, scope);
    case AST_IN:
        return check_in(check, ast, scope);
    case AST_HAS:
    case AST_ONLY:
        return check_has(check, ast, scope);
    case AST_IS_NULL:
    case AST_KNOWN:
        child = check_ast(check, ast->children[0], scope, -1);
        if (child == NULL) return NULL;
        return check_parent(check, ast->kind == AST_KNOWN ? NODE_KNOWN : NODE_IS_NULL, type_of(TYPE_BOOL),
                            ast, &child, 1);
    }
    return NULL;
}

struct node *check_ast(struct check *check, const struct ast *ast, int scope, int hint)
{
    check->depth++;
    if (check->depth > check->deepest) check->deepest = check->depth;
    struct node *node = check_one(check, ast, scope, hint);
    check->depth--;
    return node;
}

/* ---- The whole formula ---- */

static bool fits(struct type type, const struct type *wanted)
{
    return type.kind == wanted->kind && (wanted->dictionary < 0 || type.dictionary == wanted->dictionary) &&
           (wanted->unit < 0 || type.unit < 0 || type.unit == wanted->unit) &&
           (wanted->record < 0 || type.record == wanted->record);
}

struct node *check_formula(struct check *check, const struct ast *ast, int scope, const struct type *wanted)
{
    bool code = wanted != NULL && wanted->kind == TYPE_CODE;
    struct node *node = check_ast(check, ast, scope, code ? wanted->dictionary : -1);
    if (node == NULL) return NULL;
    if (wanted == NULL) {
        if (node->type.kind != TYPE_NULL) return node;
        err_set(&check->err, ERR_INPUT, "公式只是“空”，看不出它的类型",
                "the formula is only null; its type cannot be told");
        return check_stop_at(check, ast);
    }
    if (wanted->kind != TYPE_NULL && check_adapt(check, &node, *wanted) && fits(node->type, wanted))
        return node;
    err_set(&check->err, ERR_INPUT, "此处要%s%.0s，公式的结果却是%s%.0s",
            "%.0s%s is wanted here, but the formula gives %.0s%s", check_type_name(check, *wanted, "zh"),
            check_type_name(check, *wanted, "en"), check_type_name(check, node->type, "zh"),
            check_type_name(check, node->type, "en"));
    return check_stop_at(check, ast);
}

void check_place(struct err *err, const struct formula_source *source)
{
    if (source->line <= 0) return;
    int line = err->line > 0 ? err->line : 1, column = err->line > 0 ? err->column : 1;
    err_at(err, source->file, source->line + line - 1, line == 1 ? source->column + column - 1 : column);
}

int formula_check(const struct schema *schema, struct arena *arena, int scope, struct formula_source source,
                  const struct type *wanted, struct node **out, struct err *err)
{
    struct check check;
    struct ast *ast;
    check_init(&check, schema, arena);
    *out = NULL;
    if (ast_parse(schema, &check.scratch, source.text, &ast, &check.err) == 0)
        *out = check_formula(&check, ast, scope, wanted);
    check_fini(&check);
    if (*out != NULL) return 0;
    check_place(&check.err, &source);
    if (err != NULL) *err = check.err;
    return check.err.code;
}
