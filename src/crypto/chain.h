/* Chain: each entry of a log bears the hash (SM3, GB/T 32905) of itself and of the hash before it, so that no
 * entry can be altered, taken out or put in without all later ones showing it. */
#ifndef ZENGSHOU_CRYPTO_CHAIN_H
#define ZENGSHOU_CRYPTO_CHAIN_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { CHAIN_HEX = 64 };

struct chain_link; /* one link under way */

/* before: the hash before it, CHAIN_HEX characters, or empty for the first link. */
int chain_begin(struct text before, struct chain_link **out, struct err *err);
/* Parts are hashed with their lengths: ("ab","c") differs from ("a","bc"), and an absent part from an empty
 * one. */
void chain_text(struct chain_link *link, struct text part);
void chain_int(struct chain_link *link, int64_t part);
void chain_absent(struct chain_link *link);
/* Writes the hash, NUL-ended, and frees the link. */
void chain_end(struct chain_link *link, char hex[CHAIN_HEX + 1]);
void chain_free(struct chain_link *link); /* without a hash; NULL is harmless */

#endif
