/* A scope as SQL: the one place where "whose rows" is decided. Every statement of this room that reads for a
 * user carries one of these conditions. */
#ifndef ZENGSHOU_REGISTER_SCOPE_SQL_H
#define ZENGSHOU_REGISTER_SCOPE_SQL_H

#include "register/bound.h"
#include "register/scope.h"

/* How a register's records lead to another register: over each field of the path in turn. */
enum { SCOPE_PATH_MAX = 8 };
struct scope_path {
    int regs[SCOPE_PATH_MAX], fields[SCOPE_PATH_MAX]; /* the field of that register */
    size_t count;                                     /* 0 with found: it is the register itself */
    bool found;
};

/* What it hangs on first; where that leads nowhere, the shortest way over references. */
struct scope_path scope_path(const struct pack *pack, int reg, int target);

/* ERR_FORBIDDEN, in words, unless the scope may do that with the register's records. */
int scope_check(const struct scope *scope, const struct pack *pack, int reg, enum scope_action action,
                struct err *err);

/* How the statement comes to the rows: through them all or what the condition itself leads to; by their ids,
 * each from another table; or one or few by their ids. The answer is the same. */
enum scope_way { SCOPE_WAY_ROWS, SCOPE_WAY_JOINED, SCOPE_WAY_ONE };

/* Appends " AND …": the row `alias` of the register is in scope; nothing where all rows are. It says nothing
 * of retired rows, and nothing of what the scope may do with the register. */
void scope_rows(const struct scope *scope, struct database *database, int reg, const char *alias,
                struct bound *bound);

/* The same of one row found by its id, or of few, each found so. */
void scope_row(const struct scope *scope, struct database *database, int reg, const char *alias,
               struct bound *bound);

/* The same, and the row is in the subtree of that division too (-1: anywhere). */
void scope_rows_within(const struct scope *scope, struct database *database, int reg, int division,
                       const char *alias, enum scope_way way, struct bound *bound);

/* Appends a condition: the field, one of the register's owners, names whom the scope answers for
 * (scope_owns).
 */
void scope_owner(const struct scope *scope, struct database *database, int reg, int field, const char *alias,
                 struct bound *bound);

/* Is the living record in scope? A record that is retired, is not there or may not be seen: false.
 * `retired_too`: retired ones as well. */
int scope_has(struct database *database, const struct scope *scope, int reg, int64_t id, bool retired_too,
              bool *has, struct err *err);

#endif
