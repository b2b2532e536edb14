/* Whether stored data still means what the pack now says of a field. Nothing is reinterpreted silently: what
 * cannot be kept as it is gets refused, with the way out. */
#include "register/migrate_field.h"

#include "register/database_private.h"
#include "register/sealed.h"
#include "register/sql.h"

static int refuse_type(const struct pack *pack, int reg, int field, const struct catalog_column *was,
                       const struct catalog_column *wanted, struct err *err)
{
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    return err_set(err, ERR_CONFLICT,
                   "字段 %.*s.%.*s 在数据库里是 %.*s %.*s，在包里是 %.*s "
                   "%.*s，不能直接改。办法：给新字段另起名字（旧数据保留），"
                   "或导出该登记，新建数据库后再导入",
                   "Field %.*s.%.*s is %.*s %.*s in the database and %.*s %.*s in the pack; that cannot be "
                   "changed in place. "
                   "Either give the new field another name (the old data stays), or export the register, "
                   "make a new database "
                   "and import it there",
                   TEXT_ARGS(table), TEXT_ARGS(name), TEXT_ARGS(was->type), TEXT_ARGS(was->detail),
                   TEXT_ARGS(wanted->type), TEXT_ARGS(wanted->detail));
}

static int refuse_code(struct store *store, const struct pack *pack, int reg, int field, struct text stored,
                       struct err *err)
{
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT count(*) FROM ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " = ?1");
    struct statement *statement;
    int code = sql_prepare(store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    statement_bind_text(statement, 1, stored);
    bool row;
    code = statement_step(statement, &row, err);
    int64_t count = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    if (code != 0) return code;
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    return err_set(
        err, ERR_CONFLICT,
        "字段 %.*s.%.*s 有 %lld "
        "条记录的值是“%.*s”，包的字典里已没有这个代码。请把代码加回字典，或先改这些记录，再运行 init",
        "Field %.*s.%.*s has %lld records with the value “%.*s”, a code that is no longer in the pack's "
        "dictionary. "
        "Put the code back, or change those records first, then run init again",
        TEXT_ARGS(table), TEXT_ARGS(name), (long long)count, TEXT_ARGS(stored));
}

/* The distinct values stand in memory: they are combinations of at most 64 codes that people ticked. */
static int distinct_values(struct store *store, const struct pack *pack, int reg, int field,
                           struct arena *arena, struct text **values, size_t *count, struct err *err)
{
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT DISTINCT ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " FROM ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " IS NOT NULL");
    struct statement *statement;
    int code = sql_prepare(store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    size_t capacity = 0;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *values = arena_grow(arena, *values, &capacity, *count + 1, sizeof **values);
        (*values)[(*count)++] = arena_text(arena, statement_text(statement, 0));
    }
    statement_free(statement);
    return code;
}

static int replace_value(struct store *store, const struct pack *pack, int reg, int field, struct text was,
                         struct text is, struct err *err)
{
    struct buffer sql = {0};
    buffer_string(&sql, "UPDATE ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " SET ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " = ?2 WHERE ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " = ?1");
    struct statement *statement;
    int code = sql_prepare(store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    statement_bind_text(statement, 1, was);
    statement_bind_text(statement, 2, is);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int recode(struct store *store, const struct pack *pack, int reg, int field, struct err *err)
{
    struct type type = register_of(pack, reg)->fields[field].type;
    const struct schema_dictionary *dictionary = &pack->schema.dictionaries[type.dictionary];
    struct arena arena = {0};
    struct map codes = {0};
    struct buffer canonical = {0};
    struct text *values = NULL;
    size_t count = 0;
    value_codes(dictionary, &codes);
    int code = distinct_values(store, pack, reg, field, &arena, &values, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct value value = {.known = true};
        if (type.kind == TYPE_CODE) {
            if (!map_get(&codes, values[i], NULL))
                code = refuse_code(store, pack, reg, field, values[i], err);
            continue;
        }
        if (!value_codes_parse(values[i], dictionary, &codes, &value.integer)) {
            code = refuse_code(store, pack, reg, field, values[i], err);
            continue;
        }
        buffer_clear(&canonical);
        value_text(&canonical, &pack->schema, type, &value);
        if (!text_equal(buffer_get(&canonical), values[i]))
            code = replace_value(store, pack, reg, field, values[i], buffer_get(&canonical), err);
    }
    buffer_fini(&canonical);
    map_fini(&codes);
    arena_fini(&arena);
    return code;
}

/* ---- The same of a sealed column ---- */

static int refuse_sealed_code(const struct pack *pack, int reg, int field, struct text stored,
                              struct err *err)
{
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    return err_set(
        err, ERR_CONFLICT,
        "字段 %.*s.%.*s "
        "有记录的值是“%.*s”，包的字典里已没有这个代码。请把代码加回字典，或先改这些记录，再运行 init",
        "Field %.*s.%.*s has records with the value “%.*s”, a code that is no longer in the pack's "
        "dictionary. "
        "Put the code back, or change those records first, then run init again",
        TEXT_ARGS(table), TEXT_ARGS(name), TEXT_ARGS(stored));
}

/* One value: handle and sealed text. What is the same set in another order is sealed anew under its handle.
 */
static int recode_one(const struct database *database, int reg, int field, const struct map *codes,
                      const struct statement *row, struct buffer *plain, struct err *err)
{
    const struct sealed_field *sealed = sealed_field(database, reg, field);
    const struct schema *schema = &database->pack->schema;
    struct type type = register_of(database->pack, reg)->fields[field].type;
    struct value value = {.known = true};
    struct buffer canonical = {0};
    int code = vault_unseal(database->vault, sealed->place, statement_text(row, 1), plain, err);
    if (code != 0) return code;
    if (!value_parse(buffer_get(plain), schema, type, codes, &value))
        return refuse_sealed_code(database->pack, reg, field, buffer_get(plain), err);
    value_text(&canonical, schema, type, &value);
    if (!text_equal(buffer_get(&canonical), buffer_get(plain)))
        code = vault_replace(database->vault, statement_text(row, 0), sealed->place, buffer_get(&canonical),
                             sealed->shared, err);
    buffer_fini(&canonical);
    return code;
}

static int recode_sealed(const struct database *database, int reg, int field, struct err *err)
{
    struct buffer sql = {0}, plain = {0};
    struct map codes = {0};
    struct statement *rows;
    bool row;
    value_codes(
        &database->pack->schema.dictionaries[register_of(database->pack, reg)->fields[field].type.dictionary],
        &codes);
    buffer_string(&sql, "SELECT DISTINCT ");
    sql_field(&sql, "t", database->pack, reg, field);
    buffer_string(&sql, ", ");
    sealed_column(&sql, database, "t", reg, field);
    buffer_string(&sql, " FROM ");
    sql_table(&sql, database->pack, reg);
    buffer_string(&sql, " AS t WHERE ");
    sql_field(&sql, "t", database->pack, reg, field);
    buffer_string(&sql, " IS NOT NULL");
    int code = sql_prepare(database->store, &sql, &rows, err);
    while (code == 0 && (code = statement_step(rows, &row, err)) == 0 && row)
        code = recode_one(database, reg, field, &codes, rows, &plain, err);
    statement_free(rows);
    buffer_fini(&sql);
    buffer_fini(&plain);
    map_fini(&codes);
    return code;
}

int migrate_field_type(struct database *database, int reg, int field, const struct catalog_column *was,
                       const struct catalog_column *wanted, struct err *err)
{
    struct store *store = database->store;
    const struct pack *pack = database->pack;
    if (!text_equal(was->type, wanted->type)) return refuse_type(pack, reg, field, was, wanted, err);
    if (text_equal(was->detail, wanted->detail)) return 0;
    switch (register_of(pack, reg)->fields[field].type.kind) {
    case TYPE_CODE:
    case TYPE_CODES:
        return sealed_now(database, reg, field) ? recode_sealed(database, reg, field, err)
                                                : recode(store, pack, reg, field, err);
    case TYPE_INT:
    case TYPE_DECIMAL:
        /* Naming the unit of a bare number says what it always was. */
        return was->detail.size == 0 ? 0 : refuse_type(pack, reg, field, was, wanted, err);
    case TYPE_RECORD:
        return refuse_type(pack, reg, field, was, wanted, err);
    case TYPE_BOOL:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_TEXT:
    case TYPE_NULL:
        return 0;
    }
    return 0;
}

int migrate_field_gaps(struct store *store, const struct pack *pack, int reg, int field, struct err *err)
{
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT count(*) FROM ");
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, pack, reg, field);
    buffer_string(&sql, " IS NULL");
    int64_t gaps = 0;
    bool found;
    int code = store_query_int(store, sql.data, &gaps, &found, err);
    buffer_fini(&sql);
    if (code != 0 || gaps == 0) return code;
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    return err_set(err, ERR_CONFLICT,
                   "字段 %.*s.%.*s 在包里成了必填项，但有 %lld 条记录没有值。请先不设必填，运行 "
                   "init，补齐这些值，再设必填",
                   "Field %.*s.%.*s has become required in the pack, but %lld records have no value. Leave "
                   "it optional, run "
                   "init, fill in the values, then make it required",
                   TEXT_ARGS(table), TEXT_ARGS(name), (long long)gaps);
}
