/* Known: which record a reference should name, by what the record with the reference says itself (`known_by`
 * in docs/pack.md). Sealed values are compared by their keyed index. */
#ifndef ZENGSHOU_REGISTER_KNOWN_H
#define ZENGSHOU_REGISTER_KNOWN_H

#include "register/query.h"

enum { KNOWN_MAX = 5 };

/* The living records in scope on which something hangs that bears the value; *count of them, KNOWN_MAX at
 * most, each once. field: a reference of `reg` that has known_by; says: the value of its `own` field, known.
 * only: of this one alone; 0: of any. Nothing is found by who may not read the registers. */
int known_records(struct database *database, const struct scope *scope, int reg, int field,
                  const struct value *says, int64_t only, int64_t ids[KNOWN_MAX], size_t *count,
                  struct err *err);

#endif
