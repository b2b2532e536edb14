/* What the files of this room share. */
#ifndef ZENGSHOU_DECLARE_DECLARE_PRIVATE_H
#define ZENGSHOU_DECLARE_DECLARE_PRIVATE_H

#include <sodium.h>

#include "declare/declare.h"

enum { DECLARE_HASH = 2 * crypto_generichash_BYTES + 1 };

struct declare_secret {
    unsigned char key[crypto_secretbox_KEYBYTES];
};
int declare_secret_get(struct store *store, struct declare_secret *secret, struct err *err);

/* A keyed hash of words with the purpose they are hashed for. */
void declare_hash(const struct declare_secret *secret, const char *purpose, struct text a, struct text b,
                  char out[DECLARE_HASH]);

/* Adds one to a key's count of that day and gives the new count. Inside a transaction. */
int declare_count(struct store *store, const char *key, int64_t now, int64_t *count, struct err *err);
int declare_counted(struct store *store, const char *key, int64_t now, int64_t *count, struct err *err);

/* ---- challenge.c ---- */

/* Does it answer the question, in time, with the work done? ERR_CONFLICT (expired), ERR_INPUT. */
int challenge_check(const struct declare_secret *secret, const struct declaration *said, int64_t now,
                    struct err *err);
/* Marks it used; ERR_CONFLICT: it is. Inside a transaction. */
int challenge_use(struct store *store, const struct declare_secret *secret, struct text token, int64_t now,
                  struct err *err);

/* ---- receipt.c ---- */
void receipt_new(char out[RECEIPT]);
/* As people write them: any case, with or without dashes and blanks, O for 0 and so on. False: mistyped. */
bool receipt_read(struct text written, char out[RECEIPT]);

#endif
