/* Bitmaps: bit i of a map is row i, 64 rows a word. Every map has a spare word behind its last, so that
 * unaligned reads may touch it. Bits behind the last row are anything unless said otherwise. */
#ifndef ZENGSHOU_FORMULA_BITS_H
#define ZENGSHOU_FORMULA_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BITS_INLINE static inline __attribute__((always_inline, unused))

enum { BITS_WORD = 64 };

BITS_INLINE size_t bits_words(size_t rows)
{
    return (rows + 63) / 64;
}

/* Rows rounded up to whole words. */
BITS_INLINE size_t bits_round(size_t rows)
{
    return (rows + 63) & ~(size_t)63;
}

BITS_INLINE bool bits_get(const uint64_t *map, size_t i)
{
    return map[i / 64] >> (i % 64) & 1;
}

BITS_INLINE void bits_set(uint64_t *map, size_t i)
{
    map[i / 64] |= (uint64_t)1 << (i % 64);
}

BITS_INLINE void bits_clear(uint64_t *map, size_t i)
{
    map[i / 64] &= ~((uint64_t)1 << (i % 64));
}

/* The lowest `count` bits set; count 0 to 64. */
BITS_INLINE uint64_t bits_low(size_t count)
{
    return count >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
}

/* 64 bits beginning at bit `from`. */
BITS_INLINE uint64_t bits_at(const uint64_t *map, size_t from)
{
    size_t shift = from % 64;
    uint64_t low = map[from / 64] >> shift;
    return shift == 0 ? low : low | map[from / 64 + 1] << (64 - shift);
}

/* The bits from..to (exclusive), at most 64 of them, in the lowest places. */
BITS_INLINE uint64_t bits_slice(const uint64_t *map, size_t from, size_t to)
{
    return bits_at(map, from) & bits_low(to - from);
}

BITS_INLINE size_t bits_count(const uint64_t *map, size_t from, size_t to)
{
    size_t count = 0;
    for (; from + 64 < to; from += 64) count += (size_t)__builtin_popcountll(bits_at(map, from));
    return from < to ? count + (size_t)__builtin_popcountll(bits_slice(map, from, to)) : count;
}

BITS_INLINE bool bits_any(const uint64_t *map, size_t from, size_t to)
{
    for (; from + 64 < to; from += 64)
        if (bits_at(map, from) != 0) return true;
    return from < to && bits_slice(map, from, to) != 0;
}

/* Copies `rows` bits from bit `from` of a map to the beginning of another; flip (0 or all ones) is xored in.
 */
BITS_INLINE void bits_load(uint64_t *restrict to, const uint64_t *restrict map, size_t from, size_t rows,
                           uint64_t flip)
{
    size_t words = bits_words(rows), shift = from % 64;
    const uint64_t *at = map + from / 64;
    if (shift == 0)
        for (size_t w = 0; w < words; w++) to[w] = at[w] ^ flip;
    else
        for (size_t w = 0; w < words; w++) to[w] = (at[w] >> shift | at[w + 1] << (64 - shift)) ^ flip;
}

/* Copies `rows` bits from the beginning of a map into another at bit `to_bit`, leaving its other bits alone.
 */
BITS_INLINE void bits_store(uint64_t *restrict to, size_t to_bit, const uint64_t *restrict map, size_t rows)
{
    for (size_t done = 0; done < rows;) {
        size_t bit = (to_bit + done) % 64, room = 64 - bit;
        if (room > rows - done) room = rows - done;
        uint64_t mask = bits_low(room) << bit;
        uint64_t *word = &to[(to_bit + done) / 64];
        *word = (*word & ~mask) | ((bits_at(map, done) << bit) & mask);
        done += room;
    }
}

BITS_INLINE void bits_fill(uint64_t *map, size_t rows, bool value)
{
    memset(map, value ? 0xFF : 0, bits_words(rows) * sizeof *map);
}

/* 64 bytes of 0 or 0xFF to one word. */
BITS_INLINE uint64_t bits_pack(const uint8_t bytes[64])
{
    uint64_t word = 0;
#if defined(__SSE2__)
    for (int i = 0; i < 4; i++) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        word |= (uint64_t)(uint32_t)_mm_movemask_epi8(part) << (16 * i);
    }
#else
    for (int i = 0; i < 64; i++) word |= (uint64_t)(bytes[i] & 1) << i;
#endif
    return word;
}

#endif
