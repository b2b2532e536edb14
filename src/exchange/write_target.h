/* Between sheet_write.c and the writers of the formats; nobody else includes it. */
#ifndef ZENGSHOU_EXCHANGE_WRITE_TARGET_H
#define ZENGSHOU_EXCHANGE_WRITE_TARGET_H

#include <stdbool.h>

#include "exchange/sheet_write.h"

struct write_target {
    int (*open)(const char *path, void **self, struct err *err);
    int (*sheet)(void *self, const struct write_sheet *sheet, struct err *err);
    int (*row)(void *self, const struct write_cell *cells, size_t count, struct err *err);
    int (*close)(void *self, bool keep,
                 struct err *err); /* frees self in any case; keep: completes the file */
};

extern const struct write_target xlsx_target, csv_target;

/* An error in words for errno after a failed write. */
int write_failed(struct err *err);

#endif
