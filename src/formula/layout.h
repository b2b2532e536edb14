/* Layout: formula text as it is best read. Words, names and comments stay as they were written; blanks, signs
 * (full-width ones become ASCII) and line breaks become uniform: on one line where that fits, otherwise
 * broken before `or`, `and`, `then`, `else`, `where`, behind commas, and within parentheses, loosest first.
 */
#ifndef ZENGSHOU_FORMULA_LAYOUT_H
#define ZENGSHOU_FORMULA_LAYOUT_H

#include "base/err.h"
#include "formula/schema.h"

enum { LAYOUT_WIDTH = 120, LAYOUT_INDENT = 4 };

/* Appends the formula to out, without a line end behind it. What it gives reads as the same tree and is laid
 * out as itself. width: columns wanted at most (a name or text may be longer). Errors: those of reading a
 * formula, with the position within text; the schema is asked for units alone. */
int formula_layout(const struct schema *schema, struct text text, size_t width, struct buffer *out,
                   struct err *err);

#endif
