/* Natural keys as people write them: "4304211001", "4304211001/2022-09/工资性". A reference that is part of a
 * key is written as the other record's key, so a key is a row of leaves, '/' between them. */
#ifndef ZENGSHOU_REGISTER_KEY_H
#define ZENGSHOU_REGISTER_KEY_H

#include "pack/pack.h"

enum { KEY_LEAVES_MAX = 16 };

struct key_leaf {
    int reg, field;
};

struct key {
    struct key_leaf leaves[KEY_LEAVES_MAX];
    size_t count; /* 0: the register has no key, or one that cannot be written */
};

struct key key_of(const struct pack *pack, int reg);

/* Splits and reads: one value a leaf; text borrowed. The last leaf takes all that is left. False when it
 * cannot be such a key. */
bool key_parse(const struct pack *pack, const struct key *key, struct text written, struct value *values);

/* A leaf in the form that key_parse reads; nothing for an unknown one. Appended. */
void key_write_leaf(struct buffer *out, const struct schema *schema, struct type type,
                    const struct value *value);

/* SQL that finds records: joins gets `"register" AS t0 JOIN …`, conditions ` AND t1."number" = l.k1 …` with
 * `parameter` before the leaf's number, from 1. The record is t0.id. */
void key_sql(const struct pack *pack, int reg, const char *parameter, struct buffer *joins,
             struct buffer *conditions);

#endif
