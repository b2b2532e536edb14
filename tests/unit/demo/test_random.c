/* The generator: the same on every machine, and shaped as asked. */
#include "../base/cmocka_all.h"

#include <stdlib.h>

#include "demo/random.h"

enum { DRAWS = 20000 };

static void same_seed_same_numbers(void **state)
{
    (void)state;
    struct random a = random_start(7, 3), b = random_start(7, 3), other = random_start(8, 3),
                  stream = random_start(7, 4);
    bool differs = false, streams_differ = false;
    for (int i = 0; i < 100; i++) {
        uint64_t x = random_next(&a);
        assert_true(x == random_next(&b));
        differs = differs || x != random_next(&other);
        streams_differ = streams_differ || x != random_next(&stream);
    }
    assert_true(differs);
    assert_true(streams_differ);
}

/* Written down once: a compiler or machine on which this fails would make other files from the same seed. */
static void numbers_are_those_of_the_algorithm(void **state)
{
    (void)state;
    struct random random = {{1, 2, 3, 4}};
    assert_true(random_next(&random) == 11520); /* xoshiro256** from the state 1, 2, 3, 4 */
    assert_true(random_next(&random) == 0);
    assert_true(random_next(&random) == 1509978240);
    assert_true(random_next(&random) == UINT64_C(1215971899390074240));
}

static void ranges_hold_both_ends(void **state)
{
    (void)state;
    struct random random = random_start(1, 1);
    bool least = false, most = false;
    for (int i = 0; i < DRAWS; i++) {
        int64_t x = random_between(&random, -3, 3);
        assert_in_range(x + 3, 0, 6);
        least = least || x == -3;
        most = most || x == 3;
    }
    assert_true(least && most);
    assert_int_equal(random_between(&random, 5, 5), 5);
    assert_int_equal(random_between(&random, 5, 4), 5);
    assert_int_equal(random_below(&random, 0), 0);
}

static void chances_and_weights_come_true(void **state)
{
    (void)state;
    struct random random = random_start(1, 2);
    int hits = 0, picked[4] = {0};
    const int64_t weights[4] = {0, 10, 30, 60};
    for (int i = 0; i < DRAWS; i++) {
        hits += random_chance(&random, 250000);
        picked[random_pick(&random, weights, 4)]++;
    }
    assert_in_range(hits, DRAWS * 23 / 100, DRAWS * 27 / 100);
    assert_int_equal(picked[0], 0);
    assert_in_range(picked[1], DRAWS * 8 / 100, DRAWS * 12 / 100);
    assert_in_range(picked[3], DRAWS * 58 / 100, DRAWS * 62 / 100);
    const int64_t none[2] = {0, 0};
    assert_int_equal(random_pick(&random, none, 2), 0);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void skewed_has_the_median_and_spread(void **state)
{
    (void)state;
    static int64_t drawn[DRAWS];
    struct random random = random_start(1, 3);
    for (int i = 0; i < DRAWS; i++) {
        drawn[i] = random_skewed(&random, 1000000, 500000);
        assert_true(drawn[i] >= 0);
    }
    qsort(drawn, DRAWS, sizeof *drawn, ascending);
    assert_in_range(drawn[DRAWS / 2], 970000, 1030000);
    /* One deviation up is e^0.5 = 1.6487 times the median, one down 0.6065 times. */
    assert_in_range(drawn[DRAWS * 84 / 100], 1580000, 1720000);
    assert_in_range(drawn[DRAWS * 16 / 100], 580000, 630000);
}

static void bell_has_mean_and_deviation(void **state)
{
    (void)state;
    struct random random = random_start(1, 4);
    int64_t sum = 0;
    int within = 0;
    for (int i = 0; i < DRAWS; i++) {
        int64_t x = random_bell(&random, 90000, 120000);
        sum += x;
        within += x > -30000 && x < 210000;
    }
    assert_in_range(sum / DRAWS, 86000, 94000);
    assert_in_range(within, DRAWS * 66 / 100, DRAWS * 71 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_numbers),
        cmocka_unit_test(numbers_are_those_of_the_algorithm),
        cmocka_unit_test(ranges_hold_both_ends),
        cmocka_unit_test(chances_and_weights_come_true),
        cmocka_unit_test(skewed_has_the_median_and_spread),
        cmocka_unit_test(bell_has_mean_and_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
