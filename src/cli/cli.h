/* What every command gets: language, output form, and the table of commands. */
#ifndef ZENGSHOU_CLI_CLI_H
#define ZENGSHOU_CLI_CLI_H

#include <stdbool.h>

#include "base/err.h"
#include "base/log.h"

struct arguments;

/* Exit statuses of the program. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct cli {
    const char *language; /* "zh" or "en" */
    bool json;
    struct log log;
};

enum argument_kind { ARGUMENT_FLAG, ARGUMENT_TEXT, ARGUMENT_NUMBER, ARGUMENT_DATE, ARGUMENT_LIST };

struct argument_spec {
    const char *name; /* "as-of" stands for --as-of; positionals have a name for the help only */
    enum argument_kind kind;
    const char *value; /* the word for its value in the help: FILE, DATE */
    bool required;
    const char *zh, *en;
};

struct command {
    const char *name;
    const char *zh, *en; /* one line */
    const struct argument_spec
        *positionals;                    /* ended by a NULL name; the last may be optional (not required) */
    const struct argument_spec *options; /* ended by a NULL name; --help, --json and --lang are everybody's */
    int (*run)(struct cli *cli, const struct arguments *arguments); /* exit status */
};

extern const struct command command_case, command_check, command_init, command_demo, command_import,
    command_export, command_screen, command_explain, command_eval, command_simulate, command_indicators,
    command_tasks, command_dispatch, command_history, command_fmt, command_words, command_user,
    command_verify, command_keys, command_serve, command_notify, command_bulletin, command_backup,
    command_restore;

/* Picks the language's text. */
const char *cli_say(const struct cli *cli, const char *zh, const char *en);

/* Prints an error to stderr and gives EXIT_FAILED. */
int cli_fail(const struct cli *cli, const struct err *err);

/* Faults, one a line, to stderr (text) or as {"faults": […]} to stdout (JSON). */
void cli_faults(const struct cli *cli, const struct fault_list *faults);

#endif
