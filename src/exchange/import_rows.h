/* From a row of a sheet to staged values, or to the reasons why not. Only for import*.c. */
#ifndef ZENGSHOU_EXCHANGE_IMPORT_ROWS_H
#define ZENGSHOU_EXCHANGE_IMPORT_ROWS_H

#include "exchange/import.h"

struct import_rows;

/* All borrowed for the life of it. */
struct import_rows *import_rows_new(const struct pack *pack, const struct pack_feed *feed,
                                    const struct table *table, struct stage *stage);
void import_rows_free(struct import_rows *rows);

/* Stages the row, or records why it is refused. Errors are only those of the stage. */
int import_rows_take(struct import_rows *rows, const struct sheet_row *row, struct err *err);

/* The warnings so far, in order of first appearance; owned by rows. */
const struct import_warning *import_rows_warnings(const struct import_rows *rows, size_t *count);

/* Adds a row to a list of examples. */
void import_example(int64_t *examples, size_t *count, int64_t row);

#endif
