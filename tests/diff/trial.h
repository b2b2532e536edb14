/* Random formulas over random worlds, and what is left of one that differs. */
#ifndef ZENGSHOU_TESTS_DIFF_TRIAL_H
#define ZENGSHOU_TESTS_DIFF_TRIAL_H

#include "compare.h"

struct tally {
    size_t formulas, refused, wrong;
};

/* `formulas` random ones over the world of this seed. A difference is reduced to a small formula over few
 * rows, which are printed with the statement as comments. */
void trial_run(const struct diff *diff, uint64_t seed, size_t formulas, struct tally *tally);

#endif
