/* Random numbers of our own, so that a seed gives the same county on every machine: xoshiro256** seeded by
 * splitmix64, and distributions in integers only (a C library's exp or log may differ in the last bit). */
#ifndef ZENGSHOU_DEMO_RANDOM_H
#define ZENGSHOU_DEMO_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MILLION = 1000000 }; /* shares are per million */

struct random {
    uint64_t state[4];
};

/* Independent generators for the same seed and different streams: a household draws the same numbers whatever
 * was drawn for the others. */
struct random random_start(uint64_t seed, uint64_t stream);

/* One number out of three, for decisions that must come out the same wherever they are asked for. */
uint64_t random_hash(uint64_t a, uint64_t b, uint64_t c);

uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t limit); /* 0 .. limit - 1, unbiased; 0 for limit 0 */
int64_t random_between(struct random *random, int64_t least,
                       int64_t most); /* both included; least when most < least */
bool random_chance(struct random *random, int64_t per_million);

/* An index with a chance in proportion to its weight; 0 when all weights are 0. */
size_t random_pick(struct random *random, const int64_t *weights, size_t count);

/* Standard normal in 65,536ths, cut at ±6. */
int64_t random_normal(struct random *random);

/* mean + deviation × normal. */
int64_t random_bell(struct random *random, int64_t mean, int64_t deviation);

/* median × e^(spread × normal), spread in millionths; never negative. median up to 2^40. */
int64_t random_skewed(struct random *random, int64_t median, int64_t spread);

/* value × share, share in millionths, rounded half away from zero. */
int64_t random_share_of(int64_t value, int64_t share);

#endif
