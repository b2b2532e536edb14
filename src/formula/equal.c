/* Equality of trees, and which fields a tree reads. Both walk chains of binary operators in a loop:
 * everything but the first operand by recursion, the first by going on. */
#include <stdlib.h>

#include "base/mem.h"
#include "formula/formula.h"

static bool same_value(const struct node *a, const struct node *b)
{
    return a->value.known == b->value.known && a->value.integer == b->value.integer &&
           a->value.ratio == b->value.ratio && text_equal(a->value.text, b->value.text);
}

static bool same_here(const struct node *a, const struct node *b)
{
    if (a->op != b->op || !type_equal(a->type, b->type) || a->scope != b->scope || a->index != b->index ||
        a->other != b->other || a->child_count != b->child_count)
        return false;
    if (a->op == NODE_AGGREGATE && a->aggregate != b->aggregate) return false;
    if (a->op == NODE_CALL && a->function != b->function) return false;
    return a->op != NODE_CONSTANT || same_value(a, b);
}

bool formula_equal(const struct node *a, const struct node *b)
{
    for (;;) {
        if (a == NULL || b == NULL) return a == b;
        if (!same_here(a, b)) return false;
        if (a->child_count == 0 || a->op == NODE_DEFINITION) return true;
        for (size_t i = 1; i < a->child_count; i++)
            if (!formula_equal(a->children[i], b->children[i])) return false;
        a = a->children[0];
        b = b->children[0];
    }
}

/* seen: the definitions walked already, for they share one another without end. */
static void mark(const struct schema *schema, const struct node *node, bool **used, bool *seen)
{
    while (node != NULL) {
        if (node->op == NODE_FIELD || node->op == NODE_UP) used[node->scope][node->index] = true;
        if (node->op == NODE_AGGREGATE) {
            int parent_field = schema->registers[node->other].parent_field;
            used[node->other][node->index] = true;
            if (parent_field >= 0) used[node->other][parent_field] = true;
        }
        if (node->op == NODE_DEFINITION) {
            if (seen[node->index]) return;
            seen[node->index] = true;
        }
        for (size_t i = 1; i < node->child_count; i++) mark(schema, node->children[i], used, seen);
        node = node->child_count > 0 ? node->children[0] : NULL;
    }
}

void formula_fields_used(const struct schema *schema, const struct node *node, bool **used)
{
    bool *seen = mem_new(schema->definition_count, sizeof *seen);
    mark(schema, node, used, seen);
    free(seen);
}
