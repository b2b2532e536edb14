/* Three-valued logic on bitmaps, 64 rows an instruction, and the choices made by it. */
#include "formula/kernel.h"

/* A lane's bitmaps a word at a time; lanes that are always known have no map. */
static uint64_t known_word(const struct lane *lane, size_t w)
{
    return lane->known == NULL ? ~(uint64_t)0 : lane->known[w];
}

static uint64_t truth_word(const struct lane *lane, size_t w)
{
    return ((const uint64_t *)lane->values)[w];
}

/* What stands behind known bits is false, so `truth` alone says true and `known & ~truth` says false. */
static void not_bits(const struct kernel_call *call)
{
    uint64_t *out = call->out.values;
    for (size_t w = 0; w < bits_words(call->rows); w++)
        out[w] = known_word(&call->in[0], w) & ~truth_word(&call->in[0], w);
}

static void and_bits(const struct kernel_call *call)
{
    const struct lane *a = &call->in[0], *b = &call->in[1];
    uint64_t *out = call->out.values, *known = call->out.known;
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t ta = truth_word(a, w), tb = truth_word(b, w);
        out[w] = ta & tb;
        if (known != NULL) known[w] = (known_word(a, w) & ~ta) | (known_word(b, w) & ~tb) | (ta & tb);
    }
}

static void or_bits(const struct kernel_call *call)
{
    const struct lane *a = &call->in[0], *b = &call->in[1];
    uint64_t *out = call->out.values, *known = call->out.known;
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t ta = truth_word(a, w), tb = truth_word(b, w);
        out[w] = ta | tb;
        if (known != NULL) known[w] = ta | tb | (known_word(a, w) & known_word(b, w));
    }
}

static void known_bits(const struct kernel_call *call)
{
    uint64_t *out = call->out.values;
    for (size_t w = 0; w < bits_words(call->rows); w++) out[w] = known_word(&call->in[0], w);
}

static void known_rows(const struct kernel_call *call)
{
    const uint32_t *rows = call->in[0].values;
    uint64_t *out = call->out.values;
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t word = 0;
        for (size_t j = 0; j < 64; j++) word |= (uint64_t)(rows[w * 64 + j] != FRAME_NO_ROW) << j;
        out[w] = word;
    }
}

static void equal_bits(const struct kernel_call *call)
{
    uint64_t *out = call->out.values;
    for (size_t w = 0; w < bits_words(call->rows); w++)
        out[w] = ~(truth_word(&call->in[0], w) ^ truth_word(&call->in[1], w));
}

static void bits_to_int(const struct kernel_call *call)
{
    int64_t *out = call->out.values;
    for (size_t i = 0; i < bits_round(call->rows); i++) out[i] = bits_get(call->in[0].values, i);
}

static void if_known(const struct kernel_call *call)
{
    const struct lane *condition = &call->in[0];
    uint64_t *known = call->out.known;
    if (known == NULL) return;
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t truth = truth_word(condition, w);
        known[w] = (truth & known_word(&call->in[1], w)) |
                   (known_word(condition, w) & ~truth & known_word(&call->in[2], w));
    }
}

static void if_bits(const struct kernel_call *call)
{
    uint64_t *out = call->out.values;
    if_known(call);
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint64_t truth = truth_word(&call->in[0], w);
        out[w] = (truth & truth_word(&call->in[1], w)) |
                 (known_word(&call->in[0], w) & ~truth & truth_word(&call->in[2], w));
    }
}

/* out[i] = the chooser's bit i ? a[i] : b[i] */
#define CHOOSE(type, chooser, a_lane, b_lane)                                                                \
    {                                                                                                        \
        const type *restrict a = (a_lane)->values;                                                           \
        const type *restrict b = (b_lane)->values;                                                           \
        type *restrict out = call->out.values;                                                               \
        for (size_t w = 0; w < bits_words(call->rows); w++) {                                                \
            uint64_t word = (chooser);                                                                       \
            for (size_t j = 0; j < 64; j++) out[w * 64 + j] = word >> j & 1 ? a[w * 64 + j] : b[w * 64 + j]; \
        }                                                                                                    \
    }

#define IF_KERNEL(name, type)                                                                                \
    KERNEL void name(const struct kernel_call *call)                                                         \
    {                                                                                                        \
        if_known(call);                                                                                      \
        CHOOSE(type, truth_word(&call->in[0], w), &call->in[1], &call->in[2])                                \
    }
IF_KERNEL(if_narrow, int32_t)
IF_KERNEL(if_wide, int64_t)
IF_KERNEL(if_ratio, double)
IF_KERNEL(if_text, struct text)

static void coalesce_known(const struct kernel_call *call)
{
    uint64_t *known = call->out.known;
    if (known == NULL) return;
    for (size_t w = 0; w < bits_words(call->rows); w++)
        known[w] = known_word(&call->in[0], w) | known_word(&call->in[1], w);
}

static void coalesce_bits(const struct kernel_call *call)
{
    uint64_t *out = call->out.values;
    for (size_t w = 0; w < bits_words(call->rows); w++)
        out[w] = truth_word(&call->in[0], w) | (~known_word(&call->in[0], w) & truth_word(&call->in[1], w));
    coalesce_known(call);
}

#define COALESCE_KERNEL(name, type)                                                                          \
    KERNEL void name(const struct kernel_call *call)                                                         \
    {                                                                                                        \
        coalesce_known(call);                                                                                \
        CHOOSE(type, known_word(&call->in[0], w), &call->in[0], &call->in[1])                                \
    }
COALESCE_KERNEL(coalesce_narrow, int32_t)
COALESCE_KERNEL(coalesce_wide, int64_t)
COALESCE_KERNEL(coalesce_ratio, double)
COALESCE_KERNEL(coalesce_text, struct text)

const struct kernel_variant kernel_bool_variants[] = {
    {OP_NOT, 0, not_bits},
    {OP_AND, 0, and_bits},
    {OP_OR, 0, or_bits},
    {OP_KNOWN, 0, known_bits},
    {OP_KNOWN_ROWS, 0, known_rows},
    {OP_EQUAL_BITS, 0, equal_bits},
    {OP_BITS_TO_INT, 0, bits_to_int},
    {OP_IF_BITS, 0, if_bits},
    {OP_IF_INT, KERNEL_NARROW, if_narrow},
    {OP_IF_INT, 0, if_wide},
    {OP_IF_RATIO, 0, if_ratio},
    {OP_IF_TEXT, 0, if_text},
    {OP_COALESCE_BITS, 0, coalesce_bits},
    {OP_COALESCE_INT, KERNEL_NARROW, coalesce_narrow},
    {OP_COALESCE_INT, 0, coalesce_wide},
    {OP_COALESCE_RATIO, 0, coalesce_ratio},
    {OP_COALESCE_TEXT, 0, coalesce_text},
    {0, 0, NULL},
};
