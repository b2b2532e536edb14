/* One hashing for all who need it: the transaction that ends, the migration of a log that had no chain, and
 * verify. They differ only in where the changes come from. */
#include "register/log_chain.h"

#include <string.h>

/* Changes ordered by entry, register and record, and the one that stands ready. */
struct changes {
    struct statement *rows;
    bool ready;
};

#define CHANGE_COLUMNS "SELECT c.entry, c.register, c.record, c.kind, c.before FROM "

static int64_t change_entry(const struct changes *changes)
{
    return statement_int(changes->rows, 0);
}

static int next_change(struct changes *changes, struct err *err)
{
    return statement_step(changes->rows, &changes->ready, err);
}

/* What stands in a column, if it can be a hash; else nothing, as for the first entry. */
static void take_hash(const struct statement *row, int column, char hash[CHAIN_HEX + 1])
{
    struct text text = statement_is_null(row, column) ? TEXT("") : statement_text(row, column);
    bool whole = text.size == CHAIN_HEX;
    if (whole) memcpy(hash, text.at, CHAIN_HEX);
    hash[whole ? CHAIN_HEX : 0] = '\0';
}

static int hash_changes(struct chain_link *chain, int64_t entry, struct changes *changes, int64_t *count,
                        struct err *err)
{
    int code = 0;
    for (*count = 0; code == 0 && changes->ready && change_entry(changes) == entry; ++*count) {
        chain_text(chain, statement_text(changes->rows, 1));
        chain_int(chain, statement_int(changes->rows, 2));
        chain_text(chain, statement_text(changes->rows, 3));
        chain_text(chain, statement_text(changes->rows, 4));
        code = next_change(changes, err);
    }
    chain_int(chain, *count);
    return code;
}

/* entry: id, at, actor, action, detail. */
static int hash_entry(const struct statement *entry, struct text before, struct changes *changes,
                      char hash[CHAIN_HEX + 1], int64_t *count, struct err *err)
{
    struct chain_link *chain;
    int code = chain_begin(before, &chain, err);
    if (code != 0) return code;
    chain_int(chain, statement_int(entry, 0));
    for (int column = 1; column <= 4; column++)
        if (statement_is_null(entry, column))
            chain_absent(chain);
        else
            chain_text(chain, statement_text(entry, column));
    code = hash_changes(chain, statement_int(entry, 0), changes, count, err);
    if (code == 0)
        chain_end(chain, hash);
    else
        chain_free(chain);
    return code;
}

/* ---- At the end of a transaction ---- */

/* By way of the registers, because the log has an index by register and entry and none by entry alone. */
static const char changes_of_entry[] =
    CHANGE_COLUMNS "zs_register AS r CROSS JOIN zs_change AS c WHERE c.register = r.name AND c.entry = ?1 "
                   "ORDER BY r.name, c.record";

/* All of the transaction's entries, and the hash that the last one before them bears. */
static const char entries_from[] =
    "SELECT e.id, e.at, e.actor, e.action, e.detail, (SELECT b.hash FROM zs_entry AS b WHERE b.id < ?1 "
    "ORDER BY b.id DESC LIMIT 1) FROM zs_entry AS e WHERE e.id >= ?1 ORDER BY e.id";

struct closing {
    struct statement *entries, *put;
    struct changes changes;
    char hash[CHAIN_HEX + 1]; /* of the entry before */
    bool begun;
};

static int prepare_closing(struct closing *closing, struct store *store, int64_t first, struct err *err)
{
    int code = store_prepare(store, text_of(entries_from), &closing->entries, err);
    if (code == 0) code = store_prepare(store, text_of(changes_of_entry), &closing->changes.rows, err);
    if (code == 0)
        code = store_prepare(store, TEXT("UPDATE zs_entry SET hash = ?2 WHERE id = ?1"), &closing->put, err);
    if (code == 0) statement_bind_int(closing->entries, 1, first);
    return code;
}

static int close_entry(struct closing *closing, struct err *err)
{
    int64_t id = statement_int(closing->entries, 0), count;
    char hash[CHAIN_HEX + 1];
    if (!closing->begun) take_hash(closing->entries, 5, closing->hash);
    closing->begun = true;
    statement_bind_int(closing->changes.rows, 1, id);
    int code = next_change(&closing->changes, err);
    if (code == 0)
        code = hash_entry(closing->entries, text_of(closing->hash), &closing->changes, hash, &count, err);
    statement_reset(closing->changes.rows);
    if (code != 0) return code;
    memcpy(closing->hash, hash, sizeof hash);
    statement_bind_int(closing->put, 1, id);
    statement_bind_text(closing->put, 2, text_of(hash));
    return statement_run(closing->put, err);
}

int log_chain_close(struct store *store, int64_t first, struct err *err)
{
    struct closing closing = {0};
    bool row;
    int code = prepare_closing(&closing, store, first, err);
    while (code == 0 && (code = statement_step(closing.entries, &row, err)) == 0 && row)
        code = close_entry(&closing, err);
    statement_free(closing.entries);
    statement_free(closing.changes.rows);
    statement_free(closing.put);
    return code;
}

/* ---- The whole log ---- */

static const char all_entries[] = "SELECT id, at, actor, action, detail, hash FROM zs_entry ORDER BY id";
static const char all_changes[] = CHANGE_COLUMNS "zs_change AS c ORDER BY c.entry, c.register, c.record";

struct walk {
    struct statement *entries;
    struct changes changes;
    char before[CHAIN_HEX + 1]; /* what the entry before bears */
    int64_t former;
    bool rebuild; /* there are no hashes yet: each goes on from the one that was computed */
    int (*each)(void *context, const struct log_link *link, struct err *err);
    void (*stray)(void *context, int64_t entry, struct text reg, int64_t record);
    void *context;
};

/* Up to the changes of an entry; past the last entry: all. */
static int skip_strays(struct walk *walk, int64_t entry, bool rest, struct err *err)
{
    int code = 0;
    while (code == 0 && walk->changes.ready && (rest || change_entry(&walk->changes) < entry)) {
        if (walk->stray != NULL)
            walk->stray(walk->context, change_entry(&walk->changes), statement_text(walk->changes.rows, 1),
                        statement_int(walk->changes.rows, 2));
        code = next_change(&walk->changes, err);
    }
    return code;
}

static int walk_entry(struct walk *walk, struct err *err)
{
    const struct statement *row = walk->entries;
    struct log_link link = {.entry = statement_int(row, 0), .former = walk->former};
    int code = skip_strays(walk, link.entry, false, err);
    if (code == 0)
        code = hash_entry(row, text_of(walk->before), &walk->changes, link.hash, &link.changes, err);
    if (code != 0) return code;
    link.at = statement_text(row, 1);
    link.actor = statement_text(row, 2);
    link.action = statement_text(row, 3);
    link.detail = statement_is_null(row, 4) ? TEXT("") : statement_text(row, 4);
    link.stored = statement_is_null(row, 5) ? TEXT("") : statement_text(row, 5);
    if (walk->rebuild)
        memcpy(walk->before, link.hash, sizeof walk->before);
    else
        take_hash(row, 5, walk->before);
    walk->former = link.entry;
    return walk->each(walk->context, &link, err);
}

static int walk_all(struct store *store, struct walk *walk, struct err *err)
{
    bool row = true;
    int code = store_prepare(store, text_of(all_changes), &walk->changes.rows, err);
    if (code == 0) code = store_prepare(store, text_of(all_entries), &walk->entries, err);
    if (code == 0) code = next_change(&walk->changes, err);
    while (code == 0 && (code = statement_step(walk->entries, &row, err)) == 0 && row)
        code = walk_entry(walk, err);
    if (code == 0) code = skip_strays(walk, 0, true, err);
    statement_free(walk->entries);
    statement_free(walk->changes.rows);
    return code;
}

int log_chain_walk(struct store *store,
                   int (*each)(void *context, const struct log_link *link, struct err *err),
                   void (*stray)(void *context, int64_t entry, struct text reg, int64_t record),
                   void *context, struct err *err)
{
    struct walk walk = {.each = each, .stray = stray, .context = context};
    return walk_all(store, &walk, err);
}

/* ---- A log without a chain ---- */

struct starting {
    struct bulk *hashes;
    int64_t last;
};

static int keep_hash(void *context, const struct log_link *link, struct err *err)
{
    struct starting *starting = context;
    starting->last = link->entry;
    bulk_int(starting->hashes, 0, link->entry);
    bulk_text(starting->hashes, 1, text_of(link->hash));
    return bulk_row(starting->hashes, err);
}

static int add_column(struct store *store, struct err *err)
{
    struct buffer sql = {0};
    buffer_printf(&sql, "ALTER TABLE zs_entry ADD COLUMN hash %s", store_dialect(store)->text);
    int code = store_run(store, sql.data, err);
    buffer_fini(&sql);
    return code;
}

int log_chain_renew(struct store *store, int64_t *last, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY", "hash TEXT"};
    struct starting starting = {0};
    struct walk walk = {.rebuild = true, .each = keep_hash, .context = &starting};
    int code = bulk_begin(store, "zs_chained", columns, 2, &starting.hashes, err);
    if (code != 0) return code;
    code = walk_all(store, &walk, err);
    if (code == 0)
        code = bulk_end(starting.hashes, err);
    else
        bulk_abandon(starting.hashes);
    if (code == 0)
        code = store_run(
            store,
            "UPDATE zs_entry SET hash = (SELECT n.hash FROM zs_chained AS n WHERE n.id = zs_entry.id);"
            "DROP TABLE zs_chained",
            err);
    *last = starting.last;
    return code;
}

int log_chain_start(struct store *store, int64_t *last, struct err *err)
{
    int code = add_column(store, err);
    return code == 0 ? log_chain_renew(store, last, err) : code;
}
