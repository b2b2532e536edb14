/* DOCX out: a document in the layout of Chinese official documents (GB/T 9704-2012): A4, 28 lines of 22
 * characters, body in 仿宋 three (16 pt), headings in 黑体 and 楷体, page numbers "— 1 —" outside. Tables
 * repeat their heading on every page and break no row.
 *
 * The document is put together in memory (at most DOCX_BYTES_MOST) and written at the end, so that a file
 * appears under its name only when it is complete. */
#ifndef ZENGSHOU_EXCHANGE_DOCX_H
#define ZENGSHOU_EXCHANGE_DOCX_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum { DOCX_BYTES_MOST = 64 << 20, DOCX_COLUMNS_MOST = 63 };

enum docx_style {
    DOCX_TITLE,      /* of the document: 小标宋 two, centred */
    DOCX_SUBTITLE,   /* what stands below it: 楷体 three, centred */
    DOCX_HEADING,    /* 一、 in 黑体 */
    DOCX_SUBHEADING, /* （一） in 楷体 */
    DOCX_BODY,       /* 仿宋, two characters indented */
    DOCX_NOTE,       /* small, as below a table */
    DOCX_SIGNED,     /* to the right: who issues it, and the date */
    DOCX_STYLES
};

enum docx_align { DOCX_LEFT, DOCX_CENTRE, DOCX_RIGHT };

struct docx_column {
    struct text heading;
    int share; /* of the table's width, compared with its neighbours'; 0: 1 */
    enum docx_align align;
    int unbroken; /* characters of its longest number or date: as far as the page has room for all of them the
                     column is at least that wide, so that none is broken over two lines */
};

struct docx;

/* landscape: the page lies on its side, for wide tables. */
struct docx *docx_new(struct text title, bool landscape);
void docx_free(struct docx *docx);

/* Text is valid UTF-8; line feeds become line breaks, characters that XML cannot hold are left out. */
void docx_paragraph(struct docx *docx, enum docx_style style, struct text text);
void docx_page_break(struct docx *docx);

/* A table: begin, any number of rows with one text a column, end. What stands between is our own bug. */
void docx_table(struct docx *docx, const struct docx_column *columns, size_t count);
void docx_row(struct docx *docx, const struct text *cells);
void docx_table_end(struct docx *docx);

/* Writes the file over an older one. ERR_LIMIT: larger than DOCX_BYTES_MOST. ERR_IO: nothing appears and an
 * older file stays as it was. */
int docx_write(const struct docx *docx, const char *path, struct err *err);

#endif
