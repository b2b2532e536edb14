/* Sentences about fields that this room says in more than one place. */
#ifndef ZENGSHOU_REGISTER_VALIDATE_H
#define ZENGSHOU_REGISTER_VALIDATE_H

#include "pack/pack.h"

/* ERR_INPUT: the field must have a value. */
int validate_missing(const struct pack *pack, int reg, int field, struct err *err);

/* ERR_INPUT: the field lies outside of what other fields of its record, or the day, allow it (pack_bound).
 * values: of the whole record, those that are not known bound nothing. touched: which of them are new, NULL:
 * all; a bound is looked at where one of its two ends is new, so that an old record can still be mended. */
int validate_bounds(const struct pack *pack, int reg, int field, const struct value *values,
                    const bool *touched, int32_t today, struct err *err);

#endif
