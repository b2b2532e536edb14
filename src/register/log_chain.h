/* The log's chain: every entry bears the hash of itself, of its changes and of the hash before it
 * (crypto/chain.h), written as the last thing of the transaction that made the entry. Private to this room;
 * database.h says what is hashed. */
#ifndef ZENGSHOU_REGISTER_LOG_CHAIN_H
#define ZENGSHOU_REGISTER_LOG_CHAIN_H

#include "crypto/chain.h"
#include "store/store.h"

/* Hashes the entries from that number on: for store_before_commit. */
int log_chain_close(struct store *store, int64_t first, struct err *err);

/* Gives a log of before its chain: the column, and a hash for each of its entries. *last: the last of them.
 */
int log_chain_start(struct store *store, int64_t *last, struct err *err);
/* Gives all entries new hashes, after what they hold was put into another form (sealed). */
int log_chain_renew(struct store *store, int64_t *last, struct err *err);

/* All entries in order. Each is hashed with the hash that the entry before it bears, so that what was altered
 * shows itself where it stands and nowhere else. */
struct log_link {
    int64_t entry, former; /* its number; that of the entry before it, 0 for the first */
    struct text at, actor, action, detail,
        stored;               /* borrowed until the next step; stored: empty when it bears no hash */
    char hash[CHAIN_HEX + 1]; /* what it should bear */
    int64_t changes;          /* so many changes are part of it */
};
/* stray: of changes whose entry is not in the log (called with entry, register, record). */
int log_chain_walk(struct store *store,
                   int (*each)(void *context, const struct log_link *link, struct err *err),
                   void (*stray)(void *context, int64_t entry, struct text reg, int64_t record),
                   void *context, struct err *err);

#endif
