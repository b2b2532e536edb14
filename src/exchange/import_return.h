/* The workbook of refused rows. Only for import*.c. */
#ifndef ZENGSHOU_EXCHANGE_IMPORT_RETURN_H
#define ZENGSHOU_EXCHANGE_IMPORT_RETURN_H

#include "exchange/import.h"

struct import_return;

/* Reads the file a second time, so that only one row is held at once. Everything is borrowed. */
int import_return_new(const struct pack *pack, const struct pack_feed *feed, const char *path,
                      const struct import_options *options, struct import_return **out, struct err *err);
void import_return_free(struct import_return *returning);

/* Rejects in ascending order of rows, one row's together. */
int import_return_add(struct import_return *returning, const struct stage_reject *reject, struct err *err);
int import_return_finish(struct import_return *returning, struct err *err);

#endif
