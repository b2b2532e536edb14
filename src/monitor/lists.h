/* The result of a screening as a workbook: an overview, then one sheet a list with the reason beside each
 * record. */
#ifndef ZENGSHOU_MONITOR_LISTS_H
#define ZENGSHOU_MONITOR_LISTS_H

#include "monitor/findings.h"

/* Writes beside `path` and renames when complete. Hits first, undetermined records behind them with what is
 * missing. */
int lists_write(const struct pack *pack, const struct screening *screening, struct finder *finder,
                const char *language, const char *path, void (*progress)(void *context, uint64_t done),
                void *context, struct err *err);

#endif
