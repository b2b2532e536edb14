/* What things are called in sentences: labels where there are any, formula text where there are none. */
#include "formula/explain_words.h"

#include <string.h>

#include "formula/formula.h"

void words_zh_en(struct speech *speech, const char *zh, const char *en)
{
    buffer_string(speech->out, speech->english ? en : zh);
}

static void label(struct speech *speech, const struct label *of)
{
    buffer_text(speech->out, label_in(of, speech->language));
}

void words_register(struct speech *speech, int reg)
{
    label(speech, &speech->explainer->schema->registers[reg].label);
}

void words_field(struct speech *speech, int reg, int field)
{
    label(speech, &speech->explainer->schema->registers[reg].fields[field].label);
}

void words_record(struct speech *speech, int reg, uint32_t row)
{
    struct explainer *explainer = speech->explainer;
    if (explainer->name != NULL) {
        explainer->name(explainer->name_context, reg, row, speech->language, speech->out);
        return;
    }
    words_register(speech, reg);
    buffer_printf(speech->out, speech->english ? " #%lld" : "#%lld",
                  (long long)frame_id(explainer->frame, reg, row));
}

void words_condition(struct speech *speech, const struct node *node)
{
    /* What counts where it is unknown is a matter of the rule, not of the family. */
    while (node->op == NODE_COALESCE && node->child_count == 2 && node->children[1]->op == NODE_CONSTANT)
        node = node->children[0];
    words_zh_en(speech, "“", "\"");
    formula_print(speech->explainer->schema, node, speech->language, speech->out);
    words_zh_en(speech, "”", "\"");
}

void words_value(struct speech *speech, struct type type, const struct value *value)
{
    bool quoted = type.kind == TYPE_TEXT && value->known;
    if (quoted) words_zh_en(speech, "“", "\"");
    value_format(speech->explainer->schema, type, value, speech->language, speech->out);
    if (quoted) words_zh_en(speech, "”", "\"");
}

/* Labels are phrases that hold when the field is true; the usual ones have a usual opposite. The first that
 * fits counts. */
void words_flag(struct speech *speech, const struct node *field, bool yes)
{
    static const char *const forms[][3] = {
        /* label, yes, no */
        {"是否有", "有", "无"}, {"是否已", "已", "未"}, {"是否", "是", "不是"},
        {"有无", "有", "无"},   {"能否", "能", "不能"}, {"已", "已", "未"},
        {"有", "有", "无"},     {"能", "能", "不能"},   {"参加", "参加", "未参加"}};
    const struct schema_register *reg = &speech->explainer->schema->registers[field->scope];
    struct text name = label_in(&reg->fields[field->index].label, speech->language);
    for (size_t i = 0; i < sizeof forms / sizeof *forms && !speech->english; i++) {
        struct text with = text_of(forms[i][0]);
        if (!text_starts(name, with)) continue;
        buffer_string(speech->out, forms[i][yes ? 1 : 2]);
        buffer_text(speech->out, (struct text){name.at + with.size, name.size - with.size});
        return;
    }
    if (speech->english && !yes) buffer_string(speech->out, "not ");
    buffer_text(speech->out, name);
    if (!speech->english && !yes) buffer_string(speech->out, "为否");
}

static const struct node *condition_of(const struct node *aggregate)
{
    return aggregate->child_count > 1 ? aggregate->children[1] : NULL;
}

void words_rows(struct speech *speech, const struct node *aggregate)
{
    const struct node *w = condition_of(aggregate);
    if (!speech->english) {
        if (w != NULL) {
            buffer_string(speech->out, "符合");
            words_condition(speech, w);
            buffer_string(speech->out, "的");
        }
        words_register(speech, aggregate->other);
        return;
    }
    words_register(speech, aggregate->other);
    buffer_string(speech->out, " records");
    if (w == NULL) return;
    buffer_string(speech->out, " with ");
    words_condition(speech, w);
}

static const char *const AGGREGATE_WORDS[][2] = {
    [AGGREGATE_SUM] = {"合计", "sum"},         [AGGREGATE_AVG] = {"平均值", "average"},
    [AGGREGATE_MIN] = {"最小值", "smallest"},  [AGGREGATE_MAX] = {"最大值", "largest"},
    [AGGREGATE_MEDIAN] = {"中位数", "median"}, [AGGREGATE_DISTINCT] = {"种数", "number of kinds"},
    [AGGREGATE_SHARE] = {"占比", "share"},
};

static bool has_words(enum aggregate aggregate)
{
    return aggregate < sizeof AGGREGATE_WORDS / sizeof *AGGREGATE_WORDS &&
           AGGREGATE_WORDS[aggregate][0] != NULL;
}

/* "按年月最新的收入的金额", "latest amount by month over income records" */
static void latest_name(struct speech *speech, const struct node *node)
{
    bool latest = node->aggregate == AGGREGATE_LATEST;
    if (speech->english) {
        buffer_string(speech->out, latest ? "latest " : "earliest ");
        words_name(speech, node->children[0]);
        buffer_string(speech->out, " by ");
        words_name(speech, node->children[2]);
        buffer_string(speech->out, " over ");
        words_rows(speech, node);
    } else {
        buffer_string(speech->out, "按");
        words_name(speech, node->children[2]);
        buffer_string(speech->out, latest ? "最新的" : "最早的");
        words_rows(speech, node);
        buffer_string(speech->out, "的");
        words_name(speech, node->children[0]);
    }
}

static void aggregate_name(struct speech *speech, const struct node *node)
{
    const struct node *v = node->children[0];
    if (node->aggregate == AGGREGATE_COUNT) {
        if (speech->english) buffer_string(speech->out, "number of ");
        words_rows(speech, node);
        if (!speech->english) buffer_string(speech->out, "数");
    } else if (explain_picks(node)) {
        latest_name(speech, node);
    } else if (!has_words(node->aggregate) || v == NULL) {
        formula_print(speech->explainer->schema, node, speech->language, speech->out);
    } else if (speech->english) {
        buffer_printf(speech->out, "%s of ", AGGREGATE_WORDS[node->aggregate][1]);
        if (node->aggregate == AGGREGATE_SHARE)
            words_condition(speech, v);
        else
            words_name(speech, v);
        buffer_string(speech->out, node->aggregate == AGGREGATE_SHARE ? " among " : " over ");
        words_rows(speech, node);
    } else {
        words_rows(speech, node);
        buffer_string(speech->out, node->aggregate == AGGREGATE_SHARE ? "中" : "的");
        if (node->aggregate == AGGREGATE_SHARE)
            words_condition(speech, v);
        else
            words_name(speech, v);
        buffer_string(speech->out, node->aggregate == AGGREGATE_SHARE ? "的" : "");
        buffer_string(speech->out, AGGREGATE_WORDS[node->aggregate][0]);
    }
}

void words_name(struct speech *speech, const struct node *node)
{
    const struct schema *schema = speech->explainer->schema;
    if (node->op == NODE_FIELD) {
        words_field(speech, node->scope, node->index);
    } else if (node->op == NODE_DEFINITION) {
        label(speech, &schema->definitions[node->index].label);
    } else if (node->op == NODE_PARAMETER) {
        label(speech, &schema->parameters[node->index].label);
    } else if (node->op == NODE_CONSTANT) {
        words_value(speech, node->type, &node->value);
    } else if (node->op == NODE_CONVERT) {
        words_name(speech, node->children[0]);
    } else if (node->op == NODE_AGGREGATE) {
        aggregate_name(speech, node);
    } else if (node->op == NODE_UP && !speech->english) {
        words_field(speech, node->scope, node->index);
        buffer_string(speech->out, "的");
        words_name(speech, node->children[0]);
    } else if (node->op == NODE_UP) {
        words_name(speech, node->children[0]);
        buffer_string(speech->out, " of ");
        words_field(speech, node->scope, node->index);
    } else if (node->op == NODE_PREVIOUS) {
        if (!speech->english) buffer_string(speech->out, "一年前的");
        words_name(speech, node->children[0]);
        if (speech->english) buffer_string(speech->out, " one year before");
    } else {
        formula_print(schema, node, speech->language, speech->out);
    }
}

void words_bound(struct speech *speech, const struct explain_node *at)
{
    const struct node *node = at->node;
    while (node->op == NODE_CONVERT) node = node->children[0];
    if (node->op == NODE_CONSTANT) {
        words_value(speech, at->node->type, &at->value);
        return;
    }
    words_name(speech, node);
    if (node->op == NODE_PARAMETER) {
        if (speech->english) buffer_char(speech->out, ' ');
        words_value(speech, at->node->type, &at->value);
        return;
    }
    words_zh_en(speech, "（", " (");
    words_value(speech, at->node->type, &at->value);
    words_zh_en(speech, "）", ")");
}

void words_relation(struct speech *speech, enum node_op op, enum type_kind kind)
{
    bool time = kind == TYPE_DATE || kind == TYPE_MONTH;
    if (op == NODE_EQUAL) words_zh_en(speech, "等于", "equal to");
    if (op == NODE_UNEQUAL) words_zh_en(speech, "不等于", "not equal to");
    if (op == NODE_LESS) words_zh_en(speech, time ? "早于" : "低于", time ? "before" : "below");
    if (op == NODE_GREATER_EQUAL)
        words_zh_en(speech, time ? "不早于" : "不低于", time ? "not before" : "not below");
    if (op == NODE_GREATER) words_zh_en(speech, time ? "晚于" : "高于", time ? "after" : "above");
    if (op == NODE_LESS_EQUAL)
        words_zh_en(speech, time ? "不晚于" : "不高于", time ? "not after" : "not above");
}
