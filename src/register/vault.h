/* Vault: where sealed values stand. A sealed field's column holds a handle, `~0000000042`; the value itself
 * stands in zs_sealed under that handle, sealed (crypto/seal.h) with a key of a key file that is nowhere in
 * the database.
 *
 * Equal values of one field share a handle, so that SQL compares, joins and indexes handles where it did
 * values; a value is found by its blind index. Illness is not shared: every record has a handle of its own
 * without an index, or how often a handle stands would tell which illness it is. Rotating keys changes
 * zs_sealed alone: neither the registers nor the log, which hold handles, nor the log's chain of hashes.
 *
 * The key file: what the environment variable ZENGSHOU_KEYS names, else, for a file NAME, the file NAME.keys
 * (or where that symbolic link leads). */
#ifndef ZENGSHOU_REGISTER_VAULT_H
#define ZENGSHOU_REGISTER_VAULT_H

#include "crypto/seal.h"
#include "store/store.h"

#define VAULT_KEYS "ZENGSHOU_KEYS"

/* "~" and ten digits. */
enum { VAULT_HANDLE = 11, VAULT_HANDLE_TEXT = VAULT_HANDLE + 1 };

struct vault; /* of one connection */

/* The path of the key file, appended; nothing when there is none to be known of (PostgreSQL without
 * ZENGSHOU_KEYS). */
void vault_key_path(const char *url, struct buffer *out);

/* NULL when the database is not sealed. A missing key file is no error yet: vault_need says so where a value
 * is needed. ERR_FORBIDDEN: it is another database's. Otherwise as keyring_load. */
int vault_new(struct store *store, const char *url, struct vault **out, struct err *err);
void vault_free(struct vault *vault);

/* 0 when values can be sealed and opened; else why not, and what to do. */
int vault_need(const struct vault *vault, struct err *err);

/* The suite and the number of the key that seals. After vault_need. */
uint32_t vault_key(const struct vault *vault);
enum suite vault_suite(const struct vault *vault);

/* Handles as text, and back; 0 when it is none. */
void vault_handle(int64_t number, char out[VAULT_HANDLE_TEXT]);
int64_t vault_handle_number(struct text text);

/* The plain value of a sealed text, into the cleared buffer. ERR_CORRUPT, ERR_NOT_FOUND as unseal. */
int vault_unseal(struct vault *vault, struct text place, struct text sealed, struct buffer *plain,
                 struct err *err);

/* A value's sealed text and, when shared, its blind index, with the key that seals; both cleared first. */
int vault_seal(struct vault *vault, struct text place, struct text value, bool shared, struct buffer *sealed,
               struct buffer *hash, struct err *err);

/* The handle under which a shared value stands; *number 0: nowhere. */
int vault_find(struct vault *vault, struct text place, struct text value, int64_t *number, struct err *err);
/* The same, putting it there first where it is not, or not shared. Inside a writing transaction. */
int vault_put(struct vault *vault, struct text place, struct text value, bool shared, int64_t *number,
              struct err *err);
/* Puts a value sealed anew under a handle that stands. */
int vault_replace(struct vault *vault, struct text handle, struct text place, struct text value, bool shared,
                  struct err *err);
/* What stands under a handle, plain, into the cleared buffer. ERR_CORRUPT when nothing does. */
int vault_get(struct vault *vault, struct text place, struct text handle, struct buffer *plain,
              struct err *err);

/* The last handle given. */
int vault_last(struct vault *vault, int64_t *number, struct err *err);

/* Inside a writing transaction, before something is sealed: the database and the ring agree on the key that
 * seals. Another process may have changed it since; then the key file is read again. */
int vault_agree(struct vault *vault, struct err *err);
/* The same where nothing is written yet (an import that is only compared): without a word to the database. */
int vault_agree_key(struct vault *vault, struct err *err);
/* Reads the key file again. */
int vault_reload(struct vault *vault, struct err *err);

/* ---- For turning sealing on, rotation and verify ---- */
int vault_create_tables(struct store *store, struct err *err); /* zs_sealed, zs_sealed_field */
/* Writes into zs_meta which key seals from now on: the ring's active one. */
int vault_remember(struct store *store, struct sealer *sealer, const struct keyring *ring, struct err *err);
const struct keyring *vault_ring(const struct vault *vault);
struct store *vault_store(const struct vault *vault);
const char *vault_path(const struct vault *vault);
/* Does a row of zs_sealed open, and is the hash (empty: not shared) its value's? As vault_unseal where it
 * does not open. */
int vault_check(struct vault *vault, struct text place, struct text hash, struct text sealed, bool *matches,
                struct err *err);

#endif
