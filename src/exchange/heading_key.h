/* The words of a heading without what does not matter: width, blanks, brackets' shape, the unit behind. */
#ifndef ZENGSHOU_EXCHANGE_HEADING_KEY_H
#define ZENGSHOU_EXCHANGE_HEADING_KEY_H

#include "formula/schema.h"

/* Appends the form in which headings are compared: text_fold, round brackets for all, no "*" of a required
 * column in front, no colon behind. */
void heading_fold(struct text heading, struct buffer *out);

/* "耕地面积(亩)" → "耕地面积" and "亩"; false when a folded heading does not end in brackets. */
bool heading_split(struct text folded, struct text *stem, struct text *unit);

/* Can a column of that type be counted in that unit (folded)? *scale_by: how many of the field's own units it
 * is (万元 of 元: 10,000). */
bool heading_unit(const struct schema *schema, struct type type, struct text unit, int64_t *scale_by);

#endif
