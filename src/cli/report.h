/* Report: what a command has to say, built once and printed either as aligned text for people or as one JSON
 * object for scripts. Values and tables carry a key for JSON and a title in both languages for text. */
#ifndef ZENGSHOU_CLI_REPORT_H
#define ZENGSHOU_CLI_REPORT_H

#include <stdint.h>

#include "base/text.h"
#include "cli/cli.h"

struct report;

struct report *report_new(const struct cli *cli);
void report_free(struct report *report);

/* A line of text that JSON leaves out. Both formats consume the same arguments. */
void report_line(struct report *report, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* key: value lines. */
void report_text(struct report *report, const char *key, const char *zh, const char *en, struct text value);
void report_int(struct report *report, const char *key, const char *zh, const char *en, int64_t value);
void report_bool(struct report *report, const char *key, const char *zh, const char *en, bool value);

/* A table: start, columns, then cells row after row in column order. Titles may be "" (no heading line).
 * Closed by the next call of another kind. */
void report_table(struct report *report, const char *key, const char *zh, const char *en);
void report_column(struct report *report, const char *key, const char *zh, const char *en, bool right);
void report_cell(struct report *report, struct text value);
void report_cell_int(struct report *report, int64_t value);
void report_cell_null(struct report *report); /* "" in text, null in JSON */

/* To stdout. */
void report_print(struct report *report);

#endif
