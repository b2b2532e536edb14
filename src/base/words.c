/* One limit for a form and for the room behind it: a page that lets somebody type 2,000 characters is not
 * told of bytes afterwards. */
#include "base/words.h"

int words_check(struct text words, size_t most, const char *zh, const char *en, struct err *err)
{
    if (!text_valid(words))
        return err_set(err, ERR_INPUT, "%s%.0s里有无法识别的字符",
                       "%.0s%s holds characters that cannot be read", zh, en);
    size_t length = words.size <= most ? 0 : text_length(words);
    if (length <= most) return 0;
    return err_set(err, ERR_LIMIT, "%s%.0s最多 %zu 个字，现在有 %zu 个，请写短些",
                   "%.0s%s has at most %zu characters; these are %zu. Make it shorter", zh, en, most, length);
}

struct text words_cut(struct text words, size_t most)
{
    size_t offset = 0;
    for (size_t i = 0; i < most && offset < words.size; i++) text_next(words, &offset);
    return (struct text){words.at, offset};
}
