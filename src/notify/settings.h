/* Settings: who is told, by which channel. They stand in a file of the machine (docs/operations.md), never in
 * the database or the pack: addresses of robots are secrets, and another machine of the same county tells
 * other people. Without a file nobody is told anything. */
#ifndef ZENGSHOU_NOTIFY_SETTINGS_H
#define ZENGSHOU_NOTIFY_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "pack/pack.h"

enum channel_kind { CHANNEL_WECOM, CHANNEL_DINGTALK, CHANNEL_MAIL };

struct notify_channel {
    enum channel_kind kind;
    struct text name; /* in the record of what was sent */
    /* Robots: a group is told how it stands with these accounts. */
    const char *url;
    struct text secret; /* DingTalk: signs each message; empty: none */
    const int *roles;   /* of the pack */
    size_t role_count;
    const struct text *users; /* accounts by name */
    size_t user_count;
    /* Mail: each account gets its own. */
    const char *from;
    const char *sendmail;         /* a local MTA, called with -t; NULL: smtp */
    const char *smtp;             /* smtp://host:port or smtps://… */
    const char *login, *password; /* of smtp; NULL: none */
    const struct notify_address *to;
    size_t to_count;
};

struct notify_address {
    struct text user;
    const char *address;
};

struct notify_settings {
    struct arena arena;
    const char *origin;   /* how people reach the system, without a slash at the end */
    const char *language; /* "zh" or "en" */
    int minute;           /* of the day at which `serve` sends */
    bool every_day;       /* on days off too */
    int64_t seconds;      /* how long a channel may take */
    struct notify_channel *channels;
    size_t channel_count;
};

/* ERR_FORBIDDEN: others may read the file. ERR_INPUT: faults has what is wrong, with places. Roles are looked
 * up in the pack. */
int notify_settings_read(const char *path, const struct pack *pack, struct notify_settings **out,
                         struct fault_list *faults, struct err *err);
void notify_settings_free(struct notify_settings *settings); /* NULL is harmless */

#endif
