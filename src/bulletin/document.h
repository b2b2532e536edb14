/* Document: what a bulletin says, ready to be written down: title, paragraphs, tables. DOCX, XLSX and the
 * page in the browser are made from the same one, so that they cannot say different things. */
#ifndef ZENGSHOU_BULLETIN_DOCUMENT_H
#define ZENGSHOU_BULLETIN_DOCUMENT_H

#include "base/arena.h"
#include "pack/bulletin.h"
#include "progress/judge.h"

enum { DOCUMENT_ROWS_MOST = 50000 }; /* of all tables together */

enum document_align { DOCUMENT_LEFT, DOCUMENT_CENTRE, DOCUMENT_RIGHT };

struct document_column {
    struct text heading;
    int share; /* of the table's width */
    enum document_align align;
};

struct document_cell {
    struct text text; /* as people read it */
    bool number;      /* then `value` is it, exactly, in ten-thousandths */
    bool lit;         /* then it is a light */
    bool marked;      /* a figure in dispute; the text says so too */
    int64_t value;
    enum light light;
};

struct document_table {
    const struct document_column *columns;
    size_t column_count;
    struct document_cell *cells; /* [row][column] */
    size_t row_count, capacity;
};

struct document_block {
    enum block_kind kind;
    struct text text;             /* empty for tables */
    struct document_table *table; /* BLOCK_TABLE */
};

struct document {
    struct text label, title, subtitle, place;
    int year, month;
    int32_t as_of;
    int division; /* of the pack; -1: the county, or the place of a subject */
    bool landscape;
    struct document_block *blocks;
    size_t block_count, block_capacity;
    size_t rows;        /* of all tables */
    int64_t records;    /* records of registers that are listed */
    struct arena arena; /* owns everything */
};

struct document *document_new(void);
void document_free(struct document *document); /* NULL is harmless */

/* Text is copied. */
void document_say(struct document *document, enum block_kind kind, struct text text);

/* A table, put into the document at its end. Columns are borrowed (from the document's arena). */
struct document_table *document_table(struct document *document, const struct document_column *columns,
                                      size_t count);
/* A row of blank cells to be filled; NULL: DOCUMENT_ROWS_MOST are there already. */
struct document_cell *document_row(struct document *document, struct document_table *table);
int document_is_full(struct err *err); /* ERR_LIMIT, in words */

#endif
