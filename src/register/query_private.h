/* What the files of a query share. */
#ifndef ZENGSHOU_REGISTER_QUERY_PRIVATE_H
#define ZENGSHOU_REGISTER_QUERY_PRIVATE_H

#include "register/bound.h"
#include "register/query.h"

/* The ids of a long list stand in a temporary table of this name while the query runs. */
#define QUERY_IDS "zs_query_ids"

/* May the user ask that? All refusals that need no database. */
int query_check(const struct database *database, const struct scope *scope, const struct query *query,
                struct err *err);

/* Appends " WHERE …" for the register as t: whom the user may see and what he asks for. Makes QUERY_IDS where
 * it is needed; query_drop drops it. */
int query_where(struct database *database, const struct scope *scope, const struct query *query,
                struct bound *bound, struct err *err);
void query_drop(struct database *database, const struct query *query);

/* The query as the database can answer it: conditions on sealed fields that SQL cannot compare become ids, in
 * the arena. After query_check. */
int query_open(struct database *database, const struct scope *scope, const struct query *query,
               struct arena *arena, struct query *out, struct err *err);

/* Appends " AND …": the key or name of the register's records (alias), or the name's pinyin, begins with the
 * words. Sensitive ones and what is no text are not searched; " AND 1 = 0" when nothing is left. */
void query_words(struct database *database, int reg, const char *alias, struct text words,
                 struct bound *bound);

/* ---- Cursors ---- */

struct cursor {
    bool given;
    bool unknown;   /* the sort value is unknown: among the last */
    bool by_record; /* the value is too long to carry: it is read from the record */
    int64_t id;
    struct value value; /* of the sort field's type */
};

/* What a cursor belongs to: the statement and its values so far. */
uint64_t cursor_digest(const struct bound *bound, const struct query *query);
int cursor_read(const struct schema *schema, const struct query *query, uint64_t digest, struct arena *arena,
                struct cursor *cursor, struct err *err);
struct text cursor_write(const struct schema *schema, const struct query *query, uint64_t digest,
                         const struct cursor *cursor, struct arena *arena);

#endif
