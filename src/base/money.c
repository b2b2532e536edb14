/* Exact decimal numbers in int64: read digit by digit, never through a double; products in __int128. */
#include "base/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 64 };

/* A decimal number taken apart: its digits without leading zeros, and how many of them stand before the
 * point. */
struct decimal_digits {
    char digit[DIGITS_MAX];
    int count, whole;
    bool negative;
};

/* Next character with full-width ASCII made narrow; 0 at the end and for anything that is not ASCII then. */
static char next_narrow(struct text text, size_t *offset)
{
    if (*offset >= text.size) return '\0';
    uint32_t c = text_next(text, offset);
    if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
    if (c == 0x2212) c = '-'; /* minus sign */
    return c < 128 ? (char)c : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "e-7", "E+05" from behind the letter to the end. */
static bool read_exponent(const char *s, int *exponent)
{
    bool negative = *s == '-';
    if (*s == '-' || *s == '+') s++;
    if (!is_digit(*s)) return false;
    int value = 0;
    for (; is_digit(*s); s++) {
        value = value * 10 + (*s - '0');
        if (value > 999) return false;
    }
    *exponent = negative ? -value : value;
    return *s == '\0';
}

/* Thousands separators must stand where they belong: 1,234,567 is a number, 1,5 and 12,34 could mean
 * anything. */
static bool separators_belong(const char *s)
{
    size_t lead = strspn(s, "0123456789");
    if (s[lead] != ',') return strchr(s, ',') == NULL;
    if (lead < 1 || lead > 3) return false;
    s += lead;
    while (*s == ',') {
        if (strspn(s + 1, "0123456789") != 3) return false;
        s += 4;
    }
    return strchr(s, ',') == NULL;
}

static bool read_digits(struct text text, struct decimal_digits *out)
{
    char ascii[96];
    size_t size = 0;
    text = text_trim(text);
    for (size_t offset = 0; offset < text.size;) {
        char c = next_narrow(text, &offset);
        if (c == '\0' || size + 1 >= sizeof ascii) return false;
        ascii[size++] = c;
    }
    ascii[size] = '\0';
    const char *s = ascii;
    *out = (struct decimal_digits){.negative = *s == '-'};
    if (*s == '-' || *s == '+') s++;
    if (!separators_belong(s)) return false;
    bool any = false, point = false;
    for (; *s != '\0' && *s != 'e' && *s != 'E'; s++) {
        if (*s == ',') continue;
        if (*s == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*s)) return false;
        any = true;
        if (*s == '0' && out->count == 0) { /* a leading zero counts only by its place */
            if (point) out->whole--;
            continue;
        }
        if (out->count == DIGITS_MAX) return false;
        out->digit[out->count++] = *s;
        if (!point) out->whole++;
    }
    int exponent = 0;
    if (*s != '\0' && !read_exponent(s + 1, &exponent)) return false;
    out->whole += exponent;
    return any;
}

bool fixed_parse(struct text text, int digits, int64_t *value)
{
    struct decimal_digits number;
    if (!read_digits(text, &number)) return false;
    /* The digits that are kept; the one behind them rounds. */
    int keep = number.whole + digits;
    uint64_t magnitude = 0;
    for (int i = 0; i < keep && number.count > 0;
         i++) { /* without digits it is zero, whatever the exponent */
        unsigned next = i < number.count ? (unsigned)(number.digit[i] - '0') : 0;
        if (magnitude > ((uint64_t)INT64_MAX - next) / 10) return false;
        magnitude = magnitude * 10 + next;
    }
    if (keep >= 0 && keep < number.count && number.digit[keep] >= '5' && ++magnitude > INT64_MAX)
        return false;
    *value = number.negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

bool money_parse(struct text text, int64_t *fen)
{
    int digits = 2;
    text = text_trim(text);
    if (text_starts(text, TEXT("¥")))
        text = text_trim((struct text){text.at + 2, text.size - 2});
    else if (text_starts(text, TEXT("￥")))
        text = text_trim((struct text){text.at + 3, text.size - 3});
    if (text_ends(text, TEXT("元"))) {
        text.size -= 3;
        if (text_ends(text, TEXT("万"))) {
            text.size -= 3;
            digits = 6;
        }
    }
    return fixed_parse(text, digits, fen);
}

static const char *format_fen(int64_t fen, const char *separator, char out[MONEY_TEXT])
{
    uint64_t magnitude = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(magnitude / 100));
    char *to = out;
    if (fen < 0) *to++ = '-';
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0 && *separator != '\0') *to++ = *separator;
        *to++ = digits[i];
    }
    snprintf(to, 4, ".%02u", (unsigned)(magnitude % 100));
    return out;
}

const char *money_format(int64_t fen, char out[MONEY_TEXT])
{
    return format_fen(fen, ",", out);
}

const char *money_plain(int64_t fen, char out[MONEY_TEXT])
{
    return format_fen(fen, "", out);
}

const char *decimal_format(int64_t value, char out[MONEY_TEXT])
{
    uint64_t magnitude = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    int size = snprintf(out, MONEY_TEXT, "%s%llu.%04u", value < 0 ? "-" : "",
                        (unsigned long long)(magnitude / DECIMAL_ONE), (unsigned)(magnitude % DECIMAL_ONE));
    while (out[size - 1] == '0') out[--size] = '\0';
    if (out[size - 1] == '.') out[--size] = '\0';
    return out;
}

bool fixed_scale(int64_t value, int64_t by, int64_t over, int64_t *result)
{
    if (over == 0) return false;
    __int128 product = (__int128)value * by;
    bool negative = (product < 0) != (over < 0);
    unsigned __int128 magnitude = product < 0 ? -(unsigned __int128)product : (unsigned __int128)product;
    uint64_t divisor = over < 0 ? (uint64_t)0 - (uint64_t)over : (uint64_t)over;
    unsigned __int128 quotient = (magnitude + divisor / 2) / divisor;
    /* For an odd divisor, half is not reachable, so adding the floor of the half rounds correctly. */
    if (quotient > INT64_MAX) return false;
    *result = negative ? -(int64_t)quotient : (int64_t)quotient;
    return true;
}
