/* What is written twice, for any processor and for one with AVX-512, must give the same, and what a loop over
 * single rows gives. */
#include <string.h>

#include "../base/cmocka_all.h"
#include "formula/bits.h"
#include "formula/column_test.h"
#include "formula/processor.h"
#include "formula/segment.h"

enum { ROWS = 1000, WORDS = (ROWS + 63) / 64 + 1, PARENTS = 200 };

static uint64_t next(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33 ^ *random << 31;
}

struct scene {
    uint32_t ends[PARENTS + 1];
    struct segments at;
    uint64_t masks[SEGMENT_MASKS][WORDS];
    int32_t narrow[ROWS + 64];
    int64_t wide[ROWS + 64];
};

/* Slices of no row, of few, and of more than a word has; the chunk may begin and end within one. */
static void scene_make(struct scene *scene, uint64_t seed, bool small)
{
    uint64_t random = seed;
    uint32_t row = 0;
    memset(scene, 0, sizeof *scene);
    for (size_t p = 0; p < PARENTS; p++) {
        scene->ends[p] = row;
        row += (uint32_t)(next(&random) % (p % 17 == 0 ? 150 : p % 5 == 0 ? 60 : 30));
    }
    scene->ends[PARENTS] = row;
    scene->at.ends = scene->ends;
    scene->at.first = next(&random) % (row / 2);
    scene->at.rows = row - scene->at.first < ROWS ? row - scene->at.first : ROWS - next(&random) % 70;
    while (scene->ends[scene->at.parent + 1] <= scene->at.first) scene->at.parent++;
    scene->at.parent_end = scene->at.parent;
    while (scene->at.parent_end < PARENTS &&
           scene->ends[scene->at.parent_end] < scene->at.first + scene->at.rows)
        scene->at.parent_end++;
    for (size_t k = 0; k < SEGMENT_MASKS; k++)
        for (size_t w = 0; w < WORDS; w++)
            scene->masks[k][w] = k == 0   ? ~(uint64_t)0
                                 : k == 1 ? 0
                                 : k % 2  ? next(&random)
                                          : next(&random) & next(&random) & next(&random);
    for (size_t i = 0; i < ROWS + 64; i++) {
        int32_t value = (int32_t)next(&random);
        scene->narrow[i] = small ? value / (SEGMENT_STRIDE + 1) : i % 3 == 0 ? INT32_MIN : value;
        scene->wide[i] = (int64_t)(next(&random) << 32 ^ next(&random)) / (1 << 20);
    }
}

static void add_one_by_one(const struct scene *scene, size_t k, bool wide, int64_t *sums)
{
    for (size_t p = 0; p < PARENTS; p++)
        for (size_t row = scene->ends[p]; row < scene->ends[p + 1]; row++) {
            size_t i = row - scene->at.first;
            if (row < scene->at.first || i >= scene->at.rows || !bits_get(scene->masks[k], i)) continue;
            sums[p] += wide ? scene->wide[i] : scene->narrow[i];
        }
}

static void check_sums(const struct scene *scene, enum segment_values values, segment_sums_run *run,
                       size_t count)
{
    static int64_t sums[SEGMENT_MASKS][PARENTS];
    struct segment_sums call = {.at = &scene->at,
                                .count = count,
                                .values = values == SEGMENT_WIDE ? (const void *)scene->wide : scene->narrow};
    for (size_t k = 0; k < count; k++) {
        call.masks[k] = scene->masks[k];
        call.sums[k] = sums[k];
        for (size_t p = 0; p < PARENTS; p++) sums[k][p] = (int64_t)(k * 1000 + p);
    }
    run(&call);
    for (size_t k = 0; k < count; k++) {
        int64_t want[PARENTS];
        for (size_t p = 0; p < PARENTS; p++) want[p] = (int64_t)(k * 1000 + p);
        add_one_by_one(scene, k, values == SEGMENT_WIDE, want);
        assert_memory_equal(sums[k], want, sizeof want);
    }
}

static void sums_over_slices(void **state)
{
    static struct scene scene;
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++)
        for (int values = SEGMENT_SMALL; values <= SEGMENT_WIDE; values++) {
            size_t count = 1 + seed % SEGMENT_MASKS;
            scene_make(&scene, seed, values == SEGMENT_SMALL);
            check_sums(&scene, (enum segment_values)values, segment_sums_plain((enum segment_values)values),
                       count);
            check_sums(&scene, (enum segment_values)values, segment_sums_pick((enum segment_values)values),
                       count);
        }
}

static void any_and_count(void **state)
{
    static struct scene scene;
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        scene_make(&scene, seed, true);
        for (size_t i = 0; i < ROWS + 64; i++) scene.narrow[i] = 1;
        for (size_t k = 0; k < SEGMENT_MASKS; k++) {
            int64_t counts[PARENTS] = {0}, want[PARENTS] = {0};
            uint64_t any[PARENTS / 64 + 1] = {0};
            segment_counts(&scene.at, scene.masks[k], counts);
            segment_any(&scene.at, scene.masks[k], any);
            add_one_by_one(&scene, k, false, want);
            assert_memory_equal(counts, want, sizeof want);
            for (size_t p = 0; p < PARENTS; p++) assert_int_equal(bits_get(any, p), want[p] > 0);
        }
    }
}

static int64_t value_at(enum column_width width, const void *values, size_t i)
{
    switch (width) {
    case COLUMN_I8:
        return ((const int8_t *)values)[i];
    case COLUMN_U8:
        return ((const uint8_t *)values)[i];
    case COLUMN_I16:
        return ((const int16_t *)values)[i];
    case COLUMN_U16:
        return ((const uint16_t *)values)[i];
    case COLUMN_I32:
        return ((const int32_t *)values)[i];
    case COLUMN_I64:
        return ((const int64_t *)values)[i];
    case COLUMN_ABSENT:
    case COLUMN_BIT:
    case COLUMN_F64:
    case COLUMN_PARENT:
    case COLUMN_TEXT:
        break;
    }
    return 0;
}

static void check_test(enum column_width width, const void *values, int64_t low, int64_t high,
                       column_test_run *run)
{
    enum { TEST_WORDS = 3 };
    uint64_t out[TEST_WORDS] = {5, 6, 7}, joined[TEST_WORDS] = {5, 6, 7};
    run(values, low, high, out, TEST_WORDS, false);
    run(values, low, high, joined, TEST_WORDS, true);
    for (size_t i = 0; i < TEST_WORDS * 64; i++) {
        int64_t value = value_at(width, values, i);
        assert_int_equal(bits_get(out, i), value >= low && value <= high);
        joined[i / 64] &= ~((uint64_t)bits_get(out, i) << i % 64);
    }
    assert_true((joined[0] & ~UINT64_C(5)) == 0 && (joined[1] & ~UINT64_C(6)) == 0 &&
                (joined[2] & ~UINT64_C(7)) == 0);
}

static void tests_of_columns(void **state)
{
    uint64_t random = 7, values[192];
    (void)state;
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < 192; i++)
            values[i] = round % 3 ? next(&random) << 32 ^ next(&random) : next(&random) % 5;
        for (int width = COLUMN_I8; width <= COLUMN_I64; width++) {
            enum column_width at = (enum column_width)width;
            int64_t least, most;
            column_width_limits(at, &least, &most);
            int64_t low = value_at(at, values, next(&random) % 192),
                    high = value_at(at, values, next(&random) % 192);
            if (round % 5 == 0) low = least;
            if (round % 7 == 0) high = most;
            if (low > high) continue;
            check_test(at, values, low, high, column_test_plain(at));
            check_test(at, values, low, high, column_test_pick(at));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_over_slices),
        cmocka_unit_test(any_and_count),
        cmocka_unit_test(tests_of_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
