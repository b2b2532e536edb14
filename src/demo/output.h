/* The workbooks on their way to the disk: a sheet of demo.yaml is one file, or several when it is long. */
#ifndef ZENGSHOU_DEMO_OUTPUT_H
#define ZENGSHOU_DEMO_OUTPUT_H

#include "base/arena.h"
#include "demo/demo.h"
#include "exchange/sheet_write.h"

struct output_spec {
    struct text file, name, feed, title;
    const struct text *headings;
    size_t column_count;
};

struct outputs { /* of one county */
    const struct demo_options *options;
    struct demo_report *report; /* gets every file, in the order in which they are opened */
    const struct pack *pack;
    struct text notice; /* the second title row of every sheet */
    int64_t rows_per_file;
    struct arena *arena;
};

struct output {
    const struct outputs *of;
    struct output_spec spec;
    struct sheet_writer *writer;
    size_t file; /* index in the report */
    int64_t part;
    struct write_column *columns;
    struct write_cell *cells;
    size_t *ends;       /* of each cell's text in the row's buffer */
    struct buffer text; /* of one row */
    size_t cell;        /* the next one of that row */
};

/* Opens the first file. The spec's texts and headings must outlive the output. */
int output_open(struct output *output, const struct outputs *of, const struct output_spec *spec,
                struct err *err);

/* A row: output_row, then column_count times text appended to output->text and output_cell (nothing appended:
 * a blank cell), then output_write. */
void output_row(struct output *output);
void output_cell(struct output *output);
int output_write(struct output *output, struct err *err);

int output_close(struct output *output, struct err *err);
void output_fini(struct output *output); /* whatever became of it */

#endif
