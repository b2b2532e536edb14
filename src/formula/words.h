/* The words of the language in both spellings: keywords, and what stands before a parenthesis. */
#ifndef ZENGSHOU_FORMULA_WORDS_H
#define ZENGSHOU_FORMULA_WORDS_H

#include "base/suggest.h"
#include "base/text.h"

enum word {
    WORD_NONE,
    WORD_OR,
    WORD_AND,
    WORD_NOT,
    WORD_IN,
    WORD_NOT_IN,
    WORD_BETWEEN,
    WORD_NOT_BETWEEN,
    WORD_HAS,
    WORD_NOT_HAS,
    WORD_ONLY,
    WORD_IS,
    WORD_IS_NULL,
    WORD_IS_NOT_NULL,
    WORD_NULL,
    WORD_TRUE,
    WORD_FALSE,
    WORD_IF,
    WORD_THEN,
    WORD_ELSE,
    WORD_WHERE,
    WORD_VIA,
    WORD_WITHIN,
    WORD_ACROSS,
    WORD_BY
};
enum { WORDS = WORD_BY + 1 };

/* Reserved words in any of their spellings and any letter case; WORD_NONE for everything else. */
enum word word_find(struct text name);

/* The spelling that printing uses. WORD_NOT_HAS, WORD_IS_NULL and their like have several words in English.
 */
const char *word_spelling(enum word word, bool english);

/* "收入且增速" → WORD_AND: the longest Chinese infix word that stands within a name, written without blanks
 * around it. Its spelling is put in *spelling. For hints. */
enum word word_glued(struct text name, const char **spelling);

/* The words between the bounds of between: and 至 到 与 和. */
bool word_is_range(struct text name);

enum callable_kind {
    CALLABLE_FUNCTION,
    CALLABLE_AGGREGATE,
    CALLABLE_KNOWN,
    CALLABLE_COALESCE,
    CALLABLE_PREVIOUS
};

struct callable {
    enum callable_kind kind;
    int id; /* enum function or enum aggregate */
    const char *en, *zh;
};

/* NULL when no function or aggregate has that name. HAS and ONLY are operators and not among them. */
const struct callable *callable_find(struct text name);
const struct callable *callable_get(enum callable_kind kind, int id);
void callable_offer(struct suggest *suggest);
/* The nth that is written with parentheses; NULL behind the last. */
const struct callable *callable_at(size_t index);

#endif
