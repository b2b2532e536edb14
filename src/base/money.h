/* Money is int64 fen (1/100 yuan); decimals are int64 ten-thousandths. Both exact; overflow is an answer
 * (false), never a wrap. Products and quotients round half away from zero, as 四舍五入 does. */
#ifndef ZENGSHOU_BASE_MONEY_H
#define ZENGSHOU_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { MONEY_FEN = 100, DECIMAL_ONE = 10000 };

/* Decimal text to an integer number of 10^-digits: sign, thousands separators (half or full width),
 * full-width digits, blanks around, "1.2e3" as spreadsheets store it. More digits than `digits` round half
 * away from zero (a spreadsheet's 3.3000000000000003). False: not a number, a separator that does not part
 * thousands (1,5), or out of -INT64_MAX … INT64_MAX, so that every result can be negated. */
bool fixed_parse(struct text text, int digits, int64_t *value);

/* The same in fen: also with a trailing 元 or 万元, a leading ¥ or ￥. */
bool money_parse(struct text text, int64_t *fen);

enum { MONEY_TEXT = 40 };
const char *money_format(int64_t fen, char out[MONEY_TEXT]);     /* 12,345.67 */
const char *money_plain(int64_t fen, char out[MONEY_TEXT]);      /* 12345.67, for files */
const char *decimal_format(int64_t value, char out[MONEY_TEXT]); /* 12.5, no trailing zeros */

/* value * by / over, rounded half away from zero; false when over is 0 or the result leaves
 * -INT64_MAX … INT64_MAX. */
bool fixed_scale(int64_t value, int64_t by, int64_t over, int64_t *result);

#endif
