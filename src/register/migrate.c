/* Tables, columns and indexes for the pack's registers. Only ever adds: what leaves the pack keeps its data.
 */
#include "register/migrate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "register/catalog.h"
#include "register/database_private.h"
#include "register/distribute.h"
#include "register/migrate_field.h"
#include "register/sql.h"

struct migration {
    struct database *database;
    struct store *store;
    const struct pack *pack;
    enum database_distribution form;
    struct database_report *report;
    struct arena arena;
    struct buffer sql;
};

/* ---- Names ---- */

static bool reserved_field(struct text name)
{
    return text_is(name, "id") || text_is(name, "created") || text_is(name, "entry") ||
           text_is(name, "version") || text_is(name, "retired");
}

static bool reserved_register(struct text name)
{
    return text_starts(name, TEXT("zs_")) || text_starts(name, TEXT("sqlite_")) ||
           text_starts(name, TEXT("pg_"));
}

/* PostgreSQL cuts longer ones; indexes are called by their register with some letters more. */
enum { FIELD_NAME_MAX = 63, REGISTER_NAME_MAX = 50 };

static int refuse_long(struct text name, int most, struct err *err)
{
    return err_set(err, ERR_INPUT, "名称 %.*s 有 %zu 个字节，数据库里最多 %d 个。请在包里换个短一些的名字",
                   "The name %.*s has %zu bytes; databases take at most %d. Choose a shorter one in the pack",
                   TEXT_ARGS(name), name.size, most);
}

static int check_register_name(struct text table, struct err *err)
{
    if (table.size > REGISTER_NAME_MAX) return refuse_long(table, REGISTER_NAME_MAX, err);
    if (!reserved_register(table)) return 0;
    return err_set(
        err, ERR_INPUT, "登记不能叫 %.*s：zs_、sqlite_、pg_ 开头的名字由数据库自用。请在包里换个名字",
        "A register cannot be called %.*s: names that begin with zs_, sqlite_ or pg_ are the database's "
        "own. Choose another name in the pack",
        TEXT_ARGS(table));
}

static int check_field_name(struct text table, struct text name, struct err *err)
{
    if (name.size > FIELD_NAME_MAX) return refuse_long(name, FIELD_NAME_MAX, err);
    if (!reserved_field(name)) return 0;
    return err_set(
        err, ERR_INPUT,
        "字段不能叫 %.*s.%.*s：id、created、entry、version、retired 由数据库自用。请在包里换个名字",
        "A field cannot be called %.*s.%.*s: id, created, entry, version and retired are the database's own. "
        "Choose another name in the pack",
        TEXT_ARGS(table), TEXT_ARGS(name));
}

int migrate_check_names(const struct pack *pack, struct err *err)
{
    for (size_t reg = 0; reg < pack->schema.register_count; reg++) {
        struct text table = register_name(pack, (int)reg);
        int code = check_register_name(table, err);
        for (size_t i = 0; code == 0 && i < register_of(pack, (int)reg)->field_count; i++)
            code = check_field_name(table, field_name(pack, (int)reg, (int)i), err);
        if (code != 0) return code;
    }
    return 0;
}

/* ---- Notes ---- */

enum { NOTES_MAX = sizeof((struct database_report *)0)->notes / sizeof(struct text) };

static void add_note(struct migration *migration, char *note)
{
    struct database_report *report = migration->report;
    if (report->note_count == NOTES_MAX) {
        report->notes[NOTES_MAX - 1] =
            TEXT("还有更多，见 zs_column 和 zs_register 里 retired 为 1 的行|there is more: see the rows "
                 "of zs_column and zs_register with retired = 1");
        return;
    }
    report->notes[report->note_count++] = text_of(note);
}

/* ---- Columns ---- */

static const char *column_type(const struct migration *migration, struct type type)
{
    const struct store_dialect *say = store_dialect(migration->store);
    const char *word = database_column_type(type);
    return word[0] == 'I' ? say->integer : word[0] == 'R' ? say->real : say->text;
}

static void define_column(struct migration *migration, int reg, int field)
{
    const struct pack *pack = migration->pack;
    struct type type = register_of(pack, reg)->fields[field].type;
    sql_field(&migration->sql, NULL, pack, reg, field);
    buffer_printf(&migration->sql, " %s", column_type(migration, type));
    if (field == sql_cluster_field(pack, reg)) buffer_string(&migration->sql, " NOT NULL");
    if (type.kind == TYPE_RECORD &&
        (migration->form == DATABASE_WHOLE || distribute_may_refer(pack, reg, field))) {
        buffer_string(&migration->sql, " REFERENCES ");
        sql_table(&migration->sql, pack, type.record);
        buffer_string(&migration->sql, " (id)");
    }
}

static int create_table(struct migration *migration, int reg, struct err *err)
{
    const struct store_dialect *say = store_dialect(migration->store);
    struct buffer *sql = &migration->sql;
    int cluster = sql_cluster_field(migration->pack, reg);
    buffer_string(sql, "CREATE TABLE ");
    sql_table(sql, migration->pack, reg);
    const char *unique = migration->form == DATABASE_WHOLE ? " UNIQUE" : "";
    buffer_printf(sql, " (id %s NOT NULL%s, ", say->integer, cluster < 0 ? " PRIMARY KEY" : unique);
    for (size_t i = 0; i < register_of(migration->pack, reg)->field_count; i++) {
        define_column(migration, reg, (int)i);
        buffer_string(sql, ", ");
    }
    buffer_printf(sql, "created %s NOT NULL, entry %s NOT NULL, version %s NOT NULL, retired %s",
                  say->integer, say->integer, say->integer, say->integer);
    if (cluster >= 0) {
        buffer_string(sql, ", PRIMARY KEY (");
        sql_field(sql, NULL, migration->pack, reg, cluster);
        buffer_string(sql, ", id)");
    }
    buffer_printf(sql, ")%s", cluster < 0 ? say->table_end : say->clustered_end);
    migration->report->tables_added++;
    return sql_run(migration->store, sql, err);
}

static int add_column(struct migration *migration, int reg, int field, struct err *err)
{
    buffer_string(&migration->sql, "ALTER TABLE ");
    sql_table(&migration->sql, migration->pack, reg);
    buffer_string(&migration->sql, " ADD COLUMN ");
    define_column(migration, reg, field);
    migration->report->columns_added++;
    return sql_run(migration->store, &migration->sql, err);
}

static int migrate_field(struct migration *migration, int reg, int field, bool fresh_table, struct err *err)
{
    const struct pack *pack = migration->pack;
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    struct catalog_column wanted = catalog_column_of(pack, reg, field, &migration->arena), was = {0};
    int code = 0;
    if (!fresh_table) {
        code = catalog_column_get(migration->store, table, name, &migration->arena, &was, err);
        if (code == 0 && !was.known) code = add_column(migration, reg, field, err);
        if (code == 0 && was.known)
            code = migrate_field_type(migration->database, reg, field, &was, &wanted, err);
        if (code == 0 && wanted.required && !(was.known && was.required && !was.retired))
            code = migrate_field_gaps(migration->store, pack, reg, field, err);
    }
    bool same =
        was.known && text_equal(was.detail, wanted.detail) && was.required == wanted.required && !was.retired;
    if (code != 0 || same) return code;
    return catalog_column_put(migration->store, table, name, &wanted, err);
}

/* ---- Indexes ---- */

static int create_index(struct migration *migration, const char *prefix, bool unique, int reg,
                        const int *fields, size_t count, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    buffer_printf(&migration->sql, "CREATE %sINDEX %s%.*s ON ", unique ? "UNIQUE " : "", prefix,
                  TEXT_ARGS(table));
    sql_table(&migration->sql, migration->pack, reg);
    for (size_t i = 0; i < count; i++) {
        buffer_string(&migration->sql, i == 0 ? " (" : ", ");
        sql_field(&migration->sql, NULL, migration->pack, reg, fields[i]);
    }
    buffer_char(&migration->sql, ')');
    migration->report->indexes_added++;
    return sql_run(migration->store, &migration->sql, err);
}

/* Does the register's index of this prefix stand already? */
static int has_index(struct migration *migration, const char *prefix, int reg, bool *has, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    buffer_printf(&migration->sql, "%s%.*s", prefix, TEXT_ARGS(table));
    int code = store_has_index(migration->store, migration->sql.data, has, err);
    buffer_clear(&migration->sql);
    return code;
}

static int drop_index(struct migration *migration, const char *prefix, int reg, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    buffer_printf(&migration->sql, "DROP INDEX IF EXISTS %s%.*s", prefix, TEXT_ARGS(table));
    return sql_run(migration->store, &migration->sql, err);
}

static int check_key_is_unique(struct migration *migration, int reg, struct text key, struct err *err)
{
    const struct pack_register *meta = &migration->pack->registers[reg];
    struct buffer *sql = &migration->sql;
    buffer_string(sql, "SELECT count(*) FROM (SELECT 1 AS one FROM ");
    sql_table(sql, migration->pack, reg);
    for (size_t i = 0; i < meta->key_count; i++) {
        buffer_string(sql, i == 0 ? " GROUP BY " : ", ");
        sql_field(sql, NULL, migration->pack, reg, meta->key[i]);
    }
    buffer_string(sql, " HAVING count(*) > 1) AS repeated");
    int64_t repeated = 0;
    bool found;
    int code = store_query_int(migration->store, sql->data, &repeated, &found, err);
    buffer_clear(sql);
    if (code != 0 || repeated == 0) return code;
    struct text table = register_name(migration->pack, reg);
    return err_set(err, ERR_CONFLICT,
                   "登记 %.*s 的新键（%.*s）有 %lld 个值不止一条记录。请先改正这些记录，或在包里保留原来的键",
                   "The new key of register %.*s (%.*s) has %lld values with more than one record. Correct "
                   "those records first, "
                   "or keep the former key in the pack",
                   TEXT_ARGS(table), TEXT_ARGS(key), (long long)repeated);
}

static int migrate_key(struct migration *migration, int reg, bool fresh_table, struct text key,
                       struct err *err)
{
    const struct pack_register *meta = &migration->pack->registers[reg];
    int code = fresh_table ? 0 : drop_index(migration, "zs_key_", reg, err);
    if (code != 0 || meta->key_count == 0) return code;
    if (!fresh_table) code = check_key_is_unique(migration, reg, key, err);
    bool unique = migration->form == DATABASE_WHOLE ||
                  distribute_may_be_unique(migration->pack, reg, meta->key, meta->key_count);
    return code == 0 ? create_index(migration, "zs_key_", unique, reg, meta->key, meta->key_count, err)
                     : code;
}

/* Finding what hangs on a record needs an index where the table is not clustered by it. */
static int migrate_parent(struct migration *migration, int reg, bool fresh_table, struct err *err)
{
    int parent = register_of(migration->pack, reg)->parent_field;
    int code = fresh_table ? 0 : drop_index(migration, "zs_parent_", reg, err);
    if (code != 0 || parent < 0 || sql_cluster_field(migration->pack, reg) >= 0) return code;
    return create_index(migration, "zs_parent_", false, reg, &parent, 1, err);
}

/* ---- Retired records ---- */

/* Tables made before records could be retired lack the column. */
static int add_retired(struct migration *migration, int reg, struct err *err)
{
    struct buffer *name = &migration->sql;
    char **names;
    size_t count;
    bool there = false;
    buffer_text(name, register_name(migration->pack, reg));
    int code = store_table_columns(migration->store, name->data, &names, &count, err);
    buffer_clear(name);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) there = there || text_is(text_of(names[i]), "retired");
    store_names_free(names, count);
    if (there) return 0;
    buffer_string(&migration->sql, "ALTER TABLE ");
    sql_table(&migration->sql, migration->pack, reg);
    buffer_printf(&migration->sql, " ADD COLUMN retired %s", store_dialect(migration->store)->integer);
    return sql_run(migration->store, &migration->sql, err);
}

/* Few are retired: how many there are, and which went together, is asked of an index that holds only them. */
static int index_retired(struct migration *migration, int reg, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    bool has;
    int code = has_index(migration, "zs_retired_", reg, &has, err);
    if (code != 0 || has) return code;
    buffer_printf(&migration->sql, "CREATE INDEX zs_retired_%.*s ON ", TEXT_ARGS(table));
    sql_table(&migration->sql, migration->pack, reg);
    buffer_string(&migration->sql, " (retired) WHERE retired IS NOT NULL");
    return sql_run(migration->store, &migration->sql, err);
}

/* ---- Names ---- */

/* People look for names by their beginning. */
static int index_name(struct migration *migration, int reg, struct err *err)
{
    const struct pack_register *meta = &migration->pack->registers[reg];
    int field = meta->name_field;
    if (field < 0 || register_of(migration->pack, reg)->fields[field].type.kind != TYPE_TEXT ||
        meta->fields[field].sensitive != SENSITIVE_NO || (meta->key_count > 0 && meta->key[0] == field))
        return 0;
    bool has;
    int code = has_index(migration, "zs_name_", reg, &has, err);
    if (code != 0 || has) return code;
    return create_index(migration, "zs_name_", false, reg, &field, 1, err);
}

/* ---- Lists ---- */

/* A page of a list goes by (value, id); of the living alone, so that a count need not look at the rows. What
 * the pack no longer names stays until somebody drops it. */
static int index_listed(struct migration *migration, int reg, int field, struct err *err)
{
    enum { PREFIX_SIZE = FIELD_NAME_MAX + 1 };
    struct text table = register_name(migration->pack, reg),
                name = register_of(migration->pack, reg)->fields[field].label.name;
    char prefix[PREFIX_SIZE];
    bool has;
    if (sizeof "zs_list_of_" - 1 + name.size + table.size > FIELD_NAME_MAX)
        return refuse_long(name, FIELD_NAME_MAX - (int)(sizeof "zs_list_of_" - 1 + table.size), err);
    snprintf(prefix, sizeof prefix, "zs_list_%.*s_of_", TEXT_ARGS(name));
    int code = has_index(migration, prefix, reg, &has, err);
    if (code != 0 || has) return code;
    buffer_printf(&migration->sql, "CREATE INDEX %s%.*s ON ", prefix, TEXT_ARGS(table));
    sql_table(&migration->sql, migration->pack, reg);
    buffer_string(&migration->sql, " (");
    sql_field(&migration->sql, NULL, migration->pack, reg, field);
    buffer_string(&migration->sql, ", id) WHERE retired IS NULL");
    migration->report->indexes_added++;
    return sql_run(migration->store, &migration->sql, err);
}

/* Whoever knows an identity number, a phone or an account may look it up: in every register that has such
 * fields, which is what the search box does; and so whoever has the number of a case. Where the names are too
 * long for an index's it stays without one. */
static int index_sought(struct migration *migration, int reg, int field, struct err *err)
{
    const struct pack_register *meta = &migration->pack->registers[reg];
    struct text table = register_name(migration->pack, reg), name = field_name(migration->pack, reg, field);
    char prefix[FIELD_NAME_MAX + 1];
    bool has, text = register_of(migration->pack, reg)->fields[field].type.kind == TYPE_TEXT;
    enum pack_sensitive kind = meta->fields[field].sensitive;
    bool number = meta->workflow != NULL && meta->case_fields.number == field;
    if (!text || (kind == SENSITIVE_NO && !number) || kind == SENSITIVE_HEALTH ||
        (meta->key_count > 0 && meta->key[0] == field) ||
        sizeof "zs_find_of_" - 1 + name.size + table.size > FIELD_NAME_MAX)
        return 0;
    snprintf(prefix, sizeof prefix, "zs_find_%.*s_of_", TEXT_ARGS(name));
    int code = has_index(migration, prefix, reg, &has, err);
    return code != 0 || has ? code : create_index(migration, prefix, false, reg, &field, 1, err);
}

static int index_lists(struct migration *migration, int reg, struct err *err)
{
    const struct pack_register *meta = &migration->pack->registers[reg];
    int code = 0;
    for (size_t i = 0; code == 0 && i < meta->listed_count; i++)
        code = index_listed(migration, reg, meta->listed[i], err);
    for (size_t i = 0; code == 0 && i < register_of(migration->pack, reg)->field_count; i++)
        code = index_sought(migration, reg, (int)i, err);
    return code;
}

/* ---- Distribution ---- */

/* A record is still found by its id where the database cannot keep that unique by itself. */
static int index_id(struct migration *migration, int reg, struct err *err)
{
    if (migration->form == DATABASE_WHOLE || sql_cluster_field(migration->pack, reg) < 0) return 0;
    struct text table = register_name(migration->pack, reg);
    buffer_printf(&migration->sql, "CREATE INDEX zs_id_%.*s ON ", TEXT_ARGS(table));
    sql_table(&migration->sql, migration->pack, reg);
    buffer_string(&migration->sql, " (id)");
    return sql_run(migration->store, &migration->sql, err);
}

static int spread(struct migration *migration, int reg, struct err *err)
{
    struct database_report *report = migration->report;
    distribute_call(&migration->sql, migration->pack, reg);
    if (migration->form == DATABASE_CITUS) return sql_run(migration->store, &migration->sql, err);
    if (report->calls == NULL)
        report->calls =
            arena_array(&report->arena, migration->pack->schema.register_count, sizeof *report->calls);
    report->calls[report->call_count++] = arena_text(&report->arena, buffer_get(&migration->sql));
    buffer_clear(&migration->sql);
    return 0;
}

/* ---- Registers ---- */

static int refuse_cluster(const struct migration *migration, int reg, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    return err_set(err, ERR_CONFLICT,
                   "登记 %.*s 现在挂在另一个登记下（parent 或 subject "
                   "变了），它的表不能就地改。请导出该登记，新建数据库后再导入",
                   "Register %.*s now hangs on another register (parent or subject changed); its table "
                   "cannot be changed in "
                   "place. Export the register, make a new database and import it there",
                   TEXT_ARGS(table));
}

static int migrate_register(struct migration *migration, int reg, struct err *err)
{
    struct text table = register_name(migration->pack, reg);
    struct catalog_register wanted = catalog_register_of(migration->pack, reg, &migration->arena), was;
    int code = catalog_register_get(migration->store, table, &migration->arena, &was, err);
    if (code == 0 && !was.known)
        code = create_table(migration, reg, err);
    else if (code == 0 && !text_equal(was.cluster, wanted.cluster))
        code = refuse_cluster(migration, reg, err);
    if (code == 0 && was.known) code = add_retired(migration, reg, err);
    if (code == 0) code = index_retired(migration, reg, err);
    for (size_t i = 0; code == 0 && i < register_of(migration->pack, reg)->field_count; i++)
        code = migrate_field(migration, reg, (int)i, !was.known, err);
    if (code == 0) code = index_name(migration, reg, err);
    if (code == 0) code = index_lists(migration, reg, err);
    bool key = !was.known || !text_equal(was.key, wanted.key);
    bool parent = !was.known || !text_equal(was.parent, wanted.parent);
    if (code == 0 && key) code = migrate_key(migration, reg, !was.known, wanted.key, err);
    if (code == 0 && parent) code = migrate_parent(migration, reg, !was.known, err);
    if (code == 0 && !was.known) code = index_id(migration, reg, err);
    if (code == 0 && !was.known && migration->form != DATABASE_WHOLE) code = spread(migration, reg, err);
    if (code != 0 || !(key || parent || was.retired)) return code;
    return catalog_register_put(migration->store, table, &wanted, err);
}

/* A reference's table stands before the one that refers to it, where that is possible. */
static int migrate_after_references(struct migration *migration, int reg, bool *begun,
                                    int (*each)(struct migration *migration, int reg, struct err *err),
                                    struct err *err)
{
    if (begun[reg]) return 0;
    begun[reg] = true;
    const struct schema_register *meta = register_of(migration->pack, reg);
    for (size_t i = 0; i < meta->field_count; i++) {
        if (meta->fields[i].type.kind != TYPE_RECORD) continue;
        int code = migrate_after_references(migration, meta->fields[i].type.record, begun, each, err);
        if (code != 0) return code;
    }
    return each(migration, reg, err);
}

static int walk_registers(struct migration *migration,
                          int (*each)(struct migration *migration, int reg, struct err *err), struct err *err)
{
    size_t count = migration->pack->schema.register_count;
    bool *begun = mem_new(count, sizeof *begun);
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++)
        code = migrate_after_references(migration, (int)i, begun, each, err);
    free(begun);
    return code;
}

/* ---- What left the pack ---- */

/* Exact names: what formulas may also call a thing does not count here. */
static int named_register(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->schema.register_count; i++)
        if (text_equal(register_name(pack, (int)i), name)) return (int)i;
    return -1;
}

static bool has_field(const struct pack *pack, int reg, struct text name)
{
    for (size_t i = 0; i < register_of(pack, reg)->field_count; i++)
        if (text_equal(field_name(pack, reg, (int)i), name)) return true;
    return false;
}

static int retire_registers(struct migration *migration, struct err *err)
{
    struct catalog_name *names;
    size_t count;
    int code = catalog_names(migration->store, false, &migration->arena, &names, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (named_register(migration->pack, names[i].reg) >= 0) continue;
        struct catalog_register entry;
        code = catalog_register_get(migration->store, names[i].reg, &migration->arena, &entry, err);
        entry.retired = true;
        if (code == 0) code = catalog_register_put(migration->store, names[i].reg, &entry, err);
        add_note(
            migration,
            arena_printf(
                &migration->report->arena,
                "登记 %.*s 已不在包里，它的表和数据保留|register %.*s left the pack; its table and data stay",
                TEXT_ARGS(names[i].reg), TEXT_ARGS(names[i].reg)));
    }
    return code;
}

static int retire_fields(struct migration *migration, struct err *err)
{
    struct catalog_name *names;
    size_t count;
    int code = catalog_names(migration->store, true, &migration->arena, &names, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct text table = names[i].reg, field = names[i].field;
        int reg = named_register(migration->pack, table);
        if (reg < 0 || has_field(migration->pack, reg, field)) continue;
        struct catalog_column column;
        code = catalog_column_get(migration->store, table, field, &migration->arena, &column, err);
        column.retired = true;
        if (code == 0) code = catalog_column_put(migration->store, table, field, &column, err);
        add_note(migration,
                 arena_printf(&migration->report->arena,
                              "字段 %.*s.%.*s 已不在包里，它的列和数据保留|field %.*s.%.*s left the pack; "
                              "its column and data stay",
                              TEXT_ARGS(table), TEXT_ARGS(field), TEXT_ARGS(table), TEXT_ARGS(field)));
    }
    return code;
}

int migrate_tables(struct database *database, enum database_distribution form, struct database_report *report,
                   struct err *err)
{
    struct migration migration = {.database = database,
                                  .store = database->store,
                                  .pack = database->pack,
                                  .form = form,
                                  .report = report};
    int code = walk_registers(&migration, migrate_register, err);
    if (code == 0) code = retire_registers(&migration, err);
    if (code == 0) code = retire_fields(&migration, err);
    buffer_fini(&migration.sql);
    arena_fini(&migration.arena);
    return code;
}

/* Registers that the pack has and the tables have not yet are spread when they are made. */
static int spread_again(struct migration *migration, int reg, struct err *err)
{
    struct catalog_register was;
    int code = catalog_register_get(migration->store, register_name(migration->pack, reg), &migration->arena,
                                    &was, err);
    return code == 0 && was.known ? spread(migration, reg, err) : code;
}

int migrate_spread(struct store *store, const struct pack *pack, struct err *err)
{
    struct migration migration = {.store = store, .pack = pack, .form = DATABASE_CITUS};
    int code = walk_registers(&migration, spread_again, err);
    buffer_fini(&migration.sql);
    arena_fini(&migration.arena);
    return code;
}
