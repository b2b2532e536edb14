/* An entry of the log in words. */
#ifndef ZENGSHOU_CLI_LOG_WORDS_H
#define ZENGSHOU_CLI_LOG_WORDS_H

#include "cli/cli.h"
#include "pack/pack.h"
#include "register/history.h"

/* What was done: "导入“户表”：2022-03.xlsx 工作表“Sheet1”", "edit". Appended to out. */
void log_words(const struct cli *cli, const struct pack *pack, const struct log_entry *entry,
               struct buffer *out);

/* The same with when (local time) and by whom behind. */
void log_words_full(const struct cli *cli, const struct pack *pack, const struct log_entry *entry,
                    struct buffer *out);

#endif
