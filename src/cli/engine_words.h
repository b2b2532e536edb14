/* --engine and --memory, the same in every command that can run in the database, and what is said of it
 * afterwards. */
#ifndef ZENGSHOU_CLI_ENGINE_WORDS_H
#define ZENGSHOU_CLI_ENGINE_WORDS_H

#include "cli/arguments.h"
#include "cli/report.h"
#include "monitor/engine.h"

#define ENGINE_ARGUMENTS                                                                                     \
    {"engine",                                                                                               \
     ARGUMENT_TEXT,                                                                                          \
     "ENGINE",                                                                                               \
     false,                                                                                                  \
     "在哪里计算：frame（内存表）、sql（数据库里）或 auto（默认：内存够就用内存表）",                        \
     "where to compute: frame (in memory), sql (in the database) or auto (the default: the frame as long "   \
     "as it fits)"},                                                                                         \
    {                                                                                                        \
        "memory", ARGUMENT_TEXT, "SIZE", false, "内存表最多可用的内存，如 2GiB；默认按机器可用内存",         \
            "memory that the frame may take, such as 2GiB; by default what the machine has available"        \
    }

int engine_wish_read(const struct arguments *arguments, struct engine_wish *wish, struct err *err);

/* In JSON always: engine, and engine_reason where there is one. In text a closing line, where it was not the
 * frame as usual. */
void engine_say(struct report *report, const struct cli *cli, const struct engine_choice *choice);

#endif
