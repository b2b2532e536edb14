/* Names in a pack are identifiers, but some are words of SQL (order, group), so every name is quoted here. */
#include "register/sql.h"

void sql_name(struct buffer *sql, struct text name)
{
    buffer_char(sql, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == '"') buffer_char(sql, '"');
        buffer_char(sql, name.at[i]);
    }
    buffer_char(sql, '"');
}

const struct schema_register *register_of(const struct pack *pack, int reg)
{
    return &pack->schema.registers[reg];
}

struct text register_name(const struct pack *pack, int reg)
{
    return register_of(pack, reg)->label.name;
}

struct text field_name(const struct pack *pack, int reg, int field)
{
    return register_of(pack, reg)->fields[field].label.name;
}

void sql_table(struct buffer *sql, const struct pack *pack, int reg)
{
    sql_name(sql, register_name(pack, reg));
}

void sql_living(struct buffer *sql, const struct pack *pack, int reg)
{
    buffer_string(sql, "(SELECT * FROM ");
    sql_table(sql, pack, reg);
    buffer_string(sql, " WHERE retired IS NULL)");
}

void sql_field(struct buffer *sql, const char *alias, const struct pack *pack, int reg, int field)
{
    if (alias != NULL) {
        buffer_string(sql, alias);
        buffer_char(sql, '.');
    }
    sql_name(sql, field_name(pack, reg, field));
}

void sql_as_field(struct buffer *sql, const struct pack *pack, int reg, int field)
{
    struct text table = register_name(pack, reg), name = field_name(pack, reg, field);
    buffer_printf(sql, " AS \"%.*s.%.*s\"", TEXT_ARGS(table), TEXT_ARGS(name));
}

void sql_fields(struct buffer *sql, const char *alias, const struct pack *pack, int reg)
{
    for (size_t i = 0; i < register_of(pack, reg)->field_count; i++) {
        if (i > 0) buffer_string(sql, ", ");
        sql_field(sql, alias, pack, reg, (int)i);
        sql_as_field(sql, pack, reg, (int)i);
    }
}

int sql_cluster_field(const struct pack *pack, int reg)
{
    const struct schema_register *meta = register_of(pack, reg);
    return pack->subject >= 0 && meta->parent == pack->subject ? meta->parent_field : -1;
}

int sql_prepare(struct store *store, const struct buffer *sql, struct statement **out, struct err *err)
{
    return store_prepare(store, buffer_get(sql), out, err);
}

int sql_run(struct store *store, struct buffer *sql, struct err *err)
{
    int code = store_run(store, sql->data, err);
    buffer_clear(sql);
    return code;
}
