/* Hidden: an explanation for somebody's eyes. What a rule makes of a fact is the rule's to say; the fact
 * itself, where it is sensitive or stands in a register that the user may not read, is not shown, nor whether
 * a condition on it holds. Numbers that identify people, their phones and bank accounts are shown to nobody:
 * they are seen one at a time, each sight logged. */
#ifndef ZENGSHOU_MONITOR_HIDDEN_H
#define ZENGSHOU_MONITOR_HIDDEN_H

#include "formula/explain.h"
#include "register/scope.h"

/* A copy of the explanation in the arena with those facts hidden, for explain_sentence (sentence true) or for
 * explain_tree. *all (may be NULL): nothing is left that could be told in a sentence. */
void hidden_explain(const struct scope *scope, const struct pack *pack, const struct explain *explain,
                    const char *language, bool sentence, struct arena *arena, struct explain *out, bool *all);

#endif
