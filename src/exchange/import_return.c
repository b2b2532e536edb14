/* A clerk corrects what comes back and imports it again: the same headings and cells as in the original, the
 * faulty ones red, the reason beside them. */
#include "exchange/import_return.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "exchange/sheet_write.h"

enum { REASON_WIDTH = 60, ROW_WIDTH = 12 };

struct import_return {
    const struct pack *pack;
    const struct pack_feed *feed;
    const char *language;
    struct table *table;
    struct sheet_writer *writer;
    size_t columns; /* of the original */
    struct write_cell *cells;
    char (*dates)[SHEET_DATE_TEXT]; /* beside cells: serial days put into words */
    bool *faulty;                   /* columns of the row at hand */
    int64_t row;                    /* at hand; 0: none */
    struct buffer reasons;
};

static int begin_sheet(struct import_return *returning, struct err *err)
{
    const struct headings *headings = table_headings(returning->table);
    struct write_column *columns = mem_new(returning->columns + 2, sizeof *columns);
    for (size_t i = 0; i < returning->columns; i++) columns[i].heading = headings->columns[i].text;
    columns[returning->columns] = (struct write_column){heading_reason, REASON_WIDTH};
    columns[returning->columns + 1] = (struct write_column){heading_source_row, ROW_WIDTH};
    struct write_sheet sheet = {.name =
                                    strcmp(returning->language, "en") == 0 ? TEXT("Refused") : TEXT("退回"),
                                .columns = columns,
                                .column_count = returning->columns + 2};
    int code = sheet_writer_sheet(returning->writer, &sheet, err);
    free(columns);
    return code;
}

/* A file that is corrected and comes back a second time has our columns already; they are written anew,
 * behind. */
static size_t count_columns(const struct headings *headings)
{
    size_t count = headings->column_count;
    for (; count > 0; count--) {
        struct text text = headings->columns[count - 1].text;
        if (!text_fold_equal(text, heading_reason) && !text_fold_equal(text, heading_source_row)) break;
    }
    return count;
}

int import_return_new(const struct pack *pack, const struct pack_feed *feed, const char *path,
                      const struct import_options *options, struct import_return **out, struct err *err)
{
    struct import_return *returning = mem_new(1, sizeof *returning);
    returning->pack = pack;
    returning->feed = feed;
    returning->language = options->language == NULL ? "zh" : options->language;
    int code = table_open(pack, feed, path, &options->table, &returning->table, err);
    if (code == 0) code = sheet_writer_new(options->errors_path, &returning->writer, err);
    if (code == 0) {
        returning->columns = count_columns(table_headings(returning->table));
        returning->cells = mem_new(returning->columns + 2, sizeof *returning->cells);
        returning->dates = mem_new(returning->columns, sizeof *returning->dates);
        returning->faulty = mem_new(returning->columns, sizeof *returning->faulty);
        code = begin_sheet(returning, err);
    }
    if (code < 0) {
        import_return_free(returning);
        return code;
    }
    *out = returning;
    return 0;
}

void import_return_free(struct import_return *returning)
{
    if (returning == NULL) return;
    table_close(returning->table);
    sheet_writer_free(returning->writer);
    free(returning->cells);
    free(returning->dates);
    free(returning->faulty);
    buffer_fini(&returning->reasons);
    free(returning);
}

/* ---- Cells as they were ---- */

static bool is_date_column(const struct import_return *returning, size_t column)
{
    const struct heading_column *heading = &table_headings(returning->table)->columns[column];
    for (size_t i = 0; i < heading->target_count; i++) {
        int reg = returning->feed->parts[heading->targets[i].part].reg;
        enum type_kind kind =
            returning->pack->schema.registers[reg].fields[heading->targets[i].field].type.kind;
        if (kind == TYPE_DATE || kind == TYPE_MONTH) return true;
    }
    return false;
}

/* Numbers stay numbers where that loses nothing. A bare serial day of a workbook that counts from 1904 would
 * mean another day in ours, so it is written out. */
static struct write_cell number_cell(const struct import_return *returning, size_t column, struct text text)
{
    int64_t value;
    char plain[MONEY_TEXT];
    if (table_epoch_1904(returning->table) && is_date_column(returning, column) && text.size < sizeof plain) {
        memcpy(plain, text.at, text.size);
        plain[text.size] = '\0';
        double serial = strtod(plain, NULL);
        if (serial >= 10000 && serial < 100000 && sheet_serial_date(serial, true, returning->dates[column]))
            return write_text(text_of(returning->dates[column]));
    }
    bool exact = fixed_parse(text, 4, &value) && text_is(text, decimal_format(value, plain));
    return exact ? (struct write_cell){.kind = WRITE_DECIMAL, .integer = value} : write_text(text);
}

static struct write_cell same_cell(const struct import_return *returning, size_t column,
                                   const struct sheet_cell *cell)
{
    switch (cell->kind) {
    case SHEET_BLANK:
        return (struct write_cell){.kind = WRITE_BLANK};
    case SHEET_NUMBER:
        return number_cell(returning, column, cell->text);
    case SHEET_TEXT:
    case SHEET_BOOL:
    case SHEET_DATE:
    case SHEET_ERROR:
        return write_text(cell->text);
    }
    return (struct write_cell){.kind = WRITE_BLANK};
}

static int find_row(struct import_return *returning, struct sheet_row *row, struct err *err)
{
    bool more = true;
    do {
        int code = table_next(returning->table, row, &more, err);
        if (code < 0) return code;
        if (!more || row->number > returning->row)
            return err_set(err, ERR_IO, "读的时候文件变了，请重新导入",
                           "the file changed while it was read; import it again");
    } while (row->number < returning->row);
    return 0;
}

static int flush(struct import_return *returning, struct err *err)
{
    if (returning->row == 0) return 0;
    struct sheet_row row;
    int code = find_row(returning, &row, err);
    if (code < 0) return code;
    for (size_t i = 0; i < returning->columns; i++) {
        returning->cells[i] =
            i < row.count ? same_cell(returning, i, &row.cells[i]) : (struct write_cell){.kind = WRITE_BLANK};
        if (returning->faulty[i]) returning->cells[i].colour = WRITE_RED;
        returning->faulty[i] = false;
    }
    returning->cells[returning->columns] = write_text(buffer_get(&returning->reasons));
    returning->cells[returning->columns + 1] =
        (struct write_cell){.kind = WRITE_INT, .integer = returning->row};
    code = sheet_writer_row(returning->writer, returning->cells, returning->columns + 2, err);
    buffer_clear(&returning->reasons);
    returning->row = 0;
    return code;
}

/* ---- Reasons ---- */

static bool mark_field(struct import_return *returning, int part, int field)
{
    const struct headings *headings = table_headings(returning->table);
    bool any = false;
    for (size_t i = 0; i < returning->columns; i++)
        for (size_t k = 0; k < headings->columns[i].target_count; k++)
            if (headings->columns[i].targets[k].part == part &&
                headings->columns[i].targets[k].field == field)
                any = returning->faulty[i] = true;
    return any;
}

/* A field without a column is a reference that another part of the row fills: then that part's key is where
 * the fault is. */
static void mark(struct import_return *returning, const struct stage_reject *reject)
{
    if (reject->field < 0 || mark_field(returning, reject->part, reject->field)) return;
    const struct pack_feed *feed = returning->feed;
    int record =
        returning->pack->schema.registers[feed->parts[reject->part].reg].fields[reject->field].type.record;
    for (int part = 0; record >= 0 && part < reject->part; part++)
        for (size_t i = 0; feed->parts[part].reg == record && i < feed->parts[part].key_count; i++)
            mark_field(returning, part, feed->parts[part].key[i]);
}

int import_return_add(struct import_return *returning, const struct stage_reject *reject, struct err *err)
{
    if (reject->row != returning->row) {
        int code = flush(returning, err);
        if (code < 0) return code;
        returning->row = reject->row;
    }
    bool english = strcmp(returning->language, "en") == 0;
    if (returning->reasons.size > 0) buffer_string(&returning->reasons, english ? "; " : "；");
    buffer_text(&returning->reasons, english ? reject->en : reject->zh);
    mark(returning, reject);
    return 0;
}

int import_return_finish(struct import_return *returning, struct err *err)
{
    int code = flush(returning, err);
    return code < 0 ? code : sheet_writer_finish(returning->writer, err);
}
