/* Texts: slices of the frame's heaps, never copied. What an identity number says is base/idcard's business.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/idcard.h"
#include "formula/kernel.h"

#define A (a[i])
#define B (b[i])

KERNEL_TEST(equal_text, struct text, text_equal(A, B))
KERNEL_TEST(less_text, struct text, text_compare(A, B) < 0)
KERNEL_TEST(starts_with, struct text, text_starts(A, B))
KERNEL_TEST(ends_with, struct text, text_ends(A, B))
KERNEL_TEST(contains, struct text, text_find(A, B) >= 0)
KERNEL_TEST(idcard_is_valid, struct text, idcard_valid(A))
KERNEL_MAP(least_text, struct text, struct text, text_compare(B, A) < 0 ? B : A)
KERNEL_MAP(greatest_text, struct text, struct text, text_compare(A, B) < 0 ? B : A)
KERNEL_MAP(length, struct text, int64_t, (int64_t)text_length(A))

static bool listed(const struct graph_node *node, struct text value)
{
    size_t low = 0, high = node->list_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = text_compare(node->list[middle].text, value);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

KERNEL_TEST(in_text, struct text, listed(call->node, A))

/* The characters at places from .. from + count - 1 of those there are; places count from 1. */
static struct text substring(struct text text, int64_t from, int64_t count)
{
    int64_t end;
    if (__builtin_add_overflow(from, count, &end)) end = count > 0 ? INT64_MAX : INT64_MIN;
    size_t offset = 0, begin = text.size;
    for (int64_t place = 1; place < end && offset < text.size; place++) {
        if (place >= from && begin == text.size) begin = offset;
        text_next(text, &offset);
    }
    if (end <= from || begin >= offset) return (struct text){text.at, 0};
    return (struct text){text.at + begin, offset - begin};
}

static void substring_rows(const struct kernel_call *call)
{
    const struct text *texts = call->in[0].values;
    const int64_t *from = call->in[1].values, *count = call->in[2].values;
    struct text *out = call->out.values;
    for (size_t i = 0; i < bits_round(call->rows); i++) out[i] = substring(texts[i], from[i], count[i]);
}

/* A pattern that gives up (its limits are reached) makes the row unknown. */
static void matches(const struct kernel_call *call)
{
    const struct text *texts = call->in[0].values;
    uint64_t *out = call->out.values, *known = call->out.known;
    bits_fill(out, call->rows, false);
    for (size_t i = 0; i < call->rows; i++) {
        if (!bits_get(known, i)) continue;
        const char *at = texts[i].at == NULL ? "" : texts[i].at;
        int found = pcre2_match(call->node->pattern, (PCRE2_SPTR)at, texts[i].size, 0, 0, call->match, NULL);
        if (found >= 0)
            bits_set(out, i);
        else if (found != PCRE2_ERROR_NOMATCH)
            bits_clear(known, i);
    }
}

KERNEL_PARTIAL(birth, struct text, struct text, int64_t, {
    int32_t date;
    ok = idcard_birth(A, &date);
    if (ok) result = date;
})

static void male(const struct kernel_call *call)
{
    const struct text *texts = call->in[0].values;
    uint64_t *out = call->out.values, *known = call->out.known;
    bits_fill(out, call->rows, false);
    for (size_t i = 0; i < call->rows; i++) {
        bool is_male = false;
        if (!idcard_male(texts[i], &is_male))
            bits_clear(known, i);
        else if (is_male)
            bits_set(out, i);
    }
}

static void division(const struct kernel_call *call)
{
    const struct text *texts = call->in[0].values;
    struct text *out = call->out.values;
    for (size_t i = 0; i < bits_round(call->rows); i++) {
        size_t digits = 0;
        while (digits < 6 && digits < texts[i].size && texts[i].at[digits] >= '0' &&
               texts[i].at[digits] <= '9')
            digits++;
        out[i] = digits == 6 ? (struct text){texts[i].at, 6} : (struct text){NULL, 0};
        if (digits < 6) bits_clear(call->out.known, i);
    }
}

KERNEL_PARTIAL(disability_kind, struct text, struct text, int64_t, {
    int kind = 0;
    int grade = 0;
    ok = idcard_disability(A, &kind, &grade);
    result = kind;
})
KERNEL_PARTIAL(disability_grade, struct text, struct text, int64_t, {
    int kind = 0;
    int grade = 0;
    ok = idcard_disability(A, &kind, &grade);
    result = grade;
})

const struct kernel_variant kernel_text_variants[] = {
    {OP_EQUAL_TEXT, 0, equal_text},
    {OP_LESS_TEXT, 0, less_text},
    {OP_STARTS_WITH, 0, starts_with},
    {OP_ENDS_WITH, 0, ends_with},
    {OP_CONTAINS, 0, contains},
    {OP_IDCARD_VALID, 0, idcard_is_valid},
    {OP_LEAST_TEXT, 0, least_text},
    {OP_GREATEST_TEXT, 0, greatest_text},
    {OP_LENGTH, 0, length},
    {OP_IN_TEXT, 0, in_text},
    {OP_SUBSTRING, 0, substring_rows},
    {OP_MATCHES, 0, matches},
    {OP_IDCARD_BIRTH, 0, birth},
    {OP_IDCARD_MALE, 0, male},
    {OP_IDCARD_DIVISION, 0, division},
    {OP_DISABILITY_KIND, 0, disability_kind},
    {OP_DISABILITY_GRADE, 0, disability_grade},
    {0, 0, NULL},
};
