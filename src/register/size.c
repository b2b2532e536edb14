/* PostgreSQL keeps statistics of its tables; SQLite knows its pages, and counts rows along its smallest
 * index. */
#include "register/size.h"

#include "register/database_private.h"
#include "register/sql.h"

int database_bytes(struct database *database, int64_t *bytes, struct err *err)
{
    bool postgres = store_kind(database->store) == STORE_POSTGRES, found;
    return store_query_int(database->store,
                           postgres
                               ? "SELECT CAST(coalesce(sum(pg_table_size(oid)), 0) AS BIGINT) FROM pg_class"
                                 " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
                               : "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
                           bytes, &found, err);
}

static int estimated(struct database *database, int reg, int64_t *rows, struct err *err)
{
    struct statement *statement;
    struct buffer table = {0};
    bool row = false;
    int code = store_prepare(
        database->store, TEXT("SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = to_regclass(?1)"),
        &statement, err);
    if (code != 0) return code;
    sql_table(&table, database->pack, reg);
    statement_bind_text(statement, 1, buffer_get(&table));
    code = statement_step(statement, &row, err);
    *rows = code == 0 && row ? statement_int(statement, 0) : -1;
    statement_free(statement);
    buffer_fini(&table);
    return code;
}

int database_rows(struct database *database, int reg, int64_t *rows, struct err *err)
{
    bool found;
    *rows = -1;
    int code = store_kind(database->store) == STORE_POSTGRES ? estimated(database, reg, rows, err) : 0;
    if (code != 0 || *rows > 0) return code; /* 0: new, or emptied before it was last looked at */
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT count(*) FROM ");
    sql_table(&sql, database->pack, reg);
    code = store_query_int(database->store, sql.data, rows, &found, err);
    buffer_fini(&sql);
    return code;
}
