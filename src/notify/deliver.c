/* What holds for every channel: how long, how sure. */
#include "notify/deliver_private.h"

#include "base/mem.h"

void deliver_start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURL *courier_new(int64_t seconds)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL) mem_exhausted();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)seconds);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "zengshou");
    return curl;
}

/* Nothing can have arrived where nothing of it went out. */
static bool is_certain(CURL *curl)
{
    curl_off_t sent = 0;
    curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
    return sent == 0;
}

enum delivery courier_go(CURL *curl, struct err *why)
{
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) return DELIVERY_DONE;
    /* The words of the library do not hold the address. */
    err_set(why, ERR_IO, "没有送到：%s", "Not delivered: %s", curl_easy_strerror(code));
    return is_certain(curl) ? DELIVERY_FAILED : DELIVERY_UNCERTAIN;
}

enum delivery deliver(const struct notify_channel *channel, const struct delivery_message *message,
                      struct err *why)
{
    switch (channel->kind) {
    case CHANNEL_WECOM:
    case CHANNEL_DINGTALK:
        return robot_deliver(channel, message, why);
    case CHANNEL_MAIL:
        return mail_deliver(channel, message, why);
    }
    return DELIVERY_FAILED;
}
