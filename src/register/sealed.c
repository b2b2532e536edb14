/* Everything else in this room may forget that fields are sealed; what it must not forget is to come here. */
#include "register/sealed.h"

#include <jansson.h>
#include <string.h>

#include "register/database_private.h"
#include "register/mask.h"
#include "register/sql.h"

/* ---- Which fields ---- */

static const struct sealed_field plain_field;

const struct sealed_field *sealed_field(const struct database *database, int reg, int field)
{
    return database->sealed == NULL ? &plain_field : &database->sealed[reg][field];
}

bool sealed_now(const struct database *database, int reg, int field)
{
    return sealed_field(database, reg, field)->now;
}

/* What is stored as text, handles included. */
bool sealed_wanted(const struct pack *pack, int reg, int field)
{
    return mask_kind(pack, reg, field) != SENSITIVE_NO &&
           value_storage(register_of(pack, reg)->fields[field].type) == STORED_TEXT;
}

bool sealed_sharable(const struct pack *pack, int reg, int field)
{
    for (size_t i = 0; i < pack->registers[reg].key_count; i++)
        if (pack->registers[reg].key[i] == field) return true;
    return mask_kind(pack, reg, field) != SENSITIVE_HEALTH;
}

static bool find_field(const struct pack *pack, struct text table, struct text name, int *reg, int *field)
{
    for (*reg = 0; (size_t)*reg < pack->schema.register_count; ++*reg) {
        if (!text_equal(register_name(pack, *reg), table)) continue;
        for (*field = 0; (size_t)*field < register_of(pack, *reg)->field_count; ++*field)
            if (text_equal(field_name(pack, *reg, *field), name)) return true;
    }
    return false;
}

static void make_fields(struct database *database)
{
    const struct schema *schema = &database->pack->schema;
    struct arena *arena = &database->arena;
    database->sealed = arena_array(arena, schema->register_count, sizeof *database->sealed);
    for (size_t reg = 0; reg < schema->register_count; reg++)
        database->sealed[reg] =
            arena_array(arena, schema->registers[reg].field_count, sizeof **database->sealed);
}

int sealed_load(struct database *database, struct err *err)
{
    struct statement *statement;
    if (database->vault == NULL) return 0;
    make_fields(database);
    int code = store_prepare(
        database->store, TEXT("SELECT register, field, now, shared FROM zs_sealed_field"), &statement, err);
    bool row;
    while (code == 0 && (code = statement_step(statement, &row, err)) == 0 && row) {
        struct text table = statement_text(statement, 0), name = statement_text(statement, 1);
        bool now = statement_int(statement, 2) != 0;
        int reg, field;
        if (!find_field(database->pack, table, name, &reg, &field)) continue;
        const char *place = arena_printf(&database->arena, "%.*s.%.*s", TEXT_ARGS(table), TEXT_ARGS(name));
        database->sealed[reg][field] =
            (struct sealed_field){now, !now, statement_int(statement, 3) != 0, text_of(place)};
    }
    if (code != 0) return code;
    statement_free(statement);
    return 0;
}

/* ---- SQL ---- */

void sealed_column(struct buffer *sql, const struct database *database, const char *alias, int reg, int field)
{
    if (!sealed_now(database, reg, field)) {
        sql_field(sql, alias, database->pack, reg, field);
        return;
    }
    /* A handle that leads nowhere stays, and is then no sealed text: nothing becomes unknown by being taken
     * out. */
    buffer_string(sql, "coalesce((SELECT zs.sealed FROM zs_sealed AS zs WHERE zs.handle = ");
    sql_field(sql, alias, database->pack, reg, field);
    buffer_string(sql, "), ");
    sql_field(sql, alias, database->pack, reg, field);
    buffer_char(sql, ')');
}

void sealed_columns(struct buffer *sql, const struct database *database, const char *alias, int reg)
{
    for (size_t i = 0; i < register_of(database->pack, reg)->field_count; i++) {
        if (i > 0) buffer_string(sql, ", ");
        sealed_column(sql, database, alias, reg, (int)i);
        sql_as_field(sql, database->pack, reg, (int)i);
    }
}

/* ---- Out of columns ---- */

static struct type field_type(const struct database *database, int reg, int field)
{
    return register_of(database->pack, reg)->fields[field].type;
}

/* Never with the value: this one is nobody's to see. */
static int refuse_content(const struct sealed_field *sealed, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%.*s 有一个加密的值不合该栏的类型，不是本程序写入的。请用备份恢复",
                   "A sealed value of %.*s does not fit the field's type; this program did not write it. "
                   "Restore a backup",
                   TEXT_ARGS(sealed->place));
}

static int open_text(const struct database *database, struct text stored, int reg, int field,
                     const struct map *codes, struct buffer *scratch, struct value *value, struct err *err)
{
    const struct sealed_field *sealed = sealed_field(database, reg, field);
    int code = vault_unseal(database->vault, sealed->place, stored, scratch, err);
    *value = (struct value){.known = true};
    if (code != 0) return code;
    bool fits = value_parse(buffer_get(scratch), &database->pack->schema, field_type(database, reg, field),
                            codes, value);
    return fits ? 0 : refuse_content(sealed, err);
}

int column_read(const struct database *database, const struct statement *statement, int column, int reg,
                int field, const struct map *codes, struct buffer *scratch, struct value *value,
                struct err *err)
{
    if (sealed_now(database, reg, field) && !statement_is_null(statement, column))
        return open_text(database, statement_text(statement, column), reg, field, codes, scratch, value, err);
    if (value_read(statement, column, &database->pack->schema, field_type(database, reg, field), codes,
                   value))
        return 0;
    return value_corrupt(statement, column, err);
}

int column_cell(const struct database *database, const struct cell *cell, const struct statement *statement,
                int column, int reg, int field, const struct map *codes, struct buffer *scratch,
                struct value *value, struct err *err)
{
    if (sealed_now(database, reg, field) && cell->kind == CELL_TEXT)
        return open_text(database, cell->text, reg, field, codes, scratch, value, err);
    if (value_from_cell(cell, &database->pack->schema, field_type(database, reg, field), codes, value))
        return 0;
    return value_corrupt(statement, column, err);
}

int column_value(const struct database *database, const struct statement *statement, int column, int reg,
                 int field, struct arena *arena, struct value *value, struct err *err)
{
    struct buffer scratch = {0};
    int code = column_read(database, statement, column, reg, field, NULL, &scratch, value, err);
    if (code == 0 && value->known && field_type(database, reg, field).kind == TYPE_TEXT)
        value->text = arena_text(arena, value->text);
    buffer_fini(&scratch);
    return code;
}

/* ---- The log ---- */

void column_json(const struct database *database, struct json_writer *json, int reg, int field,
                 const struct value *value, struct text handle)
{
    if (sealed_now(database, reg, field) && value->known)
        json_put_text(json, handle);
    else
        value_json(json, &database->pack->schema, field_type(database, reg, field), value);
}

int column_from_json(const struct database *database, const struct json_t *json, int reg, int field,
                     const struct map *codes, struct arena *arena, bool *fits, struct value *value,
                     struct err *err)
{
    const struct sealed_field *sealed = sealed_field(database, reg, field);
    struct type type = field_type(database, reg, field);
    struct text text = {json_string_value(json), json_string_length(json)};
    struct buffer plain = {0};
    int code = 0;
    if ((sealed->now || sealed->formerly) && json_is_string(json) && vault_handle_number(text) != 0) {
        *value = (struct value){.known = true};
        code = vault_get(database->vault, sealed->place, text, &plain, err);
        *fits = code == 0 && value_parse(buffer_get(&plain), &database->pack->schema, type, codes, value);
    } else {
        *fits = value_from_json(json, &database->pack->schema, type, codes, value);
    }
    if (code == 0 && *fits && value->known && type.kind == TYPE_TEXT)
        value->text = arena_text(arena, value->text);
    buffer_fini(&plain);
    return code;
}

/* ---- Handles ---- */

int sealed_find(const struct database *database, int reg, int field, const struct value *value,
                char handle[VAULT_HANDLE_TEXT], struct err *err)
{
    struct buffer text = {0};
    int64_t number = 0;
    value_text(&text, &database->pack->schema, field_type(database, reg, field), value);
    int code = vault_find(database->vault, sealed_field(database, reg, field)->place, buffer_get(&text),
                          &number, err);
    vault_handle(number, handle); /* ~0000000000 is nobody's */
    buffer_fini(&text);
    return code;
}

int sealed_bind(const struct database *database, struct statement *statement, int number, int reg, int field,
                const struct value *value, struct err *err)
{
    char handle[VAULT_HANDLE_TEXT];
    if (!sealed_now(database, reg, field) || !value->known) {
        database_bind(statement, number, &database->pack->schema, field_type(database, reg, field), value);
        return 0;
    }
    int code = sealed_find(database, reg, field, value, handle, err);
    statement_bind_text(statement, number, text_of(handle));
    return code;
}

int sealed_put(const struct database *database, int reg, int field, const struct value *value,
               char handle[VAULT_HANDLE_TEXT], struct err *err)
{
    const struct sealed_field *sealed = sealed_field(database, reg, field);
    struct type type = field_type(database, reg, field);
    struct buffer text = {0};
    int64_t number;
    handle[0] = '\0';
    if (!value->known || (type.kind == TYPE_TEXT && value->text.size == 0)) return 0;
    value_text(&text, &database->pack->schema, type, value);
    int code = vault_put(database->vault, sealed->place, buffer_get(&text), sealed->shared, &number, err);
    if (code == 0) vault_handle(number, handle);
    buffer_fini(&text);
    return code;
}

/* ---- Outside the registers ---- */

int sealed_text(const struct database *database, struct text place, struct text plain, struct buffer *out,
                struct err *err)
{
    struct buffer hash = {0};
    buffer_clear(out);
    if (database->vault == NULL) {
        buffer_text(out, plain);
        return 0;
    }
    int code = vault_need(database->vault, err);
    if (code == 0) code = vault_seal(database->vault, place, plain, false, out, &hash, err);
    buffer_fini(&hash);
    return code;
}

int sealed_text_open(const struct database *database, struct text place, struct text kept,
                     struct buffer *plain, struct err *err)
{
    buffer_clear(plain);
    if (database->vault != NULL && seal_is(kept))
        return vault_unseal(database->vault, place, kept, plain, err);
    buffer_text(plain, kept);
    return 0;
}

/* ---- Formulas ---- */

static int refuse_node(const struct database *database, const struct node *node, struct err *err)
{
    struct text table = register_name(database->pack, node->scope),
                name = field_name(database->pack, node->scope, node->index);
    err_set(err, ERR_LIMIT, "%.*s.%.*s 在数据库里是加密的，SQL 读不了，只能在内存表上计算",
            "%.*s.%.*s is sealed in the database; SQL cannot read it, a frame in memory can",
            TEXT_ARGS(table), TEXT_ARGS(name));
    return err_at(err, NULL, node->line, node->column);
}

/* Chains lean to the left as deep as they are long, hence the loop over first children. */
int sealed_refuse_sql(const struct database *database, const struct node *node, struct err *err)
{
    int code = 0;
    if (database->sealed == NULL) return 0;
    while (code == 0 && node != NULL) {
        if (node->op == NODE_FIELD && sealed_now(database, node->scope, node->index))
            return refuse_node(database, node, err);
        for (size_t i = 1; code == 0 && i < node->child_count; i++)
            code = sealed_refuse_sql(database, node->children[i], err);
        node = node->child_count > 0 ? node->children[0] : NULL;
    }
    return code;
}
