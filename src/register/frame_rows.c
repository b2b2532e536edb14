/* Decoding rows for frames: dictionaries' names are looked up in maps made once a scan. */
#include "register/frame_rows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/sql.h"
#include "register/value.h"

void frame_rows_select(struct frame_rows *rows, const struct pack *pack, int reg, const bool *fields,
                       struct buffer *sql)
{
    const struct schema_register *meta = register_of(pack, reg);
    int cluster = sql_cluster_field(pack, reg);
    rows->schema = &pack->schema;
    rows->types = mem_new(meta->field_count, sizeof *rows->types);
    rows->codes = mem_new(meta->field_count, sizeof *rows->codes);
    rows->values = mem_new(meta->field_count, sizeof *rows->values);
    rows->cells = mem_new(1 + meta->field_count + FRAME_ROWS_SPARE, sizeof *rows->cells);
    rows->cluster = -1;
    buffer_string(sql, "SELECT t.id");
    for (size_t i = 0; i < meta->field_count; i++) {
        if (!fields[i]) continue;
        struct type type = meta->fields[i].type;
        buffer_string(sql, ", ");
        sql_field(sql, "t", pack, reg, (int)i);
        sql_as_field(sql, pack, reg, (int)i);
        if (type.kind == TYPE_CODE || type.kind == TYPE_CODES)
            value_codes(&pack->schema.dictionaries[type.dictionary], &rows->codes[rows->count]);
        if ((int)i == cluster) rows->cluster = (int)rows->count;
        rows->types[rows->count++] = type;
    }
}

int frame_rows_step(struct frame_rows *rows, bool *row, struct err *err)
{
    int code = statement_step(rows->statement, row, err);
    if (code != 0 || !*row) return code;
    statement_cells(rows->statement, rows->cells);
    rows->id = rows->cells[0].integer;
    for (size_t i = 0; i < rows->count; i++)
        if (!value_from_cell(&rows->cells[i + 1], rows->schema, rows->types[i], &rows->codes[i],
                             &rows->values[i]))
            return value_corrupt(rows->statement, (int)i + 1, err);
    return 0;
}

void frame_rows_fini(struct frame_rows *rows)
{
    statement_free(rows->statement);
    for (size_t i = 0; i < rows->count; i++) map_fini(&rows->codes[i]);
    free(rows->codes);
    free(rows->types);
    free(rows->values);
    free(rows->cells);
    *rows = (struct frame_rows){0};
}
