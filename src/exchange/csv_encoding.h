/* Which encoding a CSV file is in, decided by reading all of it. Only for csv_read.c. */
#ifndef ZENGSHOU_EXCHANGE_CSV_ENCODING_H
#define ZENGSHOU_EXCHANGE_CSV_ENCODING_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum csv_encoding { CSV_UTF8, CSV_UTF16LE, CSV_UTF16BE, CSV_GB18030 };

/* The name iconv knows. */
const char *csv_encoding_name(enum csv_encoding encoding);

/* A byte order mark decides; else valid UTF-8 throughout is UTF-8, else GB18030. ERR_INPUT when the bytes are
 * in no such encoding, or hold a NUL, with the line. Leaves the stream at its beginning; *total is its size.
 */
int csv_encoding_find(FILE *file, enum csv_encoding *encoding, uint64_t *total, struct err *err);

#endif
