/* The page's own tables: a secret made once, and counts that a restart does not forget. */
#include <stdio.h>

#include "base/mem.h"
#include "declare/declare_private.h"
#include "declare_tables_sql.h"
#include "store/tables.h"

enum { DAY = 86400, KEPT_DAYS = 3 };

static int put_secret(struct store *store, struct err *err)
{
    struct statement *statement;
    unsigned char key[crypto_secretbox_KEYBYTES];
    char hex[2 * sizeof key + 1];
    randombytes_buf(key, sizeof key);
    sodium_bin2hex(hex, sizeof hex, key, sizeof key);
    int code = store_prepare(
        store, TEXT("INSERT INTO zs_declare_secret (id, key) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(hex));
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static const struct store_tables tables = {
    .sql = declare_tables_sql, .last = "zs_declaration", .fill = put_secret};

int declare_init(const char *url, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "系统不提供随机数", "The system gives no random numbers");
    return store_tables_init(url, &tables, err);
}

int declare_need(struct store *store, struct err *err)
{
    return store_tables_need(store, &tables, err);
}

int declare_secret_get(struct store *store, struct declare_secret *secret, struct err *err)
{
    struct statement *statement;
    bool row = false;
    size_t size = 0;
    int code = store_prepare(store, TEXT("SELECT key FROM zs_declare_secret WHERE id = 1"), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    struct text hex = code == 0 && row ? statement_text(statement, 0) : TEXT("");
    bool good = sodium_hex2bin(secret->key, sizeof secret->key, hex.at, hex.size, NULL, &size, NULL) == 0 &&
                size == sizeof secret->key;
    statement_free(statement);
    if (code == 0 && !good)
        code = err_set(err, ERR_CORRUPT, "自主申报的密钥读不了，不是本程序写入的",
                       "The declarations' secret cannot be read; this program did not write it");
    return code;
}

void declare_hash(const struct declare_secret *secret, const char *purpose, struct text a, struct text b,
                  char out[DECLARE_HASH])
{
    unsigned char sum[crypto_generichash_BYTES];
    struct buffer all = {0};
    buffer_printf(&all, "%s|%zu|", purpose, a.size);
    buffer_text(&all, a);
    buffer_text(&all, b);
    crypto_generichash(sum, sizeof sum, (const unsigned char *)all.data, all.size, secret->key,
                       sizeof secret->key);
    sodium_bin2hex(out, DECLARE_HASH, sum, sizeof sum);
    sodium_memzero(all.data, all.size);
    buffer_fini(&all);
}

static int run_with(struct store *store, struct text sql, const char *key, int64_t now, int64_t *value,
                    struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code = store_prepare(store, sql, &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(key));
    statement_bind_int(statement, 2, now / DAY);
    code = value == NULL ? statement_run(statement, err) : statement_step(statement, &row, err);
    if (code == 0 && value != NULL) *value = row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

int declare_counted(struct store *store, const char *key, int64_t now, int64_t *count, struct err *err)
{
    return run_with(store, TEXT("SELECT count FROM zs_declare_count WHERE key = ?1 AND period = ?2"), key,
                    now, count, err);
}

static int forget(struct store *store, int64_t now, struct err *err)
{
    char sql[200];
    snprintf(
        sql, sizeof sql,
        "DELETE FROM zs_declare_count WHERE period < %lld; DELETE FROM zs_declare_used WHERE until < %lld",
        (long long)(now / DAY - KEPT_DAYS), (long long)now);
    return store_run(store, sql, err);
}

int declare_count(struct store *store, const char *key, int64_t now, int64_t *count, struct err *err)
{
    int code = forget(store, now, err);
    if (code == 0)
        code = run_with(
            store,
            TEXT("INSERT INTO zs_declare_count (key, period, count) VALUES (?1, ?2, 1) ON CONFLICT (key, "
                 "period) DO UPDATE SET count = zs_declare_count.count + 1"),
            key, now, NULL, err);
    return code == 0 ? declare_counted(store, key, now, count, err) : code;
}
