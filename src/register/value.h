/* Values as the tables store them; the parts of the conversion that this room shares. */
#ifndef ZENGSHOU_REGISTER_VALUE_H
#define ZENGSHOU_REGISTER_VALUE_H

#include "base/json.h"
#include "base/map.h"
#include "register/database.h"

struct json_t;

/* Names of a dictionary's codes to their numbers. */
void value_codes(const struct schema_dictionary *dictionary, struct map *codes);

/* Reads a column of the current row. codes: the dictionary's map for CODE and CODES (for many rows), or NULL
 * to search. Text is borrowed from the statement. False when the stored form is not valid. */
bool value_read(const struct statement *statement, int column, const struct schema *schema, struct type type,
                const struct map *codes, struct value *value);

/* A stored text, of a type that is stored as text. The value's text is borrowed from it. */
bool value_parse(struct text stored, const struct schema *schema, struct type type, const struct map *codes,
                 struct value *value);

/* The same from a cell of statement_cells. */
bool value_from_cell(const struct cell *cell, const struct schema *schema, struct type type,
                     const struct map *codes, struct value *value);

/* The error for it: table and column are in the column's name. */
int value_corrupt(const struct statement *statement, int column, struct err *err);

bool value_equal(struct type type, const struct value *a, const struct value *b);

/* In the stored form. */
void value_json(struct json_writer *json, const struct schema *schema, struct type type,
                const struct value *value);
/* And back, from what jansson read. Text is borrowed from it. False when it is not a value of the type, or of
 * its dictionary. */
bool value_from_json(const struct json_t *json, const struct schema *schema, struct type type,
                     const struct map *codes, struct value *value);

/* The stored form of CODE, CODES, DATE and MONTH. */
void value_text(struct buffer *out, const struct schema *schema, struct type type, const struct value *value);

/* A set's stored form, "a,b", back into bits; false when a name is not in the dictionary. */
bool value_codes_parse(struct text stored, const struct schema_dictionary *dictionary,
                       const struct map *codes, int64_t *bits);

enum value_storage { STORED_INTEGER, STORED_REAL, STORED_TEXT };
enum value_storage value_storage(struct type type);

#endif
