/* One worker per key with the library's contexts made once: a field costs its blocks, not its set-up. */
#include "crypto/seal.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/encode.h"

enum { IV_SM = 16, IV_AES = 12, TAG = 16, MAC_SIZE = 32, INDEX_SIZE = 16, POOL = 4096 };

struct worker {
    uint32_t number;
    enum suite suite;
    EVP_CIPHER_CTX *cipher; /* the encryption key set */
    EVP_MAC_CTX *mac;       /* SUITE_SM: the authentication key set */
    EVP_MAC_CTX *index;     /* the index key set */
};

struct sealer {
    struct worker *workers;
    size_t count;
    unsigned char pool[POOL]; /* random bytes, used from the end */
    size_t pooled;
    struct buffer bytes;
};

/* ---- Keys ---- */

static bool derive(enum suite suite, const unsigned char *secret, const char *purpose, unsigned char *out,
                   size_t size)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    char *digest = suite == SUITE_SM ? "SM3" : "SHA256";
    const OSSL_PARAM settings[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, KEY_SECRET),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)purpose, strlen(purpose)),
        OSSL_PARAM_construct_end(),
    };
    bool done = context != NULL && EVP_KDF_derive(context, out, size, settings) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return done;
}

static EVP_MAC_CTX *keyed_hash(enum suite suite, const unsigned char *secret, const char *purpose)
{
    unsigned char key[MAC_SIZE];
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    char *digest = suite == SUITE_SM ? "SM3" : "SHA256";
    const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
    EVP_MAC_free(mac);
    bool done = context != NULL && derive(suite, secret, purpose, key, sizeof key) &&
                EVP_MAC_init(context, key, sizeof key, settings) == 1;
    OPENSSL_cleanse(key, sizeof key);
    if (done) return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}

static bool worker_init(struct worker *worker, const unsigned char *secret)
{
    unsigned char key[32];
    const EVP_CIPHER *cipher = worker->suite == SUITE_SM ? EVP_sm4_ctr() : EVP_aes_256_gcm();
    size_t size = (size_t)EVP_CIPHER_get_key_length(cipher);
    assert(size <= sizeof key);
    worker->cipher = EVP_CIPHER_CTX_new();
    bool done = worker->cipher != NULL && derive(worker->suite, secret, "zengshou encrypt", key, size) &&
                EVP_CipherInit_ex2(worker->cipher, cipher, key, NULL, 1, NULL) == 1;
    OPENSSL_cleanse(key, sizeof key);
    worker->index = keyed_hash(worker->suite, secret, "zengshou index");
    done = done && worker->index != NULL;
    if (worker->suite == SUITE_SM) {
        worker->mac = keyed_hash(worker->suite, secret, "zengshou authenticate");
        done = done && worker->mac != NULL;
    }
    return done;
}

int sealer_new(const struct keyring *ring, struct sealer **out, struct err *err)
{
    struct sealer *sealer = mem_new(1, sizeof *sealer);
    *out = NULL;
    sealer->count = keyring_count(ring);
    sealer->workers = mem_new(sealer->count, sizeof *sealer->workers);
    for (size_t i = 0; i < sealer->count; i++) {
        struct worker *worker = &sealer->workers[i];
        worker->number = keyring_info(ring, i).number;
        const unsigned char *secret = keyring_secret(ring, worker->number, &worker->suite);
        if (worker_init(worker, secret)) continue;
        struct text name = suite_name(worker->suite);
        sealer_free(sealer);
        return err_set(err, ERR_IO, "加密库不提供算法 %.*s。请安装完整的 OpenSSL 3",
                       "The crypto library does not offer %.*s. Install a complete OpenSSL 3",
                       TEXT_ARGS(name));
    }
    *out = sealer;
    return 0;
}

void sealer_free(struct sealer *sealer)
{
    if (sealer == NULL) return;
    for (size_t i = 0; i < sealer->count; i++) {
        EVP_CIPHER_CTX_free(sealer->workers[i].cipher);
        EVP_MAC_CTX_free(sealer->workers[i].mac);
        EVP_MAC_CTX_free(sealer->workers[i].index);
    }
    free(sealer->workers);
    if (sealer->bytes.data != NULL) OPENSSL_cleanse(sealer->bytes.data, sealer->bytes.capacity);
    buffer_fini(&sealer->bytes);
    OPENSSL_cleanse(sealer->pool, sizeof sealer->pool);
    free(sealer);
}

/* ---- Steps ---- */

static bool random_bytes(struct sealer *sealer, unsigned char *out, size_t size)
{
    if (sealer->pooled < size) {
        if (RAND_bytes(sealer->pool, POOL) != 1) return false;
        sealer->pooled = POOL;
    }
    sealer->pooled -= size;
    memcpy(out, sealer->pool + sealer->pooled, size);
    OPENSSL_cleanse(sealer->pool + sealer->pooled, size);
    return true;
}

/* Hash of the place, its length, and the bytes. */
static void keyed(EVP_MAC_CTX *context, struct text place, const void *bytes, size_t size,
                  unsigned char out[MAC_SIZE])
{
    unsigned char length[2] = {(unsigned char)(place.size >> 8), (unsigned char)place.size};
    size_t written = 0;
    bool done =
        EVP_MAC_init(context, NULL, 0, NULL) == 1 && EVP_MAC_update(context, length, sizeof length) == 1 &&
        EVP_MAC_update(context, (const unsigned char *)place.at, place.size) == 1 &&
        EVP_MAC_update(context, bytes, size) == 1 && EVP_MAC_final(context, out, &written, MAC_SIZE) == 1;
    assert(done && written == MAC_SIZE);
}

/* The cipher over the bytes, in place of out; for GCM the place goes in as associated data. */
static bool cipher_run(struct worker *worker, bool encrypt, const unsigned char *iv, struct text place,
                       const void *in, size_t size, unsigned char *out)
{
    int done = 0;
    if (EVP_CipherInit_ex2(worker->cipher, NULL, NULL, iv, encrypt, NULL) != 1) return false;
    if (worker->suite == SUITE_AES &&
        EVP_CipherUpdate(worker->cipher, NULL, &done, (const unsigned char *)place.at, (int)place.size) != 1)
        return false;
    return size == 0 || EVP_CipherUpdate(worker->cipher, out, &done, in, (int)size) == 1;
}

static size_t iv_size(const struct worker *worker)
{
    return worker->suite == SUITE_SM ? IV_SM : IV_AES;
}

static struct worker *worker_of(struct sealer *sealer, uint32_t number)
{
    for (size_t i = 0; i < sealer->count; i++)
        if (sealer->workers[i].number == number) return &sealer->workers[i];
    return NULL;
}

/* ---- Sealing ---- */

/* Room for vector, ciphertext and tag. */
static unsigned char *room_for(struct sealer *sealer, const struct worker *worker, struct text value)
{
    sealer->bytes.data =
        mem_grow(sealer->bytes.data, &sealer->bytes.capacity, iv_size(worker) + value.size + TAG, 1);
    return (unsigned char *)sealer->bytes.data;
}

/* The vector stands in the bytes. */
static void seal_bytes(struct worker *worker, struct text place, struct text value, unsigned char *bytes,
                       struct buffer *out)
{
    size_t head = iv_size(worker), size = head + value.size + TAG;
    unsigned char mac[MAC_SIZE];
    int unused;
    bool done = cipher_run(worker, true, bytes, place, value.at, value.size, bytes + head);
    if (worker->suite == SUITE_SM) {
        keyed(worker->mac, place, bytes, head + value.size, mac);
        memcpy(bytes + head + value.size, mac, TAG);
    } else {
        done = done && EVP_CipherFinal_ex(worker->cipher, mac, &unused) == 1 &&
               EVP_CIPHER_CTX_ctrl(worker->cipher, EVP_CTRL_GCM_GET_TAG, TAG, bytes + head + value.size) == 1;
    }
    assert(done); /* algorithms were fetched and keys set by sealer_new */
    buffer_printf(out, "~%u~", (unsigned)worker->number);
    base64_write(bytes, size, out);
}

int seal(struct sealer *sealer, struct text place, struct text value, struct buffer *out, struct err *err)
{
    struct worker *worker = &sealer->workers[sealer->count - 1];
    unsigned char *bytes = room_for(sealer, worker, value);
    if (!random_bytes(sealer, bytes, iv_size(worker)))
        return err_set(err, ERR_IO, "系统给不出随机数，内容没有加密，也没有写入",
                       "The system gives no randomness; nothing was sealed and nothing written");
    seal_bytes(worker, place, value, bytes, out);
    return 0;
}

void seal_same(struct sealer *sealer, struct text place, struct text value, struct buffer *out)
{
    struct worker *worker = &sealer->workers[sealer->count - 1];
    unsigned char *bytes = room_for(sealer, worker, value), hash[MAC_SIZE];
    keyed(worker->index, place, value.at, value.size, hash);
    memcpy(bytes, hash, iv_size(worker));
    seal_bytes(worker, place, value, bytes, out);
}

bool seal_is(struct text stored)
{
    return stored.size > 0 && stored.at[0] == '~';
}

uint32_t seal_key(struct text sealed)
{
    uint64_t number = 0;
    size_t i = 1;
    if (!seal_is(sealed)) return 0;
    for (; i < sealed.size && i < 10 && sealed.at[i] >= '0' && sealed.at[i] <= '9'; i++)
        number = number * 10 + (uint64_t)(sealed.at[i] - '0');
    return i < sealed.size && sealed.at[i] == '~' && sealed.at[1] != '0' ? (uint32_t)number : 0;
}

static bool open_bytes(struct worker *worker, struct text place, unsigned char *bytes, size_t size,
                       unsigned char *plain)
{
    size_t head = iv_size(worker);
    size_t length = size - head - TAG;
    unsigned char mac[MAC_SIZE];
    int unused;
    if (worker->suite == SUITE_SM) {
        keyed(worker->mac, place, bytes, head + length, mac);
        return CRYPTO_memcmp(mac, bytes + head + length, TAG) == 0 &&
               cipher_run(worker, false, bytes, place, bytes + head, length, plain);
    }
    return cipher_run(worker, false, bytes, place, bytes + head, length, plain) &&
           EVP_CIPHER_CTX_ctrl(worker->cipher, EVP_CTRL_GCM_SET_TAG, TAG, bytes + head + length) == 1 &&
           EVP_CipherFinal_ex(worker->cipher, mac, &unused) == 1;
}

static int broken(struct text place, struct err *err)
{
    return err_set(
        err, ERR_CORRUPT, "%.*s 的加密内容被改动过或已损坏。请用 verify 检查，并从备份恢复",
        "A sealed value of %.*s was altered or is damaged. Check with verify, and restore from a backup",
        TEXT_ARGS(place));
}

int unseal(struct sealer *sealer, struct text place, struct text sealed, struct buffer *out, struct err *err)
{
    uint32_t number = seal_key(sealed);
    if (number == 0) return broken(place, err);
    struct worker *worker = worker_of(sealer, number);
    if (worker == NULL)
        return err_set(
            err, ERR_NOT_FOUND,
            "%.*s 的内容是用第 %u 号密钥加密的，密钥文件里没有这把。请恢复含有它的密钥文件",
            "%.*s was sealed with key number %u, which the key file does not have. Restore the key file "
            "that has it",
            TEXT_ARGS(place), (unsigned)number);
    const char *second = memchr(sealed.at + 1, '~', sealed.size - 1);
    struct text coded = {second + 1, sealed.size - (size_t)(second + 1 - sealed.at)};
    buffer_clear(&sealer->bytes);
    bool good = base64_read(coded, &sealer->bytes) && sealer->bytes.size >= iv_size(worker) + TAG;
    if (!good) return broken(place, err);
    size_t before = out->size, length = sealer->bytes.size - iv_size(worker) - TAG;
    out->data = mem_grow(out->data, &out->capacity, before + length + 1, 1);
    good = open_bytes(worker, place, (unsigned char *)sealer->bytes.data, sealer->bytes.size,
                      (unsigned char *)out->data + before);
    out->size = before + (good ? length : 0);
    out->data[out->size] = '\0';
    return good ? 0 : broken(place, err);
}

/* ---- The blind index ---- */

int seal_index(struct sealer *sealer, size_t key, struct text place, struct text value, struct buffer *out,
               struct err *err)
{
    unsigned char hash[MAC_SIZE];
    if (key >= sealer->count)
        return err_set(err, ERR_NOT_FOUND, "密钥文件里没有第 %zu 把密钥",
                       "The key file has no key at place %zu", key + 1);
    struct worker *worker = &sealer->workers[key];
    keyed(worker->index, place, value.at, value.size, hash);
    buffer_printf(out, "%u~", (unsigned)worker->number);
    base64_write(hash, INDEX_SIZE, out);
    return 0;
}
