/* A question that a person answers without thinking, in words and not in pictures, so that screen readers and
 * old phones do. It costs a machine little to learn it: what slows machines down is the work, and the counts.
 */
#include <stdio.h>
#include <string.h>

#include "declare/declare_private.h"

enum { LARGEST = 9 };

struct sealed {
    int64_t until;
    int64_t answer;
};

static const char *const zh_numbers[] = {"零",   "一",   "二",   "三",   "四",   "五",   "六",
                                         "七",   "八",   "九",   "十",   "十一", "十二", "十三",
                                         "十四", "十五", "十六", "十七", "十八"};
static const char *const en_numbers[] = {
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",   "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"};
enum { NUMBERS = sizeof zh_numbers / sizeof *zh_numbers };

int declare_challenge(struct database *database, const char *language, int64_t now, struct arena *arena,
                      struct challenge *out, struct err *err)
{
    struct declare_secret secret;
    unsigned char token[crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + sizeof(struct sealed)];
    unsigned a = 1 + randombytes_uniform(LARGEST), b = 1 + randombytes_uniform(LARGEST);
    bool minus = randombytes_uniform(2) == 1;
    if (minus && b > a) {
        unsigned swap = a;
        a = b;
        b = swap;
    }
    const struct sealed sealed = {.until = now + CHALLENGE_SECONDS, .answer = minus ? a - b : a + b};
    int code = declare_secret_get(database_store(database), &secret, err);
    if (code != 0) return code;
    randombytes_buf(token, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(token + crypto_secretbox_NONCEBYTES, (const unsigned char *)&sealed, sizeof sealed,
                          token, secret.key);
    sodium_bin2base64(out->token, sizeof out->token, token, sizeof token,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->bits = CHALLENGE_BITS;
    out->question = text_of(
        language[0] == 'e'
            ? arena_printf(arena, "What is %s %s %s?", en_numbers[a], minus ? "minus" : "plus", en_numbers[b])
            : arena_printf(arena, "%s%s%s等于几？", zh_numbers[a], minus ? "减" : "加", zh_numbers[b]));
    return 0;
}

static bool open_token(const struct declare_secret *secret, struct text token, struct sealed *sealed)
{
    unsigned char bytes[CHALLENGE_TOKEN];
    size_t size;
    return sodium_base642bin(bytes, sizeof bytes, token.at, token.size, NULL, &size, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           size == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + sizeof *sealed &&
           crypto_secretbox_open_easy((unsigned char *)sealed, bytes + crypto_secretbox_NONCEBYTES,
                                      size - crypto_secretbox_NONCEBYTES, bytes, secret->key) == 0;
}

/* "8", "８", "八", "eight". */
static int64_t read_answer(struct text written)
{
    struct buffer folded = {0};
    int64_t answer = -1;
    text_fold(written, &folded);
    for (int i = 0; i < NUMBERS; i++) {
        char digits[4];
        snprintf(digits, sizeof digits, "%d", i);
        if (text_is(buffer_get(&folded), digits) || text_is(buffer_get(&folded), zh_numbers[i]) ||
            text_is(buffer_get(&folded), en_numbers[i]))
            answer = i;
    }
    buffer_fini(&folded);
    return answer;
}

static bool work_is_done(const struct declaration *said)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    struct buffer both = {0};
    buffer_text(&both, said->token);
    buffer_char(&both, ':');
    buffer_text(&both, said->work);
    crypto_hash_sha256(sum, (const unsigned char *)both.data, both.size);
    buffer_fini(&both);
    for (int bit = 0; bit < CHALLENGE_BITS; bit++)
        if ((sum[bit / 8] & 0x80 >> bit % 8) != 0) return false;
    return true;
}

int challenge_check(const struct declare_secret *secret, const struct declaration *said, int64_t now,
                    struct err *err)
{
    struct sealed sealed;
    if (!open_token(secret, said->token, &sealed) || sealed.until < now)
        return err_set(err, ERR_CONFLICT, "验证题已过期，请回答新的一道",
                       "The question has expired; answer a new one");
    if (!work_is_done(said))
        return err_set(err, ERR_CONFLICT, "页面没有完成验证，请刷新后再试",
                       "The page has not finished its check; reload it and try again");
    if (read_answer(said->answer) == sealed.answer) return 0;
    return err_set(err, ERR_INPUT, "验证题答得不对，请回答新的一道",
                   "The answer is not right; answer a new question");
}

int challenge_use(struct store *store, const struct declare_secret *secret, struct text token, int64_t now,
                  struct err *err)
{
    struct statement *statement;
    char hash[DECLARE_HASH];
    declare_hash(secret, "token", token, TEXT(""), hash);
    int code = store_prepare(
        store,
        TEXT("INSERT INTO zs_declare_used (token, until) VALUES (?1, ?2) ON CONFLICT (token) DO "
             "NOTHING"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(hash));
    statement_bind_int(statement, 2, now + CHALLENGE_SECONDS);
    code = statement_run(statement, err);
    statement_free(statement);
    if (code == 0 && store_changes(store) == 0)
        return err_set(err, ERR_CONFLICT, "这道验证题已经用过，请回答新的一道",
                       "This question was answered already; answer a new one");
    return code;
}
