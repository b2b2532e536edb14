/* What people write down: bounded by characters, as they count. */
#ifndef ZENGSHOU_BASE_WORDS_H
#define ZENGSHOU_BASE_WORDS_H

#include "base/err.h"
#include "base/text.h"

enum { WORDS_MOST = 2000 }; /* of a comment, an answer, an objection */

/* ERR_LIMIT: more than `most` characters; ERR_INPUT: no text. `zh` and `en` call it: "理由", "The reason". */
int words_check(struct text words, size_t most, const char *zh, const char *en, struct err *err);

/* Cut to that many characters. */
struct text words_cut(struct text words, size_t most);

#endif
