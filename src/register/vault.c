/* One table for all sealed values, so that keys can be changed without touching a record or the log, and so
 * that a record's row tells no more than which others share a value. */
#include "register/vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/sql.h"

/* Lengths tell something too: values are filled up with NULs, which no value holds. Sets of illnesses, which
 * are not shared, differ most. */
enum { BLOCK_SHARED = 32, BLOCK_ALONE = 64 };

#define CHECK_PLACE TEXT("zs_meta.key_check")
#define CHECK_VALUE TEXT("zengshou")

struct vault {
    struct store *store;
    char *path;
    struct keyring *ring; /* NULL: missing says why */
    struct sealer *sealer;
    struct err missing;
    struct statement *by_hash, *by_handle, *insert, *replace;
    struct buffer padded, hash, sealed;
};

/* ---- The key file ---- */

static bool is_file(const char *url)
{
    return strncmp(url, "postgresql:", 11) != 0 && strncmp(url, "postgres:", 9) != 0;
}

void vault_key_path(const char *url, struct buffer *out)
{
    const char *told = getenv(VAULT_KEYS);
    if (told != NULL && *told != '\0')
        buffer_string(out, told);
    else if (is_file(url))
        buffer_printf(out, "%s.keys", url);
}

static int refuse_unknown(struct err *err)
{
    return err_set(
        err, ERR_NOT_FOUND,
        "这个数据库里的身份证号等敏感内容是加密的，不知道密钥文件在哪里。请用 --keys 或环境变量 " VAULT_KEYS
        " 指明",
        "Identity numbers and other sensitive values of this database are sealed, and it is not known where "
        "the key file is. Say so with --keys or the environment variable " VAULT_KEYS);
}

static int refuse_foreign(const char *path, struct err *err)
{
    return err_set(
        err, ERR_FORBIDDEN,
        "密钥文件 %s 不是这个数据库的：用它打不开这里的加密内容。请用 --keys 指明正确的密钥文件",
        "The key file %s is not this database's: what is sealed here does not open with it. Say with --keys "
        "where the right one is",
        path);
}

static int refuse_lacking(const char *path, uint32_t number, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND,
                   "这个数据库现在用第 %u 号密钥加密，密钥文件 %s "
                   "里没有这把：它是旧的，或是别的数据库的。请用 --keys 指明正确的密钥文件",
                   "This database seals with key number %u, which the key file %s does not have: it is an "
                   "old one, or another "
                   "database's. Say with --keys where the right one is",
                   (unsigned)number, path);
}

/* Does the ring open what the database keeps to tell its keys by? */
static int check_ring(struct store *store, const char *path, struct sealer *sealer, struct err *err)
{
    struct buffer sealed = {0}, plain = {0};
    int code = database_meta(store, "key_check", &sealed, err);
    if (code == 0) code = unseal(sealer, CHECK_PLACE, buffer_get(&sealed), &plain, err);
    if (code == ERR_NOT_FOUND) code = refuse_lacking(path, seal_key(buffer_get(&sealed)), err);
    if (code == ERR_CORRUPT || (code == 0 && !text_equal(buffer_get(&plain), CHECK_VALUE)))
        code = refuse_foreign(path, err);
    buffer_fini(&sealed);
    buffer_fini(&plain);
    return code;
}

static int load_ring(struct vault *vault, struct err *err)
{
    struct keyring *ring = NULL;
    struct sealer *sealer = NULL;
    if (vault->path == NULL) return refuse_unknown(err);
    int code = keyring_load(vault->path, &ring, err);
    if (code == 0) code = sealer_new(ring, &sealer, err);
    if (code == 0) code = check_ring(vault->store, vault->path, sealer, err);
    if (code != 0) {
        sealer_free(sealer);
        keyring_free(ring);
        return code;
    }
    sealer_free(vault->sealer);
    keyring_free(vault->ring);
    vault->sealer = sealer;
    vault->ring = ring;
    return 0;
}

int vault_new(struct store *store, const char *url, struct vault **out, struct err *err)
{
    struct buffer active = {0}, path = {0};
    *out = NULL;
    int code = database_meta(store, "key", &active, err);
    bool sealed = active.size > 0;
    buffer_fini(&active);
    if (code != 0 || !sealed) return code;
    struct vault *vault = mem_new(1, sizeof *vault);
    vault->store = store;
    vault_key_path(url, &path);
    vault->path = path.data;
    code = load_ring(vault, &vault->missing);
    if (code != 0 && code != ERR_NOT_FOUND && err != NULL) *err = vault->missing;
    if (code == 0 || code == ERR_NOT_FOUND) {
        *out = vault;
        return 0;
    }
    vault_free(vault);
    return code;
}

void vault_free(struct vault *vault)
{
    if (vault == NULL) return;
    statement_free(vault->by_hash);
    statement_free(vault->by_handle);
    statement_free(vault->insert);
    statement_free(vault->replace);
    sealer_free(vault->sealer);
    keyring_free(vault->ring);
    buffer_fini(&vault->padded);
    buffer_fini(&vault->hash);
    buffer_fini(&vault->sealed);
    free(vault->path);
    free(vault);
}

int vault_need(const struct vault *vault, struct err *err)
{
    if (vault->ring != NULL) return 0;
    if (err != NULL) *err = vault->missing;
    return vault->missing.code;
}

static struct key_info active(const struct keyring *ring)
{
    return keyring_info(ring, keyring_count(ring) - 1);
}

uint32_t vault_key(const struct vault *vault)
{
    return active(vault->ring).number;
}

enum suite vault_suite(const struct vault *vault)
{
    return active(vault->ring).suite;
}

const struct keyring *vault_ring(const struct vault *vault)
{
    return vault->ring;
}

struct store *vault_store(const struct vault *vault)
{
    return vault->store;
}

const char *vault_path(const struct vault *vault)
{
    return vault->path;
}

/* ---- Handles ---- */

void vault_handle(int64_t number, char out[VAULT_HANDLE_TEXT])
{
    out[0] = '~';
    out[VAULT_HANDLE] = '\0';
    for (size_t i = VAULT_HANDLE; i-- > 1; number /= 10) out[i] = (char)('0' + number % 10);
}

int64_t vault_handle_number(struct text text)
{
    int64_t number = 0;
    if (text.size != VAULT_HANDLE || text.at[0] != '~') return 0;
    for (size_t i = 1; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return 0;
        number = number * 10 + (text.at[i] - '0');
    }
    return number;
}

int vault_last(struct vault *vault, int64_t *number, struct err *err)
{
    bool found;
    *number = 0;
    int code = store_query_int(vault->store,
                               "SELECT CAST(substr(coalesce(max(handle), '~0'), 2) AS BIGINT) FROM zs_sealed",
                               number, &found, err);
    if (code != 0 || *number < 9999999000) return code;
    return err_set(err, ERR_LIMIT, "加密的值已有一百亿个，编号用完了",
                   "Ten thousand million values are sealed; there are no more handles");
}

/* ---- Values ---- */

int vault_unseal(struct vault *vault, struct text place, struct text sealed, struct buffer *plain,
                 struct err *err)
{
    buffer_clear(plain);
    int code = vault_need(vault, err);
    if (code == 0) code = unseal(vault->sealer, place, sealed, plain, err);
    /* Sealed with a key that another process has added since. */
    if (code == ERR_NOT_FOUND && vault->ring != NULL && load_ring(vault, NULL) == 0) {
        buffer_clear(plain);
        code = unseal(vault->sealer, place, sealed, plain, err);
    }
    while (code == 0 && plain->size > 0 && plain->data[plain->size - 1] == '\0') plain->size--;
    return code;
}

int vault_seal(struct vault *vault, struct text place, struct text value, bool shared, struct buffer *sealed,
               struct buffer *hash, struct err *err)
{
    size_t block = shared ? BLOCK_SHARED : BLOCK_ALONE;
    buffer_clear(sealed);
    buffer_clear(hash);
    buffer_clear(&vault->padded);
    buffer_text(&vault->padded, value);
    while (vault->padded.size % block != 0) buffer_char(&vault->padded, '\0');
    int code = vault_need(vault, err);
    if (code == 0) code = seal(vault->sealer, place, buffer_get(&vault->padded), sealed, err);
    if (code == 0 && shared)
        code = seal_index(vault->sealer, keyring_count(vault->ring) - 1, place, value, hash, err);
    return code;
}

/* ---- Finding and putting ---- */

static int ask_hash(struct vault *vault, struct text place, struct text hash, int64_t *number,
                    struct err *err)
{
    int code = 0;
    if (vault->by_hash == NULL)
        code =
            store_prepare(vault->store, TEXT("SELECT handle FROM zs_sealed WHERE place = ?1 AND hash = ?2"),
                          &vault->by_hash, err);
    if (code != 0) return code;
    bool row;
    statement_bind_text(vault->by_hash, 1, place);
    statement_bind_text(vault->by_hash, 2, hash);
    code = statement_step(vault->by_hash, &row, err);
    *number = code == 0 && row ? vault_handle_number(statement_text(vault->by_hash, 0)) : 0;
    if (code == 0 && row) statement_reset(vault->by_hash);
    return code;
}

/* By every key of the ring: while keys are changed, values stand under the former one and the new one. */
int vault_find(struct vault *vault, struct text place, struct text value, int64_t *number, struct err *err)
{
    *number = 0;
    int code = vault_need(vault, err);
    for (size_t i = code == 0 ? keyring_count(vault->ring) : 0; code == 0 && *number == 0 && i > 0; i--) {
        buffer_clear(&vault->hash);
        code = seal_index(vault->sealer, i - 1, place, value, &vault->hash, err);
        if (code == 0) code = ask_hash(vault, place, buffer_get(&vault->hash), number, err);
    }
    return code;
}

static int insert(struct vault *vault, int64_t number, struct text place, bool shared, struct err *err)
{
    char handle[VAULT_HANDLE_TEXT];
    int code = 0;
    if (vault->insert == NULL)
        code = store_prepare(
            vault->store,
            TEXT("INSERT INTO zs_sealed (handle, place, hash, key, sealed) VALUES (?1, ?2, ?3, ?4, "
                 "?5)"),
            &vault->insert, err);
    if (code != 0) return code;
    vault_handle(number, handle);
    statement_bind_text(vault->insert, 1, text_of(handle));
    statement_bind_text(vault->insert, 2, place);
    if (shared)
        statement_bind_text(vault->insert, 3, buffer_get(&vault->hash));
    else
        statement_bind_null(vault->insert, 3);
    statement_bind_int(vault->insert, 4, vault_key(vault));
    statement_bind_text(vault->insert, 5, buffer_get(&vault->sealed));
    return statement_run(vault->insert, err);
}

int vault_put(struct vault *vault, struct text place, struct text value, bool shared, int64_t *number,
              struct err *err)
{
    *number = 0;
    int code = vault_agree(vault, err);
    if (code == 0 && shared) code = vault_find(vault, place, value, number, err);
    if (code != 0 || *number != 0) return code;
    code = vault_last(vault, number, err);
    ++*number;
    if (code == 0) code = vault_seal(vault, place, value, shared, &vault->sealed, &vault->hash, err);
    return code == 0 ? insert(vault, *number, place, shared, err) : code;
}

int vault_replace(struct vault *vault, struct text handle, struct text place, struct text value, bool shared,
                  struct err *err)
{
    int code = vault_seal(vault, place, value, shared, &vault->sealed, &vault->hash, err);
    if (code == 0 && vault->replace == NULL)
        code = store_prepare(vault->store,
                             TEXT("UPDATE zs_sealed SET hash = ?2, key = ?3, sealed = ?4 WHERE handle = ?1"),
                             &vault->replace, err);
    if (code != 0) return code;
    statement_bind_text(vault->replace, 1, handle);
    if (shared)
        statement_bind_text(vault->replace, 2, buffer_get(&vault->hash));
    else
        statement_bind_null(vault->replace, 2);
    statement_bind_int(vault->replace, 3, vault_key(vault));
    statement_bind_text(vault->replace, 4, buffer_get(&vault->sealed));
    return statement_run(vault->replace, err);
}

static int refuse_lost(struct text place, struct text handle, struct err *err)
{
    return err_set(
        err, ERR_CORRUPT,
        "%.*s 的加密内容 %.*s 不在数据库里：被人删除了，或本来就不是本程序写入的。请用 verify "
        "检查，并从备份恢复",
        "%.*s: the sealed value %.*s is not in the database; somebody has taken it out, or this program did "
        "not write it. Check with verify, and restore from a backup",
        TEXT_ARGS(place), TEXT_ARGS(handle));
}

int vault_get(struct vault *vault, struct text place, struct text handle, struct buffer *plain,
              struct err *err)
{
    int code = 0;
    if (vault->by_handle == NULL)
        code = store_prepare(vault->store, TEXT("SELECT sealed FROM zs_sealed WHERE handle = ?1"),
                             &vault->by_handle, err);
    if (code != 0) return code;
    bool row;
    statement_bind_text(vault->by_handle, 1, handle);
    code = statement_step(vault->by_handle, &row, err);
    if (code != 0) return code;
    if (!row) return refuse_lost(place, handle, err);
    code = vault_unseal(vault, place, statement_text(vault->by_handle, 0), plain, err);
    statement_reset(vault->by_handle);
    return code;
}

/* ---- Which key seals ---- */

int vault_remember(struct store *store, struct sealer *sealer, const struct keyring *ring, struct err *err)
{
    char number[16];
    struct buffer check = {0};
    snprintf(number, sizeof number, "%u", (unsigned)active(ring).number);
    int code = seal(sealer, CHECK_PLACE, CHECK_VALUE, &check, err);
    if (code == 0) code = database_put_meta(store, "key", text_of(number), err);
    if (code == 0) code = database_put_meta(store, "key_check", buffer_get(&check), err);
    buffer_fini(&check);
    return code;
}

int vault_reload(struct vault *vault, struct err *err)
{
    return load_ring(vault, err);
}

int vault_agree_key(struct vault *vault, struct err *err)
{
    struct buffer text = {0};
    int code = vault_need(vault, err);
    if (code == 0) code = database_meta(vault->store, "key", &text, err);
    long number = code == 0 && text.data != NULL ? strtol(text.data, NULL, 10) : 0;
    buffer_fini(&text);
    if (code != 0 || number == (long)vault_key(vault)) return code;
    enum suite suite;
    if (keyring_secret(vault->ring, (uint32_t)number, &suite) == NULL) code = load_ring(vault, err);
    if (code == 0 && keyring_secret(vault->ring, (uint32_t)number, &suite) == NULL)
        return refuse_lacking(vault->path, (uint32_t)number, err);
    return code;
}

int vault_agree(struct vault *vault, struct err *err)
{
    struct buffer text = {0};
    int code = vault_agree_key(vault, err);
    if (code == 0) code = database_meta(vault->store, "key", &text, err);
    bool same = text.data != NULL && strtol(text.data, NULL, 10) == (long)vault_key(vault);
    buffer_fini(&text);
    /* The file has a newer key than the database knows of. */
    return code != 0 || same ? code : vault_remember(vault->store, vault->sealer, vault->ring, err);
}

/* ---- Tables ---- */

int vault_create_tables(struct store *store, struct err *err)
{
    const struct store_dialect *say = store_dialect(store);
    struct buffer sql = {0};
    buffer_printf(
        &sql,
        "CREATE TABLE IF NOT EXISTS zs_sealed (handle %s PRIMARY KEY, place %s NOT NULL, hash %s, key %s NOT "
        "NULL, sealed %s NOT NULL)%s;"
        "CREATE UNIQUE INDEX IF NOT EXISTS zs_sealed_hash ON zs_sealed (place, hash) WHERE hash IS NOT NULL;",
        say->text, say->text, say->text, say->integer, say->text, say->clustered_end);
    buffer_printf(&sql,
                  "CREATE TABLE IF NOT EXISTS zs_sealed_field (register %s NOT NULL, field %s NOT NULL, now "
                  "%s NOT NULL, shared %s NOT "
                  "NULL, "
                  "PRIMARY KEY (register, field))%s",
                  say->text, say->text, say->integer, say->integer, say->clustered_end);
    int code = sql_run(store, &sql, err);
    buffer_fini(&sql);
    return code;
}

/* ---- Checking ---- */

int vault_check(struct vault *vault, struct text place, struct text hash, struct text sealed, bool *matches,
                struct err *err)
{
    uint32_t number = seal_key(sealed);
    *matches = hash.size == 0;
    int code = vault_unseal(vault, place, sealed, &vault->padded, err);
    for (size_t i = 0; code == 0 && hash.size > 0 && i < keyring_count(vault->ring); i++) {
        if (keyring_info(vault->ring, i).number != number) continue;
        buffer_clear(&vault->hash);
        code = seal_index(vault->sealer, i, place, buffer_get(&vault->padded), &vault->hash, err);
        *matches = code == 0 && text_equal(buffer_get(&vault->hash), hash);
    }
    return code;
}
