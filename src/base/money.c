/* Exact decimal arithmetic on int64, with __int128 for the products in the middle. */
#include "base/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool scale_by_ten(__int128 *value, int times)
{
    for (; times > 0; times--) {
        *value *= 10;
        if (*value > (__int128)INT64_MAX * 100000) return false;
    }
    return true;
}

/* Narrow ASCII of the text without blanks and thousands separators; false when too long or not ASCII. */
static bool plain_ascii(struct text text, char *out, size_t size)
{
    size_t used = 0;
    text = text_trim(text);
    for (size_t offset = 0; offset < text.size;) {
        uint32_t c = text_next(text, &offset);
        if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
        if (c == 0x2212) c = '-'; /* minus sign */
        if (c == ',') {
            if (used == 0 || out[used - 1] < '0' || out[used - 1] > '9') return false;
            continue;
        }
        if (c > 127 || used + 1 >= size) return false;
        out[used++] = (char)c;
    }
    out[used] = '\0';
    return used > 0;
}

bool fixed_parse(struct text text, int digits, int64_t *value)
{
    char ascii[64];
    if (!plain_ascii(text, ascii, sizeof ascii)) return false;
    const char *s = ascii;
    bool negative = *s == '-';
    if (*s == '-' || *s == '+') s++;
    __int128 whole = 0;
    int seen = 0, fraction = 0;
    bool point = false, round_up = false, rounded = false;
    int room = digits;
    /* An exponent moves the point, so read it first. */
    const char *e = strpbrk(s, "eE");
    if (e != NULL) {
        char *end;
        long exponent = strtol(e + 1, &end, 10);
        if (end == e + 1 || *end != '\0' || exponent < -40 || exponent > 40) return false;
        room += (int)exponent;
    }
    for (; *s != '\0' && s != e; s++) {
        if (*s == '.') {
            if (point) return false;
            point = true;
            continue;
        }
        if (*s < '0' || *s > '9') return false;
        seen++;
        if (point) fraction++;
        if (fraction > room) { /* beyond what we keep: only the first such digit rounds */
            if (!rounded) round_up = *s >= '5';
            rounded = true;
            continue;
        }
        whole = whole * 10 + (*s - '0');
        if (whole > (__int128)INT64_MAX * 100000) return false;
    }
    if (seen == 0) return false;
    if (fraction < room && !scale_by_ten(&whole, room - fraction)) return false;
    if (room < 0) { /* 12e-5 with fewer digits kept: shift right, rounding on the last digit that falls */
        int last = 0;
        for (int i = room; i < 0; i++) {
            last = (int)(whole % 10);
            whole /= 10;
        }
        round_up = last >= 5;
    }
    if (round_up) whole++;
    if (negative) whole = -whole;
    if (whole > INT64_MAX || whole < -(__int128)INT64_MAX) return false;
    *value = (int64_t)whole;
    return true;
}

bool money_parse(struct text text, int64_t *fen)
{
    int digits = 2;
    text = text_trim(text);
    if (text_starts(text, TEXT("¥"))) text = text_trim((struct text){text.at + 2, text.size - 2});
    else if (text_starts(text, TEXT("￥"))) text = text_trim((struct text){text.at + 3, text.size - 3});
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
