/* Sheets out: xlsx or CSV, row after row in memory that does not grow. The file appears under its name only
 * when it is complete; until then it is a temporary file beside it. */
#ifndef ZENGSHOU_EXCHANGE_SHEET_WRITE_H
#define ZENGSHOU_EXCHANGE_SHEET_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct sheet_writer;

enum write_kind {
    WRITE_BLANK,
    WRITE_TEXT,  /* text; in xlsx cut with "…" beyond the 32,767 characters that a cell can hold */
    WRITE_INT,   /* integer */
    WRITE_MONEY, /* integer: fen; shown with thousands separators and two decimals (in CSV without separators)
                  */
    WRITE_DECIMAL, /* integer: ten-thousandths */
    WRITE_RATIO,   /* ratio, shown as a percentage */
    WRITE_DATE,    /* integer: days since 1970-01-01 */
    WRITE_MONTH    /* integer: year * 12 + month - 1; written as the text 2022-09 */
};

enum write_colour { WRITE_PLAIN, WRITE_RED, WRITE_YELLOW, WRITE_GREEN, WRITE_GREY, WRITE_COLOURS };

struct write_cell {
    enum write_kind kind;
    enum write_colour colour; /* the cell's ground; nothing in CSV */
    struct text text;
    int64_t integer;
    double ratio;
};

struct write_column {
    struct text heading;
    int width; /* in characters of half width; 0: as wide as the heading, within reason */
};

struct write_sheet {
    struct text name; /* cleaned of what a sheet's name may not hold, cut to 31 characters and made unique */
    const struct write_column *columns;
    size_t column_count;
    const struct text *titles; /* rows above the headings, each one cell; may be NULL */
    size_t title_count;
    bool printed; /* laid out for paper: A4, one page wide, on its side where the columns are wide */
};

/* The format follows the path's extension, .xlsx or .csv; anything else is ERR_INPUT. */
int sheet_writer_new(const char *path, struct sheet_writer **out, struct err *err);

/* Begins a sheet: bold frozen headings with a filter. Beyond 1,048,576 rows it goes on in a sheet "name (2)"
 * with the same headings. A CSV file holds one sheet: a second one is ERR_INPUT. */
int sheet_writer_sheet(struct sheet_writer *writer, const struct write_sheet *sheet, struct err *err);

int sheet_writer_row(struct sheet_writer *writer, const struct write_cell *cells, size_t count,
                     struct err *err);

/* Completes the file and puts it in its place (over an older one). On an error (ERR_IO: disk full …) nothing
 * appears and an older file stays as it was. The writer still has to be freed. */
int sheet_writer_finish(struct sheet_writer *writer, struct err *err);

/* Before a successful finish: abandons and removes the temporary file. NULL is harmless. */
void sheet_writer_free(struct sheet_writer *writer);

static inline struct write_cell write_text(struct text text)
{
    return (struct write_cell){.kind = WRITE_TEXT, .text = text};
}

#endif
