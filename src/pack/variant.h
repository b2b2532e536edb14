/* Variant: a pack with parameters, definitions or rules replaced for one evaluation (a reform), the pack
 * itself untouched. */
#ifndef ZENGSHOU_PACK_VARIANT_H
#define ZENGSHOU_PACK_VARIANT_H

#include "pack/pack.h"

struct pack_override {
    struct text name; /* a parameter, a definition (register.definition where the name alone is not unique) or
                         a rule, by name or label */
    struct text value; /* a value of the parameter's type, or a formula */
};

/* A second pack, to be freed, whose registers, fields, rules and definitions have the same indexes as the
 * first's, which must outlive it. What was adopted holds in it too; a replaced parameter has the new value on
 * every date. Everything that rests on what was replaced is checked again. ERR_INPUT: an unknown name with a
 * "did you mean", a value not of the type or beyond the parameter's limits, a formula with a fault (its
 * position is within the given text). */
int pack_variant(const struct pack *pack, const struct pack_override *overrides, size_t count,
                 struct pack **out, struct err *err);

#endif
