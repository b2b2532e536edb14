/* What each function takes and gives, as data. Private to the formula room. */
#ifndef ZENGSHOU_FORMULA_SIGNATURES_H
#define ZENGSHOU_FORMULA_SIGNATURES_H

#include "formula/node.h"

enum { SIGNATURE_ARGUMENTS_MAX = 3 };

enum signature_filling { FILL_NONE, FILL_AS_OF, FILL_ZERO };

enum signature_rule {
    RULE_PLAIN,    /* each argument for itself */
    RULE_ALIKE,    /* all of one type */
    RULE_CONSTANT, /* the last one is a constant */
    RULE_PATTERN,  /* the last one is a constant PCRE2 pattern */
    RULE_REGISTER  /* looks over the whole register, so there must be one */
};

struct signature {
    unsigned kinds[SIGNATURE_ARGUMENTS_MAX]; /* bit k: an argument of enum type_kind k is welcome; 0: no such
                                                argument */
    size_t least, most;                      /* how many are written */
    enum signature_filling filling;          /* what stands for one left out at the end */
    enum signature_rule rule;
    enum type_kind result; /* TYPE_NULL: the type of the first argument */
};

/* NULL for HAS and ONLY, which are operators. */
const struct signature *signature_get(enum function function);

#endif
