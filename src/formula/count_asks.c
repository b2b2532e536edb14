/* Shared by the two ways of computing (graph, SQL) and by explanations, which have to agree. */
#include "formula/count_asks.h"

const struct node *node_behind(const struct node *node)
{
    while (node->op == NODE_DEFINITION) node = node->children[0];
    return node;
}

bool node_is_count(const struct node *node)
{
    node = node_behind(node);
    return node->op == NODE_AGGREGATE && node->aggregate == AGGREGATE_COUNT;
}

enum node_op node_mirrored(enum node_op op)
{
    if (op == NODE_LESS) return NODE_GREATER;
    if (op == NODE_GREATER) return NODE_LESS;
    if (op == NODE_LESS_EQUAL) return NODE_GREATER_EQUAL;
    if (op == NODE_GREATER_EQUAL) return NODE_LESS_EQUAL;
    return op;
}

enum count_asks count_asks(enum node_op op, int64_t bound)
{
    if (bound == 0 && (op == NODE_GREATER || op == NODE_UNEQUAL)) return COUNT_ASKS_ANY;
    if (bound == 1 && op == NODE_GREATER_EQUAL) return COUNT_ASKS_ANY;
    if (bound == 0 && (op == NODE_EQUAL || op == NODE_LESS_EQUAL)) return COUNT_ASKS_NONE;
    if (bound == 1 && op == NODE_LESS) return COUNT_ASKS_NONE;
    return COUNT_ASKS_NUMBER;
}
