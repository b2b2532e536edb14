/* From the checker's tree to SQL expressions: parameters and dates are bound here. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "formula/sqlgen_plan.h"

enum { NESTING_MAX = 1000, EXPRESSIONS_MAX = 5000 };

int sql_lower_as(struct sql_plan *plan, const struct node *node, struct sql_scene scene, enum type_kind kind)
{
    if (node->type.kind == TYPE_NULL) return sql_unknown(plan, kind);
    return sql_lower(plan, node, scene);
}

static int lower_parameter(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    const struct sqlgen_options *options = plan->options;
    const struct schema_parameter *parameter = &plan->schema->parameters[node->index];
    struct value value = scene.dated ? schema_parameter_at(parameter, scene.as_of) : (struct value){0};
    for (size_t i = 0; i < options->overlay_count; i++)
        if (options->overlays[i].parameter == node->index)
            return sql_constant(plan, parameter->type, &options->overlays[i].value);
    return sql_constant(plan, parameter->type, &value);
}

static int lower_as_of(struct sql_plan *plan, struct sql_scene scene)
{
    struct value value = {.known = scene.dated, .integer = scene.as_of};
    return sql_constant(plan, type_of(TYPE_DATE), &value);
}

static int lower_up(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    int other = plan->schema->registers[scene.reg].fields[node->index].type.record;
    return sql_up(plan, scene.reg, node->index,
                  sql_lower(plan, node->children[0], (struct sql_scene){other, scene.dated, scene.as_of}));
}

static int lower_pair(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    enum phrase phrase = node->op == NODE_AND ? PHRASE_AND : PHRASE_OR;
    int result = sql_lower_as(plan, node->children[0], scene, TYPE_BOOL);
    for (size_t i = 1; i < node->child_count; i++)
        result = sql_say(plan, scene.reg, phrase, result,
                         sql_lower_as(plan, node->children[i], scene, TYPE_BOOL), SQL_NONE);
    return result;
}

static int compare(struct sql_plan *plan, enum node_op op, const struct node *a, const struct node *b,
                   struct sql_scene scene)
{
    int any = sql_lower_any(plan, op, a, b, scene);
    if (any != SQL_NONE) return any;
    int left = sql_lower(plan, a, scene), right = sql_lower(plan, b, scene);
    return sql_compare(plan, scene.reg, op, a->type.kind, left, b->type.kind, right);
}

static int lower_between(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    int low = compare(plan, NODE_GREATER_EQUAL, node->children[0], node->children[1], scene);
    int high = compare(plan, NODE_LESS_EQUAL, node->children[0], node->children[2], scene);
    return sql_say(plan, scene.reg, PHRASE_AND, low, high, SQL_NONE);
}

/* Constants of the value's own type make a list, the others are compared one by one. */
static int lower_in(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    enum type_kind kind = node->children[0]->type.kind;
    int value = sql_lower(plan, node->children[0], scene), result = SQL_NONE;
    struct buffer list = {0};
    for (size_t i = 1; i < node->child_count; i++) {
        const struct node *item = node->children[i];
        int constant = sql_lower(plan, item, scene);
        if (item->type.kind == kind && sql_at(plan, constant)->form == SQL_LITERAL) {
            buffer_string(&list, list.size == 0 ? "(" : ", ");
            buffer_text(&list, sql_at(plan, constant)->text);
            continue;
        }
        int equal = sql_compare(plan, scene.reg, NODE_EQUAL, kind, value, item->type.kind, constant);
        result = result == SQL_NONE ? equal : sql_say(plan, scene.reg, PHRASE_OR, result, equal, SQL_NONE);
    }
    if (list.size > 0) {
        buffer_char(&list, ')');
        int in = sql_say(plan, scene.reg, PHRASE_IN, value, sql_literal(plan, list.data), SQL_NONE);
        result = result == SQL_NONE ? in : sql_say(plan, scene.reg, PHRASE_OR, in, result, SQL_NONE);
    }
    if (result == SQL_NONE)
        result = sql_say(plan, scene.reg, PHRASE_FALSE_IF_KNOWN, value, SQL_NONE, SQL_NONE);
    buffer_fini(&list);
    return result;
}

static int lower_negate(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    int a = sql_lower_as(plan, node->children[0], scene, node->type.kind);
    if (node->type.kind == TYPE_RATIO)
        return sql_say(plan, scene.reg, PHRASE_RATIO_NEGATE, a, SQL_NONE, SQL_NONE);
    return sql_integer_operation(plan, scene.reg, PHRASE_SUBTRACT, sql_number(plan, 0), a);
}

static int lower_if(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    enum type_kind kind = node->type.kind;
    int condition = sql_lower_as(plan, node->children[0], scene, TYPE_BOOL);
    int then = sql_lower_as(plan, node->children[1], scene, kind);
    bool otherwise = node->child_count > 2 && node->children[2] != NULL;
    return sql_say(plan, scene.reg, PHRASE_IF, condition, then,
                   otherwise ? sql_lower_as(plan, node->children[2], scene, kind) : sql_unknown(plan, kind));
}

static int lower_coalesce(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    size_t i = node->child_count - 1;
    int result = sql_lower_as(plan, node->children[i], scene, node->type.kind);
    while (i-- > 0)
        result = sql_say(plan, scene.reg, PHRASE_COALESCE,
                         sql_lower_as(plan, node->children[i], scene, node->type.kind), result, SQL_NONE);
    return result;
}

static int lower_definition(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    int outside = plan->definition;
    plan->definition = node->index;
    int result = sql_lower(plan, node->children[0], scene);
    plan->definition = outside;
    struct sql_expr *expr = sql_at(plan, result);
    if (expr->name.size == 0 && node->index >= 0 && (size_t)node->index < plan->schema->definition_count)
        expr->name = plan->schema->definitions[node->index].label.name;
    return result;
}

static struct sql_scene year_before(struct sql_scene scene)
{
    if (!scene.dated) return scene;
    int32_t earlier = date_year_before(scene.as_of);
    scene.dated = date_in_range(earlier);
    scene.as_of = scene.dated ? earlier : 0;
    return scene;
}

static bool is_computed(enum node_op op)
{
    return op != NODE_CONSTANT && op != NODE_PARAMETER && op != NODE_AS_OF && op != NODE_DEFINITION;
}

static int lower_fresh(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    struct node *const *child = node->children;
    struct value folded;
    if (node->scope < 0 && is_computed(node->op) && sql_fold(plan, node, scene, &folded))
        return sql_constant(plan, node->type, &folded);
    switch (node->op) {
    case NODE_CONSTANT:
        return sql_constant(plan, node->type, &node->value);
    case NODE_PARAMETER:
        return lower_parameter(plan, node, scene);
    case NODE_AS_OF:
        return lower_as_of(plan, scene);
    case NODE_FIELD:
        return sql_column(plan, scene.reg, node->index);
    case NODE_DEFINITION:
        return lower_definition(plan, node, scene);
    case NODE_UP:
        return lower_up(plan, node, scene);
    case NODE_AGGREGATE:
        return sql_lower_aggregate(plan, node, scene);
    case NODE_NOT:
        return sql_say(plan, scene.reg, PHRASE_NOT, sql_lower_as(plan, child[0], scene, TYPE_BOOL), SQL_NONE,
                       SQL_NONE);
    case NODE_AND:
    case NODE_OR:
        return lower_pair(plan, node, scene);
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        return compare(plan, node->op, child[0], child[1], scene);
    case NODE_BETWEEN:
        return lower_between(plan, node, scene);
    case NODE_IN:
        return lower_in(plan, node, scene);
    case NODE_IS_NULL:
        return sql_say(plan, scene.reg, PHRASE_IS_NULL, sql_lower(plan, child[0], scene), SQL_NONE, SQL_NONE);
    case NODE_KNOWN:
        return sql_say(plan, scene.reg, PHRASE_KNOWN, sql_lower(plan, child[0], scene), SQL_NONE, SQL_NONE);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE: {
        int a = sql_lower(plan, child[0], scene), b = sql_lower(plan, child[1], scene);
        return sql_arithmetic(plan, scene.reg, node->op, child[0]->type.kind, a, child[1]->type.kind, b,
                              node->type.kind);
    }
    case NODE_NEGATE:
        return lower_negate(plan, node, scene);
    case NODE_IF:
        return lower_if(plan, node, scene);
    case NODE_COALESCE:
        return lower_coalesce(plan, node, scene);
    case NODE_CALL:
        return sql_lower_call(plan, node, scene);
    case NODE_PREVIOUS:
        return sql_lower(plan, child[0], year_before(scene));
    case NODE_CONVERT:
        return sql_convert(plan, scene.reg, child[0]->type.kind, sql_lower(plan, child[0], scene),
                           node->type.kind);
    }
    return sql_refuse(plan, "operation");
}

/* ---- Each tree once in each scene ---- */

static void key_of(const struct node *node, struct sql_scene scene, struct buffer *key)
{
    buffer_clear(key);
    buffer_printf(key, "n%p %d %d %d", (const void *)node, scene.reg, scene.dated,
                  scene.dated ? scene.as_of : 0);
}

static bool lowered(const struct sql_plan *plan, const struct node *node, struct sql_scene scene,
                    size_t *result)
{
    struct buffer key = {0};
    key_of(node, scene, &key);
    bool found = map_get(&plan->known, buffer_get(&key), result);
    buffer_fini(&key);
    return found;
}

static int lower_one(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    size_t before;
    if (lowered(plan, node, scene, &before)) return (int)before;
    if (plan->nesting >= NESTING_MAX) return sql_refuse(plan, "nesting");
    if (plan->count > EXPRESSIONS_MAX) return sql_refuse(plan, "too large");
    const struct node *above = plan->at;
    plan->nesting++;
    plan->at = node;
    int result = plan->status == 0 ? lower_fresh(plan, node, scene) : sql_literal(plan, "NULL");
    plan->at = above;
    plan->nesting--;
    struct buffer key = {0};
    key_of(node, scene, &key);
    map_put(&plan->known, buffer_get(&key), (size_t)result);
    buffer_fini(&key);
    return result;
}

static bool is_chain(enum node_op op)
{
    return op == NODE_AND || op == NODE_OR || op == NODE_ADD || op == NODE_SUBTRACT || op == NODE_MULTIPLY ||
           op == NODE_DIVIDE;
}

/* A chain of operators leans to the left and may be of any length: its innermost part goes first. */
int sql_lower(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    const struct node **chain = NULL;
    size_t count = 0, capacity = 0, before;
    for (const struct node *at = node;
         is_chain(at->op) && at->scope >= 0 && !lowered(plan, at, scene, &before); at = at->children[0]) {
        chain = mem_grow(chain, &capacity, count + 1, sizeof *chain);
        chain[count++] = at;
    }
    while (count > 1) lower_one(plan, chain[--count], scene);
    free(chain);
    return lower_one(plan, node, scene);
}
