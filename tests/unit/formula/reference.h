/* The semantics of node.h once more, in the plainest way there is: recursively, record by record, over plain
 * tables. It shares nothing with the executor but the ground floor; that both agree is the proof of
 * exactness. */
#ifndef ZENGSHOU_TESTS_FORMULA_REFERENCE_H
#define ZENGSHOU_TESTS_FORMULA_REFERENCE_H

#include "world.h"

/* row: of the register on which the node is evaluated, NULL for none. */
struct value reference_value(const struct world *world, const struct node *node, int reg,
                             const struct world_row *row, int32_t as_of);

/* A row counts only when its parent, and the parent's parent …, are there: the frame leaves the others out.
 */
bool reference_present(const struct world *world, int reg, const struct world_row *row);

#endif
