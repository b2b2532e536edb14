/* The command line of one command, read by its table of arguments. */
#ifndef ZENGSHOU_CLI_ARGUMENTS_H
#define ZENGSHOU_CLI_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"

struct arguments;

/* Reads argv (after the command's name). Sets cli->language and cli->json from --lang and --json wherever
 * they stand. On a mistake prints a sentence with "did you mean" and gives EXIT_USAGE; after --help prints it
 * and gives EXIT_DONE; otherwise -1 and *out is to be freed. */
int arguments_read(struct cli *cli, const struct command *command, int argc, char **argv,
                   struct arguments **out);
void arguments_free(struct arguments *arguments);

/* NULL when not given. Names as in the table; asserts that the table has them. */
const char *argument_text(const struct arguments *arguments, const char *name);
bool argument_flag(const struct arguments *arguments, const char *name);
int64_t argument_number(const struct arguments *arguments, const char *name, int64_t otherwise);
int32_t argument_date(const struct arguments *arguments, const char *name, int32_t otherwise);
/* For lists: the nth value, NULL behind the last. */
const char *argument_item(const struct arguments *arguments, const char *name, size_t nth);
size_t argument_count(const struct arguments *arguments, const char *name);

#endif
