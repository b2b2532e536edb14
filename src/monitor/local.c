/* A formula leaves its family by a reference into another one, by an aggregate from outside, or by looking at
 * all records. */
#include "monitor/local.h"

bool hangs_on(const struct schema *schema, int reg, int above)
{
    while (reg >= 0 && reg != above) reg = schema->registers[reg].parent;
    return reg >= 0;
}

/* The family stays together along the references by which its records hang on each other. */
static bool is_inner_step(const struct schema *schema, int child, int field, int above)
{
    return child != above && hangs_on(schema, child, above) && schema->registers[child].parent_field == field;
}

/* from: the register whose records lead into the family by their references; -1: none does. */
static bool stays(const struct schema *schema, const struct node *node, int above, int from)
{
    bool leads = node->scope == from && from >= 0;
    switch (node->op) {
    case NODE_AGGREGATE:
        return !hangs_on(schema, node->other, above) ||
               is_inner_step(schema, node->other, node->index, above);
    case NODE_UP:
        return !hangs_on(schema, node->other, above) ||
               is_inner_step(schema, node->scope, node->index, above) || (leads && node->other == above);
    case NODE_FIELD:
        return node->type.kind != TYPE_RECORD || !hangs_on(schema, node->type.record, above) ||
               is_inner_step(schema, node->scope, node->index, above) ||
               (leads && node->type.record == above);
    case NODE_CALL:
        return (node->function != FUNCTION_RANK && node->function != FUNCTION_DUPLICATED) ||
               !hangs_on(schema, node->scope, above);
    case NODE_CONSTANT:
    case NODE_PARAMETER:
    case NODE_AS_OF:
    case NODE_DEFINITION:
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_IS_NULL:
    case NODE_KNOWN:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
    case NODE_NEGATE:
    case NODE_IF:
    case NODE_COALESCE:
    case NODE_PREVIOUS:
    case NODE_CONVERT:
        return true;
    }
    return false;
}

static bool is_local(const struct schema *schema, const struct node *node, int above, int from)
{
    /* Chains lean to the left, as deep as they are long. */
    while (stays(schema, node, above, from)) {
        for (size_t i = 1; i < node->child_count; i++)
            if (node->children[i] != NULL && !is_local(schema, node->children[i], above, from)) return false;
        if (node->child_count == 0 || node->children[0] == NULL) return true;
        node = node->children[0];
    }
    return false;
}

bool formula_is_local(const struct schema *schema, const struct node *node, int above)
{
    return is_local(schema, node, above, -1);
}

/* That no other record of `from` is looked at is what being local to it says. */
bool formula_is_local_from(const struct schema *schema, const struct node *node, int above, int from)
{
    return is_local(schema, node, from, -1) && is_local(schema, node, above, from);
}
