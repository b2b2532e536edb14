/* Deliver: hands one message to a channel and says what became of it. Addresses and secrets appear in no
 * message of error. */
#ifndef ZENGSHOU_NOTIFY_DELIVER_H
#define ZENGSHOU_NOTIFY_DELIVER_H

#include "base/arena.h"
#include "notify/settings.h"

enum delivery {
    DELIVERY_DONE,
    DELIVERY_FAILED,   /* surely not delivered: it may be tried again */
    DELIVERY_UNCERTAIN /* perhaps delivered: trying again might say it twice */
};

struct delivery_message {
    const char *language;
    struct text subject; /* of mail; title of a group's message */
    struct text body;    /* mail: plain text; groups: Markdown */
    const char *to;      /* address of mail */
    int64_t now;         /* seconds since 1970 */
    int64_t seconds;     /* how long it may take */
};

enum { WECOM_MOST = 4096, DINGTALK_MOST = 20000 }; /* bytes of a message that robots take */

/* why: what failed, with ERR_IO. Once for the whole program deliver_start before the first. */
void deliver_start(void);
enum delivery deliver(const struct notify_channel *channel, const struct delivery_message *message,
                      struct err *why);

/* The letter as it goes out: headers, and the body in base64. For deliver, and tests. */
void mail_write(const char *from, const struct delivery_message *message, struct buffer *out);
/* What is posted to a robot, and where: with DingTalk's signature where the channel has a secret. */
void robot_body(const struct notify_channel *channel, const struct delivery_message *message,
                struct buffer *out);
void robot_url(const struct notify_channel *channel, int64_t milliseconds, struct buffer *out);

#endif
