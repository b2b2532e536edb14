/* A family's page shows some sixty registers, and a family has records in a handful of them. */
#include "register/offspring.h"

#include "register/database_private.h"
#include "register/sql.h"

/* WITH m… AS (records of `over` that hang on ?1), once for all that hang on those. */
static void say_between(struct buffer *sql, const struct pack *pack, int reg)
{
    const char *before = "WITH ";
    for (size_t over = 0; over < pack->schema.register_count; over++) {
        if (register_of(pack, (int)over)->parent != reg) continue;
        buffer_printf(sql, "%sm%zu AS MATERIALIZED (SELECT t.id FROM ", before, over);
        sql_living(sql, pack, (int)over);
        buffer_string(sql, " AS t WHERE ");
        sql_field(sql, "t", pack, (int)over, register_of(pack, (int)over)->parent_field);
        buffer_string(sql, " = ?1)");
        before = ", ";
    }
    buffer_char(sql, ' ');
}

/* Anything of the register that hangs on ?1, or on a record of `over` that does. */
static void say_any(struct buffer *sql, const struct pack *pack, int reg, int over)
{
    buffer_string(sql, "SELECT 1 FROM ");
    if (over >= 0) buffer_printf(sql, "m%d CROSS JOIN ", over);
    sql_living(sql, pack, reg);
    buffer_string(sql, " AS t WHERE ");
    sql_field(sql, "t", pack, reg, register_of(pack, reg)->parent_field);
    if (over < 0)
        buffer_string(sql, " = ?1");
    else
        buffer_printf(sql, " = m%d.id", over);
}

/* Does it hang on reg, directly (over: -1) or on one that does? */
static bool hangs(const struct pack *pack, int child, int reg, int *over)
{
    int parent = register_of(pack, child)->parent;
    *over = -1;
    if (parent == reg) return true;
    *over = parent;
    return parent >= 0 && register_of(pack, parent)->parent == reg;
}

int record_offspring(struct database *database, int reg, int64_t id, bool *holds, struct err *err)
{
    const struct pack *pack = database->pack;
    struct statement *statement;
    struct buffer sql = {0};
    size_t count = pack->schema.register_count;
    int over, columns = 0;
    bool row;
    say_between(&sql, pack, reg);
    for (size_t child = 0; child < count; child++) {
        holds[child] = false;
        if (!hangs(pack, (int)child, reg, &over)) continue;
        buffer_string(&sql, columns++ > 0 ? ", CASE WHEN EXISTS (" : "SELECT CASE WHEN EXISTS (");
        say_any(&sql, pack, (int)child, over);
        buffer_string(&sql, ") THEN 1 ELSE 0 END");
    }
    int code = columns > 0 ? sql_prepare(database->store, &sql, &statement, err) : 0;
    buffer_fini(&sql);
    if (code != 0 || columns == 0) return code;
    statement_bind_int(statement, 1, id);
    code = statement_step(statement, &row, err);
    for (size_t child = 0, column = 0; code == 0 && child < count; child++)
        if (hangs(pack, (int)child, reg, &over)) holds[child] = statement_int(statement, (int)column++) != 0;
    statement_free(statement);
    return code;
}
