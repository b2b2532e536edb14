/* The tables that describe the tables. Migration compares them with the pack, so that it needs no older pack
 * to be readable. */
#include "register/catalog.h"

#include "register/sql.h"

int catalog_create(struct store *store, struct err *err)
{
    const struct store_dialect *say = store_dialect(store);
    struct buffer sql = {0};
    const char *integer = say->integer, *text = say->text, *end = say->table_end;
    buffer_printf(&sql, "CREATE TABLE zs_meta (key %s PRIMARY KEY, value %s NOT NULL)%s;", text, text, end);
    buffer_printf(&sql, "CREATE TABLE zs_pack_file (path %s PRIMARY KEY, content %s NOT NULL)%s;", text,
                  say->blob, end);
    buffer_printf(&sql,
                  "CREATE TABLE zs_register (name %s PRIMARY KEY, cluster %s NOT NULL, parent %s NOT NULL, "
                  "key %s NOT NULL, "
                  "retired %s NOT NULL)%s;",
                  text, text, text, text, integer, end);
    buffer_printf(&sql,
                  "CREATE TABLE zs_column (register %s NOT NULL, field %s NOT NULL, type %s NOT NULL, detail "
                  "%s NOT NULL, "
                  "required %s NOT NULL, retired %s NOT NULL, PRIMARY KEY (register, field))%s;",
                  text, text, text, text, integer, integer, say->clustered_end);
    buffer_printf(
        &sql,
        "CREATE TABLE zs_entry (id %s PRIMARY KEY, at %s NOT NULL, actor %s NOT NULL, action %s NOT NULL, "
        "detail %s, hash %s)%s;",
        integer, text, text, text, text, text, end);
    buffer_printf(&sql,
                  "CREATE TABLE zs_change (entry %s NOT NULL REFERENCES zs_entry (id), register %s NOT NULL, "
                  "record %s NOT NULL, "
                  "kind %s NOT NULL, before %s NOT NULL, PRIMARY KEY (register, record, entry))%s;",
                  integer, text, integer, text, text, say->clustered_end);
    int code = sql_run(store, &sql, err);
    buffer_fini(&sql);
    return code;
}

static struct text detail_of(const struct pack *pack, struct type type, struct arena *arena)
{
    if (type.kind == TYPE_RECORD) return register_name(pack, type.record);
    if ((type.kind == TYPE_INT || type.kind == TYPE_DECIMAL) && type.unit >= 0)
        return pack->schema.units[type.unit].label.name;
    if (type.kind != TYPE_CODE && type.kind != TYPE_CODES) return TEXT("");
    const struct schema_dictionary *dictionary = &pack->schema.dictionaries[type.dictionary];
    struct buffer codes = {0};
    for (size_t i = 0; i < dictionary->code_count; i++) {
        if (i > 0) buffer_char(&codes, ',');
        buffer_text(&codes, dictionary->codes[i].label.name);
    }
    struct text detail = arena_text(arena, buffer_get(&codes));
    buffer_fini(&codes);
    return detail;
}

struct catalog_column catalog_column_of(const struct pack *pack, int reg, int field, struct arena *arena)
{
    struct type type = register_of(pack, reg)->fields[field].type;
    return (struct catalog_column){.known = true,
                                   .type = text_of(pack_type_name(type.kind)),
                                   .detail = detail_of(pack, type, arena),
                                   .required = pack->registers[reg].fields[field].required};
}

struct catalog_register catalog_register_of(const struct pack *pack, int reg, struct arena *arena)
{
    const struct schema_register *meta = register_of(pack, reg);
    int cluster = sql_cluster_field(pack, reg);
    struct catalog_register entry = {.known = true};
    if (cluster >= 0) entry.cluster = field_name(pack, reg, cluster);
    if (meta->parent_field >= 0) entry.parent = field_name(pack, reg, meta->parent_field);
    struct buffer key = {0};
    for (size_t i = 0; i < pack->registers[reg].key_count; i++) {
        if (i > 0) buffer_char(&key, ',');
        buffer_text(&key, field_name(pack, reg, pack->registers[reg].key[i]));
    }
    entry.key = arena_text(arena, buffer_get(&key));
    buffer_fini(&key);
    return entry;
}

int catalog_column_get(struct store *store, struct text reg, struct text field, struct arena *arena,
                       struct catalog_column *out, struct err *err)
{
    *out = (struct catalog_column){0};
    struct statement *statement;
    int code = store_prepare(
        store,
        TEXT("SELECT type, detail, required, retired FROM zs_column WHERE register = ?1 AND field = ?2"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, reg);
    statement_bind_text(statement, 2, field);
    code = statement_step(statement, &out->known, err);
    if (code == 0 && out->known) {
        out->type = arena_text(arena, statement_text(statement, 0));
        out->detail = arena_text(arena, statement_text(statement, 1));
        out->required = statement_int(statement, 2) != 0;
        out->retired = statement_int(statement, 3) != 0;
    }
    statement_free(statement);
    return code;
}

int catalog_register_get(struct store *store, struct text reg, struct arena *arena,
                         struct catalog_register *out, struct err *err)
{
    *out = (struct catalog_register){0};
    struct statement *statement;
    int code =
        store_prepare(store, TEXT("SELECT cluster, parent, key, retired FROM zs_register WHERE name = ?1"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, reg);
    code = statement_step(statement, &out->known, err);
    if (code == 0 && out->known) {
        out->cluster = arena_text(arena, statement_text(statement, 0));
        out->parent = arena_text(arena, statement_text(statement, 1));
        out->key = arena_text(arena, statement_text(statement, 2));
        out->retired = statement_int(statement, 3) != 0;
    }
    statement_free(statement);
    return code;
}

int catalog_column_put(struct store *store, struct text reg, struct text field,
                       const struct catalog_column *column, struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(store,
                      TEXT("INSERT INTO zs_column (register, field, type, detail, required, retired) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (register, field) DO UPDATE SET "
                           "type = excluded.type, detail = excluded.detail, required = excluded.required, "
                           "retired = excluded.retired"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, reg);
    statement_bind_text(statement, 2, field);
    statement_bind_text(statement, 3, column->type);
    statement_bind_text(statement, 4, column->detail);
    statement_bind_int(statement, 5, column->required);
    statement_bind_int(statement, 6, column->retired);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

int catalog_register_put(struct store *store, struct text reg, const struct catalog_register *entry,
                         struct err *err)
{
    struct statement *statement;
    int code = store_prepare(
        store,
        TEXT("INSERT INTO zs_register (name, cluster, parent, key, retired) VALUES (?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT (name) DO UPDATE SET cluster = excluded.cluster, parent = excluded.parent, "
             "key = excluded.key, retired = excluded.retired"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, reg);
    statement_bind_text(statement, 2, entry->cluster);
    statement_bind_text(statement, 3, entry->parent);
    statement_bind_text(statement, 4, entry->key);
    statement_bind_int(statement, 5, entry->retired);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

int catalog_names(struct store *store, bool columns, struct arena *arena, struct catalog_name **names,
                  size_t *count, struct err *err)
{
    *names = NULL;
    *count = 0;
    struct statement *statement;
    int code =
        store_prepare(store,
                      columns ? TEXT("SELECT register, field FROM zs_column WHERE retired = 0 ORDER BY 1, 2")
                              : TEXT("SELECT name, '' FROM zs_register WHERE retired = 0 ORDER BY 1"),
                      &statement, err);
    if (code != 0) return code;
    size_t capacity = 0;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *names = arena_grow(arena, *names, &capacity, *count + 1, sizeof **names);
        (*names)[(*count)++] = (struct catalog_name){arena_text(arena, statement_text(statement, 0)),
                                                     arena_text(arena, statement_text(statement, 1))};
    }
    statement_free(statement);
    return code;
}
