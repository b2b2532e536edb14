/* Formulas that are written down: the language's own cases, and a pack's rules and definitions. */
#ifndef ZENGSHOU_TESTS_DIFF_GIVEN_H
#define ZENGSHOU_TESTS_DIFF_GIVEN_H

#include "compare.h"

/* root: of the source tree. False when one differed; TAP lines are counted in *points. */
bool given_run(const struct diff *diff, const char *root, size_t *points);

#endif
