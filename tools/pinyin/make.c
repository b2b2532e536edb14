/* How Chinese characters are read is ICU's knowledge. The build asks it once and writes down the answers, so
 * that the program carries a table instead of a library of forty megabytes, and no name waits for it.
 *
 * Usage: make_pinyin SURNAMES TABLE. SURNAMES (src/register/surnames.tsv) has the surnames that ICU does not
 * know to be read their own way. TABLE is the header that src/register/pinyin.c includes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* The blocks in which people's names are found, up to Extension B. */
static const struct {
    UChar32 first, last;
} blocks[] = {{0x3007, 0x3007}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAD9}, {0x20000, 0x2A6DF}};

enum { SINGLE_MAX = 200, READING_MAX = 64 };

struct surname {
    UChar32 character;
    char reading[READING_MAX];
};

static _Noreturn void give_up(const char *what, const char *where)
{
    fprintf(stderr, "make_pinyin: %s: %s\n", what, where);
    exit(1);
}

/* Tones go, ü becomes v as people type it. */
static UTransliterator *open_transform(const char *readings)
{
    char id[100];
    UChar wide[100];
    UErrorCode code = U_ZERO_ERROR;
    snprintf(id, sizeof id, "%s; NFD; [[:Mn:]-[\\u0308]] Remove; NFC", readings);
    u_uastrcpy(wide, id);
    UTransliterator *transform = utrans_openU(wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code)) give_up(readings, u_errorName(code));
    return transform;
}

/* False when the character has no reading. */
static int read_character(const UTransliterator *transform, UChar32 character, char *out)
{
    UChar wide[READING_MAX];
    UErrorCode code = U_ZERO_ERROR;
    int32_t length = 0, limit;
    size_t written = 0;
    U16_APPEND_UNSAFE(wide, length, character);
    limit = length;
    utrans_transUChars(transform, wide, &length, READING_MAX, 0, &limit, &code);
    if (U_FAILURE(code)) give_up("a character", u_errorName(code));
    for (int32_t i = 0; i < length; i++) {
        UChar letter = wide[i] == 0xFC ? 'v' : wide[i];
        if (letter < 'a' || letter > 'z') return 0;
        out[written++] = (char)letter;
    }
    out[written] = 0;
    return written > 0;
}

/* One line of SURNAMES: characters, a tab, their readings with blanks between. Single ones are kept, longer
 * ones are written out at once. */
static void take_surname(char *line, struct surname *singles, size_t *count)
{
    char *tab = strchr(line, '\t');
    UChar wide[16];
    UErrorCode code = U_ZERO_ERROR;
    int32_t length;
    line[strcspn(line, "\r\n")] = 0;
    if (line[0] == '#' || line[0] == 0) return;
    if (tab == NULL || strlen(tab + 1) >= READING_MAX ||
        strspn(tab + 1, "abcdefghijklmnopqrstuvwxyz ") != strlen(tab + 1))
        give_up("not a surname and its reading", line);
    *tab = 0;
    u_strFromUTF8(wide, 16, &length, line, -1, &code);
    if (U_FAILURE(code)) give_up(line, u_errorName(code));
    if (u_countChar32(wide, length) > 1) {
        printf("    {\"%s\", \"%s\"},\n", line, tab + 1);
        return;
    }
    if (*count == SINGLE_MAX) give_up("too many surnames", line);
    length = 0;
    U16_NEXT_UNSAFE(wide, length, singles[*count].character);
    strcpy(singles[(*count)++].reading, tab + 1);
}

static size_t take_surnames(const char *path, struct surname *singles)
{
    char line[256];
    size_t count = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) give_up("cannot read", path);
    puts("static const struct compound compounds[] = {");
    while (fgets(line, sizeof line, file) != NULL) take_surname(line, singles, &count);
    puts("};\n");
    fclose(file);
    return count;
}

static void put_character(UChar32 character, const UTransliterator *plain, const UTransliterator *names,
                          const struct surname *singles, size_t count)
{
    char given[READING_MAX], surname[READING_MAX];
    if (!read_character(plain, character, given)) return;
    if (!read_character(names, character, surname)) strcpy(surname, given);
    for (size_t i = 0; i < count; i++)
        if (singles[i].character == character) strcpy(surname, singles[i].reading);
    if (strlen(given) > 6 || strlen(surname) > 6) return; /* no syllable of Mandarin is longer */
    printf("    {0x%X, \"%s\", \"%s\"},\n", (unsigned)character, given, surname);
}

int main(int count, char **words)
{
    static struct surname singles[SINGLE_MAX];
    if (count != 3) give_up("usage", "make_pinyin SURNAMES TABLE");
    if (freopen(words[2], "w", stdout) == NULL) give_up("cannot write", words[2]);
    size_t known = take_surnames(words[1], singles);
    UTransliterator *plain = open_transform("Han-Latin"), *names = open_transform("Han-Latin/Names");
    puts("static const struct reading readings[] = {");
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        for (UChar32 character = blocks[i].first; character <= blocks[i].last; character++)
            put_character(character, plain, names, singles, known);
    puts("};");
    utrans_close(plain);
    utrans_close(names);
    if (fflush(stdout) != 0) give_up("cannot write", words[2]);
    return 0;
}
