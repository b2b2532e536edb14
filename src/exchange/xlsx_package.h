/* The ZIP package of a workbook and its XML parts, read as streams under the limits of sheet.h. Only for
 * xlsx_*.c. */
#ifndef ZENGSHOU_EXCHANGE_XLSX_PACKAGE_H
#define ZENGSHOU_EXCHANGE_XLSX_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange/sheet.h"

struct package;

/* path NULL: from bytes, which outlive it. */
int package_open(const char *path, struct text bytes, const struct sheet_limits *limits, struct package **out,
                 struct err *err);
void package_close(struct package *package);
bool package_has(const struct package *package, const char *part);

/* What a part's elements are given to. `name` comes without the prefix of the root's namespace. A negative
 * result ends the reading with that code; then *err must be filled. text comes in pieces. */
struct xml_handlers {
    int (*start)(void *context, const char *name, const char **attributes, struct err *err);
    int (*end)(void *context, const char *name, struct err *err);
    int (*text)(void *context, const char *at, size_t size, struct err *err);
};

struct xml_part;

/* ERR_INPUT when the part is missing, encrypted or packed in a way we do not read. */
int xml_part_open(struct package *package, const char *name, const struct xml_handlers *handlers,
                  void *context, struct xml_part **out, struct err *err);

/* Reads on until a handler has called xml_part_pause, or to the end (*ended). */
int xml_part_run(struct xml_part *part, bool *ended, struct err *err);
void xml_part_pause(struct xml_part *part);
void xml_part_progress(const struct xml_part *part, uint64_t *done, uint64_t *total);
void xml_part_close(struct xml_part *part);

/* The whole of a small part at once. */
int xml_part_read(struct package *package, const char *name, const struct xml_handlers *handlers,
                  void *context, struct err *err);

/* The value of an attribute, NULL without it; a name given with ':' matches under any prefix ("r:id" finds
 * "rel:id"). */
const char *xml_attribute(const char **attributes, const char *name);

#endif
