/* What Citus asks of tables, and its calls. Its rules: a unique key contains the column by which the table is
 * spread; a foreign key leads to a copied table, or along that column to a table spread alike. */
#include "register/distribute.h"

#include "register/database_private.h"

static bool is_subject(const struct pack *pack, int reg)
{
    return pack->subject >= 0 && reg == pack->subject;
}

static bool is_spread(const struct pack *pack, int reg)
{
    return is_subject(pack, reg) || sql_cluster_field(pack, reg) >= 0;
}

const char *distribute_column(const struct pack *pack, int reg, struct buffer *scratch)
{
    if (!is_spread(pack, reg)) return NULL;
    if (is_subject(pack, reg)) return "id";
    buffer_clear(scratch);
    buffer_text(scratch, field_name(pack, reg, sql_cluster_field(pack, reg)));
    return scratch->data;
}

int distribute_field(const struct database *database, int reg)
{
    return database->distribution == DATABASE_WHOLE ? -1 : sql_cluster_field(database->pack, reg);
}

bool distribute_may_refer(const struct pack *pack, int reg, int field)
{
    int target = register_of(pack, reg)->fields[field].type.record;
    return !is_spread(pack, target) || field == sql_cluster_field(pack, reg);
}

bool distribute_may_be_unique(const struct pack *pack, int reg, const int *fields, size_t count)
{
    if (!is_spread(pack, reg)) return true;
    int cluster = sql_cluster_field(pack, reg);
    for (size_t i = 0; i < count; i++)
        if (fields[i] == cluster) return true;
    return false;
}

/* ---- Which form ---- */

const char *distribute_word(enum database_distribution form)
{
    switch (form) {
    case DATABASE_WHOLE:
        return "";
    case DATABASE_CITUS_KEYS:
        return "citus-keys";
    case DATABASE_CITUS:
        return "citus";
    }
    return "";
}

int distribute_remembered(struct store *store, enum database_distribution *form, struct err *err)
{
    struct buffer word = {0};
    int code = database_meta(store, "distribute", &word, err);
    *form = DATABASE_WHOLE;
    for (int i = DATABASE_CITUS_KEYS; i <= DATABASE_CITUS; i++)
        if (text_is(buffer_get(&word), distribute_word(i))) *form = i;
    buffer_fini(&word);
    return code;
}

static int check_kind(struct store *store, struct err *err)
{
    if (store_kind(store) == STORE_POSTGRES) return 0;
    return err_set(err, ERR_INPUT, "--distribute 只用于 PostgreSQL；“%s”是文件。请去掉它，或换一个数据库",
                   "--distribute is for PostgreSQL; “%s” is a file. Leave it out, or choose another database",
                   store_name(store));
}

/* Seen by its functions, which is what matters. */
static int check_citus(struct store *store, struct err *err)
{
    int64_t count = 0;
    bool found;
    int code = store_query_int(store,
                               "SELECT count(DISTINCT proname) FROM pg_proc WHERE proname IN "
                               "('create_distributed_table', 'create_reference_table') AND "
                               "pg_function_is_visible(oid)",
                               &count, &found, err);
    if (code != 0 || count == 2) return code;
    return err_set(
        err, ERR_NOT_FOUND,
        "数据库“%s”里没有 Citus，没有任何改动。请管理员安装并执行 CREATE EXTENSION citus；或先用 "
        "--distribute citus-keys 建立同样的表，以后再分布",
        "There is no Citus in the database “%s”; nothing was changed. Have the administrator install it and "
        "run "
        "CREATE EXTENSION citus; or make the same tables with --distribute citus-keys and spread them later",
        store_name(store));
}

static int refuse_whole(struct store *store, struct err *err)
{
    return err_set(err, ERR_CONFLICT,
                   "“%s”建立时没有用 --distribute，它的键不能就地改。请导出各登记，用 --distribute "
                   "新建数据库，再导入",
                   "“%s” was made without --distribute and its keys cannot be changed in place. Export the "
                   "registers, make a "
                   "new database with --distribute and import them there",
                   store_name(store));
}

int distribute_settle(struct store *store, bool created, enum database_distribution wanted,
                      enum database_distribution *form, bool *again, struct err *err)
{
    enum database_distribution was;
    *again = false;
    *form = DATABASE_WHOLE;
    int code = wanted != DATABASE_WHOLE ? check_kind(store, err) : 0;
    if (code == 0) code = distribute_remembered(store, &was, err);
    if (code != 0) return code;
    if (!created && was == DATABASE_WHOLE && wanted != DATABASE_WHOLE) return refuse_whole(store, err);
    *form = wanted > was ? wanted : was;
    *again = !created && *form > was;
    /* Where the clerk's role runs init there may be nothing to spread: then Citus is not asked for. */
    if (*form == DATABASE_CITUS && (created || *again)) code = check_citus(store, err);
    if (code == 0 && *form == DATABASE_CITUS)
        code = store_run(store, "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'", err);
    return code;
}

/* ---- The calls ---- */

void distribute_call(struct buffer *sql, const struct pack *pack, int reg)
{
    struct buffer scratch = {0};
    const char *column = distribute_column(pack, reg, &scratch);
    buffer_string(sql,
                  column == NULL ? "SELECT create_reference_table('" : "SELECT create_distributed_table('");
    sql_table(sql, pack, reg);
    buffer_char(sql, '\'');
    if (column != NULL) buffer_printf(sql, ", '%s', colocate_with => '", column);
    if (column != NULL && is_subject(pack, reg)) buffer_string(sql, "none");
    if (column != NULL && !is_subject(pack, reg)) sql_table(sql, pack, pack->subject);
    buffer_string(sql, column == NULL ? ")" : "')");
    buffer_fini(&scratch);
}
