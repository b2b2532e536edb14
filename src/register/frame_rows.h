/* A register's rows as a frame takes them: their ids and the values of some fields. Loading and refreshing
 * share it. */
#ifndef ZENGSHOU_REGISTER_FRAME_ROWS_H
#define ZENGSHOU_REGISTER_FRAME_ROWS_H

#include "base/map.h"
#include "base/text.h"
#include "register/database.h"

/* What the caller may add to the SELECT. */
enum { FRAME_ROWS_SPARE = 4 };

struct frame_rows { /* zero-initialised is empty */
    struct statement *statement;
    const struct database *database;
    int reg;
    size_t count;          /* columns behind the id */
    int *fields;           /* of each */
    struct map *codes;     /* of those that need one */
    struct buffer *opened; /* what was sealed in them */
    struct value *values;  /* of the present row, in field order; texts are borrowed until the next step */
    struct cell *cells; /* of all columns of the SELECT, as they are stored; room for FRAME_ROWS_SPARE more */
    int64_t id;
    int cluster; /* the column by which the table is ordered; -1 */
};

/* Appends "SELECT t.id, t."field" …" for the flagged fields. The caller writes the rest, with the register as
 * t, and prepares `statement`. */
void frame_rows_select(struct frame_rows *rows, const struct database *database, int reg, const bool *fields,
                       struct buffer *sql);

/* The next row: its id and its values. ERR_CORRUPT when a stored value is none of its field. */
int frame_rows_step(struct frame_rows *rows, bool *row, struct err *err);

void frame_rows_fini(struct frame_rows *rows);

#endif
