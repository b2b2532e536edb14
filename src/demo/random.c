/* The generator that makes a demonstration county the same on every machine. */
#include "demo/random.h"

#include "base/money.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct random random_start(uint64_t seed, uint64_t stream)
{
    uint64_t state = seed;
    state = splitmix(&state) ^ (stream * UINT64_C(0xD1342543DE82EF95));
    struct random random;
    for (size_t i = 0; i < 4; i++) random.state[i] = splitmix(&state);
    return random;
}

uint64_t random_hash(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t state = a;
    state = splitmix(&state) ^ b;
    state = splitmix(&state) ^ c;
    return splitmix(&state);
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t random_below(struct random *random, uint64_t limit)
{
    if (limit == 0) return 0;
    uint64_t reject = -limit % limit; /* the numbers below this would make small results more frequent */
    uint64_t x;
    do x = random_next(random);
    while (x < reject);
    return x % limit;
}

int64_t random_between(struct random *random, int64_t least, int64_t most)
{
    if (most <= least) return least;
    return least + (int64_t)random_below(random, (uint64_t)(most - least) + 1);
}

bool random_chance(struct random *random, int64_t per_million)
{
    return (int64_t)random_below(random, MILLION) < per_million;
}

size_t random_pick(struct random *random, const int64_t *weights, size_t count)
{
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) total += weights[i];
    if (total <= 0) return 0;
    int64_t at = (int64_t)random_below(random, (uint64_t)total);
    size_t i = 0;
    while (at >= weights[i]) at -= weights[i++];
    return i;
}

int64_t random_normal(struct random *random)
{
    /* The sum of twelve uniforms has variance 1: near enough to a bell, and exact in integers. */
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t bits = random_next(random);
        for (int part = 0; part < 4; part++) sum += (int64_t)(bits >> (16 * part) & 0xFFFF);
    }
    return sum - 6 * 65536;
}

int64_t random_bell(struct random *random, int64_t mean, int64_t deviation)
{
    return mean + deviation * random_normal(random) / 65536;
}

/* 2^(x / 2^30) in 2^30ths for 0 <= x < 2^30, by the series of e^(x ln 2); error below 1e-4. */
static int64_t power_of_two(int64_t x)
{
    static const int64_t series[] = {1073741824, 744261118, 257941281, 59597083, 10327380};
    int64_t sum = 0;
    for (int i = 4; i > 0; i--) sum = ((sum + series[i]) * x) >> 30;
    return sum + series[0];
}

int64_t random_skewed(struct random *random, int64_t median, int64_t spread)
{
    int64_t exponent = random_normal(random) * spread / MILLION; /* of e, in 65,536ths */
    int64_t binary = exponent * 94548 / 65536;                   /* of 2: 94548 = 65536 / ln 2 */
    int64_t whole = binary >> 16, part = (binary & 0xFFFF) << 14;
    if (whole > 20) whole = 20;
    if (whole < -40) return 0;
    int64_t value;
    if (!fixed_scale(median, power_of_two(part), INT64_C(1) << 30, &value)) return 0;
    return whole >= 0 ? value * (INT64_C(1) << whole) : value >> -whole;
}

int64_t random_share_of(int64_t value, int64_t share)
{
    int64_t result;
    return fixed_scale(value, share, MILLION, &result) ? result : 0;
}
