/* Whether two frames are the same in everything that a formula can see of them: rows, ids, slices, widths,
 * ranges, items, unknowns. */
#ifndef ZENGSHOU_TESTS_FORMULA_FRAME_COMPARE_H
#define ZENGSHOU_TESTS_FORMULA_FRAME_COMPARE_H

#include "formula/frame.h"

/* Fails the test with the place of the first difference. Of one schema. */
void assert_frames_equal(const struct frame *frame, const struct frame *expected);

#endif
