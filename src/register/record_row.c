/* Every record that a user sees is put together here, so that a sensitive value has one door to be hidden at.
 */
#include "register/database_private.h"
#include "register/mask.h"
#include "register/record_private.h"
#include "register/sealed.h"
#include "register/sql.h"

struct record_reader record_reader_new(struct database *database, const struct scope *scope, int reg,
                                       const bool *wanted, int extra, const char *language,
                                       struct arena *arena)
{
    size_t fields = register_of(database->pack, reg)->field_count;
    struct record_reader reader = {.database = database,
                                   .reg = reg,
                                   .language = language,
                                   .wanted = wanted,
                                   .read = arena_array(arena, fields, sizeof *reader.read),
                                   .naming = naming_new(database, scope, language),
                                   .arena = arena};
    for (size_t i = 0; i < fields; i++) reader.read[i] = wanted == NULL || wanted[i] || (int)i == extra;
    naming_fields(database->pack, reg, reader.read);
    return reader;
}

void record_reader_fini(struct record_reader *reader)
{
    naming_free(reader->naming);
}

void record_columns(const struct record_reader *reader, struct buffer *sql)
{
    const struct pack *pack = reader->database->pack;
    buffer_string(sql, "t.id, t.version, t.retired");
    for (size_t i = 0; i < register_of(pack, reader->reg)->field_count; i++) {
        if (!reader->read[i]) continue;
        buffer_string(sql, ", ");
        sealed_column(sql, reader->database, "t", reader->reg, (int)i);
        sql_as_field(sql, pack, reader->reg, (int)i);
    }
}

int record_read(const struct record_reader *reader, const struct statement *statement, struct record *record,
                struct value **raw, struct err *err)
{
    const struct schema_register *meta = register_of(reader->database->pack, reader->reg);
    struct value *values = arena_array(reader->arena, meta->field_count, sizeof *values);
    int code = 0, column = 3;
    *record = (struct record){.id = statement_int(statement, 0), .version = statement_int(statement, 1)};
    if (!statement_is_null(statement, 2)) record->retired = statement_int(statement, 2);
    for (size_t i = 0; code == 0 && i < meta->field_count; i++)
        if (reader->read[i])
            code = column_value(reader->database, statement, column++, reader->reg, (int)i, reader->arena,
                                &values[i], err);
    *raw = values;
    return code;
}

static struct named keep(struct arena *arena, const struct named *named)
{
    return (struct named){arena_text(arena, named->key), arena_text(arena, named->name),
                          arena_text(arena, named->township), arena_text(arena, named->village)};
}

int record_dress(const struct record_reader *reader, struct record *record, const struct value *raw,
                 struct err *err)
{
    const struct pack *pack = reader->database->pack;
    const struct schema_register *meta = register_of(pack, reader->reg);
    struct value *values = arena_array(reader->arena, meta->field_count, sizeof *values);
    struct text *masked = arena_array(reader->arena, meta->field_count, sizeof *masked);
    struct named *references = arena_array(reader->arena, meta->field_count, sizeof *references), named;
    struct buffer text = {0};
    int code = naming_of(reader->naming, reader->reg, record->id, raw, &named, err);
    if (code == 0) record->named = keep(reader->arena, &named);
    for (size_t i = 0; code == 0 && i < meta->field_count; i++) {
        if (!raw[i].known || (reader->wanted != NULL && !reader->wanted[i])) continue;
        if (mask_kind(pack, reader->reg, (int)i) != SENSITIVE_NO) {
            buffer_clear(&text);
            mask_value(pack, reader->reg, (int)i, &raw[i], reader->language, &text);
            masked[i] = arena_text(reader->arena, buffer_get(&text));
            continue;
        }
        values[i] = raw[i];
        if (meta->fields[i].type.kind != TYPE_RECORD) continue;
        code = naming_reference(reader->naming, reader->reg, (int)i, raw[i].integer, &named, err);
        references[i] = keep(reader->arena, &named);
    }
    buffer_fini(&text);
    record->values = values;
    record->masked = masked;
    record->references = references;
    return code;
}
