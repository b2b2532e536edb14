/* Casework: records that move through a workflow of the pack (docs/casework.md). Everything that happens to a
 * case is a step: who, when, from which state to which, why, and the entry of the log by which it was
 * written, so that one can see what was known then. The case's own fields in its register and the tables
 * zs_case and zs_step are written in one transaction with that entry.
 *
 * Who may do it: the role is named by the transition, the case is in the actor's scope, and the scope allows
 * editing its register. The engine asks no clock: the moment is an argument everywhere. */
#ifndef ZENGSHOU_CASEWORK_CASEWORK_H
#define ZENGSHOU_CASEWORK_CASEWORK_H

#include "access/access.h"
#include "pack/workflow.h"
#include "register/database.h"

struct casework;

/* Makes the tables of cases where they are missing, in a database made by database_init and access_init.
 * Harmless to repeat. */
int casework_init(const char *url, struct err *err);
/* ERR_VERSION where they are missing. */
int casework_need(struct store *store, struct err *err);

/* One a connection, for one thread at a time; both are borrowed. access NULL: cases cannot be given to users.
 * ERR_VERSION: the database is older than casework; run init. */
int casework_open(struct database *database, struct access *access, struct casework **out, struct err *err);
void casework_close(struct casework *casework);
struct database *casework_database(const struct casework *casework);

/* Who acts. */
struct case_actor {
    const struct scope *scope; /* whose rows, which rights, and how the log names them */
    int role;                  /* of the pack; -1: none, who may look but not act */
    int unit;                  /* -1: none */
    int64_t user;              /* 0: none */
};
struct case_actor case_actor_of(const struct principal *principal);

/* When. */
struct case_moment {
    int64_t now;   /* seconds since 1970-01-01 UTC */
    int32_t today; /* the date where the office is */
};

#endif
