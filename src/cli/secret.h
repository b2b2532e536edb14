/* Passwords on the command line: typed without echo, read from stdin, or generated; never an argument, which
 * others on the machine could see. */
#ifndef ZENGSHOU_CLI_SECRET_H
#define ZENGSHOU_CLI_SECRET_H

#include "base/text.h"
#include "cli/cli.h"

enum { SECRET_LINE = 512 };

struct secret {
    char line[SECRET_LINE]; /* NUL-ended */
    bool generated;         /* nobody has seen it yet: to be shown once */
};

/* from_stdin: the first line of stdin. Otherwise typed twice at the terminal; without a terminal, generated.
 * ERR_INPUT: the two differ, or the line is too long or missing. */
int secret_get(const struct cli *cli, bool from_stdin, struct secret *secret, struct err *err);
void secret_wipe(struct secret *secret);

#endif
