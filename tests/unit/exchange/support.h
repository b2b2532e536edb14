/* What the tests of this room share: a folder of their own, small workbooks written part by part, rows read
 * to text. */
#ifndef ZENGSHOU_TESTS_EXCHANGE_SUPPORT_H
#define ZENGSHOU_TESTS_EXCHANGE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "exchange/sheet.h"

/* A fresh folder for this test program, removed with all it holds by support_cleanup. */
const char *support_folder(void);
void support_cleanup(void);
/* Path of a file in it; several may be alive at once (a ring of 16). */
const char *support_path(const char *name);
void support_write(const char *path, const char *bytes, size_t size);
char *support_read(const char *path, size_t *size); /* malloc'ed, NUL-ended */

/* One part of a hand-made package. */
struct part {
    const char *name, *xml;
};
void support_zip(const char *path, const struct part *parts, size_t count);

/* A workbook of one sheet; strings and styles may be NULL. sheet is what stands within <sheetData>. */
void support_book(const char *path, const char *sheet, const char *strings, const char *styles);

/* All rows as "number|kind:text|kind:text…\n" with kinds b t n l d e; on an error its English message behind
 * "!". */
char *support_dump(const char *path, const struct sheet_options *options);

/* The dump of bytes given as CSV. */
char *support_dump_csv(const char *bytes, size_t size);

/* That both languages are filled and the English one contains the words. */
void assert_says(const struct err *err, const char *words);

#endif
