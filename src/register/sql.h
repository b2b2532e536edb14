/* SQL text: the pieces from which this room composes its statements. Names are always quoted; values are
 * always bound. */
#ifndef ZENGSHOU_REGISTER_SQL_H
#define ZENGSHOU_REGISTER_SQL_H

#include "pack/pack.h"
#include "store/store.h"

void sql_name(struct buffer *sql, struct text name); /* "name" */

/* Fields and registers by index. */
struct text register_name(const struct pack *pack, int reg);
struct text field_name(const struct pack *pack, int reg, int field);
const struct schema_register *register_of(const struct pack *pack, int reg);

void sql_table(struct buffer *sql, const struct pack *pack, int reg);
/* The register without what is retired, in place of its table: (SELECT * FROM … WHERE retired IS NULL), which
 * both databases read as the table itself with a condition. */
void sql_living(struct buffer *sql, const struct pack *pack, int reg);
/* alias."name"; without an alias just the name. */
void sql_field(struct buffer *sql, const char *alias, const struct pack *pack, int reg, int field);
/* Every field, each as "register.field", so that a value that cannot be read names its place. */
void sql_fields(struct buffer *sql, const char *alias, const struct pack *pack, int reg);
/* Only "AS register.field" */
void sql_as_field(struct buffer *sql, const struct pack *pack, int reg, int field);

/* The field by which the table's rows are clustered: the parent reference of a register that hangs on the
 * subject; else -1. */
int sql_cluster_field(const struct pack *pack, int reg);

/* Prepares what the buffer holds. */
int sql_prepare(struct store *store, const struct buffer *sql, struct statement **out, struct err *err);
/* Runs what the buffer holds and empties it. */
int sql_run(struct store *store, struct buffer *sql, struct err *err);

#endif
