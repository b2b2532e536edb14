/* Between sheet.c and the readers of the formats; nobody else includes it. */
#ifndef ZENGSHOU_EXCHANGE_SHEET_SOURCE_H
#define ZENGSHOU_EXCHANGE_SHEET_SOURCE_H

#include <stdio.h>

#include "exchange/sheet.h"

/* One row in the making. The bytes never move, so cells may point at them while the row grows. */
struct sheet_build {
    char *bytes;
    size_t used, capacity; /* capacity is limits.row_bytes: reserved at once, touched only as used */
    struct sheet_cell *cells;
    size_t count, cells_capacity;
    struct sheet_limits limits;
};

void sheet_build_init(struct sheet_build *build, const struct sheet_limits *limits);
void sheet_build_fini(struct sheet_build *build);
void sheet_build_clear(struct sheet_build *build);

/* Room for size more bytes of the cell that begins at `start` in row `number`, column `column`: ERR_LIMIT
 * otherwise. */
int sheet_build_room(const struct sheet_build *build, size_t start, size_t size, int64_t number,
                     size_t column, struct err *err);

/* Puts a cell; columns between are blank. */
int sheet_build_put(struct sheet_build *build, int64_t number, size_t column, struct sheet_cell cell,
                    struct err *err);

struct sheet_reader {
    int (*next)(void *self, struct sheet_row *row, bool *more, struct err *err); /* blank rows too */
    void (*progress)(const void *self, uint64_t *done, uint64_t *total);
    bool (*epoch_1904)(const void *self);
    const char *(*sheet_name)(const void *self); /* NULL: the format has no sheets */
    void (*close)(void *self);
};

extern const struct sheet_reader csv_reader, xlsx_reader;

/* Takes the stream over (closes it also on failure). */
int csv_open(FILE *file, const struct sheet_options *options, const struct sheet_limits *limits, void **self,
             struct err *err);

/* path NULL: from bytes, which outlive the reader. */
int xlsx_open(const char *path, struct text bytes, const struct sheet_options *options,
              const struct sheet_limits *limits, void **self, struct err *err);

#endif
