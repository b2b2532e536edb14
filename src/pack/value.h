/* Text to a typed value: the spellings that a pack's constants and the cells of spreadsheets have in common.
 * What a sheet may hold beyond them (units in headings, a field's own yes and no, blanks) is for whoever
 * reads the sheet. */
#ifndef ZENGSHOU_PACK_VALUE_H
#define ZENGSHOU_PACK_VALUE_H

#include "base/err.h"
#include "formula/schema.h"

/* Blanks around, full-width digits and letters do not matter, nor does case in words.
 *   BOOL           是 有 true yes Y 1 √; 否 无 false no N 0 ×
 *   INT, DECIMAL   1200, 1,200, 1.2e3; the type's unit may stand behind. INT: no fraction; DECIMAL: rounded
 * to 4 digits MONEY          10000, 10,000.50元, 1万元, ¥3 RATIO          5.5%, 5‰, 0.055 DATE, MONTH
 * 2022-09-30, 20220930, 2022年9月30日 …; 2022-09, 202209, 2022年9月 …  (base/date.h) CODE           name,
 * label or alias of a code CODES          such spellings with separators between them, in any order, repeated
 * or not TEXT           as it is, without the blanks around; borrowed from `text` ERR_INPUT: the message
 * shows the text and says how such a value is written, without naming a place. A blank text is an error for
 * every type; RECORD and NULL have no spelling. *value is untouched on error. */
int pack_value_parse(const struct schema *schema, struct type type, struct text text, struct value *value,
                     struct err *err);

/* CODES with further separators (each character of the text is one) besides , ， 、 ; ； and |. */
int pack_codes_parse(const struct schema *schema, struct type type, struct text text, struct text separators,
                     struct value *value, struct err *err);

#endif
