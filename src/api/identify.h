/* Identify: a record as somebody wrote it down, by id or key, to the id; only what is in scope is there. */
#ifndef ZENGSHOU_API_IDENTIFY_H
#define ZENGSHOU_API_IDENTIFY_H

#include "api/app.h"
#include "register/scope.h"

/* In an address: an id where there is such a record, else a key. -1: no such record, and so nothing hangs on
 * it and nothing refers to it. */
int identify_word(struct worker *worker, const struct scope *scope, int reg, struct text word, int64_t *id,
                  struct err *err);

/* In a form: a key. ERR_NOT_FOUND. */
int identify_key(struct worker *worker, const struct scope *scope, int reg, struct text key, int64_t *id,
                 struct err *err);

#endif
