/* Put: members of an object in one call each. */
#ifndef ZENGSHOU_API_PUT_H
#define ZENGSHOU_API_PUT_H

#include "base/date.h"
#include "base/json.h"
#include "base/money.h"
#include "formula/schema.h"

static inline void put_int(struct json_writer *json, const char *key, int64_t value)
{
    json_put_key(json, key);
    json_put_int(json, value);
}
static inline void put_bool(struct json_writer *json, const char *key, bool value)
{
    json_put_key(json, key);
    json_put_bool(json, value);
}
static inline void put_text(struct json_writer *json, const char *key, struct text value)
{
    json_put_key(json, key);
    json_put_text(json, value);
}
static inline void put_string(struct json_writer *json, const char *key, const char *value)
{
    put_text(json, key, text_of(value));
}
static inline void put_null(struct json_writer *json, const char *key)
{
    json_put_key(json, key);
    json_put_null(json);
}
/* null where not known. */
static inline void put_date(struct json_writer *json, const char *key, const struct value *date)
{
    char text[DATE_TEXT];
    if (date->known)
        put_string(json, key, date_format((int32_t)date->integer, text));
    else
        put_null(json, key);
}
/* Ten-thousandths as text, exact: "12.5"; null where not known. */
static inline void put_decimal(struct json_writer *json, const char *key, bool known, int64_t value)
{
    char text[MONEY_TEXT];
    if (known)
        put_string(json, key, decimal_format(value, text));
    else
        put_null(json, key);
}
/* Fen as text in yuan. */
static inline void put_money(struct json_writer *json, const char *key, bool known, int64_t fen)
{
    char text[MONEY_TEXT];
    if (known)
        put_string(json, key, money_plain(fen, text));
    else
        put_null(json, key);
}

#endif
