/* Database: a store that holds one pack's registers. It carries a copy of the pack, so a file explains
 * itself.
 *
 * Tables, all readable by any SQL tool:
 *
 * - zs_meta(key, value): format version, pack name and digest
 * - zs_pack_file(path, content): the pack
 * - zs_pack(digest, path, content): the packs that were replaced (former.h)
 * - zs_register(name, cluster, parent, key, retired): the registers as their tables stand now …
 * - zs_column(register, field, type, detail, required, retired): … and their columns; detail: a dictionary's
 *   codes, a reference's register, or a unit. retired 1: no longer in the pack, data kept
 * - zs_entry(id, at, actor, action, detail, hash): the log, one row a transaction that wrote; at in UTC,
 * detail JSON
 * - zs_change(entry, register, record, kind, before): what it changed; before: JSON. kind changed: the old
 * values of the changed fields; retired: `created` and the values of all fields; restored: retired, the entry
 * that retired it. New records need no row: `created` names their entry
 * - zs_spelling(spelling, name): the pinyin of names, see spelling.h
 * - one table a register, named as in the pack: id, its fields, created, entry (last writer), version,
 * retired: null, or the entry by which the record was retired. What is retired keeps its row and its key but
 * counts nowhere
 *
 * - zs_sealed(handle, place, hash, key, sealed): the values of sealed fields, see vault.h;
 * zs_sealed_field(register, field, now, shared): which those are. Only where sealing was turned on
 * (seal_database.h): zs_meta then has key, the number of the key that seals, and key_check, by which the key
 * file is known
 *
 * Money is INTEGER fen, decimal INTEGER ten-thousandths, bool 0/1, ratio REAL, date 'YYYY-MM-DD', month
 * 'YYYY-MM', code its name, codes names in dictionary order joined by ',', references INTEGER ids. Registers
 * hanging on the subject have PRIMARY KEY (parent, id), so that a household's rows lie together. Natural keys
 * are unique indexes.
 *
 * The log is a chain: an entry's hash is SM3 over the hash of the entry before it, its own columns, and its
 * changes by register and record (crypto/chain.h). Who takes out, puts in or alters any of it has to compute
 * all later hashes anew, and cannot reach the one that was noted down elsewhere (verify.h). Entries of before
 * format 3 got their hashes when the database was brought up to date; the entry with action `chain` tells.
 *
 * Field names id, created, entry, version and retired, and register names that begin with zs_, sqlite_ or
 * pg_, are not available to packs. */
#ifndef ZENGSHOU_REGISTER_DATABASE_H
#define ZENGSHOU_REGISTER_DATABASE_H

#include "base/err.h"
#include "pack/pack.h"
#include "store/store.h"

/* A database that keeps fields sealed has a format of its own: older programs would take handles for values.
 */
enum { DATABASE_FORMAT = 3, DATABASE_FORMAT_SEALED = 4 };

struct database;

struct database_report {
    bool created; /* false: it was there already */
    size_t tables_added, columns_added, indexes_added;
    size_t divisions_added;
    struct text notes[16]; /* what a person should know, e.g. "field x left the pack; its data stays"
                              ("zh|en"); the last says so when there were more */
    size_t note_count;
    struct text *calls; /* CITUS_KEYS: what will spread the tables that were made */
    size_t call_count;
    struct arena arena; /* owns the notes */
};
void database_report_fini(struct database_report *report);

/* Creates the database for the pack, or migrates one that has an older form of the same pack: new registers
 * and fields are added, a removed field keeps its column and data, a changed type or a newly required field
 * with gaps is refused (ERR_CONFLICT, says how to convert). Everything in one transaction. Another pack's
 * database, or a newer program's: ERR_VERSION; another program's: ERR_INPUT. Fills the division register with
 * the village-level divisions it does not know yet. Harmless to repeat. */
int database_init(const char *url, const struct pack *pack, struct database_report *report, struct err *err);

/* How the tables are to lie on the servers. WHOLE: on one; of a database that exists: as they do. CITUS_KEYS:
 * in the form that Citus can spread (see docs/scale.md), not spread yet. CITUS: by Citus, which has to be
 * there. */
enum database_distribution { DATABASE_WHOLE, DATABASE_CITUS_KEYS, DATABASE_CITUS };
/* As database_init. A database keeps to its form; from CITUS_KEYS it can become CITUS, otherwise another form
 * is ERR_CONFLICT. ERR_NOT_FOUND: no Citus. ERR_INPUT: not for files. */
int database_init_distributed(const char *url, const struct pack *pack,
                              enum database_distribution distribution, struct database_report *report,
                              struct err *err);

/* Opens one made by database_init; loads its pack. ERR_VERSION: made by a newer program. ERR_INPUT: not made
 * by database_init. */
int database_open(const char *url, bool read_only, struct database **out, struct err *err);
/* The same for a caller who has the pack already (borrowed). It must be the one the database was made with:
 * ERR_VERSION. */
int database_open_with(const char *url, bool read_only, const struct pack *pack, struct database **out,
                       struct err *err);
void database_close(struct database *database);

const struct pack *database_pack(const struct database *database);
struct store *database_store(struct database *database);

/* Starts a log entry inside the open (writing) transaction; *entry is its id. detail: JSON or empty. Its hash
 * is computed when the transaction commits, over everything that belongs to it by then. */
int database_entry(struct database *database, struct text actor, struct text action, struct text detail,
                   int64_t *entry, struct err *err);
/* The last one, 0 where there is none: what was read before it may be another now. */
int database_last_entry(struct store *store, int64_t *entry, struct err *err);

/* ---- Values in SQL columns: the one conversion both ways. ---- */
void database_bind(struct statement *statement, int number, const struct schema *schema, struct type type,
                   const struct value *value);
/* ERR_CORRUPT names table and column when the stored form is not valid. Text is copied into the arena. */
int database_value(const struct statement *statement, int column, const struct schema *schema,
                   struct type type, struct arena *arena, struct value *value, struct err *err);
const char *database_column_type(struct type type); /* INTEGER, REAL or TEXT */

#endif
