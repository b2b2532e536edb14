/* Workbooks out by libxlsxwriter in its constant-memory mode, in which each row goes to a temporary file at
 * once. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/money.h"
#include "exchange/write_target.h"

enum {
    ROWS_MOST = 1048576,
    NAME_MOST = 31,    /* characters of a sheet's name */
    CELL_MOST = 32767, /* characters of a cell */
    WIDTH_LEAST = 8,
    WIDTH_MOST = 40,
    EPOCH_SERIAL = 25569, /* 1970-01-01 as a workbook counts days */
    CREATED = 1640995200  /* a fixed moment in the properties, so that equal content gives equal files */
};

static const int64_t EXACT_MOST = (int64_t)1
                                  << 53; /* beyond, a double loses digits, and the number goes out as text */

enum look { LOOK_PLAIN, LOOK_MONEY, LOOK_RATIO, LOOK_DATE, LOOK_COUNT };

struct xlsx_out {
    lxw_workbook *workbook;
    lxw_worksheet *worksheet;
    char *path, *folder;
    lxw_format *formats[LOOK_COUNT][WRITE_COLOURS];
    lxw_format *heading, *title;
    struct map names;   /* of the sheets, folded */
    struct buffer name; /* of the sheet as asked for */
    struct buffer scratch;
    struct write_column *columns; /* copies, for continuing sheets */
    size_t column_count;
    bool printed;
    struct arena arena;
    size_t heading_row;
    size_t row;
    int part;
};

static lxw_format *make_format(lxw_workbook *workbook, enum look look, enum write_colour colour)
{
    static const lxw_color_t grounds[] = {
        [WRITE_RED] = 0xFFC7CE, [WRITE_YELLOW] = 0xFFEB9C, [WRITE_GREEN] = 0xC6EFCE, [WRITE_GREY] = 0xD9D9D9};
    static const char *const patterns[] = {
        [LOOK_MONEY] = "#,##0.00", [LOOK_RATIO] = "0.00%", [LOOK_DATE] = "yyyy-mm-dd"};
    lxw_format *format = workbook_add_format(workbook);
    if (look != LOOK_PLAIN) format_set_num_format(format, patterns[look]);
    if (colour != WRITE_PLAIN) format_set_bg_color(format, grounds[colour]);
    return format;
}

static int xlsx_open(const char *path, void **self, struct err *err)
{
    struct xlsx_out *out = mem_new(1, sizeof *out);
    out->path = mem_copy_text(path, strlen(path));
    out->folder = mem_copy_text(path, strlen(path));
    memmove(out->folder, dirname(out->folder), strlen(dirname(out->folder)) + 1);
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .tmpdir = out->folder, .use_zip64 = LXW_TRUE};
    out->workbook = workbook_new_opt(path, &options);
    if (out->workbook == NULL) mem_exhausted();
    workbook_set_properties(out->workbook, &(lxw_doc_properties){.created = CREATED});
    for (int look = 0; look < LOOK_COUNT; look++)
        for (int colour = 0; colour < WRITE_COLOURS; colour++)
            if (look != LOOK_PLAIN || colour != WRITE_PLAIN)
                out->formats[look][colour] =
                    make_format(out->workbook, (enum look)look, (enum write_colour)colour);
    out->heading = make_format(out->workbook, LOOK_PLAIN, WRITE_GREY);
    format_set_bold(out->heading);
    format_set_text_wrap(out->heading);
    format_set_align(out->heading, LXW_ALIGN_VERTICAL_CENTER);
    out->title = workbook_add_format(out->workbook);
    format_set_bold(out->title);
    *self = out;
    return 0;
}

/* ---- Names of sheets. ---- */

/* The first `characters` characters of the wanted name without what a sheet's name may not hold. */
static void clean_name(struct text wanted, size_t characters, struct buffer *out)
{
    char bytes[4];
    wanted = text_trim(wanted);
    for (size_t offset = 0; offset < wanted.size && characters > 0; characters--) {
        uint32_t c = text_next(wanted, &offset);
        if (c >= 0x10000 && --characters == 0) break; /* counts as two */
        bool edge = c == '\'' && (out->size == 0 || offset == wanted.size || characters == 1);
        bool bad = c < ' ' || edge || (c < 0x80 && strchr("[]:*?/\\", (int)c) != NULL);
        buffer_add(out, bytes, text_put(bad ? '_' : c, bytes));
    }
    if (out->size == 0) buffer_string(out, "Sheet");
}

static void unique_name(struct xlsx_out *out, struct buffer *name)
{
    for (;; out->part++) {
        char behind[16] = "";
        if (out->part > 1) snprintf(behind, sizeof behind, " (%d)", out->part);
        buffer_clear(name);
        clean_name(buffer_get(&out->name), NAME_MOST - strlen(behind), name);
        buffer_string(name, behind);
        struct buffer folded = {0};
        text_fold(buffer_get(name), &folded);
        bool fresh = map_add(&out->names, buffer_get(&folded), 0, NULL);
        buffer_fini(&folded);
        if (fresh) return;
    }
}

/* ---- Cells. ---- */

static const char *ended(struct xlsx_out *out, struct text text)
{
    buffer_clear(&out->scratch);
    size_t offset = 0;
    /* A cell's limit counts UTF-16 units; so long a text is rare, so count only when bytes alone exceed it.
     */
    for (size_t units = 0; text.size > CELL_MOST && offset < text.size;) {
        size_t before = offset;
        units += text_next(text, &offset) >= 0x10000 ? 2 : 1;
        if (units < CELL_MOST) continue;
        buffer_add(&out->scratch, text.at, before);
        buffer_string(&out->scratch, offset < text.size ? "…" : "");
        if (offset == text.size) buffer_add(&out->scratch, text.at + before, offset - before);
        return out->scratch.data;
    }
    buffer_text(&out->scratch, text);
    return out->scratch.data;
}

static void put_number(struct xlsx_out *out, lxw_col_t column, int64_t integer, int64_t over,
                       const char *exact, lxw_format *format)
{
    lxw_row_t row = (lxw_row_t)out->row;
    if (integer > EXACT_MOST || integer < -EXACT_MOST)
        worksheet_write_string(out->worksheet, row, column, exact, format);
    else
        worksheet_write_number(out->worksheet, row, column, (double)integer / (double)over, format);
}

static void put_cell(struct xlsx_out *out, lxw_col_t column, const struct write_cell *cell)
{
    char text[MONEY_TEXT];
    lxw_row_t row = (lxw_row_t)out->row;
    lxw_format *plain = out->formats[LOOK_PLAIN][cell->colour];
    switch (cell->kind) {
    case WRITE_BLANK:
        if (plain != NULL) worksheet_write_blank(out->worksheet, row, column, plain);
        return;
    case WRITE_TEXT:
        if (cell->text.size == 0 && plain != NULL)
            worksheet_write_blank(out->worksheet, row, column, plain);
        else if (cell->text.size > 0)
            worksheet_write_string(out->worksheet, row, column, ended(out, cell->text), plain);
        return;
    case WRITE_INT:
        snprintf(text, sizeof text, "%lld", (long long)cell->integer);
        put_number(out, column, cell->integer, 1, text, plain);
        return;
    case WRITE_MONEY:
        put_number(out, column, cell->integer, MONEY_FEN, money_plain(cell->integer, text),
                   out->formats[LOOK_MONEY][cell->colour]);
        return;
    case WRITE_DECIMAL:
        put_number(out, column, cell->integer, DECIMAL_ONE, decimal_format(cell->integer, text), plain);
        return;
    case WRITE_RATIO:
        worksheet_write_number(out->worksheet, row, column, cell->ratio,
                               out->formats[LOOK_RATIO][cell->colour]);
        return;
    case WRITE_DATE: /* workbooks know no dates before 1900-03-01 that all programs agree on */
        if (cell->integer + EPOCH_SERIAL < 61)
            worksheet_write_string(out->worksheet, row, column, date_format((int32_t)cell->integer, text),
                                   plain);
        else
            worksheet_write_number(out->worksheet, row, column, (double)(cell->integer + EPOCH_SERIAL),
                                   out->formats[LOOK_DATE][cell->colour]);
        return;
    case WRITE_MONTH:
        worksheet_write_string(out->worksheet, row, column, month_format((int32_t)cell->integer, text),
                               plain);
        return;
    }
}

/* ---- Sheets. ---- */

static int width_of(const struct write_column *column)
{
    if (column->width > 0) return column->width;
    size_t width = text_width(column->heading) + 2;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : (int)width;
}

/* The library never looks whether its temporary file took what it was given, so we do, before we go on or
 * finish. */
static int check_written(const struct xlsx_out *out, struct err *err)
{
    if (out->worksheet == NULL || out->worksheet->optimize_tmpfile == NULL) return 0;
    errno = 0;
    FILE *file = out->worksheet->optimize_tmpfile;
    return fflush(file) != 0 || ferror(file) != 0 ? write_failed(err) : 0;
}

/* The filter spans the rows that were written, which are known only now. */
static int end_sheet(struct xlsx_out *out, struct err *err)
{
    if (out->worksheet != NULL && out->column_count > 0 && out->row > out->heading_row + 1)
        worksheet_autofilter(out->worksheet, (lxw_row_t)out->heading_row, 0, (lxw_row_t)out->row - 1,
                             (lxw_col_t)(out->column_count - 1));
    return check_written(out, err);
}

static void lay_out(const struct xlsx_out *out)
{
    enum { A4 = 9, PORTRAIT_MOST = 100 };
    int wide = 0;
    for (size_t i = 0; i < out->column_count; i++) wide += width_of(&out->columns[i]);
    worksheet_set_paper(out->worksheet, A4);
    if (wide > PORTRAIT_MOST) worksheet_set_landscape(out->worksheet);
    worksheet_fit_to_pages(out->worksheet, 1, 0);
}

static int begin_sheet(struct xlsx_out *out, const struct text *titles, size_t title_count, struct err *err)
{
    int code = end_sheet(out, err);
    if (code < 0) return code;
    struct buffer name = {0};
    unique_name(out, &name);
    out->worksheet = workbook_add_worksheet(out->workbook, name.data);
    buffer_fini(&name);
    if (out->worksheet == NULL) return write_failed(err);
    out->row = 0;
    if (out->printed) lay_out(out);
    for (size_t i = 0; i < out->column_count; i++)
        worksheet_set_column(out->worksheet, (lxw_col_t)i, (lxw_col_t)i, width_of(&out->columns[i]), NULL);
    for (size_t i = 0; i < title_count; i++)
        worksheet_write_string(out->worksheet, (lxw_row_t)out->row++, 0, ended(out, titles[i]), out->title);
    out->heading_row = out->row;
    for (size_t i = 0; i < out->column_count; i++)
        worksheet_write_string(out->worksheet, (lxw_row_t)out->row, (lxw_col_t)i,
                               ended(out, out->columns[i].heading), out->heading);
    out->row++;
    worksheet_freeze_panes(out->worksheet, (lxw_row_t)out->row, 0);
    return 0;
}

static int xlsx_sheet(void *self, const struct write_sheet *sheet, struct err *err)
{
    struct xlsx_out *out = self;
    int code = end_sheet(out, err);
    if (code < 0) return code;
    out->row = out->heading_row = 0;
    out->column_count = sheet->column_count;
    out->printed = sheet->printed;
    arena_fini(&out->arena);
    out->columns = arena_array(&out->arena, sheet->column_count, sizeof *out->columns);
    for (size_t i = 0; i < sheet->column_count; i++)
        out->columns[i] = (struct write_column){arena_text(&out->arena, sheet->columns[i].heading),
                                                sheet->columns[i].width};
    buffer_clear(&out->name);
    buffer_text(&out->name, sheet->name);
    out->part = 1;
    return begin_sheet(out, sheet->titles, sheet->title_count, err);
}

static int xlsx_row(void *self, const struct write_cell *cells, size_t count, struct err *err)
{
    struct xlsx_out *out = self;
    if (out->row == ROWS_MOST) {
        out->part++;
        int code = begin_sheet(out, NULL, 0, err);
        if (code < 0) return code;
    }
    for (size_t i = 0; i < count && i < LXW_COL_MAX; i++) put_cell(out, (lxw_col_t)i, &cells[i]);
    out->row++;
    /* Every so often, so that a full disk is noticed before hours of work. */
    return out->row % 4096 == 0 ? check_written(out, err) : 0;
}

static int close_workbook(struct xlsx_out *out, struct err *err)
{
    errno = 0;
    lxw_error error = workbook_close(out->workbook);
    if (error == LXW_NO_ERROR) return 0;
    if (errno == 0)
        return err_set(err, ERR_IO, "写工作簿失败：%s", "writing the workbook failed: %s",
                       lxw_strerror(error));
    return write_failed(err);
}

static int xlsx_close(void *self, bool keep, struct err *err)
{
    struct xlsx_out *out = self;
    int code = end_sheet(out, err);
    /* The library offers no way to abandon a workbook but to close it; the caller removes the file. */
    int closed = close_workbook(out, code < 0 || !keep ? NULL : err);
    if (code == 0) code = closed;
    map_fini(&out->names);
    buffer_fini(&out->name);
    buffer_fini(&out->scratch);
    arena_fini(&out->arena);
    free(out->path);
    free(out->folder);
    free(out);
    return keep ? code : 0;
}

const struct write_target xlsx_target = {xlsx_open, xlsx_sheet, xlsx_row, xlsx_close};
