/* Rows on their way from the server: one at a time, or set aside when the connection is needed for something
 * else. Private to this room. */
#ifndef ZENGSHOU_STORE_POSTGRES_ROWS_H
#define ZENGSHOU_STORE_POSTGRES_ROWS_H

#include <stdio.h>

#include "store/postgres.h"
#include "store/postgres_wire.h"

enum rows_source {
    ROWS_ENDED,
    ROWS_COPY,   /* COPY (SELECT …) TO STDOUT: the fastest, for statements without parameters */
    ROWS_SINGLE, /* libpq's single-row mode */
    ROWS_KEPT    /* set aside */
};

struct rows {
    enum rows_source source;
    size_t count; /* columns */
    struct wire_cell *cells;
    bool headed;      /* COPY's header has been read */
    char *message;    /* the present row of COPY */
    PGresult *result; /* the present row of single-row mode */
    /* Set aside: in memory, and beyond a bound in a file without a name. Each row: its size, then as in COPY.
     */
    struct buffer memory;
    FILE *file;
    size_t at, file_rows;
    struct buffer from_file;
    struct err fault; /* met while setting aside; told when its turn comes */
};

void rows_init(struct rows *rows, size_t count);
void rows_fini(struct rows *rows); /* after rows_end */

/* The next row into cells. *row false: ended. */
int rows_next(struct rows *rows, struct postgres *db, bool *row, struct err *err);

/* Reads all that is still on its way and keeps it; the present row's cells stay as they are. */
void rows_set_aside(struct rows *rows, struct postgres *db);

/* Forgets what has not been read. */
void rows_end(struct rows *rows, struct postgres *db);

#endif
