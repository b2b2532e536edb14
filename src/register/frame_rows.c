/* Decoding rows for frames: dictionaries' names are looked up in maps made once a scan. */
#include "register/frame_rows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/sealed.h"
#include "register/sql.h"

void frame_rows_select(struct frame_rows *rows, const struct database *database, int reg, const bool *fields,
                       struct buffer *sql)
{
    const struct pack *pack = database->pack;
    const struct schema_register *meta = register_of(pack, reg);
    int cluster = sql_cluster_field(pack, reg);
    rows->database = database;
    rows->reg = reg;
    rows->fields = mem_new(meta->field_count, sizeof *rows->fields);
    rows->opened = mem_new(meta->field_count, sizeof *rows->opened);
    rows->codes = mem_new(meta->field_count, sizeof *rows->codes);
    rows->values = mem_new(meta->field_count, sizeof *rows->values);
    rows->cells = mem_new(1 + meta->field_count + FRAME_ROWS_SPARE, sizeof *rows->cells);
    rows->cluster = -1;
    buffer_string(sql, "SELECT t.id");
    for (size_t i = 0; i < meta->field_count; i++) {
        if (!fields[i]) continue;
        struct type type = meta->fields[i].type;
        buffer_string(sql, ", ");
        sealed_column(sql, database, "t", reg, (int)i);
        sql_as_field(sql, pack, reg, (int)i);
        if (type.kind == TYPE_CODE || type.kind == TYPE_CODES)
            value_codes(&pack->schema.dictionaries[type.dictionary], &rows->codes[rows->count]);
        if ((int)i == cluster) rows->cluster = (int)rows->count;
        rows->fields[rows->count++] = (int)i;
    }
}

int frame_rows_step(struct frame_rows *rows, bool *row, struct err *err)
{
    int code = statement_step(rows->statement, row, err);
    if (code != 0 || !*row) return code;
    statement_cells(rows->statement, rows->cells);
    rows->id = rows->cells[0].integer;
    for (size_t i = 0; code == 0 && i < rows->count; i++)
        code = column_cell(rows->database, &rows->cells[i + 1], rows->statement, (int)i + 1, rows->reg,
                           rows->fields[i], &rows->codes[i], &rows->opened[i], &rows->values[i], err);
    return code;
}

void frame_rows_fini(struct frame_rows *rows)
{
    statement_free(rows->statement);
    for (size_t i = 0; i < rows->count; i++) {
        map_fini(&rows->codes[i]);
        buffer_fini(&rows->opened[i]);
    }
    free(rows->codes);
    free(rows->opened);
    free(rows->fields);
    free(rows->values);
    free(rows->cells);
    *rows = (struct frame_rows){0};
}
