/* Scope: for whose eyes and hands a read or a write is. Every way to records that a user can take goes
 * through one; whoever has none sees nothing. A zeroed scope is closed: no register, no row, nothing
 * unmasked.
 *
 * Rows: a record belongs to the place of what it hangs on (person → household → village). With `everywhere`
 * all rows are in scope, and so they are when one of the subtrees is the whole tree; otherwise those whose
 * division lies in one of the subtrees, and those of the assigned subjects: a record that is nowhere is in
 * nobody's. What a record does not hang on but refers to (a site's village) is its place where it hangs on
 * nothing that has one. Registers that have no way to a division or to the subject (a list of sites, of
 * enterprises) are the county's own: whoever may read the register sees all of its rows.
 *
 * Owners: where a register's records name whose they are (pack_register.owners), that decides: the unit of
 * whoever answers for one, by any of its names, and the divisions of the subtrees. It decides alone, unless
 * the register has a parent that leads to a place or to the subject: then whoever has those in scope sees the
 * record as well. Who answers for all of the county sees all; who answers for one unit of it only that
 * unit's. */
#ifndef ZENGSHOU_REGISTER_SCOPE_H
#define ZENGSHOU_REGISTER_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "pack/pack.h"

enum scope_action { SCOPE_READ = 1, SCOPE_CREATE = 2, SCOPE_EDIT = 4, SCOPE_RETIRE = 8, SCOPE_EXPORT = 16 };

struct scope {
    struct text actor;      /* how the log names them */
    const uint8_t *actions; /* register_count sets of scope_action; NULL: none */
    bool everywhere;        /* all rows */
    const int *divisions;   /* indexes into pack.divisions: these subtrees */
    size_t division_count;
    const int64_t *subjects; /* ids of assigned records of the pack's subject, ascending */
    size_t subject_count;
    struct text unit; /* a user who answers for one unit: of registers with owners only this unit's rows;
                         empty:  no such limit */
    struct text
        office; /* who sees all rows, but of what has owners acts for this unit alone; empty: for all */
    uint32_t unmasked; /* bit per enum pack_sensitive: kinds that may be seen plain, each sight logged */
};

/* May they do it with records of that register at all? */
bool scope_may(const struct scope *scope, int reg, enum scope_action action);

/* Are all rows in scope? */
bool scope_all_rows(const struct scope *scope, const struct pack *pack);

/* Are all rows of that register? */
bool scope_all_of(const struct scope *scope, const struct pack *pack, int reg);

/* Does all of the division lie in their area? Of -1 (none) only for whom there is no other. */
bool scope_holds(const struct scope *scope, const struct pack *pack, int division);

/* Is what that unit of the plan, or that division (its code), owns theirs to act upon? Of whoever answers for
 * all of the county everything is, unless they act for an office. */
bool scope_owns(const struct scope *scope, const struct pack *pack, struct text owner);

/* May values of that kind be seen plain? What is not sensitive always may. */
bool scope_unmasks(const struct scope *scope, enum pack_sensitive kind);

/* Everything, for whoever holds the database file itself: the command line. The arena owns what it points to;
 * actor is borrowed. */
struct scope scope_everything(const struct pack *pack, struct text actor, struct arena *arena);

#endif
