/* Audit words: what an entry of the log says beside its action, in the user's language. */
#ifndef ZENGSHOU_API_AUDIT_WORDS_H
#define ZENGSHOU_API_AUDIT_WORDS_H

#include "base/arena.h"
#include "pack/pack.h"
#include "register/history.h"

/* "脱贫户 · 名单.xlsx · 300 行"; empty where there is nothing to say. A record is named by its number. */
struct text audit_words(const struct pack *pack, const struct log_entry *entry, const char *language,
                        struct arena *arena);

#endif
