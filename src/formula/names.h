/* What a name means on the records of a register. Shared by checker and printer, so that what is printed is
 * read back as the same thing. Private to the formula room. */
#ifndef ZENGSHOU_FORMULA_NAMES_H
#define ZENGSHOU_FORMULA_NAMES_H

#include "base/map.h"
#include "base/suggest.h"
#include "formula/schema.h"

enum name_kind {
    NAME_NONE,
    NAME_FIELD,
    NAME_DEFINITION,
    NAME_PARAMETER,
    NAME_AS_OF,
    NAME_THIS_YEAR,
    NAME_THIS_MONTH
};

struct name_found {
    enum name_kind kind;
    int index; /* of the field, definition or parameter; -1 otherwise */
};

enum { NAMES_NONE = -1, NAMES_SEVERAL = -2 };

/* A bare name: field, then definition, then parameter, then built-in. scope -1: only the last two. */
struct name_found names_resolve(const struct schema *schema, int scope, struct text name);

/* The RECORD field by which "name." goes up from the register: the field of that name, or the only one that
 * points to the register of that name. NAMES_NONE or NAMES_SEVERAL when there is none. */
int names_reference(const struct schema *schema, int scope, struct text name);

/* The RECORD field of `child` by which its records hang on those of `scope`: its parent field, or else the
 * only one that points there. */
int names_link(const struct schema *schema, int scope, int child);

/* The spelling in a language that is read back as this very thing on this register; other spellings serve
 * when something else shadows it. */
struct text names_spelling(const struct schema *schema, int scope, struct name_found found, bool english);

/* schema_code_find for formulas that name a great many codes: large dictionaries are indexed when first
 * asked. Initialise with the schema and zeros. */
struct names_codes {
    const struct schema *schema;
    struct map *maps;
};
int names_code(struct names_codes *index, int dictionary, struct text name);
struct text names_code_spelling(struct names_codes *index, int dictionary, int code, bool english);
void names_codes_fini(struct names_codes *index);

void names_offer(const struct schema *schema, int scope, struct suggest *suggest);
void names_offer_label(const struct label *label, struct suggest *suggest);

#endif
