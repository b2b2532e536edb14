/* Every room with tables of its own has to ask the same before it makes or reads them. */
#include "store/tables.h"

int store_has_table(struct store *store, const char *table, bool *has, struct err *err)
{
    char **names;
    size_t count;
    *has = false;
    int code = store_table_columns(store, table, &names, &count, err);
    if (code != 0) return code;
    store_names_free(names, count);
    *has = count > 0;
    return 0;
}

static int run_sql(struct store *store, struct text sql, struct err *err)
{
    const struct text blob = TEXT(" BLOB");
    struct buffer own = {0};
    for (ptrdiff_t at; (at = text_find(sql, blob)) >= 0;) {
        size_t end = (size_t)at + blob.size;
        buffer_add(&own, sql.at, (size_t)at);
        buffer_printf(&own, " %s", store_dialect(store)->blob);
        sql = (struct text){sql.at + end, sql.size - end};
    }
    buffer_text(&own, sql);
    int code = store_run(store, own.data, err);
    buffer_fini(&own);
    return code;
}

int store_tables_make(struct store *store, const struct store_tables *tables, struct err *err)
{
    bool has;
    int code = store_has_table(store, tables->last, &has, err);
    if (code != 0 || has) return code;
    code = run_sql(store, text_of(tables->sql), err);
    return code == 0 && tables->fill != NULL ? tables->fill(store, err) : code;
}

struct making {
    struct store *store;
    const struct store_tables *tables;
};

static int make(void *context, struct err *err)
{
    const struct making *making = context;
    return store_tables_make(making->store, making->tables, err);
}

int store_tables_init(const char *url, const struct store_tables *tables, struct err *err)
{
    struct making making = {.tables = tables};
    int code = store_open(url, &(struct store_options){0}, &making.store, err);
    if (code != 0) return code;
    code = store_transact(making.store, make, &making, err);
    store_close(making.store);
    return code;
}

int store_tables_need(struct store *store, const struct store_tables *tables, struct err *err)
{
    bool has;
    int code = store_has_table(store, tables->last, &has, err);
    if (code != 0 || has) return code;
    return err_set(
        err, ERR_VERSION,
        "数据库“%s”还缺一些表（如 %s），是旧版本程序建立的。请先运行 zengshou init --db … --pack …",
        "The database “%s” lacks tables (such as %s): an older program made it. Run zengshou init "
        "--db … --pack … first",
        store_name(store), tables->last);
}
