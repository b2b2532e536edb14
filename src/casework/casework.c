/* Opening casework, and its tables. */
#include "casework/casework.h"

#include <stdlib.h>

#include "base/mem.h"
#include "casework/casework_private.h"
#include "casework_tables_sql.h"

static int has_tables(struct store *store, bool *has, struct err *err)
{
    char **names;
    size_t count;
    /* The last one made stands for all: they are made in one transaction. */
    int code = store_table_columns(store, "zs_tick", &names, &count, err);
    if (code != 0) return code;
    store_names_free(names, count);
    *has = count > 0;
    return 0;
}

static int make_tables(void *context, struct err *err)
{
    struct store *store = context;
    bool has;
    int code = has_tables(store, &has, err);
    return code != 0 || has ? code : store_run(store, casework_tables_sql, err);
}

int casework_init(const char *url, struct err *err)
{
    struct store *store;
    int code = store_open(url, &(struct store_options){0}, &store, err);
    if (code != 0) return code;
    code = store_transact(store, make_tables, store, err);
    store_close(store);
    return code;
}

/* A temporary one, of this connection; where another casework was opened on it, it is there. */
static int make_part_table(struct store *store, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY"};
    static const char *const tables[] = {CASE_PART_TABLE};
    struct bulk *bulk;
    store_drop_temporary(store, tables, 1);
    int code = bulk_begin(store, CASE_PART_TABLE, columns, 1, &bulk, err);
    return code == 0 ? bulk_end(bulk, err) : code;
}

int casework_open(struct database *database, struct access *access, struct casework **out, struct err *err)
{
    struct store *store = database_store(database);
    bool has;
    *out = NULL;
    int code = has_tables(store, &has, err);
    if (code == 0 && !has)
        code =
            err_set(err, ERR_VERSION, "数据库“%s”还没有办件的表。请先运行 zengshou init --db … --pack …",
                    "The database “%s” has no tables for cases yet. Run zengshou init --db … --pack … first",
                    store_name(store));
    if (code != 0) return code;
    code = make_part_table(store, err);
    if (code != 0) return code;
    struct casework *casework = mem_new(1, sizeof *casework);
    casework->database = database;
    casework->store = store;
    casework->pack = database_pack(database);
    casework->access = access;
    *out = casework;
    return 0;
}

void casework_close(struct casework *casework)
{
    free(casework);
}

struct database *casework_database(const struct casework *casework)
{
    return casework->database;
}

struct case_actor case_actor_of(const struct principal *principal)
{
    return (struct case_actor){&principal->scope, principal->role, principal->unit, principal->user};
}
