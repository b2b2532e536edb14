/* Values as PostgreSQL writes them in its binary format, both ways. Private to this room. */
#ifndef ZENGSHOU_STORE_POSTGRES_WIRE_H
#define ZENGSHOU_STORE_POSTGRES_WIRE_H

#include <libpq-fe.h>

#include "base/text.h"

/* Types that are built in have fixed numbers (pg_type.dat). */
enum {
    WIRE_BOOL = 16,
    WIRE_BYTEA = 17,
    WIRE_NAME = 19,
    WIRE_INT8 = 20,
    WIRE_INT2 = 21,
    WIRE_INT4 = 23,
    WIRE_TEXT = 25,
    WIRE_OID = 26,
    WIRE_FLOAT4 = 700,
    WIRE_FLOAT8 = 701,
    WIRE_UNKNOWN = 705,
    WIRE_BPCHAR = 1042,
    WIRE_VARCHAR = 1043,
    WIRE_NUMERIC = 1700
};

/* How a column's cells are read. */
enum wire_kind { WIRE_AS_INT, WIRE_AS_DOUBLE, WIRE_AS_TEXT, WIRE_AS_NUMERIC, WIRE_AS_NOTHING };
enum wire_kind wire_kind_of(Oid type);

struct wire_cell {
    const char *at;
    int32_t size; /* -1: null */
};

int64_t wire_int(struct wire_cell cell);   /* by its size: 1, 2, 4, 8 bytes */
double wire_double(struct wire_cell cell); /* 4 or 8 bytes */

enum { WIRE_NUMERIC_TEXT = 64 };
/* "123", "-0.50"; false when it does not fit, or is no number. */
bool wire_numeric(struct wire_cell cell, char text[WIRE_NUMERIC_TEXT]);

uint16_t wire_take16(const char *at);
uint32_t wire_take32(const char *at);
uint64_t wire_take64(const char *at);
void wire_put16(char *at, uint16_t value);
void wire_put32(char *at, uint32_t value);
void wire_put64(char *at, uint64_t value);

#endif
