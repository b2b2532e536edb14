/* Sheets to print and hang up: a village's name, what the page is for, and the code that leads there. */
#ifndef ZENGSHOU_DECLARE_SHEET_H
#define ZENGSHOU_DECLARE_SHEET_H

#include "base/err.h"
#include "pack/pack.h"

/* An HTML document, one A4 page a village: the division itself, or all villages below it. origin: how
 * browsers find the server, without a slash at its end. ERR_LIMIT: the address does not fit into a code. */
int sheet_write(const struct pack *pack, int division, const char *origin, const char *language,
                struct buffer *out, struct err *err);

#endif
