/* Opening casework, and its tables. */
#include "casework/casework.h"

#include <stdlib.h>

#include "base/mem.h"
#include "casework/casework_private.h"
#include "casework_tables_sql.h"
#include "store/tables.h"

static const struct store_tables tables = {.sql = casework_tables_sql, .last = "zs_clock"};

int casework_init(const char *url, struct err *err)
{
    return store_tables_init(url, &tables, err);
}

int casework_need(struct store *store, struct err *err)
{
    return store_tables_need(store, &tables, err);
}

/* Temporary ones, of this connection; where another casework was opened on it, they are there. */
static int make_part_tables(struct store *store, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY"};
    static const char *const parts[] = {CASE_PART_TABLE, CASE_LED_TABLE};
    struct bulk *bulk;
    int code = 0;
    store_drop_temporary(store, parts, 2);
    for (size_t i = 0; code == 0 && i < 2; i++) {
        code = bulk_begin(store, parts[i], columns, 1, &bulk, err);
        if (code == 0) code = bulk_end(bulk, err);
    }
    return code;
}

int casework_open(struct database *database, struct access *access, struct casework **out, struct err *err)
{
    struct store *store = database_store(database);
    *out = NULL;
    int code = store_tables_need(store, &tables, err);
    if (code != 0) return code;
    code = make_part_tables(store, err);
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
