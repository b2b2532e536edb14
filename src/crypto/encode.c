/* Strict both ways: a stored text that could be written in two ways could be altered unseen. */
#include "crypto/encode.h"

#include "base/mem.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Room for `more` bytes and a NUL; a field of a hundred thousand people is read through here. */
static char *room(struct buffer *out, size_t more)
{
    out->data = mem_grow(out->data, &out->capacity, out->size + more + 1, 1);
    return out->data + out->size;
}

static void finish(struct buffer *out, const char *end)
{
    out->size = (size_t)(end - out->data);
    out->data[out->size] = '\0';
}

void base64_write(const unsigned char *bytes, size_t size, struct buffer *out)
{
    char *to = room(out, (size + 2) / 3 * 4);
    for (size_t i = 0; i < size; i += 3) {
        size_t have = size - i < 3 ? size - i : 3;
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++) group = group << 8 | (j < have ? bytes[i + j] : 0u);
        for (size_t j = 0; j <= have; j++) *to++ = alphabet[group >> (18 - 6 * j) & 63];
    }
    finish(out, to);
}

static inline uint32_t digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26u;
    if (c >= '0' && c <= '9') return c - '0' + 52u;
    return c == '-' ? 62u : c == '_' ? 63u : 64u;
}

bool base64_read(struct text text, struct buffer *out)
{
    const unsigned char *at = (const unsigned char *)text.at;
    char *to = room(out, text.size / 4 * 3 + 3);
    uint32_t bad = text.size % 4 == 1 ? 64 : 0; /* a digit that is none has this bit */
    for (size_t i = 0; i + 1 < text.size; i += 4) {
        size_t have = text.size - i < 4 ? text.size - i : 4;
        uint32_t group = 0;
        for (size_t j = 0; j < 4; j++) {
            uint32_t value = j < have ? digit(at[i + j]) : 0;
            bad |= value & 64;
            group = group << 6 | (value & 63);
        }
        /* Bits that stand for nothing are zero. */
        if (have < 4) bad |= (group & (have == 3 ? 0xffu : 0xffffu)) != 0 ? 64 : 0;
        for (size_t j = 0; j + 1 < have; j++) *to++ = (char)(group >> (16 - 8 * j) & 0xff);
    }
    if (bad != 0) return false;
    finish(out, to);
    return true;
}

void hex_write(const unsigned char *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(struct text text, unsigned char *out, size_t size)
{
    if (text.size != 2 * size) return false;
    for (size_t i = 0; i < size; i++) {
        int high = nibble(text.at[2 * i]), low = nibble(text.at[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
