/* A clerk who looks for 张小明 types zxm. Each name is read once, when it is written; what is kept is text,
 * so finding it is a range of an index like any other. */
#include "register/pinyin.h"

#include <string.h>

struct compound {
    const char *characters, *reading; /* syllables with blanks between */
};

struct reading {
    uint32_t character;
    char given[7], surname[7];
};

#include "pinyin_table.h"

enum { READINGS = sizeof readings / sizeof *readings, COMPOUNDS = sizeof compounds / sizeof *compounds };

static const struct reading *find(uint32_t character)
{
    size_t low = 0, high = READINGS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (readings[middle].character < character)
            low = middle + 1;
        else
            high = middle;
    }
    return low < READINGS && readings[low].character == character ? &readings[low] : NULL;
}

struct spelling {
    struct buffer *initials, *whole;
    size_t initials_start, whole_start;
};

static void add(struct spelling *spelling, struct text syllable)
{
    if (spelling->initials->size - spelling->initials_start < PINYIN_MAX)
        buffer_char(spelling->initials, syllable.at[0]);
    if (spelling->whole->size - spelling->whole_start + syllable.size <= PINYIN_MAX)
        buffer_text(spelling->whole, syllable);
}

/* A surname of several characters; the bytes it takes. */
static size_t add_compound(struct spelling *spelling, struct text name)
{
    for (size_t i = 0; i < COMPOUNDS; i++) {
        if (!text_starts(name, text_of(compounds[i].characters))) continue;
        const char *at = compounds[i].reading;
        while (*at != 0) {
            size_t size = strcspn(at, " ");
            add(spelling, (struct text){at, size});
            at += size + strspn(at + size, " ");
        }
        return strlen(compounds[i].characters);
    }
    return 0;
}

static char plain(uint32_t character)
{
    if (character >= 'A' && character <= 'Z') return (char)(character - 'A' + 'a');
    if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9'))
        return (char)character;
    return 0;
}

static bool any_chinese(struct text name)
{
    size_t offset = 0;
    while (offset < name.size)
        if (find(text_next(name, &offset)) != NULL) return true;
    return false;
}

bool pinyin_of(struct text name, struct buffer *initials, struct buffer *whole)
{
    struct spelling spelling = {initials, whole, initials->size, whole->size};
    struct text rest = text_trim(name);
    if (!any_chinese(rest)) return false;
    size_t offset = add_compound(&spelling, rest);
    while (offset < rest.size) {
        bool first = offset == 0;
        uint32_t character = text_next(rest, &offset);
        const struct reading *reading = find(character);
        char letter = plain(character);
        if (reading != NULL) add(&spelling, text_of(first ? reading->surname : reading->given));
        if (letter != 0) add(&spelling, (struct text){&letter, 1});
    }
    return true;
}

bool pinyin_asked(struct text words, struct buffer *out)
{
    size_t letters = 0;
    if (words.size < 2 || words.size > PINYIN_MAX) return false;
    for (size_t i = 0; i < words.size; i++) {
        char letter = plain((unsigned char)words.at[i]);
        if (letter == 0) return false;
        letters += letter >= 'a';
    }
    if (letters == 0) return false;
    for (size_t i = 0; i < words.size; i++) buffer_char(out, plain((unsigned char)words.at[i]));
    return true;
}
