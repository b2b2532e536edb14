/* Each register tells of a record which entry wrote it last, but has no index by it: the entries of one hand
 * are found first, and the records by what the log says was changed, or by their ids, which rise. */
#include "monitor/recent.h"

#include <stdlib.h>

#include "register/bound.h"
#include "register/scope_sql.h"
#include "register/sql.h"

enum { NEWEST = 500 }; /* of a register, among which new records are looked for */

struct gathering {
    struct database *database;
    const struct scope *scope;
    struct arena *arena;
    size_t limit;
    struct recent_record *items;
    size_t *count;
};

static void keep(const struct gathering *gathering, struct recent_record item)
{
    size_t at = 0, count = *gathering->count;
    struct recent_record *items = gathering->items;
    for (size_t i = 0; i < count; i++)
        if (items[i].reg == item.reg && items[i].id == item.id) return;
    while (at < count && items[at].entry >= item.entry) at++;
    if (at == gathering->limit) return;
    if (count == gathering->limit) count--;
    for (size_t i = count; i > at; i--) items[i] = items[i - 1];
    items[at] = item;
    items[at].at = arena_text(gathering->arena, item.at);
    *gathering->count = count + 1;
}

static int take(const struct gathering *gathering, int reg, const struct bound *bound, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = bound_prepare(bound, gathering->database, &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        keep(gathering, (struct recent_record){reg, statement_int(statement, 0), statement_int(statement, 1),
                                               statement_text(statement, 2)});
    statement_free(statement);
    return code;
}

static void mine(const struct gathering *gathering, int reg, struct bound *bound)
{
    buffer_string(&bound->sql, " AND e.actor = ");
    bound_text(bound, gathering->scope->actor);
    buffer_string(&bound->sql,
                  " AND e.action <> 'import' AND e.id > (SELECT coalesce(max(id), 0) FROM zs_entry) - ");
    bound_int(bound, RECENT_ENTRIES);
    buffer_string(&bound->sql, " AND t.retired IS NULL");
    scope_row(gathering->scope, gathering->database, reg, "t", bound);
    buffer_string(&bound->sql, " ORDER BY e.id DESC LIMIT ");
    bound_int(bound, (int64_t)gathering->limit * 4);
}

static int changed(const struct gathering *gathering, int reg, struct err *err)
{
    const struct pack *pack = database_pack(gathering->database);
    struct bound bound = {0};
    buffer_string(&bound.sql,
                  "SELECT t.id, e.id, e.at FROM zs_entry AS e JOIN zs_change AS c ON c.entry = e.id"
                  " AND c.register = ");
    bound_text(&bound, register_name(pack, reg));
    buffer_string(&bound.sql, " JOIN ");
    sql_table(&bound.sql, pack, reg);
    buffer_string(&bound.sql, " AS t ON t.id = c.record WHERE t.id > 0");
    mine(gathering, reg, &bound);
    int code = take(gathering, reg, &bound, err);
    bound_fini(&bound);
    return code;
}

static int created(const struct gathering *gathering, int reg, struct err *err)
{
    const struct pack *pack = database_pack(gathering->database);
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT t.id, e.id, e.at FROM ");
    sql_table(&bound.sql, pack, reg);
    buffer_string(&bound.sql,
                  " AS t JOIN zs_entry AS e ON e.id = t.created WHERE t.id > (SELECT coalesce(max(id),"
                  " 0) FROM ");
    sql_table(&bound.sql, pack, reg);
    buffer_string(&bound.sql, ") - ");
    bound_int(&bound, NEWEST);
    mine(gathering, reg, &bound);
    int code = take(gathering, reg, &bound, err);
    bound_fini(&bound);
    return code;
}

int recent_records(struct database *database, const struct scope *scope, size_t limit, struct arena *arena,
                   struct recent_record *items, size_t *count, struct err *err)
{
    const struct gathering gathering = {database, scope, arena, limit, items, count};
    size_t registers = database_pack(database)->schema.register_count;
    int code = 0;
    *count = 0;
    for (size_t i = 0; code == 0 && i < registers; i++) {
        if (!scope_may(scope, (int)i, SCOPE_READ)) continue;
        code = changed(&gathering, (int)i, err);
        if (code == 0) code = created(&gathering, (int)i, err);
    }
    return code;
}
