/* Functions of one record's values, one phrase each where the types do not matter. */
#include "base/money.h"
#include "formula/sqlgen_plan.h"

static int integers_of_date(struct sql_plan *plan, int reg, int a)
{
    return sql_say(plan, reg, PHRASE_DAYS, a, SQL_NONE, SQL_NONE);
}

/* As the kernel does it, step by step; PostgreSQL has no round of doubles half away from zero. */
static int round_ratio(struct sql_plan *plan, int reg, int a, int64_t digits)
{
    if (plan->options->dialect == SQLGEN_SQLITE)
        return sql_say(plan, reg, PHRASE_RATIO_ROUND, a, sql_number(plan, digits), SQL_NONE);
    if (digits > 15) return a;
    struct value factor = {.known = true, .ratio = 1};
    for (int64_t i = 0; i < (digits < 0 ? -digits : digits) && i < 308; i++) factor.ratio *= 10;
    int power = sql_constant(plan, type_of(TYPE_RATIO), &factor);
    if (digits < -308) return sql_refuse(plan, "round of a ratio");
    int scaled = sql_say(plan, reg, digits < 0 ? PHRASE_RATIO_DOWN : PHRASE_RATIO_UP, a, power, SQL_NONE);
    int nearest = sql_say(plan, reg, PHRASE_RATIO_NEAREST, scaled, SQL_NONE, SQL_NONE);
    if (digits < 0) return sql_say(plan, reg, PHRASE_RATIO_UP, nearest, power, SQL_NONE);
    return sql_say(plan, reg, PHRASE_RATIO_DOWN_OR, nearest, power, a);
}

static int lower_round(struct sql_plan *plan, const struct node *node, int reg, int a)
{
    enum type_kind kind = node->children[0]->type.kind;
    int64_t digits = 0;
    if (node->child_count > 1) {
        const struct node *given = node->children[1];
        if (given->op != NODE_CONSTANT) return sql_refuse(plan, "round");
        if (!given->value.known) return sql_unknown(plan, kind);
        digits = given->value.integer;
    }
    if (kind == TYPE_RATIO) return round_ratio(plan, reg, a, digits);
    return sql_round(plan, reg, a, digits, kind == TYPE_MONEY ? 2 : kind == TYPE_DECIMAL ? 4 : 0);
}

static int lower_number(struct sql_plan *plan, enum type_kind kind, int reg, int a)
{
    if (kind == TYPE_RATIO) return sql_whole(plan, reg, PHRASE_RATIO_TIMES, a, sql_number(plan, DECIMAL_ONE));
    return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, a, sql_number(plan, DECIMAL_ONE / MONEY_FEN));
}

static int lower_yuan(struct sql_plan *plan, enum type_kind kind, int reg, int a)
{
    if (kind == TYPE_INT)
        return sql_integer_operation(plan, reg, PHRASE_MULTIPLY, a, sql_number(plan, MONEY_FEN));
    return sql_scaled(plan, reg, a, sql_number(plan, 1), sql_number(plan, DECIMAL_ONE / MONEY_FEN));
}

/* A key that is not there is the same for all records, and so is one that is told twice: the phrases always
 * have two. */
static int lower_whole_register(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    enum type_kind kind = node->children[0]->type.kind;
    bool ranks = node->function == FUNCTION_RANK, across = false;
    size_t keys = 0;
    int in[SQL_OPERANDS] = {SQL_NONE, SQL_NONE, SQL_NONE, SQL_NONE}, reg = scene.reg;
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->type.kind == TYPE_NULL) return sql_unknown(plan, node->type.kind);
        int a = sql_lower(plan, node->children[i], scene);
        if (i > 0 && node->children[i]->type.kind == TYPE_BOOL)
            a = sql_say(plan, reg, PHRASE_INT_OF_BOOL, a, SQL_NONE, SQL_NONE);
        bool differs = i > 0 && (int)i > node->index;
        in[differs ? 3 : i] = a;
        across |= differs;
        keys = differs ? keys : i;
    }
    if (ranks && (kind == TYPE_CODE || kind == TYPE_CODES)) return sql_refuse(plan, "order of codes");
    if (keys == 0 && !across)
        return sql_say(plan, reg,
                       ranks ? (sql_is_text(kind) ? PHRASE_RANK_TEXT : PHRASE_RANK) : PHRASE_DUPLICATED,
                       in[0], SQL_NONE, SQL_NONE);
    if (keys == 0) in[1] = in[0];
    if (keys < 2) in[2] = in[1];
    if (ranks)
        return sql_say_all(plan, reg, sql_is_text(kind) ? PHRASE_RANK_WITHIN_TEXT : PHRASE_RANK_WITHIN, in);
    return sql_say_all(plan, reg, across ? PHRASE_DUPLICATED_ACROSS : PHRASE_DUPLICATED_WITHIN, in);
}

static int lower_extreme(struct sql_plan *plan, const struct node *node, int reg, int a, int b)
{
    enum type_kind kind = node->children[0]->type.kind;
    bool least = node->function == FUNCTION_LEAST;
    if (kind == TYPE_CODE || kind == TYPE_CODES) return sql_refuse(plan, "order of codes");
    if (sql_is_text(kind))
        return sql_say(plan, reg, least ? PHRASE_LEAST_TEXT : PHRASE_GREATEST_TEXT, a, b, SQL_NONE);
    return sql_say(plan, reg, least ? PHRASE_LEAST : PHRASE_GREATEST, a, b, SQL_NONE);
}

/* {n} or {n,m}, not above 255; the place behind it, or `at` when it is none. *varying: whether n and m
 * differ. */
static size_t repetition(struct text pattern, size_t at, bool *varying)
{
    int bounds[2] = {0, -1};
    size_t end = at + 1;
    for (int i = 0; i < 2; i++) {
        size_t first = end;
        for (bounds[i] = 0;
             end < pattern.size && pattern.at[end] >= '0' && pattern.at[end] <= '9' && bounds[i] <= 255;
             end++)
            bounds[i] = bounds[i] * 10 + (pattern.at[end] - '0');
        if (end == first || end >= pattern.size || bounds[i] > 255) return at;
        if (pattern.at[end] == '}') {
            *varying = i == 1 && bounds[0] != bounds[1];
            return i == 1 && bounds[0] > bounds[1] ? at : end + 1;
        }
        if (pattern.at[end++] != ',') return at;
    }
    return at;
}

/* [abc0-9]: letters, digits and ranges of them; the place behind it, or `at` when it is anything more. */
static size_t class_of(struct text pattern, size_t at)
{
    size_t end = at + 1;
    for (; end < pattern.size && pattern.at[end] != ']'; end++) {
        char c = pattern.at[end];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool range = c == '-' && end > at + 1 && end + 1 < pattern.size && pattern.at[end + 1] != ']';
        if (!plain && !range) return at;
    }
    return end < pattern.size && end > at + 1 ? end + 1 : at;
}

/* Patterns that mean the same in PCRE2 and in PostgreSQL, and in which PCRE2 cannot lose its way: literal
 * letters and digits, simple classes, alternatives, and at most one repetition whose length is open. */
static bool is_common(struct text pattern)
{
    int open = 0;
    bool repeatable = false;
    for (size_t at = 0; at < pattern.size;) {
        char c = pattern.at[at];
        bool varying = false;
        size_t next = at + 1;
        if (c == '[' && (next = class_of(pattern, at)) == at) return false;
        if (c == '{' && (!repeatable || (next = repetition(pattern, at, &varying)) == at)) return false;
        if (c == '*' || c == '+' || c == '?') {
            if (!repeatable) return false;
            varying = true;
        }
        bool repeats = c == '{' || c == '*' || c == '+' || c == '?';
        bool literal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (unsigned char)c >= 0x80;
        if (!repeats && !literal && c != '[' && c != '|') return false;
        open += varying;
        repeatable = c == '[' || (literal && (unsigned char)c < 0x80);
        at = next;
    }
    return open <= 1;
}

static int lower_matches(struct sql_plan *plan, const struct node *node, int reg, int a, int b)
{
    const struct node *pattern = node->children[1];
    if (pattern->op != NODE_CONSTANT) return sql_refuse(plan, "matches");
    if (!pattern->value.known) return sql_unknown(plan, TYPE_BOOL);
    if (plan->options->dialect == SQLGEN_POSTGRES) {
        if (!is_common(pattern->value.text)) return sql_refuse(plan, "matches with this pattern");
        struct buffer whole = {0};
        buffer_printf(&whole, "^(?:%.*s)$", TEXT_ARGS(pattern->value.text));
        struct value value = {.known = true, .text = buffer_get(&whole)};
        b = sql_constant(plan, type_of(TYPE_TEXT), &value);
        buffer_fini(&whole);
    }
    return sql_say(plan, reg, PHRASE_MATCHES, a, b, SQL_NONE);
}

/* In PostgreSQL the number's eight digits are first cut out and then judged as any other date is. */
static int lower_birth(struct sql_plan *plan, int reg, int a)
{
    int written = sql_say(plan, reg, PHRASE_IDCARD_BIRTH, a, SQL_NONE, SQL_NONE);
    if (plan->options->dialect == SQLGEN_SQLITE) return written;
    int year = sql_say(plan, reg, PHRASE_YEAR, written, SQL_NONE, SQL_NONE);
    int month = sql_say(plan, reg, PHRASE_MONTH_NUMBER, written, SQL_NONE, SQL_NONE);
    return sql_say(plan, reg, PHRASE_MAKE_DATE, year, month,
                   sql_say(plan, reg, PHRASE_DAY, written, SQL_NONE, SQL_NONE));
}

static int lower_valid(struct sql_plan *plan, int reg, int a)
{
    bool postgres = plan->options->dialect == SQLGEN_POSTGRES;
    return sql_say(plan, reg, PHRASE_IDCARD_VALID, a, postgres ? lower_birth(plan, reg, a) : SQL_NONE,
                   SQL_NONE);
}

static int lower_set(struct sql_plan *plan, const struct node *node, int reg, int a, int b)
{
    if (!node->children[1]->value.known) return sql_unknown(plan, TYPE_BOOL);
    return sql_say(plan, reg, node->function == FUNCTION_HAS ? PHRASE_HAS : PHRASE_ONLY, a, b, SQL_NONE);
}

int sql_lower_call(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    int in[3] = {SQL_NONE, SQL_NONE, SQL_NONE}, reg = scene.reg;
    enum type_kind kind = node->children[0]->type.kind;
    if (node->function == FUNCTION_RANK || node->function == FUNCTION_DUPLICATED)
        return lower_whole_register(plan, node, scene);
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->type.kind == TYPE_NULL) return sql_unknown(plan, node->type.kind);
        in[i] = sql_lower(plan, node->children[i], scene);
    }
    int a = in[0], b = in[1], c = in[2];
    switch (node->function) {
    case FUNCTION_AGE:
        return sql_say(plan, reg, PHRASE_AGE, a, b, SQL_NONE);
    case FUNCTION_MONTHS_BETWEEN:
        if (kind == TYPE_MONTH) return sql_arithmetic(plan, reg, NODE_SUBTRACT, kind, b, kind, a, TYPE_INT);
        return sql_say(plan, reg, PHRASE_MONTHS_BETWEEN, a, b, SQL_NONE);
    case FUNCTION_DAYS_BETWEEN:
        return sql_integer_operation(plan, reg, PHRASE_SUBTRACT, integers_of_date(plan, reg, b),
                                     integers_of_date(plan, reg, a));
    case FUNCTION_ADD_MONTHS:
        a = sql_say(plan, reg, PHRASE_ADD_MONTHS, a, b, SQL_NONE);
        return sql_say(plan, reg, PHRASE_DATE, a, SQL_NONE, SQL_NONE);
    case FUNCTION_YEAR:
        return sql_say(plan, reg, PHRASE_YEAR, a, SQL_NONE, SQL_NONE);
    case FUNCTION_MONTH:
        return sql_say(plan, reg, PHRASE_MONTH_OF, a, SQL_NONE, SQL_NONE);
    case FUNCTION_MONTH_NUMBER:
        return sql_say(plan, reg, PHRASE_MONTH_NUMBER, a, SQL_NONE, SQL_NONE);
    case FUNCTION_FIRST_DAY:
        return sql_say(plan, reg, PHRASE_FIRST_DAY, a, SQL_NONE, SQL_NONE);
    case FUNCTION_LAST_DAY:
        return sql_say(plan, reg, PHRASE_LAST_DAY, a, SQL_NONE, SQL_NONE);
    case FUNCTION_DATE:
        return sql_say(plan, reg, PHRASE_MAKE_DATE, a, b, c);
    case FUNCTION_MAKE_MONTH:
        return sql_say(plan, reg, PHRASE_MAKE_MONTH, a, b, SQL_NONE);
    case FUNCTION_ABS:
        if (kind == TYPE_RATIO) return sql_say(plan, reg, PHRASE_RATIO_ABS, a, SQL_NONE, SQL_NONE);
        return sql_integer_operation(plan, reg, PHRASE_ABS, a, SQL_NONE);
    case FUNCTION_LEAST:
    case FUNCTION_GREATEST:
        return lower_extreme(plan, node, reg, a, b);
    case FUNCTION_ROUND:
        return lower_round(plan, node, reg, a);
    case FUNCTION_YUAN:
        return lower_yuan(plan, kind, reg, a);
    case FUNCTION_NUMBER:
        return lower_number(plan, kind, reg, a);
    case FUNCTION_LENGTH:
        return sql_say(plan, reg, PHRASE_LENGTH, a, SQL_NONE, SQL_NONE);
    case FUNCTION_STARTS_WITH:
        return sql_say(plan, reg, PHRASE_STARTS_WITH, a, b, SQL_NONE);
    case FUNCTION_ENDS_WITH:
        return sql_say(plan, reg, PHRASE_ENDS_WITH, a, b, SQL_NONE);
    case FUNCTION_CONTAINS:
        return sql_say(plan, reg, PHRASE_CONTAINS, a, b, SQL_NONE);
    case FUNCTION_SUBSTRING:
        return sql_say(plan, reg, PHRASE_SUBSTRING, a, b, c);
    case FUNCTION_MATCHES:
        return lower_matches(plan, node, reg, a, b);
    case FUNCTION_IDCARD_VALID:
        return lower_valid(plan, reg, a);
    case FUNCTION_IDCARD_BIRTH:
        return lower_birth(plan, reg, a);
    case FUNCTION_IDCARD_MALE:
        return sql_say(plan, reg, PHRASE_IDCARD_MALE, a, SQL_NONE, SQL_NONE);
    case FUNCTION_IDCARD_DIVISION:
        return sql_say(plan, reg, PHRASE_IDCARD_DIVISION, a, SQL_NONE, SQL_NONE);
    case FUNCTION_DISABILITY_KIND:
        return sql_say(plan, reg, PHRASE_DISABILITY_KIND, a, SQL_NONE, SQL_NONE);
    case FUNCTION_DISABILITY_GRADE:
        return sql_say(plan, reg, PHRASE_DISABILITY_GRADE, a, SQL_NONE, SQL_NONE);
    case FUNCTION_HAS:
    case FUNCTION_ONLY:
        return lower_set(plan, node, reg, a, b);
    case FUNCTION_SIZE:
        return sql_say(plan, reg, PHRASE_SIZE, a, SQL_NONE, SQL_NONE);
    case FUNCTION_RANK:
    case FUNCTION_DUPLICATED:
        break;
    }
    return sql_refuse(plan, "function");
}
