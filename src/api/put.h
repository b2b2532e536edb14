/* Put: members of an object in one call each. */
#ifndef ZENGSHOU_API_PUT_H
#define ZENGSHOU_API_PUT_H

#include "base/date.h"
#include "base/json.h"
#include "base/money.h"
#include "formula/schema.h"

/* null where not known. */
static inline void put_date(struct json_writer *json, const char *key, const struct value *date)
{
    char text[DATE_TEXT];
    if (date->known)
        json_member_string(json, key, date_format((int32_t)date->integer, text));
    else
        json_member_null(json, key);
}
/* Ten-thousandths as text, exact: "12.5"; null where not known. */
static inline void put_decimal(struct json_writer *json, const char *key, bool known, int64_t value)
{
    char text[MONEY_TEXT];
    if (known)
        json_member_string(json, key, decimal_format(value, text));
    else
        json_member_null(json, key);
}
/* Fen as text in yuan. */
static inline void put_money(struct json_writer *json, const char *key, bool known, int64_t fen)
{
    char text[MONEY_TEXT];
    if (known)
        json_member_string(json, key, money_plain(fen, text));
    else
        json_member_null(json, key);
}

#endif
