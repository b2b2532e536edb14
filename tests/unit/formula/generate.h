/* Random well-typed trees over a world, of every operation, as deep as asked. */
#ifndef ZENGSHOU_TESTS_FORMULA_GENERATE_H
#define ZENGSHOU_TESTS_FORMULA_GENERATE_H

#include "world.h"

struct node *generate(struct world *world, int reg, enum type_kind kind, int depth);

#endif
