/* A comparison of a count with 0 or 1 asks only whether there is any row: whoever computes or explains it
 * need not count them all. */
#ifndef ZENGSHOU_FORMULA_COUNT_ASKS_H
#define ZENGSHOU_FORMULA_COUNT_ASKS_H

#include "formula/node.h"

enum count_asks { COUNT_ASKS_NUMBER, COUNT_ASKS_ANY, COUNT_ASKS_NONE };

/* What `count op bound` asks. */
enum count_asks count_asks(enum node_op op, int64_t bound);

/* The node that a name stands for. */
const struct node *node_behind(const struct node *node);
/* A count of rows, itself or by name. */
bool node_is_count(const struct node *node);
/* The comparison with its sides changed over. */
enum node_op node_mirrored(enum node_op op);

#endif
