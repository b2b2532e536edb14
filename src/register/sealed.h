/* Sealed fields: the conversion between values and columns where the database may keep a field sealed
 * (vault.h). Whoever reads a column selects it with sealed_column and takes it with one of the column_…
 * functions; whoever compares in SQL compares handles, which sealed_find and sealed_put give. Fields that are
 * not sealed come and go as value.h has it, so callers need not ask which is which. */
#ifndef ZENGSHOU_REGISTER_SEALED_H
#define ZENGSHOU_REGISTER_SEALED_H

#include "formula/node.h"
#include "register/database.h"
#include "register/value.h"
#include "register/vault.h"

/* What the database does with a field. */
struct sealed_field {
    bool now;          /* its column holds handles */
    bool formerly;     /* the log may: the pack no longer calls it sensitive */
    bool shared;       /* equal values have one handle */
    struct text place; /* register.field */
};

/* Fills database->sealed from zs_sealed_field; after the pack and the vault. */
int sealed_load(struct database *database, struct err *err);
/* Never NULL. */
const struct sealed_field *sealed_field(const struct database *database, int reg, int field);
bool sealed_now(const struct database *database, int reg, int field);
/* Would the pack have it sealed, and equal values share a handle? */
bool sealed_wanted(const struct pack *pack, int reg, int field);
bool sealed_sharable(const struct pack *pack, int reg, int field);

/* Appends the column for a SELECT: of a sealed field the sealed text. */
void sealed_column(struct buffer *sql, const struct database *database, const char *alias, int reg,
                   int field);
/* alias.field AS "register.field", …, for all fields. */
void sealed_columns(struct buffer *sql, const struct database *database, const char *alias, int reg);

/* ---- Out of columns ---- */

/* Text lies in the scratch buffer or is borrowed from the statement. ERR_CORRUPT: not a value of the field.
 * As vault_need where the key is missing. codes as for value_read. */
int column_read(const struct database *database, const struct statement *statement, int column, int reg,
                int field, const struct map *codes, struct buffer *scratch, struct value *value,
                struct err *err);
/* The same from a cell of statement_cells; statement and column are for messages. */
int column_cell(const struct database *database, const struct cell *cell, const struct statement *statement,
                int column, int reg, int field, const struct map *codes, struct buffer *scratch,
                struct value *value, struct err *err);
/* The same; text is copied into the arena. */
int column_value(const struct database *database, const struct statement *statement, int column, int reg,
                 int field, struct arena *arena, struct value *value, struct err *err);

/* ---- The log ---- */

/* A value as the log keeps it; handle: of a sealed field, what its column holds. */
void column_json(const struct database *database, struct json_writer *json, int reg, int field,
                 const struct value *value, struct text handle);
/* And back. *fits false: not a value of the field's type. Text is copied into the arena. */
int column_from_json(const struct database *database, const struct json_t *json, int reg, int field,
                     const struct map *codes, struct arena *arena, bool *fits, struct value *value,
                     struct err *err);

/* ---- Outside the registers ---- */

/* A text that is kept beside the database, such as a job's order: sealed where the database seals anything,
 * else as it is; and back. place names its use. Plain texts do not begin with "~". The buffers are cleared
 * first. */
int sealed_text(const struct database *database, struct text place, struct text plain, struct buffer *out,
                struct err *err);
int sealed_text_open(const struct database *database, struct text place, struct text kept,
                     struct buffer *plain, struct err *err);

/* ---- Handles ---- */

/* Binds what the column is to be compared with: the value, or its handle; a value that stands nowhere binds
 * what equals nothing. Not for fields whose values are not shared. */
int sealed_bind(const struct database *database, struct statement *statement, int number, int reg, int field,
                const struct value *value, struct err *err);
int sealed_find(const struct database *database, int reg, int field, const struct value *value,
                char handle[VAULT_HANDLE_TEXT], struct err *err);
/* Inside a writing transaction. Empty for an unknown value. */
int sealed_put(const struct database *database, int reg, int field, const struct value *value,
               char handle[VAULT_HANDLE_TEXT], struct err *err);

/* ERR_LIMIT, with the place in the formula: it reads a sealed field, which SQL cannot. */
int sealed_refuse_sql(const struct database *database, const struct node *node, struct err *err);

#endif
