/* Cells to values: what a spreadsheet shows in a column, as a typed value of the pack's field. The spellings
 * of pack/value.h, and what only sheets have: serial dates, numbers stored as text and text stored as
 * numbers, the field's own yes, no and blank, units in headings, stray ".0" and apostrophes. */
#ifndef ZENGSHOU_EXCHANGE_CELL_H
#define ZENGSHOU_EXCHANGE_CELL_H

#include "base/arena.h"
#include "exchange/sheet.h"
#include "pack/pack.h"

/* A fact kept although its form is wrong: quality rules look for it. */
enum cell_warning {
    CELL_FINE,
    CELL_IDCARD_FORM,  /* neither an identity number (18) nor a disability number (20, 22) */
    CELL_IDCARD_CHECK, /* right form, but province, birth date or check digit are wrong */
    CELL_PHONE_FORM,   /* not a mobile number */
    CELL_DIGITS_FORM,  /* not only digits */
    CELL_DIGITS_LOST,  /* a number of more than 15 digits stored as a number: the last ones are gone */
    CELL_WARNINGS
};

const char *cell_warning_text(enum cell_warning warning, const char *language);

struct cell_reader; /* remembers codes it has met; not for threads to share */

struct cell_reader *cell_reader_new(const struct pack *pack, bool epoch_1904);
void cell_reader_free(struct cell_reader *reader);

/* The value of the cell; not known when it is empty (blanks, "-", "—", "无数据", "NULL", and the
 * field's own spellings). scale_by: from the heading (万元: 10,000); 1 usually; a
 * money cell that names its own unit (1.2万元) is not scaled. TEXT is copied into the arena. RECORD fields
 * give the other record's key as written, in value->text. Checked against the field's dictionary, bounds and
 * pattern, but not for being required. ERR_INPUT, ERR_LIMIT: the cell cannot be taken; the message says what
 * is wrong with it, without naming the row. */
int cell_read(struct cell_reader *reader, int reg, int field, int64_t scale_by, const struct sheet_cell *cell,
              struct arena *arena, struct value *value, enum cell_warning *warning, struct err *err);

#endif
