/* What the channels share. */
#ifndef ZENGSHOU_NOTIFY_DELIVER_PRIVATE_H
#define ZENGSHOU_NOTIFY_DELIVER_PRIVATE_H

#include <curl/curl.h>

#include "notify/deliver.h"

/* A handle with what holds for all: no redirects, certificates are checked, a limit of time. Never NULL. */
CURL *courier_new(int64_t seconds);
/* DONE: there was an answer, which the caller judges. */
enum delivery courier_go(CURL *curl, struct err *why);

enum delivery robot_deliver(const struct notify_channel *channel, const struct delivery_message *message,
                            struct err *why); /* robot.c */
enum delivery mail_deliver(const struct notify_channel *channel, const struct delivery_message *message,
                           struct err *why); /* mail.c */

#endif
