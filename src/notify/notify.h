/* Notify: tells people once a day what waits for them (digest.h), by the channels of the settings, and keeps
 * what was sent: what, when, to whom, with what result. Nobody is told twice on one day: where it is not
 * sure that a message arrived, it is not sent again, and said so. What surely failed is tried again. */
#ifndef ZENGSHOU_NOTIFY_NOTIFY_H
#define ZENGSHOU_NOTIFY_NOTIFY_H

#include "notify/deliver.h"
#include "notify/digest.h"

enum { NOTIFY_ATTEMPTS = 6, NOTIFY_PAUSE = 600 }; /* a day; seconds between them */

/* Makes the table where it is missing. Harmless to repeat. */
int notify_init(const char *url, struct err *err);

enum notice_state {
    NOTICE_PLANNED, /* a dry run: this is what would be sent */
    NOTICE_NOTHING, /* nothing waits: no message today */
    NOTICE_SENT,
    NOTICE_FAILED,    /* it will be tried again */
    NOTICE_GIVEN_UP,  /* failed too often today */
    NOTICE_UNCERTAIN, /* perhaps delivered; not sent again */
    NOTICE_EARLIER,   /* was sent, or decided, before */
    NOTICE_WAITING    /* failed a moment ago; not yet tried again, or another program is at it */
};
const char *notice_state_name(enum notice_state state); /* "given_up" */

struct notice {
    struct text channel, recipient; /* recipient: account, empty of a group */
    enum notice_state state;
    int64_t attempts;
    struct err why;            /* FAILED, GIVEN_UP, UNCERTAIN of this run */
    struct text subject, body; /* PLANNED */
};

struct notify_options {
    bool dry_run; /* send nothing, write nothing */
    bool at_once; /* what failed is tried again without the pause */
    void (*told)(void *context, const struct notice *notice); /* each as it ends; NULL: nobody asks */
    bool (*cancelled)(void *context);                         /* asked between messages; NULL: never */
    void *context;
};

struct notify_report {
    size_t sent, failed, uncertain, nothing, earlier, waiting, planned; /* failed: with given up */
};

/* All channels, each message by itself: what goes wrong with one stops no other. ERR_VERSION: run
 * notify_init. Errors otherwise only of the database, or ERR_CANCELLED. */
int notify_run(struct casework *casework, struct access *access, const struct notify_settings *settings,
               struct case_moment moment, const struct notify_options *options, struct notify_report *report,
               struct err *err);

#endif
