/* What the processor can do beyond the least that the program was compiled for. Functions for it are compiled
 * with PROCESSOR_AVX512 and chosen at run time, so that one binary serves every machine. */
#ifndef ZENGSHOU_FORMULA_PROCESSOR_H
#define ZENGSHOU_FORMULA_PROCESSOR_H

#include <stdbool.h>

/* How far ahead a column is asked of memory while it is read. Batches are too short for the processor to
 * notice by itself that one goes on where the last ended; asking for what lies behind a column's end is
 * harmless. */
enum { PROCESSOR_AHEAD = 4096 };

#if defined(__x86_64__) && defined(__GNUC__)
#define PROCESSOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,lzcnt,popcnt")))

static inline bool processor_has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}
#else
static inline bool processor_has_avx512(void)
{
    return false;
}
#endif

#endif
