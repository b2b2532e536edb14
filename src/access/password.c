/* What a password must be, and how it is checked without ever being kept. */
#include "access/password.h"

#include <sodium.h>
#include <string.h>

#include "weak_words_sql.h"

_Static_assert(PASSWORD_HASH == crypto_pwhash_STRBYTES, "room for libsodium's hash");

/* ---- Rules ---- */

static bool contains_folded(struct text password, struct text part)
{
    struct buffer all = {0}, folded = {0};
    text_fold(password, &all);
    text_fold(part, &folded);
    bool found = folded.size > 0 && text_find(buffer_get(&all), buffer_get(&folded)) >= 0;
    if (all.data != NULL) sodium_memzero(all.data, all.size);
    buffer_fini(&all);
    buffer_fini(&folded);
    return found;
}

static bool is_weak(struct text password)
{
    for (const char *line = weak_words; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        if (text_fold_equal(password, (struct text){line, size})) return true;
        line += size + (line[size] == '\n');
    }
    return false;
}

static size_t distinct(struct text password)
{
    size_t count = 0;
    for (size_t at = 0; at < password.size && count < PASSWORD_DISTINCT;) {
        size_t here = at;
        uint32_t point = text_next(password, &at);
        bool seen = false;
        for (size_t before = 0; before < here && !seen;) seen = text_next(password, &before) == point;
        count += !seen;
    }
    return count;
}

/* 1234567890, abcdefghij, jihgfedcba */
static bool is_a_run(struct text password)
{
    size_t at = 0;
    uint32_t last = text_next(password, &at);
    int64_t step = 0;
    while (at < password.size) {
        uint32_t point = text_next(password, &at);
        int64_t here = (int64_t)point - last;
        if ((here != 1 && here != -1) || (step != 0 && here != step)) return false;
        step = here;
        last = point;
    }
    return true;
}

int password_check(struct text password, struct text name, struct text display_name, struct err *err)
{
    if (!text_valid(password) || (password.size > 0 && memchr(password.at, '\0', password.size) != NULL))
        return err_set(err, ERR_INPUT, "密码里有无法识别的字符",
                       "The password holds characters that are none");
    if (text_length(password) < PASSWORD_LEAST)
        return err_set(err, ERR_INPUT, "密码太短，至少 %d 个字符",
                       "The password is too short; at least %d characters are needed", PASSWORD_LEAST);
    if (password.size > PASSWORD_MOST)
        return err_set(err, ERR_INPUT, "密码太长，最多 %d 个字节",
                       "The password is too long; at most %d bytes", PASSWORD_MOST);
    if (distinct(password) < PASSWORD_DISTINCT || is_a_run(password))
        return err_set(
            err, ERR_INPUT, "密码太简单，至少要有 %d 个不同的字符，且不能是连续的一串",
            "The password is too simple; it needs %d different characters that are no mere sequence",
            PASSWORD_DISTINCT);
    if (contains_folded(password, name) ||
        (text_length(display_name) > 1 && contains_folded(password, display_name)))
        return err_set(err, ERR_INPUT, "密码里不能有用户名或姓名",
                       "The password must not contain the user's name");
    if (is_weak(password))
        return err_set(err, ERR_INPUT, "这个密码太常见，请换一个",
                       "This password is too common; choose another");
    return 0;
}

/* ---- Hashing ---- */

static int no_memory(struct err *err)
{
    return err_set(err, ERR_LIMIT, "内存不足，无法检查密码，请稍后再试",
                   "There is not enough memory to check a password; try again later");
}

int password_hash(const struct password_cost *cost, struct text password, char hash[PASSWORD_HASH],
                  struct err *err)
{
    int failed = crypto_pwhash_str(hash, password.at, password.size, cost->passes, cost->memory);
    return failed == 0 ? 0 : no_memory(err);
}

/* The work of a check whose outcome nobody needs. */
static int waste(const struct password_cost *cost, struct text password)
{
    unsigned char key[32], salt[crypto_pwhash_SALTBYTES];
    randombytes_buf(salt, sizeof salt);
    int failed = crypto_pwhash(key, sizeof key, password.at, password.size, salt, cost->passes, cost->memory,
                               crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(key, sizeof key);
    return failed;
}

int password_verify(const struct password_cost *cost, const char *hash, struct text password, bool *right,
                    struct err *err)
{
    *right = false;
    if (password.at == NULL) password = TEXT("");
    if (password.size > PASSWORD_MOST) hash = NULL; /* nobody has such a one */
    if (password.size > PASSWORD_MOST) password.size = PASSWORD_MOST;
    int failed = 0;
    if (hash != NULL)
        *right = crypto_pwhash_str_verify(hash, password.at, password.size) == 0;
    else
        failed = waste(cost, password);
    return failed == 0 ? 0 : no_memory(err);
}

bool password_is_outdated(const struct password_cost *cost, const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, cost->passes, cost->memory) != 0;
}

void password_generate(char out[PASSWORD_GENERATED])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    for (int i = 0; i < PASSWORD_GENERATED - 1; i++)
        out[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
    out[PASSWORD_GENERATED - 1] = '\0';
}
