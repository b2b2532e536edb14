/* Keyring: the keys with which sensitive fields are sealed, in a file of their own outside the database.
 *
 * A ring holds one or several keys; the active one seals, all of them open. Each key is 32 random bytes from
 * which the keys for encryption, for authentication and for the blind index are derived (HKDF, RFC 5869). The
 * file is text, readable by its owner alone: a line `zengshou keys 1`, then one line a key,
 * `NUMBER SUITE CREATED HEX`, the active one last. A ring is read-only once loaded and may be shared by
 * threads. */
#ifndef ZENGSHOU_CRYPTO_KEYRING_H
#define ZENGSHOU_CRYPTO_KEYRING_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

/* SUITE_SM: SM4-CTR (GB/T 32907) with HMAC-SM3 (GB/T 32905) over what was encrypted; what Chinese government
 * systems have to use. SUITE_AES: AES-256-GCM (NIST SP 800-38D), index by HMAC-SHA256. */
enum suite { SUITE_SM, SUITE_AES };
enum { KEYRING_MAX = 64, KEY_SECRET = 32 };

struct text suite_name(enum suite suite); /* sm4-hmac-sm3, aes-256-gcm */
bool suite_find(struct text name, enum suite *suite);

struct keyring;

/* A new file with one key. ERR_CONFLICT when there is one already: keys are never overwritten. ERR_IO. */
int keyring_create(const char *path, enum suite suite, struct err *err);

/* ERR_NOT_FOUND; ERR_INPUT with the line that is wrong; ERR_FORBIDDEN when others than its owner may read or
 * write it. */
int keyring_load(const char *path, struct keyring **out, struct err *err);
/* A ring of one key that stands in no file: what it seals nobody opens after keyring_free. ERR_IO. */
int keyring_ephemeral(enum suite suite, struct keyring **out, struct err *err);
void keyring_free(struct keyring *ring); /* wipes the keys */

/* Adds a key to the file and makes it the active one. The file is replaced as a whole or not at all.
 * ERR_LIMIT after KEYRING_MAX. */
int keyring_add(const char *path, enum suite suite, uint32_t *number, struct err *err);
/* Takes a key that seals nothing any more out of the file. ERR_CONFLICT for the active one; ERR_NOT_FOUND. */
int keyring_drop(const char *path, uint32_t number, struct err *err);

struct key_info {
    uint32_t number;
    enum suite suite;
    struct text created; /* UTC, 2026-01-31T08:00:00Z; borrowed from the ring */
};
size_t keyring_count(const struct keyring *ring);
struct key_info keyring_info(const struct keyring *ring, size_t index); /* the last one is active */

/* For sealers: the secret of a key; NULL when the ring has no such key. */
const unsigned char *keyring_secret(const struct keyring *ring, uint32_t number, enum suite *suite);

#endif
