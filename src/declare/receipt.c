/* Receipts are written down by hand and read aloud: no letters that look alike, in groups of four, and a last
 * sign that tells a slip of the pen from a wrong number. Eleven signs of 32 are 55 bits: nobody guesses one.
 */
#include <string.h>

#include "declare/declare_private.h"

static const char signs[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; /* without 0 O 1 I */
enum { SIGNS = sizeof signs - 1, FREE = 11, PRIME = 31 };

/* Different weights, so that two signs exchanged show. */
static char check_sign(const char *plain)
{
    unsigned sum = 0;
    for (int i = 0; i < FREE; i++)
        sum = (sum + (unsigned)(i + 1) * (unsigned)(strchr(signs, plain[i]) - signs)) % PRIME;
    return signs[sum];
}

static void group(const char *plain, char out[RECEIPT])
{
    int at = 0;
    for (int i = 0; i <= FREE; i++) {
        if (i == 4 || i == 8) out[at++] = '-';
        out[at++] = plain[i];
    }
    out[at] = '\0';
}

void receipt_new(char out[RECEIPT])
{
    char plain[FREE + 1];
    for (int i = 0; i < FREE; i++) plain[i] = signs[randombytes_uniform(SIGNS)];
    plain[FREE] = check_sign(plain);
    group(plain, out);
}

bool receipt_read(struct text written, char out[RECEIPT])
{
    struct buffer narrow = {0};
    char plain[FREE + 1];
    int count = 0;
    bool good = true;
    text_narrow(written, &narrow);
    for (size_t i = 0; good && i < narrow.size; i++) {
        char c = narrow.data[i];
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        good = count <= FREE && c != '\0' && strchr(signs, c) != NULL;
        if (good) plain[count++] = c;
    }
    buffer_fini(&narrow);
    good = good && count == FREE + 1 && plain[FREE] == check_sign(plain);
    if (good) group(plain, out);
    return good;
}
