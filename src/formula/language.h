/* The language for editors: its words with a line of explanation each, what may stand at a place in a text,
 * and what the word at a place means. All of it comes from the tables that the parser and the checker read.
 */
#ifndef ZENGSHOU_FORMULA_LANGUAGE_H
#define ZENGSHOU_FORMULA_LANGUAGE_H

#include "base/arena.h"
#include "formula/schema.h"
#include "formula/words.h"

enum offer_kind {
    OFFER_KEYWORD,
    OFFER_FUNCTION,  /* one record's values: age(…) */
    OFFER_AGGREGATE, /* over the records that hang on one: sum(…) */
    OFFER_FIELD,
    OFFER_DEFINITION,
    OFFER_PARAMETER,
    OFFER_BUILT_IN,  /* as_of and its kin */
    OFFER_REGISTER,  /* behind the parenthesis of an aggregate */
    OFFER_REFERENCE, /* a field that leads to another record, with '.' behind it */
    OFFER_CODE
};

struct offer {
    enum offer_kind kind;
    struct text text;   /* what is to be written, in the language asked for; brackets where they are needed */
    struct text zh, en; /* its names in both languages */
    struct text type; /* "money", "金额"; a signature: "(birth date [, date]) → integer"; may be empty */
    struct text note; /* one line in the language asked for; may be empty */
};

struct offers {
    struct offer *items; /* in the arena */
    size_t count;
    size_t from, to; /* bytes of the text which the chosen one replaces: the word under way */
    int scope;       /* the register whose records the names there belong to */
};

/* What may be written at byte `at` of the text of a formula on the register `scope` (-1: none). The text may
 * be unfinished or wrong; what is offered narrows as far as the text before the place tells, and nothing is
 * filtered by the word under way. language: "zh" or "en". */
void language_offers(const struct schema *schema, int scope, struct text text, size_t at,
                     const char *language, struct arena *arena, struct offers *out);

/* The word at byte `at`: false where there is none that means anything. from, to in *out tell its place. */
bool language_hover(const struct schema *schema, int scope, struct text text, size_t at, const char *language,
                    struct arena *arena, struct offers *out);

/* Keywords, then functions and aggregates, each once. */
void language_words(const char *language, struct arena *arena, struct offers *out);

/* One line about a word of the language, "" for those that are only parts of others. */
const char *language_keyword_note(enum word word, bool english);
/* What stands in the parentheses and what comes out, and one line about it. */
const char *language_callable_shape(const struct callable *callable, bool english);
const char *language_callable_note(const struct callable *callable, bool english);

/* "field", "字段" */
const char *offer_kind_name(enum offer_kind kind, bool english);

#endif
