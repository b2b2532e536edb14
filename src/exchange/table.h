/* A table: a sheet whose headings are recognised, and the rows below them. */
#ifndef ZENGSHOU_EXCHANGE_TABLE_H
#define ZENGSHOU_EXCHANGE_TABLE_H

#include "exchange/headings.h"

struct table;

struct table_options {
    struct sheet_options sheet;
    const struct heading_override *overrides;
    size_t override_count;
};

/* Errors as of sheet_open and headings_find, with the path as their file. */
int table_open(const struct pack *pack, const struct pack_feed *feed, const char *path,
               const struct table_options *options, struct table **out, struct err *err);
void table_close(struct table *table);

const struct headings *table_headings(const struct table *table);

/* The next row below the headings that is not blank; *more is false at the end. */
int table_next(struct table *table, struct sheet_row *row, bool *more, struct err *err);

void table_progress(const struct table *table, uint64_t *done, uint64_t *total);
const char *table_sheet_name(const struct table *table); /* as sheet_name */
bool table_epoch_1904(const struct table *table);

#endif
