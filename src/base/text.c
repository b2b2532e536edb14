/* UTF-8 by hand: the few operations that headings, names and numbers of real spreadsheets need. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct text text_of(const char *string)
{
    return string == NULL ? (struct text){NULL, 0} : (struct text){string, strlen(string)};
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_of(string));
}

int text_compare(struct text a, struct text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.at, b.at, common);
    if (order != 0) return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool text_starts(struct text a, struct text prefix)
{
    return a.size >= prefix.size && (prefix.size == 0 || memcmp(a.at, prefix.at, prefix.size) == 0);
}

bool text_ends(struct text a, struct text suffix)
{
    return a.size >= suffix.size &&
           (suffix.size == 0 || memcmp(a.at + a.size - suffix.size, suffix.at, suffix.size) == 0);
}

ptrdiff_t text_find(struct text a, struct text part)
{
    if (part.size == 0) return 0;
    if (a.size < part.size) return -1;
    const char *found = memmem(a.at, a.size, part.at, part.size);
    return found == NULL ? -1 : found - a.at;
}

uint32_t text_next(struct text a, size_t *offset)
{
    const unsigned char *s = (const unsigned char *)a.at + *offset;
    size_t left = a.size - *offset;
    unsigned c = s[0];
    unsigned need = c < 0x80                 ? 0
                    : c >= 0xC2 && c <= 0xDF ? 1
                    : c >= 0xE0 && c <= 0xEF ? 2
                    : c >= 0xF0 && c <= 0xF4 ? 3
                                             : 9;
    if (need == 9 || need >= left) { /* a stray byte, or a sequence that is cut off */
        *offset += 1;
        return 0xFFFD;
    }
    if (need == 0) {
        *offset += 1;
        return c;
    }
    uint32_t point = c & (0x3Fu >> need);
    for (unsigned i = 1; i <= need; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *offset += 1;
            return 0xFFFD;
        }
        point = point << 6 | (s[i] & 0x3Fu);
    }
    if ((need == 2 && (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF))) ||
        (need == 3 && (point < 0x10000 || point > 0x10FFFF))) {
        *offset += 1;
        return 0xFFFD;
    }
    *offset += need + 1;
    return point;
}

size_t text_valid_prefix(struct text a)
{
    size_t offset = 0;
    while (offset < a.size) {
        size_t before = offset;
        if (text_next(a, &offset) == 0xFFFD && offset - before == 1) return before;
    }
    return a.size;
}

bool text_valid(struct text a)
{
    return text_valid_prefix(a) == a.size;
}

size_t text_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t text_length(struct text a)
{
    size_t count = 0;
    for (size_t offset = 0; offset < a.size; count++) text_next(a, &offset);
    return count;
}

/* The ranges of Unicode's East Asian Width W and F that our users' data can hold. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0x33FF) ||
           (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xA000 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) ||
           (c >= 0xFF01 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

size_t text_width(struct text a)
{
    size_t width = 0;
    for (size_t offset = 0; offset < a.size;) {
        uint32_t c = text_next(a, &offset);
        if (c < 0x20 || c == 0x7F || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) ||
            (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF)
            continue;
        width += is_wide(c) ? 2 : 1;
    }
    return width;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 || c == 0x200B || c == 0xFEFF;
}

struct text text_trim(struct text a)
{
    size_t start = 0, end = 0;
    bool inside = false;
    for (size_t offset = 0; offset < a.size;) {
        size_t before = offset;
        if (is_blank(text_next(a, &offset))) continue;
        if (!inside) start = before;
        inside = true;
        end = offset;
    }
    return inside ? (struct text){a.at + start, end - start} : (struct text){a.at, 0};
}

void buffer_fini(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    if (buffer->data != NULL) buffer->data[0] = '\0';
}

/* Room for so many more bytes and the end. */
static void make_room(struct buffer *buffer, size_t size)
{
    if (buffer->capacity - buffer->size <= size)
        buffer->data = mem_grow(buffer->data, &buffer->capacity, buffer->size + size + 1, 1);
}

void buffer_add(struct buffer *buffer, const char *at, size_t size)
{
    make_room(buffer, size);
    if (size > 0) memcpy(buffer->data + buffer->size, at, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void buffer_text(struct buffer *buffer, struct text text)
{
    buffer_add(buffer, text.at, text.size);
}

void buffer_string(struct buffer *buffer, const char *string)
{
    buffer_add(buffer, string, strlen(string));
}

void buffer_char(struct buffer *buffer, char c)
{
    make_room(buffer, 1);
    buffer->data[buffer->size++] = c;
    buffer->data[buffer->size] = '\0';
}

void buffer_vprintf(struct buffer *buffer, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    make_room(buffer, (size_t)size);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
    buffer->size += (size_t)size;
    va_end(again);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vprintf(buffer, format, args);
    va_end(args);
}

struct text buffer_get(const struct buffer *buffer)
{
    return (struct text){buffer->data, buffer->size};
}

static uint32_t narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
    return c == 0x3000 ? ' ' : c;
}

void text_narrow(struct text a, struct buffer *out)
{
    char bytes[4];
    for (size_t offset = 0; offset < a.size;)
        buffer_add(out, bytes, text_put(narrow(text_next(a, &offset)), bytes));
    buffer_add(out, "", 0);
}

/* The next code point of the folded form; UINT32_MAX at the end. */
static uint32_t next_folded(struct text a, size_t *offset)
{
    while (*offset < a.size) {
        uint32_t c = narrow(text_next(a, offset));
        if (!is_blank(c)) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
    return UINT32_MAX;
}

void text_fold(struct text a, struct buffer *out)
{
    char bytes[4];
    size_t offset = 0;
    for (uint32_t c; (c = next_folded(a, &offset)) != UINT32_MAX;) buffer_add(out, bytes, text_put(c, bytes));
    buffer_add(out, "", 0); /* also out of nothing but blanks comes a string */
}

bool text_fold_equal(struct text a, struct text b)
{
    size_t i = 0, j = 0;
    for (;;) {
        uint32_t left = next_folded(a, &i);
        if (left != next_folded(b, &j)) return false;
        if (left == UINT32_MAX) return true;
    }
}
