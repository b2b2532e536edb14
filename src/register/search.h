/* Search: the one box into which people type a name or a number. */
#ifndef ZENGSHOU_REGISTER_SEARCH_H
#define ZENGSHOU_REGISTER_SEARCH_H

#include "register/record.h"

enum { SEARCH_MAX = 20, SEARCH_TEXT_MAX = 200 };

enum search_by { SEARCH_NUMBER, SEARCH_NAME, SEARCH_PINYIN, SEARCH_IDENTITY, SEARCH_PHONE, SEARCH_CASE };

struct search_hit {
    int reg;
    int64_t id;
    struct named named;
    enum search_by by;
    int64_t subject; /* id of the pack's subject that it is or hangs on; 0: none */
};

/* Living records in scope, of the registers that may be read and whose key is text of their own: whose key,
 * name or its pinyin (initials or whole) begins with the words, or whose identity or phone number is exactly
 * that; and cases (of registers with any key) whose number is exactly that, which is then their key here. At
 * most SEARCH_MAX, such cases first, then the subject, then people, then the pack's order. Texts live in the
 * arena. ERR_INPUT: too long, or cannot be read. */
int record_search(struct database *database, const struct scope *scope, struct text words,
                  struct arena *arena, struct search_hit **hits, size_t *count, struct err *err);

#endif
