/* Local: does a formula look at nothing but one record, what hangs on it, and what is no part of any such
 * family? Then the record's answer and reason are the same in a frame that holds no more than that. */
#ifndef ZENGSHOU_MONITOR_LOCAL_H
#define ZENGSHOU_MONITOR_LOCAL_H

#include "formula/node.h"

/* above: the register whose records are the families' heads. */
bool formula_is_local(const struct schema *schema, const struct node *node, int above);

/* The same of the family that a record of `from`, which hangs on nothing of it, leads into by its own
 * references to the head: does the formula, of scope `from`, look at no other one? */
bool formula_is_local_from(const struct schema *schema, const struct node *node, int above, int from);

/* Is the register `above`, or does it hang on it, directly or further down? */
bool hangs_on(const struct schema *schema, int reg, int above);

#endif
