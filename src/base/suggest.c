/* Edit distance over code points; a suggestion must share at least about half of its letters with the word.
 */
#include "base/suggest.h"

enum { LONGEST = 64 };

static size_t decode(struct text text, uint32_t out[LONGEST])
{
    size_t count = 0;
    for (size_t offset = 0; offset < text.size && count < LONGEST;) {
        uint32_t c = text_next(text, &offset);
        out[count++] = c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t suggest_distance(struct text left, struct text right)
{
    uint32_t a[LONGEST], b[LONGEST];
    size_t n = decode(left, a), m = decode(right, b);
    size_t before[LONGEST + 1], above[LONGEST + 1], row[LONGEST + 1];
    for (size_t j = 0; j <= m; j++) before[j] = above[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        for (size_t j = 0; j <= m; j++) {
            before[j] = above[j];
            above[j] = row[j];
        }
    }
    return above[m];
}

struct suggest suggest_start(struct text wanted)
{
    /* Allow one edit in short words and up to a third of the letters in long ones. */
    size_t length = text_length(wanted);
    return (struct suggest){.wanted = wanted, .distance = length <= 1 ? 1 : length / 3 + 2};
}

void suggest_offer(struct suggest *suggest, struct text candidate)
{
    if (candidate.size == 0) return;
    size_t distance = suggest_distance(suggest->wanted, candidate);
    if (distance >= suggest->distance || distance >= text_length(candidate)) return;
    suggest->distance = distance;
    suggest->best = candidate;
}
