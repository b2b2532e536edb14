/* CSV out, for Excel to open by a double click: UTF-8 with BOM, CRLF, and text that looks like a formula
 * disarmed with an apostrophe (CSV injection: a spreadsheet program would run what a stranger typed into a
 * name field). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "exchange/write_target.h"

struct csv_out {
    FILE *file;
    bool begun;
    struct buffer line;
};

static int csv_open(const char *path, void **self, struct err *err)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return write_failed(err);
    struct csv_out *out = mem_new(1, sizeof *out);
    out->file = file;
    *self = out;
    return 0;
}

static void add_text(struct buffer *line, struct text text)
{
    bool formula = text.size > 0 && memchr("=+-@\t\r", text.at[0], 6) != NULL;
    bool quote = false;
    for (size_t i = 0; i < text.size && !quote; i++) quote = strchr(",\"\r\n;\t", text.at[i]) != NULL;
    if (quote) buffer_char(line, '"');
    if (formula) buffer_char(line, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '"') buffer_char(line, '"');
        buffer_char(line, text.at[i]);
    }
    if (quote) buffer_char(line, '"');
}

static void add_cell(struct buffer *line, const struct write_cell *cell)
{
    char number[MONEY_TEXT];
    switch (cell->kind) {
    case WRITE_BLANK:
        return;
    case WRITE_TEXT:
        add_text(line, cell->text);
        return;
    case WRITE_INT:
        buffer_printf(line, "%lld", (long long)cell->integer);
        return;
    case WRITE_MONEY:
        buffer_string(line, money_plain(cell->integer, number));
        return;
    case WRITE_DECIMAL:
        buffer_string(line, decimal_format(cell->integer, number));
        return;
    case WRITE_RATIO:
        buffer_printf(line, "%.15g", cell->ratio);
        return;
    case WRITE_DATE:
        buffer_string(line, date_format((int32_t)cell->integer, number));
        return;
    case WRITE_MONTH:
        buffer_string(line, month_format((int32_t)cell->integer, number));
        return;
    }
}

static int end_line(struct csv_out *out, struct err *err)
{
    buffer_string(&out->line, "\r\n");
    bool good = fwrite(out->line.data, 1, out->line.size, out->file) == out->line.size;
    buffer_clear(&out->line);
    return good ? 0 : write_failed(err);
}

static int csv_sheet(void *self, const struct write_sheet *sheet, struct err *err)
{
    struct csv_out *out = self;
    if (out->begun)
        return err_set(err, ERR_INPUT, "CSV 只能放一张表，这里有几张；请输出为 .xlsx",
                       "a CSV file holds one sheet and there are several; write an .xlsx");
    out->begun = true;
    buffer_string(&out->line, "\xEF\xBB\xBF");
    for (size_t i = 0; i < sheet->title_count; i++) {
        add_text(&out->line, sheet->titles[i]);
        int code = end_line(out, err);
        if (code < 0) return code;
    }
    for (size_t i = 0; i < sheet->column_count; i++) {
        if (i > 0) buffer_char(&out->line, ',');
        add_text(&out->line, sheet->columns[i].heading);
    }
    return end_line(out, err);
}

static int csv_row(void *self, const struct write_cell *cells, size_t count, struct err *err)
{
    struct csv_out *out = self;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_char(&out->line, ',');
        add_cell(&out->line, &cells[i]);
    }
    return end_line(out, err);
}

static int csv_close(void *self, bool keep, struct err *err)
{
    struct csv_out *out = self;
    errno = 0;
    bool good = !keep || fflush(out->file) == 0;
    int code = good ? 0 : write_failed(err);
    if (fclose(out->file) != 0 && code == 0 && keep) code = write_failed(err);
    buffer_fini(&out->line);
    free(out);
    return code;
}

const struct write_target csv_target = {csv_open, csv_sheet, csv_row, csv_close};
