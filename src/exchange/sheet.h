/* Sheets in: rows of cells out of a workbook (xlsx) or a CSV file, one row at a time, in memory that does not
 * grow with the number of rows. What the file is, is decided by its first bytes, not by its name.
 *
 * xlsx: ECMA-376 (transitional and strict). Read: shared and inline strings with their runs (not the phonetic
 * ones), numbers, booleans, errors, formulas' stored results, dates by their number format, both date
 * systems. CSV: RFC 4180, with , ; or tab between the fields; UTF-8 with or without BOM, UTF-16 with BOM,
 * else GB18030. */
#ifndef ZENGSHOU_EXCHANGE_SHEET_H
#define ZENGSHOU_EXCHANGE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct sheet;

enum sheet_kind {
    SHEET_BLANK,
    SHEET_TEXT,   /* every cell of a CSV file that is not empty */
    SHEET_NUMBER, /* decimal digits as a person would see them: 15 significant ones, no exponent below 1e21 */
    SHEET_BOOL,   /* "1" or "0" */
    SHEET_DATE,   /* "2022-09-30", or "2022-09-30 08:15:00" when it has a time of day */
    SHEET_ERROR   /* "#N/A", "#REF!" …; "#NOT-CALCULATED" for a formula without a stored result */
};

struct sheet_cell {
    enum sheet_kind kind;
    struct text text; /* valid UTF-8, not trimmed; empty for BLANK */
};

struct sheet_row {
    int64_t number;                 /* 1-based, as a spreadsheet program shows it; ascending */
    const struct sheet_cell *cells; /* by column from 0; borrowed until the next row or close */
    size_t count;                   /* up to the last cell that is not blank; at least 1 */
};

/* What is refused with ERR_LIMIT, so that a hostile or broken file costs bounded time and memory. */
struct sheet_limits {
    uint64_t inflated_bytes; /* xlsx: all parts together, unpacked */
    uint32_t inflate_ratio;  /* xlsx: unpacked : packed bytes of a part, looked at from 16 MiB on */
    size_t shared_bytes;     /* xlsx: the shared strings, at most 4 GiB */
    size_t cell_bytes;       /* one cell */
    size_t row_bytes;        /* all cells of a row */
    size_t columns;
    int64_t rows; /* xlsx: the highest row number. A CSV file may be longer */
    int depth;    /* xlsx: XML nesting */
};

/* 32 GiB, 400:1, 512 MiB, 1 MiB, 16 MiB, 16,384, 1,048,576, 64. */
struct sheet_limits sheet_limits_default(void);

struct sheet_options {
    const char *sheet;                 /* xlsx: name of the sheet; NULL: the first visible one */
    const struct sheet_limits *limits; /* NULL: the defaults */
};

/* options may be NULL. Errors carry the path as their file: ERR_NOT_FOUND (no file, no such sheet: lists the
 * names), ERR_IO, ERR_INPUT (not a sheet, damaged, encrypted, an old .xls, undecodable bytes), ERR_LIMIT. */
int sheet_open(const char *path, const struct sheet_options *options, struct sheet **out, struct err *err);

/* The same over bytes that outlive the sheet; `name` stands for the path in messages. */
int sheet_open_memory(struct text bytes, const char *name, const struct sheet_options *options,
                      struct sheet **out, struct err *err);

/* The next row that is not wholly blank; *more is false at the end. After an error the sheet can only be
 * closed. */
int sheet_next(struct sheet *sheet, struct sheet_row *row, bool *more, struct err *err);

/* Bytes read and to be read, in one unit; total may be 0. */
void sheet_progress(const struct sheet *sheet, uint64_t *done, uint64_t *total);

/* Does day 0 of the workbook's serial numbers stand in 1904 (old Macintosh files)? For numbers that turn out
 * to be dates. */
bool sheet_epoch_1904(const struct sheet *sheet);

/* The name of the sheet in its workbook; NULL where there are none (csv). Borrowed. */
const char *sheet_name(const struct sheet *sheet);

void sheet_close(struct sheet *sheet);

enum { SHEET_COLUMN_TEXT = 8 };
/* 0 → "A", 26 → "AA". */
const char *sheet_column_name(size_t column, char out[SHEET_COLUMN_TEXT]);

/* A serial day number with its fraction to "2022-09-30" or "2022-09-30 08:15:00"; false outside of the
 * accepted years (base/date.h). */
enum { SHEET_DATE_TEXT = 20 };
bool sheet_serial_date(double serial, bool epoch_1904, char out[SHEET_DATE_TEXT]);

#endif
