/* A frame sorts records under their parents; whoever lists records without one must give them in the same
 * order. */
#include "register/order.h"

#include <assert.h>

#include "register/database_private.h"
#include "register/sql.h"

/* The record `steps` references above t: t.id, t."household", p1."village" … */
static void add_ancestor(struct buffer *sql, const struct pack *pack, int reg, int steps)
{
    int child = reg;
    if (steps == 0) {
        buffer_string(sql, "t.id");
        return;
    }
    for (int i = 1; i < steps; i++) child = register_of(pack, child)->parent;
    if (steps == 1)
        buffer_string(sql, "t.");
    else
        buffer_printf(sql, "p%d.", steps - 1);
    sql_field(sql, NULL, pack, child, register_of(pack, child)->parent_field);
}

static int height(const struct pack *pack, int reg, int above)
{
    int steps = 0;
    for (; reg != above; reg = register_of(pack, reg)->parent, steps++) assert(reg >= 0);
    return steps;
}

int order_scan(struct database *database, int reg, int above, const char *table, const char *const *columns,
               size_t count, struct statement **out, struct err *err)
{
    const struct pack *pack = database->pack;
    struct buffer sql = {0};
    int top = height(pack, reg, -1) - 1;
    buffer_string(&sql, "SELECT t.id, ");
    add_ancestor(&sql, pack, reg, height(pack, reg, above));
    for (size_t i = 0; i < count; i++) buffer_printf(&sql, ", s.%s", columns[i]);
    buffer_printf(&sql, " FROM %s AS s JOIN ", table);
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " AS t ON t.id = s.id");
    int at = reg;
    for (int i = 1; i <= top; i++) {
        at = register_of(pack, at)->parent;
        buffer_string(&sql, " JOIN ");
        sql_table(&sql, pack, at);
        buffer_printf(&sql, " AS p%d ON p%d.id = ", i, i);
        add_ancestor(&sql, pack, reg, i);
    }
    buffer_string(&sql, " ORDER BY ");
    for (int i = top; i >= 0; i--) {
        add_ancestor(&sql, pack, reg, i);
        if (i > 0) buffer_string(&sql, ", ");
    }
    int code = sql_prepare(database->store, &sql, out, err);
    buffer_fini(&sql);
    return code;
}
