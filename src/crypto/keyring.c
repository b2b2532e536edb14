/* The file is small and precious: read strictly, created exclusively, replaced through a synced neighbour. */
#include "crypto/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/encode.h"

enum { FILE_MAX = 16384, CREATED_SIZE = 21 };

struct key {
    uint32_t number;
    enum suite suite;
    char created[CREATED_SIZE];
    unsigned char secret[KEY_SECRET];
};

struct keyring {
    struct key keys[KEYRING_MAX];
    size_t count;
};

struct text suite_name(enum suite suite)
{
    switch (suite) {
    case SUITE_SM:
        return TEXT("sm4-hmac-sm3");
    case SUITE_AES:
        return TEXT("aes-256-gcm");
    }
    return TEXT("");
}

bool suite_find(struct text name, enum suite *suite)
{
    static const enum suite all[] = {SUITE_SM, SUITE_AES};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!text_equal(name, suite_name(all[i]))) continue;
        *suite = all[i];
        return true;
    }
    return false;
}

/* ---- Reading ---- */

static bool next_word(struct text *line, struct text *word)
{
    size_t size = 0;
    while (size < line->size && line->at[size] != ' ') size++;
    *word = (struct text){line->at, size};
    if (size < line->size) size++;
    *line = (struct text){line->at + size, line->size - size};
    return word->size > 0;
}

static bool read_number(struct text word, uint32_t *number)
{
    uint64_t value = 0;
    if (word.size == 0 || word.size > 9 || word.at[0] == '0') return false;
    for (size_t i = 0; i < word.size; i++) {
        if (word.at[i] < '0' || word.at[i] > '9') return false;
        value = value * 10 + (uint64_t)(word.at[i] - '0');
    }
    *number = (uint32_t)value;
    return true;
}

static bool read_key(struct text line, struct key *key)
{
    struct text number, suite, created, secret;
    if (!next_word(&line, &number) || !next_word(&line, &suite) || !next_word(&line, &created)) return false;
    if (!next_word(&line, &secret) || line.size > 0) return false;
    if (created.size >= CREATED_SIZE) return false;
    memcpy(key->created, created.at, created.size);
    key->created[created.size] = '\0';
    return read_number(number, &key->number) && suite_find(suite, &key->suite) &&
           hex_read(secret, key->secret, KEY_SECRET);
}

static int read_ring(const char *path, struct text content, struct keyring *ring, struct err *err)
{
    int line_number = 0;
    while (content.size > 0) {
        const char *end = memchr(content.at, '\n', content.size);
        size_t size = end == NULL ? content.size : (size_t)(end - content.at);
        struct text line = {content.at, size};
        bool good = ++line_number == 1 ? text_is(line, "zengshou keys 1") : ring->count < KEYRING_MAX;
        if (good && line_number > 1) good = read_key(line, &ring->keys[ring->count++]);
        for (size_t i = 0; good && i + 1 < ring->count; i++)
            good = ring->keys[i].number != ring->keys[ring->count - 1].number;
        if (!good) {
            err_set(err, ERR_INPUT, "密钥文件 %s 的第 %d 行无法识别。请用备份恢复它，不要手工修改",
                    "The key file %s cannot be read at line %d. Restore it from its backup; do not edit it",
                    path, line_number);
            return err_at(err, path, line_number, 0);
        }
        size += end != NULL;
        content = (struct text){content.at + size, content.size - size};
    }
    if (ring->count > 0) return 0;
    return err_set(err, ERR_INPUT, "密钥文件 %s 里没有密钥。请用备份恢复它",
                   "The key file %s holds no key. Restore it from its backup", path);
}

static int open_private(const char *path, int *file, struct err *err)
{
    struct stat status;
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file < 0 && errno == ENOENT)
        return err_set(
            err, ERR_NOT_FOUND,
            "找不到密钥文件 %s。没有它就不能读写身份证号等加密的内容；请放回原处，或用 --keys 指明位置",
            "There is no key file %s. Without it identity numbers and other sealed fields cannot be "
            "read or written; put it back, or say where it is with --keys",
            path);
    if (*file < 0) return err_errno(err, path, "打不开密钥文件", "Cannot open the key file");
    if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) == 0) return 0;
    close(*file);
    return err_set(err, ERR_FORBIDDEN, "密钥文件 %s 别人也能读写，不能使用。请运行 chmod 600 %s",
                   "The key file %s can be read or written by others and is not used. Run chmod 600 %s", path,
                   path);
}

int keyring_load(const char *path, struct keyring **out, struct err *err)
{
    char content[FILE_MAX];
    int file;
    *out = NULL;
    int code = open_private(path, &file, err);
    if (code != 0) return code;
    size_t size = 0;
    ssize_t got = 1;
    while (got > 0 && size < sizeof content) {
        got = read(file, content + size, sizeof content - size);
        size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) code = err_errno(err, path, "读不了密钥文件", "Cannot read the key file");
    close(file);
    struct keyring *ring = mem_new(1, sizeof *ring);
    if (code == 0 && size == sizeof content)
        code = err_set(err, ERR_LIMIT, "密钥文件 %s 太大，不是密钥文件", "%s is too large to be a key file",
                       path);
    if (code == 0) code = read_ring(path, (struct text){content, size}, ring, err);
    OPENSSL_cleanse(content, sizeof content);
    if (code == 0)
        *out = ring;
    else
        keyring_free(ring);
    return code;
}

void keyring_free(struct keyring *ring)
{
    if (ring == NULL) return;
    OPENSSL_cleanse(ring, sizeof *ring);
    free(ring);
}

/* ---- Writing ---- */

static int write_all(int file, const char *path, const struct buffer *content, struct err *err)
{
    size_t done = 0;
    while (done < content->size) {
        ssize_t wrote = write(file, content->data + done, content->size - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return err_errno(err, path, "写不了密钥文件", "Cannot write the key file");
        done += (size_t)wrote;
    }
    if (fsync(file) == 0) return 0;
    return err_errno(err, path, "写不了密钥文件", "Cannot write the key file");
}

static void sync_folder(const char *path)
{
    char *copy = mem_copy_text(path, strlen(path));
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    free(copy);
}

static void print_ring(const struct keyring *ring, struct buffer *out)
{
    char hex[2 * KEY_SECRET + 1];
    buffer_string(out, "zengshou keys 1\n");
    for (size_t i = 0; i < ring->count; i++) {
        const struct key *key = &ring->keys[i];
        struct text suite = suite_name(key->suite);
        hex_write(key->secret, KEY_SECRET, hex);
        buffer_printf(out, "%u %.*s %s %s\n", (unsigned)key->number, TEXT_ARGS(suite), key->created, hex);
    }
    OPENSSL_cleanse(hex, sizeof hex);
}

static int save_new(const char *path, const struct keyring *ring, struct err *err)
{
    struct buffer content = {0};
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "已有密钥文件 %s，不会覆盖",
                       "There is a key file %s already; it is not overwritten", path);
    if (file < 0) return err_errno(err, path, "建不了密钥文件", "Cannot make the key file");
    print_ring(ring, &content);
    int code = write_all(file, path, &content, err);
    if (close(file) != 0 && code == 0)
        code = err_errno(err, path, "写不了密钥文件", "Cannot write the key file");
    if (code != 0) unlink(path);
    OPENSSL_cleanse(content.data, content.size);
    buffer_fini(&content);
    sync_folder(path);
    return code;
}

/* Two that change the ring at once: the second finds the neighbour file and is told to try again. Where the
 * path is a symbolic link, the file that it leads to is replaced, not the link. */
static int save(const char *given, const struct keyring *ring, struct err *err)
{
    struct buffer beside = {0};
    char *path = realpath(given, NULL);
    if (path == NULL) return err_errno(err, given, "找不到密钥文件", "Cannot find the key file");
    buffer_printf(&beside, "%s.new", path);
    int code = save_new(beside.data, ring, err);
    if (code == 0 && rename(beside.data, path) != 0) {
        code = err_errno(err, path, "替换不了密钥文件", "Cannot replace the key file");
        unlink(beside.data);
    }
    if (code == 0) sync_folder(path);
    buffer_fini(&beside);
    free(path);
    return code;
}

static int key_make(struct key *key, uint32_t number, enum suite suite, struct err *err)
{
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    *key = (struct key){.number = number, .suite = suite};
    strftime(key->created, sizeof key->created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (RAND_priv_bytes(key->secret, KEY_SECRET) == 1) return 0;
    return err_set(err, ERR_IO, "系统给不出随机数，建不了密钥",
                   "The system gives no randomness; no key was made");
}

int keyring_create(const char *path, enum suite suite, struct err *err)
{
    struct keyring *ring = mem_new(1, sizeof *ring);
    int code = key_make(&ring->keys[ring->count++], 1, suite, err);
    if (code == 0) code = save_new(path, ring, err);
    keyring_free(ring);
    return code;
}

int keyring_ephemeral(enum suite suite, struct keyring **out, struct err *err)
{
    struct keyring *ring = mem_new(1, sizeof *ring);
    int code = key_make(&ring->keys[ring->count++], 1, suite, err);
    *out = code == 0 ? ring : NULL;
    if (code != 0) keyring_free(ring);
    return code;
}

int keyring_add(const char *path, enum suite suite, uint32_t *number, struct err *err)
{
    struct keyring *ring;
    int code = keyring_load(path, &ring, err);
    if (code != 0) return code;
    uint32_t last = 0;
    for (size_t i = 0; i < ring->count; i++)
        if (ring->keys[i].number > last) last = ring->keys[i].number;
    if (ring->count == KEYRING_MAX)
        code = err_set(err, ERR_LIMIT, "密钥文件 %s 里已有 %d 把密钥，请先用 keys drop 去掉不再使用的",
                       "The key file %s holds %d keys already; take out those that are no longer used with "
                       "keys drop first",
                       path, KEYRING_MAX);
    if (code == 0) code = key_make(&ring->keys[ring->count++], last + 1, suite, err);
    if (code == 0) code = save(path, ring, err);
    *number = last + 1;
    keyring_free(ring);
    return code;
}

int keyring_drop(const char *path, uint32_t number, struct err *err)
{
    struct keyring *ring;
    int code = keyring_load(path, &ring, err);
    if (code != 0) return code;
    size_t at = 0;
    while (at < ring->count && ring->keys[at].number != number) at++;
    if (at == ring->count)
        code = err_set(err, ERR_NOT_FOUND, "密钥文件 %s 里没有第 %u 号密钥",
                       "The key file %s has no key number %u", path, (unsigned)number);
    else if (at + 1 == ring->count)
        code = err_set(err, ERR_CONFLICT, "第 %u 号密钥正在使用，不能去掉",
                       "Key number %u is in use and cannot be taken out", (unsigned)number);
    if (code == 0) {
        memmove(&ring->keys[at], &ring->keys[at + 1], (ring->count - at - 1) * sizeof *ring->keys);
        ring->count--;
        code = save(path, ring, err);
    }
    keyring_free(ring);
    return code;
}

/* ---- Asking ---- */

size_t keyring_count(const struct keyring *ring)
{
    return ring->count;
}

struct key_info keyring_info(const struct keyring *ring, size_t index)
{
    const struct key *key = &ring->keys[index];
    return (struct key_info){key->number, key->suite, text_of(key->created)};
}

const unsigned char *keyring_secret(const struct keyring *ring, uint32_t number, enum suite *suite)
{
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->keys[i].number != number) continue;
        *suite = ring->keys[i].suite;
        return ring->keys[i].secret;
    }
    return NULL;
}
