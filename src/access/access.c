/* Opening, the tables, and random secrets. */
#include "access/access.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "access/access_private.h"
#include "access_tables_sql.h"
#include "base/mem.h"
#include "store/tables.h"

enum { HOUR = 3600 };

static const struct store_tables tables = {.sql = access_tables_sql, .last = "zs_login"};

int access_init(const char *url, struct err *err)
{
    return store_tables_init(url, &tables, err);
}

int access_need(struct store *store, struct err *err)
{
    return store_tables_need(store, &tables, err);
}

static int64_t machine_clock(void *context)
{
    return (int64_t)time(NULL);
}

int access_open(struct database *database, const struct access_options *options, struct access **out,
                struct err *err)
{
    *out = NULL;
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "系统不提供随机数，无法安全登录",
                       "The system gives no random numbers; nobody can log in safely");
    struct store *store = database_store(database);
    int code = store_tables_need(store, &tables, err);
    if (code != 0) return code;
    struct access *access = mem_new(1, sizeof *access);
    access->database = database;
    access->store = store;
    access->pack = database_pack(database);
    access->keep_manager = options->keep_manager;
    access->now = options->now != NULL ? options->now : machine_clock;
    access->context = options->context;
    access->idle = options->idle > 0 ? options->idle : 8 * HOUR;
    access->longest = options->longest > 0 ? options->longest : 12 * HOUR;
    access->cost.memory = options->memory > 0 ? options->memory : crypto_pwhash_MEMLIMIT_INTERACTIVE;
    access->cost.passes = options->passes > 0 ? options->passes : crypto_pwhash_OPSLIMIT_INTERACTIVE;
    access->gate = options->gate;
    *out = access;
    return 0;
}

void access_close(struct access *access)
{
    free(access);
}

int64_t access_now(const struct access *access)
{
    return access->now(access->context);
}

int next_id(struct store *store, const char *table_sql, int64_t *id, struct err *err)
{
    bool found;
    return store_query_int(store, table_sql, id, &found, err);
}

/* ---- Secrets ---- */

_Static_assert(sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
                   ACCESS_SECRET,
               "a secret fits");

void secret_new(char secret[ACCESS_SECRET])
{
    unsigned char bytes[SECRET_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(secret, ACCESS_SECRET, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

void secret_hash(struct text secret, char hash[SECRET_HASH])
{
    unsigned char bytes[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(bytes, (const unsigned char *)secret.at, secret.size);
    sodium_bin2hex(hash, SECRET_HASH, bytes, sizeof bytes);
}

/* Nothing is stored for it: the token is the key, and only its bearer and the server at that moment have it.
 */
void access_csrf(struct text token, char csrf[ACCESS_SECRET])
{
    static const char purpose[] = "zengshou csrf";
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)token.at, token.size);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, sizeof purpose);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(csrf, ACCESS_SECRET, mac, sizeof mac, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool access_csrf_is(struct text token, struct text csrf)
{
    char right[ACCESS_SECRET];
    access_csrf(token, right);
    return csrf.size == ACCESS_SECRET - 1 && sodium_memcmp(csrf.at, right, ACCESS_SECRET - 1) == 0;
}
