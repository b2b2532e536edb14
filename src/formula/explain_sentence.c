/* One sentence for an answer. Phrases state facts with the relation that holds, whatever was asked ("不低于"
 * where < is false), so that "not" needs no words of its own, and a chain of and's or or's is the facts it
 * hangs on. */
#include <string.h>

#include "base/date.h"
#include "formula/count_asks.h"
#include "formula/explain_words.h"

enum { PHRASES_MAX = 12, NAMES_MAX = 3, MONTHS_MAX = 6, DEPTH_MAX = 60 };

struct sentence {
    struct speech speech;
    struct buffer phrase;
    size_t head; /* bytes of the phrase that say what has which value, before what is said of it; 0: nothing
                    of the kind */
    struct arena arena;
    struct text phrases[PHRASES_MAX];
    size_t heads[PHRASES_MAX];
    size_t count, dropped;
    int definitions; /* how many definitions are being opened */
    bool brief;      /* yes and no in a word: "未就业" instead of "已就业为否" */
};

static void describe(struct sentence *sentence, const struct explain_node *at, int depth);

/* "增速为-6.4%，低于5.5%" and "增速为-6.4%，低于0%" are one phrase: "增速为-6.4%，低于5.5%、低于0%". */
static bool joins(struct sentence *sentence, struct text phrase)
{
    for (size_t i = 0; i < sentence->count && sentence->head > 0; i++) {
        struct text *old = &sentence->phrases[i];
        if (sentence->heads[i] != sentence->head || memcmp(old->at, phrase.at, sentence->head) != 0) continue;
        *old = text_of(arena_printf(&sentence->arena, "%.*s%s%.*s", TEXT_ARGS(*old),
                                    sentence->speech.english ? " and " : "、",
                                    (int)(phrase.size - sentence->head), phrase.at + sentence->head));
        return true;
    }
    return false;
}

/* Keeps the phrase that stands in the buffer, once. */
static void keep(struct sentence *sentence)
{
    struct text phrase = buffer_get(&sentence->phrase);
    bool fresh = phrase.size > 0;
    for (size_t i = 0; i < sentence->count; i++) fresh = fresh && !text_equal(sentence->phrases[i], phrase);
    if (fresh && !joins(sentence, phrase)) {
        if (sentence->count == PHRASES_MAX) {
            sentence->dropped++;
        } else {
            sentence->heads[sentence->count] = sentence->head;
            sentence->phrases[sentence->count++] = arena_text(&sentence->arena, phrase);
        }
    }
    sentence->head = 0;
    buffer_clear(&sentence->phrase);
}

/* The phrases between the separators. */
static void join(const struct sentence *sentence, const char *zh, const char *en, struct buffer *out)
{
    bool english = sentence->speech.english;
    for (size_t i = 0; i < sentence->count; i++) {
        if (i > 0) buffer_string(out, english ? en : zh);
        buffer_text(out, sentence->phrases[i]);
    }
    if (sentence->dropped > 0) buffer_string(out, english ? " …" : "等");
}

static void say(struct sentence *sentence, const char *zh, const char *en)
{
    words_zh_en(&sentence->speech, zh, en);
}

static bool is_true(const struct explain_node *at)
{
    return explain_is_true(at->value);
}

/* "X为Y" */
static void is_value(struct sentence *sentence, const struct explain_node *at)
{
    words_name(&sentence->speech, at->node);
    say(sentence, "为", " is ");
    words_value(&sentence->speech, at->node->type, &at->value);
}

static enum node_op negated(enum node_op op)
{
    if (op == NODE_EQUAL) return NODE_UNEQUAL;
    if (op == NODE_UNEQUAL) return NODE_EQUAL;
    if (op == NODE_LESS) return NODE_GREATER_EQUAL;
    if (op == NODE_LESS_EQUAL) return NODE_GREATER;
    if (op == NODE_GREATER) return NODE_LESS_EQUAL;
    return NODE_LESS;
}

static bool needs_no_record(const struct explain_node *at)
{
    return at->node->scope < 0;
}

/* ---- Aggregates that are conditions ---- */

/* "（张三、李四等）" when records can be named. */
static void name_rows(struct sentence *sentence, const struct explain_node *at)
{
    if (sentence->speech.explainer->name == NULL || at->child_count == 0) return;
    size_t shown = at->child_count < NAMES_MAX ? at->child_count : NAMES_MAX;
    say(sentence, "（", " (");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0) say(sentence, "、", ", ");
        words_record(&sentence->speech, at->children[i].reg, at->children[i].row);
    }
    if (at->rows_total > shown) say(sentence, "等", " …");
    say(sentence, "）", ")");
}

/* "有2个家庭成员符合“…”（…）", "没有家庭成员符合“…”" */
static void describe_some(struct sentence *sentence, const struct explain_node *at, bool any,
                          const struct node *condition)
{
    struct speech *speech = &sentence->speech;
    if (speech->english) {
        if (any)
            buffer_printf(speech->out, "%zu ", at->rows_total);
        else
            buffer_string(speech->out, "no ");
        words_register(speech, at->node->other);
        buffer_string(speech->out, any && at->rows_total != 1 ? " records" : " record");
        buffer_string(speech->out, condition == NULL ? (any && at->rows_total != 1 ? " exist" : " exists")
                                   : any && at->rows_total != 1 ? " fulfil "
                                                                : " fulfils ");
    } else {
        if (any)
            buffer_printf(speech->out, condition == NULL ? "有%zu条" : "有%zu个", at->rows_total);
        else
            buffer_string(speech->out, "没有");
        words_register(speech, at->node->other);
        buffer_string(speech->out, condition == NULL ? "记录" : "符合");
    }
    if (condition != NULL) words_condition(speech, condition);
    if (any) name_rows(sentence, at);
}

/* "符合“…”的家庭成员中有1个符合“…”" */
static void describe_any_of(struct sentence *sentence, const struct explain_node *at)
{
    struct speech *speech = &sentence->speech;
    const struct node *node = at->node;
    if (node->child_count < 2 || node->children[1] == NULL) {
        describe_some(sentence, at, is_true(at), node->children[0]);
        return;
    }
    if (speech->english) {
        if (is_true(at))
            buffer_printf(speech->out, "%zu", at->rows_total);
        else
            buffer_string(speech->out, "none");
        buffer_string(speech->out, " of the ");
    }
    words_rows(speech, node);
    if (!speech->english && is_true(at))
        buffer_printf(speech->out, "中有%zu个符合", at->rows_total);
    else
        say(sentence, "中没有符合", at->rows_total > 1 ? " fulfil " : " fulfils ");
    words_condition(speech, node->children[0]);
    if (!is_true(at))
        say(sentence, "的", "");
    else
        name_rows(sentence, at);
}

static void describe_all(struct sentence *sentence, const struct explain_node *at)
{
    struct speech *speech = &sentence->speech;
    const struct node *v = at->node->children[0];
    if (is_true(at)) {
        say(sentence, "", "all ");
        words_rows(speech, at->node);
        say(sentence, "全部符合", " fulfil ");
        words_condition(speech, v);
        return;
    }
    buffer_printf(speech->out, speech->english ? "%zu of the " : "有%zu个", at->rows_total);
    words_rows(speech, at->node);
    say(sentence, "不符合", at->rows_total == 1 ? " does not fulfil " : " do not fulfil ");
    words_condition(speech, v);
    name_rows(sentence, at);
}

static void describe_covers(struct sentence *sentence, const struct explain_node *at)
{
    struct speech *speech = &sentence->speech;
    char month[DATE_TEXT];
    int32_t months[64];
    size_t count = explain_absent_months(at->plan, at->row, months);
    words_rows(speech, at->node);
    if (count == 0) {
        struct value first = explain_value(at->plan->children[2], at->row),
                     last = explain_value(at->plan->children[3], at->row);
        say(sentence, "覆盖", " cover ");
        buffer_string(speech->out, first.known ? month_format((int32_t)first.integer, month) : "?");
        say(sentence, "至", " to ");
        buffer_string(speech->out, last.known ? month_format((int32_t)last.integer, month) : "?");
        return;
    }
    say(sentence, "缺少", " lack ");
    for (size_t i = 0; i < count && i < MONTHS_MAX; i++) {
        if (i > 0) say(sentence, "、", ", ");
        buffer_string(speech->out, month_format(months[i], month));
    }
    if (count > MONTHS_MAX)
        buffer_printf(speech->out, speech->english ? " … (%zu months)" : "等%zu个月", count);
}

static void describe_aggregate(struct sentence *sentence, const struct explain_node *at)
{
    const struct node *node = at->node;
    if (node->aggregate == AGGREGATE_EXISTS)
        describe_some(sentence, at, is_true(at), node->child_count > 1 ? node->children[1] : NULL);
    else if (node->aggregate == AGGREGATE_ANY)
        describe_any_of(sentence, at);
    else if (node->aggregate == AGGREGATE_ALL)
        describe_all(sentence, at);
    else if (node->aggregate == AGGREGATE_COVERS)
        describe_covers(sentence, at);
    else
        is_value(sentence, at);
}

/* ---- Comparisons ---- */

static const struct explain_node *through(const struct explain_node *at)
{
    while (at->node->op == NODE_DEFINITION && at->child_count > 0) at = &at->children[0];
    return at;
}

/* A comparison of a COUNT that asks whether there is any row says what an exists would say. */
static bool describe_any(struct sentence *sentence, const struct explain_node *at)
{
    if (at->plan->asks_any < 0 || at->child_count < 2) return false;
    const struct explain_node *count = through(&at->children[at->plan->asks_any]);
    enum node_op op = at->plan->asks_any == 0 ? at->node->op : node_mirrored(at->node->op);
    bool wants_any = op == NODE_GREATER || op == NODE_UNEQUAL || op == NODE_GREATER_EQUAL;
    const struct node *w = count->node->child_count > 1 ? count->node->children[1] : NULL;
    describe_some(sentence, count, is_true(at) == wants_any, w);
    return true;
}

static bool is_ordered(enum type_kind kind)
{
    return kind != TYPE_BOOL && kind != TYPE_CODE && kind != TYPE_CODES && kind != TYPE_TEXT &&
           kind != TYPE_RECORD;
}

static void describe_comparison(struct sentence *sentence, const struct explain_node *at)
{
    if (at->child_count < 2 || describe_any(sentence, at)) return;
    const struct explain_node *left = &at->children[0], *right = &at->children[1];
    enum node_op op = is_true(at) ? at->node->op : negated(at->node->op);
    if (needs_no_record(left) && !needs_no_record(right)) {
        const struct explain_node *swap = left;
        left = right;
        right = swap;
        op = node_mirrored(op);
    }
    is_value(sentence, left);
    if (op == NODE_EQUAL && needs_no_record(right)) return;
    say(sentence, "，", ", ");
    sentence->head = sentence->phrase.size;
    if (op == NODE_UNEQUAL && !is_ordered(left->node->type.kind))
        say(sentence, "不是", "not");
    else
        words_relation(&sentence->speech, op, left->node->type.kind);
    say(sentence, "", " ");
    words_bound(&sentence->speech, right);
}

static void describe_between(struct sentence *sentence, const struct explain_node *at)
{
    if (at->child_count < 3) return;
    is_value(sentence, &at->children[0]);
    if (is_true(at))
        say(sentence, "，在", ", between ");
    else
        say(sentence, "，不在", ", not between ");
    words_bound(&sentence->speech, &at->children[1]);
    say(sentence, "与", " and ");
    words_bound(&sentence->speech, &at->children[2]);
    say(sentence, "之间", "");
}

static void describe_in(struct sentence *sentence, const struct explain_node *at)
{
    if (at->child_count == 0) return;
    is_value(sentence, &at->children[0]);
    if (is_true(at)) return;
    say(sentence, "，不属于", ", not among ");
    for (size_t i = 1; i < at->child_count && i <= 6; i++) {
        if (i > 1) say(sentence, "、", ", ");
        words_value(&sentence->speech, at->children[i].node->type, &at->children[i].value);
    }
    if (at->child_count > 7) say(sentence, "等", " …");
}

/* ---- Functions ---- */

static void describe_set(struct sentence *sentence, const struct explain_node *at, const char *zh,
                         const char *en)
{
    is_value(sentence, &at->children[0]);
    say(sentence, is_true(at) ? "，" : "，不", is_true(at) ? ", " : ", not ");
    say(sentence, zh, en);
    words_value(&sentence->speech, at->children[1].node->type, &at->children[1].value);
}

/* "X（不）以“…”开头" */
static void describe_text(struct sentence *sentence, const struct explain_node *at, const char *zh_before,
                          const char *zh_after, const char *en_yes, const char *en_no)
{
    words_name(&sentence->speech, at->children[0].node);
    if (!is_true(at)) say(sentence, "不", "");
    say(sentence, zh_before, is_true(at) ? en_yes : en_no);
    words_bound(&sentence->speech, &at->children[1]);
    say(sentence, zh_after, "");
}

/* "与同一K、不同M的其他记录重复" */
static void describe_duplicated(struct sentence *sentence, const struct explain_node *at)
{
    const struct node *node = at->node;
    struct speech *speech = &sentence->speech;
    bool keyed = node->child_count > 1;
    words_name(speech, node->children[0]);
    if (is_true(at))
        say(sentence, keyed ? "与" : "与其他记录重复", " is the same as another record's");
    else
        say(sentence, keyed ? "不与" : "不与其他记录重复", " is no other record's");
    for (size_t i = 1; i < node->child_count; i++) {
        bool across = (int)i > node->index;
        if (i > 1) say(sentence, "、", " and");
        say(sentence, across ? "不同" : "同一",
            i == 1   ? (across ? " with another " : " with the same ")
            : across ? " another "
                     : " the same ");
        words_name(speech, node->children[i]);
    }
    if (keyed) say(sentence, "的其他记录重复", "");
}

static void describe_call(struct sentence *sentence, const struct explain_node *at)
{
    enum function function = at->node->function;
    bool yes = is_true(at);
    if (at->child_count == 0)
        is_value(sentence, at);
    else if (function == FUNCTION_HAS)
        describe_set(sentence, at, "含", "including ");
    else if (function == FUNCTION_ONLY)
        describe_set(sentence, at, "仅含", "only ");
    else if (function == FUNCTION_STARTS_WITH)
        describe_text(sentence, at, "以", "开头", " starts with ", " does not start with ");
    else if (function == FUNCTION_ENDS_WITH)
        describe_text(sentence, at, "以", "结尾", " ends with ", " does not end with ");
    else if (function == FUNCTION_CONTAINS)
        describe_text(sentence, at, "包含", "", " contains ", " does not contain ");
    else if (function == FUNCTION_MATCHES)
        describe_text(sentence, at, "符合格式", "", " has the form ", " does not have the form ");
    else if (function == FUNCTION_IDCARD_VALID) {
        words_name(&sentence->speech, at->children[0].node);
        if (yes)
            say(sentence, "是有效的身份证号码", " is a valid identity number");
        else
            say(sentence, "不是有效的身份证号码", " is not a valid identity number");
    } else if (function == FUNCTION_DUPLICATED)
        describe_duplicated(sentence, at);
    else
        is_value(sentence, at);
}

/* ---- Logic ---- */

static void describe_decisive(struct sentence *sentence, const struct explain_node *at, int depth)
{
    for (size_t i = 0; i < at->child_count; i++)
        if (at->children[i].decisive) describe(sentence, &at->children[i], depth + 1);
}

/* The definition's label; what it hangs on in brackets, unless it stands within another one's. */
static void describe_definition(struct sentence *sentence, const struct explain_node *at, int depth)
{
    struct buffer inner = {0};
    if (sentence->definitions == 0 && at->child_count > 0) {
        struct sentence reasons = {.speech = sentence->speech, .definitions = 1, .brief = sentence->brief};
        reasons.speech.out = &reasons.phrase;
        describe(&reasons, &at->children[0], depth + 1);
        join(&reasons, "；", "; ", &inner);
        buffer_fini(&reasons.phrase);
        arena_fini(&reasons.arena);
    }
    words_name(&sentence->speech, at->node);
    if (is_true(at))
        say(sentence, "成立", " holds");
    else
        say(sentence, "不成立", " does not hold");
    if (inner.size > 0) {
        say(sentence, "（", " (");
        buffer_text(sentence->speech.out, buffer_get(&inner));
        say(sentence, "）", ")");
    }
    buffer_fini(&inner);
    keep(sentence);
}

/* What a condition elsewhere, or at another time, says of itself. */
static void describe_elsewhere(struct sentence *sentence, const struct explain_node *at)
{
    words_name(&sentence->speech, at->node);
    if (is_true(at))
        say(sentence, "成立", " holds");
    else
        say(sentence, "不成立", " does not hold");
    keep(sentence);
}

static void describe(struct sentence *sentence, const struct explain_node *at, int depth)
{
    const struct node *node = at->node;
    bool logic = node->type.kind == TYPE_BOOL && depth < DEPTH_MAX && at->child_count > 0;
    switch (node->op) {
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_IF:
    case NODE_COALESCE:
        if (logic)
            describe_decisive(sentence, at, depth);
        else
            is_value(sentence, at);
        break;
    case NODE_DEFINITION:
        if (logic)
            describe_definition(sentence, at, depth);
        else
            is_value(sentence, at);
        break;
    case NODE_UP:
    case NODE_PREVIOUS:
        if (logic && at->children[0].node->op != NODE_FIELD)
            describe_elsewhere(sentence, at);
        else
            is_value(sentence, at);
        break;
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        describe_comparison(sentence, at);
        break;
    case NODE_BETWEEN:
        describe_between(sentence, at);
        break;
    case NODE_IN:
        describe_in(sentence, at);
        break;
    case NODE_IS_NULL:
    case NODE_KNOWN:
        words_name(&sentence->speech, node->children[0]);
        if (is_true(at) == (node->op == NODE_IS_NULL))
            say(sentence, "为空", " is empty");
        else
            say(sentence, "不为空", " is not empty");
        break;
    case NODE_AGGREGATE:
        describe_aggregate(sentence, at);
        break;
    case NODE_CALL:
        describe_call(sentence, at);
        break;
    case NODE_FIELD:
        if (sentence->brief && node->type.kind == TYPE_BOOL && at->value.known)
            words_flag(&sentence->speech, node, is_true(at));
        else
            is_value(sentence, at);
        break;
    case NODE_CONSTANT:
    case NODE_PARAMETER:
    case NODE_AS_OF:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
    case NODE_NEGATE:
    case NODE_CONVERT:
        is_value(sentence, at);
        break;
    }
    keep(sentence);
}

void explain_member_words(struct explainer *explainer, const struct explain_member *member,
                          const char *language, struct buffer *out)
{
    struct sentence sentence = {.speech = {explainer, language, strcmp(language, "en") == 0, out}};
    struct err err;
    explainer->status = 0;
    explainer->err = &err;
    if (member->open != NULL) {
        words_lacking(&sentence.speech, member->open);
    } else {
        sentence.brief = true;
        sentence.speech.out = &sentence.phrase;
        for (size_t i = 0; i < member->part_count; i++)
            if (member->parts[i].node->type.kind != TYPE_RECORD) describe(&sentence, &member->parts[i], 0);
        join(&sentence, "、", ", ", out);
    }
    explainer->err = NULL;
    buffer_fini(&sentence.phrase);
    arena_fini(&sentence.arena);
}

void explain_sentence(struct explainer *explainer, const struct explain *explain, const char *language,
                      struct buffer *out)
{
    struct sentence sentence = {.speech = {explainer, language, strcmp(language, "en") == 0, NULL}};
    struct err err;
    explainer->status = 0;
    explainer->err = &err;
    size_t begin = out->size;
    if (!explain->root.value.known) {
        sentence.speech.out = out;
        words_open(&sentence.speech, explain);
    } else {
        sentence.speech.out = &sentence.phrase;
        describe(&sentence, &explain->root, 0);
        if (sentence.count == 0) is_value(&sentence, &explain->root);
        keep(&sentence);
        join(&sentence, "；", "; ", out);
        buffer_string(out, sentence.speech.english ? "." : "。");
    }
    if (sentence.speech.english && out->size > begin && out->data[begin] >= 'a' && out->data[begin] <= 'z')
        out->data[begin] = (char)(out->data[begin] - 'a' + 'A');
    explainer->err = NULL;
    buffer_fini(&sentence.phrase);
    arena_fini(&sentence.arena);
}
