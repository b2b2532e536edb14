/* One table of keywords and one of callables, so that lexer, parser, printer and messages never disagree. */
#include "formula/words.h"

#include "formula/node.h"

struct spelling {
    enum word word;
    bool english;
    const char *text;
};

/* The first spelling of a word in each language is the one that is printed. */
static const struct spelling spellings[] = {
    {WORD_OR, true, "or"},
    {WORD_OR, false, "或"},
    {WORD_OR, false, "或者"},
    {WORD_AND, true, "and"},
    {WORD_AND, false, "且"},
    {WORD_AND, false, "并且"},
    {WORD_NOT, true, "not"},
    {WORD_NOT, false, "非"},
    {WORD_NOT, false, "不"},
    {WORD_IN, true, "in"},
    {WORD_IN, false, "属于"},
    {WORD_NOT_IN, false, "不属于"},
    {WORD_BETWEEN, true, "between"},
    {WORD_BETWEEN, false, "介于"},
    {WORD_NOT_BETWEEN, false, "不介于"},
    {WORD_HAS, true, "has"},
    {WORD_HAS, false, "含"},
    {WORD_NOT_HAS, false, "不含"},
    {WORD_ONLY, true, "only"},
    {WORD_ONLY, false, "仅含"},
    {WORD_IS, true, "is"},
    {WORD_IS_NULL, false, "为空"},
    {WORD_IS_NOT_NULL, false, "不为空"},
    {WORD_NULL, true, "null"},
    {WORD_NULL, false, "空"},
    {WORD_TRUE, true, "true"},
    {WORD_TRUE, false, "是"},
    {WORD_TRUE, false, "真"},
    {WORD_FALSE, true, "false"},
    {WORD_FALSE, false, "否"},
    {WORD_FALSE, false, "假"},
    {WORD_IF, true, "if"},
    {WORD_IF, false, "若"},
    {WORD_IF, false, "如果"},
    {WORD_THEN, true, "then"},
    {WORD_THEN, false, "则"},
    {WORD_THEN, false, "那么"},
    {WORD_ELSE, true, "else"},
    {WORD_ELSE, false, "否则"},
    {WORD_WHERE, true, "where"},
    {WORD_WHERE, false, "其中"},
    {WORD_WHERE, false, "满足"},
    {WORD_VIA, true, "via"},
    {WORD_VIA, false, "经"},
    {WORD_WITHIN, true, "within"},
    {WORD_WITHIN, false, "同一"},
    {WORD_ACROSS, true, "across"},
    {WORD_ACROSS, false, "不同"},
    {WORD_BY, true, "by"},
    {WORD_BY, false, "按"},
};

enum { SPELLINGS = sizeof spellings / sizeof *spellings, LONGEST_WORD = 10 };

static const char *const range_words[] = {"and", "至", "到", "与", "和"};

static const struct callable callables[] = {
#define X(id, en, zh) {CALLABLE_AGGREGATE, AGGREGATE_##id, en, zh},
    AGGREGATES(X)
#undef X
        {CALLABLE_KNOWN, 0, "known", "已知"},
    {CALLABLE_COALESCE, 0, "coalesce", "优先"},
    {CALLABLE_PREVIOUS, 0, "previous", "上年"},
#define X(id, en, zh) {CALLABLE_FUNCTION, FUNCTION_##id, en, zh},
    FUNCTIONS(X)
#undef X
};

enum { CALLABLES = sizeof callables / sizeof *callables };

enum word word_find(struct text name)
{
    /* Full-width letters take three bytes each; beyond that no keyword is so long. */
    if (name.size > 3 * LONGEST_WORD) return WORD_NONE;
    for (int i = 0; i < SPELLINGS; i++)
        if (text_fold_equal(text_of(spellings[i].text), name)) return spellings[i].word;
    return WORD_NONE;
}

const char *word_spelling(enum word word, bool english)
{
    for (int i = 0; i < SPELLINGS; i++)
        if (spellings[i].word == word && spellings[i].english == english) return spellings[i].text;
    switch (word) {
    case WORD_NOT_IN:
        return "not in";
    case WORD_NOT_BETWEEN:
        return "not between";
    case WORD_NOT_HAS:
        return "not has";
    case WORD_IS_NULL:
        return "is null";
    case WORD_IS_NOT_NULL:
        return "is not null";
    case WORD_IS:
        return "为";
    case WORD_NONE:
    case WORD_OR:
    case WORD_AND:
    case WORD_NOT:
    case WORD_IN:
    case WORD_BETWEEN:
    case WORD_HAS:
    case WORD_ONLY:
    case WORD_NULL:
    case WORD_TRUE:
    case WORD_FALSE:
    case WORD_IF:
    case WORD_THEN:
    case WORD_ELSE:
    case WORD_WHERE:
    case WORD_VIA:
    case WORD_WITHIN:
    case WORD_ACROSS:
    case WORD_BY:
        break;
    }
    return "";
}

/* Words that stand between two operands, where forgetting the blanks is likely. */
static bool is_infix(enum word word)
{
    return word == WORD_OR || word == WORD_AND || word == WORD_IN || word == WORD_NOT_IN ||
           word == WORD_BETWEEN || word == WORD_NOT_BETWEEN || word == WORD_HAS || word == WORD_NOT_HAS ||
           word == WORD_ONLY || word == WORD_IS_NULL || word == WORD_IS_NOT_NULL || word == WORD_WHERE ||
           word == WORD_WITHIN || word == WORD_ACROSS;
}

enum word word_glued(struct text name, const char **spelling)
{
    size_t longest = 0;
    enum word found = WORD_NONE;
    for (int i = 0; i < SPELLINGS; i++) {
        struct text text = text_of(spellings[i].text);
        if (spellings[i].english || !is_infix(spellings[i].word)) continue;
        if (text.size >= name.size || text.size <= longest || text_find(name, text) < 0) continue;
        longest = text.size;
        found = spellings[i].word;
        *spelling = spellings[i].text;
    }
    return found;
}

bool word_is_range(struct text name)
{
    for (size_t i = 0; i < sizeof range_words / sizeof *range_words; i++)
        if (text_fold_equal(text_of(range_words[i]), name)) return true;
    return false;
}

static bool is_operator(const struct callable *callable)
{
    return callable->kind == CALLABLE_FUNCTION &&
           (callable->id == FUNCTION_HAS || callable->id == FUNCTION_ONLY);
}

const struct callable *callable_find(struct text name)
{
    for (int i = 0; i < CALLABLES; i++)
        if ((text_fold_equal(text_of(callables[i].en), name) ||
             text_fold_equal(text_of(callables[i].zh), name)) &&
            !is_operator(&callables[i]))
            return &callables[i];
    return NULL;
}

const struct callable *callable_get(enum callable_kind kind, int id)
{
    for (int i = 0; i < CALLABLES; i++)
        if (callables[i].kind == kind && callables[i].id == id) return &callables[i];
    return NULL;
}

void callable_offer(struct suggest *suggest)
{
    for (int i = 0; i < CALLABLES; i++) {
        if (is_operator(&callables[i])) continue;
        suggest_offer(suggest, text_of(callables[i].en));
        suggest_offer(suggest, text_of(callables[i].zh));
    }
}

const struct callable *callable_at(size_t index)
{
    for (int i = 0; i < CALLABLES; i++)
        if (!is_operator(&callables[i]) && index-- == 0) return &callables[i];
    return NULL;
}
