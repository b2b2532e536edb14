/* --recorded, the same in every command that evaluates: the facts as they were known at a moment. */
#ifndef ZENGSHOU_CLI_RECORDED_H
#define ZENGSHOU_CLI_RECORDED_H

#include "cli/arguments.h"
#include "cli/report.h"
#include "register/history.h"

#define RECORDED_ARGUMENT                                                                                    \
    {                                                                                                        \
        "recorded", ARGUMENT_TEXT, "MOMENT", false,                                                          \
            "按到那时为止录入的事实：日期（到当天结束，本机时间），或时刻如 2022-03-31T12:00",               \
            "on the facts as recorded by then: a date (to the end of that day, local time), or a moment "    \
            "such as 2022-03-31T12:00"                                                                       \
    }

struct recorded {
    int64_t entry;         /* see struct frame_request; 0: the present */
    struct log_entry last; /* that entry */
    struct log_entry pack; /* the first change of the pack since; id 0: the pack is the same today */
    struct text digest;    /* of the pack in force then */
    bool by_then;          /* what is reported was computed by that pack, not by today's */
    bool refused;          /* it should have been, but could not be: why says the reason */
    struct err why;
    struct arena arena;
};

/* Reads --recorded. Errors: of clock_moment, and history_entry_at. */
int recorded_read(struct database *database, const struct arguments *arguments, struct recorded *out,
                  struct err *err);
/* The same for an entry that is known. */
int recorded_of(struct database *database, int64_t entry, struct recorded *out, struct err *err);
void recorded_fini(struct recorded *recorded);

/* Up to which entry, and whether the pack is another one since. Nothing for the present. */
void recorded_say(struct report *report, const struct cli *cli, const struct recorded *recorded);

#endif
