/* Strict both ways: a stored text that could be written in two ways could be altered unseen. */
#include "crypto/encode.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64_write(const unsigned char *bytes, size_t size, struct buffer *out)
{
    for (size_t i = 0; i < size; i += 3) {
        size_t have = size - i < 3 ? size - i : 3;
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++) group = group << 8 | (j < have ? bytes[i + j] : 0u);
        for (size_t j = 0; j <= have; j++) buffer_char(out, alphabet[group >> (18 - 6 * j) & 63]);
    }
}

static int digit(char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);
    return at == NULL ? -1 : (int)(at - alphabet);
}

bool base64_read(struct text text, struct buffer *out)
{
    size_t before = out->size;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t have = text.size - i < 4 ? text.size - i : 4;
        uint32_t group = 0;
        bool good = have > 1;
        for (size_t j = 0; good && j < 4; j++) {
            int value = j < have ? digit(text.at[i + j]) : 0;
            good = value >= 0;
            group = group << 6 | (uint32_t)(value & 63);
        }
        uint32_t unused = have == 4 ? 0 : group & (have == 3 ? 0xffu : 0xffffu);
        if (!good || unused != 0) {
            out->size = before;
            return false;
        }
        for (size_t j = 0; j + 1 < have; j++) buffer_char(out, (char)(group >> (16 - 8 * j) & 0xff));
    }
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
