/* Mask: what is shown of sensitive values, and what may be asked of them. The one place where sensitive
 * values are hidden and compared, so that how they are kept can change behind it. */
#ifndef ZENGSHOU_REGISTER_MASK_H
#define ZENGSHOU_REGISTER_MASK_H

#include "register/bound.h"
#include "register/scope.h"

enum pack_sensitive mask_kind(const struct pack *pack, int reg, int field);

/* What is shown in place of a known sensitive value: 430421********1234, 138****5678, ****1234, or a word
 * that says "hidden" in the language, for what has no form of its own. Appended. Short values show nothing of
 * themselves. */
void mask_value(const struct pack *pack, int reg, int field, const struct value *value, const char *language,
                struct buffer *out);

/* What a filter, an order or a formula asks of a field. */
enum mask_question { MASK_EQUAL, MASK_EMPTY, MASK_ORDER, MASK_PART };

/* Whether a sensitive field may be asked that: whoever knows a number may look it up; nobody may feel his way
 * to one by ranges, parts or orders; illness, whose values are few enough to try, only whoever may see it.
 * ERR_FORBIDDEN says so. 0 for fields that are not sensitive. */
int mask_check(const struct scope *scope, const struct pack *pack, int reg, int field,
               enum mask_question question, struct err *err);

/* A formula typed by a user reads such fields only where they may be seen plain, and whoever sees some of the
 * rows only adds up what hangs on a family, or on a village of theirs; what definitions of the pack make of
 * things is theirs to use. ERR_FORBIDDEN, with the place in the formula where it is reach. */
int mask_check_formula(const struct scope *scope, const struct pack *pack, const struct node *node,
                       struct err *err);

/* Appends "alias.field = ?": equality with a value, of sensitive and of other fields; not of sealed ones
 * whose values are not shared. */
int mask_equals(struct bound *bound, const struct database *database, int reg, int field, const char *alias,
                const struct value *value, struct err *err);

#endif
