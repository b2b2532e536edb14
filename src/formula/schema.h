/* What formulas can speak of: types, dictionaries, registers with their fields, parameters, definitions.
 * Built once by whoever reads the pack, in one arena, and then read-only (except that
 * formula_check_definitions fills in the nodes of the definitions). Indexes into the arrays below are the
 * identity of things. */
#ifndef ZENGSHOU_FORMULA_SCHEMA_H
#define ZENGSHOU_FORMULA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct node;

enum type_kind {
    TYPE_BOOL,
    TYPE_INT,     /* int64; may carry a unit */
    TYPE_DECIMAL, /* int64 ten-thousandths, exact; may carry a unit */
    TYPE_MONEY,   /* int64 fen, exact */
    TYPE_RATIO,   /* double, always one correctly rounded division or a literal */
    TYPE_DATE,    /* int32 days since 1970-01-01 */
    TYPE_MONTH,   /* int32 year * 12 + month - 1 */
    TYPE_CODE,    /* index into a dictionary */
    TYPE_CODES,   /* set of codes of one dictionary: bit i is code i; at most 64 codes */
    TYPE_TEXT,
    TYPE_RECORD, /* reference to a record of another register */
    TYPE_NULL    /* the literal null before it meets another type */
};

struct type {
    enum type_kind kind;
    int dictionary; /* CODE, CODES: index; -1 otherwise */
    int unit;       /* INT, DECIMAL: index of a unit, -1 without one (a bare number fits every unit) */
    int record;     /* RECORD: index of the register; -1 otherwise */
};

/* A value outside of columns: a constant, a parameter's value, a cell. */
struct value {
    bool known;
    int64_t integer;  /* BOOL (0/1), INT, DECIMAL, MONEY, DATE, MONTH, CODE, CODES (bits), RECORD (id) */
    double ratio;     /* RATIO */
    struct text text; /* TEXT */
};

/* The three spellings of a thing's name. name is an identifier [a-z][a-z0-9_]*; labels may hold anything. */
struct label {
    struct text name, zh, en;
};

struct schema_code {
    struct label label;
    const struct text *aliases; /* other spellings met in real files */
    size_t alias_count;
};

struct schema_dictionary {
    struct label label;
    const struct schema_code *codes;
    size_t code_count; /* at most 65,535; 64 when used by a CODES field */
};

struct schema_field {
    struct label label;
    const struct text *aliases; /* further names a formula may use */
    size_t alias_count;
    struct type type;
};

struct schema_register {
    struct label label;
    const struct schema_field *fields;
    size_t field_count;
    int parent;       /* the register that its records hang on (person → household → village), or -1 */
    int parent_field; /* the RECORD field that says on which, or -1 */
};

struct schema_dated_value {
    int32_t from; /* holds from this date on, until the next one */
    struct value value;
};

struct schema_values {
    const struct schema_dated_value *items; /* ascending by date */
    size_t count;
};

/* What came into force since the pack was written (pack/adopted.h); exchanged while others read. */
struct schema_adopted {
    const struct schema_values *_Atomic values; /* NULL: nothing */
};

struct schema_parameter {
    struct label label;
    struct type type;
    const struct schema_dated_value
        *values; /* ascending by date; before the first the parameter is unknown */
    size_t value_count;
    struct schema_adopted *adopted; /* NULL: nothing can be */
};

/* A piece of formula text and where it stands, for error positions. */
struct formula_source {
    struct text text;
    const char *file; /* may be NULL */
    int line,
        column; /* 1-based position of the text's first character in the file; 0 when there is no file */
};

struct schema_definition {
    struct label label;
    int scope; /* index of its register */
    struct formula_source source;
    struct node *node; /* NULL until checked, and when faulty */
    int state;         /* private to formula_check_definitions */
};

struct schema_unit {
    struct label label; /* 亩 / mu */
};

struct schema {
    struct schema_dictionary *dictionaries;
    size_t dictionary_count;
    struct schema_register *registers;
    size_t register_count;
    struct schema_parameter *parameters;
    size_t parameter_count;
    struct schema_definition *definitions;
    size_t definition_count;
    struct schema_unit *units;
    size_t unit_count;
};

static inline struct type type_of(enum type_kind kind)
{
    return (struct type){kind, -1, -1, -1};
}
bool type_equal(struct type a, struct type b);

/* Value of a parameter as of a date: the one with the latest date of the pack's and of those adopted since,
 * which stand before the pack's of the same date; unknown before its first. */
struct value schema_parameter_at(const struct schema_parameter *parameter, int32_t as_of);

/* -1 when there is none. Names and both labels count, after text_fold; of fields and codes the aliases too.
 */
int schema_register_find(const struct schema *schema, struct text name);
int schema_field_find(const struct schema_register *reg, struct text name);
int schema_dictionary_find(const struct schema *schema, struct text name);
int schema_code_find(const struct schema_dictionary *dictionary, struct text name);
int schema_parameter_find(const struct schema *schema, struct text name);
int schema_definition_find(const struct schema *schema, int scope, struct text name);
int schema_unit_find(const struct schema *schema, struct text name);

/* The label in a language, "zh" or "en", falling back to the other and then to the name. */
struct text label_in(const struct label *label, const char *language);

/* A value in a language for people: 12,345.67元, 5.5%, 2022-09-30, 脱贫户, 是/否; "未知"/"unknown". */
void value_format(const struct schema *schema, struct type type, const struct value *value,
                  const char *language, struct buffer *out);

#endif
