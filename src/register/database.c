/* A database explains itself: opening it means reading the pack it carries, nothing else is needed. */
#include "register/adopted.h"
#include "register/database.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "register/database_private.h"
#include "register/distribute.h"
#include "register/log_chain.h"
#include "register/sealed.h"
#include "store/tables.h"

int database_meta(struct store *store, const char *key, struct buffer *out, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(store, TEXT("SELECT value FROM zs_meta WHERE key = ?1"), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(key));
    bool row;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) buffer_text(out, statement_text(statement, 0));
    statement_free(statement);
    return code;
}

int database_put_meta(struct store *store, const char *key, struct text value, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(store,
                             TEXT("INSERT INTO zs_meta (key, value) VALUES (?1, ?2) "
                                  "ON CONFLICT (key) DO UPDATE SET value = excluded.value"),
                             &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(key));
    statement_bind_text(statement, 2, value);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

int database_check_format(struct store *store, int *out, struct err *err)
{
    const char *name = store_name(store);
    bool there;
    int code = store_has_table(store, "zs_meta", &there, err);
    if (code != 0) return code;
    if (!there)
        return err_set(err, ERR_INPUT, "“%s”不是用 zengshou init 建立的数据库。请检查 --db，或换一个名字建立",
                       "“%s” is not a database made by zengshou init. Check --db, or choose another name "
                       "to make one",
                       name);
    struct buffer format = {0};
    code = database_meta(store, "format", &format, err);
    long number = format.data != NULL ? strtol(format.data, NULL, 10) : 0;
    buffer_fini(&format);
    if (code != 0) return code;
    if (number > DATABASE_FORMAT_SEALED)
        return err_set(err, ERR_VERSION,
                       "“%s”由更新版本的程序建立（格式 %ld，本程序只认得到 %d）。请升级本程序",
                       "“%s” was made by a newer version of the program (format %ld; this one knows up to "
                       "%d). Upgrade the "
                       "program",
                       name, number, DATABASE_FORMAT_SEALED);
    if (number < 1)
        return err_set(err, ERR_CORRUPT, "“%s”没有写明格式版本，已经损坏。请用备份恢复",
                       "“%s” does not say its format version; it is damaged. Restore a backup", name);
    if (out != NULL) *out = (int)number;
    return 0;
}

/* ---- The pack inside ---- */

static int read_files(struct store *store, struct arena *arena, struct pack_file **files, size_t *count,
                      struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(store, TEXT("SELECT path, content FROM zs_pack_file ORDER BY path"), &statement, err);
    if (code != 0) return code;
    size_t capacity = 0;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *files = arena_grow(arena, *files, &capacity, *count + 1, sizeof **files);
        (*files)[(*count)++] = (struct pack_file){arena_text(arena, statement_text(statement, 0)),
                                                  arena_text(arena, statement_text(statement, 1))};
    }
    statement_free(statement);
    return code;
}

static int load_pack(struct store *store, struct pack **out, struct err *err)
{
    const char *name = store_name(store);
    struct arena arena = {0};
    struct pack_file *files = NULL;
    size_t count = 0;
    struct fault_list faults = {0};
    int code = read_files(store, &arena, &files, &count, err);
    if (code == 0) code = pack_load_files(name, files, count, out, &faults, err);
    if (code != 0 && faults.count > 0) {
        char zh[400], en[400];
        err_format(&faults.items[0], "zh", zh, sizeof zh);
        err_format(&faults.items[0], "en", en, sizeof en);
        code =
            err_set(err, ERR_VERSION,
                    "“%s”里保存的包不被本程序接受：%s%.0s。请用改正后的包运行 zengshou init --db … --pack …",
                    "This program does not accept the pack kept in “%s”: %.0s%s. Run zengshou init --db … "
                    "--pack … with a "
                    "corrected pack",
                    name, zh, en);
    }
    fault_list_fini(&faults);
    arena_fini(&arena);
    return code;
}

static int check_digest(struct store *store, const struct pack *pack, struct err *err)
{
    const char *name = store_name(store);
    struct buffer digest = {0};
    int code = database_meta(store, "digest", &digest, err);
    if (code == 0 && !text_is(buffer_get(&digest), pack->digest))
        code = err_set(err, ERR_VERSION,
                       "“%s”是用另一个包（或它的另一版）建立的。请先运行 zengshou init --db … --pack …",
                       "“%s” was made with another pack, or another version of it. Run zengshou init --db … "
                       "--pack … first",
                       name);
    buffer_fini(&digest);
    return code;
}

/* ---- Opening ---- */

/* Only init brings an older one up to date. */
static int check_current(struct store *store, struct err *err)
{
    int format;
    int code = database_check_format(store, &format, err);
    if (code != 0 || format >= DATABASE_FORMAT) return code;
    return err_set(err, ERR_VERSION,
                   "“%s”由较旧版本的程序建立（格式 %d，现在是 %d）。请先运行 zengshou init --db … --pack "
                   "…，数据会保留",
                   "“%s” was made by an older version of the program (format %d, now %d). Run zengshou init "
                   "--db … --pack … first; the data stays",
                   store_name(store), format, DATABASE_FORMAT);
}

static int give_up(struct database **database, int code)
{
    database_close(*database);
    *database = NULL;
    return code;
}

static int open_store(const char *url, const struct store_options *options, struct database **out,
                      struct err *err)
{
    *out = NULL;
    struct store *store;
    int code = store_open(url, options, &store, err);
    if (code != 0) return code;
    code = check_current(store, err);
    if (code != 0) {
        store_close(store);
        return code;
    }
    *out = mem_new(1, sizeof **out);
    (*out)->store = store;
    code = distribute_remembered(store, &(*out)->distribution, err);
    return code == 0 ? 0 : give_up(out, code);
}

static int open_vault(struct database *database, const char *url, struct err *err)
{
    int code = vault_new(database->store, url, &database->vault, err);
    return code == 0 ? sealed_load(database, err) : code;
}

int database_open_with(const char *url, bool read_only, const struct pack *pack, struct database **out,
                       struct err *err)
{
    const struct store_options options = {.read_only = read_only, .one_of_many = true};
    int code = open_store(url, &options, out, err);
    if (code != 0) return code;
    (*out)->pack = pack;
    code = check_digest((*out)->store, pack, err);
    if (code == 0) code = open_vault(*out, url, err);
    if (code == 0) code = adopted_refresh(*out, err);
    return code == 0 ? 0 : give_up(out, code);
}

int database_open(const char *url, bool read_only, struct database **out, struct err *err)
{
    int code = open_store(url, &(struct store_options){.read_only = read_only}, out, err);
    if (code != 0) return code;
    code = load_pack((*out)->store, &(*out)->owned, err);
    (*out)->pack = (*out)->owned;
    if (code == 0) code = check_digest((*out)->store, (*out)->pack, err);
    if (code == 0) code = open_vault(*out, url, err);
    if (code == 0) code = adopted_refresh(*out, err);
    return code == 0 ? 0 : give_up(out, code);
}

void database_close(struct database *database)
{
    if (database == NULL) return;
    vault_free(database->vault);
    store_close(database->store);
    arena_fini(&database->arena);
    if (database->owned != NULL) pack_free(database->owned);
    free(database);
}

const struct pack *database_pack(const struct database *database)
{
    return database->pack;
}

struct store *database_store(struct database *database)
{
    return database->store;
}

/* ---- The log ---- */

int database_last_entry(struct store *store, int64_t *entry, struct err *err)
{
    bool found;
    return store_query_int(store, "SELECT coalesce(max(id), 0) FROM zs_entry", entry, &found, err);
}

int database_entry(struct database *database, struct text actor, struct text action, struct text detail,
                   int64_t *entry, struct err *err)
{
    bool found;
    int code =
        store_query_int(database->store, "SELECT coalesce(max(id), 0) + 1 FROM zs_entry", entry, &found, err);
    if (code != 0) return code;
    struct statement *insert;
    code = store_prepare(
        database->store,
        TEXT("INSERT INTO zs_entry (id, at, actor, action, detail) VALUES (?1, ?2, ?3, ?4, ?5)"), &insert,
        err);
    if (code != 0) return code;
    char at[DATE_MOMENT_TEXT];
    statement_bind_int(insert, 1, *entry);
    statement_bind_text(insert, 2, text_of(date_moment(time(NULL), at)));
    statement_bind_text(insert, 3, actor);
    statement_bind_text(insert, 4, action);
    if (detail.size > 0)
        statement_bind_text(insert, 5, detail);
    else
        statement_bind_null(insert, 5);
    code = statement_run(insert, err);
    statement_free(insert);
    if (code == 0) store_before_commit(database->store, log_chain_close, *entry);
    return code;
}
