/* SQL text from the common tongue into PostgreSQL's. Private to this room. */
#ifndef ZENGSHOU_STORE_POSTGRES_SQL_H
#define ZENGSHOU_STORE_POSTGRES_SQL_H

#include "base/text.h"

/* Appends sql with every parameter ?N as $N; literals, quoted names and comments stay as they are. Returns
 * the highest N. */
int postgres_sql_parameters(struct text sql, struct buffer *out);

/* Does it begin with SELECT, WITH or VALUES? Then it can stand inside COPY (…). */
bool postgres_sql_is_query(const char *sql);

#endif
