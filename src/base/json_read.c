/* What the log keeps as JSON has to come back as exactly the values that went in: whole numbers are not taken
 * through double, texts come back byte for byte. */
#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE_MAX = 40, NESTING_MAX = 200 };

struct json_members json_members_of(struct text object)
{
    return (struct json_members){.left = object};
}

static void skip(struct text *left, size_t size)
{
    left->at += size;
    left->size -= size;
}

static void skip_blanks(struct text *left)
{
    while (left->size > 0 && memchr(" \t\r\n", left->at[0], 4) != NULL) skip(left, 1);
}

static bool take(struct text *left, char c)
{
    skip_blanks(left);
    if (left->size == 0 || left->at[0] != c) return false;
    skip(left, 1);
    return true;
}

/* ---- Texts ---- */

static bool read_hex(struct text left, uint32_t *unit)
{
    *unit = 0;
    if (left.size < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = left.at[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

/* Behind "\u"; a pair of surrogates is one character. */
static bool read_unicode(struct text *left, uint32_t *code_point)
{
    uint32_t high, low;
    if (!read_hex(*left, &high)) return false;
    skip(left, 4);
    *code_point = high;
    if (high < 0xD800 || high > 0xDFFF) return true;
    if (high > 0xDBFF || left->size < 6 || left->at[0] != '\\' || left->at[1] != 'u') return false;
    skip(left, 2);
    if (!read_hex(*left, &low) || low < 0xDC00 || low > 0xDFFF) return false;
    skip(left, 4);
    *code_point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool read_escape(struct text *left, char **out)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (left->size == 0) return false;
    char c = left->at[0];
    skip(left, 1);
    const char *found = c == '\0' ? NULL : strchr(escapes, c);
    if (found != NULL) {
        *(*out)++ = meant[found - escapes];
        return true;
    }
    uint32_t code_point;
    if (c != 'u' || !read_unicode(left, &code_point)) return false;
    *out += text_put(code_point, *out);
    return true;
}

/* Bytes up to the closing quote; false when there is none or a control character stands in between. */
static bool text_end(struct text left, size_t *end, bool *escaped)
{
    *escaped = false;
    for (*end = 0; *end < left.size && left.at[*end] != '"'; (*end)++) {
        if ((unsigned char)left.at[*end] < 0x20) return false;
        if (left.at[*end] != '\\') continue;
        *escaped = true;
        (*end)++;
    }
    return *end < left.size;
}

static bool read_text(struct text *left, struct arena *arena, struct text *out)
{
    size_t end;
    bool escaped;
    if (!take(left, '"') || !text_end(*left, &end, &escaped)) return false;
    *out = (struct text){left->at, end};
    skip(left, end + 1);
    if (!escaped) return true;
    struct text from = *out;
    char *start = arena_alloc(arena, end), *to = start; /* no escape is shorter than what it means */
    while (from.size > 0) {
        char c = from.at[0];
        skip(&from, 1);
        if (c != '\\')
            *to++ = c;
        else if (!read_escape(&from, &to))
            return false;
    }
    *out = (struct text){start, (size_t)(to - start)};
    return true;
}

/* ---- Other values ---- */

static bool take_word(struct text *left, struct text word)
{
    if (!text_starts(*left, word)) return false;
    skip(left, word.size);
    return true;
}

static bool read_number(struct text *left, struct json_value *value)
{
    char number[NUMBER_SIZE_MAX + 1], *end;
    size_t size = 0;
    bool whole = true;
    while (size < left->size && memchr("+-.0123456789Ee", left->at[size], 15) != NULL) {
        if (size == NUMBER_SIZE_MAX) return false;
        whole = whole && memchr(".Ee", left->at[size], 3) == NULL;
        number[size] = left->at[size];
        size++;
    }
    number[size] = '\0';
    if (size == 0) return false;
    skip(left, size);
    value->kind = JSON_INT;
    value->integer = strtoll(number, &end, 10);
    if (whole && *end == '\0' && value->integer != INT64_MAX && value->integer != INT64_MIN) return true;
    /* At the ends of the range only the text tells a number from one that did not fit. */
    if (whole && *end == '\0' &&
        (strcmp(number, "9223372036854775807") == 0 || strcmp(number, "-9223372036854775808") == 0))
        return true;
    value->kind = JSON_DOUBLE;
    value->integer = 0;
    value->real = strtod(number, &end);
    return *end == '\0';
}

static bool read_nested(struct text *left, struct text *out)
{
    const char *start = left->at;
    size_t depth = 0;
    char open[NESTING_MAX];
    do {
        if (left->size == 0) return false;
        char c = left->at[0];
        size_t end;
        bool escaped;
        skip(left, 1);
        if (c == '"') {
            if (!text_end(*left, &end, &escaped)) return false;
            skip(left, end + 1);
        } else if (c == '{' || c == '[') {
            if (depth == NESTING_MAX) return false;
            open[depth++] = c;
        } else if (c == '}' || c == ']') {
            if (open[--depth] != (c == '}' ? '{' : '[')) return false;
        }
    } while (depth > 0);
    *out = (struct text){start, (size_t)(left->at - start)};
    return true;
}

static bool read_value(struct text *left, struct arena *arena, struct json_value *value)
{
    *value = (struct json_value){.kind = JSON_NULL};
    skip_blanks(left);
    if (left->size == 0) return false;
    switch (left->at[0]) {
    case '"':
        value->kind = JSON_TEXT;
        return read_text(left, arena, &value->text);
    case '{':
    case '[':
        value->kind = JSON_NESTED;
        return read_nested(left, &value->text);
    case 'n':
        return take_word(left, TEXT("null"));
    case 't':
    case 'f':
        value->kind = JSON_BOOL;
        value->integer = left->at[0] == 't';
        return take_word(left, value->integer != 0 ? TEXT("true") : TEXT("false"));
    default:
        return read_number(left, value);
    }
}

int json_members_next(struct json_members *members, struct arena *arena, struct text *key,
                      struct json_value *value)
{
    struct text *left = &members->left;
    if (!members->begun && !take(left, '{')) return -1;
    if (take(left, '}')) {
        skip_blanks(left);
        return left->size == 0 ? 0 : -1;
    }
    if (members->begun && !take(left, ',')) return -1;
    members->begun = true;
    if (!read_text(left, arena, key) || !take(left, ':') || !read_value(left, arena, value)) return -1;
    return 1;
}
