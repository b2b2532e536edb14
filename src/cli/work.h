/* What commands that work on a database share: opening it, reading a formula, finding a register. */
#ifndef ZENGSHOU_CLI_WORK_H
#define ZENGSHOU_CLI_WORK_H

#include "cli/arguments.h"
#include "pack/variant.h"
#include "register/database.h"

/* Opens --db; NULL and the error printed if it cannot. */
struct database *work_open(struct cli *cli, const struct arguments *arguments, bool read_only);

/* Index of the register named so (name or label), or ERR_INPUT with "did you mean". */
int work_register(const struct pack *pack, const char *name, int *reg, struct err *err);

/* Index of the rule named so (name or label), or ERR_INPUT with "did you mean". */
int work_rule(const struct pack *pack, const char *name, int *rule, struct err *err);

/* A rule of that register by name or label, or a formula on it. *rule (may be NULL) is the rule's index or
 * -1. */
int work_formula(struct pack const *pack, struct arena *arena, int reg, const char *text,
                 const struct node **node, int *rule, struct err *err);

/* The divisions' level in words: county 县, township 乡镇, village 村. *level is -1 for NULL. A pack without
 * divisions has no levels. */
int work_level(const struct pack *pack, const char *text, int *level, struct err *err);

/* The variant that the --set NAME=VALUE options describe; *out is NULL without any. */
int work_variant(const struct pack *pack, const struct arguments *arguments, struct pack **out,
                 struct err *err);

#endif
