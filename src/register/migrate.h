/* Migration: brings the registers' tables to what the pack wants, inside an open transaction. */
#ifndef ZENGSHOU_REGISTER_MIGRATE_H
#define ZENGSHOU_REGISTER_MIGRATE_H

#include "register/database.h"

/* Field and register names that the tables need for themselves: ERR_INPUT. */
int migrate_check_names(const struct pack *pack, struct err *err);

/* Adds and checks; writes nothing where nothing differs. See database_init for what is refused. */
int migrate_tables(struct database *database, enum database_distribution form, struct database_report *report,
                   struct err *err);

/* Spreads the tables that stand, which have the form for it. */
int migrate_spread(struct store *store, const struct pack *pack, struct err *err);

#endif
