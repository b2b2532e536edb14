/* A formula that never asks for the date has the same answer for every date: its figure of an earlier month
 * would be today's under another name. */
#include "formula/formula.h"

static enum formula_dated greater(enum formula_dated a, enum formula_dated b)
{
    return a > b ? a : b;
}

static bool asks_the_year(const struct node *node)
{
    return node->op == NODE_CALL && node->function == FUNCTION_YEAR && node->children[0]->op == NODE_AS_OF;
}

enum formula_dated formula_dated(const struct node *node)
{
    enum formula_dated found = FORMULA_UNDATED;
    if (node == NULL) return FORMULA_UNDATED;
    if (node->op == NODE_AS_OF) return FORMULA_DATED;
    if (asks_the_year(node)) return FORMULA_DATED_BY_YEAR;
    for (size_t i = 0; i < node->child_count && found != FORMULA_DATED; i++)
        found = greater(found, formula_dated(node->children[i]));
    return found;
}
