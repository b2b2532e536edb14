/* The rows in which the heading may stand are kept until it is found, then those below it are given out
 * again. */
#include "exchange/table.h"

#include <stdlib.h>

#include "base/mem.h"

struct table {
    struct sheet *sheet;
    struct headings headings;
    struct sheet_row kept[HEADING_ROWS];
    size_t kept_count, next;
    struct arena arena; /* the kept rows' cells */
};

static struct sheet_row copy_row(struct arena *arena, const struct sheet_row *row)
{
    struct sheet_cell *cells = arena_array(arena, row->count, sizeof *cells);
    for (size_t i = 0; i < row->count; i++)
        cells[i] = (struct sheet_cell){row->cells[i].kind, arena_text(arena, row->cells[i].text)};
    return (struct sheet_row){row->number, cells, row->count};
}

static int keep_rows(struct table *table, struct err *err)
{
    struct sheet_row row;
    bool more = true;
    while (table->kept_count < HEADING_ROWS) {
        int code = sheet_next(table->sheet, &row, &more, err);
        if (code < 0 || !more) return code;
        table->kept[table->kept_count++] = copy_row(&table->arena, &row);
    }
    return 0;
}

static int find_headings(struct table *table, const struct pack *pack, const struct pack_feed *feed,
                         const struct table_options *options, struct err *err)
{
    int code = keep_rows(table, err);
    if (code < 0) return code;
    if (table->kept_count == 0)
        return err_set(err, ERR_INPUT, "表里没有内容；请检查是不是选错了文件或工作表",
                       "the sheet is empty; check the file and the sheet");
    code = headings_find(pack, feed, options->overrides, options->override_count, table->kept,
                         table->kept_count, &table->headings, err);
    if (code < 0) return code;
    while (table->kept[table->next].number != table->headings.row) table->next++;
    table->next++;
    return 0;
}

int table_open(const struct pack *pack, const struct pack_feed *feed, const char *path,
               const struct table_options *options, struct table **out, struct err *err)
{
    static const struct table_options none;
    if (options == NULL) options = &none;
    *out = NULL;
    struct table *table = mem_new(1, sizeof *table);
    int code = sheet_open(path, &options->sheet, &table->sheet, err);
    if (code == 0) code = find_headings(table, pack, feed, options, err);
    if (code < 0) {
        if (err != NULL && err->file[0] == '\0') err_at(err, path, err->line, err->column);
        table_close(table);
        return code;
    }
    *out = table;
    return 0;
}

void table_close(struct table *table)
{
    if (table == NULL) return;
    sheet_close(table->sheet);
    headings_fini(&table->headings);
    arena_fini(&table->arena);
    free(table);
}

const struct headings *table_headings(const struct table *table)
{
    return &table->headings;
}

int table_next(struct table *table, struct sheet_row *row, bool *more, struct err *err)
{
    if (table->next == table->kept_count) return sheet_next(table->sheet, row, more, err);
    *row = table->kept[table->next++];
    *more = true;
    return 0;
}

void table_progress(const struct table *table, uint64_t *done, uint64_t *total)
{
    sheet_progress(table->sheet, done, total);
}

const char *table_sheet_name(const struct table *table)
{
    return sheet_name(table->sheet);
}

bool table_epoch_1904(const struct table *table)
{
    return sheet_epoch_1904(table->sheet);
}
