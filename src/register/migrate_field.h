/* Migration of one field of a table that exists. */
#ifndef ZENGSHOU_REGISTER_MIGRATE_FIELD_H
#define ZENGSHOU_REGISTER_MIGRATE_FIELD_H

#include "register/catalog.h"
#include "register/database.h"

/* May the column's data be read as the field's type? Recodes sets whose dictionary changed its order. */
int migrate_field_type(struct database *database, int reg, int field, const struct catalog_column *was,
                       const struct catalog_column *wanted, struct err *err);

/* A field that has become required must have a value in every record. */
int migrate_field_gaps(struct store *store, const struct pack *pack, int reg, int field, struct err *err);

#endif
