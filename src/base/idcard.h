/* Identity numbers: GB 11643-1999 (18 characters: division 6, birth date 8, sequence 3, check 1) and the
 * disability certificate, which is that number + kind (1 digit) + grade (1 digit) [+ reissue, 2 characters].
 * A text with characters outside ASCII (a full-width digit) is neither. */
#ifndef ZENGSHOU_BASE_IDCARD_H
#define ZENGSHOU_BASE_IDCARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* The check character by ISO 7064 MOD 11-2 over the first 17 digits; '\0' when they are not 17 digits. */
char idcard_check_digit(struct text number);

/* 18 characters: an existing province (GB/T 2260, 9 for foreigners' permanent residence), digits, an existing
 * birth date, and the right check character (x counts as X). */
bool idcard_valid(struct text number);
bool idcard_birth(struct text number,
                  int32_t *date);                 /* of 18, 20 or 22 characters; the check is not needed */
bool idcard_male(struct text number, bool *male); /* the 17th digit is odd */

/* Only for 20 or 22 characters whose kind is 1 to 7 and grade 1 to 4. */
bool idcard_disability(struct text number, int *kind, int *grade);

#endif
