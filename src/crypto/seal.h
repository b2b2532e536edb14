/* Sealing: one sensitive value into text that tells nothing and cannot be altered unseen, and back.
 *
 * A sealed value is `~KEY~BASE64`: the number of the key, then initialisation vector, ciphertext and tag. Its
 * length tells that of the value. The place (register.field) is authenticated with it, so that a sealed value
 * does not open in another field.
 *
 * The blind index of a value is `KEY~BASE64` of a keyed hash of place and value, 128 bits of it: equal values
 * of one field have equal indexes, so they can be looked up and compared without being opened; who lacks the
 * key learns which records share a value, and no more. */
#ifndef ZENGSHOU_CRYPTO_SEAL_H
#define ZENGSHOU_CRYPTO_SEAL_H

#include "crypto/keyring.h"

struct sealer; /* not for threads to share; several may work on one ring */

/* The ring is borrowed. ERR_IO when the crypto library refuses an algorithm. */
int sealer_new(const struct keyring *ring, struct sealer **out, struct err *err);
void sealer_free(struct sealer *sealer);

/* With the active key; appended to out. Fails only when the system has no randomness: ERR_IO. */
int seal(struct sealer *sealer, struct text place, struct text value, struct buffer *out, struct err *err);

/* The same, but equal values of one place give equal texts: the vector is a keyed hash of place and value
 * instead of random. For tables that live no longer than their ring (keyring_ephemeral), whose values have to
 * be compared. */
void seal_same(struct sealer *sealer, struct text place, struct text value, struct buffer *out);

/* Does the text look sealed? No value that the registers accept begins with '~'. */
bool seal_is(struct text stored);

/* Appends the value. ERR_NOT_FOUND: sealed with a key that the ring does not have. ERR_CORRUPT: altered, cut,
 * of another field, or not sealed. */
int unseal(struct sealer *sealer, struct text place, struct text sealed, struct buffer *out, struct err *err);

/* The number of the key that sealed it; 0 when it is none. */
uint32_t seal_key(struct text sealed);

/* By the key of that index in the ring; the last one is active. Appended to out. */
int seal_index(struct sealer *sealer, size_t key, struct text place, struct text value, struct buffer *out,
               struct err *err);

#endif
