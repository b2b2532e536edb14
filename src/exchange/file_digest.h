/* What tells one file from another of the same name. */
#ifndef ZENGSHOU_EXCHANGE_FILE_DIGEST_H
#define ZENGSHOU_EXCHANGE_FILE_DIGEST_H

#include "base/err.h"

enum { FILE_DIGEST_TEXT = 65 };

/* SHA-256 as sha256sum prints it. ERR_NOT_FOUND, ERR_IO. */
int file_digest(const char *path, char hex[FILE_DIGEST_TEXT], struct err *err);

#endif
