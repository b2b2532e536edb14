/* Binary format: nothing is printed and parsed again on the way, neither by the server nor by us. */
#include "store/postgres_wire.h"

#include <stdio.h>
#include <string.h>

uint16_t wire_take16(const char *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap16(value);
}

uint32_t wire_take32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}

uint64_t wire_take64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap64(value);
}

void wire_put16(char *at, uint16_t value)
{
    value = __builtin_bswap16(value);
    memcpy(at, &value, sizeof value);
}

void wire_put32(char *at, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
}

void wire_put64(char *at, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(at, &value, sizeof value);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the swaps above are for little-endian machines");

enum wire_kind wire_kind_of(Oid type)
{
    switch (type) {
    case WIRE_BOOL:
    case WIRE_INT2:
    case WIRE_INT4:
    case WIRE_INT8:
    case WIRE_OID:
        return WIRE_AS_INT;
    case WIRE_FLOAT4:
    case WIRE_FLOAT8:
        return WIRE_AS_DOUBLE;
    case WIRE_TEXT:
    case WIRE_VARCHAR:
    case WIRE_BPCHAR:
    case WIRE_NAME:
    case WIRE_UNKNOWN:
    case WIRE_BYTEA:
        return WIRE_AS_TEXT;
    case WIRE_NUMERIC:
        return WIRE_AS_NUMERIC;
    }
    return WIRE_AS_NOTHING;
}

int64_t wire_int(struct wire_cell cell)
{
    switch (cell.size) {
    case 1:
        return cell.at[0];
    case 2:
        return (int16_t)wire_take16(cell.at);
    case 4:
        return (int32_t)wire_take32(cell.at);
    case 8:
        return (int64_t)wire_take64(cell.at);
    }
    return 0;
}

double wire_double(struct wire_cell cell)
{
    double wide = 0;
    float narrow;
    if (cell.size == 8) {
        uint64_t bits = wire_take64(cell.at);
        memcpy(&wide, &bits, sizeof wide);
    } else if (cell.size == 4) {
        uint32_t bits = wire_take32(cell.at);
        memcpy(&narrow, &bits, sizeof narrow);
        wide = (double)narrow;
    }
    return wide;
}

/* count, weight (of the first digit, in powers of 10,000), sign, digits behind the point; then the digits,
 * each four decimal ones. */
enum { NUMERIC_HEAD = 8, NUMERIC_WEIGHT_MAX = 8, NUMERIC_SCALE_MAX = 20, NUMERIC_NEGATIVE = 0x4000 };

static unsigned digit_at(struct wire_cell cell, int count, int place)
{
    return place >= 0 && place < count ? wire_take16(cell.at + NUMERIC_HEAD + 2 * (size_t)place) : 0;
}

bool wire_numeric(struct wire_cell cell, char text[WIRE_NUMERIC_TEXT])
{
    if (cell.size < NUMERIC_HEAD) return false;
    int count = (int16_t)wire_take16(cell.at), weight = (int16_t)wire_take16(cell.at + 2);
    unsigned sign = wire_take16(cell.at + 4), scale = wire_take16(cell.at + 6);
    if (cell.size < NUMERIC_HEAD + 2 * count || count < 0) return false;
    if (sign != 0 && sign != NUMERIC_NEGATIVE) return false; /* no number, infinite */
    if (weight > NUMERIC_WEIGHT_MAX) return false;
    /* What avg() adds behind the point is more than a double holds. */
    if (scale > NUMERIC_SCALE_MAX) scale = NUMERIC_SCALE_MAX;
    size_t size = 0;
    if (sign == NUMERIC_NEGATIVE) text[size++] = '-';
    size += (size_t)snprintf(text + size, WIRE_NUMERIC_TEXT - size, "%u",
                             weight >= 0 ? digit_at(cell, count, 0) : 0);
    for (int place = 1; place <= weight; place++)
        size += (size_t)snprintf(text + size, WIRE_NUMERIC_TEXT - size, "%04u", digit_at(cell, count, place));
    if (scale == 0) return true;
    text[size++] = '.';
    size_t end = size + scale;
    for (int place = weight + 1; size < end; place++)
        size += (size_t)snprintf(text + size, WIRE_NUMERIC_TEXT - size, "%04u", digit_at(cell, count, place));
    text[end] = '\0';
    return true;
}
