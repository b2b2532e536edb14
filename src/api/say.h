/* Say: the pieces of answers that many routes share, and their shapes. docs/api.md describes them. */
#ifndef ZENGSHOU_API_SAY_H
#define ZENGSHOU_API_SAY_H

#include "base/json.h"
#include "pack/pack.h"
#include "register/record.h"
#include "server/shape.h"

extern const struct shape label_shape;      /* {zh, en} */
extern const struct shape name_label_shape; /* {name, label} */
extern const struct shape code_name_shape;  /* {code, name} */
extern const struct shape place_shape;      /* {township, village} */
extern const struct shape reference_shape;  /* {id, key, name} */
extern const struct shape named_shape;      /* {id, key, name, place} */
extern const struct shape record_shape;     /* {id, version, key, name, values} */

const char *say_level_name(enum division_level level); /* county, township, village */
const char *say_rule_level(enum rule_level level);     /* high, medium, low */
void say_label(struct json_writer *json, const struct label *label);
void say_two(struct json_writer *json, struct text zh, struct text en); /* as a label */
void say_text_or_null(struct json_writer *json, struct text value);     /* empty: null */

void say_moment(struct json_writer *json, int64_t seconds); /* 2022-03-31T15:59:59Z; 0: null */

/* A value as it travels; a reference must come by say_record. */
void say_value(struct json_writer *json, const struct schema *schema, struct type type,
               const struct value *value);

void say_clauses(struct json_writer *json, const struct pack *pack,
                 const struct pack_clause *clause); /* ids */
void say_place(struct json_writer *json, const struct named *named);
void say_named(struct json_writer *json, int64_t id, const struct named *named);

/* id, version, key, name, values; fields: flags of those to be given, NULL: all. Without the braces around it
 * where `open`, so that more can follow. */
void say_record(struct json_writer *json, const struct pack *pack, int reg, const struct record *record,
                const bool *fields, bool open);

/* What is sent as a field's value, read by its type. NULL in JSON clears the field. References: an id, or a
 * key as text, which is left in *key (value unknown) for the caller to find. ERR_INPUT says how such a value
 * is written. */
int hear_value(const struct schema *schema, struct type type, const struct body *body, struct value *value,
               struct text *key, struct err *err);

#endif
