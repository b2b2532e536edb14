/* "Did you mean": the nearest of some names. */
#ifndef ZENGSHOU_BASE_SUGGEST_H
#define ZENGSHOU_BASE_SUGGEST_H

#include <stddef.h>

#include "base/text.h"

struct suggest {
    struct text wanted;
    struct text best; /* empty while nothing is near enough */
    size_t distance;
};

struct suggest suggest_start(struct text wanted);
void suggest_offer(struct suggest *suggest, struct text candidate); /* candidate is borrowed */

/* Damerau-Levenshtein distance (adjacent swaps count 1) in code points, cut at 64 code points. */
size_t suggest_distance(struct text a, struct text b);

#endif
