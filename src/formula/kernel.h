/* Kernels: one operation over one batch, in loops that the compiler turns into vector code. They know nothing
 * of frames and trees.
 *
 * All lanes have room for whole words of 64 rows, and kernels work on whole words: what stands behind the
 * last row is in range like any other value, so that nothing has to be said about it. A value under an
 * unknown is some value in its lane's range; a truth under an unknown is false. Loops never wrap signed
 * integers. */
#ifndef ZENGSHOU_FORMULA_KERNEL_H
#define ZENGSHOU_FORMULA_KERNEL_H

/* clang-format off: tables, a line an entry */
#include "formula/bits.h"
#include "formula/graph.h"

enum lane_type { LANE_I32, LANE_I64, LANE_F64, LANE_BITS, LANE_TEXT, LANE_ROWS };

struct lane {
    void *values;
    uint64_t *known; /* NULL: every row is known */
    uint64_t *room;  /* the lane's own memory for known bits, whether they are used or not */
};

struct pcre2_real_match_data_8;

struct kernel_call {
    size_t rows;
    struct lane out; /* known: NULL, or already the operands' known bits joined (KNOWN_OWN: to be written) */
    struct lane in[OPERANDS_MAX];
    const struct graph_node *node;         /* constants of the operation */
    struct pcre2_real_match_data_8 *match; /* this thread's */
};

typedef void kernel_run(const struct kernel_call *call);

/* What is known of operands when a kernel is chosen, and what a kernel relies on. */
enum kernel_need {
    KERNEL_NARROW = 1,     /* integer lanes marked i are int32, else int64 */
    KERNEL_EXACT = 2,      /* nothing overflows */
    KERNEL_SMALL = 4,      /* twice the dividend and the divisor stay below 2^52 */
    KERNEL_CONSTANT_0 = 8, /* that operand is the same in all rows */
    KERNEL_CONSTANT_1 = 16
};

struct kernel_variant {
    enum op op;
    unsigned needs;
    kernel_run *run; /* NULL ends a table */
};

extern const struct kernel_variant kernel_int_variants[], kernel_ratio_variants[], kernel_bool_variants[],
    kernel_text_variants[], kernel_date_variants[];

/* The best kernel of the operation that relies on nothing but `given`. */
kernel_run *kernel_pick(enum op op, unsigned given);

/* Several instruction sets in one binary where the compiler and the loader can; not under sanitizers, whose
 * start-up comes too late for the loader's choice. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) &&                 \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4"))) static
#else
#define KERNEL static
#endif

/* A kernel that gives one value a row. A(i), B(i) in the expression are defined by the user. */
#define KERNEL_MAP(name, in_type, out_type, expression)                                                      \
    KERNEL void name(const struct kernel_call *call)                                                         \
    {                                                                                                        \
        const in_type *restrict a = call->in[0].values;                                                      \
        const in_type *restrict b = call->in[1].values;                                                      \
        out_type *restrict out = call->out.values;                                                           \
        size_t rows = bits_round(call->rows);                                                                \
        (void)a;                                                                                             \
        (void)b;                                                                                             \
        for (size_t i = 0; i < rows; i++) out[i] = (expression);                                             \
    }

/* A kernel that gives one truth a row. */
#define KERNEL_TEST(name, in_type, expression)                                                               \
    KERNEL void name(const struct kernel_call *call)                                                         \
    {                                                                                                        \
        const in_type *restrict a = call->in[0].values;                                                      \
        const in_type *restrict b = call->in[1].values;                                                      \
        uint64_t *restrict out = call->out.values;                                                           \
        size_t words = bits_words(call->rows);                                                               \
        (void)a;                                                                                             \
        (void)b;                                                                                             \
        for (size_t w = 0; w < words; w++) {                                                                 \
            uint8_t bytes[64];                                                                               \
            for (size_t j = 0; j < 64; j++) {                                                                \
                size_t i = w * 64 + j;                                                                       \
                bytes[j] = (uint8_t) - (int)(expression);                                                    \
            }                                                                                                \
            out[w] = bits_pack(bytes);                                                                       \
        }                                                                                                    \
    }

/* A kernel whose body sets `result` and may set `ok` to false: the row is then unknown, and its value 0. */
#define KERNEL_PARTIAL(name, a_type, b_type, out_type, body)                                                 \
    KERNEL void name(const struct kernel_call *call)                                                         \
    {                                                                                                        \
        const a_type *restrict a = call->in[0].values;                                                       \
        const b_type *restrict b = call->in[1].values;                                                       \
        out_type *restrict out = call->out.values;                                                           \
        size_t words = bits_words(call->rows);                                                               \
        (void)a;                                                                                             \
        (void)b;                                                                                             \
        for (size_t w = 0; w < words; w++) {                                                                 \
            uint8_t bytes[64];                                                                               \
            for (size_t j = 0; j < 64; j++) {                                                                \
                size_t i = w * 64 + j;                                                                       \
                out_type result = 0;                                                                         \
                bool ok = true;                                                                              \
                body;                                                                                        \
                out[i] = ok ? result : 0;                                                                    \
                bytes[j] = (uint8_t) - (int)ok;                                                              \
            }                                                                                                \
            call->out.known[w] &= bits_pack(bytes);                                                          \
        }                                                                                                    \
    }

/* clang-format on */
#endif
