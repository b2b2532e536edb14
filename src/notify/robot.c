/* Robots of WeCom and DingTalk groups: one POST of JSON; the answer's `errcode` says whether it was taken,
 * whatever the status of HTTP. */
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "notify/deliver_private.h"

enum { ANSWER_MAX = 16 << 10 };

void robot_body(const struct notify_channel *channel, const struct delivery_message *message,
                struct buffer *out)
{
    struct json_writer json = json_start(out);
    bool wecom = channel->kind == CHANNEL_WECOM;
    json_put_object(&json);
    json_member_string(&json, "msgtype", "markdown");
    json_put_key(&json, "markdown");
    json_put_object(&json);
    if (!wecom) {
        json_member_text(&json, "title", message->subject);
    }
    json_member_text(&json, wecom ? "content" : "text", message->body);
    json_put_object_end(&json);
    json_put_object_end(&json);
}

static void put_escaped(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++)
        if (strchr("+/=", *text) != NULL)
            buffer_printf(out, "%%%02X", (unsigned char)*text);
        else
            buffer_char(out, *text);
}

/* DingTalk: base64(HMAC-SHA256(secret, "TIMESTAMP\nSECRET")) beside the time in milliseconds. */
void robot_url(const struct notify_channel *channel, int64_t milliseconds, struct buffer *out)
{
    unsigned char sum[crypto_auth_hmacsha256_BYTES];
    char signature[sodium_base64_ENCODED_LEN(sizeof sum, sodium_base64_VARIANT_ORIGINAL)];
    crypto_auth_hmacsha256_state state;
    struct buffer words = {0};
    buffer_string(out, channel->url);
    if (channel->secret.size == 0) return;
    buffer_printf(&words, "%lld\n%.*s", (long long)milliseconds, TEXT_ARGS(channel->secret));
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)channel->secret.at, channel->secret.size);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)words.data, words.size);
    crypto_auth_hmacsha256_final(&state, sum);
    sodium_bin2base64(signature, sizeof signature, sum, sizeof sum, sodium_base64_VARIANT_ORIGINAL);
    buffer_printf(out, "%ctimestamp=%lld&sign=", strchr(channel->url, '?') == NULL ? '?' : '&',
                  (long long)milliseconds);
    put_escaped(out, signature);
    sodium_memzero(words.data, words.size);
    buffer_fini(&words);
}

static size_t take_answer(char *at, size_t one, size_t count, void *context)
{
    struct buffer *answer = context;
    if (answer->size + count * one > ANSWER_MAX) return 0;
    buffer_add(answer, at, count * one);
    return count * one;
}

/* {"errcode":0,…}: the number; -1 where there is none. */
static int64_t errcode_of(struct text answer)
{
    json_t *root = json_loadb(answer.at == NULL ? "" : answer.at, answer.size, 0, NULL);
    const json_t *code = json_object_get(root, "errcode");
    int64_t number = json_is_integer(code) ? json_integer_value(code) : -1;
    json_decref(root);
    return number;
}

static enum delivery judge(CURL *curl, struct text answer, struct err *why)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    int64_t code = errcode_of(answer);
    if (status >= 200 && status < 300 && code == 0) return DELIVERY_DONE;
    if (status >= 200 && status < 300 && code != -1)
        err_set(why, ERR_IO, "机器人没有收下（errcode %lld）", "The robot did not take it (errcode %lld)",
                (long long)code);
    else
        err_set(why, ERR_IO, "对方没有收下（HTTP %ld）", "It was not taken (HTTP %ld)", status);
    return DELIVERY_FAILED;
}

enum delivery robot_deliver(const struct notify_channel *channel, const struct delivery_message *message,
                            struct err *why)
{
    struct buffer url = {0}, body = {0}, answer = {0};
    CURL *curl = courier_new(message->seconds);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    robot_url(channel, message->now * 1000, &url);
    robot_body(channel, message, &body);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_URL, url.data);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    enum delivery end = courier_go(curl, why);
    if (end == DELIVERY_DONE) end = judge(curl, buffer_get(&answer), why);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    sodium_memzero(url.data, url.size);
    buffer_fini(&url);
    buffer_fini(&body);
    buffer_fini(&answer);
    return end;
}
